"""Writing, importing and refusing a sheet: what the tests of sheets share."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.domain.catalog import Catalog
from app.storage.catalog_files import load_catalogs
from app.storage.sheets import SheetBroken, plan_import, write_plan


def sheet(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def taken(path: Path, root: Path, **options: Any) -> Catalog:
    plan = plan_import(path, root, **options)
    write_plan(plan, root)
    return load_catalogs(root)[plan.catalog.merchant.id]


def faults(path: Path, root: Path, **options: Any) -> list[str]:
    with pytest.raises(SheetBroken) as broken:
        plan_import(path, root, **options)
    return [str(fault) for fault in broken.value.faults]


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path
