"""A catalogue file's row ↔ the cells of a sheet's row, both ways beside each other.

A field of a row that has no column here goes through a column of its own name, as JSON: nothing is lost for want of a column.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.domain.allergen import ALLERGENS
from app.storage.sheets import cells
from app.storage.sheets.cells import JsonRow, folded, joined, listed
from app.storage.sheets.faults import CellWrong, SheetFault
from app.storage.sheets.inline import adds_nothing
from app.storage.sheets.slugs import is_chinese
from app.storage.sheets.tables import Formula

T = TypeVar("T")
Cells = dict[str, str]

PRODUCT_FIELDS = frozenset(
    {"id", "names", "category", "price", "option_groups", "attributes", "allergens", "stock", "hours", "combo", "description"}
    | {"popularity", "face_value", "irreversible", "max_quantity"}
)
GROUP_FIELDS = frozenset({"id", "names", "role", "min", "max", "default", "options"})
OPTION_FIELDS = frozenset({"id", "names", "price_delta", "max_count", "allergens", "implies"})
COUPON_FIELDS = frozenset(
    {"id", "names", "funder", "amount", "percent", "cap", "minimum", "starts", "ends", "stacking", "uses_per_customer"}
    | {"products", "categories"}
)
DELIVERY_FIELDS = frozenset({"id", "kind", "names", "fee", "minimum", "free_from", "eta_minutes"})
CATEGORY_FIELDS = frozenset({"id", "names"})
SLOT_FIELDS = frozenset({"id", "names", "products", "default", "count"})
MERCHANT_FIELDS = frozenset(
    {"id", "names", "kind", "currency", "timezone", "hours", "fulfilment", "categories", "pickup_address", "closed"}
)


@dataclass
class Line:
    """One row of a sheet, its cells by field. What can't be read is noted in `faults`, and the field is left out."""

    sheet: str
    number: int
    cells: Cells
    headings: Mapping[str, str]
    faults: list[SheetFault] = field(default_factory=list)

    def text(self, key: str) -> str:
        text = self.cells.get(key, "")
        if isinstance(text, Formula):
            self.fault(key, f"holds a formula ({text[:40]}). Paste its value in its place.")
            return ""
        return text

    def read(self, key: str, parse: Callable[[str], T], default: T) -> T:
        text = self.text(key)
        try:
            return parse(text) if text else default
        except CellWrong as wrong:
            self.fault(key, f"{wrong}.")
            return default

    def put(self, row: JsonRow, name: str, key: str, parse: Callable[[str], Any]) -> None:
        """Set `name` of a row when the cell holds something."""
        value = self.read(key, parse, None)
        if value is not None:
            row[name] = value

    def fault(self, key: str, message: str) -> None:
        # A name without a language has been moved to its language's field.
        heading = self.headings.get(key) or self.headings.get(key.removesuffix("_en").removesuffix("_zh"), key)
        found = SheetFault(self.sheet, self.number, heading, message)
        if found not in self.faults:
            self.faults.append(found)

    def put_extra(self, row: JsonRow, names: Iterable[str]) -> None:
        for name in names:
            self.put(row, name, name, _json)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise CellWrong(f"{text[:40]!r} is not what an export wrote here. Leave it as it was, or empty") from None


def extra_cells(row: JsonRow, known: frozenset[str]) -> Cells:
    return {name: json.dumps(value, ensure_ascii=False) for name, value in row.items() if name not in known}


# names


def names_of(line: Line, prefix: str = "") -> JsonRow:
    """The names in a line; one under a heading of no language goes to the language it is written in."""
    given: dict[str, list[str]] = {}
    for lang in ("en", "zh"):
        first, aliases = line.text(f"{prefix}name_{lang}"), line.read(f"{prefix}aliases_{lang}", listed, list[str]())
        given[lang] = [first, *aliases] if first else list(aliases)
    return {lang: list(dict.fromkeys(names)) for lang, names in given.items() if names}


def settle_name(cells_: Cells, key: str = "name", known: Iterable[str] = ("name_en", "name_zh")) -> None:
    """Move a name without a language to the column of its language, unless that one holds another."""
    text = cells_.pop(key, "")
    if text:
        target = list(known)[1 if is_chinese(text) else 0]
        cells_[target] = cells_.get(target) or text


def name_cells(names: Mapping[str, Sequence[str]], prefix: str = "") -> Cells:
    found: Cells = {}
    for lang in ("en", "zh"):
        first, *aliases = [*names.get(lang, []), ""][: max(len(names.get(lang, [])), 1)]
        found[f"{prefix}name_{lang}"], found[f"{prefix}aliases_{lang}"] = first, joined(aliases)
    return found


# products


def product_row(line: Line, extra: Iterable[str]) -> JsonRow:
    """Everything of a product but its id, category, options and set, which need the other sheets."""
    row: JsonRow = {"names": names_of(line)}
    if line.cells.get("price"):
        line.put(row, "price", "price", cells.minor)
    else:
        line.fault("price", "is empty. Write the price in yuan, such as 18 or 18.50.")
    line.put(row, "attributes", "attributes", listed)
    statement = _statement(line)
    if statement is not None:
        row["allergens"] = statement
    for name, parse in (("stock", cells.whole), ("hours", cells.hours), ("popularity", cells.whole), ("face_value", cells.minor)):
        line.put(row, name, name, parse)
    line.put(row, "irreversible", "irreversible", cells.yes_no)
    line.put(row, "max_quantity", "max_quantity", cells.whole)
    description = {lang: text for lang in ("en", "zh") if (text := line.text(f"description_{lang}"))}
    if description:
        row["description"] = description
    line.put_extra(row, extra)
    return row


def product_cells(row: JsonRow) -> Cells:
    contains, may_contain, unknown = cells.allergen_cells(row.get("allergens"))
    text = row.get("description", {})
    return {
        "id": row["id"],
        **name_cells(row["names"]),
        "category": row["category"],
        "price": cells.yuan(row["price"]),
        "options": joined(row.get("option_groups", ())),
        "contains": contains,
        "may_contain": may_contain,
        "unknown": unknown,
        "stock": _number(row.get("stock")),
        "hours": cells.hours_cell(row.get("hours", ())),
        "description_en": text.get("en", ""),
        "description_zh": text.get("zh", ""),
        "attributes": joined(row.get("attributes", ())),
        "popularity": _number(row.get("popularity")),
        "face_value": _yuan(row.get("face_value")),
        "irreversible": "yes" if row.get("irreversible") else "",
        "max_quantity": _number(row.get("max_quantity")),
        **extra_cells(row, PRODUCT_FIELDS),
    }


def _statement(line: Line) -> JsonRow | None:
    contains, may_contain, unknown = (line.text(key) for key in ("contains", "may_contain", "unknown"))
    try:
        return cells.allergen_statement(contains, may_contain, unknown)
    except CellWrong as wrong:
        line.fault(next(key for key in ("contains", "may_contain", "unknown") if line.text(key)), f"{wrong}.")
        return None


# options


def option_row(line: Line, role: str, group_name: str) -> JsonRow:
    row: JsonRow = {"names": names_of(line)}
    line.put(row, "price_delta", "price_delta", cells.signed_minor)
    line.put(row, "max_count", "max_count", cells.whole)
    statement = _statement(line)
    if statement is None and not adds_nothing(role, group_name):
        statement = {"unknown": list(ALLERGENS)}
    if statement:
        row["allergens"] = statement
    line.put(row, "implies", "implies", _pairs)
    return row


def option_cells(group: JsonRow, option: JsonRow) -> Cells:
    statement = option.get("allergens") or {}
    name = next(iter([*group["names"].get("en", []), *group["names"].get("zh", [])]), "")
    contains, may_contain, unknown = cells.allergen_cells(statement)
    if contains == "none" and adds_nothing(group["role"], name):
        contains = ""
    return {
        "group": group["id"],
        **{f"group_{key}": text for key, text in name_cells(group["names"]).items()},
        "role": group["role"],
        "min": _number(group.get("min", 0)),
        "max": _number(group.get("max", 1)),
        "is_default": "yes" if group.get("default") == option["id"] else "",
        "id": option["id"],
        **name_cells(option["names"]),
        "price_delta": _yuan(option.get("price_delta")),
        "max_count": _number(option.get("max_count")),
        "contains": contains,
        "may_contain": may_contain,
        "unknown": unknown,
        "implies": joined(f"{other}={chosen}" for other, chosen in option.get("implies", {}).items()),
        **extra_cells(option, OPTION_FIELDS),
    }


def _pairs(text: str) -> dict[str, str]:
    pairs = [item.partition("=") for item in listed(text)]
    if not all(name and mark and chosen for name, mark, chosen in pairs):
        raise CellWrong(f"{text!r} names no options. Write group=option, such as temperature=iced")
    return {name.strip(): chosen.strip() for name, _, chosen in pairs}


# sets, categories, coupons, deliveries


def slot_cells(product_id: str, slot: JsonRow) -> Cells:
    return {
        "product": product_id,
        "id": slot["id"],
        **name_cells(slot["names"]),
        "products": joined(slot["products"]),
        "default": slot["default"],
        "count": _number(slot.get("count")),
        **extra_cells(slot, SLOT_FIELDS),
    }


def category_cells(row: JsonRow) -> Cells:
    return {"id": row["id"], **name_cells(row["names"]), **extra_cells(row, CATEGORY_FIELDS)}


def coupon_row(line: Line, extra: Iterable[str]) -> JsonRow:
    row: JsonRow = {"names": names_of(line), "funder": folded(line.text("funder")) or "merchant"}
    for name in ("amount", "cap", "minimum"):
        line.put(row, name, name, cells.minor)
    for name in ("percent", "uses_per_customer"):
        line.put(row, name, name, cells.whole)
    for name in ("starts", "ends"):
        line.put(row, name, name, str)
    line.put(row, "stacking", "stacking", folded)
    for name in ("products", "categories"):
        line.put(row, name, name, listed)
    line.put_extra(row, extra)
    return row


def coupon_cells(row: JsonRow) -> Cells:
    return {
        "id": row["id"],
        **name_cells(row["names"]),
        "funder": row["funder"],
        **{name: _yuan(row.get(name)) for name in ("amount", "cap", "minimum")},
        **{name: _number(row.get(name)) for name in ("percent", "uses_per_customer")},
        "starts": row["starts"],
        "ends": row["ends"],
        "stacking": row.get("stacking", ""),
        "products": joined(row.get("products", ())),
        "categories": joined(row.get("categories", ())),
        **extra_cells(row, COUPON_FIELDS),
    }


def delivery_row(line: Line, extra: Iterable[str]) -> JsonRow:
    row: JsonRow = {"names": names_of(line), "kind": folded(line.text("kind"))}
    for name in ("fee", "minimum", "free_from"):
        line.put(row, name, name, cells.minor)
    line.put(row, "eta_minutes", "eta_minutes", cells.minutes)
    line.put_extra(row, extra)
    return row


def delivery_cells(row: JsonRow) -> Cells:
    eta = row["eta_minutes"]
    return {
        "id": row["id"],
        "kind": row["kind"],
        **name_cells(row["names"]),
        **{name: _yuan(row.get(name)) for name in ("fee", "minimum", "free_from")},
        "eta_minutes": f"{eta[0]}-{eta[1]}",
        **extra_cells(row, DELIVERY_FIELDS),
    }


def merchant_cells(row: JsonRow) -> Cells:
    address = row.get("pickup_address", {})
    return {
        "id": row["id"],
        **name_cells(row["names"]),
        "kind": row["kind"],
        "currency": row.get("currency", "CNY"),
        "timezone": row["timezone"],
        "hours": cells.hours_cell(row["hours"]),
        "closed": "yes" if row.get("closed") else "",
        "pickup_address_en": address.get("en", ""),
        "pickup_address_zh": address.get("zh", ""),
        **extra_cells(row, MERCHANT_FIELDS),
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _yuan(value: int | None) -> str:
    return "" if value is None else cells.yuan(value)
