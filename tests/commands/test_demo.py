"""`usual demo`: a chat on one menu alone, with customers made from it, that phones may open when somebody says so."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app import cli, menu_demo
from app.bootstrap import Outside, SheetFollower, build, load_catalogs, sheets
from app.commands import demo as command
from app.demo import DEMO_ID, NEWCOMER_ID
from app.replay.stage import WEAK_HASHER
from app.server import _house, address_of
from app.settings import load_settings
from tests.bench.first_order import demo, order_and_pay

USUAL = Path(sys.executable).with_name("usual")
MENU = "品名,单价,辣度,分类\n牛肉面,18,不辣/微辣,面食\n葱油拌面,12,,面食\n酸梅汤,6,,饮品\n"


@pytest.fixture
def menu(tmp_path: Path) -> Path:
    path = tmp_path / "menu.csv"
    path.write_text(MENU, encoding="utf-8")
    return path


def test_the_customer_has_a_history_of_that_menu_and_the_newcomer_none(menu: Path, tmp_path: Path) -> None:
    sheets.write_plan(sheets.plan_import(menu, tmp_path / "catalog"), tmp_path / "catalog")
    settings = load_settings({"USUAL_VAR_DIR": str(tmp_path / "var"), "USUAL_CATALOG_DIR": str(tmp_path / "catalog")})
    usual = build(settings, Outside(hasher=WEAK_HASHER, seed=menu_demo.seed_from_menu))
    try:
        orders = usual.records.orders(DEMO_ID, 100)
        assert len(orders) >= 10
        assert {order.merchant_id for order in orders} == {"menu"}
        assert {order.state for order in orders} == {"accepted"}
        wallet = usual.records.wallet(DEMO_ID)
        assert wallet is not None
        assert wallet.available == menu_demo.BALANCE_KEPT
        assert usual.records.orders(NEWCOMER_ID, 10) == []
        assert usual.audit.check() == []
    finally:
        usual.close()


def test_an_empty_chat_offers_words_of_that_menu(menu: Path, tmp_path: Path) -> None:
    sheets.write_plan(sheets.plan_import(menu, tmp_path / "catalog"), tmp_path / "catalog")
    words = menu_demo.first_words(list(load_catalogs(tmp_path / "catalog").values()))
    assert words["zh"] == ("老样子", "葱油拌面", "酸梅汤")


def test_a_broken_menu_is_told_by_row_and_starts_nothing(
    menu: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    menu.write_text(MENU.replace("18", "很贵"), encoding="utf-8")
    monkeypatch.setenv("USUAL_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setattr("app.server.start", lambda *_: pytest.fail("it was started"))
    assert cli.main(["demo", str(menu)]) == 2
    assert "menu, row 2, column 单价: '很贵' is no amount." in capsys.readouterr().err


@pytest.mark.parametrize("address", ["8.8.8.8", "127.0.0.1", "0.0.0.0", "my-shop.example"])
def test_only_an_address_of_a_home_or_shop_network_is_listened_on(
    address: str, menu: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("app.server.start", lambda *_: pytest.fail("it was started"))
    assert cli.main(["demo", str(menu), "--lan", address]) == 2
    assert "home or shop network" in capsys.readouterr().err


def test_on_the_network_the_guard_knows_exactly_that_address(tmp_path: Path) -> None:
    settings = replace(load_settings({"USUAL_VAR_DIR": str(tmp_path)}), host="192.168.1.20", port=8000)
    house = _house(settings)
    assert house.knows_host("192.168.1.20:8000")
    assert not any(house.knows_host(host) for host in ("localhost:8000", "192.168.1.21:8000", "evil.example", ""))
    assert address_of(settings, 8000) == "http://192.168.1.20:8000"


def test_each_menu_has_a_folder_of_its_own(tmp_path: Path) -> None:
    names = {command._folder_name(path) for path in (tmp_path / "a/menu.xlsx", tmp_path / "b/menu.xlsx", tmp_path / "a/菜单.xlsx")}
    assert len(names) == 3


def test_a_sheet_that_is_saved_again_is_followed_and_a_broken_one_is_not(
    menu: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    follower = SheetFollower(menu, tmp_path / "catalog")
    follower.take()

    def save(text: str) -> int:
        menu.write_text(text, encoding="utf-8")
        for _ in range(3):
            follower.look()
        return next(iter(load_catalogs(tmp_path / "catalog")["menu"].products.values())).price.minor

    assert save(MENU.replace("18", "20")) == 2_000
    assert save(MENU.replace("18", "nothing")) == 2_000
    assert len([record for record in caplog.records if "row 2" in record.message]) == 1
    assert save(MENU.replace("18", "21")) == 2_100


def test_a_menu_is_ordered_from_and_paid_on_the_network_address_alone(menu: Path, tmp_path: Path) -> None:
    """The whole of it: import, start, page with the code, an order of the menu's own dish, paid."""
    address = command.lan_address()
    if address is None or not command._is_home(address):
        pytest.skip("this machine is on no network")
    with demo(USUAL, menu, tmp_path, "--lan", "--port", "18766") as told:
        assert told == f"http://{address}:18766"
        page = httpx.get(f"{told}/demo?lang=zh", trust_env=False)
        assert page.status_code == 200
        assert "<svg" in page.text
        assert "258036" in page.text
        assert httpx.get(f"{told}/demo", headers={"Host": "evil.example"}, trust_env=False).status_code == 403
        # The page carries the cards' script: Chainlit was imported after its settings were made.
        assert "/public/usual.js" in httpx.get(f"{told}/", trust_env=False).text
        assert order_and_pay(told, "来一份葱油拌面")
    assert (tmp_path / "var/demos").is_dir()
    assert "USUAL_VAR_DIR" not in os.environ


def test_a_folder_of_a_shop_is_opened_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setenv("USUAL_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setattr("app.server.start", lambda settings, *_: opened.append(settings) or 0)
    monkeypatch.setattr("app.ui.first_words.offer", lambda _: None)
    assert cli.main(["demo", str(Path(__file__).resolve().parents[2] / "catalog/sunrise_breakfast")]) == 0
    assert set(load_catalogs(opened[0].catalog_dir)) == {"sunrise_breakfast"}
    assert opened[0].database_url.startswith(f"sqlite:///{tmp_path}/var/demos/sunrise_breakfast-")
