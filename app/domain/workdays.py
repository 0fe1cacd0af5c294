"""Which days are worked where: public holidays and moved workdays, from the `holidays` tables."""

from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

import holidays


@cache
def country_of(zone: str) -> str | None:
    """The first country (ISO 3166) whose clock an IANA zone is; None for one of no country."""
    table = files("tzdata").joinpath("zoneinfo/zone1970.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return next((row[0].split(",")[0] for row in rows if row[2] == zone), None)


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(country, years=year)


def is_holiday(day: date, zone: str) -> bool:
    """Whether the day is a public holiday where the zone is; nowhere known, none is."""
    country = country_of(zone)
    return country is not None and _supported(country) and day in _calendar(country, day.year)


def is_workday(day: date, zone: str) -> bool:
    """Whether the day is worked: Monday to Friday but for public holidays, and the weekends that are worked instead."""
    country = country_of(zone)
    if country is None or not _supported(country):
        return day.isoweekday() <= 5
    return _calendar(country, day.year).is_working_day(day)


@cache
def _supported(country: str) -> bool:
    return country in holidays.list_supported_countries()
