"""Passkeys as people use them: added on their page, used in place of the PIN, removed; Chromium plays the device."""

from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.accessibility import findings, violations
from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat, OpenLook
from tests.browser.people import PASSWORD, PIN, WRONG_PIN, Person
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

INTERNAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def device(page: Page) -> tuple[CDPSession, dict[str, Any]]:
    """A device of this tab's, and how it is addressed."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made: dict[str, Any] = session.send("WebAuthn.addVirtualAuthenticator", {"options": INTERNAL})
    return session, made


def add(page: Page, address: str, name: str = "my phone", pin: str = PIN) -> None:
    page.goto(f"{address}/passkeys")
    page.locator("#name").fill(name)
    page.locator("#pin-new").fill(pin)
    page.keyboard.press("Enter")


def methods(books: Books, person: Person) -> list[str]:
    found = []
    for order in books.orders(person.id):
        authorisation = books.records.authorisation(order.id)
        approval = books.records.approval(authorisation.approval_id) if authorisation else None
        found.append(approval.method if approval else "none")
    return found


def test_a_passkey_is_added_pays_is_removed_and_the_pin_pays_on(open_chat: OpenChat, person: Person, books: Books) -> None:
    chat = open_chat(phone=True)
    chat.sign_in(person)
    device(chat.page)
    chat.say("my wallet")
    chat.page.get_by_test_id("wallet").get_by_role("link", name="Passkeys").click()
    page = chat.page
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    add(page, chat.address, pin=WRONG_PIN)
    expect(page.locator("#add .said")).to_contain_text("That is not your PIN.")
    expect(page.locator("#pin-new")).to_be_focused()
    page.locator("#pin-new").fill(PIN)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey was added.")).to_be_visible()
    expect(page.locator(".passkeys")).to_contain_text("my phone")
    assert page.evaluate(FITS)
    page.get_by_role("link", name="Back to the chat").click()
    expect(chat.composer).to_be_visible()

    chat.order("a latte")
    chat.begin_to_pay()
    button = chat.card.get_by_role("button", name="Pay with a passkey")
    expect(button).to_be_visible()
    assert page.evaluate(FITS)
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.receipts).to_have_count(1)
    assert methods(books, person) == ["passkey"]
    assert books.moved(books.only_order(person.id)) == {"hold": 1_800, "capture": 1_800}

    page.goto(f"{chat.address}/passkeys")
    expect(page.locator(".passkeys")).to_contain_text("Last used on")
    page.get_by_text("Remove", exact=True).click()
    page.locator(".passkeys input").fill(PIN)
    page.get_by_role("button", name="Remove with my PIN").click()
    expect(page.get_by_text("The passkey was removed.")).to_be_visible()
    chat.start_anew()
    chat.order("a latte")
    chat.begin_to_pay()
    expect(chat.card.get_by_test_id("passkey")).to_have_count(0)
    chat.approve()
    expect(chat.receipts).to_have_count(1)
    assert methods(books, person) == ["pin", "passkey"]
    books.check()


def test_an_assertion_moved_to_another_checkout_or_browser_is_refused(
    chat: Chat, browser: Browser, person: Person, books: Books
) -> None:
    device(chat.page)
    add(chat.page, chat.address)
    expect(chat.page.get_by_text("The passkey was added.")).to_be_visible()
    chat.start_anew()
    chat.order("a latte")
    chat.begin_to_pay()
    caught: list[Any] = []

    def hold_back(route: Any) -> None:
        caught.append(route.request)
        route.fulfill(status=403, json={"code": "passkey_refused", "message": "Held back."})

    chat.page.route("**/pay-with-passkey*", hold_back)
    chat.card.get_by_test_id("passkey").click()
    expect(chat.card.locator(".u-said")).to_have_text("Held back.")
    signed = caught[0].post_data_json
    first = books.card(person.id)
    chat.order("an americano")
    second = books.card(person.id)
    assert first.id != second.id

    with closing(browser.new_context()) as other:
        assert other.request.post(f"{chat.address}/login", form={"username": person.username, "password": PASSWORD}).ok
        for tab, checkout in ((chat.page.context, second), (other, first)):
            token = tab.request.get(f"{chat.address}/api/session").json()["csrf"]
            address = f"{chat.address}/api/checkouts/{checkout.id}/pay-with-passkey"
            answer = tab.request.post(address, data=signed, headers={"X-Usual-CSRF": token})
            assert (answer.status, answer.json()["code"]) == (403, "passkey_refused")
    assert books.orders(person.id) == []
    assert books.money(person.id) == (30_000, 0)


def test_a_standing_order_is_agreed_to_with_a_passkey_and_what_it_signed_agrees_to_no_other_terms(
    chat: Chat, browser: Browser, person: Person, books: Books
) -> None:
    session, made = device(chat.page)
    add(chat.page, chat.address)
    expect(chat.page.get_by_text("The passkey was added.")).to_be_visible()
    chat.start_anew()
    card = chat.page.get_by_test_id("standing").last
    chat.say("a latte every day at 10:30, at most 25")
    expect(card.locator(".u-state")).to_have_attribute("data-state", "proposed")
    card.locator(".u-primary").click()
    session.send("WebAuthn.setUserVerified", {**made, "isUserVerified": False})
    card.get_by_test_id("passkey").click()
    expect(card.locator(".u-said[data-bad]")).to_contain_text("The passkey was not used and nothing was agreed to.")
    session.send("WebAuthn.setUserVerified", {**made, "isUserVerified": True})
    caught: list[Any] = []

    def hold_back(route: Any) -> None:
        caught.append(route.request)
        route.fulfill(status=403, json={"code": "passkey_refused", "message": "Held back."})

    chat.page.route("**/agree-with-passkey*", hold_back)
    card.get_by_test_id("passkey").click()
    expect(card.locator(".u-said")).to_have_text("Held back.")
    chat.page.unroute("**/agree-with-passkey*")
    path, signed = caught[0].url.partition("/api/")[2].partition("?")[0], caught[0].post_data_json
    expect(card.get_by_role("button", name="Agree with a passkey")).to_be_visible()
    assert chat.page.evaluate(FITS)
    first = path.split("/")[1]

    chat.say("a mocha every day at 11:00, at most 40")
    expect(chat.page.get_by_test_id("standing")).to_have_count(2)
    expect(card.locator(".u-state")).to_have_attribute("data-state", "proposed")
    second = next(order.id for order in books.standing.standing_orders(person.id) if order.id != first)
    with closing(browser.new_context()) as other:
        assert other.request.post(f"{chat.address}/login", form={"username": person.username, "password": PASSWORD}).ok
        for tab, moved in ((chat.page.context, path.replace(first, second)), (other, path)):
            token = tab.request.get(f"{chat.address}/api/session").json()["csrf"]
            answer = tab.request.post(f"{chat.address}/api/{moved}", data=signed, headers={"X-Usual-CSRF": token})
            assert (answer.status, answer.json()["code"]) == (403, "passkey_refused")
    assert [state for state, _, _ in books.recurring(person.id)] == ["proposed", "proposed"]

    card.locator(".u-primary").click()
    card.get_by_test_id("passkey").click()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "active")
    assert ("active", "active", 4_000) in books.recurring(person.id)
    assert ("proposed", "proposed", 2_500) in books.recurring(person.id)
    assert books.money(person.id) == (30_000, 0)
    books.check()


def test_who_breaks_off_is_told_and_pays_with_the_pin(chat: Chat, person: Person, books: Books) -> None:
    session, made = device(chat.page)
    add(chat.page, chat.address)
    expect(chat.page.get_by_text("The passkey was added.")).to_be_visible()
    chat.start_anew()
    chat.order("a latte")
    chat.begin_to_pay()
    session.send("WebAuthn.setUserVerified", {**made, "isUserVerified": False})
    chat.card.get_by_test_id("passkey").click()
    expect(chat.card.locator(".u-said")).to_contain_text("The passkey was not used and nothing was charged.")
    expect(chat.pin).to_be_focused()
    chat.approve()
    expect(chat.receipts).to_have_count(1)
    assert methods(books, person) == ["pin"]


def test_the_page_and_the_button_can_be_used_by_everybody(open_look: OpenLook, server: Server, person: Person) -> None:
    chat = open_look("dark-390-en", server.address, person)
    page = chat.page
    device(page)
    add(page, server.address)
    expect(page.locator(".done")).to_be_visible()
    for theme, lang, title in (("dark", "en", "Passkeys"), ("light", "zh", "通行密钥")):
        page.emulate_media(color_scheme=theme)
        page.goto(f"{server.address}/passkeys?lang={lang}")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.locator(".passkeys summary").click()
        assert page.evaluate(FITS)
        assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    chat.start_anew()
    chat.order("a latte")
    chat.begin_to_pay()
    expect(chat.card.get_by_test_id("passkey")).to_be_visible()
    assert page.evaluate(FITS)
    assert findings(page) == []
