"""Options, fulfilment and address changed by tap and by keyboard: priced anew where the card stands, the focus kept."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import Person

pytestmark = pytest.mark.browser


def test_a_chip_opens_its_group_and_another_option_is_tapped(chat: Chat, person: Person, books: Books) -> None:
    card = chat.order("a large oat latte")
    expect(chat.primary).to_have_text("Pay ¥24.00")
    card.get_by_role("button", name="Large").click()
    panel = card.locator(".u-panel")
    expect(panel.get_by_role("button", pressed=True)).to_have_text("Large +¥3.00")
    panel.get_by_role("button", name="Extra large +¥6.00").click()
    expect(chat.primary).to_have_text("Pay ¥27.00")
    # Where the focus was, it is: the next key goes on from there.
    expect(panel.get_by_role("button", name="Extra large")).to_be_focused()
    expect(panel.get_by_role("button", pressed=True)).to_have_text("Extra large +¥6.00")
    expect(chat.cards).to_have_count(1)
    saved = books.card(person.id)
    assert (saved.version, saved.totals.total.minor) == (2, 2_700)

    chat.pay()
    assert books.only_order(person.id).total.minor == 2_700


def test_all_options_are_behind_one_chip_and_work_by_keyboard_alone(chat: Chat, person: Person, books: Books) -> None:
    card = chat.order("a latte")
    opener = card.get_by_role("button", name="+ Options: Latte")
    opener.focus()
    chat.page.keyboard.press("Enter")
    card.get_by_role("button", name="Vanilla syrup").focus()
    chat.page.keyboard.press("Space")
    card.get_by_role("button", name="One more: Vanilla syrup").focus()
    chat.page.keyboard.press("Enter")
    expect(card.locator(".u-panel").get_by_role("button", name="Vanilla syrup × 2")).to_have_attribute("aria-pressed", "true")
    chat.page.keyboard.press("Escape")
    expect(card.locator(".u-panel")).to_have_count(0)
    expect(opener).to_be_focused()
    [line] = books.card(person.id).lines
    assert ("syrups", "vanilla", 2) in [(o.group_id, o.option_id, o.count) for o in line.options]


def test_the_stepper_keeps_the_focus_while_the_card_changes(chat: Chat) -> None:
    card = chat.order("a latte")
    more = card.get_by_role("button", name="One more: Latte")
    more.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.primary).to_have_text("Pay ¥36.00")
    expect(more).to_be_focused()


def test_fulfilment_and_address_are_changed_on_the_card(chat: Chat, person: Person, books: Books) -> None:
    card = chat.order("a latte")
    card.get_by_role("button", name="Change: How to get it").click()
    card.get_by_test_id("way-delivery").click()
    expect(chat.primary).to_have_text("Pay ¥23.00")
    expect(card.get_by_role("group", name="Where to").get_by_role("button", pressed=True)).to_contain_text("***")
    assert books.card(person.id).fulfilment.kind == "delivery"
    card.get_by_test_id("way-pickup").click()
    expect(chat.primary).to_have_text("Pay ¥18.00")
    chat.reload()
    expect(chat.primary).to_have_text("Pay ¥18.00")


def test_a_conversation_on_a_phone_survives_a_reload(open_chat: OpenChat, person: Person, books: Books) -> None:
    chat = open_chat(phone=True)
    chat.sign_in(person)
    chat.order("a latte")
    chat.page.wait_for_url("**/thread/*")
    chat.reload()
    chat.card.get_by_role("button", name="+ Options: Latte").tap()
    chat.card.locator(".u-panel").get_by_role("button", name="Oat milk").tap()
    expect(chat.primary).to_have_text("Pay ¥21.00")
    chat.pay()
    chat.reload()
    expect(chat.receipts).to_have_count(1)
    assert books.only_order(person.id).total.minor == 2_100
