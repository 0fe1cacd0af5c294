"""A guardian is asked in their own chat, and answers there: with a PIN, or with one tap for no."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import findings
from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import CHILD, GUARDIAN, PIN

pytestmark = pytest.mark.browser


def ask(child: Chat, guardian: Chat, words: str) -> Locator:
    """The child's card is above the day: the guardian's newest request."""
    child.order(words)
    child.begin_to_pay()
    child.approve()
    expect(child.card).to_contain_text("Your guardian has been asked")
    request = guardian.page.get_by_test_id("guardian").last
    expect(request).to_contain_text("林夏 asks you")
    return request


def test_the_guardian_says_no_then_yes_and_only_the_yes_is_paid(open_chat: OpenChat, books: Books) -> None:
    guardian, child = open_chat(phone=True), open_chat()
    guardian.sign_in(GUARDIAN)
    child.sign_in(CHILD)
    request = ask(child, guardian, "4 lattes for pickup")
    expect(request).to_contain_text("¥72.00")
    assert findings(guardian.page) == []
    request.get_by_role("button", name="Decline").click()
    expect(request).to_contain_text("You declined")
    expect(child.answers.last).to_contain_text("Your guardian said no to ¥72.00")
    assert (books.orders(CHILD.id), books.money(CHILD.id)) == ([], (30_000, 0))

    request = ask(child, guardian, "3 mochas for pickup")
    request.get_by_role("button", name="Agree to").click()
    request.get_by_role("textbox").fill(PIN)
    guardian.page.keyboard.press("Enter")
    expect(request).to_contain_text("You agreed")
    expect(child.answers.last).to_contain_text("Your guardian agreed")
    assert books.orders(CHILD.id) == []
    child.approve()
    expect(child.receipts.last).to_be_visible()
    order = books.only_order(CHILD.id)
    assert books.moved(order)["capture"] == order.total.minor
    books.check()
