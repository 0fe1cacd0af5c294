"""Days in English: "tomorrow", "next friday", "Dec 3rd, 2026", "the first Monday of October"."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.times import Moment
from app.understanding.calendar_words import DAY_PHRASES, DAYPARTS_EN, DAYS, MONTHS, WEEKDAYS_EN, WEEKS_EN, YEARS
from app.understanding.clock import HALF_OF
from app.understanding.numerals import ORDINAL_ENDINGS, ORDINALS_EN
from app.understanding.tokens import Token, raws_at, text_at

Dated = tuple[int, Moment]
SATURDAY = 6


def relative_en_at(tokens: Sequence[Token], at: int) -> Dated | None:
    raw = tokens[at].raw
    if raw in ("the", "day", "this", "last"):
        for phrase, ahead in DAY_PHRASES.items():
            if raws_at(tokens, at, len(phrase)) == phrase:
                part = DAYPARTS_EN.get(phrase[-1])
                return at + len(phrase), Moment(ahead=ahead, half=HALF_OF[part] if part else None, daypart=part)
    if raw in DAYS:
        part = DAYPARTS_EN.get(raw)
        return at + 1, Moment(ahead=DAYS[raw], half=HALF_OF[part] if part else None, daypart=part)
    return None


def weekday_en_at(tokens: Sequence[Token], at: int) -> Dated | None:
    """ "friday", "next friday", "this weekend", "friday next week"."""
    raw = tokens[at].raw
    step = at + 1 if raw == "this" and text_at(tokens, at + 1) == "coming" else at
    week = WEEKS_EN.get(tokens[step].raw)
    step = at if week is None else step + 1
    if step >= len(tokens):
        return None
    if week is not None and tokens[step].raw == "weekend" and raw != "last":
        return step + 1, Moment(weekday=SATURDAY, week=week)
    if week is not None and tokens[step].raw == "week" and step + 1 < len(tokens):
        following = step + 1 + (tokens[step + 1].raw == "on")
        named = WEEKDAYS_EN.get(tokens[following].raw) if following < len(tokens) else None
        return (following + 1, Moment(weekday=named, week=-1 if raw == "last" else week)) if named else None
    weekday = WEEKDAYS_EN.get(tokens[step].text) or WEEKDAYS_EN.get(tokens[step].raw)
    if weekday is None:
        return None
    end = step + 1
    if week is None and raws_at(tokens, end, 2) in (("next", "week"), ("this", "week"), ("last", "week")):
        said = tokens[end].raw
        return end + 2, Moment(weekday=weekday, week={"next": 1, "this": 0, "last": -1}[said])
    return end, Moment(weekday=weekday, week=week or 0, past=raw == "last")


def past_ending(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].raw in ORDINAL_ENDINGS else at


def month_day_at(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The day of a month in English: "3", "3rd", "third"; the token after it."""
    if at >= len(tokens):
        return None
    if tokens[at].raw in ORDINALS_EN and ORDINALS_EN[tokens[at].raw] > 0:
        return at + 1, ORDINALS_EN[tokens[at].raw]
    if tokens[at].kind != "number" or not tokens[at].raw.isdecimal() or len(tokens[at].raw) > 2:
        return None
    day = int(tokens[at].raw)
    return (past_ending(tokens, at + 1), day) if 1 <= day <= 31 else None


def _year_after(tokens: Sequence[Token], at: int, moment: Moment) -> Dated:
    step = at + 1 if text_at(tokens, at) == "," else at
    if step < len(tokens) and tokens[step].raw.isdecimal() and len(tokens[step].raw) == 4 and int(tokens[step].raw) in YEARS:
        return step + 1, replace(moment, year=int(tokens[step].raw))
    return at, moment


def date_en_at(tokens: Sequence[Token], at: int) -> Dated | None:
    """ "Dec 3", "December 3rd, 2026", "3 December", "3rd of December", "the first Monday of October"."""
    start = at + (tokens[at].raw == "the")
    if (counted := _nth_weekday_en(tokens, start)) is not None:
        return counted
    month = MONTHS.get(tokens[at].raw)
    if month is not None:
        step = at + 1 + (text_at(tokens, at + 1) in (".", "the"))
        day = month_day_at(tokens, step)
        # "may 3" is a date, "may five" and "march" are not.
        return _year_after(tokens, day[0], Moment(month=month, day=day[1])) if day and tokens[day[0] - 1].kind != "cjk" else None
    day = month_day_at(tokens, start)
    if day is None:
        return None
    joined = day[0] < len(tokens) and tokens[day[0]].raw == "of"
    end = day[0] + joined
    if not joined and tokens[start].kind == "word":
        # "first" and a month need an "of" between them: "first may I see the menu".
        return None
    named = MONTHS.get(tokens[end].raw) if end < len(tokens) else None
    return _year_after(tokens, end + 1, Moment(month=named, day=day[1])) if named else None


def _nth_weekday_en(tokens: Sequence[Token], at: int) -> Dated | None:
    """ "first Monday of October", "last day of the month", "last Friday in May"."""
    if at + 2 >= len(tokens):
        return None
    nth = ORDINALS_EN.get(tokens[at].raw) or (month_day_at(tokens, at) or (0, 0))[1]
    step = at + 1 if tokens[at].raw in ORDINALS_EN else past_ending(tokens, at + 1)
    if not nth or nth > 5 or step + 1 >= len(tokens) or tokens[step + 1].raw not in ("of", "in"):
        return None
    weekday = WEEKDAYS_EN.get(tokens[step].text)
    if weekday is None and (tokens[step].raw != "day" or nth > 0):
        return None
    end = step + 2 + (text_at(tokens, step + 2) in ("the", "this", "next"))
    if end >= len(tokens):
        return None
    months = 1 if tokens[end - 1].raw == "next" else 0
    month = MONTHS.get(tokens[end].raw)
    if month is None and tokens[end].raw != "month":
        return None
    when = Moment(month=month) if month else Moment(months=months)
    return end + 1, replace(when, weekday=weekday, nth=nth) if weekday else replace(when, day=-1)
