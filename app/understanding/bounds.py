"""What bounds a recurrence: "until Christmas", "for two weeks", "except holidays", 从明天起, 共十次, 周末除外."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.dialogue.times import Moment, TimeUnit
from app.domain.recurrence import DayCalendar, Daypart
from app.understanding.calendar_words import WEEK_ZH
from app.understanding.cores import WEEKEND, WORKWEEK, Core
from app.understanding.dates import festival_at, slashed_at
from app.understanding.dates_en import month_day_at
from app.understanding.dates_zh import which_zh_at
from app.understanding.day_lists import weekdays_at
from app.understanding.durations import duration_at, unit_en_at, unit_zh_at
from app.understanding.moments import moment_at
from app.understanding.numerals import number_at
from app.understanding.recurrences_zh import bare_days_zh
from app.understanding.tokens import Token, raws_at, text_at

UNTIL_EN = frozenset(("until", "till", "til", "through", "thru", "ending", "ends", "end", "stopping", "up"))
START_EN = frozenset(("starting", "beginning", "from", "start", "starts", "commencing", "as", "effective"))
UNTIL_ZH = ("直到", "一直到", "截止到", "截至", "截止", "持续到", "到", "至")
START_ZH = ("从", "自", "由", "打")
STARTED_ZH = ("开始", "起", "算起")
LASTING_ZH = ("持续", "连续", "连着", "为期", "接下来", "未来", "接着", "一连", "总共", "一共", "共", "坚持")
EXCEPT_EN = frozenset(("except", "excluding", "but", "besides", "not", "without"))
EXCEPT_ZH = ("除了", "除去", "除开", "除", "不含", "不包括", "避开", "跳过")
EXCEPTED_ZH = ("除外", "不送", "不算", "不要", "以外", "休息")
HOLIDAYS_ZH = ("法定节假日", "法定假日", "节假日", "公众假期", "假期", "节日")
TIMES_ZH = frozenset("次趟回遍")
BOUND_STARTS_ZH = frozenset(word[0] for word in (*UNTIL_ZH, *START_ZH, *LASTING_ZH))
EXCEPT_STARTS_ZH = frozenset(word[0] for word in (*EXCEPT_ZH, *HOLIDAYS_ZH, *WEEK_ZH)) | frozenset("双工上")
Spans = list[tuple[int, int]]


@dataclass(slots=True)
class Found:
    """What has been read so far, and the tokens that were read."""

    core: Core | None = None
    spans: Spans = field(default_factory=list)
    core_spans: Spans = field(default_factory=list)
    clock_spans: Spans = field(default_factory=list)
    times: list[Moment] = field(default_factory=list)
    dayparts: list[Daypart] = field(default_factory=list)
    half: Moment | None = None
    start: Moment | None = None
    until: Moment | None = None
    lasting: tuple[int, TimeUnit] | None = None
    count: int | None = None
    without: tuple[int, ...] = ()
    calendar: DayCalendar | None = None


def bound_at(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    """Notes what begins or ends a recurrence at token `at`: the token after it."""
    if tokens[at].kind == "cjk" and tokens[at].text not in BOUND_STARTS_ZH:
        return None
    return _bound_zh(tokens, at, found) if tokens[at].kind in ("cjk", "number") else _bound_en(tokens, at, found)


def except_at(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    """Notes the days that are left out at token `at`: the token after them."""
    if tokens[at].kind == "cjk" and tokens[at].text not in EXCEPT_STARTS_ZH:
        return None
    return _except_zh(tokens, at, found) if tokens[at].kind == "cjk" else _except_en(tokens, at, found)


def _point(tokens: Sequence[Token], at: int) -> tuple[int, Moment] | None:
    """A day where nothing but a day is wanted: "Christmas", "the 5th", 五一, 下个月, 月底."""
    if at >= len(tokens):
        return None
    if (found := moment_at(tokens, at) or festival_at(tokens, at, alone=True) or slashed_at(tokens, at)) is not None:
        return found
    start = at + (tokens[at].raw == "the")
    if start < len(tokens) and (day := month_day_at(tokens, start)) and day[0] > start + (tokens[start].kind == "number"):
        return day[0], Moment(day=day[1])
    return _stretch(tokens, at)


def _stretch(tokens: Sequence[Token], at: int) -> tuple[int, Moment] | None:
    """ "next month", "the end of the year", 下周, 明年: the day it begins or ends with."""
    ends = raws_at(tokens, at, 3) == ("the", "end", "of") or raws_at(tokens, at, 2) == ("end", "of")
    step = at + (3 if ends and tokens[at].raw == "the" else 2 if ends else 0)
    if step >= len(tokens):
        return None
    if tokens[step].kind == "cjk":
        after, ahead = which_zh_at(tokens, step)
        unit = unit_zh_at(tokens, after) if ahead is not None and after < len(tokens) else None
        if text_at(tokens, step, 2) in ("明年", "年底"):
            return step + 2, Moment(years=1, month=1, day=1) if tokens[step].text == "明" else Moment(years=0, month=12, day=31)
    else:
        ahead = {"next": 1, "this": 0, "the": 0}.get(tokens[step].raw)
        unit = unit_en_at(tokens, step + 1)
    if unit is None or ahead is None:
        return None
    by_unit = {
        "week": Moment(weekday=7 if ends else 1, week=ahead),
        "month": Moment(months=ahead, day=-1 if ends else 1),
        "year": Moment(years=ahead, month=12 if ends else 1, day=31 if ends else 1),
    }
    return (unit[0], by_unit[unit[2]]) if unit[2] in by_unit else None


def _bound_en(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    """ "until Christmas", "starting on Monday", "for two weeks", "for 20 times"."""
    raw = tokens[at].raw
    if raw in UNTIL_EN or raw in START_EN:
        step = at + 1 + (text_at(tokens, at + 1) in ("on", "to", "of", "at"))
        step += text_at(tokens, step) in ("on", "at")
        point = _point(tokens, step)
        if point is None or (raw == "end" and step == at + 1):
            return None
        if not point[1].has_day:
            # "from 9 am", "until 6": a stretch of the day, no day.
            return point[0]
        if raw in UNTIL_EN:
            found.until = point[1]
        else:
            found.start = point[1]
        return point[0]
    if raw != "for":
        return None
    step = at + 1
    for lead in (("the", "next"), ("the",), ("next",), ("another",), ("about",)):
        if raws_at(tokens, step, len(lead)) == lead:
            step += len(lead)
            break
    if step >= len(tokens):
        return None
    lasting = duration_at(tokens, step)
    if lasting is not None:
        found.lasting = (lasting[1].count, lasting[1].unit)
        return lasting[0]
    number = number_at(tokens, step)
    if number and number[1].whole and text_at(tokens, number[0]) in ("time", "delivery", "occurrence"):
        found.count = number[1].whole
        return number[0] + 1
    return None


def _except_en(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    """ "except weekends", "but not on Sunday", "other than holidays"."""
    raw = tokens[at].raw
    if raw not in EXCEPT_EN and raws_at(tokens, at, 2) not in (("other", "than"), ("apart", "from")):
        return None
    step = at + (1 if raw in EXCEPT_EN else 2)
    while step < len(tokens) and tokens[step].raw in ("for", "on", "not", "the", "public", "bank", "national"):
        step += 1
    if step >= len(tokens):
        return None
    if tokens[step].text == "holiday":
        found.calendar = "not_holidays"
        return step + 1
    if tokens[step].text in ("weekend", "weekday"):
        found.without = WEEKEND if tokens[step].text == "weekend" else WORKWEEK
        return step + 1
    days = weekdays_at(tokens, step)
    if days is None:
        return None
    found.without = days[1]
    return days[0]


def _bound_zh(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    """直到圣诞节, 从下周一开始, 持续两周, 共十次."""
    for lead in UNTIL_ZH:
        if text_at(tokens, at, len(lead)) == lead and (point := _point(tokens, at + len(lead))) and point[1].has_day:
            found.until = point[1]
            return point[0] + 2 * (text_at(tokens, point[0], 2) == "为止")
    for lead in START_ZH:
        if text_at(tokens, at) == lead and (point := _point(tokens, at + 1)):
            end = point[0] + next((len(word) for word in STARTED_ZH if text_at(tokens, point[0], len(word)) == word), 0)
            found.start = point[1] if point[1].has_day else found.start
            return end if point[1].has_day or end > point[0] else None
    for lead in LASTING_ZH:
        step = at + len(lead)
        if text_at(tokens, at, len(lead)) == lead and step < len(tokens):
            step += text_at(tokens, step) in ("的", "送")
            return _lasting_zh(tokens, step, found) if step < len(tokens) else None
    return None


def _lasting_zh(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    number = number_at(tokens, at)
    if number and number[1].whole and text_at(tokens, number[0]) in TIMES_ZH and number[0] < len(tokens):
        found.count = number[1].whole
        return number[0] + 1
    lasting = duration_at(tokens, at)
    if lasting is None:
        return None
    found.lasting = (lasting[1].count, lasting[1].unit)
    return lasting[0]


def _except_zh(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    """除了周末, 法定节假日除外, 周日不送."""
    lead = next((word for word in EXCEPT_ZH if text_at(tokens, at, len(word)) == word), "")
    step = at + len(lead)
    if step >= len(tokens):
        return None
    holidays = next((word for word in HOLIDAYS_ZH if text_at(tokens, step, len(word)) == word), "")
    days = None if holidays else bare_days_zh(tokens, step)
    end = step + len(holidays) if holidays else days[0] if days else step
    excepted = next((word for word in EXCEPTED_ZH if text_at(tokens, end, len(word)) == word), "")
    if end == step or not (lead or excepted):
        return None
    if holidays:
        found.calendar = "not_holidays"
    elif days:
        found.without = days[1]
    return end + len(excepted)
