"""Business events turned into transfers. Imported by the door to money alone.

A transfer's id derives from its cause, so the same event can never be posted twice.
"""

from datetime import datetime

from app.base.ids import derived_id
from app.base.money import Money
from app.domain.coupon import AppliedCoupon
from app.domain.ledger import (
    BANK,
    BANK_PAYOUTS,
    COMPENSATION_FUND,
    PLATFORM_COUPONS,
    PLATFORM_FEES,
    Transfer,
    TransferKind,
    available_account,
    held_account,
    merchant_account,
)
from app.domain.order import Authorisation
from app.domain.refund import Refund
from app.domain.settlement import Settlement


def deposit(deposit_id: str, customer_id: str, amount: Money, at: datetime) -> tuple[Transfer, ...]:
    return (_transfer("deposit", BANK, available_account(customer_id), amount, deposit_id, at),)


def hold(authorisation: Authorisation) -> tuple[Transfer, ...]:
    """A free order holds nothing and has no transfer."""
    if authorisation.amount.is_zero:
        return ()
    source, target = available_account(authorisation.customer_id), held_account(authorisation.customer_id)
    return (_transfer("hold", source, target, authorisation.amount, authorisation.order_id, authorisation.at),)


def capture(authorisation: Authorisation, amount: Money, coupons: tuple[AppliedCoupon, ...], at: datetime) -> tuple[Transfer, ...]:
    """`amount` of what is held to the merchant, the rest back, and what the platform's coupons pay on top.

    A merchant's own coupon moves nothing.
    """
    merchant, cause = merchant_account(authorisation.merchant_id), authorisation.order_id
    held, rest = held_account(authorisation.customer_id), authorisation.amount.minus(amount)
    transfers = []
    if not amount.is_zero:
        transfers.append(_transfer("capture", held, merchant, amount, cause, at))
    if not rest.is_zero:
        transfers.append(_transfer("release", held, available_account(authorisation.customer_id), rest, cause, at))
    transfers += [
        _transfer("coupon", PLATFORM_COUPONS, merchant, coupon.discount, cause, at, coupon.coupon_id)
        for coupon in coupons
        if coupon.funder == "platform"
    ]
    return tuple(transfers)


def void(authorisation: Authorisation, at: datetime) -> tuple[Transfer, ...]:
    if authorisation.amount.is_zero:
        return ()
    source, target = held_account(authorisation.customer_id), available_account(authorisation.customer_id)
    return (_transfer("void", source, target, authorisation.amount, authorisation.order_id, at),)


def refund(given: Refund, at: datetime) -> tuple[Transfer, ...]:
    """From the merchant to the wallet what the customer paid, and to the platform what it had put in for a coupon."""
    merchant, transfers = merchant_account(given.merchant_id), []
    if not given.amount.is_zero:
        wallet = available_account(given.customer_id)
        transfers.append(_transfer("refund", merchant, wallet, given.amount, given.order_id, at, given.id))
    if not given.subsidy.is_zero:
        transfers.append(_transfer("coupon_return", merchant, PLATFORM_COUPONS, given.subsidy, given.order_id, at, given.id))
    return tuple(transfers)


def compensation(given: Refund, at: datetime) -> tuple[Transfer, ...]:
    """From the fund to the wallet."""
    wallet = available_account(given.customer_id)
    return (_transfer("compensation", COMPENSATION_FUND, wallet, given.amount, given.order_id, at, given.id),)


def payout(settlement: Settlement) -> tuple[Transfer, ...]:
    """The fee to the platform, or back from it on a day on which more came back than was sold; what is due to the bank."""
    merchant, fee, transfers = merchant_account(settlement.merchant_id), settlement.fee, []
    source, target = (PLATFORM_FEES, merchant) if fee.is_negative else (merchant, PLATFORM_FEES)
    if not fee.is_zero:
        transfers.append(_transfer("fee", source, target, Money(abs(fee.minor), fee.currency), settlement.id, settlement.at))
    if not settlement.payout.is_zero:
        transfers.append(_transfer("payout", merchant, BANK_PAYOUTS, settlement.payout, settlement.id, settlement.at))
    return tuple(transfers)


def _transfer(kind: TransferKind, source: str, target: str, amount: Money, cause: str, at: datetime, *more: str) -> Transfer:
    return Transfer(derived_id("tra", kind, cause, *more), kind, source, target, amount, cause, at)
