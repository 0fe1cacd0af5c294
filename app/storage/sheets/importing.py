"""Tables → the rows of a merchant's folder, with each row's place in the sheet.

What a sheet has no column for, and what has no sheet, stays as the folder has it: a list of names and prices changes prices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.storage.catalog_format import CategoryRow, ComboSlotRow, CouponRow, FulfilmentRow, MerchantFile, OptionGroupRow, OptionRow
from app.storage.sheets import cells, flat
from app.storage.sheets.cells import JsonRow, folded
from app.storage.sheets.exporting import OTHERS
from app.storage.sheets.faults import SheetFault
from app.storage.sheets.fields import MERCHANT_HEADINGS, SHEET_WORDS, SHEETS
from app.storage.sheets.flat import Line
from app.storage.sheets.headings import Mapped, map_columns, meaning
from app.storage.sheets.products import ProductSheet
from app.storage.sheets.slugs import slug
from app.storage.sheets.tables import Table

PICKUP: JsonRow = {
    "id": "pickup",
    "kind": "pickup",
    "names": {"en": ["Pick-up", "pickup", "collect in store", "to go"], "zh": ["到店自取", "自取", "自提", "打包带走"]},
    "eta_minutes": [5, 15],
}
ALL_DAY: list[JsonRow] = [{"days": list(cells.DAYS), "open": "00:00", "close": "00:00"}]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row of the folder came from."""

    sheet: str
    row: int
    headings: Mapping[str, str]


@dataclass
class Imported:
    """The folder's rows as the sheets say them. `places` is by file and row id."""

    rows: dict[str, Any]
    mapped: list[Mapped]
    places: dict[tuple[str, str], Place]
    faults: list[SheetFault]
    assumed: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def import_tables(
    tables: Sequence[Table], before: Mapping[str, Any] | None, merchant_id: str, name: str, overrides: Mapping[str, str]
) -> Imported:
    """Raises SheetBroken where headings can't be understood; every other fault is in the result."""
    return _Importing(before or {}, merchant_id, name, overrides).run(tables)


class _Importing:
    def __init__(self, before: Mapping[str, Any], merchant_id: str, name: str, overrides: Mapping[str, str]) -> None:
        self._before = before
        self._merchant_id, self._name = merchant_id, name
        self._overrides = overrides
        self._done = Imported({}, [], {}, [])

    def run(self, tables: Sequence[Table]) -> Imported:
        done, sheets = self._done, self._sorted(tables)
        old = self._before.get("merchant", {})
        merchant = self._merchant(sheets.get("merchant"), old)
        merchant["categories"] = self._categories(sheets.get("categories"), old)
        merchant["fulfilment"] = self._deliveries(sheets.get("delivery"), old)
        groups = self._groups(sheets.get("options"))
        products = ProductSheet(self._before.get("products", []), merchant["categories"], groups)
        mapped = self._map("products", sheets["products"], self._overrides)
        rows = products.read(mapped)
        self._slots(sheets.get("combos"), rows)
        done.faults += products.faults
        done.assumed += products.assumed
        for row, number, headings in products.origins:
            done.places["products.json", row["id"]] = Place(mapped.table.name, number, headings)
        others = {stem: self._other(stem, sheets.get(stem)) for stem in OTHERS}
        done.rows = {
            "merchant": merchant,
            "options": products.groups,
            "products": rows,
            "coupons": self._coupons(sheets.get("coupons")),
            **{stem: found for stem, found in others.items() if found},
        }
        return done

    def _sorted(self, tables: Sequence[Table]) -> dict[str, Table]:
        """Each table under the sheet that its name says; the first of no such name holds the products when none is named so."""
        sheets: dict[str, Table] = {}
        others: list[Table] = []
        for table in tables:
            kind = next((kind for kind, words in NAMED.items() if folded(table.name) in words), None)
            if kind is None or kind in sheets:
                others.append(table)
            else:
                sheets[kind] = table
        filled = [table for table in others if table.rows]
        if "products" not in sheets:
            sheets["products"] = filled.pop(0) if filled else tables[0]
        self._done.unused += [table.name for table in filled if table is not sheets["products"]]
        return sheets

    def _other(self, stem: str, table: Table | None) -> list[JsonRow]:
        """The rows of a file that has no layout of its own."""
        if table is None or not table.rows:
            return list(self._before.get(stem, []))
        known = {field.heading for field in SHEETS["categories"]}
        extra = tuple(heading for heading in table.rows[0].cells if heading and heading not in known)
        mapped = map_columns(table, SHEETS["categories"], extra)
        self._done.mapped.append(mapped)
        rows: list[JsonRow] = []
        for line in lines_of(mapped):
            row: JsonRow = {"id": line.text("id"), "names": flat.names_of(line)}
            line.put_extra(row, extra)
            rows.append(row)
            self._keep(f"{stem}.json", row["id"], line)
        return rows

    def _map(self, kind: str, table: Table, overrides: Mapping[str, str] | None = None) -> Mapped:
        mapped = map_columns(table, SHEETS[kind], EXTRA[kind], overrides)
        self._done.mapped.append(mapped)
        return mapped

    def _lines(self, kind: str, table: Table | None) -> list[Line] | None:
        """The rows of a sheet, or None where there is none or it is empty but for its headings."""
        if table is None or not table.rows:
            return None
        mapped = self._map(kind, table)
        lines = lines_of(mapped)
        for line in lines:
            flat.settle_name(line.cells)
        return lines

    def _keep(self, file: str, row_id: str, line: Line) -> None:
        self._done.places[file, row_id] = Place(line.sheet, line.number, line.headings)
        self._done.faults += line.faults

    # the sheets beside the products

    def _merchant(self, table: Table | None, old: JsonRow) -> JsonRow:
        line = self._facts(table)
        flat.settle_name(line.cells)
        row: JsonRow = {name: value for name, value in old.items() if name not in ("fulfilment", "categories")}
        row["id"] = self._merchant_id or line.text("id") or old.get("id") or ""
        names = flat.names_of(line)
        if self._name:
            names = flat.names_of(Line("", 0, _settled({"name": self._name}), {}))
        row["names"] = names or old.get("names") or {}
        for name in ("kind", "currency", "timezone"):
            line.put(row, name, name, str)
        line.put(row, "hours", "hours", cells.hours)
        line.put(row, "closed", "closed", cells.yes_no)
        address = {lang: text for lang in ("en", "zh") if (text := line.text(f"pickup_address_{lang}"))}
        if address:
            row["pickup_address"] = address
        line.put_extra(row, EXTRA["merchant"])
        for name, value, said in DEFAULTS:
            if name not in row:
                row[name] = value
                self._done.assumed.append(said)
        self._keep("merchant.json", row["id"], line)
        return row

    def _facts(self, table: Table | None) -> Line:
        if table is None:
            return Line("merchant", 0, {}, {})
        line = Line(table.name, 0, {}, {})
        headings: dict[str, str] = {}
        for row in table.rows:
            if row.cells[:2] == MERCHANT_HEADINGS:
                continue
            found = meaning(row.cell(0), SHEETS["merchant"], EXTRA["merchant"]) if row.cell(1) else None
            if found:
                line.cells[found[1]], headings[found[1]] = row.cell(1), row.cell(0)
            elif row.cell(1) and row is not table.rows[0]:
                message = (
                    f"{row.cell(0)!r} is none of the shop's facts. Use one of: {', '.join(f.heading for f in SHEETS['merchant'])}."
                )
                self._done.faults.append(SheetFault(table.name, row.number, "A", message))
        line.headings = headings
        return line

    def _categories(self, table: Table | None, old: JsonRow) -> list[JsonRow]:
        lines = self._lines("categories", table)
        if lines is None:
            return [dict(row) for row in old.get("categories", [])]
        rows: list[JsonRow] = []
        for line in lines:
            row: JsonRow = {"names": flat.names_of(line)}
            row = {"id": line.text("id") or slug(_first(row["names"]), [r["id"] for r in rows], "category"), **row}
            line.put_extra(row, EXTRA["categories"])
            rows.append(row)
            self._keep("merchant.json", row["id"], line)
        return rows

    def _deliveries(self, table: Table | None, old: JsonRow) -> list[JsonRow]:
        lines = self._lines("delivery", table)
        if lines is None:
            if "fulfilment" not in old:
                self._done.assumed.append("customers pick their orders up, in 5 to 15 minutes")
            return list(old.get("fulfilment", [PICKUP]))
        rows: list[JsonRow] = []
        for line in lines:
            row = flat.delivery_row(line, EXTRA["delivery"])
            row = {"id": line.text("id") or slug(_first(row["names"]), [r["id"] for r in rows], "way"), **row}
            rows.append(row)
            self._keep("merchant.json", row["id"], line)
        return rows

    def _groups(self, table: Table | None) -> list[JsonRow]:
        lines = self._lines("options", table)
        if lines is None:
            return [dict(row) for row in self._before.get("options", [])]
        groups: dict[str, JsonRow] = {}
        current = ""
        for line in lines:
            names = flat.names_of(line, "group_")
            given = line.text("group")
            # Under a group's first row its other options leave the group's columns empty.
            current = given or (_group_named(groups, names) if names else current)
            if not current and names:
                current = slug(_first(names), groups, "options")
            if not current:
                line.fault("group", "names no group. Write the name of the choice, such as size.")
                self._done.faults += line.faults
                continue
            group = groups.setdefault(current, {"id": current, "names": {}, "role": "choice", "options": []})
            self._read_group(line, group, names)
            option = flat.option_row(line, group["role"], _first(group["names"]))
            taken = [o["id"] for o in group["options"]]
            option = {"id": line.text("id") or slug(_first(option["names"]), taken, "option"), **option}
            line.put_extra(option, OPTION_EXTRA)
            group["options"].append(option)
            if line.read("is_default", cells.yes_no, False):
                group["default"] = option["id"]
            self._keep("options.json", current, line)
        return list(groups.values())

    def _read_group(self, line: Line, group: JsonRow, names: JsonRow) -> None:
        group["names"] = group["names"] or names or {"en": [group["id"]]}
        line.put(group, "role", "role", folded)
        for name in ("min", "max"):
            line.put(group, name, name, cells.whole)
        for name in GROUP_EXTRA:
            line.put(group, name, f"group_{name}", flat._json)

    def _slots(self, table: Table | None, products: list[JsonRow]) -> None:
        lines = self._lines("combos", table)
        if lines is None:
            return
        by_id = {product["id"]: product for product in products}
        for product in products:
            product.pop("combo", None)
        for line in lines:
            found = by_id.get(line.text("product"))
            if found is None:
                line.fault(
                    "product", f"there is no product {line.text('product')!r}. Write the ID of one on the sheet of products."
                )
                self._done.faults += line.faults
                continue
            slots = found.setdefault("combo", [])
            slot: JsonRow = {"names": flat.names_of(line), "products": line.read("products", cells.listed, list[str]())}
            slot = {"id": line.text("id") or slug(_first(slot["names"]), [s["id"] for s in slots], "part"), **slot}
            slot["default"] = line.text("default") or next(iter(slot["products"]), "")
            line.put(slot, "count", "count", cells.whole)
            line.put_extra(slot, EXTRA["combos"])
            slots.append(slot)
            self._done.faults += line.faults

    def _coupons(self, table: Table | None) -> list[JsonRow]:
        lines = self._lines("coupons", table)
        if lines is None:
            return list(self._before.get("coupons", []))
        rows: list[JsonRow] = []
        for line in lines:
            row = flat.coupon_row(line, EXTRA["coupons"])
            row = {"id": line.text("id") or slug(_first(row["names"]), [r["id"] for r in rows], "coupon"), **row}
            rows.append(row)
            self._keep("coupons.json", row["id"], line)
        return rows


def lines_of(mapped: Mapped) -> list[Line]:
    headings = {column.key: column.heading for column in mapped.columns if column.key}
    return [
        Line(
            mapped.table.name,
            row.number,
            {column.key: row.cell(column.place) for column in mapped.columns if column.key},
            headings,
        )
        for row in mapped.rows
    ]


def _settled(cells_: flat.Cells) -> flat.Cells:
    flat.settle_name(cells_)
    return cells_


def _first(names: Mapping[str, Sequence[str]]) -> str:
    return next(iter([*names.get("en", []), *names.get("zh", [])]), "")


def _group_named(groups: Mapping[str, JsonRow], names: JsonRow) -> str:
    return next((group_id for group_id, group in groups.items() if group["names"] == names), "")


def _others(fields: Iterable[str], known: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in fields if name not in known)


OPTION_EXTRA = _others(OptionRow.model_fields, flat.OPTION_FIELDS)
GROUP_EXTRA = _others(OptionGroupRow.model_fields, flat.GROUP_FIELDS)
EXTRA: Mapping[str, tuple[str, ...]] = {
    "products": ProductSheet.EXTRA,
    "options": (*OPTION_EXTRA, *(f"group_{name}" for name in GROUP_EXTRA)),
    "combos": _others(ComboSlotRow.model_fields, flat.SLOT_FIELDS),
    "categories": _others(CategoryRow.model_fields, flat.CATEGORY_FIELDS),
    "coupons": _others(CouponRow.model_fields, flat.COUPON_FIELDS),
    "delivery": _others(FulfilmentRow.model_fields, flat.DELIVERY_FIELDS),
    "merchant": _others(MerchantFile.model_fields, flat.MERCHANT_FIELDS),
}
NAMED: Mapping[str, tuple[str, ...]] = {**SHEET_WORDS, **{stem: (stem,) for stem in OTHERS}}
DEFAULTS: tuple[tuple[str, Any, str], ...] = (
    ("kind", "shop", "the line of business is not said"),
    ("timezone", "Asia/Shanghai", "the shop is in the time zone Asia/Shanghai"),
    ("hours", ALL_DAY, "the shop is always open"),
)
