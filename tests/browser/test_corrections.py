"""Changes by word and by tap: a newer card each time, and the older one can't be paid."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.chat import Chat
from tests.browser.people import Person

pytestmark = pytest.mark.browser


def test_a_correction_by_word_makes_a_new_card_and_folds_the_old_one(chat: Chat, person: Person, books: Books) -> None:
    chat.order("a latte and an iced americano")
    chat.order("make that three lattes")
    chat.order("第二个，去冰")
    expect(chat.card).to_contain_text("¥67.00")
    for old in chat.cards.all()[:-1]:
        expect(old).to_have_attribute("data-folded", "true")
        expect(old.get_by_role("button")).to_have_count(0)

    card = books.card(person.id)
    assert (card.version, card.totals.total.minor) == (3, 6_700)
    assert [(line.product_id, line.quantity) for line in card.lines] == [("latte", 3), ("americano", 1)]
    assert ("ice", "none") in [(option.group_id, option.option_id) for option in card.lines[1].options]

    chat.pay()
    assert books.only_order(person.id).checkout_version == 3
    assert books.moved(books.only_order(person.id)) == {"hold": 6_700, "capture": 6_700}


def test_taps_change_the_card_where_it_stands(chat: Chat, person: Person, books: Books) -> None:
    card = chat.order("a latte and a mocha")
    card.get_by_role("button", name="One more: Latte").click()
    expect(chat.primary).to_have_text("Pay ¥57.00")
    card.get_by_role("button", name="One fewer: Latte").click()
    expect(chat.primary).to_have_text("Pay ¥39.00")
    card.get_by_role("button", name="Remove: Mocha").click()
    expect(chat.primary).to_have_text("Pay ¥18.00")
    expect(chat.cards).to_have_count(1)

    saved = books.card(person.id)
    assert (saved.version, [(line.product_id, line.quantity) for line in saved.lines]) == (4, [("latte", 1)])
    chat.pay()
    assert books.only_order(person.id).total.minor == 1_800


def test_a_canceled_card_stays_canceled_after_a_reload(chat: Chat, person: Person, books: Books) -> None:
    chat.order("a latte")
    chat.card.get_by_role("button", name="Cancel order").click()
    expect(chat.card).to_have_attribute("data-state", "canceled")
    chat.reload()
    expect(chat.card).to_have_attribute("data-state", "canceled")
    expect(chat.card.get_by_role("button")).to_have_count(0)
    assert books.card(person.id).state == "canceled"
    assert books.orders(person.id) == []
