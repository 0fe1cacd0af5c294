"""What is shown of the past: orders as a list, and what was spent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderRowView:
    order_id: str
    number: str
    when: str
    payee: str
    state: str
    state_label: str
    items: str
    total: str
    picture: str
    can_again: bool


@dataclass(frozen=True, slots=True)
class OrdersView:
    """A page of orders, newest first.

    `since`, `until` (ISO 8601) and `products` ask for the next page; `more`: whether there is one.
    """

    lang: str
    title: str
    count: str
    rows: tuple[OrderRowView, ...]
    offset: int
    more: bool
    since: str
    until: str
    products: tuple[str, ...]
    labels: dict[str, str]
    kind: str = "orders"


@dataclass(frozen=True, slots=True)
class BarView:
    """A day's or month's amount; `height` in percent of the highest."""

    label: str
    amount: str
    minor: int
    height: int


@dataclass(frozen=True, slots=True)
class ShareView:
    """A shop's or category's part of the total; `percent` of it."""

    label: str
    amount: str
    minor: int
    percent: int
    picture: str = "other"


@dataclass(frozen=True, slots=True)
class SpendingView:
    """What was captured in a period, less what was given back. `bars` and each list of shares sum to the total.

    `approvers`: who approved it, the customer or which agent or standing order.
    """

    lang: str
    title: str
    dates: str
    count: str
    total: str
    total_minor: int
    previous_label: str
    previous: str
    bars_label: str
    bars: tuple[BarView, ...]
    shops: tuple[ShareView, ...]
    categories: tuple[ShareView, ...]
    approvers: tuple[ShareView, ...]
    labels: dict[str, str]
    kind: str = "spending"
