"""From the sign-in to the receipt, and what is left of it after a reload."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import FUNDS_MINOR, WRONG_PIN, Person

pytestmark = pytest.mark.browser

LATTES = "two large oat lattes, one with no sugar"


def test_a_wrong_password_is_refused_in_words_and_the_right_one_lets_in(open_chat: OpenChat, person: Person) -> None:
    tab = open_chat()
    tab.open()
    tab.give(person, "not-the-password")
    expect(tab.page.get_by_role("alert")).to_contain_text("That name and password don't go together.")
    expect(tab.page.locator("body")).not_to_contain_text("credentialssignin")
    tab.give(person, "usual-demo")
    expect(tab.composer).to_be_visible()


def test_an_order_by_word_is_paid_with_the_pin_and_outlives_a_reload(chat: Chat, person: Person, books: Books) -> None:
    chat.order(LATTES)
    expect(chat.primary).to_have_text("Pay ¥48.00")
    assert books.orders(person.id) == []

    chat.begin_to_pay()
    chat.approve(WRONG_PIN)
    expect(chat.card.locator(".u-said")).to_have_text("That is not your PIN. 4 tries left.")
    expect(chat.card).to_have_attribute("data-state", "ready_for_complete")
    expect(chat.pin).to_have_value("")
    assert books.pin_failures(person.id) == 1
    assert (books.orders(person.id), books.money(person.id)) == ([], (FUNDS_MINOR, 0))

    chat.approve()
    expect(chat.card).to_have_attribute("data-state", "completed")
    expect(chat.receipts).to_have_count(1)
    order = books.only_order(person.id)
    assert (order.is_taken, order.total.minor) == (True, 4_800)
    assert books.moved(order) == {"hold": 4_800, "capture": 4_800}
    assert (books.money(person.id), books.pin_failures(person.id)) == ((FUNDS_MINOR - 4_800, 0), 0)

    chat.reload()
    expect(chat.card).to_have_attribute("data-state", "completed")
    expect(chat.card).to_contain_text("Paid")
    expect(chat.card.get_by_test_id("pay")).to_have_count(0)
    expect(chat.receipts).to_contain_text(order.number)
    expect(chat.receipts).to_contain_text("¥48.00")
    # It may be further on its way by now.
    assert [one.id for one in books.orders(person.id)] == [order.id]
    books.check()


def test_ok_opens_the_pin_entry_of_the_card_and_pays_nothing(chat: Chat, person: Person, books: Books) -> None:
    chat.order("a latte")
    chat.say("OK")
    expect(chat.pin).to_be_focused()
    expect(chat.primary).to_have_text("Confirm ¥18.00")
    assert books.orders(person.id) == []
    chat.approve()
    expect(chat.receipts).to_have_count(1)
    assert books.only_order(person.id).total.minor == 1_800
