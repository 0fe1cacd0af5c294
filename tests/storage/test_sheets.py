"""A merchant's sheet: what is understood of it, that it comes back the same, and that a bad one changes nothing."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.money import Money
from app.domain.allergen import ALLERGENS, AllergenStatement
from app.storage.catalog_files import load_catalogs
from app.storage.catalog_swap import put_folder
from app.storage.sheets import export_catalog, plan_import, write_plan, write_template
from app.storage.sheets.tables import read_tables
from tests.storage.sheets_at_hand import everything, faults, sheet, taken

SHIPPED = Path(__file__).resolve().parents[2] / "catalog"
MERCHANTS = sorted(path.name for path in SHIPPED.iterdir() if path.is_dir())


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
