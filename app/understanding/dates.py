"""Days as they are said: in either language, written in digits, by a festival's name, or counted from now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.dialogue.times import Moment
from app.understanding.calendar_words import (
    DAY_PHRASES,
    DAYS,
    FESTIVALS,
    LAST_ZH,
    LUNAR_FESTIVALS,
    MONTHS,
    NEXT_ZH,
    NUMBER_FESTIVALS,
    THIS_ZH,
    WEEK_ZH,
    WEEKDAY_FESTIVALS,
    WEEKDAYS_EN,
    WEEKS_EN,
    YEARS,
)
from app.understanding.dates_en import date_en_at, relative_en_at, weekday_en_at
from app.understanding.dates_zh import LUNAR_MONTHS, LUNAR_NAMES, YEARS_ZH, date_zh_at, lunar_date_at, relative_zh_at, weekday_zh_at
from app.understanding.durations import Duration, duration_at
from app.understanding.numerals import NUMBER_WORDS, ORDINALS_EN
from app.understanding.numerals_zh import NUMERAL_CHARS
from app.understanding.tokens import Token, raws_at, text_at

Dated = tuple[int, Moment]
MINUTES = {"minute": 1, "hour": 60}
DAYS_OF = {"day": 1, "week": 7}
LATER_ZH, AGO_ZH = ("之后", "以后", "过后", "后"), ("之前", "以前", "前")
LATER_EN, AGO_EN = (("later",), ("from", "now"), ("from", "today")), (("ago",),)


def _by_first(phrases: Mapping[str, Moment]) -> dict[str, list[tuple[tuple[str, ...], Moment]]]:
    table: dict[str, list[tuple[tuple[str, ...], Moment]]] = {}
    for phrase, moment in phrases.items():
        parts = tuple(phrase) if not phrase.isascii() else tuple(phrase.replace("-", " - ").split())
        table.setdefault(parts[0], []).append((parts, moment))
    for found in table.values():
        found.sort(key=lambda entry: -len(entry[0]))
    return table


_NAMED = _by_first(
    {name: Moment(month=m, day=d) for name, (m, d) in FESTIVALS.items()}
    | {name: Moment(month=m, day=d, lunar=True) for name, (m, d) in LUNAR_FESTIVALS.items()}
    | {name: Moment(month=m, weekday=w, nth=n) for name, (m, w, n) in WEEKDAY_FESTIVALS.items()}
)
_NUMBER_NAMES = frozenset(tuple(name) for name in NUMBER_FESTIVALS)


# A day begins with one of these, or with a number.
STARTS_ZH = frozenset(
    {word[0] for word in (*DAYS, *YEARS_ZH, *WEEK_ZH, *LUNAR_FESTIVALS, *FESTIVALS, *WEEKDAY_FESTIVALS)}
    | NUMERAL_CHARS
    | THIS_ZH
    | {name[0] for name in (*LUNAR_NAMES, *LUNAR_MONTHS)}
    | {NEXT_ZH, LAST_ZH, "月", "过", "半", "〇"}
)
STARTS_EN = frozenset(
    {phrase[0] for phrase in DAY_PHRASES}
    | {*DAYS, *WEEKDAYS_EN, *MONTHS, *WEEKS_EN, *ORDINALS_EN, *_NAMED, "in", "the"}
    | NUMBER_WORDS
    | {"a", "an"}
)


def may_begin_day(token: Token) -> bool:
    if token.kind == "cjk":
        return token.text in STARTS_ZH
    if token.kind == "word":
        return token.raw in STARTS_EN or token.text in WEEKDAYS_EN
    return token.kind == "number"


def day_at(tokens: Sequence[Token], at: int) -> Dated | None:
    """A day that begins at token `at`, and the token after it."""
    token = tokens[at]
    if not may_begin_day(token):
        return None
    if token.kind == "word":
        named = relative_en_at(tokens, at) or weekday_en_at(tokens, at) or date_en_at(tokens, at)
        return named or festival_at(tokens, at) or _delay(tokens, at)
    found = (
        _written(tokens, at) or date_zh_at(tokens, at) or lunar_date_at(tokens, at) or _delay(tokens, at) or _in_year(tokens, at)
    )
    if found is None and token.kind == "number":
        return date_en_at(tokens, at)
    return found or relative_zh_at(tokens, at) or weekday_zh_at(tokens, at) or festival_at(tokens, at)


def festival_at(tokens: Sequence[Token], at: int, *, alone: bool = False) -> Dated | None:
    """`alone`: nothing but a day is wanted here, so 五一 is no number."""
    for parts, moment in _NAMED.get(tokens[at].raw, ()):
        if tuple(t.raw for t in tokens[at : at + len(parts)]) == parts:
            if parts in _NUMBER_NAMES and not alone and not _starts_date_part(tokens, at + len(parts)):
                continue
            return at + len(parts), moment
    return None


def _in_year(tokens: Sequence[Token], at: int) -> Dated | None:
    """明年春节, 今年国庆."""
    years = YEARS_ZH.get(text_at(tokens, at, 2))
    named = festival_at(tokens, at + 2, alone=True) if years is not None and at + 2 < len(tokens) else None
    return (named[0], replace(named[1], years=years)) if named else None


def _starts_date_part(tokens: Sequence[Token], at: int) -> bool:
    return text_at(tokens, at, 2) in ("假期", "期间", "早上", "晚上", "当天") or text_at(tokens, at) == "节"


def _written(tokens: Sequence[Token], at: int) -> Dated | None:
    """2015-03-03, 3/3/2015, 10/31/74, 2/15."""
    mark = text_at(tokens, at + 1)
    if tokens[at].kind != "number" or mark not in ("/", "-", ".") or at + 2 >= len(tokens) or not tokens[at].raw.isdecimal():
        return None
    parts, end = [tokens[at].raw], at + 1
    while end + 1 < len(tokens) and len(parts) < 3 and tokens[end].text == mark and tokens[end + 1].raw.isdecimal():
        parts.append(tokens[end + 1].raw)
        end += 2
    if len(parts) < 2 or any(len(p) > 4 for p in parts):
        return None
    numbers = [int(p) for p in parts]
    if len(parts) == 3:
        return _whole_date(numbers, parts, end)
    # 1/2 is a half as well; 2/15 is a day.
    month, day = numbers
    return (end, Moment(month=month, day=day)) if mark == "/" and 1 <= month <= 12 and 12 < day <= 31 else None


def slashed_at(tokens: Sequence[Token], at: int) -> Dated | None:
    """4/5 where nothing but a day is wanted."""
    numbers = [t.raw for t in tokens[at : at + 3 : 2]]
    if text_at(tokens, at + 1) != "/" or len(numbers) < 2 or not all(n.isdecimal() and len(n) < 3 for n in numbers):
        return None
    month, day = map(int, numbers)
    if month > 12:
        month, day = day, month
    return (at + 3, Moment(month=month, day=day)) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _whole_date(numbers: Sequence[int], parts: Sequence[str], end: int) -> Dated | None:
    if len(parts[0]) == 4:
        year, month, day = numbers
    else:
        month, day, year = numbers
        if month > 12:
            month, day = day, month
        if len(parts[2]) == 2:
            year += 2000 if year < 70 else 1900
    return (end, Moment(year=year, month=month, day=day)) if year in YEARS and 1 <= month <= 12 and 1 <= day <= 31 else None


def _delay(tokens: Sequence[Token], at: int) -> Dated | None:
    """ "in two days", "two hours from now", 半小时后, 三天前."""
    lead = tokens[at].raw in ("in", "过")
    start = at + lead
    if start >= len(tokens):
        return None
    start += tokens[start].raw in ("another", "about")
    found = duration_at(tokens, start) if start < len(tokens) else None
    if found is None:
        return None
    end, lasting = found
    for words, sign in ((LATER_ZH, 1), (AGO_ZH, -1)):
        for word in words:
            if text_at(tokens, end, len(word)) == word and tokens[end - 1].kind == "cjk":
                return _from_now(end + len(word), lasting, sign)
    for phrases, sign in ((LATER_EN, 1), (AGO_EN, -1)):
        for phrase in phrases:
            if raws_at(tokens, end, len(phrase)) == phrase:
                return _from_now(end + len(phrase), lasting, sign)
    return _from_now(end, lasting, 1) if lead else None


def _from_now(end: int, lasting: Duration, sign: int) -> Dated | None:
    count = sign * lasting.count
    if lasting.unit in MINUTES:
        return end, Moment(delay=count * MINUTES[lasting.unit])
    if lasting.unit in DAYS_OF:
        return end, Moment(ahead=count * DAYS_OF[lasting.unit])
    if lasting.unit not in ("month", "year"):
        return None
    # The same day of another month or year: day 0 stands for today's.
    return end, Moment(months=count * (12 if lasting.unit == "year" else 1), day=0)
