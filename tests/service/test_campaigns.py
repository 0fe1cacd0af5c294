"""Claims against a guarded stock: one each, never one too many, applied by themselves, given back when an order is void."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.base.errors import UsualError
from app.base.money import Money
from app.domain.checkout import Draft, DraftLine
from app.domain.claim import AlreadyClaimed, CampaignOver, CampaignStock, CouponSoldOut
from app.domain.customer import NotFound
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked, CheckoutDrifted

PIN = "258036"
SHOP, FREE = "nimbus_coffee", "nimbus_coffee.nimbus_free_order"
LATTES = Draft(SHOP, (DraftLine("line_1", "latte", 3),))


def with_window(stage: Stage, **changes: object) -> None:
    """The campaign's window or stock as the merchant changes it."""
    catalog = stage.usual.merchants.catalogs()[SHOP]
    coupons = tuple(
        replace(c, claim=replace(c.claim, **changes)) if c.claim else c  # type: ignore[arg-type]
        for c in catalog.coupons
    )
    stage.usual.merchants.offer(replace(catalog, coupons=coupons))


def row(stage: Stage) -> CampaignStock:
    found = stage.usual.records.campaign_stock(FREE)
    assert found is not None
    return found


def discount(stage: Stage, draft: Draft = LATTES) -> Money:
    return propose(stage, draft).totals.discount


def propose(stage: Stage, draft: Draft = LATTES):  # type: ignore[no-untyped-def]
    return stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))


def test_a_coupon_with_a_campaign_is_of_no_use_before_it_is_claimed(stage: Stage) -> None:
    assert discount(stage).is_zero
    stage.usual.campaigns.claim(CUSTOMER_ID, FREE)
    assert discount(stage) == Money(3_000)


def test_one_each_and_the_second_claim_takes_nothing_from_the_stock(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, FREE)
    with pytest.raises(AlreadyClaimed):
        stage.usual.campaigns.claim(CUSTOMER_ID, FREE)
    assert (row(stage).left, row(stage).claimed) == (999, 1)


def test_what_is_no_campaign_can_not_be_claimed(stage: Stage) -> None:
    for campaign in ("nimbus_coffee.nimbus_20_off_200", "nimbus_coffee.none", "nowhere.credit", ""):
        with pytest.raises(NotFound):
            stage.usual.campaigns.claim(CUSTOMER_ID, campaign)


def test_many_at_once_get_exactly_the_stock(stage: Stage) -> None:
    with_window(stage, stock=7)
    outcomes: list[str] = []

    def claim(number: int) -> None:
        try:
            stage.usual.campaigns.claim(f"cus_{number % 20}", FREE)
            outcomes.append("got")
        except UsualError as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=claim, args=(n,)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [c for n in range(20) for c in stage.usual.records.claims(f"cus_{n}")]
    assert outcomes.count("got") == len(held) == len({c.customer_id for c in held}) == 7
    assert (row(stage).left, row(stage).claimed) == (0, 7)
    assert set(outcomes) <= {"got", "coupon_sold_out", "already_claimed"}


def test_the_database_itself_refuses_a_stock_below_zero(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, FREE)
    with stage.usual.database.engine.begin() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql('UPDATE campaign_stock SET "left" = -1')


def test_a_stock_that_the_merchant_lowers_or_raises_counts_what_was_claimed(stage: Stage) -> None:
    with_window(stage, stock=2)
    for number in range(2):
        stage.usual.campaigns.claim(f"cus_{number}", FREE)
    with_window(stage, stock=1)
    with pytest.raises(CouponSoldOut):
        stage.usual.campaigns.claim("cus_2", FREE)
    with_window(stage, stock=3)
    stage.usual.campaigns.claim("cus_3", FREE)
    with pytest.raises(CouponSoldOut):
        stage.usual.campaigns.claim("cus_4", FREE)
    assert (row(stage).stock, row(stage).claimed, row(stage).left) == (3, 3, 0)


def test_a_voided_order_gives_it_back_also_when_the_campaign_is_over(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, FREE)
    stage.happen(Event(merchant="declines"))
    card = propose(stage)
    stage.usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version, PIN)
    with_window(stage, ends=stage.clock.now())
    with pytest.raises(CampaignOver):
        stage.usual.campaigns.claim("cus_late", FREE)
    assert stage.usual.records.coupon_uses(CUSTOMER_ID) == []
    assert discount(stage) == Money(3_000)
    stage.clock.advance(timedelta(days=14))
    assert discount(stage).is_zero


def test_a_card_whose_coupon_ran_out_is_not_paid_with_it(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, FREE)
    stage.clock.advance(timedelta(days=14) - timedelta(minutes=1))
    card = propose(stage)
    stage.clock.advance(timedelta(minutes=2))
    with pytest.raises(CheckoutDrifted):
        stage.usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version, PIN)
    assert stage.usual.records.orders(CUSTOMER_ID, 10) == []


def test_the_one_insisted_on_goes_before_the_best_and_none_is_none(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, FREE)
    many = replace(LATTES, lines=(replace(LATTES.lines[0], quantity=12),))
    assert [c.coupon_id for c in propose(stage, many).coupons] == ["nimbus_free_order"]
    insisted = propose(stage, replace(many, coupon_id="nimbus_20_off_200"))
    assert [(c.coupon_id, c.discount) for c in insisted.coupons] == [("nimbus_20_off_200", Money(2_000))]
    assert discount(stage, replace(many, no_coupons=True)).is_zero


def test_what_was_claimed_is_in_the_customers_export(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, FREE)
    assert [c["coupon"] for c in stage.usual.exports.of(CUSTOMER_ID)["coupons_claimed"]] == [FREE]


def test_a_coupon_that_another_shop_calls_by_the_same_id_is_not_used_up_with_it(stage: Stage) -> None:
    merchants = stage.usual.merchants
    phones, coffee = merchants.catalogs()["skylark_mobile"], merchants.catalogs()[SHOP]
    (off,) = phones.coupons
    same_id = replace(off, minimum=Money(100), categories=frozenset())
    merchants.offer(replace(phones, coupons=(same_id,)))
    merchants.offer(replace(coffee, coupons=(same_id,)))
    top_up = propose(stage, Draft("skylark_mobile", (DraftLine("line_1", "topup_50", 1),)))
    stage.usual.payments.pay(CUSTOMER_ID, top_up.id, top_up.version, PIN, "en")
    assert discount(stage) == off.amount
    lattes = propose(stage)
    stage.usual.payments.pay(CUSTOMER_ID, lattes.id, lattes.version, PIN, "en")
    uses = stage.usual.records.coupon_uses(CUSTOMER_ID)
    assert [(use.merchant_id, use.slot) for use in uses] == [("skylark_mobile", 0), (SHOP, 0)]
    assert discount(stage).is_zero
