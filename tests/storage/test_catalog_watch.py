"""The folders of a running server: changes are taken up, faults are told once, and sold stock is not given back."""

import json
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import SystemClock
from app.base.money import Money
from app.domain.catalog import Catalog
from app.domain.order import Order, OrderedLine
from app.merchants.mock import Memory, MockMerchants
from app.service.ports import Handover
from app.storage.catalog_edit import edit_merchant, edit_product
from app.storage.catalog_files import load_catalogs
from app.storage.catalog_watch import CatalogWatch

SHIPPED = Path(__file__).resolve().parents[2] / "catalog"
NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
SHOP, PRODUCT = "nimbus_coffee", "croissant"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "catalog")
    return tmp_path / "catalog"


@pytest.fixture
def merchants(root: Path) -> MockMerchants:
    return MockMerchants(load_catalogs(root), Memory(None), SystemClock())


@pytest.fixture
def look(root: Path, merchants: MockMerchants) -> Callable[[], None]:
    """Two looks: files are read once they were let alone."""
    watch = CatalogWatch(root, merchants.update)

    def twice() -> None:
        watch.look()
        watch.look()

    twice()
    return twice


def stock(merchants: MockMerchants) -> int | None:
    return merchants.catalogs()[SHOP].products[PRODUCT].stock


def edit(root: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    path = root / SHOP / "products.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    change(rows)
    path.write_text(json.dumps(rows), encoding="utf-8")


def sell(merchants: MockMerchants, quantity: int, order_id: str) -> None:
    line = OrderedLine(PRODUCT, quantity, Money(1_200), ())
    order = Order(
        id=order_id,
        number="1",
        checkout_id="chk_1",
        checkout_version=1,
        customer_id="cus_1",
        merchant_id=SHOP,
        state="placed",
        total=Money(1_200),
        lines=(line,),
        fulfilment_id="pickup",
        destination_ref=None,
        destination_masked="",
        placed_at=NOON,
    )
    merchants.place(order, Handover(), order_id)


def test_a_price_a_closing_and_an_opening_are_taken_up(root: Path, merchants: MockMerchants, look: Callable[[], None]) -> None:
    edit_product(root, SHOP, PRODUCT, {"price": 1_500}, NOON)
    look()
    assert merchants.catalogs()[SHOP].products[PRODUCT].price == Money(1_500)
    edit_merchant(root, SHOP, {"closed": True})
    look()
    assert not merchants.catalogs()[SHOP].merchant.is_open(NOON)
    edit_merchant(root, SHOP, {"closed": False})
    look()
    assert merchants.catalogs()[SHOP].merchant.is_open(NOON)


def test_a_broken_file_keeps_the_last_good_offer_and_is_told_once(
    root: Path, merchants: MockMerchants, look: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    before = merchants.catalogs()[SHOP]
    with caplog.at_level(logging.WARNING, "usual.catalog"):
        edit(root, lambda rows: rows[0].update(price="free"))
        look()
        look()
        (root / SHOP / "products.json").touch()
        look()
        assert len(caplog.records) == 1
        assert "products.json" in caplog.text
        assert merchants.catalogs()[SHOP] is before
        edit(root, lambda rows: rows[0].update(price=4_200))
        look()
        edit(root, lambda rows: rows[0].update(price="free"))
        look()
    assert len(caplog.records) == 2
    assert next(iter(merchants.catalogs()[SHOP].products.values())).price == Money(4_200)


def test_a_file_that_is_being_written_is_not_read(root: Path, merchants: MockMerchants) -> None:
    taken: list[Catalog] = []
    watch = CatalogWatch(root, taken.append)
    watch.look()
    watch.look()
    taken.clear()
    edit(root, lambda rows: rows[0].update(price=4_200))
    watch.look()
    assert taken == []
    watch.look()
    assert SHOP in {catalog.merchant.id for catalog in taken}
    taken.clear()
    watch.look()
    assert taken == []


def test_sold_stock_is_not_given_back_by_another_change(root: Path, merchants: MockMerchants, look: Callable[[], None]) -> None:
    edit_product(root, SHOP, PRODUCT, {"stock": 5}, NOON)
    look()
    sell(merchants, 2, "ord_1")
    edit_product(root, SHOP, "latte", {"price": 1_900}, NOON)
    look()
    assert stock(merchants) == 3
    edit_product(root, SHOP, PRODUCT, {"price": 1_300}, NOON)
    look()
    assert (stock(merchants), merchants.catalogs()[SHOP].products[PRODUCT].price.minor) == (3, 1_300)


def test_a_new_count_stands_also_when_it_is_the_same_number(root: Path, merchants: MockMerchants, look: Callable[[], None]) -> None:
    edit_product(root, SHOP, PRODUCT, {"stock": 5}, NOON)
    look()
    sell(merchants, 2, "ord_1")
    edit_product(root, SHOP, PRODUCT, {"stock": 5}, NOON.replace(hour=5))
    look()
    assert stock(merchants) == 5
    edit(root, lambda rows: next(row for row in rows if row["id"] == PRODUCT).update(stock=7))
    look()
    assert stock(merchants) == 7
    edit_product(root, SHOP, PRODUCT, {"stock": None}, NOON)
    look()
    assert stock(merchants) is None


def test_the_last_one_sold_is_news_and_one_of_several_is_not(merchants: MockMerchants) -> None:
    catalog = merchants.catalogs()[SHOP]
    merchants.offer(replace(catalog, products={**catalog.products, PRODUCT: replace(catalog.products[PRODUCT], stock=2)}))
    moved: list[str] = []
    merchants.on_change = moved.append
    sell(merchants, 1, "ord_1")
    assert moved == []
    sell(merchants, 1, "ord_2")
    assert moved == [SHOP]


def test_a_running_watch_takes_a_change_up_within_two_seconds(root: Path) -> None:
    prices: dict[str, int] = {}

    def take(catalog: Catalog) -> None:
        if catalog.merchant.id == SHOP:
            prices["now"] = catalog.products[PRODUCT].price.minor

    watch = CatalogWatch(root, take)
    watch.start()
    try:
        time.sleep(1)
        edit_product(root, SHOP, PRODUCT, {"price": 777}, NOON)
        changed, took = time.monotonic(), None
        while took is None and time.monotonic() < changed + 2:
            took = time.monotonic() - changed if prices.get("now") == 777 else None
            time.sleep(0.02)
        assert took is not None
    finally:
        watch.stop()
