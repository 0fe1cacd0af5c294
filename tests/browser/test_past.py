"""Spending and orders: shown from the books, one more page and once more by tap, alive after a reload, also on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import HISTORIED, Person

pytestmark = pytest.mark.browser


def test_spending_is_what_was_captured_and_has_a_table(chat: Chat, person: Person, books: Books) -> None:
    chat.order("two lattes")
    chat.pay()
    chat.say("what did I spend this week?")
    card = chat.page.get_by_test_id("spending")
    expect(card).to_contain_text("¥36.00")
    assert books.moved(books.only_order(person.id))["capture"] == 3_600
    expect(card.get_by_role("table", name="By day").get_by_role("row")).to_have_count(8)
    chat.reload()
    expect(card).to_contain_text("¥36.00")


def test_an_order_is_had_again_from_the_list_after_a_reload(open_chat: OpenChat, person: Person, books: Books) -> None:
    chat = open_chat(phone=True)
    chat.sign_in(person)
    chat.order("a large oat latte")
    chat.pay()
    chat.say("我的订单")
    chat.reload()
    chat.page.get_by_test_id("orders").get_by_role("button", name="再来一单").tap()
    expect(chat.cards).to_have_count(2)
    chat.pay()
    first, second = books.orders(person.id)
    assert (first.lines, first.total) == (second.lines, second.total)
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_orders_come_ten_at_a_time_and_the_focus_goes_on(open_chat: OpenChat) -> None:
    chat = open_chat()
    chat.sign_in(HISTORIED)
    chat.say("my orders")
    rows = chat.page.get_by_test_id("orders").get_by_role("listitem")
    expect(rows).to_have_count(10)
    chat.page.get_by_test_id("more").click()
    expect(rows).to_have_count(20)
    expect(rows.nth(10).get_by_role("button").first).to_be_focused()


def test_a_command_is_chosen_from_the_list_and_sent(open_chat: OpenChat, person: Person) -> None:
    chat = open_chat(locale="zh-CN")
    chat.sign_in(person)
    chat.composer.fill("/钱")
    expect(chat.page.get_by_text("我的钱包")).to_be_visible()
    chat.page.keyboard.press("Enter")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_test_id("wallet")).to_contain_text("¥300.00")
    chat.page.wait_for_url("**/thread/*")
    # After coming back they are there as well.
    chat.page.reload()
    expect(chat.page.get_by_test_id("wallet")).to_be_visible()
    chat.composer.fill("/订")
    expect(chat.page.get_by_text("以前点过什么")).to_be_visible()
    chat.page.locator("#header #sidebar-trigger-button").click()
    expect(chat.page.locator('ul[data-sidebar="menu"]').get_by_text("钱包", exact=True)).to_be_visible()


def test_several_cards_are_open_at_once_and_each_works(chat: Chat, person: Person, books: Books) -> None:
    chat.order("a latte")
    chat.order("top up my phone with 50")
    latte = chat.cards.first
    latte.get_by_role("button", name="One more: Latte").click()
    expect(latte.get_by_test_id("pay")).to_have_text("Pay ¥36.00")
    chat.pay()
    latte.get_by_test_id("pay").click()
    latte.locator(".u-pin").fill("258036")
    latte.locator(".u-primary").click()
    expect(chat.receipts).to_have_count(2)
    assert sorted(order.total.minor for order in books.orders(person.id)) == [3_600, 4_500]
