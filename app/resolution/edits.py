"""A change that was said or tapped → the draft after it, or why it can't be made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.dialogue.outcomes import Param
from app.dialogue.reading import Change, PlaceValue, Target
from app.domain.catalog import Catalog
from app.domain.checkout import Draft, DraftLine
from app.domain.customer import Address
from app.resolution.options import choose_options, fitting_options
from app.resolution.products import Ambiguous, NoMatch, resolve_product


@dataclass(frozen=True, slots=True)
class Edited:
    """The new draft, the line that a next change is about, and what to say."""

    draft: Draft
    focus_line: str | None
    key: str
    params: dict[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CannotEdit:
    key: str
    params: dict[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an edit needs to know beside the draft."""

    catalog: Catalog
    focus_line: str | None
    addresses: Sequence[Address]
    new_line_id: Callable[[], str]
    keep_place: Callable[[str], tuple[str, str]]


class _Impossible(Exception):
    def __init__(self, key: str, **params: Param) -> None:
        self.problem = CannotEdit(key, params)


def apply(change: Change, draft: Draft, around: Surroundings) -> Edited | CannotEdit:
    try:
        if change.place is not None:
            placed = to_place(change.place, draft, around.catalog, around.addresses, around.keep_place)
            return (
                placed
                if isinstance(placed, CannotEdit)
                else Edited(placed, around.focus_line, f"edit.{change.place.kind or 'delivery'}")
            )
        draft, line = _pointed_at(change, draft, around)
        if change.remove:
            return _removed(change, draft, line)
        if change.replace_with is not None:
            return _replaced(change, draft, line, around)
        draft, line = _with_options(change, draft, line, around)
        if change.quantity is not None:
            return _with_quantity(change, draft, line)
        return Edited(draft, line.id, "edit.changed")
    except _Impossible as impossible:
        return impossible.problem


def called(place: PlaceValue, addresses: Sequence[Address]) -> list[Address]:
    """The saved addresses that go by that name; each may have several, with a slash between."""
    wanted = (place.label or "").casefold()
    return [a for a in addresses if wanted in [name.strip() for name in a.label.casefold().split("/")]]


def to_place(
    place: PlaceValue, draft: Draft, catalog: Catalog, addresses: Sequence[Address], keep: Callable[[str], tuple[str, str]]
) -> Draft | CannotEdit:
    """The draft with the fulfilment of that kind, to the saved address of that name where one is said.

    An address that is said itself is for this draft alone; `keep` puts it into the vault: its reference and its mask.
    """
    kind = place.kind or "delivery"
    option = next((f for f in catalog.merchant.fulfilment if f.kind == kind), None)
    if option is None:
        return CannotEdit(f"edit.no_{kind}")
    if place.label is None or kind != "delivery":
        same = option.id == draft.fulfilment_id
        return draft if same else replace(draft, fulfilment_id=option.id, destination_ref=None, destination_masked="")
    if place.is_address:
        ref, masked = keep(place.label)
        return replace(draft, fulfilment_id=option.id, destination_ref=ref, destination_masked=masked)
    found = called(place, addresses)
    if len(found) != 1:
        return CannotEdit("edit.unknown_place", {"place": place.label})
    return replace(draft, fulfilment_id=option.id, destination_ref=found[0].text_ref, destination_masked=found[0].masked)


def _pointed_at(change: Change, draft: Draft, around: Surroundings) -> tuple[Draft, DraftLine]:
    target = change.target
    if target.ordinal is not None:
        return _nth_unit(draft, target.ordinal, around) if target.counts == "unit" else (draft, _nth(draft, target.ordinal))
    if target.item is not None:
        return draft, _named(draft, target, around)
    if target.other:
        others = [line for line in draft.lines if line.id != around.focus_line]
        if len(others) != 1:
            raise _Impossible("edit.which_line")
        return draft, others[0]
    return draft, _spoken_of(change, draft, around)


def _spoken_of(change: Change, draft: Draft, around: Surroundings) -> DraftLine:
    focused = [line for line in draft.lines if line.id == around.focus_line]
    if focused:
        return focused[0]
    if len(draft.lines) == 1 or (change.quantity is not None and len({line.product_id for line in draft.lines}) == 1):
        return draft.lines[0]
    raise _Impossible("edit.which_line")


def _nth(draft: Draft, ordinal: int) -> DraftLine:
    position = ordinal - 1 if ordinal > 0 else len(draft.lines) + ordinal
    if not 0 <= position < len(draft.lines):
        raise _Impossible("edit.no_such_line", count=len(draft.lines))
    return draft.lines[position]


def _nth_unit(draft: Draft, ordinal: int, around: Surroundings) -> tuple[Draft, DraftLine]:
    """The line that holds the nth single unit; that unit becomes a line of its own."""
    units = sum(line.quantity for line in draft.lines)
    left = ordinal if ordinal > 0 else units + 1 + ordinal
    if not 1 <= left <= units:
        raise _Impossible("edit.no_such_line", count=units)
    for line in draft.lines:
        if left <= line.quantity:
            break
        left -= line.quantity
    if line.quantity == 1:
        return draft, line
    single = replace(line, id=around.new_line_id(), quantity=1)
    rest = replace(line, quantity=line.quantity - 1)
    split = tuple(part for one in draft.lines for part in ((rest, single) if one.id == line.id else (one,)))
    return replace(draft, lines=split), single


def _named(draft: Draft, target: Target, around: Surroundings) -> DraftLine:
    assert target.item is not None
    meant = {c.product_id for c in target.item.candidates if c.merchant_id == draft.merchant_id}
    found = [line for line in draft.lines if line.product_id in meant]
    focused = [line for line in found if line.id == around.focus_line]
    if not found:
        raise _Impossible("edit.not_on_card", words=target.item.span.text)
    if len(found) > 1 and not focused:
        raise _Impossible("edit.which_line")
    return (focused or found)[0]


def _removed(change: Change, draft: Draft, line: DraftLine) -> Edited:
    fewer = change.quantity.value if change.quantity else line.quantity
    if fewer < line.quantity:
        return _put(draft, replace(line, quantity=line.quantity - fewer), "edit.changed")
    return Edited(replace(draft, lines=tuple(one for one in draft.lines if one.id != line.id)), None, "edit.removed")


def _replaced(change: Change, draft: Draft, line: DraftLine, around: Surroundings) -> Edited:
    assert change.replace_with is not None
    found = resolve_product(change.replace_with, draft.merchant_id)
    if isinstance(found, NoMatch):
        raise _Impossible("order.not_sold", words=found.words)
    if isinstance(found, Ambiguous):
        raise _Impossible("edit.which_product", words=change.replace_with.span.text)
    product = around.catalog.products[found.product_id]
    kept = fitting_options(around.catalog, product, line.options)
    choices = choose_options(around.catalog, product, change.options, kept)
    quantity = change.quantity.value if change.quantity else line.quantity
    swapped = replace(
        line,
        product_id=product.id,
        options=choices.options,
        quantity=quantity,
        note=_note(None, choices.notes),
        suggested=False,
        accepted_allergens=frozenset(),
    )
    return _put(draft, swapped, "edit.changed")


def _with_options(change: Change, draft: Draft, line: DraftLine, around: Surroundings) -> tuple[Draft, DraftLine]:
    notes = [span.text for span in change.notes]
    product = around.catalog.products[line.product_id]
    choices = choose_options(around.catalog, product, change.options, line.options)
    # What was accepted was accepted for these options, so other options ask again.
    accepted = line.accepted_allergens if choices.options == line.options else frozenset[str]()
    note = _note(line.note, [*notes, *choices.notes])
    changed = replace(line, options=choices.options, note=note, accepted_allergens=accepted)
    return _put(draft, changed, "").draft, changed


def _with_quantity(change: Change, draft: Draft, line: DraftLine) -> Edited:
    """A new count of what was spoken of: over all lines of its product when no single line was pointed at."""
    quantity = change.quantity
    assert quantity is not None
    siblings = [one for one in draft.lines if one.product_id == line.product_id] if change.target == Target() else [line]
    counted = sum(one.quantity for one in siblings)
    wanted = quantity.value if quantity.mode == "set" else counted + quantity.value
    if wanted < 1:
        return Edited(replace(draft, lines=tuple(one for one in draft.lines if one not in siblings)), None, "edit.removed")
    grown = next((one for one in siblings if one.quantity + wanted - counted >= 1), None)
    if grown is None:
        raise _Impossible("edit.which_line")
    edited = _put(draft, replace(grown, quantity=grown.quantity + wanted - counted), "edit.quantity")
    return replace(edited, params={"count": wanted}, focus_line=line.id)


def _put(draft: Draft, line: DraftLine, key: str) -> Edited:
    lines = tuple(line if one.id == line.id else one for one in draft.lines)
    return Edited(replace(draft, lines=lines), line.id, key)


def _note(before: str | None, more: Sequence[str]) -> str | None:
    return "; ".join([*([before] if before else []), *more]) or None
