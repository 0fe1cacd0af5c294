"""The close of a merchant's day: what was sold, given back and charged, and what is paid out. To the last minor unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.base.money import Money
from app.domain.ledger import Transfer, merchant_account

BASIS = 10_000


@dataclass(frozen=True, slots=True)
class FeePlan:
    """What Usual keeps of a merchant's net: hundredths of a per cent. 0: a plan that costs nothing."""

    basis_points: int = 60

    def fee(self, net: Money) -> Money:
        """Rounded half away from nothing; of a day on which more came back than was sold, so much is given back."""
        size = (abs(net.minor) * self.basis_points + BASIS // 2) // BASIS
        return Money(-size if net.is_negative else size, net.currency)


# Of a merchant that has agreed to no other: 0.6 per cent.
STANDARD_PLAN = FeePlan()


@dataclass(frozen=True, slots=True)
class SettledOrder:
    """One order's part in a day. `gross` − `merchant_coupons` = `paid` + `platform_coupons`; less what came back it is `net`."""

    order_id: str
    gross: Money
    merchant_coupons: Money
    platform_coupons: Money
    paid: Money
    refunded: Money
    coupons_returned: Money
    net: Money
    fee: Money
    payout: Money


@dataclass(frozen=True, slots=True)
class Settlement:
    """A merchant's closed day. `carried_in`, never above nothing, is what days before it left to be made up; what this day leaves
    is `carried_out`, and then nothing is paid out."""

    id: str
    merchant_id: str
    day: date
    basis_points: int
    orders: tuple[SettledOrder, ...]
    net: Money
    fee: Money
    carried_in: Money
    payout: Money
    carried_out: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class SettledTransfer:
    """A transfer that a settlement has counted: each is counted once. `id` is the transfer's."""

    id: str
    settlement_id: str


def settle(
    settlement_id: str,
    merchant_id: str,
    day: date,
    transfers: Iterable[Transfer],
    merchant_coupons: Mapping[str, Money],
    plan: FeePlan,
    carried_in: Money,
    at: datetime,
) -> Settlement:
    """Close a day over `transfers`, all of them in one currency. `merchant_coupons`: by order, what the merchant's own took off.

    The fee is on the day's net and is split over the orders so that their fees sum to it.
    """
    currency, account = carried_in.currency, merchant_account(merchant_id)
    moved: dict[str, dict[str, int]] = {}
    for transfer in transfers:
        kinds = moved.setdefault(transfer.cause, {})
        kinds[transfer.kind] = kinds.get(transfer.kind, 0) + (transfer.amount.minor if account in _ends(transfer) else 0)
    nets = {order_id: _net(kinds) for order_id, kinds in moved.items()}
    net = Money(sum(nets.values()), currency)
    fee = plan.fee(net)
    fees = _shares(fee, list(nets.values()))
    orders = tuple(
        _order(order_id, kinds, merchant_coupons.get(order_id), share, currency)
        for (order_id, kinds), share in zip(moved.items(), fees, strict=True)
    )
    due = carried_in.plus(net).minus(fee)
    zero = Money.zero(currency)
    payout, left = (zero, due) if due.is_negative else (due, zero)
    return Settlement(settlement_id, merchant_id, day, plan.basis_points, orders, net, fee, carried_in, payout, left, at)


def _ends(transfer: Transfer) -> tuple[str, str]:
    return transfer.source, transfer.target


def _net(kinds: Mapping[str, int]) -> int:
    return kinds.get("capture", 0) + kinds.get("coupon", 0) - kinds.get("refund", 0) - kinds.get("coupon_return", 0)


def _shares(fee: Money, nets: list[int]) -> list[Money]:
    """The fee by what each order brought; orders that brought nothing or took away carry none unless all did."""
    sign = -1 if fee.is_negative else 1
    weights = [max(sign * net, 0) for net in nets]
    if not sum(weights):
        return [Money.zero(fee.currency) for _ in nets]
    return [part.times(sign) for part in Money(abs(fee.minor), fee.currency).allocate(weights)]


def _order(order_id: str, kinds: Mapping[str, int], own: Money | None, fee: Money, currency: str) -> SettledOrder:
    def money(kind: str) -> Money:
        return Money(kinds.get(kind, 0), currency)

    paid, platform = money("capture"), money("coupon")
    # The merchant's own coupon was part of the sale, not of what came back of it later.
    merchants = own if own is not None and "capture" in kinds else Money.zero(currency)
    net = Money(_net(kinds), currency)
    return SettledOrder(
        order_id=order_id,
        gross=paid.plus(platform).plus(merchants),
        merchant_coupons=merchants,
        platform_coupons=platform,
        paid=paid,
        refunded=money("refund"),
        coupons_returned=money("coupon_return"),
        net=net,
        fee=fee,
        payout=net.minus(fee),
    )
