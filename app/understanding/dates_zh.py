"""Days in Chinese: 明天, 下周三, 2015年3月3日, 下个月20号, 月底, 十月第一个星期一."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.times import Moment
from app.understanding.calendar_words import DAYPARTS_ZH, DAYS, LAST_ZH, NEXT_ZH, THIS_ZH, WEEK_ZH, WEEKDAYS_ZH, YEARS
from app.understanding.clock import HALF_OF
from app.understanding.numerals_zh import whole_at
from app.understanding.tokens import Token, text_at

Dated = tuple[int, Moment]
YEARS_ZH = {"今年": 0, "明年": 1, "后年": 2, "去年": -1}
LUNAR_NAMES = ("农历", "阴历", "旧历")
LUNAR_MONTHS = {"正月": 1, "冬月": 11, "腊月": 12}
DAY_WORDS_ZH = frozenset("日号")
# 5号线, 5号楼: no day.
NUMBERED = frozenset("线楼店桌")
SATURDAY = 6


def relative_zh_at(tokens: Sequence[Token], at: int) -> Dated | None:
    for size in (3, 2):
        word = text_at(tokens, at, size)
        if word in DAYS:
            part = DAYPARTS_ZH.get(word)
            return at + len(word), Moment(ahead=DAYS[word], half=HALF_OF[part] if part else None, daypart=part)
    return None


def week_zh_at(tokens: Sequence[Token], at: int) -> int | None:
    """The token after 周, 星期 or 礼拜."""
    for size in (1, 2):
        if text_at(tokens, at, size) in WEEK_ZH:
            return at + size
    return None


def weekday_zh_at(tokens: Sequence[Token], at: int) -> Dated | None:
    """周三, 下周三, 下下个星期三, 这周末."""
    step, week = which_zh_at(tokens, at)
    after = week_zh_at(tokens, step)
    if after is None or after >= len(tokens):
        return None
    if week is not None and tokens[after].text == "末":
        return after + 1, Moment(weekday=SATURDAY, week=week)
    named = WEEKDAYS_ZH.get(tokens[after].text)
    return (after + 1, Moment(weekday=named, week=week or 0)) if named else None


def which_zh_at(tokens: Sequence[Token], at: int) -> tuple[int, int | None]:
    """下, 下下个, 上, 这个, 今: the token after, and how many ahead; None where there is no such word."""
    char, step, ahead = tokens[at].text, at, 0
    if char in THIS_ZH:
        step = at + 1
    elif char in (NEXT_ZH, LAST_ZH):
        while text_at(tokens, step) == char and step < at + 3:
            step, ahead = step + 1, ahead + (1 if char == NEXT_ZH else -1)
    else:
        return at, None
    return (step + 1 if text_at(tokens, step) == "个" else step), ahead


def date_zh_at(tokens: Sequence[Token], at: int) -> Dated | None:
    """12月3日, 2015年三月三号, 下个月20号, 5号, 十月第一个星期一, 月底."""
    step, moment = _year_zh(tokens, at)
    if step >= len(tokens):
        return None
    months = which_zh_at(tokens, step)
    if months[1] is not None and months[0] < len(tokens) and tokens[months[0]].text == "月":
        return _in_month(tokens, months[0] + 1, replace(moment, months=months[1]))
    if tokens[step].text == "月" and text_at(tokens, step + 1) in ("底", "末", "初"):
        return _in_month(tokens, step + 1, replace(moment, months=0))
    number = whole_at(tokens, step)
    if number is None or number[0] >= len(tokens):
        return None
    end, value = number
    if tokens[end].text == "月" and 1 <= value <= 12:
        return _in_month(tokens, end + 1 + (text_at(tokens, end + 1) == "份"), replace(moment, month=value))
    if tokens[end].text == "号" and 1 <= value <= 31 and step == at and text_at(tokens, end + 1) not in NUMBERED:
        return end + 1, Moment(day=value)
    return None


def lunar_date_at(tokens: Sequence[Token], at: int) -> Dated | None:
    """农历八月十五, 正月初一, 腊月二十三."""
    named = text_at(tokens, at, 2) in LUNAR_NAMES
    start = at + 2 * named
    if start + 2 >= len(tokens):
        return None
    own = LUNAR_MONTHS.get(text_at(tokens, start, 2))
    counted = whole_at(tokens, start) if named and own is None else None
    month, step = (own, start + 2) if own else (counted[1], counted[0] + 1) if counted else (0, start)
    if not month or not 1 <= month <= 12 or tokens[step - 1].text != "月" or step >= len(tokens):
        return None
    first = tokens[step].text == "初"
    day = whole_at(tokens, step + first) if step + first < len(tokens) else None
    if day is None or not 1 <= day[1] <= 30:
        return None
    return day[0] + (text_at(tokens, day[0]) in DAY_WORDS_ZH and day[0] < len(tokens)), Moment(month=month, day=day[1], lunar=True)


def _year_zh(tokens: Sequence[Token], at: int) -> tuple[int, Moment]:
    named = YEARS_ZH.get(text_at(tokens, at, 2))
    if named is not None:
        return at + 2 + (text_at(tokens, at + 2) == "的"), Moment(years=named)
    number = whole_at(tokens, at)
    if number is None or text_at(tokens, number[0]) != "年" or number[0] - at == 2:
        return at, Moment()
    year = number[1] + 2000 if number[1] < 70 and number[0] - at == 1 and len(tokens[at].raw) == 2 else number[1]
    return (number[0] + 1, Moment(year=year)) if year in YEARS else (at, Moment())


def _in_month(tokens: Sequence[Token], at: int, month: Moment) -> Dated | None:
    """The day after a month: 三号, 底, 第一个星期一, 最后一天."""
    at += text_at(tokens, at) in ("的", "份")
    if at >= len(tokens):
        return None
    if tokens[at].text in ("底", "末", "初"):
        return at + 1, replace(month, day=1 if tokens[at].text == "初" else -1)
    nth, step = nth_zh_at(tokens, at)
    if nth:
        if text_at(tokens, step) == "天":
            return step + 1, replace(month, day=nth)
        after = week_zh_at(tokens, step)
        named = WEEKDAYS_ZH.get(text_at(tokens, after)) if after is not None else None
        return (after + 1, replace(month, weekday=named, nth=nth)) if named and after is not None else None
    day = whole_at(tokens, at)
    if day is None or not 1 <= day[1] <= 31 or text_at(tokens, day[0]) not in DAY_WORDS_ZH or day[0] >= len(tokens):
        return None
    return day[0] + 1, replace(month, day=day[1])


def nth_zh_at(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """第一个, 最后一个, 倒数第二个: which one and the token after it; 0 where none is said."""
    back = text_at(tokens, at, 2) == "倒数"
    start = at + 2 if back else at
    if not back and text_at(tokens, at, 3) == "最后一":
        return -1, at + 3 + (text_at(tokens, at + 3) == "个")
    number = whole_at(tokens, start + 1) if text_at(tokens, start) == "第" and start + 1 < len(tokens) else None
    if number is None or not 0 < number[1] <= 31:
        return 0, at
    end = number[0] + (text_at(tokens, number[0]) == "个")
    return (-number[1] if back else number[1]), end
