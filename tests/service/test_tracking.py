"""An order gets on by the merchant's word: forward only, once each, told to whoever is looking."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.money import Money
from app.domain.checkout import Draft, DraftLine
from app.domain.geo import Point
from app.domain.names import Names
from app.domain.order import Progress
from app.domain.ride import Stop, Trip
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.news import News
from app.service.ports import Placement
from app.service.units import GuardFailed

PIN = "258036"


def ordered(stage: Stage, way: str = "delivery") -> str:
    draft = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 2),), way)
    checkout = stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN).id


def state(stage: Stage, order_id: str) -> str:
    order = stage.usual.records.order(order_id)
    assert order is not None
    return order.state


def test_an_order_passes_through_its_stages_and_each_is_told_once(stage: Stage) -> None:
    order_id = ordered(stage)
    heard: list[tuple[str, News]] = []
    stage.usual.news.subscribe(lambda customer_id, news: heard.append((customer_id, news)))
    seen = []
    for _ in range(14):
        stage.clock.advance(timedelta(minutes=5))
        stage.usual.tracking.follow()
        stage.usual.tracking.follow()
        seen.append(state(stage, order_id))
    stages = list(dict.fromkeys(seen))
    assert stages == ["preparing", "on_the_way", "delivered"]
    moves = [link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "progress"]
    assert [news for who, news in heard if who == CUSTOMER_ID] == [News("order", order_id)] * len(moves)
    assert stage.usual.tracking.follow() == 0


def test_of_two_workers_with_the_same_news_one_moves_the_order_and_none_takes_it_back(stage: Stage) -> None:
    order_id = ordered(stage)
    stale = stage.usual.records.order(order_id)
    assert stale is not None
    tracking = stage.usual.tracking
    stage.usual.writer.commit(tracking._moved(stale, Progress("on_the_way")))
    with pytest.raises(GuardFailed):
        stage.usual.writer.commit(tracking._moved(stale, Progress("preparing")))
    assert state(stage, order_id) == "on_the_way"


def test_what_is_collected_becomes_ready_and_says_its_number(stage: Stage) -> None:
    order_id = ordered(stage, "pickup")
    stage.clock.advance(timedelta(minutes=21))
    stage.usual.tracking.follow()
    assert state(stage, order_id) == "ready"
    told = stage.usual.assistant.told(CUSTOMER_ID, order_id, "en")
    order = stage.usual.records.order(order_id)
    assert told is not None
    assert order is not None
    assert told[0] == "con"
    assert order.number in told[1].text


def test_an_order_never_goes_back_and_a_late_one_is_told(stage: Stage) -> None:
    order_id = ordered(stage)
    merchants, now = stage.usual.merchants, stage.clock.now()
    said = Progress("on_the_way", now + timedelta(minutes=30))
    merchants.status = lambda merchant_id, key: Placement("accepted", progress=said)  # type: ignore[method-assign]
    assert stage.usual.tracking.follow() == 1
    said = Progress("preparing", now)
    assert stage.usual.tracking.follow() == 0
    assert state(stage, order_id) == "on_the_way"
    said = Progress("on_the_way", now + timedelta(minutes=50), late=True)
    assert stage.usual.tracking.follow() == 1
    view = stage.usual.queries.receipt(CUSTOMER_ID, order_id, "en")
    assert view.late
    assert view.due is not None
    assert view.due.startswith("Delayed")
    assert [step.state for step in view.steps if step.current] == ["on_the_way"]


def test_a_merchant_that_says_nothing_of_an_order_leaves_it_and_the_others_move(stage: Stage) -> None:
    silent, moving = ordered(stage), ordered(stage, "pickup")
    answer = stage.usual.merchants.status
    stage.usual.merchants.status = lambda merchant_id, key: (  # type: ignore[method-assign]
        Placement("unknown") if key == silent else answer(merchant_id, key)
    )
    stage.clock.advance(timedelta(minutes=21))
    assert stage.usual.tracking.follow() == 1
    assert (state(stage, silent), state(stage, moving)) == ("accepted", "ready")


def test_an_order_of_long_ago_is_not_asked_about_any_more(stage: Stage) -> None:
    order_id = ordered(stage)
    stage.clock.advance(timedelta(days=3))
    assert stage.usual.tracking.follow() == 0
    assert state(stage, order_id) == "accepted"


def test_the_money_is_as_it_was_however_far_the_order_is(stage: Stage) -> None:
    order_id = ordered(stage)
    before = stage.usual.records.transfers(order_id)
    stage.clock.advance(timedelta(hours=2))
    stage.usual.tracking.follow()
    assert stage.usual.records.transfers(order_id) == before
    order = stage.usual.records.order(order_id)
    assert order is not None
    assert order.total == Money(4_100)
    assert not order.moves_to(Progress("delivered"))
    assert not replace(order, state="canceled").moves_to(Progress("ready"))


def test_a_ride_for_later_is_booked_until_it_begins(stage: Stage) -> None:
    here, there = Stop(Names(("Here",)), Point(0, 0)), Stop(Names(("There",)), Point(8_000, 0))
    later = stage.clock.now() + timedelta(hours=5)
    draft = Draft("starling_rides", (DraftLine("line_1", "economy", 1),), trip=Trip((here, there), leave_at=later))
    checkout = stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))
    order_id = stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN).id
    stage.clock.advance(timedelta(hours=4))
    stage.usual.tracking.follow()
    assert state(stage, order_id) == "accepted"
    assert stage.usual.payments.payments.settle_stranded() == 0
    stage.clock.advance(timedelta(hours=2))
    stage.usual.tracking.follow()
    assert stage.usual.payments.payments.settle_stranded() == 1
    assert state(stage, order_id) == "delivered"
