"""What the wallet's page shows: plain values in the customer's language."""

from dataclasses import dataclass

from app.service.history_views import BarView, ShareView
from app.service.standing_views import TermView


@dataclass(frozen=True, slots=True)
class OptionView:
    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FilterView:
    """What the list can be narrowed to; `faults` are sentences about what was asked for and can't be."""

    approvers: tuple[OptionView, ...]
    merchants: tuple[OptionView, ...]
    mandates: tuple[OptionView, ...]
    since: str
    until: str
    is_set: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SumsView:
    """What was paid less what came back, of the selection: `bars`, with what is `earlier`, and each list sum to the total."""

    total: str
    total_minor: int
    bars: tuple[BarView, ...]
    earlier_minor: int
    earlier: str
    approvers: tuple[ShareView, ...]
    merchants: tuple[ShareView, ...]
    categories: tuple[ShareView, ...]


@dataclass(frozen=True, slots=True)
class SpendingRow:
    """One order; `amount` is what was paid less what came back, `note` where the two differ or nothing was taken yet."""

    order_id: str
    when: str
    payee: str
    items: str
    words: str
    approver: str
    state_label: str
    amount: str
    minor: int
    note: str


@dataclass(frozen=True, slots=True)
class CapView:
    """How much of a limit is used; `percent` is None for one that nothing adds up to."""

    label: str
    text: str
    percent: int | None


@dataclass(frozen=True, slots=True)
class PermissionView:
    """A mandate, or a standing order with its own. `actions` are the words of its buttons, by what each does."""

    id: str
    title: str
    state: str
    state_label: str
    caps: tuple[CapView, ...]
    terms: tuple[TermView, ...]
    upcoming: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgentView:
    """`grants`: the ids and names of what it may do now."""

    id: str
    name: str
    added: str
    grants: tuple[tuple[str, str], ...]
    removable: bool


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A refund, a dispute or a deposit."""

    when: str
    what: str
    amount: str
    state_label: str
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class AIWalletView:
    """Money in less what was spent is what is there: `deposited` − `spent` = `available` + `held`.

    `next_page`: the order that the next page of `rows` comes after.
    """

    is_bound: bool
    available: str
    held: str
    deposited: str
    spent: str
    standing: tuple[PermissionView, ...]
    mandates: tuple[PermissionView, ...]
    ended: tuple[PermissionView, ...]
    agents: tuple[AgentView, ...]
    filters: FilterView
    sums: SumsView
    rows: tuple[SpendingRow, ...]
    next_page: str
    refunds: tuple[MovedRow, ...]
    disputes: tuple[MovedRow, ...]
    deposits: tuple[MovedRow, ...]
