"""What an import would change, and doing it: the whole folder is put in place at once, or nothing is."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.catalog import Catalog, Product
from app.storage.catalog_files import Fault, read_catalogs
from app.storage.catalog_swap import put_folder, recover
from app.storage.sheets.exporting import read_folder
from app.storage.sheets.faults import SheetBroken, SheetFault
from app.storage.sheets.fields import SHEET_WORDS, SHEETS
from app.storage.sheets.headings import Mapped, meaning
from app.storage.sheets.importing import Imported, Place, import_tables
from app.storage.sheets.slugs import slug
from app.storage.sheets.tables import Table, read_tables

# The column that a field of a file's row comes from, where they are not called the same.
COLUMN_OF = {"names": "name", "option_groups": "options", "allergens": "contains"}


@dataclass(frozen=True, slots=True)
class Changed:
    """A product that is there before and after."""

    before: Product
    after: Product


@dataclass(frozen=True, slots=True)
class Plan:
    """A sheet that was understood and is whole. `write` has not been called yet."""

    catalog: Catalog
    mapped: tuple[Mapped, ...]
    assumed: tuple[str, ...]
    unused: tuple[str, ...]
    new: tuple[Product, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Product, ...]
    is_new_merchant: bool
    rows: Mapping[str, Any]


def plan_import(path: Path, root: Path, merchant_id: str = "", name: str = "", overrides: Mapping[str, str] | None = None) -> Plan:
    """Read a sheet against what `root` holds. Raises SheetBroken with every fault; writes nothing to `root`."""
    tables = read_tables(path)
    merchant_id = merchant_id or _own_id(tables) or slug(path.stem, (), "shop")
    before = _existing(root, merchant_id)
    # A flat sheet says nothing of the shop: it is called after its file until somebody names it.
    named = name or ("" if before or _names_shop(tables) else path.stem.replace("_", " ").strip())
    imported = import_tables(tables, before, merchant_id, named, overrides or {})
    if not before and not name and named:
        imported.assumed.append(f"the shop is called {named!r}, after its file; --name says another")
    catalog, faults = _checked(imported, merchant_id)
    if imported.faults or faults or catalog is None:
        told = {(fault.sheet, fault.row) for fault in imported.faults}
        # One bad cell also breaks the row's other rules: what was told of it is enough.
        others = [fault for fault in faults if not fault.row or (fault.sheet, fault.row) not in told]
        raise SheetBroken(sorted([*imported.faults, *others], key=lambda fault: (fault.sheet, fault.row)))
    old = read_catalogs(root)[0].get(merchant_id) if before else None
    had = old.products if old else {}
    return Plan(
        catalog=catalog,
        mapped=tuple(imported.mapped),
        assumed=tuple(dict.fromkeys(imported.assumed)),
        unused=tuple(imported.unused),
        new=tuple(product for product_id, product in catalog.products.items() if product_id not in had),
        changed=tuple(
            Changed(had[product_id], product)
            for product_id, product in catalog.products.items()
            if product_id in had and had[product_id] != product
        ),
        removed=tuple(product for product_id, product in had.items() if product_id not in catalog.products),
        is_new_merchant=before is None,
        rows=imported.rows,
    )


def write_plan(plan: Plan, root: Path) -> Path:
    """Put the folder in place, whole. Raises SheetBroken where the disk refuses; the folder is as it was then."""
    merchant_id = plan.catalog.merchant.id
    try:
        return put_folder(root, merchant_id, _files(plan.rows))
    except OSError as error:
        message = f"can't be written ({error.strerror}). Nothing was changed."
        raise SheetBroken([SheetFault(str(root / merchant_id), 0, "", message)]) from None


def _own_id(tables: Sequence[Table]) -> str:
    return _fact(tables, "id")


def _names_shop(tables: Sequence[Table]) -> bool:
    return any(_fact(tables, key) for key in ("name", "name_en", "name_zh"))


def _fact(tables: Sequence[Table], key: str) -> str:
    for table in tables:
        if table.name.strip().casefold() in SHEET_WORDS["merchant"]:
            for row in table.rows:
                found = meaning(row.cell(0), SHEETS["merchant"])
                if found and found[1] == key and row.cell(1):
                    return str(row.cell(1))
    return ""


def _existing(root: Path, merchant_id: str) -> Mapping[str, Any] | None:
    recover(root)
    folder = root / merchant_id
    if not (folder / "merchant.json").exists():
        return None
    catalogs, faults = read_catalogs(root)
    if merchant_id not in catalogs:
        mine = [fault for fault in faults if fault.file.startswith(f"{merchant_id}/")]
        raise SheetBroken([SheetFault(fault.file, 0, fault.field, f"{fault.row or '-'}: {fault.message}") for fault in mine])
    return read_folder(folder)


def _checked(imported: Imported, merchant_id: str) -> tuple[Catalog | None, list[SheetFault]]:
    """The rules of the catalogue's own files, asked of the rows before they are anywhere that counts."""
    with tempfile.TemporaryDirectory(prefix="usual-import-") as scratch:
        put_folder(Path(scratch), merchant_id, _files(imported.rows))
        catalogs, faults = read_catalogs(Path(scratch))
    return catalogs.get(merchant_id), [_placed(fault, imported.places) for fault in faults]


def _placed(fault: Fault, places: Mapping[tuple[str, str], Place]) -> SheetFault:
    file = fault.file.rpartition("/")[2]
    place = places.get((file, fault.row)) or places.get((file, fault.row.partition(".")[0]))
    head = fault.field.partition(".")[0]
    if place is None:
        return SheetFault(file.removesuffix(".json"), 0, head, f"{fault.row}: {fault.message}.".removeprefix(": "))
    key = COLUMN_OF.get(head, head)
    heading = place.headings.get(key) or place.headings.get(f"{key}_en") or place.headings.get(f"{key}_zh") or head
    return SheetFault(place.sheet, place.row, heading, f"{fault.message} ({fault.row}). Change it, or leave the cell empty.")


def _files(rows: Mapping[str, Any]) -> dict[str, str]:
    return {f"{name}.json": json.dumps(content, ensure_ascii=False, indent=1) + "\n" for name, content in rows.items()}
