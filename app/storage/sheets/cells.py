"""One cell's text ↔ the value that a catalogue file holds. Amounts go from digits to minor units without a float."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from app.base.errors import Misuse
from app.base.money import Money
from app.domain.allergen import ALLERGENS, Allergen
from app.storage.catalog_format import Day
from app.storage.sheets.faults import CellWrong

JsonRow = dict[str, Any]

DAYS: tuple[Day, ...] = get_args(Day)
CURRENCY_MARKS = re.compile(r"(?i)(cny|rmb|yuan|人民币|[¥$元块])")
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
ITEM_SEPARATORS = ";,、\n|"
YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "√", "是", "有", "对", "可"})
NO = frozenset({"", "no", "n", "false", "0", "否", "无", "不", "没有"})
NOTHING = frozenset({"none", "no", "nothing", "free", "-", "–", "/", "无", "不含", "没有", "均不含"})
UNKNOWN = frozenset({"unknown", "not known", "?", "n/a", "不详", "未知", "不清楚", "不确定"})
ALL_DAY = frozenset({"24h", "24小时", "全天", "all day", "always"})

ALLERGEN_WORDS: Mapping[Allergen, tuple[str, ...]] = {
    "gluten": ("gluten", "wheat", "flour", "麸质", "小麦", "面筋", "面粉", "含麸质谷物"),
    "milk": ("milk", "dairy", "lactose", "cream", "cheese", "牛奶", "奶", "乳", "乳制品", "奶制品", "乳糖"),
    "egg": ("egg", "鸡蛋", "蛋", "蛋类"),
    "peanut": ("peanut", "花生"),
    "tree_nut": ("tree nut", "tree_nut", "nut", "almond", "hazelnut", "walnut", "cashew", "坚果", "树坚果", "杏仁", "榛子", "核桃"),
    "soy": ("soy", "soya", "soybean", "soy bean", "大豆", "黄豆", "豆类", "豆", "豆制品"),
    "fish": ("fish", "鱼", "鱼类"),
    "shellfish": ("shellfish", "crustacean", "shrimp", "prawn", "crab", "甲壳类", "虾", "蟹", "虾蟹", "贝类"),
    "sesame": ("sesame", "芝麻"),
}
_ALLERGEN_OF = {word: allergen for allergen, words in ALLERGEN_WORDS.items() for word in words}

DAY_WORDS: Mapping[str, str] = {
    **{f"{head}{day}": name for head in ("周", "星期", "礼拜") for day, name in zip("一二三四五六日", DAYS, strict=True)},
    **{f"{head}天": "sun" for head in ("周", "星期", "礼拜")},
    **dict(zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), DAYS, strict=True)),
    **{name: name for name in DAYS},
    "tues": "tue",
    "weds": "wed",
    "thur": "thu",
    "thurs": "thu",
}
DAY_GROUPS: Mapping[str, Sequence[Day]] = {
    **dict.fromkeys(("daily", "every day", "everyday", "每天", "每日", ""), DAYS),
    **dict.fromkeys(("weekdays", "workdays", "工作日", "平日"), DAYS[:5]),
    **dict.fromkeys(("weekend", "weekends", "周末"), DAYS[5:]),
}
SPAN = re.compile(r"(.*?)\s*(\d{1,2}(?:[:.]\d{2})?)\s*-\s*(\d{1,2}(?:[:.]\d{2})?)")
RANGE_MARKS = re.compile(r"\s*(?:-|–|—|~|〜|至|到)\s*")


def folded(text: str) -> str:
    """As words are compared: full-width letters as plain ones, in lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


# amounts and numbers


def signed_minor(text: str, currency: str = "CNY") -> int:
    plain = CURRENCY_MARKS.sub("", folded(text)).replace(" ", "")
    if THOUSANDS.fullmatch(plain.lstrip("+-")):
        plain = plain.replace(",", "")
    try:
        return Money.parse(plain.removeprefix("+"), currency).minor
    except Misuse:
        raise CellWrong(f"{text!r} is no amount. Write yuan with at most two decimals, such as 18 or 18.50") from None


def minor(text: str, currency: str = "CNY") -> int:
    amount = signed_minor(text, currency)
    if amount < 0:
        raise CellWrong(f"{text!r} is less than nothing. Write an amount of 0 or more")
    return amount


def yuan(amount: int, currency: str = "CNY") -> str:
    return Money(amount, currency).plain()


def whole(text: str) -> int:
    plain = folded(text)
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 9):
        raise CellWrong(f"{text!r} is no whole number. Write digits only, such as 12")
    return int(plain)


def yes_no(text: str) -> bool:
    word = folded(text)
    if word not in YES | NO:
        raise CellWrong(f"{text!r} is neither yes nor no. Write yes, or leave it empty")
    return word in YES


def minutes(text: str) -> list[int]:
    parts = RANGE_MARKS.split(folded(text).removesuffix("min").removesuffix("分钟").strip())
    if not 1 <= len(parts) <= 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise CellWrong(f"{text!r} is no number of minutes. Write a range such as 8-15")
    return [int(parts[0]), int(parts[-1])]


# lists


def listed(text: str) -> list[str]:
    """Items parted by ; , 、 | or a new line; a backslash before one of these makes it a part of the item."""
    items, item, is_escaped = [], "", False
    for character in text:
        if is_escaped:
            item, is_escaped = item + character, False
        elif character == "\\":
            is_escaped = True
        elif character in ITEM_SEPARATORS or character in "；，｜":
            items.append(item)
            item = ""
        else:
            item += character
    items.append(item + "\\" * is_escaped)
    return [item.strip() for item in items if item.strip()]


def joined(items: Iterable[str]) -> str:
    return "; ".join(re.sub(rf"([\\{ITEM_SEPARATORS}；，｜])", r"\\\1", item) for item in items)


# allergens


def allergens(text: str) -> list[Allergen]:
    found: list[Allergen] = []
    for item in listed(text.replace("/", ";")):
        word = folded(item)
        allergen = _ALLERGEN_OF.get(word) or _ALLERGEN_OF.get(word.removesuffix("s"))
        if allergen is None:
            raise CellWrong(f"{item!r} is none of the allergens that are known: {', '.join(ALLERGENS)}. Write those, or none")
        if allergen not in found:
            found.append(allergen)
    return found


def allergen_statement(contains: str, may_contain: str, unknown: str) -> JsonRow | None:
    """None when nothing is stated. "none" states that there is none of them."""
    if folded(contains) in UNKNOWN and not may_contain and not unknown:
        return None
    cells = {"contains": contains, "may_contain": may_contain, "unknown": unknown}
    if not any(cells.values()):
        return None
    stated = {name: [] if folded(text) in NOTHING else allergens(text) for name, text in cells.items()}
    return {name: found for name, found in stated.items() if found}


def allergen_cells(statement: Mapping[str, Sequence[str]] | None) -> tuple[str, str, str]:
    if statement is None:
        return "", "", ""
    contains, may_contain, unknown = (joined(statement.get(name, ())) for name in ("contains", "may_contain", "unknown"))
    return (contains or ("" if may_contain or unknown else "none")), may_contain, unknown


# hours


def hours(text: str) -> list[JsonRow]:
    """ "mon-fri 07:00-10:30; sat,sun 08:00-12:00", "周一至周五 07:00-10:30", "daily 09:00-21:00", "24h"."""
    return [_rule(part) for part in re.split(r"[;；\n]", text) if part.strip()]


def _rule(text: str) -> JsonRow:
    plain = RANGE_MARKS.sub("-", folded(text).replace("：", ":"))
    for word in ALL_DAY:
        if plain.endswith(word):
            return {"days": list(_days(plain.removesuffix(word), text)), "open": "00:00", "close": "00:00"}
    parts = SPAN.fullmatch(plain)
    if parts is None:
        raise _no_hours(text)
    opens, closes = _wall(parts[2], text), _wall(parts[3], text)
    return {"days": list(_days(parts[1], text)), "open": opens, "close": "00:00" if closes == "24:00" else closes}


def _days(text: str, whole_text: str) -> Sequence[str]:
    plain = text.strip().strip(",").strip()
    if plain in DAY_GROUPS:
        return DAY_GROUPS[plain]
    days: list[str] = []
    for part in re.split(r"[,、/ ]+", plain):
        ends = [DAY_WORDS.get(end) or DAY_WORDS.get(f"周{end}") for end in part.split("-")]
        if part in DAY_GROUPS:
            days += DAY_GROUPS[part]
        elif None in ends or len(ends) > 2:
            raise _no_hours(whole_text)
        else:
            first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
            days += [DAYS[n % 7] for n in range(first, (last if last >= first else last + 7) + 1)]
    return list(dict.fromkeys(days))


def _wall(text: str, whole_text: str) -> str:
    hour, _, minute = text.replace(".", ":").partition(":")
    if int(hour) > 24 or int(minute or 0) > 59 or (int(hour) == 24 and int(minute or 0)):
        raise _no_hours(whole_text)
    return f"{int(hour):02d}:{minute or '00'}"


def _no_hours(text: str) -> CellWrong:
    return CellWrong(f"{text!r} are no hours. Write days and times such as mon-fri 07:00-10:30, or daily 09:00-21:00")


def hours_cell(rules: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(f"{_days_cell(rule['days'])} {rule['open']}-{rule['close']}" for rule in rules)


def _days_cell(days: Sequence[str]) -> str:
    ordered = sorted(days, key=DAYS.index)
    if len(ordered) == len(DAYS):
        return "daily"
    runs: list[list[str]] = []
    for day in ordered:
        follows = bool(runs) and DAYS.index(day) == DAYS.index(runs[-1][-1]) + 1
        if follows:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
