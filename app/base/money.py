"""Money: an integer of minor units and a currency. No float touches it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.base.errors import Misuse

MINOR_DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "JPY": 0}
PLAIN = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,15})(\.(?P<fraction>[0-9]+))?")
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "JPY": "JP¥"}


class CurrencyMismatch(Misuse):
    """Two currencies in one sum."""

    code = "currency_mismatch"


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (fen, cents) of one currency."""

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise Misuse(amount=self.minor)
        if self.currency not in MINOR_DIGITS:
            raise Misuse(currency=self.currency)

    @classmethod
    def zero(cls, currency: str = "CNY") -> "Money":
        return cls(0, currency)

    @classmethod
    def sum(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        total = cls.zero(currency)
        for amount in amounts:
            total = total.plus(amount)
        return total

    @classmethod
    def parse(cls, text: str, currency: str = "CNY") -> "Money":
        """Read a plain decimal such as "12.4"; raises Misuse on anything else or on too many decimals."""
        digits = MINOR_DIGITS[currency]
        parts = PLAIN.fullmatch(text)
        if parts is None or len(parts["fraction"] or "") > digits:
            raise Misuse(amount=text)
        minor = int(parts["whole"] + (parts["fraction"] or "").ljust(digits, "0"))
        return cls(-minor if parts["sign"] else minor, currency)

    def plus(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def minus(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def times(self, count: int) -> "Money":
        if type(count) is not int:
            raise Misuse(count=count)
        return Money(self.minor * count, self.currency)

    def percent(self, percent: int) -> "Money":
        """The given whole percentage, rounded down to the minor unit (away from the payer's loss for discounts)."""
        return Money(self.minor * percent // 100, self.currency)

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Split by weights so that the parts sum to the whole, each less than one minor unit from its exact share.

        What rounding down leaves over goes to the parts that lost most by it, the first ones among equals.
        """
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise Misuse(weights=list(weights))
        shares = [self.minor * weight // total for weight in weights]
        losses = [self.minor * weight % total for weight in weights]
        for position in sorted(range(len(weights)), key=lambda i: (-losses[i], i))[: self.minor - sum(shares)]:
            shares[position] += 1
        return [Money(share, self.currency) for share in shares]

    def covers(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_negative(self) -> bool:
        return self.minor < 0

    def plain(self) -> str:
        """ "12.40": digits only, for files and forms."""
        digits = MINOR_DIGITS[self.currency]
        sign, size = ("-" if self.minor < 0 else ""), abs(self.minor)
        if not digits:
            return f"{sign}{size}"
        return f"{sign}{size // 10**digits}.{size % 10**digits:0{digits}d}"

    def signed(self) -> str:
        """ "+¥3.00", "−¥3.00": what is added or taken off."""
        return f"{'−' if self.is_negative else '+'}{str(self).lstrip('-')}"

    def __str__(self) -> str:
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{SYMBOLS[self.currency]}{self.plain().lstrip('-')}"

    def _same(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)
        return other
