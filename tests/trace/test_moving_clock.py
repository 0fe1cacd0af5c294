"""Nobody's clock stands still: a record and the link that binds it bear one moment all the same."""

import pytest

from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from tests.trace.tampering import PIN, lived

pytestmark = pytest.mark.usefixtures("moving_clock")


def test_a_partly_refunded_order_and_a_permission_hold(stage: Stage) -> None:
    assert lived(stage)
    assert stage.usual.audit.check() == []


def test_a_canceled_order_holds(stage: Stage) -> None:
    usual = stage.usual
    usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a large oat latte for pickup")
    card = usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    order = usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version, PIN)
    offer = usual.refunds.offer(CUSTOMER_ID, order.id, "canceled", ())
    assert usual.refunds.confirm(CUSTOMER_ID, order.id, "canceled", offer.lines, offer.digest).state == "done"
    assert [t.kind for t in usual.records.transfers(order.id)] == ["hold", "capture", "refund"]
    assert usual.audit.check() == []
