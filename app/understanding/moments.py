"""Days and times as they are said, without knowing what day it is: "tomorrow", 下周三, "Dec 3", 下午三点半, "by 3".

A moment stays symbolic here; `app.resolution.moments` makes a date or a time of it by the customer's clock.
"""

from collections.abc import Sequence
from dataclasses import fields, replace

from app.dialogue.reading import Half, Moment
from app.understanding.numerals import ORDINAL_ENDINGS, number_at
from app.understanding.tokens import Token

DAYS: dict[str, int] = {
    "today": 0, "tonight": 0, "tomorrow": 1, "今天": 0, "今晚": 0, "今日": 0, "明天": 1, "明日": 1, "明晚": 1, "明早": 1, "后天": 2,
    "大后天": 3, "yesterday": -1, "昨天": -1, "昨日": -1, "昨晚": -1, "前天": -2,
}  # fmt: skip
DAY_PHRASES: dict[tuple[str, ...], int] = {
    ("the", "day", "after", "tomorrow"): 2,
    ("day", "after", "tomorrow"): 2,
    ("this", "evening"): 0,
    ("this", "afternoon"): 0,
    ("this", "morning"): 0,
}
HALVES: dict[str, Half] = {
    "am": "am", "morning": "am", "pm": "pm", "afternoon": "pm", "evening": "pm", "night": "pm", "tonight": "pm", "今晚": "pm",
    "明晚": "pm", "明早": "am", "早上": "am", "上午": "am", "凌晨": "am", "清晨": "am", "早晨": "am", "下午": "pm", "晚上": "pm",
    "傍晚": "pm", "夜里": "pm",
}  # fmt: skip
WEEKDAYS_EN = {
    name: number
    for number, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thurs", "friday fri", "saturday sat", "sunday sun"), 1
    )
    for name in names.split()
}
WEEKDAYS_ZH = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
WEEKS = {"next": 1, "下": 1, "上": -1, "this": 0, "这": 0, "本": 0, "last": 0}
LONGEST_WORD = 3
BEFORE_EN, BEFORE_ZH = ("by", "before"), ("之前", "以前", "前")
LEADS = ("at", "on", "in", "the", "的", *BEFORE_EN)


def moment_at(tokens: Sequence[Token], at: int) -> tuple[int, Moment] | None:
    """A moment that begins at token `at`, and the token after it. What belongs together is taken together: 明天下午三点."""
    found: Moment | None = None
    end = at
    while end < len(tokens):
        step = _step(tokens, end, found)
        if step is None and tokens[end].text in LEADS and (found is not None or tokens[end].text in BEFORE_EN):
            step = _step(tokens, end + 1, found, bare=True) if end + 1 < len(tokens) else None
            if step is not None and tokens[end].text in BEFORE_EN:
                step = step[0], replace(step[1], before=True)
        if step is None:
            break
        end, more = step
        found = _joined(found, more)
    if found is None or (found.hour is None and not found.has_day):
        return None
    for word in BEFORE_ZH:
        if _text(tokens, end, len(word)) == word:
            return end + len(word), _in_24_hours(replace(found, before=True))
    return end, _in_24_hours(found)


def _step(tokens: Sequence[Token], at: int, found: Moment | None, *, bare: bool = False) -> tuple[int, Moment] | None:
    """The next part of a moment: a day unless it has one, a time unless it has one, a half of the day."""
    day = _day_at(tokens, at) if found is None or not found.has_day else None
    time = _time_at(tokens, at, found, bare=bare) if day is None and (found is None or found.hour is None) else None
    return day or time or _half_at(tokens, at, found)


def _joined(before: Moment | None, more: Moment) -> Moment:
    if before is None:
        return more
    said = {part.name: getattr(more, part.name) for part in fields(Moment) if getattr(more, part.name) != part.default}
    return replace(before, **said)


def _in_24_hours(moment: Moment) -> Moment:
    hour, half = moment.hour, moment.half
    if hour is None or hour > 12:
        return moment
    if half == "pm":
        return replace(moment, hour=hour + 12 if hour < 12 else 12)
    return replace(moment, hour=0) if half == "am" and hour == 12 else moment


def _text(tokens: Sequence[Token], at: int, size: int) -> str:
    return "".join(t.text for t in tokens[at : at + size])


def _day_at(tokens: Sequence[Token], at: int) -> tuple[int, Moment] | None:
    for phrase, ahead in DAY_PHRASES.items():
        if tuple(t.raw for t in tokens[at : at + len(phrase)]) == phrase:
            return at + len(phrase), Moment(ahead=ahead, half=HALVES.get(phrase[-1]))
    for size in range(LONGEST_WORD, 0, -1):
        word = _text(tokens, at, size)
        if word in DAYS and at + size <= len(tokens) and (tokens[at].kind == "cjk" or size == 1):
            return at + size, Moment(ahead=DAYS[word], half=HALVES.get(word))
    return _weekday_at(tokens, at) or _date_at(tokens, at)


def _weekday_at(tokens: Sequence[Token], at: int) -> tuple[int, Moment] | None:
    week, past = WEEKS.get(tokens[at].raw), tokens[at].raw == "last"
    step = at if week is None else at + 1
    if step < len(tokens) and tokens[step].text == "个":
        step += 1
    if step >= len(tokens):
        return None
    if (weekday := WEEKDAYS_EN.get(tokens[step].text) or WEEKDAYS_EN.get(tokens[step].raw)) is not None:
        return step + 1, Moment(weekday=weekday, week=week or 0, past=past)
    word = _text(tokens, step, 2)
    size = 1 if tokens[step].text == "周" else 2 if word in ("星期", "礼拜") else 0
    named = tokens[step + size].text if size and step + size < len(tokens) else ""
    return (step + size + 1, Moment(weekday=WEEKDAYS_ZH[named], week=week or 0)) if named in WEEKDAYS_ZH else None


def _date_at(tokens: Sequence[Token], at: int) -> tuple[int, Moment] | None:
    """ "Dec 3", "3 December", "3rd of December", 12月3日, 5号."""
    month = MONTHS.get(tokens[at].raw)
    found = number_at(tokens, at + 1 if month else at) if at + bool(month) < len(tokens) else None
    if found is None or found[1].whole is None or found[1].weak or found[1].after:
        return None
    end, number = found[0], found[1].whole
    if month is not None:
        return (_past_ending(tokens, end), Moment(month=month, day=number)) if 1 <= number <= 31 else None
    following = tokens[end].text if end < len(tokens) else ""
    if following == "月" and 1 <= number <= 12 and end + 1 < len(tokens):
        day = number_at(tokens, end + 1)
        if day and day[1].whole and 1 <= day[1].whole <= 31 and _text(tokens, day[0], 1) in ("日", "号"):
            return day[0] + 1, Moment(month=number, day=day[1].whole)
        return None
    if following == "号" and 1 <= number <= 31:
        return end + 1, Moment(day=number)
    end = _past_ending(tokens, end)
    if end < len(tokens) and tokens[end].raw == "of":
        end += 1
    named = MONTHS.get(tokens[end].raw) if end < len(tokens) else None
    return (end + 1, Moment(month=named, day=number)) if named and 1 <= number <= 31 else None


def _past_ending(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].raw in ORDINAL_ENDINGS else at


def _half_at(tokens: Sequence[Token], at: int, before: Moment | None) -> tuple[int, Moment] | None:
    """ "pm", "in the evening", 下午: with a time or a day, no moment by itself."""
    for size in (2, 1):
        half = HALVES.get(_text(tokens, at, size))
        fits = at + size <= len(tokens) and (tokens[at].kind == "cjk" or size == 1)
        if half and fits and (before is not None or tokens[at].kind == "cjk"):
            return at + size, Moment(half=half)
    return None


def _time_at(tokens: Sequence[Token], at: int, before: Moment | None, *, bare: bool = False) -> tuple[int, Moment] | None:
    if tokens[at].raw == "noon":
        return at + 1, Moment(hour=12, half="pm")
    if tokens[at].kind == "number" and _text(tokens, at + 1, 1) == ":" and at + 2 < len(tokens):
        return _on_the_clock(tokens[at].raw, tokens[at + 2].raw, at + 3)
    found = number_at(tokens, at)
    if found is None or found[1].whole is None or found[1].weak or found[1].after or not 0 <= found[1].whole <= 24:
        return None
    hour = found[1].whole % 24
    return _o_clock(tokens, found[0], hour, before) or ((found[0], Moment(hour=hour)) if bare and hour else None)


def _on_the_clock(hour: str, minute: str, end: int) -> tuple[int, Moment] | None:
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2 and int(hour) < 24 and int(minute) < 60):
        return None
    # 07:30 and 15:00 are written by the 24-hour clock; 3:00 may be either.
    sure: Half | None = "am" if hour.startswith("0") else None
    return end, Moment(hour=int(hour), minute=int(minute), half=sure)


def _o_clock(tokens: Sequence[Token], end: int, hour: int, before: Moment | None) -> tuple[int, Moment] | None:
    following = tokens[end].raw if end < len(tokens) else ""
    if following in ("am", "pm", "a.m", "p.m"):
        return end + 1, Moment(hour=hour, half="am" if following[0] == "a" else "pm")
    if following in ("a", "p") and "".join(t.raw for t in tokens[end + 1 : end + 3]) in ("m", ".m", ".m."):
        return end + 3, Moment(hour=hour, half="am" if following == "a" else "pm")
    if following in ("o'clock", "oclock"):
        return end + 1, Moment(hour=hour)
    if following != "点":
        return None
    end += 1
    after = tokens[end].text if end < len(tokens) else ""
    if after == "半":
        return end + 1, Moment(hour=hour, minute=30)
    if after in ("钟", "整"):
        return end + 1, Moment(hour=hour)
    minutes = number_at(tokens, end) if end < len(tokens) else None
    if minutes and minutes[1].whole is not None and 0 < minutes[1].whole < 60 and _text(tokens, minutes[0], 1) == "分":
        return minutes[0] + 1, Moment(hour=hour, minute=minutes[1].whole)
    # 一点 and 两点 alone mean "a little" or are points; with a half of the day or a "before" they are times.
    sure = before is not None and (before.half is not None or before.has_day)
    return (end, Moment(hour=hour)) if sure or after in ("前", "之", "以", "到", "左", "出", "走") or hour > 2 else None
