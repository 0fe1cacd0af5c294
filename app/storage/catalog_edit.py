"""One change of a merchant's files: a price, a stock, hours, open or closed. Checked whole before it is in place."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.catalog import Catalog
from app.storage.catalog_files import CatalogBroken, Fault, read_catalogs
from app.storage.catalog_swap import put_file
from app.storage.sheets.cells import folded

JsonRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edited:
    """The offer before and after; `product_id` is the one that was changed, if it was one."""

    before: Catalog
    after: Catalog
    product_id: str = ""


def edit_product(root: Path, merchant_id: str, product: str, changes: Mapping[str, Any], now: datetime) -> Edited:
    """Change fields of a product, named by id or by what it is called. A stock counts from `now`. Raises CatalogBroken."""
    catalog = _catalog(root, merchant_id)
    product_id = _product_id(catalog, product)
    changes = {**changes, "stock_counted": now.isoformat()} if changes.get("stock") is not None else dict(changes)

    def change(rows: list[JsonRow]) -> None:
        row = next(row for row in rows if row["id"] == product_id)
        row.update(changes)
        for name in [name for name, value in changes.items() if value in (None, [])]:
            row.pop(name, None)

    return Edited(catalog, _put(root, merchant_id, "products.json", change), product_id)


def edit_merchant(root: Path, merchant_id: str, changes: Mapping[str, Any]) -> Edited:
    """Change fields of the shop itself. Raises CatalogBroken."""
    before = _catalog(root, merchant_id)

    def change(row: JsonRow) -> None:
        row.update(changes)
        if not row.get("closed"):
            row.pop("closed", None)

    return Edited(before, _put(root, merchant_id, "merchant.json", change))


def _catalog(root: Path, merchant_id: str) -> Catalog:
    catalogs, faults = read_catalogs(root)
    if merchant_id in catalogs:
        return catalogs[merchant_id]
    mine = [fault for fault in faults if fault.file.startswith(f"{merchant_id}/")]
    raise CatalogBroken(
        mine or [Fault(str(root), merchant_id, "", f"there is no such shop; there are {', '.join(catalogs) or 'none'}")]
    )


def _product_id(catalog: Catalog, named: str) -> str:
    if named in catalog.products:
        return named
    found = [p.id for p in catalog.products.values() if folded(named) in {folded(name) for name in p.names.all()}]
    if len(found) != 1:
        near = [p.id for p in catalog.products.values() if folded(named) in " ".join(map(folded, p.names.all()))]
        hint = (
            f"; near it are {', '.join(near[:8])}" if near else f"; usual catalog export {catalog.merchant.id} menu.xlsx lists them"
        )
        raise CatalogBroken([Fault(f"{catalog.merchant.id}/products.json", named, "id", f"there is no such product{hint}")])
    return found[0]


def _put(root: Path, merchant_id: str, file: str, change: Callable[[Any], None]) -> Catalog:
    path = root / merchant_id / file
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    text = _lined(content) if isinstance(content, list) else json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    with tempfile.TemporaryDirectory(prefix="usual-edit-") as scratch:
        shutil.copytree(root / merchant_id, Path(scratch) / merchant_id)
        (Path(scratch) / merchant_id / file).write_text(text, encoding="utf-8")
        catalogs, faults = read_catalogs(Path(scratch))
    if faults:
        raise CatalogBroken(faults)
    try:
        put_file(path, text.encode())
    except OSError as error:
        raise CatalogBroken([Fault(str(path), "", "", f"can't be written ({error.strerror}); nothing was changed")]) from None
    return catalogs[merchant_id]


def _lined(rows: list[JsonRow]) -> str:
    """One row a line, as the shipped files have it: a change of a price is a change of one line."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
