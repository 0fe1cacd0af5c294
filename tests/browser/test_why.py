"""Why this: asked on the card, answered below it with the words; nothing about the card changes, and it can still be paid."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.people import Person

pytestmark = pytest.mark.browser


def test_the_card_tells_which_words_it_came_from_and_is_paid_as_before(chat: Chat, person: Person, books: Books) -> None:
    chat.order("two large oat lattes")
    before = books.card(person.id)
    chat.card.get_by_role("button", name="Why this?").click()
    why = chat.page.get_by_test_id("shelf-why")
    expect(why).to_contain_text("“two large oat lattes”")
    expect(why).to_contain_text("“lattes” → Latte")
    expect(why).to_contain_text("Passed over:")
    assert books.card(person.id) == before
    chat.reload()
    expect(chat.page.get_by_test_id("shelf-why")).to_contain_text("“lattes” → Latte")
    chat.pay()
    assert [order.state for order in books.orders(person.id)] == ["accepted"]
