"""A merchant's sheet: what is understood of it, that it comes back the same, and that a bad one changes nothing."""

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.money import Money
from app.domain.allergen import ALLERGENS, AllergenStatement
from app.domain.catalog import Catalog
from app.storage.catalog_files import load_catalogs
from app.storage.catalog_swap import put_folder
from app.storage.sheets import SheetBroken, export_catalog, plan_import, write_plan, write_template
from app.storage.sheets import cells as cell
from app.storage.sheets.tables import read_tables

SHIPPED = Path(__file__).resolve().parents[2] / "catalog"
MERCHANTS = sorted(path.name for path in SHIPPED.iterdir() if path.is_dir())


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


@pytest.mark.parametrize("merchant", MERCHANTS)
def test_a_shipped_shop_comes_back_from_its_workbook_as_it_was(merchant: str, tmp_path: Path) -> None:
    export_catalog(SHIPPED, merchant, tmp_path / "out.xlsx")
    catalog = taken(tmp_path / "out.xlsx", tmp_path / "catalog")
    assert catalog == load_catalogs(SHIPPED)[merchant]
    export_catalog(tmp_path / "catalog", merchant, tmp_path / "again.xlsx")
    assert read_tables(tmp_path / "again.xlsx") == read_tables(tmp_path / "out.xlsx")


@pytest.mark.parametrize("merchant", MERCHANTS)
def test_a_list_of_products_changes_nothing_that_it_does_not_speak_of(merchant: str, tmp_path: Path) -> None:
    root = tmp_path / "catalog"
    shutil.copytree(SHIPPED, root)
    export_catalog(root, merchant, tmp_path / "out.csv")
    plan = plan_import(tmp_path / "out.csv", root, merchant)
    assert plan.catalog == load_catalogs(SHIPPED)[merchant]
    assert (plan.new, plan.changed, plan.removed) == ((), (), ())


def test_the_template_is_a_whole_shop_with_options_a_set_and_allergens(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    shop = taken(tmp_path / "template.xlsx", tmp_path / "catalog")
    latte, tea, breakfast = (shop.products[name] for name in ("latte", "jasmine_tea", "breakfast_set"))
    assert shop.merchant.names.en == ("Corner Café",)
    assert latte.price == Money(1_800)
    size, toppings = shop.groups["size"], shop.groups["toppings"]
    assert [(o.names.en[0], o.price_delta.minor) for o in size.options] == [("Small", -200), ("Medium", 0), ("Large", 300)]
    assert (size.default, size.min, size.max) == ("medium", 1, 1)
    assert (toppings.min, toppings.max, toppings.default) == (0, 2, None)
    assert (latte.allergens.contains, latte.allergens.may_contain) == ({"milk"}, {"soy", "tree_nut"})
    assert tea.allergens == AllergenStatement()
    assert [(s.product_ids, s.default) for s in breakfast.combo] == [
        (("americano", "jasmine_tea"), "americano"),
        (("croissant",), "croissant"),
    ]
    assert shop.products["croissant"].stock == 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_chinese_list_is_read_in_every_encoding_and_with_every_separator(encoding: str, separator: str, tmp_path: Path) -> None:
    rows = [
        ["街角面馆价目表", "", ""],
        ["", "", ""],
        ["品名", "价格/元", "类别"],
        ["牛肉面", "18元", "面食"],
        ["酸梅汤", "¥6.50", "饮品"],
    ]
    path = sheet(tmp_path / "menu.csv", "\n".join(separator.join(row) for row in rows), encoding)
    shop = taken(path, tmp_path / "catalog", name="街角面馆")
    assert {p.names.zh[0]: p.price.minor for p in shop.products.values()} == {"牛肉面": 1_800, "酸梅汤": 650}
    assert [c.names.zh[0] for c in shop.categories] == ["面食", "饮品"]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("单价", "price"),
        ("price (yuan)", "price"),
        ("价格/元", "price"),
        ("售价（元）", "price"),
        ("prise", "price"),
        ("Pirce", "price"),
        ("Unit Price", "price"),
        ("库存数量", "stock"),
        ("catagory", "category"),
        ("商品分类", "category"),
        ("过敏原", "contains"),
        ("别名", "aliases_zh"),
        ("辣度", "choice"),
        ("英文名", "name_en"),
    ],
)
def test_a_heading_is_understood_with_units_typos_and_in_both_languages(heading: str, key: str, tmp_path: Path) -> None:
    other = "价格" if key != "price" else "备注"
    path = sheet(tmp_path / "menu.csv", f"品名,{heading},{other}\n面,5,5\n")
    if key in ("contains", "choice", "category", "aliases_zh", "name_en"):
        path = sheet(tmp_path / "menu.csv", f"品名,{heading},{other}\n面,milk,5\n")
    (mapped,) = plan_import(path, tmp_path / "catalog").mapped
    assert [c.key for c in mapped.columns if c.heading == heading] == [key]
    assert all(column.why for column in mapped.columns)


def test_a_guess_is_put_right_by_word(tmp_path: Path) -> None:
    path = sheet(tmp_path / "menu.csv", "品名,进货,柜台\n面,2,5\n")
    assert "no row with headings" in faults(path, tmp_path / "catalog")[0]
    shop = taken(path, tmp_path / "catalog", overrides={"柜台": "price", "进货": "ignore"})
    assert [p.price.minor for p in shop.products.values()] == [500]
    wrong = {"出货": "price", "柜台": "price"}
    assert "there is no such column" in faults(path, tmp_path / "none", overrides=wrong)[0]
    assert "there is no field" in faults(path, tmp_path / "none", overrides={"柜台": "prize"})[0]


def test_rows_of_one_name_are_sizes_and_a_column_of_choices_is_a_choice(tmp_path: Path) -> None:
    path = sheet(tmp_path / "menu.csv", "品名,规格,单价,辣度\n牛肉面,小份,18,不辣*/微辣/特辣\n牛肉面,大份,22.5,\n可乐,330ml,3,\n")
    shop = taken(path, tmp_path / "catalog")
    noodles, cola = shop.products.values()
    groups = {group.names.zh[0]: group for group in shop.groups_of(noodles)}
    assert [(o.names.zh[0], o.price_delta.minor) for o in groups["规格"].options] == [("小份", 0), ("大份", 450)]
    assert groups["辣度"].default == groups["辣度"].options[0].id
    assert cola.group_ids == ()
    assert "330ml" in cola.description.zh[0]


def test_rows_that_hold_a_name_alone_head_the_sections_of_a_menu(tmp_path: Path) -> None:
    path = sheet(tmp_path / "menu.csv", "Item,Price\nCoffee,\nLatte,18\nTea,\nAssam,12\nCeylon,12\n")
    shop = taken(path, tmp_path / "catalog")
    assert [p.category for p in shop.products.values()] == ["coffee", "tea", "tea"]


def test_what_is_not_stated_of_allergens_is_unknown_and_none_is_a_statement(tmp_path: Path) -> None:
    path = sheet(tmp_path / "menu.csv", "Item,Price,Allergens\nLatte,18,牛奶；大豆\nTea,12,none\nCake,20,\nPie,20,unknown\n")
    latte, tea, cake, pie = taken(path, tmp_path / "catalog").products.values()
    assert latte.allergens == AllergenStatement(contains=frozenset({"milk", "soy"}))
    assert tea.allergens == AllergenStatement()
    assert cake.allergens == pie.allergens == AllergenStatement(unknown=frozenset(ALLERGENS))


def test_every_fault_is_told_with_sheet_row_and_column_and_nothing_is_written(tmp_path: Path) -> None:
    root = tmp_path / "catalog"
    shutil.copytree(SHIPPED, root)
    before = everything(root)
    path = sheet(
        tmp_path / "menu.csv",
        "Name,Price,Stock,Hours,Allergens,Options\n"
        "Latte,eighteen,5,daily 07:00-10:00,milk,\n"
        "Tea,12.345,-1,sometimes,kryptonite,Nonsense\n"
        "=SUM(A1),12,,,,\n"
        ",12,,,,\n"
        "Latte,19,,,,\n"
        "Cake,-3,,,,Size: A* | B*\n",
    )
    told = faults(path, root, merchant_id="nimbus_coffee")
    assert [fault.split(":")[0] for fault in told] == [
        "menu, row 2, column Price",
        "menu, row 3, column Price",
        "menu, row 3, column Allergens",
        "menu, row 3, column Stock",
        "menu, row 3, column Hours",
        "menu, row 3, column Options",
        "menu, row 4, column Name",
        "menu, row 5, column Name",
        "menu, row 6, column Name",
        "menu, row 7, column Price",
        "menu, row 7, column Options",
    ]
    assert all(fault.endswith(".") for fault in told)
    assert everything(root) == before


def test_what_only_the_catalogues_rules_know_is_told_at_the_sheets_own_row(tmp_path: Path) -> None:
    path = sheet(tmp_path / "menu.csv", f"Name,Price\nTea,5\n{'x' * 90},5\n")
    assert [fault.split(":")[0] for fault in faults(path, tmp_path / "catalog")] == ["menu, row 3, column Name"]
    path = sheet(tmp_path / "menu.csv", "Name,Price,Options\nTea,2,Size: Small -3 | Large\n")
    assert [fault.split(":")[0] for fault in faults(path, tmp_path / "catalog")] == ["menu, row 2, column Price"]


def test_a_dry_run_knows_new_changed_and_removed_products_with_old_and_new_price(tmp_path: Path) -> None:
    root = tmp_path / "catalog"
    taken(sheet(tmp_path / "a.csv", "Name,Price\nLatte,18\nTea,12\n"), root, merchant_id="corner")
    before = everything(root)
    plan = plan_import(sheet(tmp_path / "b.csv", "Name,Price\nLatte,20\nMocha,22\n"), root, merchant_id="corner")
    assert [p.names.en[0] for p in plan.new] == ["Mocha"]
    assert [(c.before.id, c.before.price.minor, c.after.price.minor) for c in plan.changed] == [("latte", 1_800, 2_000)]
    assert [p.id for p in plan.removed] == ["tea"]
    assert everything(root) == before


def test_an_import_that_is_killed_between_its_steps_leaves_the_old_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "catalog"
    old = taken(sheet(tmp_path / "a.csv", "Name,Price\nLatte,18\n"), root, merchant_id="corner")
    plan = plan_import(sheet(tmp_path / "b.csv", "Name,Price\nLatte,20\n"), root, merchant_id="corner")

    class Killed(BaseException):
        pass

    renamed: list[Path] = []
    rename = Path.rename

    def dies_at_the_second(self: Path, target: Path) -> Path:
        renamed.append(self)
        if len(renamed) == 2:
            raise Killed
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", dies_at_the_second)
    with pytest.raises(Killed):
        write_plan(plan, root)
    monkeypatch.undo()
    assert not (root / "corner").exists()
    assert load_catalogs(root)["corner"] == old


def test_a_full_disk_leaves_the_old_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_folder(tmp_path, "corner", {"a.json": "old"})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        put_folder(tmp_path, "corner", {"a.json": "new"})
    assert everything(tmp_path) == {"corner/a.json": b"old"}


# malicious sheets


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


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


# cells


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12), max_size=6))
def test_a_list_in_a_cell_comes_back(items: list[str]) -> None:
    assert cell.listed(cell.joined(items)) == items


@given(st.integers(-10_000_000, 10_000_000))
def test_an_amount_in_a_cell_comes_back(minor: int) -> None:
    assert cell.signed_minor(cell.yuan(minor)) == minor


DAY_SETS = st.sets(st.sampled_from(cell.DAYS), min_size=1)
TIMES = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))


@given(st.lists(st.tuples(DAY_SETS, TIMES, TIMES), max_size=4))
def test_hours_in_a_cell_come_back(rules: list[tuple[set[str], str, str]]) -> None:
    rows = [{"days": sorted(days, key=list(cell.DAYS).index), "open": opens, "close": closes} for days, opens, closes in rules]
    assert cell.hours(cell.hours_cell(rows)) == rows


@pytest.mark.parametrize(
    ("text", "days", "times"),
    [
        ("周一至周五 07:00-10:30", "mon tue wed thu fri", "07:00 10:30"),
        ("周一到五 7:00~10:30", "mon tue wed thu fri", "07:00 10:30"),
        ("每天 9:00-21:00", "mon tue wed thu fri sat sun", "09:00 21:00"),
        ("Sat, Sun 8-12", "sat sun", "08:00 12:00"),
        ("fri-mon 18:00–02:00", "fri sat sun mon", "18:00 02:00"),
        ("全天", "mon tue wed thu fri sat sun", "00:00 00:00"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, days: str, times: str) -> None:
    (rule,) = cell.hours(text)
    assert (" ".join(rule["days"]), f"{rule['open']} {rule['close']}") == (days, times)


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp", "Zs")), min_size=1, max_size=20)
PRODUCT = st.fixed_dictionaries(
    {
        "names": st.fixed_dictionaries({"en": st.lists(NAMES, min_size=1, max_size=3, unique=True)}),
        "price": st.integers(0, 10_000_000),
    },
    optional={
        "stock": st.integers(0, 999),
        "attributes": st.lists(st.sampled_from(["food", "drink", "iced"]), unique=True),
        "allergens": st.fixed_dictionaries({}, optional={"contains": st.just(["milk"]), "may_contain": st.just(["egg"])}),
        "popularity": st.integers(0, 100),
        "irreversible": st.booleans(),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PRODUCT, min_size=1, max_size=4))
def test_any_products_come_back_from_both_kinds_of_file(tmp_path: Path, products: list[dict[str, Any]]) -> None:
    root = tmp_path / "catalog"
    shutil.rmtree(root, ignore_errors=True)
    taken(sheet(tmp_path / "a.csv", "Name,Price\nLatte,18\n"), root, merchant_id="corner")
    rows = [{"id": f"p{n}", "category": "menu", **product} for n, product in enumerate(products)]
    (root / "corner/products.json").write_text(json.dumps(rows), encoding="utf-8")
    there = load_catalogs(root)["corner"]
    for ending in ("xlsx", "csv"):
        export_catalog(root, "corner", tmp_path / f"out.{ending}")
        assert plan_import(tmp_path / f"out.{ending}", root, "corner").catalog == there
