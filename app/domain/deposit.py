"""A deposit: asked for, then charged at the bank, then in the wallet. Until it is settled its outcome is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.base.money import Money

# `pending`: the bank has been or will be asked; it is asked again with the same id until it answers.
DepositState = Literal["pending", "completed", "declined"]


@dataclass(frozen=True, slots=True)
class Deposit:
    id: str
    customer_id: str
    amount: Money
    state: DepositState
    at: datetime
