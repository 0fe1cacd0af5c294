"""Days and times stay symbols while they are read, and become dates by a clock afterwards."""

from datetime import UTC, date, datetime

import pytest

from app.dialogue.reading import Moment
from app.resolution.moments import day_of, times_of
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
        ("今晚", Moment(ahead=0, half="pm")),
        ("15:00", Moment(hour=15)),
        ("12 am", Moment(hour=0, half="am")),
    ],
)
def test_a_moment_is_read_from_the_words(words: str, moment: Moment) -> None:
    assert first(words) == moment


@pytest.mark.parametrize("words", ["少一点", "来一点牛肉", "two lattes", "25点", "13月3日", "一个拿铁", "100g", "my office"])
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
