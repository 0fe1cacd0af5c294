"""What a skill may know of the customer and the shops. Read when asked for; what `keep_phone` keeps is saved with the turn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.base.money import Money
from app.dialogue.state import StandingWish
from app.domain.allergen import Allergen
from app.domain.catalog import Catalog
from app.domain.checkout import CheckoutSession, Draft
from app.domain.claim import Offered
from app.domain.customer import Address, Contact, Customer
from app.domain.geo import Point
from app.domain.ledger import Wallet
from app.domain.memory import PreferenceKind, Remembered
from app.domain.names import Lang
from app.domain.order import Order
from app.domain.refund import RefundedLine, RefundOffer, RefundReason
from app.domain.standing import StandingOrder


class World(Protocol):
    @property
    def now(self) -> datetime: ...
    @property
    def lang(self) -> Lang:
        """The language of this turn."""
        ...

    @property
    def customer(self) -> Customer: ...
    @property
    def catalogs(self) -> Mapping[str, Catalog]: ...
    @property
    def card(self) -> CheckoutSession | None:
        """The card in focus while it is still open: ready or waiting for an answer, even if its time is over."""
        ...

    @property
    def draft(self) -> Draft | None:
        """The card's draft with what this turn has changed so far."""
        ...

    @property
    def offers_recording(self) -> bool:
        """Whether a conversation can be had as a test here."""
        ...

    @property
    def wish(self) -> StandingWish | None:
        """The standing order that is being put together."""
        ...

    @property
    def standing_id(self) -> str | None:
        """The standing order that was spoken of last."""
        ...

    def standing_orders(self) -> Sequence[StandingOrder]:
        """Those that run or are paused, and the proposed one that was spoken of last."""
        ...

    @property
    def focus_line(self) -> str | None: ...
    def orders(self) -> Sequence[Order]:
        """The customer's history, newest first."""
        ...

    def card_of(self, order: Order) -> CheckoutSession | None:
        """The card that was paid for an order."""
        ...

    def offer(self, order_id: str, reason: RefundReason, lines: Sequence[RefundedLine]) -> RefundOffer:
        """What would come back of an order now; that it was shown is kept. Raises the refusals of a refund."""
        ...

    def was_misread(self, order_id: str, line_id: str) -> bool:
        """Whether what was said names something else than the line that was bought."""
        ...

    def to_ask_for(self, order_id: str, line_id: str, missing: int) -> int:
        """How many of those that are said to be missing the merchant is to be asked for; 0: what was said, shown and paid decides."""
        ...

    def contacts(self) -> Sequence[Contact]: ...
    def addresses(self) -> Sequence[Address]: ...
    def point_of(self, address: Address) -> Point | None:
        """Where an address is on the map; None when it can't be told."""
        ...

    def coupons(self) -> Sequence[Offered]:
        """Every shop's coupons as they stand for this customer, those of the card's shop first."""
        ...

    def wallet(self) -> Wallet | None: ...
    def captured(self, order: Order) -> Money:
        """What the ledger says was taken for an order."""
        ...

    def came_back(self, order: Order) -> Money:
        """What the ledger says went back to the wallet of an order: refunds, and what was only held."""
        ...

    def keep_phone(self, digits: str) -> tuple[str, str]:
        """Put a number into the vault: its reference and its mask."""
        ...

    def keep_place(self, text: str) -> tuple[str, str]:
        """Put an address into the vault that is for one order alone: its reference and its mask."""
        ...

    def keep_recipient(self, name: str, digits: str) -> tuple[str, str]:
        """Put who this order is handed to into the vault: its reference and its mask."""
        ...

    def number_of(self, contact: Contact) -> str | None:
        """A saved number in full."""
        ...

    def keep_address(self, label: str, text: str) -> tuple[str, str]:
        """Save an address of theirs; one that is called so gives way. Its text's reference and its mask."""
        ...

    def keep_own_number(self, digits: str) -> tuple[str, str]:
        """Save their own number in the place of the one that was known."""
        ...

    @property
    def avoided(self) -> frozenset[Allergen]:
        """The allergens that were said in this conversation, whether they are remembered or not."""
        ...

    def avoid(self, allergens: frozenset[Allergen]) -> None:
        """Have this conversation's cards checked for them and no others beside the customer's own."""
        ...

    def set_allergens(self, allergens: frozenset[Allergen]) -> None:
        """Remember these as the customer's."""
        ...

    def preferences(self) -> Sequence[Remembered]: ...
    def keep_preference(self, kind: PreferenceKind, text: str) -> None: ...
    def drop_preference(self, preference_id: str) -> None: ...
    def new_id(self, prefix: str) -> str: ...
