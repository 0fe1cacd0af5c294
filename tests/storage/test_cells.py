"""What a cell of a sheet holds comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.sheets import cells as cell


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12), max_size=6))
def test_a_list_in_a_cell_comes_back(items: list[str]) -> None:
    assert cell.listed(cell.joined(items)) == items


@given(st.integers(-10_000_000, 10_000_000))
def test_an_amount_in_a_cell_comes_back(minor: int) -> None:
    assert cell.signed_minor(cell.yuan(minor)) == minor


DAY_SETS = st.sets(st.sampled_from(cell.DAYS), min_size=1)
TIMES = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))


@given(st.lists(st.tuples(DAY_SETS, TIMES, TIMES), max_size=4))
def test_hours_in_a_cell_come_back(rules: list[tuple[set[str], str, str]]) -> None:
    rows = [{"days": sorted(days, key=list(cell.DAYS).index), "open": opens, "close": closes} for days, opens, closes in rules]
    assert cell.hours(cell.hours_cell(rows)) == rows


@pytest.mark.parametrize(
    ("text", "days", "times"),
    [
        ("周一至周五 07:00-10:30", "mon tue wed thu fri", "07:00 10:30"),
        ("周一到五 7:00~10:30", "mon tue wed thu fri", "07:00 10:30"),
        ("每天 9:00-21:00", "mon tue wed thu fri sat sun", "09:00 21:00"),
        ("Sat, Sun 8-12", "sat sun", "08:00 12:00"),
        ("fri-mon 18:00–02:00", "fri sat sun mon", "18:00 02:00"),
        ("全天", "mon tue wed thu fri sat sun", "00:00 00:00"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, days: str, times: str) -> None:
    (rule,) = cell.hours(text)
    assert (" ".join(rule["days"]), f"{rule['open']} {rule['close']}") == (days, times)
