"""A merchant's folder → the sheets that an import takes back."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from app.storage.catalog_files import FILES, CatalogBroken, Fault, read_catalogs
from app.storage.sheets import flat
from app.storage.sheets.cells import JsonRow
from app.storage.sheets.faults import SheetBroken, SheetFault
from app.storage.sheets.fields import MERCHANT_HEADINGS, SHEETS, Field
from app.storage.sheets.write import Grid, write_grids

# Headings that only an import takes: an export says more exactly what it means.
IMPORT_ONLY = frozenset({"name", "size", "choice", "description", "combo"})


def export_catalog(root: Path, merchant_id: str, target: Path) -> list[Grid]:
    """Write a merchant's offer as a workbook, or its products alone as CSV. Raises CatalogBroken, SheetBroken."""
    catalogs, faults = read_catalogs(root)
    mine = [fault for fault in faults if fault.file.startswith(f"{merchant_id}/")]
    if mine:
        raise CatalogBroken(mine)
    if merchant_id not in catalogs:
        raise CatalogBroken([Fault(str(root), merchant_id, "", f"there is no such merchant; there are {', '.join(catalogs)}")])
    grids = grids_of(read_folder(root / merchant_id))
    if target.is_dir():
        raise SheetBroken([SheetFault(str(target), 0, "", "is a folder. Name a file in it, such as menu.xlsx.")])
    write_grids(target, grids)
    return grids


# Files that have no layout of their own here: their rows go by id and names, and everything else of them as JSON.
OTHERS = tuple(stem for stem in (Path(name).stem for name in FILES) if stem not in ("merchant", "options", "products", "coupons"))


def read_folder(folder: Path) -> Mapping[str, Any]:
    """The files of a whole folder by their stems, as plain rows without what is left at its default."""
    rows: dict[str, Any] = {}
    for name, (kind, _) in FILES.items():
        path = folder / name
        if path.exists():
            read = TypeAdapter(kind).validate_python(json.loads(path.read_text(encoding="utf-8")))
            rows[path.stem] = [_plain(row) for row in read] if isinstance(read, list) else _plain(read)
        else:
            rows[Path(name).stem] = []
    return rows


def _plain(row: BaseModel) -> JsonRow:
    return row.model_dump(mode="json", exclude_defaults=True)


def grids_of(rows: Mapping[str, Any]) -> list[Grid]:
    merchant = rows["merchant"]
    options = [_group_cells(group, option) for group in rows["options"] for option in group["options"]]
    slots = [flat.slot_cells(product["id"], slot) for product in rows["products"] for slot in product.get("combo", ())]
    facts = flat.merchant_cells(merchant)
    known = {field.key: field.heading for field in SHEETS["merchant"]}
    return [
        _grid("products", [flat.product_cells(product) for product in rows["products"]]),
        _grid("options", options),
        _grid("combos", slots),
        _grid("categories", [flat.category_cells(category) for category in merchant["categories"]]),
        _grid("delivery", [flat.delivery_cells(way) for way in merchant["fulfilment"]]),
        _grid("coupons", [flat.coupon_cells(coupon) for coupon in rows["coupons"]]),
        *(_grid(stem, [flat.category_cells(row) for row in rows[stem]], "categories") for stem in OTHERS if rows[stem]),
        Grid("merchant", MERCHANT_HEADINGS, tuple((known.get(key, key), text) for key, text in facts.items() if text)),
    ]


def _group_cells(group: JsonRow, option: JsonRow) -> flat.Cells:
    extra = flat.extra_cells(group, flat.GROUP_FIELDS)
    return {**flat.option_cells(group, option), **{f"group_{name}": text for name, text in extra.items()}}


def _grid(name: str, rows: list[flat.Cells], layout: str = "") -> Grid:
    fields = [field for field in SHEETS[layout or name] if field.key not in IMPORT_ONLY]
    known = {field.key for field in fields}
    extra = list(dict.fromkeys(key for row in rows for key in row if key not in known))
    columns = [*((field.key, field.heading) for field in fields), *((key, key) for key in extra)]
    return Grid(
        name,
        tuple(heading for _, heading in columns),
        tuple(tuple(row.get(key, "") for key, _ in columns) for row in rows),
        _numbers(fields),
    )


def _numbers(fields: Iterable[Field]) -> frozenset[str]:
    return frozenset(field.heading for field in fields if field.is_number)
