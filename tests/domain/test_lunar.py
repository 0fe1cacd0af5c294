"""The Chinese calendar against days that everybody knows."""

from datetime import date

import pytest

from app.domain.lunar import solar_date

KNOWN = {
    (2020, 1, 1): date(2020, 1, 25),
    (2023, 1, 1): date(2023, 1, 22),
    (2024, 8, 15): date(2024, 9, 17),
    (2025, 5, 5): date(2025, 5, 31),
    (2025, 8, 15): date(2025, 10, 6),
    (2026, 1, 1): date(2026, 2, 17),
    (2026, 12, -1): date(2027, 2, 5),
    (2033, 8, 15): date(2033, 9, 8),
}


@pytest.mark.parametrize(("year", "month", "day"), KNOWN)
def test_festivals_of_known_years(year: int, month: int, day: int) -> None:
    assert solar_date(year, month, day) == KNOWN[(year, month, day)]


def test_each_year_begins_the_day_after_the_one_before_it_ends() -> None:
    for year in range(2000, 2060):
        last, first = solar_date(year, 12, -1), solar_date(year + 1, 1, 1)
        assert last is not None
        assert first is not None
        assert (first - last).days == 1


@pytest.mark.parametrize(("year", "month", "day"), [(1999, 1, 1), (2061, 1, 1), (2026, 13, 1), (2026, 1, 31), (2026, 1, 0)])
def test_days_that_are_not_are_none(year: int, month: int, day: int) -> None:
    assert solar_date(year, month, day) is None
