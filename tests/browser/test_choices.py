"""A list to choose from outlives a reload, is answered once, and says so when it is too late."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.people import Person

pytestmark = pytest.mark.browser


def test_a_list_is_still_there_after_a_reload_and_can_be_chosen_from(chat: Chat, person: Person, books: Books) -> None:
    chat.say("coffee")
    expect(chat.choices).to_have_count(1)
    chat.reload()
    second = chat.choices.get_by_role("button").nth(1)
    name = second.locator(".u-name").inner_text()
    second.click()
    expect(chat.card).to_contain_text(name)
    expect(second).to_have_attribute("aria-pressed", "true")
    for choice in chat.choices.get_by_role("button").all():
        expect(choice).to_be_disabled()
    assert len(books.card(person.id).lines) == 1


def test_a_list_whose_question_is_over_says_so_and_changes_nothing(chat: Chat, person: Person, books: Books) -> None:
    chat.say("coffee")
    chat.order("a mocha")
    before = books.card(person.id)
    chat.choices.get_by_role("button").first.click()
    expect(chat.answers.last).to_contain_text("That button is out of date.")
    assert books.card(person.id) == before
    expect(chat.cards).to_have_count(1)
