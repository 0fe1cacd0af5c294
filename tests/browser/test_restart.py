"""The server goes away and comes back: by an orderly stop, and by a kill while money is held."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.people import FUNDS_MINOR, Person
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

MERCHANT_ANSWER_MS = 4_000
HELD_SECONDS_MAX, ARRIVED_AFTER_SECONDS = 10.0, 0.5


def test_after_a_restart_the_conversation_goes_on_where_it_was(chat: Chat, person: Person, server: Server, books: Books) -> None:
    chat.may_lose_server = True
    chat.order("a latte")
    chat.pay()
    chat.order("an iced americano")
    server.restart()
    chat.reload()
    expect(chat.cards.first).to_have_attribute("data-state", "completed")
    expect(chat.receipts).to_have_count(1)
    expect(chat.card).to_have_attribute("data-state", "ready_for_complete")

    chat.pay()
    assert [order.total.minor for order in books.orders(person.id)] == [1_300, 1_800]
    chat.order("one more")
    expect(chat.card).to_contain_text("Americano")
    books.check()


def test_a_server_killed_between_hold_and_capture_settles_once_when_it_is_back(
    chat: Chat, person: Person, server: Server, books: Books
) -> None:
    server.restart(merchant_answer_ms=str(MERCHANT_ANSWER_MS))
    chat.may_lose_server = True
    chat.start_anew()
    chat.order("a latte")
    chat.begin_to_pay()
    chat.approve()
    wait_until_the_merchant_thinks(books, person)
    server.kill()
    assert books.money(person.id) == (FUNDS_MINOR - 1_800, 1_800)

    server.start(stranded_after_seconds="1")
    # By itself, and after a reload.
    expect(chat.card).to_have_attribute("data-state", "completed")
    chat.reload()
    expect(chat.card).to_have_attribute("data-state", "completed")
    chat.card.get_by_role("button", name="Receipt").click()
    expect(chat.receipts).to_have_count(1)
    order = books.only_order(person.id)
    # The kitchen may have begun while the page was looked at.
    assert order.is_taken
    assert books.moved(order) == {"hold": 1_800, "capture": 1_800}
    assert books.money(person.id) == (FUNDS_MINOR - 1_800, 0)
    books.check()


def test_a_lost_connection_is_no_sign_out(chat: Chat) -> None:
    """Chainlit asks who is signed in whenever a phone wakes up, often before there is a network."""
    chat.may_lose_server = True
    chat.order("a latte")
    conversation = chat.page.url
    chat.page.route("**/user", lambda route: route.abort("connectionrefused"))
    with chat.page.expect_request("**/user"):
        chat.page.evaluate("() => { self.waking = setInterval(() => dispatchEvent(new Event('focus')), 500) }")
    with chat.page.expect_request("**/user"):
        chat.page.evaluate("() => clearInterval(self.waking)")
    chat.page.unroute("**/user")
    chat.begin_to_pay()
    assert chat.page.url == conversation


def wait_until_the_merchant_thinks(books: Books, person: Person) -> None:
    """The money is held, the order has arrived, and the answer is seconds away."""
    until = time.monotonic() + HELD_SECONDS_MAX
    while books.money(person.id)[1] == 0:
        assert time.monotonic() < until, "no money was held"
        time.sleep(0.02)
    time.sleep(ARRIVED_AFTER_SECONDS)
