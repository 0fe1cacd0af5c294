"""A standing order on the screen: terms, PIN, one tap to skip, pause or cancel; what is written down is what is shown."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import HISTORIED, PIN, WRONG_PIN

pytestmark = pytest.mark.browser


def test_terms_are_agreed_to_with_the_pin_and_every_tap_is_written_down(open_chat: OpenChat, books: Books) -> None:
    chat: Chat = open_chat()
    chat.sign_in(HISTORIED)
    before = books.money(HISTORIED.id)
    chat.say("a latte every day at 10:30, at most 25")
    card = chat.page.get_by_test_id("standing")
    expect(card.locator(".u-state")).to_have_attribute("data-state", "proposed")
    assert books.recurring(HISTORIED.id) == [("proposed", "proposed", 2_500)]
    card.locator(".u-primary").click()
    card.locator(".u-pin").fill(WRONG_PIN)
    card.locator(".u-primary").click()
    expect(card.locator(".u-said[data-bad]")).to_be_visible()
    assert books.recurring(HISTORIED.id) == [("proposed", "proposed", 2_500)]
    card.locator(".u-pin").fill(PIN)
    card.locator(".u-primary").click()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "active")
    assert books.recurring(HISTORIED.id) == [("active", "active", 2_500)]

    upcoming = card.locator(".u-shelf").first.locator("li").first
    first = upcoming.inner_text()
    card.get_by_role("button", name="Skip the next").click()
    expect(upcoming).not_to_have_text(first)
    card.get_by_role("button", name="Pause").click()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "paused")
    assert books.recurring(HISTORIED.id) == [("paused", "active", 2_500)]

    chat.page.reload()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "paused")
    card.get_by_role("button", name="Resume").click()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "active")
    card.get_by_role("button", name="Cancel").click()
    card.get_by_role("button", name="Yes, cancel").click()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "canceled")
    assert books.recurring(HISTORIED.id) == [("canceled", "revoked", 2_500)]
    assert books.money(HISTORIED.id) == before
    books.check()
