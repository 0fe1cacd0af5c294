"""axe-core finds nothing serious on any card in any state, in both themes, at both widths, in both languages."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import check
from tests.browser.conftest import Open
from tests.browser.people import ALLERGIC_TO_MILK, NEW_HERE, PIN, SHORT_OF_MONEY, WRONG_PIN, Person

pytestmark = pytest.mark.browser


def opened_panel(card: Locator, opener: str) -> Locator:
    card.locator(opener).last.click()
    panel = card.locator(".u-panel")
    expect(panel.get_by_role("group").first).to_be_visible()
    return panel


def test_an_order_from_the_empty_page_to_the_receipt(open_as: Open, person: Person) -> None:
    chat = open_as(person)
    check(chat, "empty")
    card = chat.order("four large oat lattes and a butter croissant")
    check(chat, "ready")
    opened_panel(card, ".u-chip")
    check(chat, "options")
    card.locator(".u-done-button").click()
    opened_panel(card, ".u-change")
    check(chat, "place")
    card.locator(".u-done-button").click()
    chat.begin_to_pay()
    check(chat, "PIN")
    chat.approve(WRONG_PIN)
    expect(card.locator(".u-said[data-bad]")).to_be_visible()
    check(chat, "wrong PIN")
    chat.approve()
    expect(chat.receipts).to_have_count(1)
    check(chat, "receipt")
    chat.order("top up my phone with 50")
    chat.card.locator("summary").first.click()
    check(chat, "arithmetic")
    chat.order("帮我手机充100")
    chat.card.locator(".u-plain").first.click()
    expect(chat.card).to_have_attribute("data-state", "canceled")
    check(chat, "folded, canceled")


def test_lists_wallet_spending_and_orders(open_as: Open, person: Person) -> None:
    chat = open_as(person)
    chat.order("a latte")
    chat.pay()
    chat.say("milk tea")
    expect(chat.choices).to_have_count(1)
    check(chat, "choices")
    for asked, shown in (("my wallet", "wallet"), ("what did I spend this week", "spending"), ("my orders", "orders")):
        chat.say(asked)
        expect(chat.page.get_by_test_id(shown)).to_have_count(1)
        check(chat, shown)
    chat.page.get_by_test_id("wallet").locator(".u-primary").click()
    check(chat, "deposit")


def test_shelves_and_the_customers_own_data(open_as: Open, person: Person) -> None:
    chat = open_as(person)
    asked = {"my coupons": "shelf-", "what do you know about me": "shelf-", "export my data": "data-"}
    for place, (words, kind) in enumerate(asked.items(), start=1):
        chat.say(words)
        expect(chat.page.locator(".u-card")).to_have_count(place)
        expect(chat.page.locator(f".u-card[data-testid^={kind}]").last).to_be_visible()
        check(chat, words)
    # Only an empty wallet can be erased.
    chat = open_as(NEW_HERE)
    chat.say("delete my data")
    expect(chat.page.get_by_test_id("data-erase")).to_be_visible()
    check(chat, "erasure")


def test_a_standing_order_from_its_terms_to_its_end(open_as: Open, person: Person) -> None:
    chat = open_as(person)
    chat.say("a latte every day at 10:30, at most 25")
    card = chat.page.get_by_test_id("standing").last
    expect(card).to_be_visible()
    check(chat, "terms")
    card.locator(".u-primary").click()
    expect(card.locator(".u-pin")).to_be_focused()
    check(chat, "PIN for the terms")
    card.locator(".u-pin").fill(PIN)
    card.locator(".u-primary").click()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "active")
    check(chat, "running")


def test_a_ride_and_a_booking(open_as: Open, person: Person) -> None:
    chat = open_as(person)
    chat.order("打车去外滩")
    check(chat, "ride")
    chat.pay()
    check(chat, "booked")


def test_a_card_that_needs_an_answer_money_or_a_wallet(open_as: Open) -> None:
    for person in (ALLERGIC_TO_MILK, SHORT_OF_MONEY, NEW_HERE):
        chat = open_as(person)
        chat.order("a large latte")
        check(chat, person.username)
        if person is not ALLERGIC_TO_MILK:
            chat.primary.click()
            check(chat, f"{person.username}, form")
