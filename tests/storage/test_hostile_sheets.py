"""Sheets that are broken or meant to do harm: refused in a sentence, with nothing read that was not meant."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from app.storage.sheets import export_catalog, plan_import
from tests.storage.sheets_at_hand import faults, sheet, taken, workbook


def test_a_formula_is_told_and_never_taken_for_its_text(tmp_path: Path) -> None:
    path = workbook(tmp_path / "menu.xlsx", [["Name", "Price"], ["Latte", "=9+9"], ['=HYPERLINK("http://x")', 12]])
    told = faults(path, tmp_path / "catalog")
    assert [fault.split(":")[0] for fault in told] == ["Sheet, row 2, column Price", "Sheet, row 3, column Name"]
    assert all("formula" in fault for fault in told)


def test_numbers_of_a_workbook_are_what_was_typed(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "menu.xlsx", [["Name", "Price"], ["A", 18.1], ["B", 0.29], ["C", 19], ["D", 1_234.5], ["E", "1,234.50"]]
    )
    prices = [product.price.minor for product in taken(path, tmp_path / "catalog").products.values()]
    assert prices == [1_810, 29, 1_900, 123_450, 123_450]


def test_names_that_look_like_formulas_are_exported_as_texts_and_come_back(tmp_path: Path) -> None:
    names = ["=cmd|' /C calc'!A0", "+1 shot", "-50% deal", "@home", "'=quoted", "plain"]
    rows = [{"id": f"p{n}", "names": {"en": [name]}, "category": "menu", "price": 100} for n, name in enumerate(names)]
    taken(sheet(tmp_path / "a.csv", "Name,Price\nLatte,18\n"), tmp_path / "catalog", merchant_id="corner")
    (tmp_path / "catalog/corner/products.json").write_text(json.dumps(rows), encoding="utf-8")
    for ending in ("xlsx", "csv"):
        out = tmp_path / f"out.{ending}"
        export_catalog(tmp_path / "catalog", "corner", out)
        if ending == "xlsx":
            cells = [c for each in openpyxl.load_workbook(out).worksheets for row in each for c in row]
            assert all(c.data_type != "f" and not str(c.value or "").startswith(("=", "+", "-", "@")) for c in cells)
        else:
            assert not any(line.split(",")[1].startswith(("=", "+", "-", "@")) for line in out.read_text("utf-8-sig").splitlines())
        plan = plan_import(out, tmp_path / "catalog", "corner")
        assert [p.names.en[0] for p in plan.catalog.products.values()] == names


def test_a_sheet_of_a_hundred_thousand_rows_is_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path / "menu.csv", "Name,Price\n" + "".join(f"Tea {n},1\n" for n in range(100_000)))
    assert "holds more than 10,000 rows" in faults(path, tmp_path / "catalog")[0]


def test_an_enormous_cell_and_too_many_columns_are_refused(tmp_path: Path) -> None:
    assert "characters" in faults(sheet(tmp_path / "a.csv", f"Name,Price\n{'x' * 5_000},1\n"), tmp_path / "catalog")[0]
    assert "columns" in faults(sheet(tmp_path / "b.csv", "Name,Price\n" + "Tea,1" + ",x" * 200), tmp_path / "catalog")[0]
    assert "CSV" in faults(sheet(tmp_path / "c.csv", f'Name,Price\n"{"x" * 200_000},1\n'), tmp_path / "catalog")[0]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "menu.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (200 * 1024 * 1024))
    assert path.stat().st_size < 1024 * 1024
    assert "unpacks to more than" in faults(path, tmp_path / "catalog")[0]


def test_entities_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "menu.xlsx", [["Name", "Price"], ["Tea", 1]])
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/workbook.xml":
                content = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            new.writestr(part.filename, content)
    path.write_bytes(out.getvalue())
    assert "XML" in faults(path, tmp_path / "catalog")[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("menu.xlsx", b"PK\x03\x04 broken", "no whole .xlsx"),
        ("menu.xlsx", b"Name,Price\nTea,1\n", "no whole .xlsx"),
        ("menu.csv", b"PK\x03\x04 a workbook", "renamed"),
        ("menu.csv", b"", "empty"),
        ("menu.csv", b"\xff\xfe\x00", "encoding"),
        ("menu.csv", b"Name,Price\nT\0ea,1\n", "no text file"),
        ("menu.pdf", b"%PDF", ".xlsx or .csv"),
        ("menu.csv", b"hello\nworld\n", "no row with headings"),
        ("menu.csv", b"Name,Price\n", "no product"),
        ("menu.csv", "Name,Price (分)\nTea,1800\n".encode(), "not in yuan"),
    ],
)
def test_a_file_that_is_no_menu_is_refused_in_a_sentence(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    told = faults(tmp_path / name, tmp_path / "catalog")
    assert any(said in fault for fault in told), told
    assert not (tmp_path / "catalog").exists()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "No such file" in faults(tmp_path / "menu.csv", tmp_path / "catalog")[0]
