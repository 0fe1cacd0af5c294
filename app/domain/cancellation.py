"""Until when an order can be canceled, and what its merchant keeps then."""

from dataclasses import dataclass

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.order import TAKEN, OrderState, TakenState


class TooLateToCancel(Refusal):
    """The order has got too far to be canceled."""

    code = "too_late_to_cancel"


@dataclass(frozen=True, slots=True)
class CancelPolicy:
    """Canceling is free before the order reaches `free_before`, costs `fee_percent` of what was paid from then on, and ends
    when the order reaches `until`."""

    free_before: TakenState = "preparing"
    fee_percent: int = 0
    until: TakenState = "preparing"

    def fee(self, state: OrderState, paid: Money) -> Money:
        """What is kept of an order that has got this far; one that nobody has taken yet costs nothing. Raises TooLateToCancel."""
        reached = TAKEN.index(state) if state in TAKEN else -1
        if reached >= TAKEN.index(self.until):
            raise TooLateToCancel(state=state)
        return Money.zero(paid.currency) if reached < TAKEN.index(self.free_before) else paid.percent(self.fee_percent)


# Of a merchant that states none: free until it begins.
UNSTATED = CancelPolicy()
