"""An offer that moves while cards are open: old → new on the card, the old version unpayable, and whoever looks is told."""

from dataclasses import replace
from typing import Any

import pytest

from app.base.money import Money
from app.domain.catalog import MerchantPaused, SoldOut
from app.domain.checkout import CheckoutChanged, CheckoutSession, Draft, DraftLine
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.news import InProcessNews, News
from app.service.views import CardView

PIN = "258036"
SHOP = "nimbus_coffee"
LATTE = Draft(SHOP, (DraftLine("line_1", "latte", 1),))


@pytest.fixture
def heard(stage: Stage) -> list[tuple[str, News]]:
    told: list[tuple[str, News]] = []
    stage.usual.news.subscribe(lambda customer_id, news: told.append((customer_id, news)))
    return told


def open_card(stage: Stage, draft: Draft = LATTE) -> CheckoutSession:
    return stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))


def shown(stage: Stage, card: CheckoutSession) -> CardView:
    return stage.usual.queries.card(CUSTOMER_ID, card.id, "en")


def change(stage: Stage, product: str = "latte", **changes: Any) -> None:
    catalog = stage.usual.merchants.catalogs()[SHOP]
    products = {**catalog.products, product: replace(catalog.products[product], **changes)}
    stage.usual.merchants.update(replace(catalog, products=products))


def close(stage: Stage) -> None:
    catalog = stage.usual.merchants.catalogs()[SHOP]
    stage.usual.merchants.update(replace(catalog, merchant=replace(catalog.merchant, hours=())))


def pay(stage: Stage, card: CheckoutSession, version: int) -> str:
    return stage.usual.payments.payments.pay(CUSTOMER_ID, card.id, version, PIN).id


def test_a_price_that_moves_makes_a_new_version_that_says_old_and_new(stage: Stage, heard: list[tuple[str, News]]) -> None:
    card = open_card(stage)
    change(stage, price=Money(2_000))
    view = shown(stage, card)
    assert (view.version, view.total, view.state, view.state_label) == (2, "¥20.00", "ready_for_complete", "Price changed")
    assert view.moved is not None
    assert "¥18.00 → ¥20.00" in view.moved
    assert heard == [(CUSTOMER_ID, News("checkout", card.id))]


def test_the_old_version_can_not_be_paid_and_the_new_one_can(stage: Stage, heard: list[tuple[str, News]]) -> None:
    card = open_card(stage)
    change(stage, price=Money(2_000))
    with pytest.raises(CheckoutChanged):
        pay(stage, card, card.version)
    assert stage.usual.records.orders(CUSTOMER_ID, 10) == []
    order = stage.usual.records.order(pay(stage, card, 2))
    assert order is not None
    assert (order.state, order.total) == ("accepted", Money(2_000))
    assert shown(stage, card).moved is None


def test_the_customers_own_change_is_no_moved_price(stage: Stage) -> None:
    card = open_card(stage)
    two = Draft(SHOP, (DraftLine("line_1", "latte", 2),))
    stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), two, Asked("con", "utt"), card)
    assert shown(stage, card).moved is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_sold_out_is_shown_with_the_next_step_until_it_is_there_again(stage: Stage, lang: Any) -> None:
    card = open_card(stage)
    change(stage, stock=0)
    view = stage.usual.queries.card(CUSTOMER_ID, card.id, lang)
    assert (view.state, view.step, view.version) == ("unavailable", "none", 1)
    assert view.notice is not None
    assert "0" in view.notice
    assert view.editable
    with pytest.raises(SoldOut):
        pay(stage, card, 1)
    change(stage, stock=5)
    assert shown(stage, card).state == "ready_for_complete"
    assert pay(stage, card, 1)


def test_a_shop_that_closes_says_so_on_the_card(stage: Stage, heard: list[tuple[str, News]]) -> None:
    card = open_card(stage)
    close(stage)
    view = shown(stage, card)
    assert view.state == "unavailable"
    assert view.notice is not None
    assert "takes no orders for now" in view.notice
    assert heard == [(CUSTOMER_ID, News("checkout", card.id))]
    with pytest.raises(MerchantPaused):
        pay(stage, card, 1)


def test_cards_of_other_shops_and_ended_cards_are_left_alone(stage: Stage, heard: list[tuple[str, News]]) -> None:
    other = open_card(stage, Draft("sunrise_breakfast", (DraftLine("line_1", "soy_milk", 1),)))
    paid = open_card(stage)
    pay(stage, paid, 1)
    canceled = open_card(stage)
    stage.usual.checkouts.cancel(canceled, "test")
    # A card that is paid may be open elsewhere.
    assert heard == [(CUSTOMER_ID, News("checkout", paid.id))]
    change(stage, price=Money(2_000))
    assert len(heard) == 1
    assert [shown(stage, card).version for card in (other, paid, canceled)] == [1, 1, 1]


def test_the_same_file_read_again_is_no_news(stage: Stage, heard: list[tuple[str, News]]) -> None:
    open_card(stage)
    stage.usual.merchants.update(stage.usual.merchants.catalogs()[SHOP])
    assert heard == []


def test_one_listener_that_fails_keeps_the_news_from_nobody(caplog: pytest.LogCaptureFixture) -> None:
    news, heard = InProcessNews(), []

    def fails(customer_id: str, told: News) -> None:
        raise RuntimeError

    news.subscribe(fails)
    leave = news.subscribe(lambda customer_id, told: heard.append(told.id))
    news.publish("cus_1", News("order", "ord_1"))
    leave()
    news.publish("cus_1", News("order", "ord_2"))
    assert heard == ["ord_1"]
    assert "order ord_1" in caplog.text
