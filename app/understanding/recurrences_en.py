"""How often, in English: "every other Friday", "weekdays", "the first Monday of the month", "twice a week", "Mon-Fri"."""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.recurrence import Daypart
from app.understanding.calendar_words import DAYPARTS_EN, MONTHS, WEEKDAYS_EN
from app.understanding.cores import WEEKEND, WORKWEEK, Core, yearly
from app.understanding.dates import festival_at, slashed_at
from app.understanding.dates_en import date_en_at
from app.understanding.day_lists import NTH_WORDS, SINGULAR_DAYS, WORKING, is_weekday, monthdays_at, nth_at, nths_at, weekdays_at
from app.understanding.durations import duration_at, unit_en_at
from app.understanding.numerals import NUMBER_WORDS, number_at
from app.understanding.tokens import Token, raws_at, text_at

Cored = tuple[int, Core]
ADVERBS: dict[str, Core] = {
    "hourly": Core("hour"), "daily": Core("day"), "everyday": Core("day"), "nightly": Core("day", dayparts=("night",)),
    "weekly": Core("week"), "biweekly": Core("week", 2), "fortnightly": Core("week", 2), "monthly": Core("month"),
    "bimonthly": Core("month", 2), "quarterly": Core("month", 3), "semiannually": Core("month", 6), "semiannual": Core("month", 6),
    "biannually": Core("month", 6), "biannual": Core("month", 6), "yearly": Core("year"), "annually": Core("year"),
    "annual": Core("year"), "biennially": Core("year", 2), "biennial": Core("year", 2), "weekdays": Core("week", days=WORKWEEK),
    "weekends": Core("week", days=WEEKEND), "weeknights": Core("week", days=WORKWEEK, dayparts=("night",)),
    "workdays": Core("week", days=WORKWEEK, calendar="workdays"),
}  # fmt: skip
PREFIXED = {"bi": 2, "semi": 0, "half": 0}
# What shops and papers name by how often they change; such a name says nothing about an order.
_NAMED = (
    "special deal offer menu soup brew catch roast bread dish salad sandwich pastry flavor flavour treat price promotion promo"
    " discount sale news newspaper paper special's essential limit budget allowance spend spending statement report fee value"
    " horoscope planner grind drip cup dose vitamin bundle box favourite favorite low clothe wear life use"
)
NAMED_AFTER = frozenset(_NAMED.split())
EVERY = frozenset(("every", "each"))
TIMES = {"once": 1, "twice": 2, "thrice": 3}


# Words with which how often may begin, beside days and parts of the day.
STARTS_EN = frozenset({*ADVERBS, *PREFIXED, *TIMES, *NTH_WORDS, *SINGULAR_DAYS, "the", "day"} | NUMBER_WORDS | {"a"})


def core_en_at(tokens: Sequence[Token], at: int) -> Cored | None:
    """How often, from token `at` on."""
    token = tokens[at]
    raw = token.raw
    if raw in EVERY:
        return _every(tokens, at)
    if token.kind == "word" and not (raw in STARTS_EN or token.text in DAYPARTS_EN or is_weekday(token)):
        return None
    if raw == "alternate" and at + 1 < len(tokens):
        return _every_nth(tokens, at)
    found = _adverb(tokens, at) or _times_per(tokens, at)
    if found is None and (raw in ("the", "day") or raw in NTH_WORDS or tokens[at].kind == "number"):
        found = _counted_in(tokens, at)
    return found or _plural_days(tokens, at) or _plural_dayparts(tokens, at) or _singular_days(tokens, at)


def is_named_after(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and (tokens[at].text in NAMED_AFTER or tokens[at].raw in NAMED_AFTER)


def _adverb(tokens: Sequence[Token], at: int) -> Cored | None:
    raw, end = tokens[at].raw, at + 1
    core = ADVERBS.get(raw)
    if core is None and raw in PREFIXED and text_at(tokens, at + 1) == "-" and at + 2 < len(tokens):
        core, end = ADVERBS.get(raw + tokens[at + 2].raw), at + 3
        if core is None and raw in ("semi", "half") and (base := ADVERBS.get(tokens[at + 2].raw)):
            core = {"year": Core("month", 6), "hour": Core("minute", 30)}.get(base.unit)
    if core is None or is_named_after(tokens, end):
        return None
    return end, core


def _times_per(tokens: Sequence[Token], at: int) -> Cored | None:
    """ "twice a day", "3 times per week", "once every two weeks", "twice weekly"."""
    counted = _count_of_times(tokens, at)
    if counted is None or counted[0] >= len(tokens):
        return None
    end, per = counted
    raw = tokens[end].raw
    if raw in ("a", "an", "per", "in") and (unit := unit_en_at(tokens, end + 1)):
        return unit[0], Core(unit[2], unit[1], per=per)
    if raw == "in" and (lasting := duration_at(tokens, end + 1) if end + 1 < len(tokens) else None):
        return lasting[0], Core(lasting[1].unit, lasting[1].count, per=per)
    end += raw == "-"
    core = _every(tokens, end) if raw in EVERY else _adverb(tokens, end) if end < len(tokens) else None
    return (core[0], replace(core[1], per=per)) if core else None


def _count_of_times(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    if tokens[at].raw in TIMES:
        return at + 1, TIMES[tokens[at].raw]
    found = number_at(tokens, at) if tokens[at].kind in ("number", "word") else None
    if found is None or found[1].weak or not (found[1].whole and 0 < found[1].whole <= 100):
        return None
    end = found[0] + (text_at(tokens, found[0]) == "of")
    if text_at(tokens, end) in ("time", "x") or tokens[end - 1].raw == "x":
        return end + (text_at(tokens, end) in ("time", "x")), found[1].whole
    return None


def _every(tokens: Sequence[Token], at: int) -> Cored | None:
    step = at + 1
    if raws_at(tokens, step, 2) == ("and", "every"):
        step += 2
    step += text_at(tokens, step) in ("single", "-")
    if step >= len(tokens) or (tokens[step].text == "of"):
        return None
    found = _every_nth(tokens, step) or _every_named(tokens, step) or _every_unit(tokens, step)
    if found is not None and found[1].is_plain and text_at(tokens, found[0], 3) == "oftheweek" and found[1].unit == "day":
        return found[0] + 3, found[1]
    return found


def _every_unit(tokens: Sequence[Token], at: int) -> Cored | None:
    """ "day", "two weeks", "half hour", "hour and a half", "two Fridays"."""
    if raws_at(tokens, at, 2) == ("quarter", "hour"):
        return at + 2, Core("minute", 15)
    if (found := duration_at(tokens, at)) is not None:
        return found[0], Core(found[1].unit, found[1].count)
    unit = unit_en_at(tokens, at)
    if unit is not None:
        if raws_at(tokens, unit[0], 3) == ("and", "a", "half") and unit[2] in ("hour", "year"):
            return unit[0] + 3, Core("minute", 90) if unit[2] == "hour" else Core("month", 18)
        return unit[0], Core(unit[2], unit[1])
    number = number_at(tokens, at)
    interval = number[1].whole if number and not number[1].weak else None
    days = weekdays_at(tokens, number[0]) if number and interval and number[0] < len(tokens) else None
    return (days[0], Core("week", interval, days=days[1], dayparts=days[2])) if days and interval and interval > 0 else None


def _every_nth(tokens: Sequence[Token], at: int) -> Cored | None:
    """ "other Friday", "third day", "2nd Tuesday of the month", "15th", "1st and 15th of the month", "last Friday"."""
    nth = nth_at(tokens, at)
    if nth is None or nth[0] > len(tokens) or not nth[1]:
        return None
    end, which = nth
    if (counted := _counted_in(tokens, at, alone=which < 0 or which == 1)) is not None and tokens[at].raw not in (
        "other",
        "alternate",
    ):
        return counted
    unit = unit_en_at(tokens, end)
    if unit is not None and which > 0:
        return unit[0], Core(unit[2], which * unit[1])
    days = weekdays_at(tokens, end) if end < len(tokens) else None
    if days is not None and which > 0:
        return days[0], Core("week", which, days=days[1], dayparts=days[2])
    part = DAYPARTS_EN.get(tokens[end].raw) if end < len(tokens) else None
    if part and which > 0:
        return end + 1, Core("day", which, dayparts=(part,))
    if end < len(tokens) and tokens[end].raw in SINGULAR_DAYS and which > 0:
        return end + 1, Core("week", which, days=SINGULAR_DAYS[tokens[end].raw][0])
    # "every 15th": a day of the month; "every other" alone is nothing.
    if tokens[at].kind == "number" and which <= 31:
        days_of = monthdays_at(tokens, at)
        return days_of[0], Core("month", monthdays=days_of[1])
    return None


def _every_named(tokens: Sequence[Token], at: int) -> Cored | None:
    """ "Monday and Friday", "weekday", "business day", "morning", "January", "May 5th", "Christmas", "4/15"."""
    raw = tokens[at].raw
    if raw in WORKING and text_at(tokens, at + 1) in ("day", "night"):
        return at + 2, Core("week", days=WORKWEEK, calendar=None if raw == "week" else "workdays")
    if raw == "week" and text_at(tokens, at + 1) == "-" and text_at(tokens, at + 2) == "end":
        return at + 3, Core("week", days=WEEKEND)
    if tokens[at].text in SINGULAR_DAYS:
        days, calendar = SINGULAR_DAYS[tokens[at].text]
        core = Core("week", days=days, calendar=calendar)
        part = DAYPARTS_EN.get(text_at(tokens, at + 1))
        return (at + 2, replace(core, dayparts=(part,))) if part else (at + 1, core)
    if (named := weekdays_at(tokens, at)) is not None:
        return named[0], Core("week", days=named[1], dayparts=named[2])
    parts = _dayparts(tokens, at)
    if parts is not None:
        return parts[0], Core("day", dayparts=parts[1])
    dated = date_en_at(tokens, at) or slashed_at(tokens, at) or festival_at(tokens, at)
    if dated is not None and dated[1].year is None and dated[1].month is not None:
        return dated[0], yearly(dated[1])
    if raw in MONTHS:
        return at + 1, Core("year", months=(MONTHS[raw],))
    return None


def _dayparts(tokens: Sequence[Token], at: int) -> tuple[int, tuple[Daypart, ...]] | None:
    """ "morning", "morning and evening"."""
    part = DAYPARTS_EN.get(tokens[at].text)
    if part is None:
        return None
    end, parts = at + 1, [part]
    while raws_at(tokens, end, 1) == ("and",) and end + 1 < len(tokens) and (more := DAYPARTS_EN.get(tokens[end + 1].text)):
        parts.append(more)
        end += 2
    return end, tuple(parts)


def _plural_days(tokens: Sequence[Token], at: int) -> Cored | None:
    """ "Mondays", "Tuesdays and Thursdays", "Friday nights"; weakly "Monday to Friday" and "Mon, Wed, Fri"."""
    if tokens[at].raw not in WEEKDAYS_EN and tokens[at].text not in WEEKDAYS_EN:
        return None
    if at and tokens[at - 1].raw in ("next", "this", "last", "coming", "past"):
        return None
    found = weekdays_at(tokens, at)
    if found is None:
        return None
    end, days, parts = found
    words = tokens[at:end]
    plural = any((t.raw != t.text and t.text in WEEKDAYS_EN and not t.raw.endswith("'s")) for t in words if len(t.raw) > 5)
    if parts and words[-1].raw.endswith("s"):
        plural = True
    # "Saturday and Sunday" are two days; "Mon-Fri" and "Mon, Wed, Fri" are how a week is told of.
    if not plural and len(days) < 3:
        return None
    return end, Core("week", days=days, dayparts=parts, weak=not plural)


def _plural_dayparts(tokens: Sequence[Token], at: int) -> Cored | None:
    """ "mornings at 9", "in the evenings", "on weekday mornings": not "tomorrow mornings", "two nights", "nights of"."""
    raw = tokens[at].raw
    if raw in ("weekday", "weekend") and text_at(tokens, at + 1) in DAYPARTS_EN and tokens[at + 1].raw.endswith("s"):
        return at + 2, Core("week", days=SINGULAR_DAYS[raw][0], dayparts=(DAYPARTS_EN[tokens[at + 1].text],))
    if not raw.endswith("s") or tokens[at].text not in DAYPARTS_EN:
        return None
    before = tokens[at - 1].raw if at else ""
    led = before in ("on", "at") or raws_at(tokens, at - 2, 2) == ("in", "the") if at else True
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    timed = after is not None and (after.raw in ("at", "around", "by") or (after.kind == "number" and before != "of"))
    counted = at > 0 and (tokens[at - 1].kind == "number" or number_at(tokens, at - 1) is not None)
    if counted or not (led or timed) or (after is not None and after.raw == "of"):
        return None
    if before in ("tomorrow", "today", "yesterday", "this", "next", "last") or is_weekday(tokens[at - 1]):
        return None
    return at + 1, Core("day", dayparts=(DAYPARTS_EN[tokens[at].text],))


def _singular_days(tokens: Sequence[Token], at: int) -> Cored | None:
    """ "workday at 9": weakly."""
    if tokens[at].raw not in SINGULAR_DAYS or (at and tokens[at - 1].raw in ("this", "next", "last", "the", "coming", "a", "per")):
        return None
    days, calendar = SINGULAR_DAYS[tokens[at].raw]
    return at + 1, Core("week", days=days, calendar=calendar, weak=True)


def _counted_in(tokens: Sequence[Token], at: int, *, alone: bool = False) -> Cored | None:
    """ "the first Monday of every month", "the 15th of each month", "last day of the month"; `alone`: after "every"."""
    found = nths_at(tokens, at, "month")
    if found is None:
        return None
    end, core = found
    if end < len(tokens) and tokens[end].raw in ("of", "in"):
        step = end + 1
        said = tokens[step].raw if step < len(tokens) else ""
        step += said in ("the", "a", "each", "every")
        unit = text_at(tokens, step)
        whole = said in ("the", "a", "each", "every")
        if unit == "month" and whole:
            return step + 1, core
        if unit == "year" and whole:
            return step + 1, replace(core, unit="year")
        if whole and said in EVERY and (unit in MONTHS or tokens[step].raw in MONTHS if step < len(tokens) else False):
            return step + 1, replace(core, unit="year", months=(MONTHS[tokens[step].raw],))
    return (end, core) if alone and (core.nths or core.place) else None
