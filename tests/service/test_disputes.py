"""Disputes at the service: decided on the trace, once for each line, paid out of the fund, never above what was paid."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.base.money import Money
from app.domain.checkout import Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.dispute import POLICY, CancelFirst, Dispute
from app.domain.ledger import COMPENSATION_FUND
from app.domain.order import Order
from app.domain.refund import AlreadyRefunded, ClaimTooLate, NotTaken, RefundedLine
from app.replay.script import Event
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.disputes import Disputes
from app.service.views import CardView

pytestmark = pytest.mark.usefixtures("moving_clock")
PIN = "258036"


def bought(stage: Stage, *words: str) -> Order:
    """What these words led to, paid."""
    card = None
    stage.clock.advance(timedelta(minutes=6))
    for said in words:
        reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, said)
        card = next((m.view for m in reply.messages if isinstance(m.view, CardView)), card)
    assert card is not None
    card_now = stage.usual.records.checkout(card.id)
    assert card_now is not None
    return stage.usual.payments.payments.pay(CUSTOMER_ID, card.id, card_now.version, PIN)


def misread(stage: Stage, product: str = "mocha", words: str = "a latte for pickup") -> Order:
    """The card was put on another product than the words name, as a reader that is wrong would."""
    return _misread(stage, words, product_id=product)


def misread_number(stage: Stage, quantity: int, words: str) -> Order:
    return _misread(stage, words, quantity=quantity)


def _misread(stage: Stage, words: str, **wrong: Any) -> Order:
    stage.clock.advance(timedelta(minutes=6))
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, words)
    card = next(m.view for m in reply.messages if isinstance(m.view, CardView))
    checkout = stage.usual.records.checkout(card.id)
    assert checkout is not None
    lines = tuple(replace(line, **wrong) for line in checkout.draft.lines)
    customer = stage.usual.customer(CUSTOMER_ID)
    asked = Asked(CONVERSATION_ID, checkout.reading_id)
    changed = stage.usual.checkouts.propose(customer, replace(checkout.draft, lines=lines), asked, checkout)
    return stage.usual.payments.payments.pay(CUSTOMER_ID, changed.id, changed.version, PIN)


def line_of(stage: Stage, order: Order, place: int = 0) -> str:
    checkout = stage.usual.records.checkout(order.checkout_id, order.checkout_version)
    assert checkout is not None
    return checkout.lines[place].id


def made(stage: Stage) -> None:
    """Time passes until nothing can be canceled any more."""
    stage.clock.advance(timedelta(minutes=40))
    stage.usual.tracking.follow()


def dispute(stage: Stage, order: Order, place: int = 0) -> Dispute:
    made(stage)
    return stage.usual.disputes.raise_claim(CUSTOMER_ID, order.id, line_of(stage, order, place), "unwanted")


def fund(stage: Stage) -> int:
    return sum(t.amount.minor for t in stage.usual.records.transfers() if t.source == COMPENSATION_FUND)


def test_what_was_approved_as_it_was_said_stands_and_nothing_is_paid(stage: Stage) -> None:
    decided = dispute(stage, bought(stage, "a large latte for pickup"))
    assert (decided.verdict, decided.amount, fund(stage)) == ("as_approved", Money(0), 0)


def test_what_was_read_wrong_is_paid_back_out_of_the_fund_once(stage: Stage) -> None:
    order = misread(stage)
    first, again = dispute(stage, order), dispute(stage, order)
    assert (first.verdict, first.reasons, again) == ("parser_wrong", ("product",), first)
    assert (first.amount, fund(stage)) == (order.total, order.total.minor)
    wallet = stage.usual.records.wallet(CUSTOMER_ID)
    assert wallet is not None
    assert wallet.available == Money(30_000)
    (event,) = [link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "dispute"]
    assert (event.facts["verdict"], event.facts["amount"]) == ("parser_wrong", order.total.minor)
    assert stage.usual.audit.check() == []


def test_a_line_that_was_compensated_can_not_be_refunded_as_well(stage: Stage) -> None:
    order = misread(stage)
    dispute(stage, order)
    with pytest.raises(AlreadyRefunded):
        stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", (RefundedLine(line_of(stage, order), 1),))


def test_a_line_that_was_refunded_is_not_compensated_as_well(stage: Stage) -> None:
    order = misread(stage)
    line = (RefundedLine(line_of(stage, order), 1),)
    other = bought(stage, "a latte for pickup")
    assert other.is_taken
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", line)
    stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", line, offer.digest)
    with pytest.raises(NotTaken):
        dispute(stage, order)
    assert fund(stage) == 0


def test_of_a_line_that_came_back_in_part_the_fund_pays_the_rest(stage: Stage) -> None:
    order = misread(stage, words="two lattes for pickup")
    line = (RefundedLine(line_of(stage, order), 1),)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", line)
    stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", line, offer.digest)
    decided = dispute(stage, order)
    assert (decided.verdict, offer.amount.plus(decided.amount)) == ("parser_wrong", order.total)
    wallet = stage.usual.records.wallet(CUSTOMER_ID)
    assert wallet is not None
    assert wallet.available == Money(30_000)


def test_a_month_has_its_limit(stage: Stage) -> None:
    small = replace(POLICY, per_month=Money(3_000))
    disputes: Disputes = replace(stage.usual.disputes, policy=small)
    paid = []
    for _ in range(3):
        order = misread(stage)
        made(stage)
        paid.append(disputes.raise_claim(CUSTOMER_ID, order.id, line_of(stage, order), "unwanted").amount.minor)
    assert (paid[0] > 0, sum(paid), fund(stage)) == (True, 3_000, 3_000)
    stage.clock.advance(timedelta(days=31))
    stage.happen(Event(worker="runs"))
    later = misread(stage)
    made(stage)
    assert disputes.raise_claim(CUSTOMER_ID, later.id, line_of(stage, later), "unwanted").amount == later.total


def test_old_orders_and_other_peoples_are_not_decided(stage: Stage) -> None:
    order = misread(stage)
    with pytest.raises(NotFound):
        stage.usual.disputes.raise_claim("cus_other", order.id, line_of(stage, order), "unwanted")
    with pytest.raises(NotFound):
        stage.usual.disputes.raise_claim(CUSTOMER_ID, order.id, "line_none", "unwanted")
    stage.clock.advance(timedelta(days=8))
    with pytest.raises(ClaimTooLate):
        dispute(stage, order)


def test_what_the_customer_changed_by_tap_is_their_own(stage: Stage) -> None:
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte for pickup")
    card = next(m.view for m in reply.messages if isinstance(m.view, CardView))
    tap = {"kind": "edit", "id": card.id, "version": card.version, "line": card.lines[0].id, "quantity": 3}
    stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, tap)
    order = stage.usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version + 1, PIN)
    decided = dispute(stage, order)
    assert (decided.verdict, decided.reasons) == ("as_approved", ("tapped",))


def test_by_words_the_decision_is_told_with_what_it_stands_on(stage: Stage) -> None:
    bought(stage, "a large latte for pickup")
    made(stage)
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "I didn't want that")
    assert "your words agree" in reply.messages[0].text
    misread(stage)
    made(stage)
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "我没点这个")
    assert "是我理解错了" in reply.messages[0].text
    assert fund(stage) > 0


def test_what_can_be_canceled_for_nothing_is_not_paid_for_by_the_fund(stage: Stage) -> None:
    order = misread(stage)
    with pytest.raises(CancelFirst):
        stage.usual.disputes.raise_claim(CUSTOMER_ID, order.id, line_of(stage, order), "unwanted")
    assert fund(stage) == 0


@pytest.mark.parametrize("edit", ["make that two", "再来一杯", "iced please"])
def test_words_that_change_a_line_need_not_name_it(stage: Stage, edit: str) -> None:
    decided = dispute(stage, bought(stage, "a latte for pickup", edit))
    assert (decided.verdict, fund(stage)) == ("as_approved", 0)


def test_the_merchant_never_pays_what_the_fund_left_of_another_line(stage: Stage) -> None:
    """¥18 and ¥21: half of the first from the fund, then the shop owes the second alone."""
    stage.clock.advance(timedelta(minutes=6))
    two = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 1), DraftLine("line_2", "mocha", 1)), "pickup")
    checkout = stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), two, Asked(CONVERSATION_ID, "utt"))
    order = stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN)
    policy = replace(POLICY, percent={"as_approved": 50})
    made(stage)
    disputes: Disputes = replace(stage.usual.disputes, policy=policy)
    assert disputes.raise_claim(CUSTOMER_ID, order.id, "line_1", "unwanted").amount == Money(900)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", (RefundedLine("line_2", 1),))
    assert offer.amount == Money(2_100)


def test_what_a_decision_stands_on_is_kept_with_it_and_given_to_the_customer(stage: Stage) -> None:
    order = misread(stage)
    decided = dispute(stage, order)
    authorisation = stage.usual.records.authorisation(order.id)
    said = stage.usual.records.utterances(CUSTOMER_ID)[-1]
    assert authorisation is not None
    assert decided.evidence == (said.id, f"{order.checkout_id}.{order.checkout_version}", authorisation.approval_id)
    assert stage.usual.disputes.disputes.disputes(CUSTOMER_ID) == [decided]
    (exported,) = stage.usual.exports.of(CUSTOMER_ID)["disputes"]
    assert (exported["verdict"], exported["evidence"]) == ("parser_wrong", list(decided.evidence))
    (event,) = [link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "dispute"]
    assert event.facts["evidence"] == " ".join(decided.evidence)


def test_a_wrong_item_that_the_card_had_wrong_is_not_the_shops(stage: Stage) -> None:
    order = misread(stage)
    made(stage)
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "I got the wrong item, refund")
    assert "I read them wrong" in reply.messages[0].text
    (decided,) = stage.usual.disputes.disputes.disputes(CUSTOMER_ID)
    assert (decided.claim, decided.verdict, decided.amount) == ("wrong_item", "parser_wrong", order.total)
    assert fund(stage) == order.total.minor
    assert [refund.reason for refund in stage.usual.refunds.refunds.refunds(order.id)] == ["compensation"]


def test_a_wrong_item_that_the_card_had_right_is_the_shops(stage: Stage) -> None:
    bought(stage, "a large latte for pickup")
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "送错了，退钱")
    state = stage.usual.records.conversation(CONVERSATION_ID)
    assert state is not None
    assert state.question is not None
    assert state.question.key == "refund.ask"
    assert (stage.usual.disputes.disputes.disputes(CUSTOMER_ID), fund(stage)) == ([], 0)


@pytest.mark.parametrize(
    "words", [("a latte for pickup", "make that two"), ("一杯拿铁，自取", "要冰的"), ("top up my phone with 50",)]
)
def test_a_wish_in_several_sentences_or_by_another_name_is_not_unclear(stage: Stage, words: tuple[str, ...]) -> None:
    decided = dispute(stage, bought(stage, *words))
    assert (decided.verdict, decided.reasons, fund(stage)) == ("as_approved", ("words_agree",), 0)
