"""A child pays alone up to the day's cap; the rest is asked of the guardian about one very card, and nothing slips by."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.money import Money
from app.dialogue.wording import say_error
from app.domain.checkout import CheckoutChanged, CheckoutSession, Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.guardianship import (
    ASKED_FOR,
    CategoryBlocked,
    GuardianAsked,
    GuardianDeclined,
    GuardianRequest,
    RequestClosed,
    wish_digest,
)
from app.domain.order import Order
from app.domain.refund import RefundedLine
from app.domain.risk import Condition, RiskAsks, Rule
from app.replay.stage import CUSTOMER_ID, GUARDIAN_ID, GUARDIAN_PIN, Stage
from app.service.accounts import NewCustomer
from app.service.checkout import Asked
from app.service.step_up import PinWrong
from tests.service.test_ai_wallet import grant
from tests.service.test_risk import ruled

pytestmark = pytest.mark.usefixtures("moving_clock")
PIN = "258036"
SetStage = Callable[..., Stage]


def latte(quantity: int = 1) -> Draft:
    """¥18 each."""
    return Draft("nimbus_coffee", (DraftLine("line_1", "latte", quantity),), "pickup")


@pytest.fixture
def child(set_stage: SetStage) -> Stage:
    """¥50 a day alone, no coffee beans."""
    return set_stage(guardian={"daily": "50.00", "blocked": ["retail"]})


def card(stage: Stage, draft: Draft, previous: CheckoutSession | None = None) -> CheckoutSession:
    # Not the same again within minutes, which is asked about for another reason.
    stage.clock.advance(timedelta(minutes=6))
    return stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"), previous)


def pay(stage: Stage, checkout: CheckoutSession) -> Order:
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN)


def asked(stage: Stage, draft: Draft) -> tuple[CheckoutSession, GuardianRequest]:
    checkout = card(stage, draft)
    with pytest.raises(GuardianAsked):
        pay(stage, checkout)
    return checkout, stage.usual.guardians.guardians.waiting(GUARDIAN_ID)[-1]


def answer(stage: Stage, request: GuardianRequest, pin: str = GUARDIAN_PIN, guardian: str = GUARDIAN_ID) -> GuardianRequest:
    return stage.usual.guardians.guardians.approve(guardian, request.id, pin)


def held(stage: Stage) -> int:
    return sum(t.amount.minor for t in stage.usual.records.transfers() if t.kind == "hold")


def test_within_the_day_nobody_is_asked_and_above_it_nothing_is_held(child: Stage) -> None:
    pay(child, card(child, latte(2)))
    checkout, request = asked(child, latte())
    assert (held(child), request.amount, request.digest) == (3_600, Money(1_800), wish_digest(checkout))
    for who in (CUSTOMER_ID, GUARDIAN_ID):
        assert [link.facts["request"] for link in child.usual.records.trace(who) if link.kind == "guardian_asked"] == [request.id]


def test_a_yes_pays_that_card_once_and_both_chains_keep_who_said_it(child: Stage) -> None:
    checkout, request = asked(child, latte(3))
    answer(child, request)
    assert pay(child, checkout).is_taken
    assert held(child) == 5_400
    stored = child.usual.guardians.guardians.guardians.guardian_request(request.id)
    assert stored is not None
    assert stored.state == "used"
    for who in (CUSTOMER_ID, GUARDIAN_ID):
        decided = [link.facts for link in child.usual.records.trace(who) if link.kind == "guardian_decided"]
        assert [(fact["decision"], fact["by"], fact["child"]) for fact in decided] == [("approved", GUARDIAN_ID, CUSTOMER_ID)]
    with pytest.raises(GuardianAsked):
        pay(child, card(child, latte(3)))


def renewed(stage: Stage, checkout: CheckoutSession) -> CheckoutSession:
    """The same at a price that is held anew."""
    return stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), latte(3), Asked("con", "utt"), checkout)


def test_a_yes_is_for_what_the_card_buys_also_when_its_price_is_held_anew(child: Stage) -> None:
    checkout, request = asked(child, latte(3))
    child.clock.advance(timedelta(minutes=7))
    answer(child, request)
    child.clock.advance(timedelta(minutes=7))
    assert pay(child, renewed(child, checkout)).is_taken


def test_a_yes_is_for_nothing_else_and_for_a_while(child: Stage) -> None:
    checkout, request = asked(child, latte(3))
    answer(child, request)
    with pytest.raises(GuardianAsked):
        pay(child, card(child, latte(4), checkout))
    late, second = asked(child, latte(3))
    answer(child, second)
    child.clock.advance(ASKED_FOR)
    with pytest.raises(GuardianAsked):
        pay(child, renewed(child, late))
    assert held(child) == 0
    # It is asked about anew, as it ran out.
    assert [one.id for one in child.usual.guardians.guardians.waiting(GUARDIAN_ID)] == [second.id]


def test_a_no_closes_it_and_neither_answer_is_given_twice(child: Stage) -> None:
    checkout, request = asked(child, latte(3))
    child.usual.guardians.guardians.decline(GUARDIAN_ID, request.id)
    with pytest.raises(GuardianDeclined):
        pay(child, checkout)
    with pytest.raises(RequestClosed):
        answer(child, request)
    with pytest.raises(RequestClosed):
        child.usual.guardians.guardians.decline(GUARDIAN_ID, request.id)
    assert held(child) == 0


def test_silence_is_a_no(child: Stage) -> None:
    _, request = asked(child, latte(3))
    child.clock.advance(ASKED_FOR)
    assert child.usual.guardians.guardians.waiting(GUARDIAN_ID) == []
    with pytest.raises(RequestClosed):
        answer(child, request)


def test_a_guardianship_that_has_ended_asks_nobody(child: Stage) -> None:
    child.usual.guardians.guardians.end(CUSTOMER_ID)
    assert pay(child, card(child, latte(5))).is_taken


def test_only_the_guardian_with_their_own_pin_can_say_yes(child: Stage) -> None:
    child.usual.accounts.open(NewCustomer("cus_other", "other", "password", "Other", "en"))
    child.usual.wallets.wallets.bind("cus_other", consent=True, pin=PIN)
    checkout, request = asked(child, latte(3))
    for who, pin in (("cus_other", PIN), (CUSTOMER_ID, PIN)):
        with pytest.raises(NotFound):
            answer(child, request, pin, who)
    with pytest.raises(PinWrong):
        answer(child, request, PIN)
    with pytest.raises(GuardianAsked):
        pay(child, checkout)
    assert held(child) == 0


def test_what_is_blocked_is_refused_and_nobody_is_asked(child: Stage) -> None:
    beans = Draft("nimbus_coffee", (DraftLine("line_1", "house_beans", 1),), "pickup")
    with pytest.raises(CategoryBlocked):
        pay(child, card(child, beans))
    assert (held(child), child.usual.guardians.guardians.waiting(GUARDIAN_ID)) == (0, [])


def test_two_cards_at_once_can_not_both_slip_under_the_cap(child: Stage) -> None:
    cards = [card(child, latte(2)), card(child, latte())]
    units = [child.usual.guardians.guardians.allowing(child.usual.customer(CUSTOMER_ID), one) for one in cards]
    first, second = (replace(unit, key=f"try:{number}") for number, unit in enumerate(units) if unit is not None)
    child.usual.writer.commit(first)
    with pytest.raises(CheckoutChanged):
        child.usual.writer.commit(second)


def test_what_came_back_can_be_spent_again_and_a_new_day_begins_anew(child: Stage) -> None:
    order = pay(child, card(child, latte(2)))
    lines = (RefundedLine("line_1", 1),)
    offer = child.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", lines)
    child.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", lines, offer.digest)
    pay(child, card(child, latte()))
    asked(child, latte())
    child.clock.advance(timedelta(days=1))
    assert pay(child, card(child, latte(2))).is_taken


def test_a_customer_without_a_guardian_is_not_asked_about(stage: Stage) -> None:
    assert pay(stage, card(stage, latte(5))).is_taken
    assert [link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind.startswith("guardian")] == []


def test_of_two_answers_at_once_one_counts(child: Stage) -> None:
    _, request = asked(child, latte(3))
    guardians = child.usual.guardians.guardians
    yes, no = (guardians._deciding(request, state) for state in ("approved", "declined"))
    guardians.writer.commit(no)
    with pytest.raises(RequestClosed):
        guardians.writer.commit(yes)


# Anything above ¥10 asks a person.
UNUSUAL = Rule("far", "amount", "ask_person", (Condition("total_minor", at_least=1_000),))


def released(stage: Stage) -> list[tuple[str | int, str | int]]:
    links = stage.usual.records.trace(CUSTOMER_ID)
    return [(link.facts["digest"], link.facts["by"]) for link in links if link.kind == "risk_released"]


def test_what_is_unlike_a_childs_orders_is_asked_of_the_guardian_also_within_the_day(child: Stage) -> None:
    ruled(child, UNUSUAL)
    checkout, request = asked(child, latte())
    assert (held(child), released(child)) == (0, [])
    assert [link.facts["risk"] for link in child.usual.records.trace(CUSTOMER_ID) if link.kind == "risk"] == ["ask_person"]
    view = child.usual.guardians.show(GUARDIAN_ID, request.id, "en")
    assert view.note.startswith("This is unlike")
    answer(child, request)
    assert pay(child, checkout).is_taken
    assert (held(child), released(child)) == (1_800, [(checkout.digest, "guardian")])
    stored = child.usual.guardians.guardians.guardians.guardian_request(request.id)
    assert stored is not None
    assert stored.state == "used"
    with pytest.raises(GuardianAsked) as refused:
        pay(child, card(child, latte()))
    assert "unlike your usual orders" in say_error("en", refused.value)


def test_a_child_can_not_say_themselves_that_something_unusual_is_meant(child: Stage) -> None:
    ruled(child, UNUSUAL)
    child.usual.assistant.turn(CUSTOMER_ID, "con", "a latte")
    asking = child.usual.records.last_checkout(CUSTOMER_ID)
    assert asking is not None
    view = child.usual.queries.card(CUSTOMER_ID, asking.id, "en")
    assert view.step == "pin"
    assert (view.warning or "").endswith("Your guardian is asked about it when you pay.")
    child.usual.assistant.tap(CUSTOMER_ID, "con", {"kind": "release", "id": asking.id, "version": asking.version})
    child.usual.assistant.turn(CUSTOMER_ID, "con", "yes, 18")
    assert child.usual.payments.payments.risks.release(child.usual.customer(CUSTOMER_ID), asking) is False
    with pytest.raises(GuardianAsked):
        pay(child, asking)
    assert (held(child), released(child)) == (0, [])


def test_a_no_to_something_unusual_holds_nothing_and_a_guardianship_that_ended_asks_the_customer(child: Stage) -> None:
    ruled(child, UNUSUAL)
    checkout, request = asked(child, latte())
    child.usual.guardians.guardians.decline(GUARDIAN_ID, request.id)
    with pytest.raises(GuardianDeclined):
        pay(child, checkout)
    child.usual.guardians.guardians.end(CUSTOMER_ID)
    with pytest.raises(RiskAsks):
        pay(child, checkout)
    assert (held(child), released(child)) == (0, [])


def test_an_agent_can_not_spend_a_guardians_yes_to_something_unusual(child: Stage) -> None:
    _, request = asked(child, latte(3))
    answer(child, request)
    ruled(child, UNUSUAL)
    agent, mandate = grant(child)
    checkout = child.usual.records.checkout(request.checkout_id)
    assert checkout is not None
    with pytest.raises(RiskAsks):
        child.usual.payments.payments.pay_by_mandate(agent, mandate.id, checkout.id, checkout.version)
    assert held(child) == 0


def test_both_find_what_was_asked_and_answered_in_their_own_export_and_nobody_else_does(child: Stage) -> None:
    pay(child, card(child, latte(2)))
    checkout, request = asked(child, latte(3))
    answer(child, request)
    told = {who: child.usual.exports.of(who)["guardian_requests"] for who in (CUSTOMER_ID, GUARDIAN_ID)}
    assert [(one["id"], one["asked_by"], one["answered_by"]) for one in told[CUSTOMER_ID]] == [(request.id, "me", GUARDIAN_ID)]
    assert [(one["id"], one["asked_by"], one["answered_by"]) for one in told[GUARDIAN_ID]] == [(request.id, CUSTOMER_ID, "me")]
    (mine,) = told[CUSTOMER_ID]
    assert (mine["state"], mine["card"], mine["decided_at"] is not None) == ("approved", checkout.ref, True)
    child.usual.accounts.open(NewCustomer("cus_other", "other", "other-password", "Bo", "en"))
    assert child.usual.exports.of("cus_other")["guardian_requests"] == []
