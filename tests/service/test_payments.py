"""Paying a card: once, by its owner, with the PIN, for exactly what it shows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.errors import UsualError
from app.base.money import Money
from app.domain.checkout import Approval, CheckoutChanged, CheckoutClosed, CheckoutExpired, CheckoutSession, Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.ledger import InsufficientFunds
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.accounts import NewCustomer
from app.service.checkout import Asked, CheckoutDrifted
from app.service.money.authorise import CouponUsed
from app.service.ports import DepositDeclined, Handover, Placement, TraceLink
from app.service.units import KeyReused, StorageUnavailable
from tests.stored import stored_rows

PIN, WRONG = "258036", "258037"
LATTE = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 1),))


def propose(stage: Stage, draft: Draft = LATTE, previous: CheckoutSession | None = None) -> CheckoutSession:
    customer = stage.usual.customer(CUSTOMER_ID)
    return stage.usual.checkouts.propose(customer, draft, Asked("con", "utt"), previous)


def pay(stage: Stage, checkout: CheckoutSession, pin: str = PIN, customer_id: str = CUSTOMER_ID) -> str:
    return stage.usual.payments.payments.pay(customer_id, checkout.id, checkout.version, pin).id


def kinds(stage: Stage, order_id: str) -> list[str]:
    return [transfer.kind for transfer in stage.usual.records.transfers(order_id)]


def wallet(stage: Stage) -> tuple[int, int]:
    found = stage.usual.records.wallet(CUSTOMER_ID)
    assert found is not None
    return found.available.minor, found.held.minor


def failures(stage: Stage) -> int:
    credential = stage.usual.records.credential(CUSTOMER_ID)
    assert credential is not None
    return credential.pin_failures


def test_a_paid_card_is_held_then_captured_and_its_chain_can_be_walked_back(stage: Stage) -> None:
    checkout = propose(stage)
    order_id = pay(stage, checkout)
    assert sorted(kinds(stage, order_id)) == ["capture", "hold"]
    assert wallet(stage) == (28_200, 0)
    authorisation = stage.usual.records.authorisation(order_id)
    assert authorisation is not None
    assert authorisation.state == "captured"
    approval = stage.usual.records.approval(authorisation.approval_id)
    assert approval is not None
    assert (approval.digest, approval.maximum, approval.payee_id) == (checkout.digest, Money(1800), "nimbus_coffee")
    assert [link.kind for link in stage.usual.records.trace(CUSTOMER_ID)][-4:] == [
        "pin_tried",
        "pin_accepted",
        "authorised",
        "captured",
    ]


def test_a_double_click_makes_one_order_and_every_click_is_told_of_it(stage: Stage) -> None:
    checkout = propose(stage)
    with ThreadPoolExecutor(8) as pool:
        orders = set(pool.map(lambda _: pay(stage, checkout), range(8)))
    assert len(orders) == 1
    assert stage.usual.merchants.placed_count() == 1
    assert wallet(stage) == (28_200, 0)
    assert failures(stage) == 0


def test_a_double_click_on_a_card_whose_price_moved_shows_the_new_card_twice(stage: Stage) -> None:
    checkout = propose(stage)
    stage.happen(Event(price={"nimbus_coffee.latte": "20.00"}))
    checkouts, customer = stage.usual.checkouts, stage.usual.customer(CUSTOMER_ID)
    for _ in range(2):
        stage.clock.advance(timedelta(seconds=1))
        with pytest.raises(CheckoutDrifted) as drifted:
            checkouts.check_still_true(customer, checkout)
        assert (drifted.value.renewed.version, drifted.value.renewed.totals.total) == (2, Money(2000))


def topup(stage: Stage, product_id: str = "topup_50") -> Draft:
    contact = stage.usual.records.contacts(CUSTOMER_ID)[0]
    return Draft("skylark_mobile", (DraftLine("line_1", product_id, 1),), "phone", contact.phone_ref, contact.phone_masked)


def test_a_coupon_for_one_use_is_used_once_even_when_two_cards_show_it(stage: Stage) -> None:
    first, second = propose(stage, topup(stage)), propose(stage, topup(stage))
    assert first.totals.total == second.totals.total == Money(4500)
    held(stage, first)
    with pytest.raises(CouponUsed):
        held(stage, second)
    with pytest.raises(CheckoutDrifted) as drifted:
        pay(stage, second)
    assert drifted.value.renewed.totals.total == Money(5000)


def test_a_deposit_that_was_cut_off_after_the_bank_paid_is_credited_once_by_the_worker(stage: Stage) -> None:
    depositor = stage.usual.wallets.wallets.depositor

    class Dying:
        def charge(self, customer_id: str, amount: Money, key: str) -> None:
            depositor.bank.charge(customer_id, amount, key)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(depositor, bank=Dying()).deposit(CUSTOMER_ID, Money(1_000), "k1")
    assert wallet(stage) == (30_000, 0)
    stage.clock.advance(timedelta(minutes=1))
    assert stage.usual.wallets.wallets.settle_deposits(30) == 1
    assert stage.usual.wallets.wallets.settle_deposits(30) == 0
    depositor.deposit(CUSTOMER_ID, Money(1_000), "k1")
    assert wallet(stage) == (31_000, 0)


def test_the_same_deposit_key_with_another_amount_moves_nothing(stage: Stage) -> None:
    depositor = stage.usual.wallets.wallets.depositor
    depositor.deposit(CUSTOMER_ID, Money(1_000), "k1")
    with pytest.raises(KeyReused):
        depositor.deposit(CUSTOMER_ID, Money(500_000), "k1")
    assert wallet(stage) == (31_000, 0)
    with pytest.raises(DepositDeclined):
        depositor.bank.charge(CUSTOMER_ID, Money(2), stage.usual.records.transfers()[-1].cause)


def test_one_hold_that_can_not_be_settled_keeps_no_other_waiting(stage: Stage) -> None:
    first, second = held(stage, propose(stage)), held(stage, propose(stage))
    stage.clock.advance(timedelta(minutes=1))
    payments = stage.usual.payments.payments
    records = payments.records

    class Losing:
        def __getattr__(self, name: str) -> object:
            return getattr(records, name)

        def order(self, order_id: str) -> object:
            return None if order_id == first else records.order(order_id)

    assert replace(payments, records=Losing()).settle_stranded() == 1
    settled = records.order(second)
    assert settled is not None
    assert settled.state == "canceled"
    assert payments.settle_stranded() == 1


def test_an_order_that_waited_too_long_is_not_placed_any_more(stage: Stage) -> None:
    order_id = held(stage, propose(stage))
    stage.clock.advance(timedelta(minutes=1))
    stage.usual.payments.payments.carry_out(order_id)
    assert stage.usual.merchants.placed_count() == 0
    assert stage.usual.payments.payments.settle_stranded() == 1
    assert wallet(stage) == (30_000, 0)


def test_paying_again_gives_back_the_same_order(stage: Stage) -> None:
    checkout = propose(stage)
    assert pay(stage, checkout) == pay(stage, checkout)
    assert wallet(stage) == (28_200, 0)


def test_another_customers_card_is_not_there(stage: Stage) -> None:
    stage.usual.accounts.open(NewCustomer("cus_other", "other", "password", "Other", "en"))
    checkout = propose(stage)
    with pytest.raises(NotFound):
        pay(stage, checkout, customer_id="cus_other")
    assert wallet(stage) == (30_000, 0)


def test_an_older_version_can_not_be_paid(stage: Stage) -> None:
    first = propose(stage)
    propose(stage, replace(LATTE, lines=(DraftLine("line_1", "latte", 2),)), first)
    with pytest.raises(CheckoutChanged):
        pay(stage, first)
    assert wallet(stage) == (30_000, 0)


def test_an_expired_card_can_not_be_paid_and_costs_no_try_of_the_pin(stage: Stage) -> None:
    checkout = propose(stage)
    stage.clock.advance(timedelta(seconds=300))
    with pytest.raises(CheckoutExpired):
        pay(stage, checkout, WRONG)
    assert failures(stage) == 0


def test_a_canceled_card_can_not_be_paid(stage: Stage) -> None:
    checkout = propose(stage)
    stage.usual.checkouts.cancel(checkout, "by_customer")
    with pytest.raises(CheckoutClosed):
        pay(stage, checkout)


def test_not_enough_money_says_how_much_is_missing(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(wallet="10.00")
    with pytest.raises(InsufficientFunds) as refused:
        pay(stage, propose(stage))
    assert refused.value.params["missing"] == Money(800)
    assert wallet(stage) == (1_000, 0)


def test_a_price_that_moved_makes_a_new_card_and_takes_nothing(stage: Stage) -> None:
    checkout = propose(stage)
    stage.happen(Event(price={"nimbus_coffee.latte": "20.00"}))
    with pytest.raises(CheckoutDrifted) as drifted:
        pay(stage, checkout)
    assert drifted.value.renewed.totals.total == Money(2000)
    assert drifted.value.renewed.version == 2
    with pytest.raises(CheckoutChanged):
        pay(stage, checkout)
    assert wallet(stage) == (30_000, 0)
    pay(stage, drifted.value.renewed)
    assert wallet(stage) == (28_000, 0)


def test_what_sold_out_since_the_card_is_refused(stage: Stage) -> None:
    checkout = propose(stage)
    stage.happen(Event(stock={"nimbus_coffee.latte": "0"}))
    with pytest.raises(UsualError) as refused:
        pay(stage, checkout)
    assert refused.value.code == "sold_out"
    assert wallet(stage) == (30_000, 0)


def test_a_merchant_that_declines_gives_the_money_and_the_coupon_back(stage: Stage) -> None:
    draft = topup(stage)
    stage.happen(Event(merchant="declines"))
    order_id = pay(stage, propose(stage, draft))
    assert sorted(kinds(stage, order_id)) == ["hold", "void"]
    assert wallet(stage) == (30_000, 0)
    assert stage.usual.records.coupon_uses(CUSTOMER_ID) == []
    stage.happen(Event(merchant="accepts"))
    again = propose(stage, draft)
    assert again.totals.total == Money(4500)
    pay(stage, again)
    assert [use.coupon_id for use in stage.usual.records.coupon_uses(CUSTOMER_ID)] == ["topup_5_off"]


def test_a_hold_left_by_a_crash_is_settled_by_asking_with_the_same_key(stage: Stage) -> None:
    checkout = propose(stage)
    order_id = held(stage, checkout)
    assert wallet(stage) == (28_200, 1_800)
    order = stage.usual.records.order(order_id)
    assert order is not None
    stage.usual.merchants.place(order, Handover(), order_id)
    stage.clock.advance(timedelta(minutes=1))
    assert stage.usual.payments.payments.settle_stranded() == 1
    assert wallet(stage) == (28_200, 0)
    assert stage.usual.payments.payments.settle_stranded() == 0


def test_a_hold_whose_order_never_left_is_given_back_and_the_late_order_is_refused(stage: Stage) -> None:
    order_id = held(stage, propose(stage))
    stage.clock.advance(timedelta(minutes=1))
    assert stage.usual.payments.payments.settle_stranded() == 1
    assert wallet(stage) == (30_000, 0)
    order = stage.usual.records.order(order_id)
    assert order is not None
    assert stage.usual.merchants.place(order, Handover(), order_id) == Placement("rejected", "never_received")


def test_a_hold_that_is_young_is_left_alone(stage: Stage) -> None:
    held(stage, propose(stage))
    assert stage.usual.payments.payments.settle_stranded() == 0
    assert wallet(stage) == (28_200, 1_800)


def held(stage: Stage, checkout: CheckoutSession) -> str:
    """The state a crash leaves between hold and capture."""
    approval = Approval(
        stage.usual.ids.new("apr"),
        checkout.id,
        checkout.version,
        CUSTOMER_ID,
        "pin",
        checkout.digest,
        checkout.merchant_id,
        checkout.totals.total,
        stage.clock.now(),
    )
    payments = stage.usual.payments.payments
    return payments.authoriser.authorise(checkout, approval, payments.step_up.check_pin(CUSTOMER_ID, PIN))


def test_a_hold_that_no_pin_passkey_or_mandate_allowed_is_found(stage: Stage) -> None:
    """The audit after each test looks for them; here one is made by hand."""
    checkout = propose(stage)
    order_id = held(stage, checkout)
    assert stage.usual.audit.check() == []
    records = stage.usual.records
    honest = records.trace(CUSTOMER_ID)

    class Forged:
        def __init__(self, kind: str) -> None:
            self.kind = kind

        def __getattr__(self, name: str) -> object:
            return getattr(records, name)

        def trace(self, customer_id: str) -> list[TraceLink]:
            return [replace(link, kind=self.kind) if link.kind == "pin_accepted" else link for link in honest]

    for kind in ("pin_tried", "passkey_used", "mandate_used"):
        forged = replace(stage.usual.audit, records=Forged(kind))  # type: ignore[arg-type]
        faults = forged.check()
        assert ("evidence_missing", order_id) in {(fault.kind, fault.subject) for fault in faults}


def test_the_pin_is_nowhere_and_numbers_and_words_only_in_the_vault(stage: Stage) -> None:
    pay(stage, propose(stage))
    stage.usual.assistant.turn(CUSTOMER_ID, "con", "top up 13611112222 with 50")
    stage.usual.assistant.turn(CUSTOMER_ID, "con", "zebra quagga okapi")
    rows = list(stored_rows(stage))
    assert not [row for _, row in rows if PIN in row]
    for personal in ("13812345678", "13611112222", "okapi"):
        assert {table for table, row in rows if personal in row} == {"vault"}, personal


@pytest.mark.parametrize("field", ["amount", "payee", "line", "expiry", "version", "customer"])
def test_an_approval_of_anything_else_is_refused(stage: Stage, field: str) -> None:
    checkout = propose(stage)
    approved = {
        "amount": replace(checkout, totals=replace(checkout.totals, total=Money(1))),
        "payee": replace(checkout, merchant_id="sunrise_breakfast"),
        "line": replace(checkout, lines=(replace(checkout.lines[0], quantity=2),)),
        "expiry": replace(checkout, expires_at=checkout.expires_at + timedelta(hours=1)),
        "version": replace(checkout, version=2),
        "customer": replace(checkout, customer_id="cus_other"),
    }[field]
    with pytest.raises(CheckoutChanged):
        held(stage, approved)
    assert wallet(stage) == (30_000, 0)


def test_a_database_that_fails_at_the_capture_leaves_a_hold_that_is_settled_later(stage: Stage) -> None:
    checkout = propose(stage)
    settler = stage.usual.payments.payments.settler

    class Failing:
        def commit(self, unit: object) -> object:
            raise StorageUnavailable(cause="full")

    broken = replace(stage.usual.payments.payments, settler=replace(settler, writer=Failing()))
    with pytest.raises(StorageUnavailable):
        broken.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN)
    assert wallet(stage) == (28_200, 1_800)
    stage.clock.advance(timedelta(minutes=1))
    assert stage.usual.payments.payments.settle_stranded() == 1
    assert wallet(stage) == (28_200, 0)
    assert stage.usual.merchants.placed_count() == 1
