"""Who an order is handed to: bound by reference, masked where it is shown, told to the merchant in full, erased."""

from dataclasses import replace

import pytest

from app.domain.checkout import CheckoutSession
from app.domain.order import Order
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.ports import Handover, Placement

PIN = "258036"
SAID = "a latte for Wang Li, 13900001111"


def ordered(stage: Stage, text: str = SAID) -> CheckoutSession:
    stage.usual.assistant.turn(CUSTOMER_ID, "con", text)
    found = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert found is not None
    return found


@pytest.fixture
def handed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[Handover]:
    """What the merchants are told of where orders go."""
    told: list[Handover] = []
    place = stage.usual.merchants.place

    def overheard(order: Order, handover: Handover, key: str) -> Placement:
        told.append(handover)
        return place(order, handover, key)

    monkeypatch.setattr(stage.usual.merchants, "place", overheard)
    return told


def test_the_merchant_is_told_in_full_and_everybody_else_the_mask(stage: Stage, handed: list[Handover]) -> None:
    card = ordered(stage)
    order = stage.usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version, PIN)
    assert handed == [Handover("上海市静安区南京西路1266号12楼", "Wang Li 13900001111")]
    receipt = stage.usual.queries.receipt(CUSTOMER_ID, order.id, "en")
    assert receipt.destination.endswith("W*** L*** 139****1111")
    assert "13900001111" not in repr(receipt) + repr(stage.usual.queries.card(CUSTOMER_ID, card.id, "en")) + repr(card)


def test_a_driver_is_told_every_stop_and_the_address_behind_one_that_is_masked(stage: Stage, handed: list[Handover]) -> None:
    card = ordered(stage, "a taxi from home to the Bund")
    stage.usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version, PIN)
    (told,) = handed
    assert told.trip is not None
    assert [stop.names.display("zh") for stop in told.trip.stops] == ["上海市静安区南京西路1266号12楼", "外滩"]
    assert "1266" not in repr(card)


def test_another_recipient_is_another_digest(stage: Stage) -> None:
    card = ordered(stage)
    elsewhere = replace(card, fulfilment=replace(card.fulfilment, recipient_ref="vlt_other"))
    assert elsewhere.sealed().digest != card.digest


def test_it_is_exported_with_the_number_masked(stage: Stage) -> None:
    ordered(stage)
    assert [c["for"] for c in stage.usual.exports.of(CUSTOMER_ID)["cards"]] == ["Wang Li 139****1111"]


def test_an_erased_customer_leaves_no_word_of_it_and_the_same_digest(set_stage) -> None:  # type: ignore[no-untyped-def]
    stage = set_stage(wallet="0.00")
    card = ordered(stage)
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    left = stage.usual.records.checkout(card.id)
    assert left is not None
    assert (left.fulfilment.recipient_masked, left.draft.recipient_masked) == ("", "")
    assert left.sealed().digest == card.digest
    assert stage.usual.records.vault(CUSTOMER_ID) == {}


@pytest.mark.parametrize("text", ["给13900001111充50", "给王丽充50，电话13900001111", "top up 50 for 13900001111"])
def test_a_number_to_top_up_is_nobody_to_hand_it_to(stage: Stage, text: str) -> None:
    card = ordered(stage, text)
    assert (card.merchant_id, card.fulfilment.destination_masked) == ("skylark_mobile", "139****1111")
    assert card.fulfilment.recipient_ref is None
