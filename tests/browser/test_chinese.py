"""The page of a Chinese browser speaks Chinese, to eyes and to screen readers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import FUNDS_MINOR, WRONG_PIN, Person

pytestmark = pytest.mark.browser

# Names that are the same in both languages.
NAMES = re.compile(r"Usual|c\d\d|[0-9A-Z]{4}-[0-9A-Z]{4}")
FOREIGN = re.compile(r"[A-Za-z]{2,}")
# Everything that a person is shown or told: texts that are laid out, and the words on controls.
TOLD = """() => {
  const told = [document.title]
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode
    const replaced = parentElement.closest('script, style, button[aria-label] .sr-only')
    if (!replaced && parentElement.checkVisibility()) told.push(textContent)
  }
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [title], img[alt]'))
    if (element.checkVisibility())
      told.push(...['aria-label', 'placeholder', 'title', 'alt'].map((name) => element.getAttribute(name) || ''))
  return told.map((text) => text.trim()).filter(Boolean)
}"""


def check_all_is_chinese(chat: Chat) -> None:
    foreign = [text for text in chat.page.evaluate(TOLD) if FOREIGN.search(NAMES.sub("", text))]
    assert foreign == []


def test_a_top_up_in_chinese_from_the_sign_in_to_the_receipt(open_chat: OpenChat, person: Person, books: Books) -> None:
    chat = open_chat(locale="zh-CN")
    chat.open()
    chat.give(person, "not-the-password")
    expect(chat.page.get_by_role("alert")).to_have_text("用户名或密码不对，请再试一次。")
    check_all_is_chinese(chat)
    chat.give(person, "usual-demo")
    expect(chat.page.locator("#starters")).to_contain_text("大杯燕麦拿铁")
    check_all_is_chinese(chat)

    chat.order("帮我手机充50")
    expect(chat.card).to_contain_text("138****5678")
    discount = chat.card.locator("[data-kind=discount]")
    expect(discount).to_contain_text("Usual 补贴")
    expect(discount).to_contain_text("-¥5.00")
    expect(chat.primary).to_have_text("支付 ¥45.00")
    check_all_is_chinese(chat)

    chat.begin_to_pay()
    chat.approve(WRONG_PIN)
    expect(chat.card.locator(".u-said")).to_have_text("支付密码不对，还可以试 4 次。")
    check_all_is_chinese(chat)
    chat.approve()
    expect(chat.receipts).to_contain_text("已用支付密码确认")
    check_all_is_chinese(chat)

    order = books.only_order(person.id)
    assert (order.is_taken, order.total.minor) == (True, 4_500)
    assert books.moved(order) == {"hold": 4_500, "capture": 4_500, "coupon": 500}
    assert books.money(person.id) == (FUNDS_MINOR - 4_500, 0)
    books.check()


def test_lists_wallet_history_and_help_are_chinese_too(open_chat: OpenChat, person: Person) -> None:
    chat = open_chat(locale="zh-CN")
    chat.sign_in(person)
    chat.say("咖啡")
    expect(chat.choices).to_have_count(1)
    chat.say("余额多少")
    expect(chat.page.get_by_test_id("wallet")).to_be_visible()
    chat.order("一杯拿铁")
    chat.card.get_by_role("button", name="取消订单").click()
    expect(chat.card).to_contain_text("已取消")
    check_all_is_chinese(chat)
    chat.page.locator("#header #sidebar-trigger-button").click()
    expect(chat.page.locator("#thread-history")).to_be_visible()
    check_all_is_chinese(chat)


def test_a_card_keeps_its_language_when_the_words_change_it(open_chat: OpenChat, person: Person) -> None:
    chat = open_chat(locale="zh-CN")
    chat.sign_in(person)
    chat.order("一杯拿铁")
    expect(chat.primary).to_have_text("支付 ¥18.00")
    chat.order("make that two")
    expect(chat.primary).to_have_text("Pay ¥36.00")
