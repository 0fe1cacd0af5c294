"""The lists with a button in each row, in the real page: claimed and forgotten by tap, where they stand, also after a reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.browser.people import Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_coupon_is_claimed_by_tap_after_a_reload_and_the_list_changes_where_it_stands(
    open_chat: OpenChat, person: Person, books: Books, phone: bool
) -> None:
    chat = open_chat(phone=phone)
    chat.sign_in(person)
    chat.say("what coupons are there?")
    shelf = chat.page.get_by_test_id("shelf-errands")
    expect(shelf.get_by_role("button")).to_have_count(3)
    expect(chat.page).to_have_url(re.compile("/thread/"))
    chat.reload()
    shelf.get_by_role("button", name="Claim: ¥12 ride credit").click()
    expect(shelf.get_by_role("status")).to_contain_text("¥12 ride credit is yours")
    expect(shelf.get_by_role("button")).to_have_count(2)
    expect(shelf).to_have_count(1)
    assert [claim.campaign_id for claim in books.records.claims(person.id)] == ["starling_rides.ride_credit_12"]


def test_an_allergen_is_agreed_to_and_forgotten_by_tap(chat: Chat, person: Person, books: Books) -> None:
    chat.order("a croissant")
    chat.say("I'm allergic to milk")
    expect(chat.cards.last).to_contain_text("Contains milk")
    # Yes and no have nothing to be pictured.
    expect(chat.choices.last.locator(".u-picture")).to_have_count(0)
    chat.choices.last.get_by_role("button").first.click()
    expect(chat.answers.last).to_contain_text("Remembered: milk")
    chat.say("what do you know about me")
    shelf = chat.page.get_by_test_id("shelf-memory")
    shelf.get_by_role("button", name="Forget: milk").click()
    expect(shelf.get_by_role("status")).to_contain_text("Forgotten: milk")
    expect(shelf.get_by_role("button")).to_have_count(0)
    customer = books.records.customer(person.id)
    assert customer is not None
    assert customer.allergens == frozenset()


def test_on_a_phone_a_long_list_is_shown_from_its_beginning(open_chat: OpenChat, person: Person) -> None:
    chat = open_chat(phone=True)
    chat.sign_in(person)
    chat.say("what coupons are there?")
    shelf = chat.page.get_by_test_id("shelf-errands")
    expect(shelf.get_by_role("button").first).to_be_in_viewport()
    # The page's own way to the end comes a moment after what it was told to show.
    chat.page.wait_for_timeout(600)
    expect(shelf.get_by_role("heading").first).to_be_in_viewport()
    expect(shelf.get_by_role("button").first).to_be_in_viewport()
