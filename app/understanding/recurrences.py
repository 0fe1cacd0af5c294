"""How often something is wanted: "every weekday at 8 until Christmas", 每周一三五早上八点, 隔天, "twice a day for two weeks".

A core says how often; what bounds it or sets its hour may stand anywhere around it. A recurrence stays symbolic here;
`app.resolution.schedules` makes a schedule of it by the customer's clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.dialogue.times import Moment, Recurrence, TimeUnit
from app.understanding.bounds import Found, Spans, bound_at, except_at
from app.understanding.clock import HALF_OF, daypart_at, in_24_hours, time_at
from app.understanding.cores import Core, merged, on_days, without_days
from app.understanding.day_lists import months_at, nths_at, weekdays_at
from app.understanding.moments import moment_at
from app.understanding.recurrences_en import core_en_at
from app.understanding.recurrences_zh import LISTING as LISTING_ZH
from app.understanding.recurrences_zh import bare_days_zh, core_zh_at
from app.understanding.tokens import Token, raws_at

TIME_LEADS = frozenset(("at", "around", "by", "@", "before", "about"))
ONLY = frozenset(("only", "just"))
# Tokens between days and their hour: "Mon-Fri, at 8".
NEARBY = 2


def recurrence_in(tokens: Sequence[Token]) -> tuple[Recurrence, Spans] | None:
    """The recurrence that the words ask for, and the tokens that say it; None where they ask for none."""
    if not any(_core_at(tokens, at) for at in range(len(tokens))):
        return None
    found = Found()
    at = 0
    while at < len(tokens):
        end = except_at(tokens, at, found) or _core(tokens, at, found) or _around(tokens, at, found)
        if end:
            found.spans.append((at, end))
        at = end or at + 1
    core = found.core
    if core is None or (core.weak and not _is_sure(tokens, found)):
        return None
    return _made(core, found), found.spans


def _core_at(tokens: Sequence[Token], at: int) -> tuple[int, Core] | None:
    token = tokens[at]
    if token.kind == "mark":
        return None
    if token.kind == "cjk" or (token.kind == "number" and at + 1 < len(tokens) and tokens[at + 1].kind == "cjk"):
        return core_zh_at(tokens, at)
    return core_en_at(tokens, at)


def _is_sure(tokens: Sequence[Token], found: Found) -> bool:
    """What only might be a recurrence is one with a time of day right by it, after "only", or where nothing else is said."""
    said = sum(end - start for start, end in found.spans)
    marks = sum(token.kind == "mark" or token.text in ("的", "on", "from", "the") for token in tokens)
    if said + marks >= len(tokens):
        return True
    if any(start > 0 and tokens[start - 1].text in ONLY for start, _ in found.core_spans):
        return True
    return any(
        0 <= right[0] - left[1] <= NEARBY
        for core in found.core_spans
        for clock in found.clock_spans
        for left, right in ((core, clock), (clock, core))
    )


def _made(core: Core, found: Found) -> Recurrence:
    core = without_days(core, found.without)
    # An hour says what its part of the day would.
    dayparts = () if found.times else tuple(dict.fromkeys((*core.dayparts, *found.dayparts)))
    return Recurrence(
        rule=core.rule,
        times=tuple(found.times),
        dayparts=dayparts,
        start=found.start,
        until=found.until,
        lasting=found.lasting,
        count=found.count,
        calendar=core.calendar if core.calendar == "workdays" else found.calendar or core.calendar,
        per=core.per,
    )


def _core(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    step = _core_at(tokens, at)
    if step is None:
        return _more_days_of(tokens, at, found)
    end, core = step
    return _with_core(tokens, at, end, core, found)


def _more_days_of(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    """ "every Monday morning and Friday evening", 每周一早上和周五晚上: another day of the same recurrence."""
    core = found.core
    if core is None or not core.days or not at or found.spans[-1][1] != at - 1:
        return None
    if tokens[at - 1].text not in LISTING_ZH and tokens[at - 1].raw != "and":
        return None
    days = weekdays_at(tokens, at) if tokens[at].kind == "word" else bare_days_zh(tokens, at)
    if days is None:
        return None
    parts = days[2] if len(days) > 2 else ()
    found.core = replace(core, days=core.days + days[1], dayparts=core.dayparts + parts)
    return days[0]


def _with_core(tokens: Sequence[Token], at: int, end: int, core: Core, found: Found) -> int | None:
    both = core if found.core is None else merged(found.core, core)
    if both is None:
        return None
    if core.dayparts:
        part = core.dayparts[-1]
        found.half = Moment(half=HALF_OF[part], daypart=part)
        _apply_half(found)
    found.core = both
    end = _days_after(tokens, end, found)
    found.core_spans.append((at, end))
    return end


def _apply_half(found: Found) -> None:
    """ "9 in the morning", "3 every afternoon": the part of the day that follows an hour."""
    if found.times and found.half is not None and found.times[-1].half is None:
        found.times[-1] = _hour(found.times[-1], found.half)


def _days_after(tokens: Sequence[Token], at: int, found: Found) -> int:
    """ "every week on Monday", "every month on the 3rd last Tuesday", "every year in May", "daily from Monday to Friday"."""
    core = found.core
    end = at
    while core is not None and end < len(tokens):
        lead = tokens[end].raw
        step = (
            end
            + (lead in ("on", "in", "from", ",", "of"))
            + (raws_at(tokens, end, 2) in (("in", "the"), ("on", "the"), ("of", "the")))
        )
        led = step > end
        step -= led and tokens[step - 1].raw == "the"
        more = _more_days(tokens, step, core, lead if led else "") if step < len(tokens) else None
        if more is None:
            break
        end, core = more
    found.core = core
    return end


def _more_days(tokens: Sequence[Token], at: int, core: Core, lead: str) -> tuple[int, Core] | None:
    if lead in ("in", "of") and (months := months_at(tokens, at)):
        # "the 4th of July" comes once a year.
        unit: TimeUnit = "year" if lead == "of" and core.unit == "month" else core.unit
        return months[0], replace(core, unit=unit, months=core.months + months[1])
    if lead == "," or lead == "of":
        return None
    if core.unit in ("month", "year") and lead == "on" and core.is_plain:
        dated = moment_at(tokens, at) if core.unit == "year" else None
        if dated is not None and dated[1].month is not None and dated[1].day is not None and dated[1].hour is None:
            return dated[0], replace(core, months=(dated[1].month,), monthdays=(dated[1].day,))
        if (nths := nths_at(tokens, at, core.unit)) is not None:
            return nths[0], replace(nths[1], interval=core.interval, months=core.months, per=core.per)
    days = weekdays_at(tokens, at)
    if days is None or core.days or core.nths or core.unit not in ("day", "week", "month", "year"):
        return None
    if not lead and len(days[1]) < 2 and core.unit != "week":
        return None
    if lead == "from" and len(days[1]) < 2:
        return None
    return days[0], replace(on_days(core, days[1]), dayparts=core.dayparts or days[2])


def _around(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    """What bounds a recurrence or sets its hour, and the token after it."""
    bound = bound_at(tokens, at, found)
    if bound:
        return bound
    end = _clock(tokens, at, found)
    if end:
        found.clock_spans.append((at, end))
    return end


def _clock(tokens: Sequence[Token], at: int, found: Found) -> int | None:
    lead = tokens[at].raw in TIME_LEADS
    step = at + lead
    if step >= len(tokens):
        return None
    part = daypart_at(tokens, step, sure=_is_led(tokens, step) or _follows_time(found, step))
    if part is not None and not lead:
        return _set_daypart(part, found)
    context = found.half or (Moment(ahead=0) if found.core is not None else None)
    listed = at > 0 and tokens[at - 1].raw in ("and", ",", "&") and _follows_time(found, at - 1)
    timed = time_at(tokens, step, context, bare=lead or listed)
    if timed is None or _is_window(tokens, at):
        return timed[0] if timed else None
    end, time = timed
    found.times.append(_hour(time, found.half) if time.half is None and found.half is not None else in_24_hours(time))
    if listed and len(found.times) > 1 and found.times[-2].half is None and time.half is not None:
        # "at 8 and 10 am": the half counts for both.
        found.times[-2] = _hour(found.times[-2], Moment(half=time.half))
    return end


def _is_window(tokens: Sequence[Token], at: int) -> bool:
    """到晚上十点: where a stretch of the day ends."""
    return at > 0 and tokens[at - 1].text in ("到", "至", "-", "~", "to")


def _follows_time(found: Found, at: int) -> bool:
    return bool(found.times and found.spans and found.spans[-1][1] == at)


def _is_led(tokens: Sequence[Token], at: int) -> bool:
    return raws_at(tokens, at - 2, 2) == ("in", "the") if at > 1 else False


def _set_daypart(part: tuple[int, Moment], found: Found) -> int:
    end, moment = part
    found.half = moment
    if moment.daypart is not None and not (found.times and found.times[-1].half is None):
        found.dayparts.append(moment.daypart)
    _apply_half(found)
    return end


def _hour(time: Moment, half: Moment) -> Moment:
    return in_24_hours(replace(time, half=time.half or half.half, daypart=half.daypart))


def parts_of(spans: Spans) -> Iterator[tuple[int, int]]:
    """Neighbouring spans as one."""
    joined: Spans = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    yield from joined
