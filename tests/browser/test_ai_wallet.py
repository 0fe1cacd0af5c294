"""The AI wallet in Chromium: from the chat to the page, by keyboard alone to what is revoked, and back after signing in."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import Open, OpenChat
from tests.browser.people import PASSWORD, PIN, Person

pytestmark = pytest.mark.browser

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
FOCUS_SHOWS = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
TABS_MAX = 60


def begin_what_recurs(chat: Chat) -> None:
    chat.say("a latte every day at 10:30, at most 25")
    card = chat.page.get_by_test_id("standing").last
    card.locator(".u-primary").click()
    card.locator(".u-pin").fill(PIN)
    card.locator(".u-primary").click()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "active")


def check(page: Page, state: str) -> None:
    assert page.evaluate(FITS), state
    found = violations(page)
    assert not found, (state, found)


def tab_to(page: Page, selector: str) -> None:
    """By the Tab key alone; whatever has the focus on the way shows it."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SHOWS), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} has no place in the order of the Tab key")


def test_from_the_chat_by_keyboard_to_a_permission_that_is_revoked(open_as: Open, person: Person, books: Books) -> None:
    chat = open_as(person)
    page = chat.page
    chat.order("two lattes and a butter croissant")
    chat.pay()
    begin_what_recurs(chat)
    chat.say("my wallet")
    link = page.get_by_test_id("wallet").locator("a[href^='/wallet']")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("main.wallet")).to_be_visible()
    expect(page.locator("#balance .sum")).to_have_text("¥250.00")
    expect(page.locator(".bar .fill:not([data-empty])")).to_have_count(1)
    for summary in page.locator("main.wallet summary").all():
        summary.click()
    check(page, "wallet")

    page.reload()
    [[_, state, _]] = books.recurring(person.id)
    assert state == "active"
    tab_to(page, "#standing form[action*='/revoke'] button")
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_be_focused()
    assert books.recurring(person.id) == [("canceled", "revoked", 2_500)]
    check(page, "revoked")

    page.locator(".rows a").first.click()
    expect(page.locator(".steps > li")).to_have_count(4)
    expect(page.locator(".steps blockquote")).to_contain_text("two lattes and a butter croissant")
    check(page, "one spending")
    books.check()


def test_an_agent_is_added_its_key_is_shown_once_and_it_is_removed(chat: Chat, person: Person, books: Books) -> None:
    page = chat.page
    page.goto(f"{chat.address}/wallet")
    page.locator("#agent-name").fill("Kitchen butler")
    page.keyboard.press("Enter")
    expect(page.locator(".key code")).to_contain_text("usual_")
    expect(page.locator(".key code")).to_be_focused()
    check(page, "key")
    page.goto(f"{chat.address}/wallet")
    expect(page.locator("body")).not_to_contain_text("usual_")
    page.get_by_role("button", name="Remove agent Kitchen butler").click()
    expect(page.locator(".done")).to_contain_text("The agent was removed.")
    [agent] = books.mandates.agents(person.id)
    assert agent.removed_at is not None


def test_who_is_not_signed_in_comes_back_to_the_wallet_after_it_and_nowhere_else(open_chat: OpenChat, person: Person) -> None:
    for asked, reached in (("/wallet?since=2026-05-18", "/wallet?since=2026-05-18"), ("/login?back=//example.org", "/")):
        chat = open_chat()
        chat.page.goto(f"{chat.address}{asked}")
        chat.give(person, PASSWORD)
        chat.page.wait_for_url(f"{chat.address}{reached}")


def test_a_wallet_in_which_nothing_happened_says_what_to_do(chat: Chat) -> None:
    chat.page.goto(f"{chat.address}/wallet?since=never")
    expect(chat.page.locator(".empty")).to_have_count(5)
    expect(chat.page.locator(".refused")).to_contain_text("2026-05-18")
    check(chat.page, "empty")
