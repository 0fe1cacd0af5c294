"""Risk at the door to money: what is refused or asked about holds nothing, what was said to be meant is paid as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.money import Money
from app.domain.checkout import CheckoutSession, Draft, DraftLine
from app.domain.mandate import MandateExceeded
from app.domain.risk import Condition, RiskAsks, RiskRefused, RiskRules, Rule
from app.replay.script import Event
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.risk import Risks
from app.service.views import CardView, Reply
from tests.service.standing import DAY, MONDAY, agreed, at, captured, mandate_state, run, runs

PIN = "258036"
CALM = timedelta(days=3)


def topped_up(stage: Stage, times: int = 4, product_id: str = "topup_50") -> None:
    """Top-ups of the customer's own phone, some days apart."""
    for number in range(times):
        stage.usual.wallets.deposit(CUSTOMER_ID, 10_000, PIN, f"for-{number}", "en")
        pay(stage, topup(stage, product_id))
        stage.clock.advance(CALM)


def topup(stage: Stage, product_id: str, previous: CheckoutSession | None = None) -> CheckoutSession:
    contact = stage.usual.records.contacts(CUSTOMER_ID)[0]
    draft = Draft("skylark_mobile", (DraftLine("line_1", product_id, 1),), "phone", contact.phone_ref, contact.phone_masked)
    customer = stage.usual.customer(CUSTOMER_ID)
    return stage.usual.checkouts.propose(customer, draft, Asked(CONVERSATION_ID, "utt"), previous)


def pay(stage: Stage, checkout: CheckoutSession) -> str:
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN).id


def say(stage: Stage, text: str) -> Reply:
    return stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)


def card(stage: Stage, checkout_id: str) -> CardView:
    return stage.usual.queries.card(CUSTOMER_ID, checkout_id, "en")


def money(stage: Stage) -> tuple[int, int, int, int]:
    records = stage.usual.records
    wallet = records.wallet(CUSTOMER_ID)
    assert wallet is not None
    return wallet.available.minor, wallet.held.minor, len(records.orders(CUSTOMER_ID, 100)), len(records.transfers())


def trace(stage: Stage, kind: str) -> list[dict[str, str | int]]:
    return [dict(link.facts) for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == kind]


def ruled(stage: Stage, *rules: Rule) -> Risks:
    """The service's risk under other rules."""
    payments = stage.usual.payments.payments
    risks = replace(payments.risks, rules=RiskRules("test", rules))
    object.__setattr__(payments, "risks", risks)
    object.__setattr__(stage.usual.queries, "risks", risks)
    object.__setattr__(stage.usual.guardians, "risks", risks)
    return risks


@pytest.fixture
def rich(set_stage: Callable[..., Stage]) -> Stage:
    return set_stage(wallet="2000.00", phones={"self": "13812345678", "我妈/妈妈/my mum": "13987654321"})


def test_ten_times_the_usual_holds_nothing_until_its_amount_is_said_and_is_then_paid(rich: Stage) -> None:
    topped_up(rich)
    say(rich, "帮我手机充500")
    asking = rich.usual.records.last_checkout(CUSTOMER_ID)
    assert asking is not None
    before = money(rich)
    with pytest.raises(RiskAsks):
        pay(rich, asking)
    assert (card(rich, asking.id).step, money(rich)) == ("amount", before)
    reply = say(rich, "对，500")
    assert (reply.open_pin, card(rich, asking.id).step, card(rich, asking.id).warning) == (asking.id, "pin", None)
    assert money(rich)[:3] == before[:3]
    pay(rich, asking)
    assert money(rich)[0] == before[0] - asking.totals.total.minor


def test_the_release_is_evidence_in_the_trace_for_the_digest_and_the_amount(rich: Stage) -> None:
    topped_up(rich)
    asking = topup(rich, "topup_500")
    assert rich.usual.risks.release(rich.usual.customer(CUSTOMER_ID), asking)
    [released] = trace(rich, "risk_released")
    assert (released["digest"], released["amount"], released["by"]) == (asking.digest, asking.totals.total.minor, "self")
    assert "unit_slip_10" in str(released["reasons"])


def test_a_changed_card_has_to_be_meant_anew(rich: Stage) -> None:
    topped_up(rich)
    first = topup(rich, "topup_500")
    rich.usual.risks.release(rich.usual.customer(CUSTOMER_ID), first)
    changed = topup(rich, "topup_500", first)
    before = money(rich)
    with pytest.raises(RiskAsks):
        pay(rich, changed)
    assert money(rich) == before


def test_another_reason_than_was_released_asks_again(rich: Stage) -> None:
    topped_up(rich)
    asking = topup(rich, "topup_500")
    risks = ruled(rich, Rule("one", "amount", "ask_person", (Condition("total_minor", at_least=1),)))
    risks.release(rich.usual.customer(CUSTOMER_ID), asking)
    both = (*risks.rules.rules, Rule("two", "price", "ask_person", (Condition("total_minor", at_least=1),)))
    ruled(rich, *both)
    with pytest.raises(RiskAsks):
        pay(rich, asking)


@pytest.mark.parametrize("words", ["OK", "yes", "500", "对", "yes, 50"])
def test_a_yes_without_the_amount_or_with_another_releases_nothing(rich: Stage, words: str) -> None:
    topped_up(rich)
    say(rich, "top up my phone with 500")
    reply = say(rich, words)
    assert reply.open_pin is None
    assert trace(rich, "risk_released") == []


def test_a_tap_on_the_amount_releases_and_an_outdated_one_does_not(rich: Stage) -> None:
    topped_up(rich)
    say(rich, "top up my phone with 500")
    asking = rich.usual.records.last_checkout(CUSTOMER_ID)
    assert asking is not None
    tap = {"kind": "release", "id": asking.id, "version": asking.version}
    with pytest.raises(Exception, match="checkout_changed"):
        rich.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, tap | {"version": 7})
    reply = rich.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, tap)
    assert (reply.open_pin, card(rich, asking.id).step) == (asking.id, "pin")


def test_a_yes_with_an_amount_to_a_card_that_asks_nothing_means_what_it_meant(stage: Stage) -> None:
    say(stage, "a latte")
    say(stage, "yes, 2")
    latte = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert latte is not None
    assert latte.lines[0].quantity == 2


def test_what_is_refused_holds_nothing_and_is_in_the_trace_once_with_its_reasons(stage: Stage) -> None:
    ruled(stage, Rule("never", "amount", "refuse", (Condition("total_minor", at_least=1),)))
    checkout = topup(stage, "topup_50")
    before = money(stage)
    for _ in range(2):
        with pytest.raises(RiskRefused):
            pay(stage, checkout)
    assert (money(stage), card(stage, checkout.id).step) == (before, "none")
    [kept] = trace(stage, "risk")
    assert (kept["risk"], kept["risk_reasons"], kept["risk_rules"]) == ("refuse", "never", "test")
    assert trace(stage, "risk_released") == []


def test_a_warning_stands_on_the_card_and_its_pin_pays(stage: Stage) -> None:
    ruled(stage, Rule("hm", "hours", "step_up", (Condition("total_minor", at_least=1),)))
    checkout = topup(stage, "topup_50")
    shown = card(stage, checkout.id)
    assert (shown.step, shown.warning) == ("pin", "You don't usually order at this hour. Is ¥45.00 right?")
    pay(stage, checkout)
    assert trace(stage, "authorised")[-1]["risk"] == "step_up"


def test_an_ordinary_payment_carries_its_verdict_and_facts_in_the_trace(stage: Stage) -> None:
    pay(stage, topup(stage, "topup_50"))
    [authorised] = trace(stage, "authorised")
    assert (authorised["risk"], authorised["risk_reasons"], authorised["risk.total_minor"]) == ("allow", "", 4_500)
    assert authorised["risk_rules"] == stage.usual.risks.rules.version


def test_the_verdict_is_of_the_moment_of_paying(rich: Stage) -> None:
    first, second = topup(rich, "topup_50"), topup(rich, "topup_50")
    third = topup(rich, "topup_100")
    assert card(rich, third.id).step == "pin"
    ruled(rich, Rule("two", "velocity", "ask_person", (Condition("paid_10_minutes", at_least=1),)))
    pay(rich, third)
    with pytest.raises(RiskAsks):
        pay(rich, first)
    assert second.state == "ready_for_complete"


def test_a_run_that_is_unlike_the_usual_asks_instead_of_paying_and_is_the_customers_to_pay(stage: Stage) -> None:
    order = agreed(stage, cap=Money(10_000))
    for day in range(3):
        at(stage, MONDAY + day * DAY)
    stage.happen(Event(price={"nimbus_coffee.latte": "40.00"}))
    at(stage, MONDAY + 3 * DAY)
    assert (captured(stage), runs(stage, order)[-1]) == ([1_800] * 3, ("asked", "risk"))
    checkout = stage.usual.records.checkout(run(stage, order).checkout_id or "")
    assert checkout is not None
    assert mandate_state(stage, order) == "active"
    pay(stage, checkout)
    assert captured(stage)[-1] == checkout.totals.total.minor


def test_an_agent_outside_its_grant_is_refused_by_its_mandate_and_the_trace_says_so(stage: Stage) -> None:
    order = agreed(stage)
    at(stage, MONDAY - timedelta(hours=1))
    agent = stage.usual.mandates.records.agents(CUSTOMER_ID)[0]
    checkout = topup(stage, "topup_50")
    before = money(stage)
    with pytest.raises(MandateExceeded):
        stage.usual.payments.payments.pay_by_mandate(agent, order.mandate_id, checkout.id, checkout.version)
    assert money(stage) == before
    assert [kept["risk_reasons"].split()[0] for kept in trace(stage, "risk")] == ["agent_outside_grant"]  # type: ignore[union-attr]
