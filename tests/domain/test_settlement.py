"""The close of a day ties orders, fee and payout to the last minor unit; a file beside it is compared row by row."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.money import Money
from app.domain.ledger import Transfer, TransferKind, held_account, merchant_account
from app.domain.reconciliation import FileUnreadable, Gap, compared, read, written
from app.domain.settlement import FeePlan, Settlement, settle

AT, DAY = datetime(2026, 5, 18, 20, tzinfo=UTC), date(2026, 5, 18)
SHOP = merchant_account("shop")
Moved = tuple[str, TransferKind, int]


def transfers(moved: Sequence[Moved]) -> list[Transfer]:
    out = []
    for n, (order, kind, minor) in enumerate(moved):
        ends = (held_account("cus"), SHOP) if kind in ("capture", "coupon") else (SHOP, "wallet:cus:available")
        out.append(Transfer(f"tra_{n}", kind, *ends, Money(minor), order, AT))
    return out


def closed(moved: Sequence[Moved], basis_points: int = 60, carried: int = 0, own: dict[str, Money] | None = None) -> Settlement:
    return settle("set_1", "shop", DAY, transfers(moved), own or {}, FeePlan(basis_points), Money(carried), AT)


def test_scenario_eleven_ninety_less_fifty_four_fen_is_paid_out() -> None:
    day = closed(
        [("a", "capture", 4_500), ("a", "coupon", 500), ("b", "capture", 4_000), ("c", "capture", 1_500), ("c", "refund", 1_500)]
    )
    assert (day.net, day.fee, day.payout, day.carried_out) == (Money(9_000), Money(54), Money(8_946), Money(0))
    assert [(order.order_id, order.net.minor, order.fee.minor) for order in day.orders] == [
        ("a", 5_000, 30),
        ("b", 4_000, 24),
        ("c", 0, 0),
    ]


def test_coupons_stand_by_who_pays_for_them() -> None:
    day = closed([("a", "capture", 4_000), ("a", "coupon", 500)], own={"a": Money(300)})
    (order,) = day.orders
    assert (order.gross, order.merchant_coupons, order.platform_coupons, order.paid) == (
        Money(4_800),
        Money(300),
        Money(500),
        Money(4_000),
    )
    assert order.net == Money(4_500)


def test_a_plan_that_costs_nothing_pays_all_of_it_out() -> None:
    day = closed([("a", "capture", 9_999)], basis_points=0)
    assert (day.fee, day.payout) == (Money(0), Money(9_999))


def test_a_day_of_refunds_gives_their_fee_back_and_leaves_the_rest_to_the_next_day() -> None:
    day = closed([("a", "refund", 5_000)])
    assert (day.net, day.fee, day.payout, day.carried_out) == (Money(-5_000), Money(-30), Money(0), Money(-4_970))
    after = closed([("b", "capture", 10_000)], carried=day.carried_out.minor)
    assert (after.fee, after.payout, after.carried_out) == (Money(60), Money(4_970), Money(0))


KINDS = st.sampled_from(["capture", "coupon", "refund", "coupon_return"])


@given(
    moved=st.lists(st.tuples(st.sampled_from("abcdef"), KINDS, st.integers(1, 99_999)), max_size=30),
    basis_points=st.integers(0, 10_000),
    carried=st.integers(-50_000, 0),
)
def test_every_day_ties(moved: list[Moved], basis_points: int, carried: int) -> None:
    day = closed(moved, basis_points, carried)
    sign = {"capture": 1, "coupon": 1, "refund": -1, "coupon_return": -1}
    assert day.net.minor == sum(sign[kind] * minor for _, kind, minor in moved)
    assert sum(order.net.minor for order in day.orders) == day.net.minor
    assert sum(order.fee.minor for order in day.orders) == day.fee.minor
    assert sum(order.payout.minor for order in day.orders) == day.net.minor - day.fee.minor
    assert all(
        order.gross.minor - order.merchant_coupons.minor == order.paid.minor + order.platform_coupons.minor for order in day.orders
    )
    assert day.payout.minor + day.carried_out.minor == carried + day.net.minor - day.fee.minor
    assert day.payout.minor >= 0 >= day.carried_out.minor
    assert abs(2 * (day.fee.minor * 10_000 - day.net.minor * basis_points)) <= 10_000
    assert list(compared([day], read(written([day])))) == []


def file() -> tuple[Settlement, list[str]]:
    day = closed([("ord_aaaaaaaa", "capture", 5_000), ("ord_bbbbbbbb", "capture", 4_000), ("ord_cccccccc", "capture", 1_500)])
    return day, written([day]).splitlines()


def gaps(day: Settlement, lines: list[str]) -> list[Gap]:
    return list(compared([day], read("\n".join(lines))))


def test_a_missing_an_extra_a_doubled_and_a_changed_row_are_named() -> None:
    day, lines = file()
    assert gaps(day, lines) == []
    (missing,) = gaps(day, lines[:2] + lines[3:])
    assert (missing.kind, missing.order, missing.ours) == ("missing", "ord_bbbbbbbb", "¥39.76")
    (extra,) = gaps(day, [*lines, lines[1].replace("ord_aaaaaaaa", "ord_dddddddd")])
    assert (extra.kind, extra.order) == ("extra", "ord_dddddddd")
    (twice,) = gaps(day, [*lines, lines[1]])
    assert (twice.kind, twice.order) == ("twice", "ord_aaaaaaaa")
    changed = gaps(day, [lines[0], lines[1].replace("49.70", "49.71"), *lines[2:]])
    assert [(gap.kind, gap.order, gap.column, gap.ours, gap.theirs) for gap in changed] == [
        ("different", "ord_aaaaaaaa", "payout", "¥49.70", "¥49.71")
    ]


def test_the_columns_may_stand_in_any_order_and_a_mark_at_the_beginning_does_no_harm() -> None:
    day, lines = file()
    rows = [line.split(",") for line in lines]
    turned = "\n".join(",".join(reversed(row)) for row in rows)
    assert list(compared([day], read("\ufeff" + turned))) == []


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("", 1),
        ("a,b\n1,2\n", 1),
        ("merchant,day,order,currency,net,fee,payout\nshop,2026-05-18,ord_1,CNY,1.00,0.01\n", 2),
        ("merchant,day,order,currency,net,fee,payout\nshop,2026-05-18,ord_1,CNY,1.001,0.01,0.99\n", 2),
        ("merchant,day,order,currency,net,fee,payout\nshop,2026-05-18,ord_1,XXX,1.00,0.01,0.99\n", 2),
        ("merchant,day,order,currency,net,fee,payout\n\nshop,2026-05-18,ord_1,CNY,=1+1,0.01,0.99\n", 3),
    ],
)
def test_what_is_no_settlement_file_is_told_by_its_row(text: str, row: int) -> None:
    with pytest.raises(FileUnreadable) as broken:
        read(text)
    assert broken.value.params["row"] == row
