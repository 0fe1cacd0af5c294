"""Options written into one cell: "Size: Small -3 | Medium* | Large +3"."""

import re
from dataclasses import dataclass

from app.domain.catalog import GroupRole
from app.storage.sheets.cells import folded, signed_minor
from app.storage.sheets.faults import CellWrong

# The first of these that the cell holds parts its options.
OPTION_SEPARATORS = ("|", "/", "、", ",")
DELTA = re.compile(r"(?:(?<=[\s*)\u3400-\u9fff])|^)\(?([+-]\s*[¥$]?\s*\d[\d,.]*\s*(?:元|块|yuan)?)\)?\s*$")
DEFAULT_MARKS = re.compile(r"\*|\((?:default|默认)\)")
BOUNDS = re.compile(r"\((?:(\d+)\s*-\s*(\d+)|(?:max|up to|最多|至多)\s*(\d+)[份个]?|(required|必选)|(optional|可选))\)")
MAX_OPTIONS = 20

ROLE_WORDS: tuple[tuple[GroupRole, str], ...] = (
    ("size", "size|portion|规格|杯型|大小|份量|容量|spec"),
    ("ice", "ice|冰"),
    ("temperature", "temperature|hot or|冷热|温度"),
    ("sugar", "sugar|sweet|糖|甜"),
    ("extra", "extra|topping|add|加料|小料|配料|加购"),
    ("milk", "milk|奶"),
)
# Of these a blank allergen cell says that nothing is added; of the others it says nothing.
LEVELS = frozenset({"size", "temperature", "ice", "sugar"})
LEVEL_WORDS = re.compile(r"spic|heat|辣|doneness|texture|cutlery|餐具|筷|thick|熟度")


@dataclass(frozen=True, slots=True)
class InlineOption:
    name: str
    delta: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class InlineGroup:
    name: str
    role: GroupRole
    min: int
    max: int
    options: tuple[InlineOption, ...]


def role_of(name: str) -> GroupRole:
    plain = folded(name)
    return next((role for role, words in ROLE_WORDS if re.search(words, plain)), "choice")


def adds_nothing(role: str, name: str) -> bool:
    """Whether options of such a group add no food of their own."""
    return role in LEVELS or bool(LEVEL_WORDS.search(folded(name)))


def parted(text: str) -> list[str]:
    """The groups of a cell: parted by new lines or semicolons."""
    return [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]


def is_group(text: str) -> bool:
    return ":" in text or "：" in text


def inline_group(text: str, named: str = "") -> InlineGroup:
    """Read one group; `named` is the column's heading where the cell holds the options alone. Raises CellWrong."""
    plain = text.replace("：", ":").replace("｜", "|").replace("＋", "+").replace("－", "-").replace("（", "(").replace("）", ")")
    head, colon, rest = plain.partition(":")
    if not colon:
        head, rest = named, plain
    bounds = BOUNDS.search(head)
    name = BOUNDS.sub("", head).strip()
    separator = next((mark for mark in OPTION_SEPARATORS if mark in rest), "|")
    options = tuple(_option(part) for part in rest.split(separator) if part.strip())
    if not name or not options:
        raise CellWrong(f"{text!r} are no options. Write a name and its options, such as Size: Small -3 | Medium* | Large +3")
    if len(options) > MAX_OPTIONS:
        raise CellWrong(f"{name!r} has {len(options)} options; {MAX_OPTIONS} are the most. Part them into two groups")
    if sum(option.is_default for option in options) > 1:
        raise CellWrong(f"{name!r} marks more than one option with *. Mark the one that comes unless the customer says otherwise")
    role = role_of(name)
    least, most = _bounds(bounds, role, len(options))
    return InlineGroup(name, role, least, most, options)


def _option(text: str) -> InlineOption:
    is_default = bool(DEFAULT_MARKS.search(text))
    plain = DEFAULT_MARKS.sub(" ", text).rstrip()
    delta = DELTA.search(plain)
    name = plain[: delta.start()].strip() if delta else plain.strip()
    if not name:
        raise CellWrong(f"{text.strip()!r} has no name. Write the option's name before its price, such as Large +3")
    return InlineOption(name, signed_minor(delta[1]) if delta else 0, is_default)


def _bounds(found: "re.Match[str] | None", role: GroupRole, count: int) -> tuple[int, int]:
    usual = (0, min(count, MAX_OPTIONS)) if role == "extra" else (1, 1)
    if found is None:
        return usual
    low, high, most, required, _ = found.groups()
    if low is not None:
        return int(low), int(high)
    if most is not None:
        return 0, int(most)
    return (1, max(usual[1], 1)) if required else (0, usual[1])
