"""The AI wallet's page: its sums are the ledger's, it shows its own customer alone, and what it is asked for wrongly it says."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.agent import Agent
from app.domain.catalog import Catalog
from app.domain.checkout import Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.ledger import available_account, held_account
from app.domain.mandate import Constraints, Mandate
from app.domain.order import Order
from app.domain.refund import RefundedLine
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.accounts import NewCustomer
from app.service.ai_wallet import Asked
from app.service.checkout import Asked as AskedFor
from app.service.ports import Placement
from app.service.wallet_views import AIWalletView
from tests.service.standing import DAY, LATTE, MONDAY, PIN, agreed, at, runs
from tests.service.test_disputes import dispute, misread

AMERICANO = Draft("nimbus_coffee", (DraftLine("line_1", "americano", 1), DraftLine("line_2", "croissant", 2)), "pickup")
BREAKFAST = Draft("sunrise_breakfast", (DraftLine("line_1", "soy_milk", 3), DraftLine("line_2", "tea_egg", 1)))
CAPPED = Constraints(per_order=Money(10_000), zone="Asia/Shanghai", per_day=Money(20_000))


def wallet(stage: Stage, customer_id: str = CUSTOMER_ID, **asked: object) -> AIWalletView:
    return stage.usual.ai_wallet.of(customer_id, Asked(**asked), "en")  # type: ignore[arg-type]


def buy(stage: Stage, draft: Draft = LATTE, granted: tuple[Agent, Mandate] | None = None) -> Order:
    usual = stage.usual
    checkout = usual.checkouts.propose(usual.customer(CUSTOMER_ID), draft, AskedFor("con", "utt"))
    if granted is None:
        return usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN)
    agent, mandate = granted
    return usual.payments.payments.pay_by_mandate(agent, mandate.id, checkout.id, checkout.version)


def grant(stage: Stage, name: str = "Butler", constraints: Constraints = CAPPED) -> tuple[Agent, Mandate]:
    mandates = stage.usual.mandates
    agent, _ = mandates.add_agent(CUSTOMER_ID, name)
    mandate = mandates.propose(CUSTOMER_ID, agent.id, constraints)
    return agent, mandates.grant(CUSTOMER_ID, mandate.id, 1, PIN)


def give_back(stage: Stage, order: Order) -> None:
    checkout = stage.usual.records.checkout(order.checkout_id)
    assert checkout is not None
    lines = (RefundedLine(checkout.lines[0].id, 1),)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", lines)
    stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", offer.lines, offer.digest)


def netted(stage: Stage) -> int:
    """What merchants took less what they gave back, by the transfers alone."""
    transfers = stage.usual.records.transfers()
    taken = sum(t.amount.minor for t in transfers if t.kind == "capture" and t.source == held_account(CUSTOMER_ID))
    returned = sum(
        t.amount.minor for t in transfers if t.kind in ("refund", "compensation") and t.target == available_account(CUSTOMER_ID)
    )
    return taken - returned


def check_sums(stage: Stage) -> None:
    view, expected = wallet(stage), netted(stage)
    sums, row = view.sums, stage.usual.records.wallet(CUSTOMER_ID)
    assert row is not None
    assert sums.total_minor == expected
    assert sums.earlier_minor + sum(bar.minor for bar in sums.bars) == expected
    for shares in (sums.approvers, sums.merchants, sums.categories):
        assert sum(share.minor for share in shares) == expected
    rows, page = list(view.rows), view
    while page.next_page:
        page = wallet(stage, before=page.next_page)
        rows += page.rows
    assert sum(one.minor for one in rows) == expected
    assert [one.order_id for one in rows] == [o.id for o in stage.usual.records.orders(CUSTOMER_ID, 1_000)]
    deposited = sum(
        t.amount.minor
        for t in stage.usual.records.transfers()
        if t.kind == "deposit" and t.target == available_account(CUSTOMER_ID)
    )
    assert (view.deposited, view.spent) == (str(Money(deposited)), str(Money(expected)))
    assert deposited - expected == row.available.minor + row.held.minor
    assert (view.available, view.held) == (str(row.available), str(row.held))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_sum_is_the_ledgers_whatever_was_bought_held_declined_or_given_back(stage: Stage, seed: int) -> None:
    dice, usual = random.Random(seed), stage.usual
    usual.wallets.deposit(CUSTOMER_ID, 200_000, PIN, f"more-{seed}", "en")
    agents = [grant(stage, "Butler"), grant(stage, "Cook")]
    agreed(stage)
    check_sums(stage)
    day = MONDAY
    for _ in range(14):
        day += timedelta(days=dice.randint(1, 8))
        at(stage, day + timedelta(hours=dice.randint(0, 6)))
        fate = dice.choice(["taken"] * 5 + ["declined", "silent"])
        usual.merchants.script = lambda _, fate=fate: Placement("rejected", "declined") if fate == "declined" else None
        usual.merchants.is_answering = fate != "silent"
        try:
            order = buy(stage, dice.choice([LATTE, AMERICANO, BREAKFAST]), dice.choice([None, *agents]))
        except Refusal:
            continue
        finally:
            usual.merchants.is_answering = True
        if order.is_taken and dice.random() < 0.4:
            give_back(stage, order)
    usual.merchants.script = lambda _: None
    assert len({row.amount for row in wallet(stage).rows}) > 3
    check_sums(stage)


def test_a_customer_who_has_done_nothing_has_an_empty_page(stage: Stage) -> None:
    check_sums(stage)
    view = wallet(stage)
    assert (view.rows, view.standing, view.mandates, view.agents, view.refunds) == ((), (), (), (), ())
    assert [row.amount for row in view.deposits] == ["¥300.00"]


def test_an_order_that_was_held_and_never_answered_is_held_and_not_spent(stage: Stage) -> None:
    stage.usual.merchants.is_answering = False
    buy(stage)
    stage.usual.merchants.is_answering = True
    [row] = wallet(stage).rows
    assert (row.minor, row.note, wallet(stage).held) == (0, "at most ¥18.00 held", "¥18.00")
    check_sums(stage)


def test_what_came_back_is_taken_off_where_it_was_spent(stage: Stage) -> None:
    order = buy(stage, replace(LATTE, lines=(DraftLine("line_1", "latte", 2),)))
    give_back(stage, order)
    view = wallet(stage)
    assert [(row.amount, row.note) for row in view.rows] == [("¥18.00", "¥36.00 paid, ¥18.00 came back")]
    assert [(share.label, share.amount) for share in view.sums.approvers] == [("You (PIN)", "¥18.00")]
    assert [(row.amount, row.state_label, row.order_id) for row in view.refunds] == [("¥18.00", "Came back", order.id)]


def test_each_filter_shows_its_own_and_the_rest_is_what_is_left(stage: Stage) -> None:
    butler, cook = grant(stage, "Butler"), grant(stage, "Cook")
    mine, by_butler, by_cook = buy(stage, BREAKFAST), buy(stage, LATTE, butler), buy(stage, LATTE, cook)
    stage.clock.advance(timedelta(days=8))
    later = buy(stage, LATTE)

    def found(**asked: object) -> set[str]:
        view = wallet(stage, **asked)
        assert sum(row.minor for row in view.rows) == view.sums.total_minor
        return {row.order_id for row in view.rows}

    assert found(approved_by="pin") == {mine.id, later.id}
    assert found(approved_by=butler[0].id) == found(mandate_id=butler[1].id) == {by_butler.id}
    assert found(merchant_id="sunrise_breakfast") == {mine.id}
    assert found(since=date(2026, 5, 19)) == {later.id}
    assert found(until=date(2026, 5, 18), merchant_id="nimbus_coffee") == {by_butler.id, by_cook.id}
    assert found(approved_by="passkey") == set()


@pytest.mark.parametrize(
    "asked",
    [
        {"approved_by": "agt_nobody"},
        {"merchant_id": "skylark_mobile"},
        {"mandate_id": "mdt_none"},
        {"before": "ord_none"},
        {"since": date(2026, 5, 19), "until": date(2026, 5, 18)},
        {"faults": ("since",)},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_what_can_not_be_shown_is_said_and_the_page_still_shows(stage: Stage, asked: dict[str, object]) -> None:
    order = buy(stage)
    view = wallet(stage, **asked)
    assert len(view.filters.faults) == 1
    assert [row.order_id for row in view.rows] == [order.id]


def test_nothing_of_another_customers_is_there(stage: Stage) -> None:
    granted = grant(stage)
    order = buy(stage, LATTE, granted)
    agreed(stage)
    usual = stage.usual
    usual.accounts.open(NewCustomer(id="cus_other", username="o", password="other-password", display_name="O", lang="en"))
    usual.wallets.wallets.bind("cus_other", consent=True, pin=PIN)
    usual.wallets.deposit("cus_other", 5_000, PIN, "theirs", "en")
    view = wallet(
        stage, "cus_other", approved_by=granted[0].id, mandate_id=granted[1].id, merchant_id="nimbus_coffee", before=order.id
    )
    assert len(view.filters.faults) == 4
    assert (view.rows, view.standing, view.mandates, view.agents, view.sums.total_minor) == ((), (), (), (), 0)
    assert (view.available, view.deposited) == ("¥50.00", "¥50.00")
    with pytest.raises(NotFound):
        usual.receipts.of("cus_other", order.id, "en")
    check_sums(stage)


def test_each_spending_has_its_words_and_none_where_it_was_paid_by_itself(stage: Stage) -> None:
    usual = stage.usual
    usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a large oat latte")
    card = usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    usual.payments.pay(CUSTOMER_ID, card.id, card.version, PIN, "en")
    agreed(stage)
    at(stage, MONDAY)
    assert sorted((row.words, row.approver) for row in wallet(stage).rows) == [
        ("", "Standing order “Latte”"),
        ("a large oat latte", "You (PIN)"),
    ]


def test_limits_show_what_is_used_of_each_and_a_refund_gives_no_room_back(stage: Stage) -> None:
    granted = grant(stage)
    give_back(stage, buy(stage, LATTE, granted))
    [view] = wallet(stage).mandates
    assert [(cap.label, cap.text, cap.percent) for cap in view.caps] == [
        ("An order", "at most ¥100.00", None),
        ("Today", "¥18.00 of ¥200.00 used", 9),
    ]
    stage.clock.advance(DAY)
    [view] = wallet(stage).mandates
    assert view.caps[1].text == "¥0.00 of ¥200.00 used"


def test_a_standing_order_shows_its_next_runs_and_what_it_used(stage: Stage) -> None:
    order = agreed(stage)
    at(stage, MONDAY)
    view = wallet(stage)
    [shown] = view.standing
    assert (shown.id, shown.actions, len(shown.upcoming)) == (order.id, ("pause", "revoke"), 3)
    assert [(cap.text, cap.percent) for cap in shown.caps] == [("last ¥18.00 of at most ¥20.00", 90), ("¥18.00", None)]
    # It stands there once, not as a permission too; the house's agent may use it and can't be removed.
    assert (view.mandates, [(a.removable, a.grants) for a in view.agents]) == ((), [(False, ((order.id, "Latte"),))])
    stage.usual.standing_orders.cancel(CUSTOMER_ID, order.id)
    view = wallet(stage)
    assert (view.standing, [one.id for one in view.ended], view.agents) == ((), [order.id], ())


def test_a_revoked_permission_makes_the_next_run_refuse(stage: Stage) -> None:
    order = agreed(stage)
    at(stage, MONDAY)
    stage.usual.mandates.revoke(CUSTOMER_ID, order.mandate_id)
    at(stage, MONDAY + DAY)
    assert runs(stage, order)[0] == ("ordered", "")
    assert runs(stage, order)[1][0] != "ordered"
    assert netted(stage) == 1_800


def test_what_is_not_sold_any_more_keeps_its_kind(stage: Stage) -> None:
    buy(stage, LATTE)
    before = wallet(stage).sums.categories
    merchants = stage.usual.merchants
    catalog: Catalog = merchants.catalogs()["nimbus_coffee"]
    merchants.offer(replace(catalog, products={i: p for i, p in catalog.products.items() if i != "latte"}))
    assert wallet(stage).sums.categories == before
    check_sums(stage)


def test_a_page_has_so_many_and_the_older_follow_without_one_twice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.service.ai_wallet.PAGE", 3)
    for _ in range(5):
        buy(stage)
    first = wallet(stage)
    second = wallet(stage, before=first.next_page)
    assert (len(first.rows), len(second.rows), second.next_page) == (3, 2, "")
    assert first.sums == second.sums
    check_sums(stage)


def test_a_spending_counts_in_the_week_it_was_placed_by_the_customers_clock(stage: Stage) -> None:
    first = buy(stage, BREAKFAST)
    # Half past seven on Monday in Shanghai is still Sunday in UTC.
    stage.clock.set(MONDAY + timedelta(days=7, hours=-3))
    second = buy(stage, BREAKFAST)
    view = wallet(stage)
    assert [bar.minor for bar in view.sums.bars[-2:]] == [first.total.minor, second.total.minor]
    assert (view.sums.bars[-1].label, view.sums.earlier_minor) == ("05-25", 0)
    stage.clock.advance(timedelta(weeks=11))
    view = wallet(stage)
    assert (view.sums.bars[0].minor, view.sums.earlier_minor) == (second.total.minor, first.total.minor)


def test_what_the_fund_paid_for_a_misread_line_came_back_and_is_listed_with_its_verdict(stage: Stage) -> None:
    order = misread(stage)
    decided = dispute(stage, order)
    view = wallet(stage)
    assert decided.amount.minor > 0
    assert [(row.amount, row.state_label, row.order_id) for row in view.disputes] == [
        (str(decided.amount), "Usual read your words wrong", order.id)
    ]
    assert [(row.minor, row.note) for row in view.rows] == [
        (order.total.minor - decided.amount.minor, f"{order.total} paid, {decided.amount} came back")
    ]
    check_sums(stage)
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "what did AI spend this month?")
    assert getattr(reply.messages[0].view, "total_minor", None) == netted(stage)
