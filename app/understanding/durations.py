"""Stretches of time as they are said: "two weeks", "an hour and a half", 半小时, 三天, 一个半月."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.dialogue.times import TimeUnit
from app.understanding.numerals import number_at
from app.understanding.tokens import Token, text_at

UNITS_EN: dict[str, tuple[int, TimeUnit]] = {
    "second": (1, "second"), "sec": (1, "second"), "minute": (1, "minute"), "min": (1, "minute"), "hour": (1, "hour"),
    "hr": (1, "hour"), "day": (1, "day"), "week": (1, "week"), "wk": (1, "week"), "fortnight": (2, "week"), "month": (1, "month"),
    "quarter": (3, "month"), "year": (1, "year"), "yr": (1, "year"),
}  # fmt: skip
UNITS_ZH: dict[str, tuple[int, TimeUnit]] = {
    "秒": (1, "second"), "秒钟": (1, "second"), "分钟": (1, "minute"), "刻钟": (15, "minute"), "小时": (1, "hour"),
    "钟头": (1, "hour"), "钟": (1, "hour"), "天": (1, "day"), "日": (1, "day"), "周": (1, "week"), "星期": (1, "week"),
    "礼拜": (1, "week"), "月": (1, "month"), "季度": (3, "month"), "季": (3, "month"), "年": (1, "year"),
}  # fmt: skip
# Half of one, in a finer unit.
HALVES: dict[TimeUnit, tuple[int, TimeUnit]] = {
    "minute": (30, "second"), "hour": (30, "minute"), "day": (12, "hour"), "month": (15, "day"), "year": (6, "month"),
}  # fmt: skip
FINER: dict[TimeUnit, int] = {"minute": 60, "hour": 60, "day": 24, "month": 30, "year": 12}
NEEDS_COUNTER = frozenset("月钟")
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Duration:
    count: int
    unit: TimeUnit


Reading = tuple[int, Duration]


def duration_at(tokens: Sequence[Token], at: int) -> Reading | None:
    """A stretch of time that begins at token `at`, and the token after it."""
    token = tokens[at]
    if token.kind == "cjk" or (token.kind == "number" and at + 1 < len(tokens) and tokens[at + 1].kind == "cjk"):
        return _chinese(tokens, at)
    return _english(tokens, at)


def unit_zh_at(tokens: Sequence[Token], at: int) -> tuple[int, int, TimeUnit] | None:
    """The token after a Chinese word for a stretch of time, how many of which unit it is."""
    for size in (2, 1):
        word = text_at(tokens, at, size)
        if word in UNITS_ZH and at + size <= len(tokens):
            return at + size, *UNITS_ZH[word]
    return None


def unit_en_at(tokens: Sequence[Token], at: int) -> tuple[int, int, TimeUnit] | None:
    found = UNITS_EN.get(tokens[at].text) if at < len(tokens) else None
    return (at + 1, *found) if found else None


def _made(end: int, count: Decimal, size: int, unit: TimeUnit) -> Reading | None:
    total = count * size
    if total == int(total):
        return (end, Duration(int(total), unit)) if 0 < total <= MOST else None
    if unit not in HALVES or total * 2 != int(total * 2) or total > MOST:
        return None
    half, finer = HALVES[unit]
    return end, Duration(int(total) * FINER[unit] + half, finer)


def _chinese(tokens: Sequence[Token], at: int) -> Reading | None:
    found = number_at(tokens, at)
    if found is None or found[1].after or found[1].approximate:
        return None
    step, count = found[0], found[1].value
    counted = text_at(tokens, step) == "个"
    step += counted
    if text_at(tokens, step) == "半" and counted:
        step, count = step + 1, count + Decimal("0.5")
    unit = unit_zh_at(tokens, step)
    if unit is None or (tokens[step].text in NEEDS_COUNTER and not counted):
        return None
    end, size, name = unit
    if text_at(tokens, end) == "半" and count == int(count) and name in ("day", "year"):
        end, count = end + 1, count + Decimal("0.5")
    return _made(end, count, size, name)


def _english(tokens: Sequence[Token], at: int) -> Reading | None:
    raw = [t.raw for t in tokens[at : at + 4]]
    if raw[:1] == ["half"]:
        step = at + (2 if raw[1:2] in (["a"], ["an"]) else 1)
        unit = unit_en_at(tokens, step)
        return _made(unit[0], Decimal("0.5"), unit[1], unit[2]) if unit else None
    step = at + (raw[:1] == ["a"])
    if raw[step - at : step - at + 2] == ["quarter", "of"] and (unit := unit_en_at(tokens, at + raw.index("of") + 2)):
        return (unit[0], Duration(15, "minute")) if unit[2] == "hour" else None
    found = number_at(tokens, at)
    if found is None or found[1].after or found[1].approximate:
        return None
    end, count = found[0], found[1].value
    if [t.raw for t in tokens[end : end + 3]] == ["and", "a", "half"]:
        end, count = end + 3, count + Decimal("0.5")
    if text_at(tokens, end) == "of" or (text_at(tokens, end) == "-" and unit_en_at(tokens, end + 1)):
        end += 1
    unit = unit_en_at(tokens, end)
    if unit is None:
        return None
    end = unit[0]
    if [t.raw for t in tokens[end : end + 3]] == ["and", "a", "half"]:
        end, count = end + 3, count + Decimal("0.5")
    return _made(end, count, unit[1], unit[2])
