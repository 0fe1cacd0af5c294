"""What a card shows when its chips, its place or its arithmetic are opened."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChipView:
    """An option on a line. `group` is what a tap opens; None for what can't be changed there."""

    label: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class OptionView:
    """`price` is what it adds, empty for nothing; `count` of it are chosen, `count_max` can be."""

    id: str
    label: str
    price: str
    count: int
    count_max: int


@dataclass(frozen=True, slots=True)
class GroupView:
    """`single`: one takes the other's place. `required`: it can't be left empty. `full`: no more of it can be had."""

    id: str
    label: str
    hint: str
    single: bool
    required: bool
    full: bool
    options: tuple[OptionView, ...]


@dataclass(frozen=True, slots=True)
class LineChangesView:
    line: str
    groups: tuple[GroupView, ...]


@dataclass(frozen=True, slots=True)
class WayView:
    """A way to get the goods; one that is not `possible` says why in `detail`."""

    id: str
    label: str
    fee: str
    detail: str
    chosen: bool
    possible: bool


@dataclass(frozen=True, slots=True)
class AddressView:
    """A saved address, masked."""

    id: str
    label: str
    masked: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What one version of a card can be changed to."""

    version: int
    lines: tuple[LineChangesView, ...]
    ways: tuple[WayView, ...]
    addresses: tuple[AddressView, ...]
    kind: str = "changes"
