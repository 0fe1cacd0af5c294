"""Looking back: spending equals what the ledger says was captured, orders are found by time and product, and taps are checked."""

from collections.abc import Callable

import pytest

from app.domain.customer import NotFound
from app.replay.script import Event
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.accounts import NewCustomer
from app.service.card_taps import TapInvalid
from app.service.history_views import OrdersView, SpendingView
from app.service.order_list import PAGE, Wanted
from app.service.ports import Placement
from app.service.views import Reply

PIN = "258036"


def say(stage: Stage, text: str) -> Reply:
    return stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)


def buy(stage: Stage, text: str) -> str:
    say(stage, text)
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    stage.usual.payments.pay(CUSTOMER_ID, card.id, card.version, PIN, "en")
    order = stage.usual.records.order_of_checkout(card.id)
    assert order is not None
    return order.id


def captured(stage: Stage) -> int:
    return sum(t.amount.minor for t in stage.usual.records.transfers() if t.kind == "capture")


def spending(stage: Stage, text: str) -> SpendingView:
    [view] = [m.view for m in say(stage, text).messages if isinstance(m.view, SpendingView)]
    return view


def orders(stage: Stage, text: str) -> OrdersView:
    [view] = [m.view for m in say(stage, text).messages if isinstance(m.view, OrdersView)]
    return view


@pytest.mark.parametrize("asked", ["what did I spend this week?", "这周花了多少", "spending by shop"])
def test_spending_is_what_the_ledger_captured_and_every_part_sums_to_it(stage: Stage, asked: str) -> None:
    buy(stage, "two large oat lattes and a butter croissant")
    buy(stage, "top up my phone with 50")
    view = spending(stage, asked)
    assert view.total_minor == captured(stage) > 0
    for parts in (view.bars, view.shops, view.categories, view.approvers):
        assert sum(part.minor for part in parts) == view.total_minor
    assert [share.minor for share in view.shops] == sorted((share.minor for share in view.shops), reverse=True)
    assert len(view.bars) == 7


def test_what_was_held_and_given_back_is_not_spent(stage: Stage) -> None:
    buy(stage, "a latte")
    stage.usual.merchants.script = lambda _: Placement("rejected", "declined")
    buy(stage, "two mochas")
    view = spending(stage, "what did I spend this week")
    assert (view.total, view.total_minor) == ("¥18.00", captured(stage))


def test_what_comes_to_less_than_was_held_counts_as_what_was_taken(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    stage.happen(Event(final={"starling_rides": "8.00"}))
    buy(stage, "打车去外滩")
    view = spending(stage, "what did I spend this month")
    assert view.total_minor == captured(stage)


def test_the_period_is_by_the_customers_clock_and_the_one_before_is_told(stage: Stage) -> None:
    buy(stage, "a latte")
    stage.happen(Event(passes="7d"))
    buy(stage, "two mochas")
    view = spending(stage, "what did I spend this week")
    assert (view.total, view.previous) == ("¥42.00", "¥18.00")
    assert spending(stage, "上周花了多少").total == "¥18.00"
    assert spending(stage, "how much did I spend this year").total == "¥60.00"
    assert "nothing" in say(stage, "what did I spend yesterday").messages[0].text


def test_orders_are_found_by_product_and_by_time(stage: Stage) -> None:
    latte = buy(stage, "a latte")
    stage.happen(Event(passes="7d"))
    bread = buy(stage, "a butter croissant")
    assert [row.order_id for row in orders(stage, "my orders").rows] == [bread, latte]
    assert [row.order_id for row in orders(stage, "find my orders of latte").rows] == [latte]
    assert [row.order_id for row in orders(stage, "找一下拿铁的订单").rows] == [latte]
    assert [row.order_id for row in orders(stage, "what did I order last week").rows] == [latte]
    assert "no such order" in say(stage, "find my orders of mocha").messages[0].text
    # Looking back opens no card and cancels none.
    assert stage.usual.records.last_checkout(CUSTOMER_ID) is not None


@pytest.mark.parametrize("typed", ["/orders", "/ORDERS", "／订单", "/订单"])
def test_a_command_is_short_for_a_sentence(stage: Stage, typed: str) -> None:
    latte = buy(stage, "a latte")
    assert [row.order_id for row in orders(stage, typed).rows] == [latte]


def test_a_list_is_paged_and_the_pages_are_whole(stage: Stage) -> None:
    bought = []
    for _ in range(PAGE + 2):
        bought.append(buy(stage, "an espresso"))
        stage.happen(Event(passes="10m"))
    first = orders(stage, "my orders")
    assert (len(first.rows), first.more) == (PAGE, True)
    second = stage.usual.queries.orders(CUSTOMER_ID, Wanted(offset=PAGE), "en")
    assert second.more is False
    assert [row.order_id for row in (*first.rows, *second.rows)] == bought[::-1]


def test_a_listed_order_is_had_again_or_its_receipt_shown_by_tap(stage: Stage) -> None:
    order = buy(stage, "a large oat latte")
    reply = stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, {"kind": "receipt", "order": order})
    assert getattr(reply.messages[0].view, "order_id", None) == order
    stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, {"kind": "again", "order": order})
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    assert (card.state, card.totals.total.minor, card.lines[0].product_id) == ("ready_for_complete", 2_400, "latte")


@pytest.mark.parametrize("kind", ["again", "receipt"])
def test_another_customers_order_is_not_there(stage: Stage, kind: str) -> None:
    order = buy(stage, "a latte")
    stage.usual.accounts.open(NewCustomer(id="cus_other", username="o", password="other-password", display_name="O", lang="en"))
    for tap in ({"kind": kind, "order": order}, {"kind": kind}, {"kind": kind, "order": ["x"]}):
        with pytest.raises(TapInvalid):
            stage.usual.assistant.tap("cus_other", "con_other", tap)
    with pytest.raises(NotFound):
        stage.usual.queries.receipt("cus_other", order, "en")
    assert stage.usual.queries.orders("cus_other", Wanted(), "en").rows == ()
