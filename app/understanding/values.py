"""Pieces → the values that a skill's slots take: amounts, phones, persons, numbers, places."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.dialogue.reading import (
    AmountValue,
    LastingValue,
    MomentValue,
    NumberValue,
    PeriodValue,
    PersonValue,
    PhoneValue,
    PlaceValue,
    RecurrenceValue,
    SlotValue,
    StopRole,
    StopValue,
)
from app.dialogue.specs import SlotKind, SlotSpec
from app.understanding.elements import Words
from app.understanding.mentions import Piece
from app.understanding.words import WordClass

SELF = "self"
STOPS: tuple[tuple[WordClass, StopRole], ...] = (("from_place", "from"), ("via_place", "via"), ("to_place", "to"))
INSIDE_ADDRESS = frozenset("-#")
# A street and a number, in either language.
ADDRESS = re.compile(
    r"[\u4e00-\u9fff](?:路|街|道|巷|弄|村|大厦|广场|小区)\s*[0-9一二三四五六七八九十百]+"
    r"|\b[0-9]+[a-z]?\s+(?:[\w.'-]+\s+){1,5}(?:road|rd|street|st|avenue|ave|lane|ln|boulevard|blvd|drive|square|way)\b",
    re.IGNORECASE,
)
JOINTS: tuple[WordClass, ...] = ("to_place", "my", "definite", "filler", "pronoun", "for")


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the pieces (by number) it was read from."""

    kind: SlotKind
    value: SlotValue
    used: tuple[int, ...]


def values_of(pieces: Sequence[Piece], words: Words, kinds: frozenset[SlotKind]) -> list[Found]:
    """All values of these kinds, in the order they were said; no piece is used twice."""
    found: list[Found] = []
    used: set[int] = set()
    for kind, finder in FINDERS:
        if kind in kinds:
            for at in range(len(pieces)):
                if at not in used and (value := finder(pieces, at, words)) is not None:
                    found.append(value)
                    used.update(value.used)
    return _places_joined(found)


def _places_joined(found: list[Found]) -> list[Found]:
    """ "deliver a latte to the office": the way and the place are said apart and mean one thing."""
    named = next((f for f in found if isinstance(f.value, PlaceValue) and f.value.label is not None), None)
    bare = [f for f in found if isinstance(f.value, PlaceValue) and f.value.label is None and f.value.kind == "delivery"]
    if named is None or not bare:
        return found
    whole = Found("place", named.value, tuple(sorted({i for f in (named, *bare) for i in f.used})))
    return [whole if f is named else f for f in found if f not in bare]


def fill(slots: Sequence[SlotSpec], found: Sequence[Found]) -> tuple[dict[str, SlotValue], set[int]]:
    """Each slot takes the first value of its kind that no slot before it took; also the pieces that were used."""
    filled: dict[str, SlotValue] = {}
    used: set[int] = set()
    left = list(found)
    for slot in slots:
        match = next((f for f in left if f.kind == slot.kind), None)
        if match is not None:
            left.remove(match)
            filled[slot.name] = match.value
            used.update(match.used)
    return filled, used


def _phone(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    piece = pieces[at]
    if piece.phone is None:
        return None
    return Found("phone", PhoneValue(piece.phone, words.span(piece.start, piece.end)), (at,))


def _amount(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    piece = pieces[at]
    around = [i for i in (at - 1, at + 1) if 0 <= i < len(pieces) and pieces[i].has("at_most")]
    span = words.span(piece.start, piece.end)
    if piece.amount is not None and not piece.amount.approximate:
        value = AmountValue(piece.amount.minor, span, piece.amount.currency, bool(around))
    elif piece.number is not None and not piece.number.weak and not piece.number.approximate and not _is_share(piece, words):
        value = AmountValue(piece.number.hundredths, span, None, bool(around))
    else:
        return None
    return Found("amount", value, (at, *around))


def _is_share(piece: Piece, words: Words) -> bool:
    """充一半, "top up half": a share of something, where no money is said."""
    said_in_words = all(token.kind != "number" for token in words.tokens[piece.start : piece.end])
    return piece.number is not None and 0 < piece.number.value < 1 and said_in_words


def _moment(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    piece = pieces[at]
    if piece.moment is None:
        return None
    return Found("moment", MomentValue(piece.moment, words.span(piece.start, piece.end)), (at,))


def _period(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    piece = pieces[at]
    if piece.period is None:
        return None
    return Found("period", PeriodValue(piece.period, words.span(piece.start, piece.end)), (at,))


def _recurrence(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    """Wherever its words stand: "at 8 a flat white every weekday until Christmas"."""
    said = pieces[at].recurrence
    if said is None:
        return None
    parts = [i for i, piece in enumerate(pieces) if piece.recurrence is said]
    spans = tuple(words.span(pieces[i].start, pieces[i].end) for i in parts)
    whole = words.span(pieces[parts[0]].start, pieces[parts[-1]].end)
    return Found("recurrence", RecurrenceValue(said, whole, spans), tuple(parts))


def _lasting(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    piece = pieces[at]
    if piece.lasting is None:
        return None
    return Found("lasting", LastingValue(piece.lasting.count, piece.lasting.unit, words.span(piece.start, piece.end)), (at,))


def _people(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    """八个人, "for eight people"."""
    piece = pieces[at]
    step = at + 1
    while step < len(pieces) and pieces[step].has("thing") and not pieces[step].has("people"):
        step += 1
    if piece.number is None or piece.number.whole is None or step >= len(pieces) or not pieces[step].has("people"):
        return None
    return Found("people", NumberValue(piece.number.whole, words.span(piece.start, pieces[step].end)), tuple(range(at, step + 1)))


def _stop(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    """ "to the airport", 从家, 去机场: a lead and what follows up to a mark, a time, a number or the next lead."""
    role: StopRole | None = next((role for lead, role in STOPS if pieces[at].has(lead)), None)
    first = at + 1 if role is not None else at
    while role is not None and first < len(pieces) and pieces[first].has(*JOINTS) and not _names_stop(pieces[first]):
        first += 1
    end = first
    while end < len(pieces) and _names_stop(pieces[end]):
        end += 1
    if end == first or (role is None and not (pieces[first].has("place") or pieces[first].is_place)):
        return None
    label = words.span(pieces[first].start, pieces[end - 1].end).text
    return Found("stop", StopValue(label, role or "to", words.span(pieces[at].start, pieces[end - 1].end)), tuple(range(at, end)))


def _names_stop(piece: Piece) -> bool:
    leads = piece.has("from_place", "via_place", "to_place")
    return piece.is_place or (not leads and (piece.unknown or piece.has("place") or bool(piece.cues and not piece.classes)))


def _number(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    piece = pieces[at]
    if piece.number is None or piece.number.whole is None:
        return None
    measure = (at + 1,) if at + 1 < len(pieces) and pieces[at + 1].has("unit", "thing") else ()
    return Found("number", NumberValue(piece.number.whole, words.span(piece.start, piece.end)), (at, *measure))


def _person(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    piece = pieces[at]
    if piece.has("kin") or piece.has("self"):
        span = words.span(piece.start, piece.end)
        return Found("person", PersonValue(_owner(span.text) if piece.has("kin") else SELF, span), (at,))
    if piece.has("for") and at + 1 < len(pieces) and pieces[at + 1].unknown:
        span = words.span(pieces[at + 1].start, pieces[at + 1].end)
        return Found("person", PersonValue(span.text, span), (at, at + 1))
    return None


def _owner(text: str) -> str:
    """my mum's → my mum."""
    return text[:-2] if text.lower().endswith(("'s", "’s")) else text


def _place(pieces: Sequence[Piece], at: int, words: Words) -> Found | None:
    piece = pieces[at]
    if piece.has("pickup"):
        return Found("place", PlaceValue("pickup", None, words.span(piece.start, piece.end)), (at,))
    delivers = piece.has("deliver")
    if not delivers and not (piece.has("to_place") and not piece.name):
        return None
    step = at + 1
    while step < len(pieces) and pieces[step].has(*JOINTS) and not pieces[step].has("place"):
        step += 1
    named = pieces[step] if step < len(pieces) else None
    if named is not None and named.has("place") and not named.name:
        label = words.span(named.start, named.end).text
        return Found("place", PlaceValue("delivery", label, words.span(piece.start, named.end)), tuple(range(at, step + 1)))
    if (end := _address_end(pieces, step, words)) > step:
        label = words.span(pieces[step].start, pieces[end - 1].end).text
        whole = words.span(piece.start, pieces[end - 1].end)
        return Found("place", PlaceValue("delivery", label, whole, is_address=True), tuple(range(at, end)))
    if not delivers:
        return None
    leads_on = words.tokens[piece.end - 1].text in ("to", "到", "去", "往") or (step > at + 1 and pieces[step - 1].has("to_place"))
    if named is not None and named.unknown and leads_on:
        label = words.span(named.start, named.end).text
        return Found("place", PlaceValue("delivery", label, words.span(piece.start, named.end)), tuple(range(at, step + 1)))
    return Found("place", PlaceValue("delivery", None, words.span(piece.start, piece.end)), (at,))


def _address_end(pieces: Sequence[Piece], start: int, words: Words) -> int:
    """Where the address ends that begins here: at the next mark but a hyphen; `start` when there is none."""
    end = start
    while end < len(pieces) and (not pieces[end].mark or pieces[end].mark in INSIDE_ADDRESS):
        end += 1
    if end == start or not ADDRESS.search(words.span(pieces[start].start, pieces[end - 1].end).text):
        return start
    return end


FINDERS: tuple[tuple[SlotKind, Callable[[Sequence[Piece], int, Words], Found | None]], ...] = (
    ("phone", _phone),
    ("recurrence", _recurrence),
    ("lasting", _lasting),
    ("moment", _moment),
    ("period", _period),
    ("people", _people),
    ("place", _place),
    ("stop", _stop),
    ("person", _person),
    ("amount", _amount),
    ("number", _number),
)
