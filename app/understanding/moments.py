"""Days and times as they are said, without knowing what day it is: "tomorrow", 下周三, "Dec 3", 下午三点半, "by 3".

A moment stays symbolic here; `app.resolution.moments` makes a date or a time of it by the customer's clock.
"""

from collections.abc import Sequence
from dataclasses import fields, replace

from app.dialogue.times import Moment
from app.understanding.clock import daypart_at, in_24_hours, may_begin_time, time_at
from app.understanding.dates import day_at, may_begin_day
from app.understanding.tokens import Token, text_at

BEFORE_EN, BEFORE_ZH = ("by", "before"), ("之前", "以前", "前")
# With these a moment may begin; a bare number after them is an hour.
OPENING = ("at", *BEFORE_EN)
LEADS = ("at", "on", "in", "the", "的", "this", ",", *BEFORE_EN)
_STREETS = "road rd street st avenue ave lane ln boulevard blvd drive square way court place"
STREETS = frozenset(_STREETS.split())
LONGEST_STREET = 5
# No street's name goes on past these.
BETWEEN = frozenset(("to", "from", "at", "on", "by", "for", "via", "and", "my", "the", "with", "please", "then"))
_DEFAULTS = {part.name: part.default for part in fields(Moment)}


def moment_at(tokens: Sequence[Token], at: int) -> tuple[int, Moment] | None:
    """A moment that begins at token `at`, and the token after it. What belongs together is taken together: 明天下午三点."""
    first = tokens[at]
    if not (may_begin_day(first) or may_begin_time(first) or first.text in OPENING):
        return None
    found: Moment | None = None
    end = at
    while end < len(tokens):
        step = _step(tokens, end, found)
        if step is None and tokens[end].text in LEADS and (found is not None or tokens[end].text in OPENING):
            step = _after_lead(tokens, end, found)
        if step is None:
            break
        end, more = step
        found = _joined(found, more)
    if found is None or (found.hour is None and not found.has_day and found.delay is None):
        return None
    for word in BEFORE_ZH:
        if text_at(tokens, end, len(word)) == word:
            return end + len(word), in_24_hours(replace(found, before=True))
    return end, in_24_hours(found)


def moment_in(tokens: Sequence[Token]) -> tuple[int, int, Moment] | None:
    """The first moment that is said, and the tokens it is said with."""
    found = ((at, *moment) for at in range(len(tokens)) if (moment := moment_at(tokens, at)) is not None)
    return next(found, None)


def _after_lead(tokens: Sequence[Token], at: int, found: Moment | None) -> tuple[int, Moment] | None:
    lead = tokens[at].text
    if at + 1 >= len(tokens):
        return None
    step = at + 1 + (lead in ("in", "on") and tokens[at + 1].text == "the")
    if step >= len(tokens):
        return None
    more = _step(tokens, step, found, bare=lead not in ("the", "this", ",", "的", "in"))
    if more is not None and lead == "at" and found is None and _leads_on_to_street(tokens, more[0]):
        return None
    if more is not None and lead == "," and not (more[1].has_day and found is not None and found.has_day):
        return None
    return (more[0], replace(more[1], before=True)) if more is not None and lead in BEFORE_EN else more


def _leads_on_to_street(tokens: Sequence[Token], at: int) -> bool:
    """ "at 12 Baker Street": a house and no hour; "at 7 to Century Avenue" is an hour all the same."""
    for step, token in enumerate(tokens[at : at + LONGEST_STREET]):
        if token.kind != "word" or token.raw in BETWEEN:
            return False
        if token.raw in STREETS:
            return step > 0
    return False


def _step(tokens: Sequence[Token], at: int, found: Moment | None, *, bare: bool = False) -> tuple[int, Moment] | None:
    """The next part of a moment: a day unless it has one, a time unless it has one, a part of the day."""
    day = day_at(tokens, at) if found is None or _takes_day(found) else None
    if day is not None and found is not None and found.has_day and not _completes(found, day[1]):
        day = None
    if day is not None:
        return day
    time = time_at(tokens, at, found, bare=bare) if found is None or (found.hour is None and found.delay is None) else None
    if time is not None:
        return time
    return daypart_at(tokens, at, sure=found is not None) if found is None or found.daypart is None else None


def _takes_day(found: Moment) -> bool:
    return not found.has_day or (found.weekday is None) is not (found.day is None)


def _completes(found: Moment, more: Moment) -> bool:
    """A weekday and a date are one day said twice: 周日, 二月十号."""
    one, other = (found, more) if found.weekday is not None else (more, found)
    return one.weekday is not None and one.day is None and one.nth is None and other.weekday is None and other.day is not None


def _joined(before: Moment | None, more: Moment) -> Moment:
    if before is None:
        return more
    said = {name: value for name, default in _DEFAULTS.items() if (value := getattr(more, name)) != default}
    return replace(before, **said)
