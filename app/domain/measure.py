"""Goods sold by weight: what is ordered is an estimate, what is weighed out is what is paid."""

from dataclasses import dataclass

from app.base.money import Money


@dataclass(frozen=True, slots=True)
class Measure:
    """A price is for `unit_grams`; a portion is what one gets who names no weight; the scales may show `tolerance_percent` more."""

    unit_grams: int
    portion_grams: int
    tolerance_percent: int = 10

    def price(self, unit_price: Money, grams: int) -> Money:
        """The price of a weight, rounded to the nearest minor unit."""
        return Money((2 * unit_price.minor * grams + self.unit_grams) // (2 * self.unit_grams), unit_price.currency)

    def maximum(self, price: Money) -> Money:
        return price.plus(price.percent(self.tolerance_percent))
