"""Days and times stay symbols while they are read, and become dates by a clock afterwards."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.dialogue.times import Moment
from app.resolution.moments import day_of, moment_of, times_of
from app.understanding.moments import moment_at
from app.understanding.normalise import normalise
from app.understanding.tokens import tokenise
from app.understanding.weights import weight_at

# A Monday, 09:00 in Shanghai.
NOW = datetime(2026, 5, 18, 1, 0, tzinfo=UTC)
TODAY = date(2026, 5, 18)


def first(text: str) -> Moment | None:
    tokens = tokenise(normalise(text).text)
    return next((found[1] for at in range(len(tokens)) if (found := moment_at(tokens, at))), None)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("明天下午三点", Moment(ahead=1, hour=15, half="pm")),
        ("三点前到机场", Moment(hour=3, before=True)),
        ("tomorrow at 3pm", Moment(ahead=1, hour=15, half="pm")),
        ("by 3", Moment(hour=3, before=True)),
        ("before 7:30 am", Moment(hour=7, minute=30, half="am", before=True)),
        ("next friday", Moment(weekday=5, week=1)),
        ("下周三", Moment(weekday=3, week=1)),
        ("12月3日", Moment(month=12, day=3)),
        ("3 December", Moment(month=12, day=3)),
        ("5号晚上8点半", Moment(day=5, hour=20, minute=30, half="pm")),
        ("the day after tomorrow", Moment(ahead=2)),
        ("last Friday", Moment(weekday=5, past=True)),
        ("上周五", Moment(weekday=5, week=-1)),
        ("昨天", Moment(ahead=-1)),
        ("今晚", Moment(ahead=0, half="pm", daypart="evening")),
        ("15:00", Moment(hour=15)),
        ("12 am", Moment(hour=0, half="am")),
        ("half past eight", Moment(hour=8, minute=30)),
        ("a quarter to five pm", Moment(hour=16, minute=45, half="pm")),
        ("ten past six", Moment(hour=6, minute=10)),
        ("3.15pm", Moment(hour=15, minute=15, half="pm")),
        ("3:15 p.m.", Moment(hour=15, minute=15, half="pm")),
        ("tomorrow at eight thirty", Moment(ahead=1, hour=8, minute=30)),
        ("midnight", Moment(hour=0, half="am")),
        ("8 in the evening", Moment(hour=20, half="pm")),
        ("差五分三点", Moment(hour=2, minute=55)),
        ("八点差一刻", Moment(hour=7, minute=45)),
        ("晚上八点一刻", Moment(hour=20, minute=15, half="pm")),
        ("晚上十二点", Moment(hour=0, half="am")),
        ("中午十二点半", Moment(hour=12, minute=30, half="pm")),
        ("中午一点", Moment(hour=13, half="pm")),
        ("夜里两点", Moment(hour=2, half="am")),
        ("八点三十", Moment(hour=8, minute=30)),
        ("八点零五分", Moment(hour=8, minute=5)),
        ("下午四时", Moment(hour=16, half="pm")),
        ("晏晝三點搭三", Moment(hour=15, minute=15, half="pm")),
        ("听日", Moment(ahead=1)),
        ("大后天", Moment(ahead=3)),
        ("下下周三", Moment(weekday=3, week=2)),
        ("这周末", Moment(weekday=6)),
        ("friday next week", Moment(weekday=5, week=1)),
        ("下个月20号", Moment(months=1, day=20)),
        ("月底", Moment(months=0, day=-1)),
        ("明年三月一号", Moment(years=1, month=3, day=1)),
        ("2031年3月3日", Moment(year=2031, month=3, day=3)),
        ("3/14/2031", Moment(year=2031, month=3, day=14)),
        ("2031-3-14", Moment(year=2031, month=3, day=14)),
        ("March 3rd, 2031", Moment(year=2031, month=3, day=3)),
        ("十月的第一个星期一", Moment(month=10, weekday=1, nth=1)),
        ("the last Friday of May", Moment(month=5, weekday=5, nth=-1)),
        ("周日，五月十号", Moment(weekday=7, month=5, day=10)),
        ("国庆节", Moment(month=10, day=1)),
        ("明年春节", Moment(years=1, month=1, day=1, lunar=True)),
        ("农历八月十五", Moment(month=8, day=15, lunar=True)),
        ("正月初一", Moment(month=1, day=1, lunar=True)),
        ("周五晚八点", Moment(weekday=5, hour=20, half="pm")),
        ("后天早", Moment(ahead=2, half="am", daypart="morning")),
        ("零点", Moment(hour=0)),
        ("过半小时", Moment(delay=30)),
        ("at 8 tonight", Moment(ahead=0, hour=20, half="pm")),
        ("pick me up at 3", Moment(hour=3)),
        ("中秋节", Moment(month=8, day=15, lunar=True)),
        ("Christmas eve", Moment(month=12, day=24)),
        ("半小时后", Moment(delay=30)),
        ("in an hour and a half", Moment(delay=90)),
        ("两天后上午九点", Moment(ahead=2, hour=9, half="am")),
        ("in two weeks", Moment(ahead=14)),
        ("三个月后", Moment(months=3, day=0)),
    ],
)
def test_a_moment_is_read_from_the_words(words: str, moment: Moment) -> None:
    assert first(words) == moment


NO_MOMENTS = """
    少一点|来一点牛肉|two lattes|25点|13月3日|一个拿铁|100g|my office|1/2 cup|first may I see it|下午茶|5号楼|小时候|the second one
    two and a half pizzas|the afternoon blend|half a pizza
    two cakes at 8 dollars|at 8%|at 12 Baker Street|at 5 old mill road|at the office
"""


@pytest.mark.parametrize("words", [words.strip() for line in NO_MOMENTS.split("\n") for words in line.split("|") if words.strip()])
def test_what_is_no_moment_is_none(words: str) -> None:
    assert first(words) is None


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (Moment(ahead=1), date(2026, 5, 19)),
        (Moment(weekday=1), TODAY),
        (Moment(weekday=7), date(2026, 5, 24)),
        (Moment(weekday=3, week=1), date(2026, 5, 27)),
        (Moment(weekday=5, week=-1), date(2026, 5, 15)),
        (Moment(weekday=1, past=True), date(2026, 5, 11)),
        (Moment(ahead=-1), date(2026, 5, 17)),
        (Moment(month=1, day=2), date(2027, 1, 2)),
        (Moment(day=5), date(2026, 6, 5)),
        (Moment(month=2, day=29), date(2028, 2, 29)),
        (Moment(month=2, day=30), None),
        (Moment(weekday=3, week=2), date(2026, 6, 3)),
        (Moment(months=1, day=20), date(2026, 6, 20)),
        (Moment(months=0, day=-1), date(2026, 5, 31)),
        (Moment(day=-1), date(2026, 5, 31)),
        (Moment(months=1, day=31), None),
        (Moment(months=-3, day=0), date(2026, 2, 18)),
        (Moment(months=9, day=0), date(2027, 2, 18)),
        (Moment(year=2031, month=3, day=3), date(2031, 3, 3)),
        (Moment(years=1, month=3, day=1), date(2027, 3, 1)),
        (Moment(month=10, weekday=1, nth=1), date(2026, 10, 5)),
        (Moment(month=5, weekday=5, nth=-1), date(2026, 5, 29)),
        (Moment(months=0, weekday=1, nth=5), None),
        (Moment(weekday=7, month=5, day=10), date(2026, 5, 10)),
        (Moment(weekday=1, month=5, day=10), date(2027, 5, 10)),
        (Moment(month=1, day=1, lunar=True), date(2027, 2, 6)),
        (Moment(month=8, day=15, lunar=True), date(2026, 9, 25)),
        (Moment(month=12, day=-1, lunar=True), date(2027, 2, 5)),
        (Moment(ahead=10**9), None),
        (Moment(hour=3), None),
    ],
)
def test_a_day_is_the_next_one_by_the_calendar(moment: Moment, day: date | None) -> None:
    assert day_of(moment, TODAY) == day


def test_a_time_that_may_be_before_or_after_noon_is_two_times() -> None:
    at_three = times_of(Moment(hour=3), NOW, "Asia/Shanghai")
    assert at_three == (datetime(2026, 5, 18, 7, 0, tzinfo=UTC), datetime(2026, 5, 18, 19, 0, tzinfo=UTC))
    assert times_of(Moment(hour=15, half="pm"), NOW, "Asia/Shanghai") == (datetime(2026, 5, 18, 7, 0, tzinfo=UTC),)
    assert times_of(Moment(ahead=0, hour=8, half="am"), NOW, "Asia/Shanghai") == ()


@pytest.mark.parametrize(
    ("words", "grams"),
    [
        ("半斤牛肉", 250), ("一斤半", 750), ("二两", 100), ("两斤三两", 1_150), ("三两半", 175), ("300g", 300),
        ("300 g of beef", 300),
        ("half a pound", 227), ("two kilos", 2_000), ("1.5kg", 1_500), ("半公斤", 500), ("两斤", 1_000),
    ],
)  # fmt: skip
def test_a_weight_is_read_in_grams(words: str, grams: int) -> None:
    found = weight_at(tokenise(normalise(words).text), 0)
    assert found is not None
    assert found[1] == grams


@pytest.mark.parametrize("words", ["一两个包子", "两杯", "三个", "999999斤", "gram"])
def test_what_is_no_weight_is_none(words: str) -> None:
    assert weight_at(tokenise(normalise(words).text), 0) is None


def test_so_long_from_now_is_by_the_clock() -> None:
    assert times_of(Moment(delay=90), NOW, "Asia/Shanghai") == (NOW + timedelta(minutes=90),)
    assert times_of(Moment(delay=-90), NOW, "Asia/Shanghai") == ()


def test_an_hour_counts_no_buns() -> None:
    assert first("八点二十个包子") == Moment(hour=8)
    assert first("八点两杯拿铁") == Moment(hour=8)


@pytest.mark.parametrize(
    ("moment", "meant"),
    [
        (Moment(hour=3), (TODAY, time(15))),
        (Moment(ahead=1, hour=9, half="am"), (date(2026, 5, 19), time(9))),
        (Moment(ahead=-1, hour=9, half="am"), (date(2026, 5, 17), time(9))),
        (Moment(ahead=2), (date(2026, 5, 20), None)),
        (Moment(delay=60), (TODAY, time(10))),
    ],
)
def test_the_local_day_and_time_of_a_moment(moment: Moment, meant: tuple[date, time | None]) -> None:
    assert moment_of(moment, NOW, "Asia/Shanghai") == meant


def test_midnight_is_not_noon() -> None:
    assert times_of(Moment(hour=0, minute=30), NOW, "Asia/Shanghai") == (datetime(2026, 5, 18, 16, 30, tzinfo=UTC),)
