"""However often it is asked for, one card is one order."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import FUNDS_MINOR, PIN, Person

pytestmark = pytest.mark.browser


def test_a_double_click_on_confirm_makes_one_order(chat: Chat, person: Person, books: Books) -> None:
    chat.order("a latte")
    chat.begin_to_pay()
    chat.pin.fill(PIN)
    chat.primary.dblclick()
    expect(chat.card).to_have_attribute("data-state", "completed")
    expect(chat.receipts).to_have_count(1)
    order = books.only_order(person.id)
    assert books.moved(order) == {"hold": 1_800, "capture": 1_800}
    assert books.money(person.id) == (FUNDS_MINOR - 1_800, 0)
    books.check()


def test_two_tabs_that_pay_one_card_make_one_order(chat: Chat, open_chat: OpenChat, person: Person, books: Books) -> None:
    chat.order("a latte")
    other = open_chat(beside=chat)
    other.join(chat)
    expect(other.card).to_have_attribute("data-state", "ready_for_complete")
    for tab in (chat, other):
        tab.begin_to_pay()
        tab.pin.fill(PIN)
    for tab in (chat, other):
        tab.primary.click(no_wait_after=True)
    for tab in (chat, other):
        expect(tab.card).to_have_attribute("data-state", "completed")
    order = books.only_order(person.id)
    assert books.moved(order) == {"hold": 1_800, "capture": 1_800}
    assert books.money(person.id) == (FUNDS_MINOR - 1_800, 0)
    books.check()


def test_a_card_that_another_tab_has_replaced_is_not_paid(chat: Chat, open_chat: OpenChat, person: Person, books: Books) -> None:
    chat.order("a latte")
    other = open_chat(beside=chat)
    other.join(chat)
    other.order("make that two")
    chat.begin_to_pay()
    chat.approve()
    expect(chat.card).to_have_attribute("data-folded", "true")
    assert books.orders(person.id) == []
    assert books.money(person.id) == (FUNDS_MINOR, 0)
