"""Numbers and ordinals, in digits, English and Chinese."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from app.understanding.normalise import Normal
from app.understanding.numerals_zh import DIGITS_ZH, HALF, SCALES_ZH, chinese_number_at
from app.understanding.tokens import Token

_UNITS = (
    "zero one two three four five six seven eight nine ten "
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_NOUNS = "one cup glass bottle drink item line order piece serving option choice"
UNITS_EN = {word: n for n, word in enumerate(_UNITS.split())}
TENS_EN = {word: 10 * n for n, word in enumerate(_TENS.split(), 2)}
SCALES_EN = {"hundred": 100, "thousand": 1_000, "k": 1_000, "grand": 1_000}
GROUPS_EN = {"dozen": 12, "couple": 2, "pair": 2}
ORDINALS_EN = {w: n for n, w in enumerate(_ORDINALS.split(), 1)} | {"last": -1}
ORDINAL_ENDINGS = frozenset(("st", "nd", "rd", "th"))
ORDINAL_NOUNS = frozenset(_NOUNS.split())
UNIT_NOUNS = frozenset(("cup", "glass", "bottle", "drink", "serving"))
MEASURES_LINE = frozenset("个款种项行单样")
MEASURES_UNIT = frozenset("杯份瓶根碗块片串只罐盒张")
MOST_DIGITS = 12
PAIRS_ZH = frozenset("对双")
CAPITAL_SCALES = {"M": 10**6, "B": 10**9, "G": 10**9}
NUMBER_WORDS = frozenset((*UNITS_EN, *TENS_EN, *SCALES_EN, *GROUPS_EN, *ORDINALS_EN, "half", "minus", "negative"))


@dataclass(frozen=True, slots=True)
class Numeral:
    """`after`: said after the thing ("x2"); `weak`: "a", "an"; `approximate`: 十来, 二十多."""

    value: Decimal
    after: bool = False
    weak: bool = False
    approximate: bool = False

    @property
    def whole(self) -> int | None:
        whole = int(self.value)
        return whole if whole == self.value else None

    @property
    def hundredths(self) -> int:
        """The value in hundredths, what is finer left out."""
        return int(self.value * 100)


@dataclass(frozen=True, slots=True)
class Ordinal:
    place: int
    counts: Literal["line", "unit"] = "line"


def number_at(tokens: Sequence[Token], at: int) -> tuple[int, Numeral] | None:
    """A number that begins at token `at`, and the token after it."""
    token = tokens[at]
    if token.kind == "number":
        return _digits(tokens, at)
    if token.text == "-" and at + 1 < len(tokens) and tokens[at + 1].kind == "number" and not tokens[at + 1].gap:
        if at and not token.gap and tokens[at - 1].kind != "cjk":
            return None
        end, numeral = _digits(tokens, at + 1)
        return end, Numeral(-numeral.value)
    if token.text == "." and at + 1 < len(tokens) and tokens[at + 1].kind == "number" and not tokens[at + 1].gap:
        return _decimals_alone(tokens, at)
    if token.kind == "cjk" or token.text == "〇":
        return _chinese(tokens, at)
    if token.text in ("x", "×", "*") and at + 1 < len(tokens) and tokens[at + 1].kind == "number":
        end, numeral = _digits(tokens, at + 1)
        return end, Numeral(numeral.value, after=True)
    if token.kind == "word":
        return _english(tokens, at)
    return None


def _digits(tokens: Sequence[Token], at: int) -> tuple[int, Numeral]:
    text, end = tokens[at].raw.replace(",", ""), at + 1
    while end < len(tokens) and not tokens[end].gap and "." not in text:
        following = tokens[end]
        if following.kind == "word" and set(following.raw) == {"o"}:
            text += "0" * len(following.raw)
        elif following.kind == "number" and tokens[end - 1].kind == "word" and following.raw.isdecimal():
            text += following.raw
        else:
            break
        end += 1
    value = _decimal(text)
    if text == "1" and end < len(tokens) and tokens[end].text == "半" and not tokens[end].gap:
        return end + 1, Numeral(HALF)
    if end < len(tokens) and (scale := _scale_after(tokens[end])):
        value, end = value * scale, end + 1
        if end < len(tokens) and tokens[end].text in DIGITS_ZH and scale >= 100:
            value, end = value + DIGITS_ZH[tokens[end].text] * scale // 10, end + 1
    elif end < len(tokens) and tokens[end].text in ("x", "×") and not tokens[end].gap:
        end += 1
    return end, Numeral(value)


def _scale_after(token: Token) -> int | None:
    if token.kind == "cjk":
        return SCALES_ZH.get(token.text)
    return 1_000 if token.raw == "k" and not token.gap else SCALES_EN.get(token.raw) if len(token.raw) > 1 else None


def _decimal(text: str) -> Decimal:
    whole, _, fraction = text.partition(".")
    return Decimal(f"{whole[:MOST_DIGITS]}.{fraction[:MOST_DIGITS] or 0}")


def _decimals_alone(tokens: Sequence[Token], at: int) -> tuple[int, Numeral] | None:
    """.5, where no number and no word stands right before the point."""
    digits = tokens[at + 1].raw
    if (at and not tokens[at].gap and tokens[at - 1].text not in "-$¥") or not digits.isdecimal():
        return None
    return at + 2, Numeral(_decimal(f"0.{digits}"))


def _chinese(tokens: Sequence[Token], at: int) -> tuple[int, Numeral] | None:
    if tokens[at].text == "负" and at + 1 < len(tokens):
        found = number_at(tokens, at + 1)
        return (found[0], Numeral(-found[1].value)) if found and not found[1].weak and found[1].value > 0 else None
    found_zh = chinese_number_at(tokens, at)
    if found_zh is None:
        return None
    end, value, approximate = found_zh
    return end, Numeral(value, approximate=approximate)


def _english(tokens: Sequence[Token], at: int) -> tuple[int, Numeral] | None:
    words = [t.raw for t in tokens[at : at + 12]]
    if words[0] in ("minus", "negative"):
        found = number_at(tokens, at + 1) if at + 1 < len(tokens) else None
        return (found[0], Numeral(-found[1].value)) if found and found[1].value >= 0 else None
    if (words[:2] == ["half", "a"] and words[2:3] == ["dozen"]) or words[:2] == ["half", "dozen"]:
        return at + words.index("dozen") + 1, Numeral(Decimal(6))
    total, current, step, seen = 0, 0, 0, False
    while step < len(words):
        word = words[step]
        if word in UNITS_EN and (not seen or (current % 10 == 0 and (current % 100 == 0 or UNITS_EN[word] < 10))):
            current += UNITS_EN[word]
        elif word in TENS_EN and current % 100 == 0:
            current += TENS_EN[word]
        elif word in SCALES_EN and len(word) > 1 and (seen or words[:1] == ["a"]):
            scale = SCALES_EN[word]
            current = max(current, 1) * scale if scale == 100 else 0 * (total := total + max(current, 1) * scale)
        elif word in GROUPS_EN and (seen or words[0] in ("a", "couple", "dozen")):
            total, current = (total + max(current, 1)) * GROUPS_EN[word], 0
        elif not (seen and word in ("and", "-") and step + 1 < len(words) and _continues(words[step + 1], current)):
            if step or word not in ("a", "an"):
                break
            step += 1
            continue
        seen = seen or word not in ("and", "-")
        step += 1
    if not seen:
        return (at + 1, Numeral(Decimal(1), weak=True)) if words[0] in ("a", "an") else None
    return at + step, Numeral(Decimal(total + current))


def _continues(word: str, current: int) -> bool:
    return (current >= 100 and (word in UNITS_EN or word in TENS_EN)) or (20 <= current < 100 and UNITS_EN.get(word, 10) < 10)


def ordinal_at(tokens: Sequence[Token], at: int) -> tuple[int, Ordinal] | None:
    token = tokens[at]
    if token.text == "第" and at + 1 < len(tokens):
        found = number_at(tokens, at + 1)
        if found and found[1].whole:
            return _with_measure(tokens, found[0], found[1].whole)
    if token.text == "最" and at + 1 < len(tokens) and tokens[at + 1].text == "后":
        end = at + 2
        if end < len(tokens) and tokens[end].text == "一":
            end += 1
        return _with_measure(tokens, end, -1)
    if token.raw in ORDINALS_EN or (token.kind == "number" and at + 1 < len(tokens) and tokens[at + 1].raw in ORDINAL_ENDINGS
                                    and not tokens[at + 1].gap and token.raw.isdecimal() and len(token.raw) < 4):  # fmt: skip
        place = ORDINALS_EN.get(token.raw) or int(token.raw)
        end = at + (1 if token.raw in ORDINALS_EN else 2)
        noun = tokens[end].text if end < len(tokens) else ""
        if noun in ORDINAL_NOUNS:
            return end + 1, Ordinal(place, "unit" if noun in UNIT_NOUNS else "line")
        return end, Ordinal(place)
    if token.raw in ("#", "number", "option", "item", "line") and at + 1 < len(tokens):
        found = number_at(tokens, at + 1)
        if found and found[1].whole and not found[1].weak:
            return found[0], Ordinal(found[1].whole)
    return None


def _with_measure(tokens: Sequence[Token], end: int, place: int) -> tuple[int, Ordinal]:
    measure = tokens[end].text if end < len(tokens) else ""
    if measure in MEASURES_UNIT and measure:
        return end + 1, Ordinal(place, "unit")
    return (end + 1 if measure in MEASURES_LINE and measure else end), Ordinal(place)


def numbers_in(tokens: Sequence[Token], normal: Normal) -> Iterator[tuple[int, int, Numeral]]:
    """Every number that is said, and the tokens it is said with. Pairs count two each; a capital M or B after digits scales."""
    at = 0
    while at < len(tokens):
        found = _below_zero(tokens, at) or number_at(tokens, at)
        if found is None or found[1].weak:
            at += 1
            continue
        end, numeral = found
        scale = _capital_scale(tokens, end, normal)
        if scale is not None:
            end, numeral = end + 1, replace(numeral, value=numeral.value * scale)
        elif end < len(tokens) and tokens[end].text in PAIRS_ZH and tokens[end - 1].kind == "cjk":
            end, numeral = end + 1, replace(numeral, value=numeral.value * 2)
        yield at, end, numeral
        at = end


def _below_zero(tokens: Sequence[Token], at: int) -> tuple[int, Numeral] | None:
    """ "- 12" is below zero where it is all that is said, and opens a list elsewhere."""
    if at or tokens[0].text != "-" or len(tokens) < 2 or tokens[1].kind not in ("number", "mark"):
        return None
    found = number_at(tokens, 1)
    alone = found is not None and all(not token.gap for token in tokens[found[0] :])
    return (found[0], replace(found[1], value=-found[1].value)) if found and alone else None


def _capital_scale(tokens: Sequence[Token], at: int, normal: Normal) -> int | None:
    if at >= len(tokens) or tokens[at].gap or not at or tokens[at - 1].kind != "number":
        return None
    return CAPITAL_SCALES.get(normal.span(tokens[at].start, tokens[at].end).text)
