"""What paying leaves in the wallet: told before, and by the ledger afterwards, whatever is paid or deposited later."""

from datetime import timedelta

from app.domain.checkout import CheckoutSession, Draft, DraftLine
from app.domain.geo import Point
from app.domain.names import Names
from app.domain.ride import Stop, Trip
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.views import CardView

PIN = "258036"
LATTE = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 1),), "pickup")
THERE = Trip((Stop(Names(("Here",)), Point(0, 0)), Stop(Names(("There",)), Point(8_000, 0))))
RIDE = Draft("starling_rides", (DraftLine("line_1", "economy", 1),), trip=THERE)


def propose(stage: Stage, draft: Draft = LATTE) -> CheckoutSession:
    return stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))


def pay(stage: Stage, checkout: CheckoutSession) -> str:
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN).id


def card(stage: Stage, checkout: CheckoutSession) -> CardView:
    return stage.usual.queries.card(CUSTOMER_ID, checkout.id, "en")


def test_a_card_tells_what_paying_it_would_leave_and_the_paid_one_what_it_left(stage: Stage) -> None:
    first = propose(stage)
    assert (card(stage, first).balance, card(stage, first).balance_after) == ("¥300.00", "¥282.00")
    order_id = pay(stage, first)
    assert card(stage, first).balance_after == "¥282.00"
    stage.clock.advance(timedelta(minutes=6))
    second = propose(stage)
    stage.usual.wallets.deposit(CUSTOMER_ID, 5_000, PIN, "dep-1", "en")
    assert card(stage, second).balance_after == "¥314.00"
    stage.clock.advance(timedelta(minutes=1))
    pay(stage, second)
    assert (card(stage, first).balance_after, card(stage, second).balance_after) == ("¥282.00", "¥314.00")
    assert stage.usual.queries.receipt(CUSTOMER_ID, order_id, "zh").balance_after == "¥282.00"


def test_a_ride_leaves_the_balance_less_the_most_until_its_fare_is_known(stage: Stage) -> None:
    ride = propose(stage, RIDE)
    before = card(stage, ride)
    order_id = pay(stage, ride)
    booked = card(stage, ride)
    assert booked.state == "booked"
    assert booked.balance_after == before.balance_after
    stage.clock.advance(timedelta(minutes=20))
    assert stage.usual.payments.payments.settle_stranded() == 1
    wallet, order = stage.usual.records.wallet(CUSTOMER_ID), stage.usual.records.order(order_id)
    assert wallet is not None
    assert order is not None
    assert order.total.minor < ride.totals.maximum.minor
    assert card(stage, ride).balance_after == str(wallet.available)


def test_a_card_that_was_declined_leaves_nothing_to_tell(stage: Stage) -> None:
    latte = propose(stage)
    stage.happen(Event(merchant="declines"))
    stage.usual.payments.pay(CUSTOMER_ID, latte.id, latte.version, PIN, "en")
    assert card(stage, latte).state == "declined"
    assert card(stage, latte).balance_after is None
