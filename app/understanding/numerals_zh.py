"""Numbers in Chinese characters: 二十三, 一百二, 两千五, 贰佰零叁, 三分之一, 十来, 二十多."""

from collections.abc import Sequence
from decimal import Decimal

from app.understanding.tokens import Token

DIGITS_ZH = {char: n for n, char in enumerate("零一二三四五六七八九")} | dict(
    zip("〇两俩仨幺壹贰叁肆伍陆柒捌玖", (0, 2, 2, 3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
SCALES_ZH = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000, "万": 10_000, "亿": 100_000_000}
TENS_ZH = {"廿": 20, "卅": 30, "卌": 40}
# 参 is a three on a cheque, and ginseng anywhere else.
CHEQUE_THREE, CHEQUE_SCALES = "参", frozenset("拾佰仟万亿零")
NUMERAL_CHARS = frozenset((*DIGITS_ZH, *SCALES_ZH, *TENS_ZH))
LONGEST_NUMERAL = 24
MOST_DIGITS = 12
LARGEST = 10**15
IN_CASE = ["万", "一"]
HALF = Decimal("0.5")
# 十来个, 三百多块: about so many of what is counted. 来 before anything else brings it: 十来一份.
ABOUT = frozenset("来多几")
COUNTED = frozenset("个块元圆毛杯份瓶根碗片串只罐盒张岁天年月周斤克人位次件袋箱包条种度万亿")
# 打 is a dozen, unless it begins 打包, 打折, 打电话.
DOZEN, NO_DOZEN = "打", frozenset("包折电开算扫印听断车")


def chinese_number_at(tokens: Sequence[Token], at: int) -> tuple[int, Decimal, bool] | None:
    """The token after it, the value, and whether it is only about so much. 两三 is no number, it is a guess at one."""
    if _char(tokens, at) == "半":
        return at + 1, HALF, False
    end = _run_end(tokens, at)
    chars = [t.text for t in tokens[at:end]]
    if not chars or (chars[0] in "万亿" and (len(chars) == 1 or chars[1] not in DIGITS_ZH or chars == IN_CASE)):
        return None
    if chars == ["一"] and _char(tokens, end) == "半":
        return end + 1 + (_char(tokens, end + 1) == "半"), HALF, False
    value = _value(chars)
    if value is None or value > LARGEST:
        return None
    end, exact = _with_parts(tokens, end, value)
    if exact == value and _char(tokens, end) in ABOUT and chars[-1] in SCALES_ZH and _char(tokens, end + 1) in COUNTED:
        return end + 1, exact, True
    if exact == value and _char(tokens, end) == DOZEN and _char(tokens, end + 1) not in NO_DOZEN:
        return end + 1, exact * 12, False
    return end, exact, False


def whole_at(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A whole number in Chinese or plain digits, nothing that follows it taken in: the 三 of 三点五分."""
    if at < len(tokens) and tokens[at].kind == "number":
        return (at + 1, int(tokens[at].raw)) if tokens[at].raw.isdecimal() and len(tokens[at].raw) < MOST_DIGITS else None
    end = _run_end(tokens, at)
    value = _value([t.text for t in tokens[at:end]]) if end > at else None
    return None if value is None else (end, value)


def _char(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""


def _run_end(tokens: Sequence[Token], at: int) -> int:
    end = at
    while end < min(len(tokens), at + LONGEST_NUMERAL) and (end == at or not tokens[end].gap):
        char = tokens[end].text
        if char not in NUMERAL_CHARS and not (char == CHEQUE_THREE and _is_on_a_cheque(tokens, at, end)):
            break
        end += 1
    return end


def _is_on_a_cheque(tokens: Sequence[Token], start: int, at: int) -> bool:
    return _char(tokens, at + 1) in CHEQUE_SCALES or (at > start and tokens[at - 1].text in CHEQUE_SCALES)


def _with_parts(tokens: Sequence[Token], end: int, value: int) -> tuple[int, Decimal]:
    """What follows the whole part: 点五, 分之一, 又二分之一."""
    following = _char(tokens, end)
    if following == "点" and (_char(tokens, end + 1) in DIGITS_ZH or (value == 0 and _is_plain(tokens, end + 1))):
        step = end + 1
        decimals = ""
        while _char(tokens, step) in DIGITS_ZH and len(decimals) < MOST_DIGITS:
            decimals += str(DIGITS_ZH[tokens[step].text])
            step += 1
        if not decimals:
            decimals, step = tokens[step].raw[:MOST_DIGITS], step + 1
        # 三点十五 is a time of day: a scale can't follow in decimals.
        return (end, Decimal(value)) if _char(tokens, step) in SCALES_ZH else (step, Decimal(f"{value}.{decimals}"))
    if following == "分" and _char(tokens, end + 1) == "之" and value:
        above = _run_end(tokens, end + 2)
        number = _value([t.text for t in tokens[end + 2 : above]]) if above > end + 2 else None
        return (above, Decimal(number) / value) if number is not None else (end, Decimal(value))
    if following == "又" and (part := _fraction_at(tokens, end + 1)):
        return part[0], value + part[1]
    return end, Decimal(value)


def _is_plain(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].raw.isdecimal() and not tokens[at].gap


def _fraction_at(tokens: Sequence[Token], at: int) -> tuple[int, Decimal] | None:
    middle = _run_end(tokens, at)
    if middle == at or _char(tokens, middle) != "分":
        return None
    start = middle + (2 if _char(tokens, middle + 1) == "之" else 1)
    end = _run_end(tokens, start)
    below, above = _value([t.text for t in tokens[at:middle]]), _value([t.text for t in tokens[start:end]])
    return (end, Decimal(above) / below) if below and above and end > start else None


def _value(chars: Sequence[str]) -> int | None:
    digits = [DIGITS_ZH[c] for c in chars if c in DIGITS_ZH]
    if len(digits) == len(chars):
        if len(digits) == 2 and digits[1] == digits[0] + 1 and digits[0]:
            return None
        return int("".join(map(str, digits[:MOST_DIGITS])) or 0)
    total, section, digit, last_scale = 0, 0, 0, 0
    for char in chars:
        if char in TENS_ZH:
            section, digit, last_scale = section + TENS_ZH[char], 0, 10
        elif char in "零〇":
            digit, last_scale = 0, 0
        elif char in DIGITS_ZH:
            digit = DIGITS_ZH[char]
        elif char == CHEQUE_THREE:
            digit = 3
        else:
            scale = SCALES_ZH[char]
            if scale >= 10_000:
                # 百二万: a trailing digit counts for the scale below the one before it.
                part = section + digit * (last_scale // 10 if digit and last_scale >= 100 else 1)
                part = part or (0 if total else 1)
                total, section = total + part * scale if total >= 100_000_000 else (total + part) * scale, 0
            else:
                section += (digit or (1 if not section or scale < last_scale else 0)) * scale
            digit, last_scale = 0, scale
    if digit and last_scale >= 100:
        digit *= last_scale // 10
    return total + section + digit
