"""How many: what the catalogue sells one at a time has no number to choose, and of anything else no more than it sells."""

import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("asked", ["a taxi to the bund", "top up my phone with 50"])
def test_what_is_sold_one_at_a_time_shows_no_number(chat: Chat, asked: str) -> None:
    card = chat.order(asked)
    expect(card.get_by_test_id("pay")).to_be_visible()
    expect(card.locator(".u-stepper")).to_have_count(0)
    expect(card.locator(".u-line")).not_to_contain_text("×")
    chat.pay()
    expect(chat.receipts.locator(".u-line")).not_to_contain_text("×")


def test_no_more_can_be_had_than_is_sold_in_one_order(chat: Chat) -> None:
    card = chat.order("11 mistvale jugs")
    more = card.get_by_role("button", name="One more: ")
    more.click()
    expect(card.get_by_role("group", name="Quantity: ")).to_have_text("12")
    expect(more).to_have_attribute("aria-disabled", "true")
    expect(card.get_by_role("button", name="One fewer: ")).not_to_have_attribute("aria-disabled", "true")
