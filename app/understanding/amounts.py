"""Amounts of money as they are said: "$3.50", 五块五, 两毛五, 三百来块, 5.6到5.78元."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.understanding.numerals import Numeral, number_at
from app.understanding.numerals_zh import DIGITS_ZH
from app.understanding.tokens import Token

# None: a word for money that leaves open whose.
CURRENCIES: dict[str, str | None] = {
    "元": "CNY", "圆": "CNY", "块": None, "块钱": None, "蚊": None, "文": None, "yuan": "CNY", "rmb": "CNY", "cny": "CNY",
    "kuai": "CNY", "renminbi": "CNY", "人民币": "CNY", "¥": "CNY", "$": "USD", "dollar": "USD", "usd": "USD", "美元": "USD",
    "美金": "USD", "刀": "USD", "buck": None, "€": "EUR", "eur": "EUR", "euro": "EUR", "欧元": "EUR", "£": "GBP", "gbp": "GBP",
    "quid": "GBP", "英镑": "GBP", "hkd": "HKD", "港币": "HKD", "港元": "HKD", "港纸": "HKD", "台币": "TWD", "新台币": "TWD",
    "twd": "TWD", "澳元": "AUD", "aud": "AUD", "加元": "CAD", "cad": "CAD", "新元": "SGD", "sgd": "SGD", "瑞郎": "CHF",
}  # fmt: skip
PREFIXES = frozenset(
    ("¥", "$", "€", "£", "rmb", "cny", "usd", "eur", "gbp", "hkd", "人民币", "港币", "港元", "美元", "美金", "欧元", "英镑")
)
SIGNS = frozenset("¥$€£")
# The units below which a tenth or a hundredth may be said: 五块五毛二.
MAIN_UNITS = frozenset("块元圆蚊")
TENTHS, HUNDREDTHS = frozenset("毛角毫"), frozenset("分仙")
CENTS = frozenset(("cent", "penny", "pence", "fen"))
# 五分 is money unless it is a share of something or a time.
NO_MONEY = frozenset("糖甜熟钟之饱辣冰满半")
ENDS = frozenset("的钱吧了到至以起左上就行")
RANGE_WORDS = frozenset(("到", "至", "-", "~", "to"))
COLLOQUIAL = "个"


@dataclass(frozen=True, slots=True)
class Amount:
    """`minor`: hundredths. `maybe_count`: what it is when the word after the number counts things: 三块蛋糕.

    `approximate`: 十来块. `upto`: the higher end of a range.
    """

    minor: int
    currency: str | None
    maybe_count: int | None = None
    approximate: bool = False
    upto: int | None = None


def amount_at(tokens: Sequence[Token], at: int) -> tuple[int, Amount] | None:
    """An amount with its currency said; a bare number is none."""
    prefix = _currency_at(tokens, at)
    if prefix is not None and prefix[1] in PREFIXES:
        return _after_prefix(tokens, *prefix)
    found = number_at(tokens, at)
    if found is None or found[1].after or found[0] >= len(tokens) or found[1].value < 0:
        return None
    return _with_unit(tokens, *found)


def amounts_in(tokens: Sequence[Token]) -> Iterator[tuple[int, int, Amount]]:
    """Every amount that is said, and the tokens it is said with; the two ends of a range are one."""
    if (asked := _colloquial(tokens, 0)) is not None and asked[0] == len(tokens):
        yield 0, len(tokens), asked[1]
        return
    at = 0
    while at < len(tokens):
        found = _range_at(tokens, at) or amount_at(tokens, at)
        if found is None:
            at += 1
            continue
        yield at, *found
        at = found[0]


def _currency_at(tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    """The token after a word or sign of money, and which it is."""
    if at >= len(tokens):
        return None
    if tokens[at].kind != "cjk":
        return (at + 1, tokens[at].text) if tokens[at].text in CURRENCIES else None
    for size in (3, 2, 1):
        word = "".join(t.text for t in tokens[at : at + size])
        if word in CURRENCIES and at + size <= len(tokens):
            return at + size, word
    return None


def _after_prefix(tokens: Sequence[Token], at: int, sign: str) -> tuple[int, Amount] | None:
    currency = CURRENCIES[sign]
    if at >= len(tokens):
        return None
    if (spoken := _colloquial(tokens, at)) is not None:
        return spoken[0], replace(spoken[1], currency=currency)
    found = number_at(tokens, at)
    if found is None or found[1].weak or found[1].value < 0:
        return None
    end, numeral = found
    with_unit = _with_unit(tokens, end, numeral) if end < len(tokens) and tokens[end].text in ("元", "块", "yuan", "圆") else None
    if with_unit is not None:
        return with_unit[0], replace(with_unit[1], currency=currency, maybe_count=None)
    return end, Amount(numeral.hundredths, currency, approximate=numeral.approximate)


def _with_unit(tokens: Sequence[Token], end: int, numeral: Numeral) -> tuple[int, Amount] | None:
    char = tokens[end].text
    if char in TENTHS:
        end, more = _hundredth(tokens, end + 1)
        return end, Amount(int(numeral.value * 10) + more, None, approximate=numeral.approximate)
    if char in HUNDREDTHS:
        following = tokens[end + 1].text if end + 1 < len(tokens) else ""
        return None if following in NO_MONEY and following else (end + 1, Amount(int(numeral.value), None))
    if char in CENTS and not numeral.weak:
        return end + 1, Amount(int(numeral.value), None)
    about = numeral.approximate
    if char in ("来", "多", "几") and _currency_at(tokens, end + 1):
        end, about = end + 1, True
    unit = _currency_at(tokens, end)
    if unit is None or (unit[1] in SIGNS and tokens[end].gap):
        return None
    after, name = unit
    minor, currency = numeral.hundredths, CURRENCIES[name]
    said_more = name == "块钱"
    if name in MAIN_UNITS and after < len(tokens) and not tokens[after].gap:
        after, more = _tenths(tokens, after)
        minor, said_more = minor + more, more > 0
        if after < len(tokens) and tokens[after].text in ("多", "来"):
            after, about = after + 1, True
        if after < len(tokens) and tokens[after].text == "钱":
            after, said_more = after + 1, True
    maybe = numeral.whole if name == "块" and not said_more and not about else None
    return _with_cents(tokens, after, Amount(minor, currency, maybe, about))


def _with_cents(tokens: Sequence[Token], end: int, amount: Amount) -> tuple[int, Amount]:
    """ "five dollars and fifty cents"."""
    step = end + 1 if end < len(tokens) and tokens[end].raw == "and" else end
    found = number_at(tokens, step) if step < len(tokens) and tokens[step].kind in ("word", "number") else None
    if found and found[0] < len(tokens) and tokens[found[0]].text in CENTS and 0 < found[1].value < 100:
        return found[0] + 1, replace(amount, minor=amount.minor + int(found[1].value))
    return end, amount


def _digit(token: Token) -> int | None:
    return DIGITS_ZH.get(token.text, int(token.raw) if token.raw.isdecimal() and len(token.raw) == 1 else None)


def _tenths(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """五块五, 五块五毛, 五块五毛二, 五块零二, 五块四分, 五块半: the token after, and hundredths after the 块."""
    token = tokens[at]
    if token.text == "半":
        return at + 1, 50
    if token.text == "零" and at + 1 < len(tokens) and (small := _digit(tokens[at + 1])):
        ends = at + 3 if at + 2 < len(tokens) and tokens[at + 2].text in HUNDREDTHS else at + 2
        return ends, small
    value = _digit(token)
    if value is None:
        return at, 0
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and after.text in TENTHS:
        end, more = _hundredth(tokens, at + 2)
        return end, value * 10 + more
    if after is not None and after.text in HUNDREDTHS:
        return at + 2, value
    ends_here = after is None or after.kind in ("mark", "word") or after.gap or after.text in ENDS
    return (at + 1, value * 10) if ends_here else (at, 0)


def _hundredth(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """两毛五, 两角五分."""
    value = _digit(tokens[at]) if at < len(tokens) and not tokens[at].gap else None
    if value is None:
        return at, 0
    return (at + 2 if at + 1 < len(tokens) and tokens[at + 1].text in HUNDREDTHS else at + 1), value


def _colloquial(tokens: Sequence[Token], at: int) -> tuple[int, Amount] | None:
    """个半, 三个一毫四: 个 for the main unit, as Cantonese has it, where nothing but an amount can be meant."""
    if at >= len(tokens):
        return None
    found = (at, Numeral(Decimal(1))) if tokens[at].text == COLLOQUIAL else number_at(tokens, at)
    if found is None or found[0] + 1 >= len(tokens) or tokens[found[0]].text != COLLOQUIAL or found[1].value < 0:
        return None
    end, more = _tenths(tokens, found[0] + 1)
    return (end, Amount(found[1].hundredths + more, None)) if more else None


def _range_at(tokens: Sequence[Token], at: int) -> tuple[int, Amount] | None:
    """5.6到5.78元, "$5-$8": a currency said once is meant for both ends."""
    low = amount_at(tokens, at)
    bare = number_at(tokens, at) if low is None else None
    middle = low[0] if low else bare[0] if bare and not bare[1].weak and not bare[1].after else 0
    if not 0 < middle < len(tokens) - 1 or tokens[middle].raw not in RANGE_WORDS:
        return None
    high = amount_at(tokens, middle + 1)
    if high is None and low is not None and low[1].currency and (more := number_at(tokens, middle + 1)) and not more[1].weak:
        high = more[0], Amount(more[1].hundredths, low[1].currency)
    if high is None:
        return None
    first = low[1].minor if low else bare[1].hundredths if bare else 0
    if first >= high[1].minor:
        return None
    return high[0], Amount(first, high[1].currency or (low[1].currency if low else None), upto=high[1].minor)
