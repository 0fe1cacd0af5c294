"""Mandates in use: granted with step-up, spent within caps that hold under concurrency, revoked at once, evidence kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.base.clock import SetClock
from app.base.errors import Refusal
from app.base.money import Money
from app.domain.agent import Agent, AgentUnknown
from app.domain.checkout import CheckoutSession, Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.mandate import Constraints, GrantMethod, Mandate, MandateExceeded, MandateInactive, MandateWidened, terms_digest
from app.domain.order import Order
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.mandates import MandateChanged
from app.service.ports import Handover, Placement
from app.service.step_up import PinWrong
from tests.service.standing import agreed

pytestmark = pytest.mark.usefixtures("moving_clock")
PIN = "258036"
LATTE = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 1),))
CAPPED = Constraints(per_order=Money(2_000), zone="Asia/Shanghai", per_day=Money(4_000))


def agent_of(stage: Stage) -> Agent:
    return stage.usual.mandates.add_agent(CUSTOMER_ID, "Butler")[0]


def granted(stage: Stage, constraints: Constraints = CAPPED, agent: Agent | None = None) -> tuple[Agent, Mandate]:
    agent = agent or agent_of(stage)
    mandate = stage.usual.mandates.propose(CUSTOMER_ID, agent.id, constraints)
    return agent, stage.usual.mandates.grant(CUSTOMER_ID, mandate.id, 1, PIN)


def propose(stage: Stage, quantity: int = 1) -> CheckoutSession:
    draft = replace(LATTE, lines=(DraftLine("line_1", "latte", quantity),))
    return stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))


def use(stage: Stage, agent: Agent, mandate: Mandate, checkout: CheckoutSession | None = None) -> Order:
    checkout = checkout or propose(stage)
    return stage.usual.payments.payments.pay_by_mandate(agent, mandate.id, checkout.id, checkout.version)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as raised:
        call()
    return str(raised.value.params["constraint"])


def stored(stage: Stage, mandate: Mandate) -> Mandate:
    found = stage.usual.mandates.records.mandate(mandate.id)
    assert found is not None
    return found


def used(stage: Stage, mandate: Mandate) -> int:
    return stage.usual.mandates.records.mandate_used(mandate.id, None)


def test_a_granted_mandate_pays_and_the_approval_says_which_terms_and_which_agent(stage: Stage) -> None:
    agent, mandate = granted(stage)
    order = use(stage, agent, mandate)
    assert order.state == "accepted"
    authorisation = stage.usual.records.authorisation(order.id)
    assert authorisation is not None
    approval = stage.usual.records.approval(authorisation.approval_id)
    assert approval is not None
    assert (approval.method, approval.mandate_ref, approval.agent_id) == ("mandate", f"{mandate.id}.1", agent.id)
    terms = stage.usual.mandates.records.mandate_terms(f"{mandate.id}.1")
    assert terms is not None
    assert (terms.constraints, terms.digest) == (CAPPED, terms_digest(mandate))
    assert used(stage, mandate) == 1_800
    trace = [link.kind for link in stage.usual.records.trace(CUSTOMER_ID)]
    assert trace[-3:] == ["mandate_used", "authorised", "captured"]


def test_without_the_pin_nothing_is_granted(stage: Stage) -> None:
    agent = agent_of(stage)
    mandate = stage.usual.mandates.propose(CUSTOMER_ID, agent.id, CAPPED)
    with pytest.raises(PinWrong):
        stage.usual.mandates.grant(CUSTOMER_ID, mandate.id, 1, "258037")
    assert stored(stage, mandate).state == "proposed"
    assert refused(lambda: use(stage, agent, mandate)) == "state"
    assert stage.usual.records.authorisations() == []


def test_terms_that_moved_since_they_were_shown_are_not_granted(stage: Stage) -> None:
    agent = agent_of(stage)
    mandate = stage.usual.mandates.propose(CUSTOMER_ID, agent.id, CAPPED)
    stage.usual.mandates.amend(CUSTOMER_ID, mandate.id, replace(CAPPED, per_order=Money(20_000)))
    with pytest.raises(MandateChanged):
        stage.usual.mandates.grant(CUSTOMER_ID, mandate.id, 1, PIN)
    assert stored(stage, mandate).state == "proposed"


def test_a_cap_holds_when_many_try_at_once(stage: Stage) -> None:
    agent, mandate = granted(stage)
    checkouts = [propose(stage) for _ in range(12)]

    def attempt(checkout: CheckoutSession) -> str:
        try:
            return use(stage, agent, mandate, checkout).state
        except MandateExceeded as exceeded:
            return str(exceeded.params["constraint"])

    with ThreadPoolExecutor(12) as pool:
        outcomes = sorted(pool.map(attempt, checkouts))
    assert outcomes == ["accepted"] * 2 + ["per_day"] * 10
    assert used(stage, mandate) == 3_600
    wallet = stage.usual.records.wallet(CUSTOMER_ID)
    assert wallet is not None
    assert wallet.available == Money(26_400)


def test_the_cap_is_summed_again_in_the_unit_that_pays(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, mandate = granted(stage)
    for _ in range(2):
        use(stage, agent, mandate)
    # A reader that is a moment behind must not let a third one through.
    monkeypatch.setattr(type(stage.usual.mandates.records), "mandate_used", lambda *_: 0)
    assert refused(lambda: use(stage, agent, mandate)) == "per_day"


def test_what_is_given_back_of_a_hold_does_not_count_and_the_next_day_begins_anew(stage: Stage) -> None:
    agent, mandate = granted(stage)
    stage.usual.merchants.script = lambda _: Placement("rejected", "closed")
    assert use(stage, agent, mandate).state == "canceled"
    assert used(stage, mandate) == 0
    stage.usual.merchants.script = lambda _: None
    for _ in range(2):
        use(stage, agent, mandate)
    assert refused(lambda: use(stage, agent, mandate)) == "per_day"
    stage.clock.advance(timedelta(hours=15))
    assert use(stage, agent, mandate).state == "accepted"


def test_a_closed_mandate_pays_its_one_checkout_and_no_other(stage: Stage) -> None:
    agent, checkout = agent_of(stage), propose(stage)
    mandate = stage.usual.mandates.propose(CUSTOMER_ID, agent.id, CAPPED, checkout.digest)
    stage.usual.mandates.grant(CUSTOMER_ID, mandate.id, 1, PIN)
    assert refused(lambda: use(stage, agent, mandate)) == "checkout"
    order = use(stage, agent, mandate, checkout)
    assert use(stage, agent, mandate, checkout).id == order.id
    assert used(stage, mandate) == 1_800


def test_narrowing_holds_at_once_and_widening_needs_the_pin(stage: Stage) -> None:
    agent, mandate = granted(stage)
    mandates = stage.usual.mandates
    mandates.amend(CUSTOMER_ID, mandate.id, replace(CAPPED, per_order=Money(1_000)))
    assert refused(lambda: use(stage, agent, mandate)) == "per_order"
    with pytest.raises(MandateWidened):
        mandates.amend(CUSTOMER_ID, mandate.id, CAPPED)
    with pytest.raises(PinWrong):
        mandates.amend(CUSTOMER_ID, mandate.id, CAPPED, "258037")
    assert stored(stage, mandate).constraints.per_order == Money(1_000)
    mandates.amend(CUSTOMER_ID, mandate.id, CAPPED, PIN)
    assert (stored(stage, mandate).version, use(stage, agent, mandate).state) == (3, "accepted")


def test_capping_all_narrows_every_mandate_that_allowed_more(stage: Stage) -> None:
    agent, mandate = granted(stage)
    _, modest = granted(stage, replace(CAPPED, per_order=Money(500)), agent)
    stage.usual.standing_orders.cap_all(CUSTOMER_ID, Money(1_000))
    assert (stored(stage, mandate).constraints.per_order, stored(stage, modest).version) == (Money(1_000), 1)


def test_pausing_revoking_and_removing_the_agent_hold_at_once(stage: Stage) -> None:
    agent, mandate = granted(stage)
    mandates = stage.usual.mandates
    mandates.pause(CUSTOMER_ID, mandate.id)
    assert refused(lambda: use(stage, agent, mandate)) == "state"
    mandates.resume(CUSTOMER_ID, mandate.id)
    assert use(stage, agent, mandate).state == "accepted"
    mandates.revoke(CUSTOMER_ID, mandate.id)
    mandates.revoke(CUSTOMER_ID, mandate.id)
    assert refused(lambda: use(stage, agent, mandate)) == "state"
    with pytest.raises(MandateInactive):
        mandates.resume(CUSTOMER_ID, mandate.id)
    _, other = granted(stage, CAPPED, agent)
    mandates.remove_agent(CUSTOMER_ID, agent.id)
    assert stored(stage, other).state == "revoked"


def test_a_mandate_revoked_while_its_checkout_is_on_the_way_holds_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, mandate = granted(stage)
    checkouts = type(stage.usual.checkouts)
    honest = checkouts.check_still_true

    def slowly(self: object, *given: object) -> None:
        honest(self, *given)  # type: ignore[arg-type]
        stage.usual.mandates.revoke(CUSTOMER_ID, mandate.id)

    monkeypatch.setattr(checkouts, "check_still_true", slowly)
    assert refused(lambda: use(stage, agent, mandate)) == "state"
    assert stage.usual.records.authorisations() == []


def test_a_mandate_revoked_between_the_hold_and_the_merchant_gives_the_hold_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, mandate = granted(stage)
    authoriser = type(stage.usual.payments.payments.authoriser)
    honest = authoriser.authorise
    placed: list[Order] = []

    def then_revoked(self: object, *given: object) -> str:
        order_id = honest(self, *given)  # type: ignore[arg-type]
        stage.usual.mandates.revoke(CUSTOMER_ID, mandate.id)
        return order_id

    def place(order: Order, handover: Handover, key: str) -> Placement:
        placed.append(order)
        return Placement("accepted")

    monkeypatch.setattr(authoriser, "authorise", then_revoked)
    monkeypatch.setattr(stage.usual.merchants, "place", place)
    order = use(stage, agent, mandate)
    assert (order.state, order.failure, placed) == ("canceled", "mandate_revoked", [])
    assert sorted(t.kind for t in stage.usual.records.transfers(order.id)) == ["hold", "void"]


def test_a_key_speaks_for_its_agent_until_it_is_removed(stage: Stage) -> None:
    agent, key = stage.usual.mandates.add_agent(CUSTOMER_ID, "  Butler\n ")
    assert stage.usual.mandates.agent_of(key) == agent
    assert agent.name == "Butler"
    with pytest.raises(AgentUnknown):
        stage.usual.mandates.agent_of(key + "x")
    stage.usual.mandates.remove_agent(CUSTOMER_ID, agent.id)
    with pytest.raises(AgentUnknown):
        stage.usual.mandates.agent_of(key)
    assert key not in str(stage.usual.records.trace(CUSTOMER_ID))


def test_another_customers_mandate_agent_or_card_is_not_found(stage: Stage) -> None:
    agent, mandate = granted(stage)
    stranger = replace(agent, customer_id="cus_other")
    with pytest.raises(NotFound):
        use(stage, stranger, mandate)
    with pytest.raises(NotFound):
        stage.usual.mandates.revoke("cus_other", mandate.id)
    with pytest.raises(NotFound):
        stage.usual.mandates.propose("cus_other", agent.id, CAPPED)


def test_terms_that_were_granted_cannot_be_rewritten(stage: Stage) -> None:
    granted(stage)
    for statement in ("UPDATE mandate_terms SET digest = 'x'", "DELETE FROM mandate_terms"):
        with stage.usual.database.engine.begin() as connection, pytest.raises(IntegrityError):
            connection.execute(text(statement))


def test_a_right_pin_is_no_wrong_try_whatever_else_was_wrong(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = agent_of(stage)
    mandate = stage.usual.mandates.propose(CUSTOMER_ID, agent.id, CAPPED)
    service = type(stage.usual.mandates)
    honest = service.granting

    def overtaken(self: object, given: Mandate, by: GrantMethod) -> object:
        unit = honest(self, given, by)  # type: ignore[arg-type]
        stage.usual.mandates.revoke(CUSTOMER_ID, mandate.id)
        return unit

    monkeypatch.setattr(service, "granting", overtaken)
    with pytest.raises(MandateChanged):
        stage.usual.mandates.grant(CUSTOMER_ID, mandate.id, 1, PIN)
    credential = stage.usual.records.credential(CUSTOMER_ID)
    assert credential is not None
    assert (credential.pin_failures, stored(stage, mandate).state) == (0, "revoked")


def test_terms_are_held_to_the_trace_however_fast_time_goes_by(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    still = SetClock.now

    def ticking(clock: SetClock) -> datetime:
        clock.advance(timedelta(milliseconds=1))
        return still(clock)

    monkeypatch.setattr(SetClock, "now", ticking)
    mandate = stage.usual.mandates.propose(CUSTOMER_ID, agent_of(stage).id, CAPPED)
    stage.usual.mandates.grant(CUSTOMER_ID, mandate.id, 1, PIN)
    stage.usual.mandates.amend(CUSTOMER_ID, mandate.id, replace(CAPPED, per_order=Money(1_000)))
    stage.usual.mandates.amend(CUSTOMER_ID, mandate.id, CAPPED, PIN)
    agreed(stage)
    assert stage.usual.audit.check() == []
