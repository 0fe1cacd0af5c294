"""`usual catalog import`, `export` and `template`: a merchant's offer as a spreadsheet."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.parsing import Subparsers

if TYPE_CHECKING:
    from app.domain.catalog import Product
    from app.storage.sheets.headings import Mapped
    from app.storage.sheets.plan import Changed, Plan

LISTED_MAX = 30


def add(actions: Subparsers) -> None:
    bring = actions.add_parser("import", help="take a merchant's offer from a .xlsx or .csv file")
    bring.add_argument("sheet", type=Path, metavar="MENU")
    bring.add_argument(
        "--merchant", default=None, type=_id, metavar="ID", help="the merchant's id (default: the sheet's, or the file's name)"
    )
    bring.add_argument("--name", default="", help="what the shop is called")
    bring.add_argument(
        "--map", action="append", default=[], type=_correction, metavar="COLUMN=FIELD", help="say what a column means"
    )
    bring.add_argument("--dry-run", action="store_true", help="show what would come, and write nothing")
    add_folder(bring)
    bring.set_defaults(run=_import)

    give = actions.add_parser("export", help="write a merchant's offer as .xlsx, or its products as .csv")
    give.add_argument("merchant", metavar="MERCHANT")
    give.add_argument("sheet", type=Path, metavar="OUT")
    add_folder(give)
    give.set_defaults(run=_export)

    template = actions.add_parser("template", help="write a filled example to begin with")
    template.add_argument("sheet", type=Path, metavar="OUT")
    template.set_defaults(run=_template)


def add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--into", "--in", dest="folder", type=Path, default=None, metavar="DIR", help="the folder of the merchants' folders"
    )


def _id(text: str) -> str:
    import re

    if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,47}", text):
        raise argparse.ArgumentTypeError(f"{text} is no id: small letters, digits and _ make one, such as my_shop")
    return text


def _correction(text: str) -> tuple[str, str]:
    column, equals, key = text.rpartition("=")
    if not equals or not column.strip():
        raise argparse.ArgumentTypeError(f"{text} is no correction: write the column's heading, = and the field, such as 价=price")
    return column.strip(), key.strip()


def _import(options: argparse.Namespace) -> int:
    from app.bootstrap import sheets

    root = folder_of(options)
    plan = sheets.plan_import(options.sheet, root, options.merchant or "", options.name, dict(options.map))
    show(plan)
    if options.dry_run:
        print("\nNothing was written: this was a dry run.")
        return 0
    print(f"\nWritten to {sheets.write_plan(plan, root)}.")
    return 0


def _export(options: argparse.Namespace) -> int:
    from app.bootstrap import sheets

    grids = sheets.export_catalog(folder_of(options), options.merchant, options.sheet)
    shown = grids if options.sheet.suffix.lower() == ".xlsx" else grids[:1]
    print(f"{options.sheet}: " + ", ".join(f"{len(grid.rows)} {grid.name}" for grid in shown if grid.rows))
    if len(shown) < len(grids):
        print("A .csv file holds the products alone; write .xlsx for options, sets, coupons and the shop too.")
    return 0


def _template(options: argparse.Namespace) -> int:
    from app.bootstrap import sheets

    sheets.write_template(options.sheet)
    print(f"{options.sheet}: a small shop to look at. Put your own in its place, then: usual demo {options.sheet}")
    return 0


def folder_of(options: argparse.Namespace) -> Path:
    from app.settings import load_settings

    return Path(options.folder or load_settings(os.environ).catalog_dir)


def show(plan: "Plan") -> None:
    """What was understood, and what would change."""
    for mapped in plan.mapped:
        _show_columns(mapped)
    for name in plan.unused:
        print(f"sheet {name}: not used; its name is none of the sheets' names")
    for assumed in plan.assumed:
        print(f"assumed: {assumed}")
    merchant = plan.catalog.merchant
    print(f"\n{merchant.id}, {' / '.join(merchant.names.all()[:2])}{' (a new shop)' if plan.is_new_merchant else ''}")
    catalog = plan.catalog
    counts = {
        "products": catalog.products,
        "categories": catalog.categories,
        "option groups": catalog.groups,
        "coupons": catalog.coupons,
    }
    print(", ".join(f"{len(things)} {name}" for name, things in counts.items()))
    print(f"{len(plan.new)} new, {len(plan.changed)} changed, {len(plan.removed)} removed")
    if not plan.is_new_merchant:
        _listed("new", [f"{_name(product)}  {product.price}" for product in plan.new])
    _listed("changed", [_change(changed) for changed in plan.changed])
    _listed("removed", [f"{_name(product)}  {product.price}" for product in plan.removed])


def _show_columns(mapped: "Mapped") -> None:
    print(f"sheet {mapped.table.name}, {len(mapped.rows)} rows")
    width = max((_wide(column.heading) for column in mapped.columns), default=0)
    for column in mapped.columns:
        pad = " " * (width - _wide(column.heading))
        print(f"  {column.heading}{pad}  →  {column.key or 'not used'} ({column.why})")


def _wide(text: str) -> int:
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _listed(what: str, lines: list[str]) -> None:
    for line in lines[:LISTED_MAX]:
        print(f"  {what}: {line}")
    if len(lines) > LISTED_MAX:
        print(f"  {what}: … and {len(lines) - LISTED_MAX} more")


def _change(changed: "Changed") -> str:
    before, after = changed.before, changed.after
    if before.price != after.price:
        return f"{_name(after)}  {before.price} → {after.price}"
    fields = ("names", "category", "group_ids", "attributes", "allergens", "stock", "hours", "combo", "description")
    differs = [name for name in fields if getattr(before, name) != getattr(after, name)]
    return f"{_name(after)}  {', '.join(differs) or 'details'}"


def _name(product: "Product") -> str:
    return product.names.all()[0]
