"""Schedules in words: whatever can be read as a recurrence can be said in both languages."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dialogue.schedule_words import schedule_words
from app.domain.names import LANGS
from app.domain.recurrence import DayCalendar, Schedule

SAID = {
    "FREQ=DAILY": ("every day", "每天"),
    "FREQ=DAILY;INTERVAL=3": ("every 3 days", "每 3 天"),
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": ("every weekday", "周一到周五"),
    "FREQ=WEEKLY;BYDAY=SA,SU": ("Saturdays and Sundays", "每周六、周日"),
    "FREQ=WEEKLY;BYDAY=MO,TH": ("every Monday, Thursday", "每周一、周四"),
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR": ("every 2 weeks on Friday", "每 2 周周五"),
    "FREQ=MONTHLY;BYMONTHDAY=1": ("every month on day 1", "每月1号"),
    "FREQ=MONTHLY;BYMONTHDAY=-1": ("every month on the last day", "每月最后一天"),
    "FREQ=MONTHLY;BYDAY=2TU": ("every month on the second Tuesday", "每月第二个周二"),
    "FREQ=MONTHLY;BYDAY=-1FR": ("every month on the last Friday", "每月最后一个周五"),
    "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5": ("every year on March, day 5", "每年3月、5号"),
}


@pytest.mark.parametrize("rule", list(SAID))
def test_a_rule_is_said_in_both_languages(rule: str) -> None:
    assert (schedule_words(Schedule(rrule=rule), "en"), schedule_words(Schedule(rrule=rule), "zh")) == SAID[rule]


def test_times_an_end_and_the_calendar_are_said_too() -> None:
    whole = Schedule("FREQ=DAILY", (time(7, 30), time(18)), until=date(2026, 12, 25), calendar="not_holidays")
    assert schedule_words(whole, "en") == "every day at 07:30, 18:00, not on public holidays, until Fri 25 December"
    assert schedule_words(whole, "zh") == "每天 07:30、18:00（法定节假日除外），到12月25日周五为止"


CALENDARS: list[DayCalendar | None] = [None, "workdays", "holidays", "not_holidays", "lunar"]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 12),
    st.lists(st.sampled_from(["MO", "3TU", "-1FR", "SU", "5WE", "-2TH"]), max_size=3, unique=True),
    st.lists(st.sampled_from([-1, 1, 15, 31]), max_size=2, unique=True),
    st.lists(st.integers(1, 12), max_size=2, unique=True),
    st.sampled_from(CALENDARS),
    st.none() | st.integers(1, 9),
)
def test_no_rule_is_without_words(
    frequency: str,
    interval: int,
    days: list[str],
    dates: list[int],
    months: list[int],
    calendar: DayCalendar | None,
    count: int | None,
) -> None:
    parts = {"BYDAY": days, "BYMONTHDAY": dates, "BYMONTH": months}
    rule = ";".join([f"FREQ={frequency}", f"INTERVAL={interval}", *(f"{n}={','.join(map(str, v))}" for n, v in parts.items() if v)])
    for lang in LANGS:
        assert schedule_words(Schedule(rule, (time(8),), calendar=calendar, count=count), lang)
