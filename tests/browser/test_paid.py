"""What paying leaves in the wallet: on the card before, on card and receipt afterwards, also when more was paid since."""

import pytest
from playwright.sync_api import expect

from tests.browser.books import Books
from tests.browser.conftest import OpenChat
from tests.browser.people import Person

pytestmark = pytest.mark.browser

WORDS = {"en-US": ("a latte", "Wallet after paying"), "zh-CN": ("来一杯拿铁", "付款后钱包余额")}


@pytest.mark.parametrize("locale", WORDS)
def test_the_card_tells_what_paying_leaves_and_the_paid_one_what_it_left(
    open_chat: OpenChat, person: Person, books: Books, locale: str
) -> None:
    asked, label = WORDS[locale]
    chat = open_chat(locale=locale)
    chat.sign_in(person)
    chat.order(asked)
    expect(chat.card.locator(".u-balance")).to_contain_text("¥300.00 → ¥282.00")
    chat.pay()
    expect(chat.card).to_contain_text(f"{label} ¥282.00")
    expect(chat.receipts.first.locator(".u-facts")).to_contain_text(f"{label}¥282.00")
    chat.order(asked)
    chat.pay()
    assert books.money(person.id) == (26_400, 0)
    chat.reload()
    for place, left in enumerate(("¥282.00", "¥264.00")):
        expect(chat.cards.nth(place)).to_contain_text(f"{label} {left}")
        expect(chat.receipts.nth(place).locator(".u-facts")).to_contain_text(f"{label}{left}")
