"""A small crowd at the desk; `python -m tests.soak.claims` has the big one."""

from pathlib import Path

import pytest

from tests.soak import claims


@pytest.mark.parametrize(("count", "stock"), [(1_500, 100), (60, 100)])
def test_a_crowd_gets_exactly_what_there_is_and_one_each(tmp_path: Path, count: int, stock: int) -> None:
    done = claims.run(tmp_path, count, stock, threads=16, seed=7)
    assert done.faults() == []
    assert done.held == min(stock, len(set(claims.crowd(count, stock, 7))))
