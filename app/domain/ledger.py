"""The ledger: accounts, and transfers between two of them. Append-only; a correction is a new transfer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.base.errors import Misuse, Refusal
from app.base.money import Money

TransferKind = Literal[
    "deposit", "hold", "capture", "coupon", "void", "release", "refund", "coupon_return", "fee", "payout", "compensation"
]

# What gives a customer back some of what an order took.
CAME_BACK: tuple[TransferKind, ...] = ("refund", "compensation")


class InsufficientFunds(Refusal):
    """The wallet's available balance does not cover the amount."""

    code = "insufficient_funds"


class WalletNotBound(Refusal):
    """The customer has not yet agreed to pay from this wallet."""

    code = "wallet_not_bound"


class DepositOutOfBounds(Refusal):
    """A deposit of nothing or of more than one deposit may be."""

    code = "deposit_out_of_bounds"


@dataclass(frozen=True, slots=True)
class Wallet:
    """A customer's money: `available` to spend and `held` for orders under way. Always equals its transfers."""

    customer_id: str
    available: Money
    held: Money
    bound: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that leaves one account for another, as one entry. `cause` is the id of the order or deposit behind it."""

    id: str
    kind: TransferKind
    source: str
    target: str
    amount: Money
    cause: str
    at: datetime

    def __post_init__(self) -> None:
        if self.amount.minor <= 0 or self.source == self.target:
            raise Misuse(transfer=self.id, amount=self.amount)


def available_account(customer_id: str) -> str:
    return f"wallet:{customer_id}:available"


def held_account(customer_id: str) -> str:
    return f"wallet:{customer_id}:held"


def merchant_account(merchant_id: str) -> str:
    return f"merchant:{merchant_id}"


PLATFORM_COUPONS = "platform:coupons"
PLATFORM_FEES = "platform:fees"
COMPENSATION_FUND = "platform:compensation"
BANK = "bank:deposits"
BANK_PAYOUTS = "bank:payouts"
