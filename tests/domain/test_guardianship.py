"""A guardian's yes is for one card, for a while."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.money import Money
from app.domain.guardianship import ASKED_FOR, GuardianRequest, wish_digest
from tests.domain.cards import AT, card

CARD = card(2_000)
YES = GuardianRequest("grq", "cus", "mum", CARD.id, CARD.version, wish_digest(CARD), "shop", Money(2_000), "approved", AT)


def test_it_allows_the_card_that_was_asked_about() -> None:
    assert YES.allows(CARD, AT + ASKED_FOR - timedelta(seconds=1))


def test_a_price_that_was_held_anew_is_the_same_wish_and_another_price_is_not() -> None:
    assert YES.allows(replace(CARD, version=2, expires_at=AT + timedelta(hours=1)).sealed(), AT)
    assert not YES.allows(replace(card(2_001), version=2).sealed(), AT)


@pytest.mark.parametrize(
    "changed",
    [
        {"digest": "0" * 64},
        {"child_id": "cus_other"},
        {"payee_id": "elsewhere"},
        {"amount": Money(1_999)},
        {"amount": Money(2_000, "JPY")},
        {"state": "asked"},
        {"state": "declined"},
        {"state": "used"},
        {"at": AT - ASKED_FOR},
    ],
)
def test_it_allows_nothing_else(changed: dict[str, object]) -> None:
    assert not replace(YES, **changed).allows(CARD, AT)  # type: ignore[arg-type]
