"""How often something is wanted, in both languages, and what only sounds like it."""

from collections.abc import Mapping

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dialogue.reading import Begin, LinesValue, RecurrenceValue
from app.dialogue.specs import SkillSpec, SlotSpec
from app.dialogue.times import Moment, Recurrence
from app.understanding.context import ReadingContext
from app.understanding.lexicon import ShopLexicon
from app.understanding.moments import moment_at
from app.understanding.normalise import normalise
from app.understanding.recurrences import parts_of, recurrence_in
from app.understanding.rules import read as rules_read
from app.understanding.tokens import tokenise

WORKWEEK = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
WEEKEND = "FREQ=WEEKLY;BYDAY=SA,SU"


def read(text: str) -> Recurrence | None:
    found = recurrence_in(tokenise(normalise(text).text))
    return found[0] if found else None


def hours(recurrence: Recurrence | None) -> list[str]:
    return [f"{m.hour}:{m.minute:02}" for m in recurrence.times] if recurrence else []


RULES = {
    "a flat white every other Friday": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    "every second week": "FREQ=WEEKLY;INTERVAL=2",
    "every third day": "FREQ=DAILY;INTERVAL=3",
    "alternate Fridays": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    "once a fortnight": "FREQ=WEEKLY;INTERVAL=2",
    "bi-weekly": "FREQ=WEEKLY;INTERVAL=2",
    "semi-annually": "FREQ=MONTHLY;INTERVAL=6",
    "every hour and a half": "FREQ=MINUTELY;INTERVAL=90",
    "every quarter of an hour": "FREQ=MINUTELY;INTERVAL=15",
    "every couple of days": "FREQ=DAILY;INTERVAL=2",
    "every quarter": "FREQ=MONTHLY;INTERVAL=3",
    "every 2nd Tuesday of the month": "FREQ=MONTHLY;BYDAY=2TU",
    "every first Monday": "FREQ=MONTHLY;BYDAY=1MO",
    "every last Friday": "FREQ=MONTHLY;BYDAY=-1FR",
    "the first of every month": "FREQ=MONTHLY;BYMONTHDAY=1",
    "bread on the 1st and 15th of the month": "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "the last day of each month": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "the second to last Thursday of each month": "FREQ=MONTHLY;BYDAY=-2TH",
    "the first and third Monday of the month": "FREQ=MONTHLY;BYDAY=1MO,3MO",
    "every month on the last weekday": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "each 4th of July": "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4",
    "every Thanksgiving": "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "every Saturday in December": "FREQ=WEEKLY;BYMONTH=12;BYDAY=SA",
    "every year on March 5": "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5",
    "Mondays and Thursdays": "FREQ=WEEKLY;BYDAY=MO,TH",
    "Mon, Wed and Fri at 8": "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "Monday through Friday at 8am": WORKWEEK,
    "every morning except Sundays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
    "every day but not on weekends": WORKWEEK,
    "every Monday morning and Friday evening": "FREQ=WEEKLY;BYDAY=MO,FR",
    "on Mondays, every two weeks": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    "每隔一天": "FREQ=DAILY;INTERVAL=2",
    "隔天送一箱": "FREQ=DAILY;INTERVAL=2",
    "每隔三天": "FREQ=DAILY;INTERVAL=3",
    "每隔五分钟": "FREQ=MINUTELY;INTERVAL=5",
    "隔周周三": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
    "双周周四": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
    "每两周的周五": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    "每周一三五": "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "每周二、四": "FREQ=WEEKLY;BYDAY=TU,TH",
    "每周一早上和周五晚上": "FREQ=WEEKLY;BYDAY=MO,FR",
    "周一至周五早上八点": WORKWEEK,
    "每周六日": WEEKEND,
    "每周一杯美式": "FREQ=WEEKLY",
    "每周三两杯拿铁": "FREQ=WEEKLY;BYDAY=WE",
    "每周五十点": "FREQ=WEEKLY;BYDAY=FR",
    "每月1号和15号": "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "每月最后一个周五": "FREQ=MONTHLY;BYDAY=-1FR",
    "每月倒数第二天": "FREQ=MONTHLY;BYMONTHDAY=-2",
    "每个月月底": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "每月最后一个工作日": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "每年国庆": "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1",
    "每逢周五": "FREQ=WEEKLY;BYDAY=FR",
    "每半年": "FREQ=MONTHLY;INTERVAL=6",
    "每一个半小时": "FREQ=MINUTELY;INTERVAL=90",
    "每季度第一天": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1",
    "天天来一份": "FREQ=DAILY",
    "三天送一次": "FREQ=DAILY;INTERVAL=3",
    "一天一杯咖啡": "FREQ=DAILY",
    "每天早上九点，周末除外": WORKWEEK,
    "除了周日每天送": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
}  # fmt: skip


@pytest.mark.parametrize("words", RULES)
def test_how_often_becomes_a_rule(words: str) -> None:
    recurrence = read(words)
    assert recurrence is not None
    assert recurrence.rule == RULES[words]
    assert rrulestr(recurrence.rule)


OTHERWISE = """
    every coffee you have|each of them|the daily special|daily soup please|everyone gets a latte|each with oat milk|twice the cheese
    two times extra shot|once more|everything bagel|every time|one pizza for each person|for two nights|this weekend|last Monday
    the first one|have a nice day|a hotel Monday to Friday, we arrive at 3pm|Saturday and Sunday at 9|the second Monday special
    tomorrow mornings|every few days|3 day old bread
    每杯加糖|每人一杯|每个都要热的|每样来一个|每次都要|天天特价|每日推荐|每日鲜奶|年年有余|隔壁|三天后|第一次|来一次|3个工作日内送达
    这周末|周末愉快|周六和周日早上九点|一天到晚|两天一夜|一周年|下周一早上八点
"""


@pytest.mark.parametrize("words", [words for line in OTHERWISE.split("\n") for words in line.strip().split("|") if words])
def test_what_only_sounds_like_a_recurrence_is_none(words: str) -> None:
    assert read(words) is None


@pytest.mark.parametrize(
    ("words", "times", "dayparts"),
    [
        ("every morning", [], ("morning",)),
        ("every night at 9", ["21:00"], ()),
        ("at 3 every afternoon", ["15:00"], ()),
        ("every day at 8am and 6pm", ["8:00", "18:00"], ()),
        ("every day at 8 and 10 am", ["8:00", "10:00"], ()),
        ("a coffee at 9 in the morning every day", ["9:00"], ()),
        ("every weekday at quarter to nine", ["8:45"], ()),
        ("every 10 minutes from 9am to 5pm", [], ()),
        ("daily at noon", ["12:00"], ()),
        ("每天早上八点和晚上六点", ["8:00", "18:00"], ()),
        ("每晚十二点", ["0:00"], ()),
        ("每天中午十二点半", ["12:30"], ()),
        ("每天凌晨一点半", ["1:30"], ()),
        ("每周五下午五点三刻", ["17:45"], ()),
        ("每天差五分八点", ["7:55"], ()),
        ("每天早晚", [], ("morning", "evening")),
        ("每天下午茶", [], ()),
        ("每天0点", ["0:00"], ()),
    ],
)
def test_the_hour_or_else_the_part_of_the_day_is_kept(words: str, times: list[str], dayparts: tuple[str, ...]) -> None:
    recurrence = read(words)
    assert recurrence is not None
    assert (hours(recurrence), recurrence.dayparts) == (times, dayparts)


@pytest.mark.parametrize(
    ("words", "bounds"),
    [
        ("a latte every weekday at 8 until Christmas", {"until": Moment(month=12, day=25)}),
        ("weekly on Saturdays starting next week", {"start": Moment(weekday=1, week=1)}),
        ("every 3 days from tomorrow", {"start": Moment(ahead=1)}),
        ("every day until the end of the month", {"until": Moment(months=0, day=-1)}),
        ("daily at noon for two weeks", {"lasting": (2, "week")}),
        ("every morning for the next ten days", {"lasting": (10, "day")}),
        ("every day for 5 times", {"count": 5}),
        ("three times a week for a month", {"per": 3, "lasting": (1, "month")}),
        ("weekdays except public holidays at 9", {"calendar": "not_holidays"}),
        ("every business day", {"calendar": "workdays"}),
        ("从下周一开始每天早上送牛奶", {"start": Moment(weekday=1, week=1)}),
        ("每周五晚上8点，从3月1号起", {"start": Moment(month=3, day=1)}),
        ("每天送一杯，直到圣诞节", {"until": Moment(month=12, day=25)}),
        ("每天8点，到下个月底为止", {"until": Moment(months=1, day=-1)}),
        ("每天早上，持续两周", {"lasting": (2, "week")}),
        ("每周五送一箱，一共十次", {"count": 10}),
        ("一天两次", {"per": 2}),
        ("每周三天", {"per": 3}),
        ("每个工作日，法定节假日除外", {"calendar": "workdays"}),
        ("每天，节假日不送", {"calendar": "not_holidays"}),
        ("每年春节", {"calendar": "lunar"}),
        ("农历每月初一十五", {"calendar": "lunar"}),
    ],
)
def test_what_bounds_a_recurrence_is_kept_with_it(words: str, bounds: dict[str, object]) -> None:
    recurrence = read(words)
    assert recurrence is not None
    said = {name: getattr(recurrence, name) for name in ("start", "until", "lasting", "count", "calendar", "per")}
    nothing = {"start": None, "until": None, "lasting": None, "count": None, "calendar": None, "per": 1}
    assert said == nothing | bounds


def test_the_words_of_a_recurrence_are_kept_and_no_others() -> None:
    normal = normalise("At 8am a Flat White every weekday until Christmas please")
    tokens = tokenise(normal.text)
    found = recurrence_in(tokens)
    assert found is not None
    said = [normal.span(tokens[start].start, tokens[end - 1].end).text for start, end in parts_of(found[1])]
    assert said == ["At 8am", "every weekday until Christmas"]


def _standing(text: str, shops: Mapping[str, ShopLexicon]) -> Begin:
    order = SkillSpec(
        "order",
        "order goods",
        (SlotSpec("lines", "lines", "what"), SlotSpec("often", "recurrence", "how often")),
        begins_with_lines=True,
    )
    begin = rules_read(text, ReadingContext((order,), shops)).commands[0]
    assert isinstance(begin, Begin)
    return begin


@pytest.mark.parametrize(
    ("text", "rule", "parts"),
    [
        ("At 8am a large latte every weekday until Christmas please", WORKWEEK, ["At 8am", "every weekday until Christmas"]),
        ("every morning two croissants", "FREQ=DAILY", ["every morning"]),
        ("每周一三五早上八点来一杯拿铁", "FREQ=WEEKLY;BYDAY=MO,WE,FR", ["每周一三五早上八点"]),
    ],
)
def test_a_skill_with_a_slot_for_it_is_given_the_recurrence_and_the_goods_apart(
    text: str, rule: str, parts: list[str], shops: Mapping[str, ShopLexicon]
) -> None:
    slots = _standing(text, shops).slots
    often = slots["often"]
    assert isinstance(often, RecurrenceValue)
    assert (often.recurrence.rule, [part.text for part in often.parts]) == (rule, parts)
    assert text[often.span.start : often.span.end] == often.span.text
    lines = slots["lines"]
    assert isinstance(lines, LinesValue)
    assert [line.item is not None for line in lines.lines] == [True]


SAID = """
    every each other 2nd last first monday mondays to friday weekday of the month at 8 am until christmas for two weeks - ,
    and in may
    每 隔 逢 周 月 天 一 三 五 至 号 初 底 最 后 第 个 的 双 农 历 早 上 八 点
    半 从 到 后 日 今 晚 上午 明 下 个 差 刻 分 年 国 庆 次 除 外 1 15 /
"""
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=14)


@settings(max_examples=400, deadline=None)
@given(words=WORDS)
def test_any_words_of_times_give_a_rule_that_can_be_followed_or_none(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words)):
        recurrence = read(text)
        assert recurrence is None or rrulestr(recurrence.rule)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    read(text)


@settings(max_examples=400, deadline=None)
@given(words=WORDS)
def test_what_is_read_ends_within_the_words(words: list[str]) -> None:
    tokens = tokenise(normalise(" ".join(words)).text)
    found = recurrence_in(tokens)
    ends = [end for _, end in found[1]] if found else []
    ends += [moment[0] for at in range(len(tokens)) if (moment := moment_at(tokens, at)) is not None]
    assert all(0 < end <= len(tokens) for end in ends)
