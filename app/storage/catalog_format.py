"""The files of a merchant's folder, as pydantic models: `merchant.json`, `options.json`, `products.json`, `coupons.json`.

`catalog/schema.json` is generated from these. Amounts are whole minor units (fen) in the merchant's currency.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.base.visible import one_line, visible
from app.domain.allergen import Allergen
from app.domain.booking import BookedBy
from app.domain.catalog import FulfilmentKind, GroupRole
from app.domain.coupon import Funder, Stacking
from app.domain.order import TakenState

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,47}$")]
Name = Annotated[
    str, BeforeValidator(lambda text: one_line(text) if isinstance(text, str) else text), Field(min_length=1, max_length=80)
]
# Hidden characters in a listing are for somebody else than its reader.
Text = Annotated[str, BeforeValidator(lambda text: visible(text) if isinstance(text, str) else text)]
Minor = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
WallTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
# In clear only to this machine itself.
WebhookUrl = Annotated[str, Field(max_length=500, pattern=r"^(https://|http://(localhost|127\.0\.0\.1)[:/])\S+$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Row(BaseModel):
    """Anything in a catalogue file: unknown fields are errors, so that a misspelt one is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NamesRow(Row):
    """The first name of a language is shown, the others are aliases that customers use."""

    en: list[Name] = []
    zh: list[Name] = []

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not self.en and not self.zh:
            raise ValueError("needs a name in en or zh")
        return self


class TextRow(Row):
    en: Text = ""
    zh: Text = ""


class HoursRow(Row):
    """Open from `open` to `close` on `days`; past midnight when `close` is not after `open`."""

    days: list[Day] = Field(min_length=1)
    open: WallTime
    close: WallTime


class AllergensRow(Row):
    """What is in none of the lists is stated to be absent."""

    contains: list[Allergen] = []
    may_contain: list[Allergen] = []
    unknown: list[Allergen] = []


class FulfilmentRow(Row):
    id: Id
    kind: FulfilmentKind
    names: NamesRow
    fee: Minor = 0
    minimum: Minor = 0
    free_from: Minor | None = None
    eta_minutes: tuple[int, int]


class CancellationRow(Row):
    """Free before an order is `free_before`, for `fee_percent` of what was paid until it is `until`, not at all from then on."""

    free_before: TakenState = "preparing"
    fee_percent: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    until: TakenState = "preparing"


class PointRow(Row):
    """Metres east and north of the middle of the city."""

    east_m: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
    north_m: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]


class PlaceRow(Row):
    """`places.json`: a list of these; public places by name, for a ride service."""

    id: Id
    names: NamesRow
    point: PointRow


class CategoryRow(Row):
    id: Id
    names: NamesRow


class MerchantFile(Row):
    """`merchant.json`: one object. The folder is named after `id`. While `closed`, no order is taken whatever the hours."""

    id: Id
    names: NamesRow
    kind: Id
    currency: Literal["CNY"] = "CNY"
    timezone: str
    hours: list[HoursRow] = Field(min_length=1)
    fulfilment: list[FulfilmentRow] = Field(min_length=1)
    categories: list[CategoryRow] = Field(min_length=1)
    pickup_address: TextRow = TextRow()
    cancellation: CancellationRow = CancellationRow()
    webhook_url: WebhookUrl | None = None
    fee_basis_points: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 60
    location: PointRow | None = None
    closed: bool = False


class OptionRow(Row):
    """`implies`: options of other groups that come with this one unless the customer says otherwise (less ice → iced).

    `starts`: when what is booked with it begins, by the merchant's clock.
    """

    id: Id
    names: NamesRow
    price_delta: Annotated[int, Field(strict=True, ge=-100_000, le=100_000)] = 0
    max_count: Annotated[int, Field(ge=1, le=20)] = 1
    allergens: AllergensRow = AllergensRow()
    implies: dict[Id, Id] = {}
    starts: WallTime | None = None


class OptionGroupRow(Row):
    """`options.json`: a list of these. `default` is what a product starts with; without one and with min > 0 it is asked for."""

    id: Id
    names: NamesRow
    role: GroupRole
    min: Annotated[int, Field(ge=0, le=20)] = 0
    max: Annotated[int, Field(ge=1, le=20)] = 1
    default: Id | None = None
    options: list[OptionRow] = Field(min_length=1)


class ComboSlotRow(Row):
    id: Id
    names: NamesRow
    products: list[Id] = Field(min_length=1)
    default: Id
    count: Annotated[int, Field(ge=1, le=20)] = 1


class MeasureRow(Row):
    """Sold by weight: `price` is for `unit_grams`; the scales may show `tolerance_percent` more than was ordered."""

    unit_grams: Annotated[int, Field(ge=1, le=100_000)]
    portion_grams: Annotated[int, Field(ge=1, le=100_000)]
    tolerance_percent: Annotated[int, Field(ge=0, le=50)] = 10


class FareRow(Row):
    """Driven by distance: `price` covers `base_m` metres; the final fare is at most `ceiling_percent` above the estimate."""

    base_m: Annotated[int, Field(ge=0, le=100_000)]
    per_km: Minor
    metres_per_minute: Annotated[int, Field(ge=1, le=2_000)]
    ceiling_percent: Annotated[int, Field(ge=0, le=100)] = 25


class BookingRow(Row):
    """Booked for a day: `price` is for one night or ticket; cancelling is free until `free_hours` before, then `fee_percent`."""

    unit: BookedBy
    starts: WallTime
    free_hours: Annotated[int, Field(ge=0, le=2_000)]
    fee_percent: Annotated[int, Field(ge=0, le=100)]
    ahead_days_max: Annotated[int, Field(ge=0, le=730)] = 90


ATTRIBUTES = (
    "What is stated of the product, for wishes that name nothing; any word may be used, these are understood. "
    "Sort: drink, food, snack, breakfast, lunch, dinner. "
    "Served: warm or cold, as it comes unless an option says otherwise. "
    "Exactly one for a drink: caffeine (coffee, tea, cocoa, cola, energy drinks) or caffeine_free; with neither it is not offered "
    "where caffeine is refused. "
    "Taste: sweet, low_sugar, savoury, spicy, fruity, creamy, chocolate, nutty, strong, sparkling, refreshing. "
    "Made: fried (in oil, also in part), baked, griddled. Holds: meat, seafood, high_protein; vegetarian and vegan only where the "
    "shop vouches for it. "
    "For whom: kids (fit for children), hangover (commonly taken after drinking), sharing (for two or more), gift, adult "
    "(alcohol, or otherwise not sold to minors), healthy, light (easy on the stomach), filling (a meal by itself), seasonal. "
    'Not meant by "something" unless they are asked for: adult, gift, retail, household, personal_care, baby, pet, stationery, '
    "electronics, first_aid, and ingredient (a seasoning, or raw: nothing to have as it is). "
    "What a product contains that makes people ill is stated under allergens, never here."
)


class ProductRow(Row):
    """`products.json`: a list of these. Without `allergens` nothing is stated, and every allergen counts as unknown.

    `stock` is what was there when it was counted. A running server counts sales down from it, and takes the file's number again
    when the number or `stock_counted` changes.
    """

    id: Id
    names: NamesRow
    category: Id
    price: Minor
    option_groups: list[Id] = []
    attributes: Annotated[list[Id], Field(description=ATTRIBUTES)] = []
    allergens: AllergensRow | None = None
    stock: Annotated[int, Field(ge=0)] | None = None
    stock_counted: datetime | None = None
    hours: list[HoursRow] = []
    combo: list[ComboSlotRow] = []
    description: TextRow = TextRow()
    popularity: Annotated[int, Field(ge=0, le=100)] = 0
    face_value: Minor | None = None
    irreversible: bool = False
    max_quantity: Annotated[int, Field(ge=1, le=999)] = 99
    measure: MeasureRow | None = None
    fare: FareRow | None = None
    booking: BookingRow | None = None


class ClaimRow(Row):
    """A campaign: `stock` coupons in all, one for each customer, to be claimed from `starts` to `ends`.

    A claim is good for `valid_days`, or without them until the coupon's own end.
    """

    starts: datetime
    ends: datetime
    stock: Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
    valid_days: Annotated[int, Field(strict=True, ge=1, le=3_650)] | None = None

    @model_validator(mode="after")
    def _is_a_window(self) -> Self:
        if self.starts.tzinfo is None or self.ends.tzinfo is None or self.ends <= self.starts:
            raise ValueError("needs starts before ends, both with a UTC offset")
        return self


class CouponRow(Row):
    """`coupons.json`: a list of these. Exactly one of `amount` and `percent`; no `products` and `categories` = everything.

    One with a `claim` is only for who has claimed it; the others apply by themselves.
    """

    id: Id
    names: NamesRow
    funder: Funder
    amount: Minor | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    cap: Minor | None = None
    minimum: Minor = 0
    starts: datetime
    ends: datetime
    stacking: Stacking = "exclusive"
    uses_per_customer: Annotated[int, Field(ge=1)] = 1
    products: list[Id] = []
    categories: list[Id] = []
    claim: ClaimRow | None = None

    @model_validator(mode="after")
    def _one_kind_of_discount(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise ValueError("needs exactly one of amount and percent")
        if self.starts.tzinfo is None or self.ends.tzinfo is None or self.ends <= self.starts:
            raise ValueError("needs starts before ends, both with a UTC offset")
        return self
