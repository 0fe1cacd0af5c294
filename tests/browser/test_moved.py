"""A card that is looked at while the shop changes its files: the price moves, stock goes, the shop closes and opens."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from app import cli
from tests.browser.books import Books, open_books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import FUNDS_MINOR, PIN, Person
from tests.browser.serving import ROOT, Server, serving

pytestmark = pytest.mark.browser

SHOP = "nimbus_coffee"
# What the files say must be on the screen by then.
WITHIN_MS = 2_500
Shopkeeper = Callable[..., None]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moved") / "catalog"
    shutil.copytree(ROOT / "catalog", folder)
    return folder


@pytest.fixture(scope="module")
def server(seeded: Path, catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(seeded, tmp_path_factory.mktemp("moved") / "var", catalog_dir=str(catalog)) as running:
        yield running


@pytest.fixture(scope="module")
def books(server: Server) -> Iterator[Books]:
    with open_books(server.var) as opened:
        yield opened


@pytest.fixture
def shopkeeper(catalog: Path) -> Iterator[Shopkeeper]:
    """Types the console's commands; afterwards the shop is as it was."""

    def types(*words: str) -> None:
        assert cli.main(["catalog", *words, "--in", str(catalog)]) == 0

    yield types
    for name in ("products.json", "merchant.json"):
        shutil.copyfile(ROOT / "catalog" / SHOP / name, catalog / SHOP / name)


def test_a_price_that_moves_is_seen_on_the_open_card_and_the_new_total_is_paid(
    chat: Chat, person: Person, books: Books, shopkeeper: Shopkeeper
) -> None:
    chat.order("a latte")
    chat.begin_to_pay()
    chat.pin.fill("123")
    shopkeeper("set", SHOP, "latte", "--price", "20")
    expect(chat.card.locator(".u-moved")).to_contain_text("¥18.00 → ¥20.00", timeout=WITHIN_MS)
    expect(chat.card.locator(".u-state")).to_have_text("Price changed")
    # The PIN that was being typed was for the old total.
    expect(chat.card.get_by_test_id("pay")).to_have_text("Pay ¥20.00")
    expect(chat.cards).to_have_count(1)
    chat.pay()
    expect(chat.card).to_have_attribute("data-state", "completed")
    order = books.only_order(person.id)
    assert books.moved(order) == {"hold": 2_000, "capture": 2_000}
    assert books.money(person.id) == (FUNDS_MINOR - 2_000, 0)


def test_the_old_version_is_refused_also_by_the_route(chat: Chat, person: Person, books: Books, shopkeeper: Shopkeeper) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url) if "/api/checkouts/" in request.url else None)
    chat.order("a latte")
    expect(chat.card).to_have_attribute("data-state", "ready_for_complete")
    shopkeeper("set", SHOP, "latte", "--price", "21")
    expect(chat.card.locator(".u-moved")).to_be_visible(timeout=WITHIN_MS)
    address = asked[0].partition("?")[0]
    session: dict[str, Any] = chat.page.context.request.get(f"{chat.address}/api/session").json()
    headers = {"X-Usual-CSRF": session["csrf"], "Content-Type": "application/json"}
    answer = chat.page.context.request.post(f"{address}/pay", data=json.dumps({"version": 1, "pin": PIN}), headers=headers)
    assert (answer.status, answer.json()["code"]) == (409, "checkout_changed")
    assert books.orders(person.id) == []


def test_stock_that_goes_is_seen_with_the_next_step_and_comes_back(chat: Chat, shopkeeper: Shopkeeper) -> None:
    chat.order("two croissants")
    shopkeeper("set", SHOP, "croissant", "--stock", "1")
    expect(chat.card).to_have_attribute("data-state", "unavailable", timeout=WITHIN_MS)
    expect(chat.card.locator(".u-notice")).to_contain_text("1 left")
    expect(chat.card.get_by_test_id("pay")).to_have_count(0)
    chat.card.get_by_role("button", name="One fewer: ").click()
    expect(chat.card).to_have_attribute("data-state", "ready_for_complete")
    chat.pay()


def test_on_a_phone_the_longer_card_still_shows_its_button(open_chat: OpenChat, person: Person, shopkeeper: Shopkeeper) -> None:
    chat = open_chat(phone=True)
    chat.sign_in(person)
    chat.order("two lattes and a mocha")
    shopkeeper("set", SHOP, "latte", "--price", "20")
    expect(chat.card.locator(".u-moved")).to_be_visible(timeout=WITHIN_MS)
    chat.page.wait_for_timeout(300)
    button, composer = chat.card.get_by_test_id("pay").bounding_box(), chat.page.locator("#message-composer").bounding_box()
    assert button is not None
    assert composer is not None
    assert button["y"] + button["height"] <= composer["y"]


def test_a_shop_that_closes_and_opens_is_seen_in_chinese_and_after_a_reload(
    open_chat: OpenChat, person: Person, shopkeeper: Shopkeeper
) -> None:
    chat = open_chat(locale="zh-CN")
    chat.sign_in(person)
    chat.order("来一杯拿铁")
    shopkeeper("close", SHOP)
    expect(chat.card.locator(".u-state")).to_have_text("现在买不了", timeout=WITHIN_MS)
    expect(chat.card.locator(".u-notice")).to_contain_text("暂时不接单")
    chat.reload()
    expect(chat.card).to_have_attribute("data-state", "unavailable")
    shopkeeper("open", SHOP)
    expect(chat.card).to_have_attribute("data-state", "ready_for_complete", timeout=WITHIN_MS)
