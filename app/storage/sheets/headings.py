"""Which column means what: guessed from its heading, shown with the reason, and open to correction."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from app.storage.sheets.cells import folded
from app.storage.sheets.faults import SheetBroken, SheetFault
from app.storage.sheets.fields import Field
from app.storage.sheets.tables import Row, Table, letter

LOOKED_THROUGH_MAX = 20
EXPORTED, KNOWN, CONTAINED = 100, 90, 70
TYPO_MIN = 80.0
TYPO_LENGTH_MIN = 4
# Several columns may each hold a choice of their own.
SHARED = frozenset({"choice", "options"})
IGNORED = frozenset({"", "-", "ignore", "none"})
BRACKETED = re.compile(r"[(\[【（].*?[)\]】）]")
UNIT = re.compile(r"(?i)(/\s*(元|yuan|cny|rmb|份|个|杯)|[¥￥]|\b(yuan|cny|rmb)\b)")
# An amount under one of these would be read wrongly by a factor.
FOREIGN_UNIT = re.compile(r"(?i)([(/\[【（]\s*(分|fen|cents?|角|usd|eur|美元|港币|hkd)\b|\$|€|£)")


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is None for a column that is not used; `why` says how that was decided."""

    place: int
    heading: str
    key: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A table with its headings understood: the rows below them, and the columns."""

    table: Table
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def has(self, key: str) -> bool:
        return any(column.key == key for column in self.columns)


def map_columns(
    table: Table, fields: Sequence[Field], extra: Iterable[str] = (), overrides: Mapping[str, str] | None = None, needed: int = 2
) -> Mapped:
    """Find the headings and what each means. Raises SheetBroken where there are none, or a correction names what is not there."""
    place = _heading_row(table, fields, needed, {folded(name) for name in overrides or {}})
    heads, below = table.rows[place], table.rows[place + 1 :]
    above = table.rows[place - 1] if place else None
    width = max(len(row.cells) for row in table.rows[place:])
    headings = [_heading(heads, above, column) for column in range(width)]
    columns = _assign(headings, fields, frozenset(extra), _corrections(table, headings, fields, extra, overrides or {}))
    for column in columns:
        if column.key in ("price", "price_delta") and FOREIGN_UNIT.search(column.heading):
            message = f"{column.heading!r} is not in yuan. Change the amounts to yuan and the heading to Price (yuan)."
            raise SheetBroken([SheetFault(table.name, heads.number, column.heading, message)])
    used = {row for row in below if any(row.cells)}
    return Mapped(
        table, tuple(c for c in columns if c.heading or c.key or _holds(below, c.place)), tuple(r for r in below if r in used)
    )


def meaning(heading: str, fields: Sequence[Field], extra: Iterable[str] = ()) -> tuple[int, str, str] | None:
    """The best meaning of a heading: how sure, the field's key, and why."""
    return max(_meanings(heading, fields, frozenset(extra)), default=None, key=lambda found: found[0])


def _holds(rows: Iterable[Row], place: int) -> bool:
    return any(row.cell(place) for row in rows)


def _heading_row(table: Table, fields: Sequence[Field], needed: int, corrected: set[str]) -> int:
    """The row of the first ones that most headings are found in."""
    best, best_count = -1, 0
    for place, row in enumerate(table.rows[:LOOKED_THROUGH_MAX]):
        found = {match[1] for cell in row.cells if cell and (match := meaning(cell, fields)) and match[0] >= CONTAINED - 20}
        found |= {cell for cell in row.cells if folded(cell) in corrected}
        # A row of two headings outweighs a title that happens to hold a word of one.
        if len(found) > best_count:
            best, best_count = place, len(found)
    if best_count < needed:
        wanted = ", ".join(field.heading for field in fields[:3])
        message = f"no row with headings was found. Head the columns, for instance {wanted}."
        raise SheetBroken([SheetFault(table.name, 0, "", message)])
    return best


def _heading(heads: Row, above: Row | None, place: int) -> str:
    """A heading that is merged over two rows stands in the upper one."""
    return heads.cell(place) or (above.cell(place) if above else "")


def _corrections(
    table: Table, headings: Sequence[str], fields: Sequence[Field], extra: Iterable[str], overrides: Mapping[str, str]
) -> dict[int, str | None]:
    keys = {field.key for field in fields} | set(extra)
    corrected: dict[int, str | None] = {}
    faults = []
    for name, key in overrides.items():
        places = [n for n, heading in enumerate(headings) if folded(heading) == folded(name) or letter(n) == name.upper()]
        if not places:
            shown = ", ".join(filter(None, headings))
            faults.append(SheetFault(table.name, 0, name, f"there is no such column. There are: {shown}."))
        elif key.strip() in IGNORED:
            corrected[places[0]] = None
        elif key.strip() in keys:
            corrected[places[0]] = key.strip()
        else:
            faults.append(
                SheetFault(table.name, 0, name, f"there is no field {key!r}. There are: {', '.join(sorted(keys))}, ignore.")
            )
    if faults:
        raise SheetBroken(faults)
    return corrected


def _assign(
    headings: Sequence[str], fields: Sequence[Field], extra: frozenset[str], corrected: Mapping[int, str | None]
) -> list[Column]:
    """The surest meanings first; each field goes to one column."""
    taken: dict[str, int] = {key: place for place, key in corrected.items() if key}
    columns = {place: Column(place, headings[place], key, "as you said") for place, key in corrected.items()}
    guesses = [
        (sure, place, key, why)
        for place, heading in enumerate(headings)
        if heading and place not in columns
        for sure, key, why in _meanings(heading, fields, extra)
    ]
    for _, place, key, why in sorted(guesses, key=lambda guess: (-guess[0], guess[1])):
        if place in columns or (key in taken and key not in SHARED):
            continue
        taken[key] = place
        columns[place] = Column(place, headings[place], key, why)
    for place, heading in enumerate(headings):
        if place not in columns:
            columns[place] = Column(place, heading, None, _why_unused(heading, fields, extra, taken))
    return [columns[place] for place in range(len(headings))]


def _why_unused(heading: str, fields: Sequence[Field], extra: frozenset[str], taken: Mapping[str, int]) -> str:
    if not heading:
        return "has no heading"
    found = meaning(heading, fields, extra)
    return f"column {letter(taken[found[1]])} is the {found[1]} already" if found else "no known heading"


def _meanings(heading: str, fields: Sequence[Field], extra: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    if heading in extra:
        yield EXPORTED, heading, "a field by its name"
    ways = _ways(heading)
    for field in fields:
        found = _match(heading, ways, field)
        if found:
            yield found[0], field.key, found[1]


def _match(heading: str, ways: Sequence[str], field: Field) -> tuple[int, str] | None:
    if folded(heading) == folded(field.heading):
        return EXPORTED, "as exported"
    if folded(heading) == field.key:
        return EXPORTED - 1, "a field by its name"
    words = [_plain(word) for word in field.words]
    for place, way in enumerate(ways):
        if way in words:
            return KNOWN - place, f"means {field.key}"
    longest = max((word for word in words if any(_contains(way, word) for way in ways)), default="", key=len)
    if longest:
        return CONTAINED + min(len(longest), 10), f"contains {longest!r}"
    best = max(((fuzz.ratio(way, word), word) for way in ways for word in words if len(word) >= TYPO_LENGTH_MIN), default=(0.0, ""))
    return (int(best[0]) - 25, f"looks like {best[1]!r}") if best[0] >= TYPO_MIN else None


def _contains(way: str, word: str) -> bool:
    if word.isascii():
        return f" {word} " in f" {way} "
    return len(word) > 1 and word in way


def _ways(heading: str) -> list[str]:
    """A heading as it may be compared: whole, without units and brackets, and each language by itself."""
    bare = _plain(UNIT.sub(" ", BRACKETED.sub(" ", heading)))
    chinese = "".join(re.findall(r"[\u3400-\u9fff]+", bare))
    latin = " ".join(re.findall(r"[a-z0-9.]+", bare))
    return list(dict.fromkeys(filter(None, (_plain(heading), bare, latin, chinese))))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9.\u3400-\u9fff]+", " ", folded(text).replace("_", " ")).split())
