"""On a phone of 390 pixels: nothing is cut off, the button can be reached, the PIN can be entered with a thumb."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, OpenChat
from tests.browser.people import Person

pytestmark = pytest.mark.browser

TARGET_PX_MIN = 40
WIDER = "() => [...document.querySelectorAll('body, body *')].filter((e) => e.scrollWidth > innerWidth).map((e) => e.className)"


def check_fits(chat: Chat) -> None:
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert chat.page.evaluate(WIDER) == []


def check_reachable(button: Locator, chat: Chat) -> None:
    """Wholly on the screen, above the composer, without scrolling."""
    expect(button).to_be_in_viewport(ratio=1)
    box, composer = button.bounding_box(), chat.page.locator("#message-composer").bounding_box()
    assert box is not None
    assert composer is not None
    assert box["y"] + box["height"] <= composer["y"]


def test_an_order_is_paid_on_a_phone(open_chat: OpenChat, person: Person, books: Books) -> None:
    chat = open_chat(phone=True)
    chat.sign_in(person)
    check_fits(chat)
    chat.order("two large oat lattes, one with no sugar, an iced americano and a butter croissant")
    check_fits(chat)
    check_reachable(chat.card.get_by_test_id("pay"), chat)
    chat.card.get_by_test_id("pay").tap()
    expect(chat.pin).to_have_attribute("inputmode", "numeric")
    check_reachable(chat.primary, chat)
    chat.pin.tap()
    chat.page.keyboard.type("258036")
    chat.primary.tap()
    expect(chat.receipts).to_have_count(1)
    check_fits(chat)
    assert books.only_order(person.id).is_taken


def test_every_control_on_a_card_is_large_enough_for_a_thumb(open_chat: OpenChat, person: Person) -> None:
    chat = open_chat(phone=True)
    chat.sign_in(person)
    chat.say("coffee")
    chat.order("two lattes and a mocha")
    controls = chat.page.locator(".u-card button, #chat-submit")
    for control in controls.all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TARGET_PX_MIN, control.inner_html()


def test_a_control_that_has_the_focus_shows_it(open_chat: OpenChat, person: Person) -> None:
    chat = open_chat(phone=True)
    chat.sign_in(person)
    chat.order("a latte")
    chat.card.get_by_test_id("pay").focus()
    chat.page.keyboard.press("Shift+Tab")
    focused = chat.card.locator(":focus-visible")
    expect(focused).to_have_count(1)
    assert focused.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
