"""`usual catalog`: a menu in, the same menu out, and what changes during the day."""

from pathlib import Path

import pytest

from app import cli
from app.bootstrap import load_catalogs

SHEET = "品名,柜台价,辣度\n牛肉面,18,不辣*/微辣\n可乐,3元,\n"


@pytest.fixture
def menu(tmp_path: Path) -> Path:
    path = tmp_path / "menu.csv"
    path.write_text(SHEET, encoding="utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


def run(*arguments: str | Path) -> int:
    return cli.main(["catalog", *map(str, arguments)])


def taken(menu: Path, root: Path) -> None:
    assert run("import", menu, "--merchant", "corner", "--name", "街角", "--map", "柜台价=price", "--into", root) == 0


def test_a_dry_run_shows_the_columns_with_their_reasons_and_writes_nothing(
    menu: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", menu, "--map", "柜台价=price", "--into", root, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "品名    →  name (means name)" in shown
    assert "柜台价  →  price (as you said)" in shown
    assert "2 new, 0 changed, 0 removed" in shown
    assert not root.exists()


def test_an_import_is_a_shop_and_a_second_one_shows_old_and_new_prices(
    menu: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken(menu, root)
    shop = load_catalogs(root)["corner"]
    assert shop.merchant.names.zh == ("街角",)
    assert {p.names.zh[0]: p.price.minor for p in shop.products.values()} == {"牛肉面": 1_800, "可乐": 300}
    menu.write_text(SHEET.replace("18", "20").replace("可乐", "雪碧"), encoding="utf-8")
    capsys.readouterr()
    taken(menu, root)
    shown = capsys.readouterr().out
    assert "changed: 牛肉面  ¥18.00 → ¥20.00" in shown
    assert "new: 雪碧  ¥3.00" in shown
    assert "removed: 可乐  ¥3.00" in shown


def test_a_broken_sheet_is_told_and_writes_nothing(menu: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    menu.write_text(SHEET.replace("18", "贵"), encoding="utf-8")
    assert run("import", menu, "--map", "柜台价=price", "--into", root) == 2
    told = capsys.readouterr().err
    assert "menu, row 2, column 柜台价: '贵' is no amount." in told
    assert not root.exists()


def test_an_export_is_imported_as_it_was(menu: Path, root: Path, tmp_path: Path) -> None:
    taken(menu, root)
    before = load_catalogs(root)
    assert run("export", "corner", tmp_path / "out.xlsx", "--in", root) == 0
    assert run("import", tmp_path / "out.xlsx", "--into", tmp_path / "other") == 0
    assert load_catalogs(tmp_path / "other") == before


def test_nobody_can_export_a_shop_that_is_not_there(menu: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken(menu, root)
    assert run("export", "nobody", "out.xlsx", "--in", root) == 2
    assert "there is no such merchant; there are corner" in capsys.readouterr().err


def test_the_template_makes_a_shop(tmp_path: Path, root: Path) -> None:
    assert run("template", tmp_path / "template.xlsx") == 0
    assert run("import", tmp_path / "template.xlsx", "--into", root) == 0
    assert len(load_catalogs(root)["template"].products) == 5


def test_a_price_a_stock_and_hours_are_set_by_name_or_id(menu: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken(menu, root)
    capsys.readouterr()
    assert run("set", "corner", "可乐", "--price", "3.5", "--stock", "0", "--in", root) == 0
    assert run("set", "corner", "niu_rou_mian", "--hours", "周一至周五 11:00-14:00", "--in", root) == 0
    shown = capsys.readouterr().out
    assert "ke_le: ¥3.00 → ¥3.50" in shown
    assert "ke_le: stock not counted → 0" in shown
    shop = load_catalogs(root)["corner"]
    assert (shop.products["ke_le"].price.minor, shop.products["ke_le"].stock) == (350, 0)
    assert shop.products["niu_rou_mian"].hours[0].days == {1, 2, 3, 4, 5}


def test_a_shop_is_closed_and_opened_again_with_its_hours(menu: Path, root: Path) -> None:
    taken(menu, root)
    hours = load_catalogs(root)["corner"].merchant.hours
    assert run("close", "corner", "--in", root) == 0
    assert load_catalogs(root)["corner"].merchant.hours == ()
    assert run("open", "corner", "--in", root) == 0
    assert load_catalogs(root)["corner"].merchant.hours == hours


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "corner", "可乐", "--price", "free"), "no amount"),
        (("set", "corner", "可乐", "--stock", "-1"), "no whole number"),
        (("set", "corner", "可乐", "--hours", "never"), "no hours"),
        (("set", "corner", "可乐"), "Say what to change"),
        (("set", "corner", "--price", "3"), "Say what to change"),
        (("set", "corner", "咖啡", "--price", "3"), "there is no such product"),
        (("set", "nobody", "可乐", "--price", "3"), "there is no such shop; there are corner"),
        (("close", "nobody"), "there is no such shop"),
    ],
)
def test_a_change_that_can_not_be_is_told_and_changes_nothing(
    arguments: tuple[str, ...], said: str, menu: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken(menu, root)
    before = load_catalogs(root)
    assert run(*arguments, "--in", root) == 2
    assert said in capsys.readouterr().err
    assert load_catalogs(root) == before


def test_a_check_warns_of_hidden_characters(menu: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken(menu, root)
    assert run("check", root) == 0
    products = root / "corner" / "products.json"
    products.write_text(products.read_text(encoding="utf-8").replace("牛肉面", "牛\u202e肉\u200b面", 1), encoding="utf-8")
    assert run("check", root) != 0
    shown = capsys.readouterr().out
    assert "corner/products.json" in shown
    assert "U+202E, U+200B" in shown
