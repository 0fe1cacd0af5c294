"""Weights as they are said: 半斤, 一斤半, 二两, 300g, "half a pound", "two kilos"."""

from collections.abc import Sequence

from app.understanding.numerals import MEASURES_LINE, MEASURES_UNIT, Numeral, number_at
from app.understanding.numerals_zh import DIGITS_ZH
from app.understanding.tokens import Token

GRAMS = {
    "kg": 1_000, "kilo": 1_000, "kilos": 1_000, "kilogram": 1_000, "gram": 1, "g": 1, "gramme": 1, "lb": 454, "pound": 454,
    "oz": 28, "ounce": 28,
    "斤": 500, "公斤": 1_000, "千克": 1_000, "克": 1,
}  # fmt: skip
LIANG, LIANG_GRAMS = "两", 50
HALF, HALF_WORDS = "半", (("half", "a"), ("half",))
MOST_GRAMS = 100_000


def weight_at(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A weight that begins at token `at`: the token after it, and grams."""
    found = _liang(tokens, at) or _counted(tokens, at) or _half(tokens, at)
    return found if found and 0 < found[1] <= MOST_GRAMS else None


def _unit(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The token after a unit of weight, and its grams."""
    for size in (2, 1):
        unit = "".join(t.text for t in tokens[at : at + size])
        if unit in GRAMS and at + size <= len(tokens):
            return at + size, GRAMS[unit]
    return None


def _counted(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    found = number_at(tokens, at)
    if found is None or found[1].after:
        return None
    end, numeral = found
    if end < len(tokens) and tokens[end].text == "of":
        return None
    unit = _unit(tokens, end)
    return _with_rest(tokens, numeral, *unit) if unit else None


def _with_rest(tokens: Sequence[Token], numeral: Numeral, end: int, grams: int) -> tuple[int, int]:
    """一斤半, 两斤三两: what is said behind the unit."""
    whole = numeral.hundredths * grams // 100
    following = tokens[end].text if end < len(tokens) else ""
    if following == HALF:
        return end + 1, whole + grams // 2
    if following in DIGITS_ZH and grams == GRAMS["斤"] and end + 1 < len(tokens) and tokens[end + 1].text == LIANG:
        return end + 2, whole + DIGITS_ZH[following] * LIANG_GRAMS
    return end, whole


def _liang(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """二两, 三两半. Before a measure word 两 counts: 一两个."""
    if at + 1 >= len(tokens) or tokens[at + 1].text != LIANG:
        return None
    count, after = tokens[at].text, tokens[at + 2].text if at + 2 < len(tokens) else ""
    if count not in DIGITS_ZH or count == LIANG or (after and after in MEASURES_LINE | MEASURES_UNIT | {"斤"}):
        return None
    grams = DIGITS_ZH[count] * LIANG_GRAMS
    return (at + 3, grams + LIANG_GRAMS // 2) if after == HALF else (at + 2, grams)


def _half(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """ "half a pound", "half pound"."""
    for words in HALF_WORDS:
        if tuple(t.raw for t in tokens[at : at + len(words)]) == words and (unit := _unit(tokens, at + len(words))):
            return unit[0], unit[1] // 2
    return None
