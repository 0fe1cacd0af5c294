"""Times of day and parts of the day: "3:15 pm", "quarter to eight", 下午三点一刻, 差五分三点, "in the evening"."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.times import Half, Moment
from app.domain.recurrence import Daypart
from app.understanding.calendar_words import DAYPARTS_EN, DAYPARTS_ZH, SHORT_DAYPARTS_ZH
from app.understanding.numerals import NUMBER_WORDS, number_at
from app.understanding.numerals_zh import NUMERAL_CHARS, whole_at
from app.understanding.tokens import Token, raws_at, text_at

Timed = tuple[int, Moment]
HALF_OF: dict[Daypart, Half] = {"morning": "am", "noon": "pm", "afternoon": "pm", "evening": "pm", "night": "pm"}
EARLY_ZH = "凌晨"
# After 一点 or 两点 these show that a time is meant; 两点 alone may be points and 一点 a little.
AFTER_A_TIME = frozenset("前之以到左出走开送取来叫起")
MEASURED = frozenset("个杯份瓶根碗块片串只罐盒张位人条件袋箱包号元种样斤两次分")
# "at 8 dollars", "at 8%": no time of day.
_COUNTED = "% / : dollar buck yuan rmb euro pound cent percent degree people person minute hour day week month year each"
COUNTED_EN = frozenset(_COUNTED.split())
NAMED_TIMES = {"noon": (12, "pm"), "midday": (12, "pm"), "midnight": (0, "am")}
# 下午茶 is a meal.
TEA = "茶"
LATE, SMALL_HOURS = 4, 5


# A time or a part of the day begins with one of these, or with a number.
STARTS_ZH = frozenset({word[0] for word in DAYPARTS_ZH} | NUMERAL_CHARS | {"差", "〇"})
STARTS_EN = frozenset({*NAMED_TIMES, "half", "quarter", "a"} | NUMBER_WORDS)


def may_begin_time(token: Token) -> bool:
    if token.kind == "cjk":
        return token.text in STARTS_ZH
    return token.kind == "number" or (token.kind == "word" and token.raw in STARTS_EN)


def time_at(tokens: Sequence[Token], at: int, before: Moment | None, *, bare: bool = False) -> Timed | None:
    """A time of day at token `at`, after what was said `before` it. `bare`: a number alone will do ("at 3")."""
    token = tokens[at]
    if not may_begin_time(token):
        return None
    if token.raw in NAMED_TIMES:
        hour, half = NAMED_TIMES[token.raw]
        return at + 1, Moment(hour=hour, half="pm" if half == "pm" else "am")
    if token.kind == "number":
        return _digits(tokens, at) or _spoken(tokens, at, before, bare=bare)
    if token.kind == "cjk":
        return _short_of_zh(tokens, at) or _spoken(tokens, at, before, bare=bare)
    return _past_or_to(tokens, at) or _spoken(tokens, at, before, bare=bare) if token.kind == "word" else None


def daypart_at(tokens: Sequence[Token], at: int, *, sure: bool) -> Timed | None:
    """ "in the evening", "pm", 下午. English words alone may be something else, so they need to be `sure`."""
    token = tokens[at]
    if token.kind == "cjk":
        for size in (3, 2) if token.text in STARTS_ZH else ():
            word = text_at(tokens, at, size)
            if word in DAYPARTS_ZH and text_at(tokens, at + len(word)) != TEA:
                part = DAYPARTS_ZH[word]
                return at + len(word), Moment(half="am" if word == EARLY_ZH else HALF_OF[part], daypart=part)
        short = SHORT_DAYPARTS_ZH.get(token.text) if sure else None
        return (at + 1, Moment(half=HALF_OF[short], daypart=short)) if short and _ends_word(tokens, at) else None
    if not sure:
        return None
    if (half := _half_mark(tokens, at)) is not None:
        return half[0], Moment(half=half[1])
    daypart = DAYPARTS_EN.get(token.raw)
    return (at + 1, Moment(half=HALF_OF[daypart], daypart=daypart)) if daypart else None


def _ends_word(tokens: Sequence[Token], at: int) -> bool:
    """周五晚八点, 后天早: the one syllable is followed by an hour or by nothing."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return following is None or following.kind in ("mark", "number") or following.text in NUMERAL_CHARS


def in_24_hours(moment: Moment) -> Moment:
    """The hour by the 24-hour clock where its part of the day is said; the part is then in the hour."""
    hour, half, part = moment.hour, moment.half, moment.daypart
    if hour is None:
        return moment
    if half == "am" or hour > 12:
        hour = 0 if hour in (12, 24) else hour
    elif part in ("evening", "night") and (hour == 12 or hour < (SMALL_HOURS if part == "night" else LATE)):
        hour, half = hour % 12, "am"
    elif part == "noon" and 10 <= hour <= 12:
        half = "am" if hour < 12 else "pm"
    elif half == "pm":
        hour = hour + 12 if hour < 12 else 12
    return replace(moment, hour=hour, half=half, daypart=None)


def _half_mark(tokens: Sequence[Token], at: int) -> tuple[int, Half] | None:
    """am, pm, a.m., p."""
    if at >= len(tokens):
        return None
    raw = tokens[at].raw
    if raw in ("am", "pm"):
        return at + 1, "am" if raw[0] == "a" else "pm"
    if raw in ("a", "p"):
        half: Half = "am" if raw == "a" else "pm"
        if [t.raw for t in tokens[at + 1 : at + 3]] == [".", "m"]:
            return (at + 4 if text_at(tokens, at + 3) == "." else at + 3), half
        follows = at + 1 < len(tokens) and tokens[at + 1].kind == "word" and not tokens[at + 1].gap
        glued = at > 0 and not tokens[at].gap and tokens[at - 1].kind == "number"
        return (at + 1, half) if glued and not follows else None
    return None


def _part_phrase(tokens: Sequence[Token], at: int) -> tuple[int, Daypart] | None:
    """ "in the evening", "at night"."""
    raw = raws_at(tokens, at, 3)
    if raw[:2] == ("in", "the") and raw[2:] and raw[2] in DAYPARTS_EN:
        return at + 3, DAYPARTS_EN[raw[2]]
    return (at + 2, "night") if raw[:2] == ("at", "night") else None


def _digits(tokens: Sequence[Token], at: int) -> Timed | None:
    """15:15, 3:15pm, 3.15pm."""
    raw = tokens[at].raw
    if text_at(tokens, at + 1) == ":" and at + 2 < len(tokens):
        return _on_the_clock(tokens, raw, tokens[at + 2].raw, at + 3)
    hour, dot, minute = raw.partition(".")
    if dot and (half := _half_mark(tokens, at + 1)) and (timed := _on_the_clock(tokens, hour, minute, half[0])):
        return half[0], replace(timed[1], half=half[1])
    return None


def _on_the_clock(tokens: Sequence[Token], hour: str, minute: str, end: int) -> Timed | None:
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2 and len(hour) < 3 and int(hour) < 25 and int(minute) < 60):
        return None
    if text_at(tokens, end) == ":" and end + 1 < len(tokens) and tokens[end + 1].raw.isdecimal() and len(tokens[end + 1].raw) == 2:
        end += 2
    # 07:30 and 15:00 are written by the 24-hour clock; 3:00 may be either.
    sure: Half | None = "am" if hour.startswith("0") else None
    return end, Moment(hour=int(hour) % 24, minute=int(minute), half=sure)


def _spoken(tokens: Sequence[Token], at: int, before: Moment | None, *, bare: bool) -> Timed | None:
    """ "3pm", "eight thirty", 三点一刻, 十五时."""
    found = _hour_at(tokens, at)
    if found is None:
        return None
    end, hour = found
    if (half := _half_mark(tokens, end)) is not None:
        return half[0], Moment(hour=hour % 24, half=half[1])
    if (part := _part_phrase(tokens, end)) is not None and hour:
        return part[0], Moment(hour=hour % 24, half=HALF_OF[part[1]], daypart=part[1])
    following = tokens[end] if end < len(tokens) else None
    if following is not None and following.raw in ("o'clock", "oclock"):
        return end + 1, Moment(hour=hour % 24)
    if following is not None and following.text in ("点", "时", "點"):
        return _chinese(tokens, end, hour, before)
    if following is not None and (timed := _minutes_en(tokens, end, hour, bare=bare)):
        return timed
    takes_number = following is not None and (following.text in MEASURED or following.text in COUNTED_EN)
    return (end, Moment(hour=hour % 24)) if bare and hour and not takes_number else None


def _hour_at(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    if tokens[at].kind != "word":
        found = whole_at(tokens, at)
    else:
        number = number_at(tokens, at)
        whole = number[1].whole if number and not number[1].weak and not number[1].after else None
        # "eight thirty" is eight and thirty; "twenty two" is twenty-two.
        found = None if number is None or whole is None else (number[0], whole)
    return found if found and 0 <= found[1] <= 24 else None


def _minutes_en(tokens: Sequence[Token], at: int, hour: int, *, bare: bool) -> Timed | None:
    """ "eight thirty (pm)": two numbers are a time after "at", or before am and pm."""
    if tokens[at].kind != "word" or not 1 <= hour <= 12:
        return None
    found = number_at(tokens, at)
    minute = found[1].whole if found and not found[1].weak else None
    if found is None or minute is None or not 10 <= minute < 60:
        return None
    half = _half_mark(tokens, found[0])
    if half is None:
        return (found[0], Moment(hour=hour, minute=minute)) if bare else None
    return half[0], Moment(hour=hour, minute=minute, half=half[1])


def _past_or_to(tokens: Sequence[Token], at: int) -> Timed | None:
    """ "half past three", "quarter to eight", "ten past five"."""
    raw = [t.raw for t in tokens[at : at + 2]]
    step = at + (raw[0] == "a")
    word = tokens[step].raw if step < len(tokens) else ""
    if word in ("half", "quarter"):
        end, minutes = step + 1, 30 if word == "half" else 15
    else:
        number = number_at(tokens, at)
        if number is None or number[1].weak or number[1].whole is None or not 0 < number[1].whole < 60:
            return None
        end, minutes = number[0], number[1].whole
    end += end < len(tokens) and tokens[end].text in ("minute", "min")
    joint = tokens[end].raw if end < len(tokens) else ""
    if joint not in ("past", "after", "to", "till", "til", "before") or end + 1 >= len(tokens):
        return None
    if word not in ("half", "quarter") and joint not in ("past", "to"):
        return None
    hour = _hour_at(tokens, end + 1)
    if hour is None or not 1 <= hour[1] <= 12:
        return None
    half = _half_mark(tokens, hour[0])
    after = half[0] if half else hour[0]
    past = joint in ("past", "after")
    oclock = hour[1] if past else (hour[1] - 1) or 12
    return after, Moment(hour=oclock, minute=minutes if past else 60 - minutes, half=half[1] if half else None)


def _short_of_zh(tokens: Sequence[Token], at: int) -> Timed | None:
    """差五分三点, 差一刻八点."""
    if tokens[at].text != "差" or at + 2 >= len(tokens) or not (short := _short_minutes(tokens, at + 1)):
        return None
    hour = _hour_at(tokens, short[0]) if short[0] < len(tokens) else None
    if hour is None or text_at(tokens, hour[0]) not in ("点", "时") or not hour[1]:
        return None
    end = hour[0] + 1 + (text_at(tokens, hour[0] + 1) in ("钟", "整"))
    return end, Moment(hour=(hour[1] - 1) or 12, minute=60 - short[1])


def _short_minutes(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    number = whole_at(tokens, at)
    if number is None or number[0] >= len(tokens):
        return None
    unit = tokens[number[0]].text
    if unit == "刻" and number[1] in (1, 2, 3):
        return number[0] + 1, 15 * number[1]
    if unit == "分" and 0 < number[1] < 60:
        return number[0] + 1 + (text_at(tokens, number[0] + 1) == "钟"), number[1]
    return None


def _chinese(tokens: Sequence[Token], at: int, hour: int, before: Moment | None) -> Timed | None:
    """What follows the hour, from its 点 or 时 on."""
    oclock, end = tokens[at].text, at + 1
    after = text_at(tokens, end)
    sure = before is not None and (before.half is not None or before.has_day)
    if oclock == "时" and after in ("候", "间", "段", "尚", "不"):
        return None
    if after == "半":
        return end + 1, Moment(hour=hour % 24, minute=30)
    if after in ("钟", "整", "正"):
        return end + 1, Moment(hour=hour % 24)
    if after in ("差", "欠") and hour and (short := _short_minutes(tokens, end + 1)):
        return short[0], Moment(hour=(hour - 1) or 12, minute=60 - short[1])
    if (minutes := _minutes_zh(tokens, end, sure=sure)) is not None:
        return minutes[0], Moment(hour=hour % 24, minute=minutes[1])
    # 一点 and 两点 alone mean "a little" or are points; with a half of the day or a "before" they are times.
    told = sure or (after and after in AFTER_A_TIME) or hour > 2 or hour == 0
    return (end, Moment(hour=hour % 24)) if told else None


def _minutes_zh(tokens: Sequence[Token], at: int, *, sure: bool) -> tuple[int, int] | None:
    """一刻, 十五, 零五, 四十五分; 搭三 and 三个字 are fifteen in Cantonese."""
    joined = text_at(tokens, at) in ("搭", "踏")
    start = at + joined
    if joined and text_at(tokens, start) == "半":
        return start + 1, 30
    number = whole_at(tokens, start) if start < len(tokens) else None
    if number is None:
        return None
    end, minute = number
    following = text_at(tokens, end)
    if following == "刻" and minute in (1, 2, 3):
        return end + 1 + (text_at(tokens, end + 1) == "钟"), 15 * minute
    if following == "分" and minute < 60:
        return end + 1 + (text_at(tokens, end + 1) == "钟"), minute
    if text_at(tokens, end, 2) == "个字" and 0 < minute < 12:
        return end + 2, 5 * minute
    alone = end - start == 1 and tokens[start].kind == "cjk" and tokens[start].text != "十"
    if following in MEASURED and following:
        return None
    if alone:
        return (end, 5 * minute) if (sure or joined) and 0 < minute < 12 and tokens[start].text != "两" else None
    return (end, minute) if minute < 60 and (end - start > 1 or minute >= 10 or tokens[start].raw.startswith("0")) else None
