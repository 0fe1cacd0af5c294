"""When a schedule falls due: days by the calendar, times by the clock of a zone, near or years after its beginning."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import local
from app.domain.occurrences import AHEAD, RecursTooOften, TimeMissing, days, due_on, is_due, next_due, upcoming
from app.domain.recurrence import Schedule

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
NOW = datetime(2026, 9, 23, 9, tzinfo=UTC)
WORKWEEK = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def schedule(rule: str, at: time = time(7, 30), **more: object) -> Schedule:
    return Schedule(rrule=rule, times=(at,), **more)  # type: ignore[arg-type]


def dates(found: Schedule, count: int, zone: str = SHANGHAI, after: datetime = NOW) -> list[str]:
    return [local(moment, zone).strftime("%a %m-%d %H:%M") for moment in upcoming(found, zone, after, count)]


def test_workdays_leave_out_public_holidays_and_take_in_the_weekends_that_are_worked_instead() -> None:
    # 2026: the Mid-Autumn holiday is Friday 25 to Sunday 27 September; Saturday 10 October is worked for the National Day's week.
    found = dates(schedule(WORKWEEK, calendar="workdays"), 14)
    assert found[:2] == ["Thu 09-24 07:30", "Mon 09-28 07:30"]
    assert "Fri 10-02 07:30" not in found
    assert "Sat 10-10 07:30" in found


def test_where_no_calendar_is_known_workdays_are_monday_to_friday() -> None:
    assert dates(schedule(WORKWEEK, calendar="workdays"), 3, "UTC") == ["Thu 09-24 07:30", "Fri 09-25 07:30", "Mon 09-28 07:30"]


def test_all_days_but_public_holidays() -> None:
    assert dates(schedule("FREQ=DAILY", calendar="not_holidays"), 3) == ["Thu 09-24 07:30", "Sat 09-26 07:30", "Sun 09-27 07:30"]


def test_a_lunar_day_moves_by_the_solar_calendar() -> None:
    found = schedule("FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=15", calendar="lunar")
    assert [local(m, SHANGHAI).date() for m in upcoming(found, SHANGHAI, NOW, 2)] == [date(2026, 9, 25), date(2027, 9, 15)]


def test_the_last_workday_of_the_month_is_counted_among_the_days_that_are_worked() -> None:
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    assert dates(schedule(rule, calendar="workdays"), 2) == ["Wed 09-30 07:30", "Fri 10-30 07:30"]


def test_a_time_that_the_clock_leaps_over_is_an_hour_later_and_one_that_it_strikes_twice_is_the_first() -> None:
    spring = upcoming(schedule("FREQ=DAILY", time(2, 30)), NEW_YORK, datetime(2027, 3, 13, 12, tzinfo=UTC), 2)
    assert [m.isoformat() for m in spring] == ["2027-03-14T07:30:00+00:00", "2027-03-15T06:30:00+00:00"]
    autumn = upcoming(schedule("FREQ=DAILY", time(1, 30)), NEW_YORK, datetime(2026, 10, 31, 12, tzinfo=UTC), 2)
    assert [m.isoformat() for m in autumn] == ["2026-11-01T05:30:00+00:00", "2026-11-02T06:30:00+00:00"]


def test_the_hour_stays_the_customers_own_through_daylight_saving() -> None:
    found = upcoming(schedule("FREQ=WEEKLY;BYDAY=SU"), NEW_YORK, datetime(2026, 10, 20, 12, tzinfo=UTC), 3)
    assert {local(m, NEW_YORK).time() for m in found} == {time(7, 30)}
    assert len({m.time() for m in found}) == 2


def test_every_other_friday_keeps_its_rhythm_years_later() -> None:
    found = schedule("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", start=date(2020, 1, 3))
    days_apart = [(local(m, SHANGHAI).date() - date(2020, 1, 3)).days for m in upcoming(found, SHANGHAI, NOW, 3)]
    assert [apart % 14 for apart in days_apart] == [0, 0, 0]


RULES = st.builds(
    lambda frequency, interval, extra: f"FREQ={frequency[0]};INTERVAL={interval}{frequency[1] if extra else ''}",
    st.sampled_from(
        [("DAILY", ""), ("WEEKLY", ";BYDAY=MO,TH"), ("MONTHLY", ";BYMONTHDAY=1,15"), ("MONTHLY", ";BYDAY=2TU"),
         ("YEARLY", ";BYMONTH=3;BYMONTHDAY=5")]
    ),
    st.integers(1, 5),
    st.booleans(),
)  # fmt: skip


@given(RULES, st.dates(date(2018, 1, 1), date(2022, 12, 28)), st.integers(0, 1500))
def test_a_rule_looked_at_late_gives_the_days_that_it_gives_from_its_beginning(rule: str, start: date, later: int) -> None:
    first = start + timedelta(days=later)
    # A monthly or yearly rule without a day means its first day's own number: dateutil agrees where that day always exists.
    whole = rrulestr(f"RRULE:{rule}", dtstart=datetime.combine(start, time()))
    wanted = [d.date() for d in islice(whole.xafter(datetime.combine(first, time()), inc=True), 2)]
    wanted = [day for day in wanted if day <= first + AHEAD]
    assert list(islice(days(Schedule(rrule=rule, start=start), "UTC", first), len(wanted))) == wanted


def test_an_end_ends_it_and_a_day_that_never_comes_is_not_waited_for() -> None:
    assert dates(schedule("FREQ=DAILY", until=date(2026, 9, 25)), 5) == ["Thu 09-24 07:30", "Fri 09-25 07:30"]
    assert next_due(schedule("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"), SHANGHAI, NOW) is None


def test_two_times_a_day_are_two_moments_and_only_they_are_due() -> None:
    twice = Schedule(rrule="FREQ=DAILY", times=(time(18), time(8)), start=date(2026, 9, 1))
    moments = due_on(twice, SHANGHAI, date(2026, 9, 24))
    assert [local(m, SHANGHAI).hour for m in moments] == [8, 18]
    assert all(is_due(twice, SHANGHAI, m) for m in moments)
    assert not is_due(twice, SHANGHAI, moments[0] + timedelta(minutes=1))
    assert due_on(schedule(WORKWEEK), SHANGHAI, date(2026, 9, 26)) == ()


def test_the_days_are_the_zones_own() -> None:
    before_midnight = datetime(2026, 9, 24, 23, 0, tzinfo=ZoneInfo(SHANGHAI))
    found = next_due(schedule("FREQ=DAILY", time(0, 15)), SHANGHAI, before_midnight.astimezone(UTC))
    assert found == datetime(2026, 9, 24, 16, 15, tzinfo=UTC)


def test_what_recurs_within_the_day_by_a_rule_or_at_no_time_is_refused() -> None:
    with pytest.raises(RecursTooOften):
        next_due(schedule("FREQ=HOURLY"), SHANGHAI, NOW)
    with pytest.raises(RecursTooOften):
        next_due(Schedule(rrule="FREQ=MINUTELY;INTERVAL=5"), SHANGHAI, NOW)
    with pytest.raises(TimeMissing):
        next_due(Schedule(rrule="FREQ=DAILY"), SHANGHAI, NOW)
