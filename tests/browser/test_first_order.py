"""From no account to a receipt: within one minute and four interactions, each of which is one form or one sentence."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.conftest import OpenChat
from tests.browser.people import PIN

pytestmark = pytest.mark.browser

SECONDS_MAX = 60
INTERACTIONS_MAX = 4


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_first_order_takes_four_interactions_and_less_than_a_minute(open_chat: OpenChat, books: Books, phone: bool) -> None:
    chat, username = open_chat(phone=phone), f"first-{phone}".lower()
    page, sent = chat.page, 0
    page.goto(f"{chat.address}/sign-up")
    began = time.monotonic()

    for field, text in (("display_name", "Wei"), ("username", username), ("password", "four different")):
        page.locator(f"#{field}").fill(text)
    page.locator("#address").fill("上海市长宁区愚园路1107号3号楼")
    page.locator("#consent").check()
    page.get_by_role("button", name="Create account").click()
    expect(chat.composer).to_be_visible()
    expect(page.locator(".u-greeting")).to_contain_text("Say what you would like, in your own words")
    expect(page.locator("#starters")).to_contain_text("A large oat latte")
    sent += 1

    chat.order("a large oat latte")
    sent += 1

    chat.primary.click()
    chat.card.get_by_role("checkbox").check()
    for field in chat.pin.all():
        field.fill(PIN)
    chat.primary.click()
    expect(chat.card.locator(".u-input")).to_be_visible()
    sent += 1

    chat.approve()
    expect(chat.receipts).to_have_count(1)
    expect(page.locator(".u-greeting")).to_have_count(0)
    sent += 1
    seconds = time.monotonic() - began

    credential = books.records.credential_by_username(username)
    assert credential is not None
    order = books.only_order(credential.customer_id)
    total = order.total.minor
    assert (order.is_taken, books.moved(order)) == (True, {"hold": total, "capture": total})
    assert books.money(credential.customer_id) == (0, 0)
    assert books.pin_failures(credential.customer_id) == 0
    books.check()
    print(f"{sent} interactions, {seconds:.1f} s")
    assert sent <= INTERACTIONS_MAX
    assert seconds < SECONDS_MAX
