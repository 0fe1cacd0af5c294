"""Numbers, amounts, ordinals and phone numbers, in digits, English and Chinese."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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
DIGITS_ZH = {char: n for n, char in enumerate("零一二三四五六七八九")} | dict(
    zip("〇两俩仨幺壹贰叁", (0, 2, 2, 3, 1, 1, 2, 3), strict=True)
)
SCALES_ZH = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000, "万": 10_000, "亿": 100_000_000}
TWENTY_ZH = {"廿": 20, "卅": 30}
ORDINALS_EN = {w: n for n, w in enumerate(_ORDINALS.split(), 1)} | {"last": -1}
ORDINAL_ENDINGS = frozenset(("st", "nd", "rd", "th"))
ORDINAL_NOUNS = frozenset(_NOUNS.split())
UNIT_NOUNS = frozenset(("cup", "glass", "bottle", "drink", "serving"))
MEASURES_LINE = frozenset("个款种项行单样")
MEASURES_UNIT = frozenset("杯份瓶根碗块片串只罐盒张")
CURRENCY_WORDS = {
    "元": "CNY", "块": None, "yuan": "CNY", "rmb": "CNY", "cny": "CNY", "kuai": "CNY", "圆": "CNY", "人民币": "CNY", "$": "USD",
    "dollar": "USD", "buck": None, "usd": "USD", "美元": "USD", "刀": "USD", "eur": "EUR", "euro": "EUR", "欧元": "EUR", "¥": "CNY",
}  # fmt: skip
PREFIX_SIGNS = frozenset(("¥", "$", "rmb", "cny", "usd"))
PHONE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(1[3-9](?:[- ]?\d){9})(?![\d])")
MOST_DIGITS = 12
LONGEST_NUMERAL = 24
NUMBER_WORDS = frozenset((*UNITS_EN, *TENS_EN, *SCALES_EN, *GROUPS_EN, *ORDINALS_EN, "half", "minus", "negative"))


@dataclass(frozen=True, slots=True)
class Numeral:
    """`hundredths` holds two decimals; `after`: said after the thing ("x2"); `weak`: "a", "an"."""

    hundredths: int
    after: bool = False
    weak: bool = False

    @property
    def whole(self) -> int | None:
        value, rest = divmod(self.hundredths, 100)
        return value if rest == 0 else None


@dataclass(frozen=True, slots=True)
class Amount:
    minor: int
    currency: str | None
    maybe_count: int | None = None
    """What it is when the word after the number counts things: 三块蛋糕."""


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
        return end, Numeral(-numeral.hundredths)
    if token.kind == "cjk":
        found = _chinese(tokens, at)
        return (found[0], Numeral(found[1])) if found else None
    if token.text in ("x", "×", "*") and at + 1 < len(tokens) and tokens[at + 1].kind == "number":
        end, numeral = _digits(tokens, at + 1)
        return end, Numeral(numeral.hundredths, after=True)
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
    value = _hundredths(text)
    if end < len(tokens) and (scale := _scale_after(tokens[end])):
        value, end = value * scale, end + 1
        if end < len(tokens) and tokens[end].text in DIGITS_ZH and scale >= 100:
            value, end = value + DIGITS_ZH[tokens[end].text] * scale * 10, end + 1
    elif end < len(tokens) and tokens[end].text in ("x", "×") and not tokens[end].gap:
        end += 1
    return end, Numeral(value)


def _scale_after(token: Token) -> int | None:
    if token.kind == "cjk":
        return SCALES_ZH.get(token.text)
    return 1_000 if token.raw == "k" and not token.gap else SCALES_EN.get(token.raw) if len(token.raw) > 1 else None


def _hundredths(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole[:MOST_DIGITS]) * 100 + int(fraction[:2].ljust(2, "0") or 0)


def _english(tokens: Sequence[Token], at: int) -> tuple[int, Numeral] | None:
    words = [t.raw for t in tokens[at : at + 12]]
    if words[0] in ("minus", "negative"):
        found = number_at(tokens, at + 1) if at + 1 < len(tokens) else None
        return (found[0], Numeral(-found[1].hundredths)) if found and found[1].hundredths >= 0 else None
    if (words[:2] == ["half", "a"] and words[2:3] == ["dozen"]) or words[:2] == ["half", "dozen"]:
        return at + words.index("dozen") + 1, Numeral(600)
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
        return (at + 1, Numeral(100, weak=True)) if words[0] in ("a", "an") else None
    return at + step, Numeral((total + current) * 100)


def _continues(word: str, current: int) -> bool:
    return (current >= 100 and (word in UNITS_EN or word in TENS_EN)) or (20 <= current < 100 and UNITS_EN.get(word, 10) < 10)


def _chinese(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The token after, and hundredths. 一百二 is 120; 两三 is no number, it is a guess at one."""
    if tokens[at].text == "半":
        return at + 1, 50
    end = at
    while end < min(len(tokens), at + LONGEST_NUMERAL) and tokens[end].kind == "cjk" and (end == at or not tokens[end].gap):
        if tokens[end].text not in DIGITS_ZH and tokens[end].text not in SCALES_ZH and tokens[end].text not in TWENTY_ZH:
            break
        end += 1
    chars = [t.text for t in tokens[at:end]]
    if not chars or (chars[0] in SCALES_ZH and chars[0] not in "十拾百千"):
        return None
    value = _chinese_value(chars)
    if value is None:
        return None
    if end + 1 < len(tokens) and tokens[end].text == "点" and tokens[end + 1].text in DIGITS_ZH:
        decimals = ""
        end += 1
        while end < len(tokens) and tokens[end].text in DIGITS_ZH:
            decimals += str(DIGITS_ZH[tokens[end].text])
            end += 1
        return end, value * 100 + int(decimals[:2].ljust(2, "0"))
    return end, value * 100


def _chinese_value(chars: Sequence[str]) -> int | None:
    if all(c in DIGITS_ZH for c in chars):
        digits = [DIGITS_ZH[c] for c in chars]
        if len(digits) == 2 and digits[1] == digits[0] + 1 and digits[0]:
            return None
        return int("".join(map(str, digits[:MOST_DIGITS])))
    total, section, digit, last_scale = 0, 0, 0, 0
    for char in chars:
        if char in TWENTY_ZH:
            section += TWENTY_ZH[char]
        elif char in "零〇":
            digit, last_scale = 0, 0
        elif char in DIGITS_ZH:
            digit = DIGITS_ZH[char]
        else:
            scale = SCALES_ZH[char]
            if scale >= 10_000:
                total, section = (total + section + digit) * scale, 0
            else:
                section += (digit or (0 if digit == 0 and section else 1)) * scale
            digit, last_scale = 0, scale
    if digit and last_scale >= 100:
        digit *= last_scale // 10
    return total + section + digit


def amount_at(tokens: Sequence[Token], at: int) -> tuple[int, Amount] | None:
    """An amount with its currency said; a bare number is none."""
    token = tokens[at]
    if token.raw in PREFIX_SIGNS and at + 1 < len(tokens):
        found = number_at(tokens, at + 1)
        if found and not found[1].weak:
            end = found[0]
            if end < len(tokens) and tokens[end].text in ("元", "块", "yuan"):
                end += 1
            return end, Amount(found[1].hundredths, CURRENCY_WORDS[token.raw])
        return None
    found = number_at(tokens, at)
    if found is None or found[1].after or found[0] >= len(tokens):
        return None
    end, numeral = found
    unit = tokens[end].text + (tokens[end + 1].text if end + 1 < len(tokens) and tokens[end].text in "美欧" else "")
    if tokens[end].text in ("毛", "角"):
        return end + 1, Amount(numeral.hundredths // 10, None)
    if unit not in CURRENCY_WORDS or (unit in ("$", "¥") and tokens[end].gap):
        return None
    end += len(unit) if tokens[end].kind == "cjk" else 1
    minor, currency = numeral.hundredths, CURRENCY_WORDS[unit]
    said_more = False
    if unit in ("块", "元") and end < len(tokens) and not tokens[end].gap:
        end, more = _tenths(tokens, end)
        minor, said_more = minor + more, more > 0
        if end < len(tokens) and tokens[end].text == "钱":
            end, said_more = end + 1, True
    maybe = numeral.whole if unit == "块" and not said_more else None
    return end, Amount(minor, currency, maybe)


def _tenths(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """五块五, 五块五毛, 五块五毛二, 五块半: hundredths after the 块."""
    token = tokens[at]
    value = DIGITS_ZH.get(token.text, int(token.raw) if token.raw.isdecimal() and len(token.raw) == 1 else None)
    if token.text == "半":
        return at + 1, 50
    if value is None:
        return at, 0
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and after.text in ("毛", "角"):
        if at + 2 < len(tokens) and tokens[at + 2].text in DIGITS_ZH:
            return at + 3, value * 10 + DIGITS_ZH[tokens[at + 2].text]
        return at + 2, value * 10
    ends_here = after is None or after.kind == "mark" or after.gap or after.text in "的钱吧了"
    return (at + 1, value * 10) if ends_here else (at, 0)


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


def phones_in(text: str) -> list[tuple[int, int, str]]:
    """Chinese mobile numbers in a normalised text: start, end, eleven digits."""
    return [(m.start(), m.end(), re.sub(r"\D", "", m.group(1))) for m in PHONE.finditer(text)]
