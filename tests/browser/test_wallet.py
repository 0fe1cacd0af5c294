"""A first-time customer and one whose money runs out: the card asks for what is missing and is paid with it."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import NEW_HERE, PIN, POOR, SHORT_OF_MONEY

pytestmark = pytest.mark.browser


def deposit(chat: Chat, amount: str = "") -> None:
    if amount:
        chat.card.locator(".u-input").fill(amount)
    chat.approve()


def test_a_newcomer_binds_the_wallet_deposits_and_pays(open_chat: OpenChat, books: Books) -> None:
    chat = open_chat()
    chat.sign_in(NEW_HERE)
    chat.order("a latte")
    expect(chat.primary).to_have_text("Connect wallet and pay ¥18.00")
    chat.primary.click()
    first, again = chat.pin.nth(0), chat.pin.nth(1)
    first.fill(PIN)
    again.fill("258037")
    expect(chat.card.get_by_role("alert")).to_have_text("The two PINs differ.")
    again.fill(PIN)
    expect(chat.primary).to_be_disabled()
    chat.card.get_by_role("checkbox").check()
    chat.primary.click()

    expect(chat.card.locator(".u-input")).to_have_value("18.00")
    assert books.money(NEW_HERE.id) == (0, 0)
    expect(chat.primary).to_have_text("Deposit and pay ¥18.00")
    assert books.orders(NEW_HERE.id) == []

    deposit(chat, "50")
    expect(chat.receipts).to_have_count(1)
    assert books.moved(books.only_order(NEW_HERE.id)) == {"hold": 1_800, "capture": 1_800}
    assert books.money(NEW_HERE.id) == (3_200, 0)
    books.check()


def test_who_is_short_of_money_is_offered_a_deposit_and_pays_after_it(open_chat: OpenChat, books: Books) -> None:
    chat = open_chat()
    chat.sign_in(SHORT_OF_MONEY)
    chat.order("two lattes")
    expect(chat.card).to_contain_text("You need ¥26.00 more.")
    expect(chat.primary).to_have_text("Deposit ¥26.00 and pay")
    chat.primary.click()
    deposit(chat, "20")
    expect(chat.card).to_contain_text("You need ¥6.00 more.")
    assert books.money(SHORT_OF_MONEY.id) == (3_000, 0)
    assert books.orders(SHORT_OF_MONEY.id) == []
    chat.primary.click()
    deposit(chat, "6")
    expect(chat.receipts).to_have_count(1)
    assert books.moved(books.only_order(SHORT_OF_MONEY.id)) == {"hold": 3_600, "capture": 3_600}
    assert books.money(SHORT_OF_MONEY.id) == (0, 0)
    books.check()


def test_a_pin_for_one_version_of_a_card_deposits_and_pays_no_other(open_chat: OpenChat, books: Books) -> None:
    chat = open_chat()
    chat.sign_in(POOR)
    chat.order("two lattes")
    chat.primary.click()
    expect(chat.pin).to_be_focused()
    other = open_chat(beside=chat)
    other.join(chat)
    other.order("make that three")
    deposit(chat)
    expect(chat.card).to_have_attribute("data-folded", "true")
    assert books.money(POOR.id) == (3_600, 0)
    assert books.orders(POOR.id) == []
    books.check()
