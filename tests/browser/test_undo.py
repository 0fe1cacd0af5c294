"""An order is canceled from its receipt by tap, and its receipt is a page to print."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import findings
from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat, OpenLook
from tests.browser.people import Person
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def buy(chat: Chat, person: Person, words: str = "a latte for pickup") -> None:
    chat.sign_in(person)
    chat.order(words)
    chat.pay()


def test_a_tap_asks_first_a_no_keeps_it_and_a_yes_gives_the_money_back(open_chat: OpenChat, person: Person, books: Books) -> None:
    chat = open_chat(phone=True)
    buy(chat, person)
    for asked, answer in enumerate(("Keep it", "Cancel the order"), start=1):
        chat.receipts.first.get_by_test_id("cancel_order").click()
        expect(chat.choices).to_have_count(asked)
        choice = chat.choices.last.get_by_role("button", name=answer)
        assert books.money(person.id) == (28_200, 0)
        choice.click()
        expect(chat.answers.last).to_contain_text("Nothing was changed" if answer == "Keep it" else "¥18.00 is back")
    order = books.only_order(person.id)
    assert (order.state, books.moved(order)) == ("canceled", {"hold": 1_800, "capture": 1_800, "refund": 1_800})
    assert books.money(person.id) == (30_000, 0)
    chat.reload()
    expect(chat.receipts.last).to_contain_text("Refunded: 1 × Latte")
    expect(chat.receipts.last.get_by_test_id("cancel_order")).to_have_count(0)
    books.check()


@pytest.mark.parametrize("look", ["light-390-zh", "dark-1280-zh", "dark-390-en"])
def test_the_receipt_page_shows_words_card_approval_and_money(
    open_look: OpenLook, server: Server, person: Person, books: Books, look: str
) -> None:
    chat = open_look(look, server.address, person)
    words = "来一杯拿铁，自取" if look.endswith("zh") else "a latte for pickup"
    chat.order(words)
    chat.pay()
    href = chat.receipts.first.get_by_test_id("print").get_attribute("href")
    page = chat.page
    page.goto(f"{server.address}{href}")
    order = books.only_order(person.id)
    main = page.get_by_role("main")
    for text in (words, order.number, "¥18.00", books.card(person.id).digest[:12]):
        expect(main).to_contain_text(text)
    assert page.evaluate(FITS)
    assert findings(page) == []


def test_nobody_else_can_open_it(open_chat: OpenChat, server: Server, person: Person, books: Books) -> None:
    chat = open_chat()
    buy(chat, person)
    order = books.only_order(person.id)
    stranger = open_chat().page
    stranger.goto(f"{server.address}/receipts/{order.id}")
    expect(stranger).to_have_url(f"{server.address}/login")
    missing = chat.page.request.get(f"{server.address}/receipts/ord_none")
    assert missing.status == 404
