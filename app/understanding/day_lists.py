"""Lists of days in English: "Mon, Wed and Fri", "Monday through Friday", "first and third Friday", "the 1st and the last day"."""

from collections.abc import Sequence

from app.dialogue.times import TimeUnit
from app.domain.recurrence import DayCalendar, Daypart
from app.understanding.calendar_words import DAYPARTS_EN, MONTHS, WEEKDAYS_EN
from app.understanding.cores import WEEKEND, WORKWEEK, Core
from app.understanding.dates_en import month_day_at, past_ending
from app.understanding.numerals import ORDINALS_EN
from app.understanding.tokens import Token, raws_at, text_at

Cored = tuple[int, Core]
SINGULAR_DAYS: dict[str, tuple[tuple[int, ...], DayCalendar | None]] = {
    "weekday": (WORKWEEK, None),
    "workday": (WORKWEEK, "workdays"),
    "weekend": (WEEKEND, None),
}
WORKING = frozenset(("business", "working", "work", "week"))
NTH_WORDS = ORDINALS_EN | {"other": 2, "alternate": 2, "penultimate": -2}
RANGE_MARKS = frozenset(("-", "to", "through", "thru", "till", "until", "~"))
# However long a list of days goes on.
MOST_LISTED = 31
LISTING = frozenset((",", "and", "&", "/", "plus", "+"))


def nth_at(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """ "other", "second", "3rd", "last", "3rd last", "second to last": the token after, and which."""
    if at >= len(tokens):
        return None
    if tokens[at].raw in NTH_WORDS:
        end, nth = at + 1, NTH_WORDS[tokens[at].raw]
    elif tokens[at].kind == "number" and tokens[at].raw.isdecimal() and len(tokens[at].raw) < 4:
        end = past_ending(tokens, at + 1)
        if end == at + 1:
            return None
        nth = int(tokens[at].raw)
    else:
        return None
    if nth > 0:
        for words in (("last",), ("to", "last"), ("-", "to", "-", "last"), ("to", "the", "last"), ("from", "last")):
            if raws_at(tokens, end, len(words)) == words:
                return end + len(words), -nth
    return end, nth


def is_weekday(token: Token) -> bool:
    return token.raw in WEEKDAYS_EN or token.text in WEEKDAYS_EN


def weekdays_at(tokens: Sequence[Token], at: int) -> tuple[int, tuple[int, ...], tuple[Daypart, ...]] | None:
    """ "Monday", "Mon, Wed and Fri", "Monday through Friday", "Friday night": the token after, the days, the part of them."""
    days: list[int] = []
    end = at
    while end < len(tokens) and len(days) < MOST_LISTED:
        day = WEEKDAYS_EN.get(tokens[end].raw) or WEEKDAYS_EN.get(tokens[end].text)
        if day is None:
            break
        after = end + 1 + (text_at(tokens, end + 1) == "." and end + 2 < len(tokens))
        last = (
            WEEKDAYS_EN.get(tokens[after + 1].text) if text_at(tokens, after) in RANGE_MARKS and after + 1 < len(tokens) else None
        )
        if last is not None:
            days += [(n - 1) % 7 + 1 for n in range(day, (last if last >= day else last + 7) + 1)]
            after += 2
        else:
            days.append(day)
        end = after
        step = after
        while step < len(tokens) and tokens[step].raw in LISTING and step < after + 2:
            step += 1
        step += step < len(tokens) and step > after and tokens[step].raw in ("on", "every", "each")
        if step == after or step >= len(tokens) or not is_weekday(tokens[step]):
            break
        end = step
    if not days:
        return None
    part = DAYPARTS_EN.get(tokens[end].text) if end < len(tokens) else None
    return (end + 1, tuple(days), (part,)) if part else (end, tuple(days), ())


def months_at(tokens: Sequence[Token], at: int) -> tuple[int, tuple[int, ...]] | None:
    """ "January", "January, March and May"."""
    months: list[int] = []
    end = step = at
    while step < len(tokens) and tokens[step].raw in MONTHS and len(months) < MOST_LISTED:
        months.append(MONTHS[tokens[step].raw])
        end = step = step + 1
        while step < len(tokens) and tokens[step].raw in LISTING:
            step += 1
    return (end, tuple(months)) if months else None


def monthdays_at(tokens: Sequence[Token], at: int) -> tuple[int, tuple[int, ...]]:
    """ "1st", "1st and 15th", "the 1st, the 10th and the last day": days of a month; the token after."""
    days: list[int] = []
    end = step = at
    while step < len(tokens) and len(days) < MOST_LISTED:
        step += tokens[step].raw == "the"
        step += step < len(tokens) and tokens[step].raw == "day" and bool(days or step == at)
        nth = nth_at(tokens, step)
        plain = month_day_at(tokens, step) if nth is None and step > at and tokens[step - 1].raw == "day" else None
        if plain is not None:
            nth = plain
        if nth is None or not -31 <= nth[1] <= 31 or tokens[step].raw == "other":
            break
        end, day = nth
        end += text_at(tokens, end) == "day"
        days.append(day)
        step = end
        while step < len(tokens) and tokens[step].raw in LISTING:
            step += 1
        if step == end:
            break
    return end, tuple(days)


def nths_at(tokens: Sequence[Token], at: int, unit: TimeUnit) -> Cored | None:
    """ "the first Monday", "first and third Friday", "3rd last Tuesday", "last workday", "the 15th", within each `unit`."""
    if at >= len(tokens):
        return None
    step = at + (tokens[at].raw == "the")
    nths: list[tuple[int, int]] = []
    pending: list[int] = []
    end = step
    while len(nths) + len(pending) < MOST_LISTED and (nth := nth_at(tokens, step)) is not None and nth[0] < len(tokens) and nth[1]:
        after = nth[0]
        pending.append(nth[1])
        if not nths and len(pending) == 1 and (working := working_day_at(tokens, after)) is not None:
            return working[0], Core(unit, days=WORKWEEK if working[1] else WEEKEND, place=nth[1], calendar=working[2])
        day = WEEKDAYS_EN.get(tokens[after].text)
        if day is not None:
            nths += [(which, day) for which in pending]
            pending = []
            end = after = after + 1
        elif tokens[after].raw not in LISTING:
            break
        step = after
        while step < len(tokens) and (tokens[step].raw in LISTING or tokens[step].raw == "the"):
            step += 1
        if step == after:
            break
    if nths:
        return end, Core(unit, nths=tuple(nths))
    end, days = monthdays_at(tokens, at)
    return (end, Core(unit, monthdays=days)) if days else None


def working_day_at(tokens: Sequence[Token], at: int) -> tuple[int, bool, DayCalendar | None] | None:
    """ "weekday", "weekend", "working day": the token after, whether it is of the working week, and its calendar."""
    if tokens[at].raw in WORKING and text_at(tokens, at + 1) == "day":
        return at + 2, True, "workdays"
    if tokens[at].text not in SINGULAR_DAYS:
        return None
    days, calendar = SINGULAR_DAYS[tokens[at].text]
    return at + 1, days == WORKWEEK, calendar
