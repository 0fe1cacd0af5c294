"""A small part of the benchmark of risk: bounds that are wide, so that a rule that is broken is seen and chance is not."""

import pytest

from app.bootstrap import risk_rules
from tests.bench.risk import Tally, tally


@pytest.fixture(scope="module")
def found() -> Tally:
    return tally(risk_rules.load(), 12, 3)


def test_ordinary_years_are_seldom_held_up(found: Tally) -> None:
    assert found.payments > 1_500
    assert found.blocked / found.payments < 0.02


def test_most_of_what_is_planted_is_stopped(found: Tally) -> None:
    assert found.planted.total() > 80
    assert found.stopped.total() / found.planted.total() > 0.9


@pytest.mark.parametrize("kind", ["takeover, a burst", "agent outside its grant", "repeated within minutes", "price ×10"])
def test_nearly_all_of_a_kind_that_leaves_no_doubt_is_stopped(found: Tally, kind: str) -> None:
    assert found.planted[kind] > 0
    assert found.stopped[kind] >= found.planted[kind] - 1


def test_without_rules_nothing_is_held_up_or_stopped() -> None:
    nothing = tally(type(risk_rules.load())("none", ()), 2, 3)
    assert (nothing.blocked, nothing.stopped.total()) == (0, 0)
