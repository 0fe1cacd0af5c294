"""A recorded conversation as a file that holds: played, compared with what took place, filled with what must be true."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.base.errors import Refusal
from app.bootstrap import Row, Usual, recorded_reader, remembering_reader
from app.domain.checkout import CheckoutSession
from app.replay import snapshot
from app.replay.accept import RECORDED, as_text
from app.replay.record import recorded
from app.replay.run import DirectFace, Play, Result
from app.replay.script import Script
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, staged
from app.service.ports import Reader

Plain = dict[str, Any]


class NotReplayable(Refusal):
    """The conversation does not come out the same when it is played again; `difference` says where first."""

    code = "not_replayable"


@dataclass(frozen=True, slots=True)
class Played:
    result: Result
    cards: tuple[str, ...]


def saved(usual: Usual, customer_id: str, conversation_id: str) -> str:
    """The file's text. Raises NotFound, NothingSaid, StillPrivate, NotReplayable."""
    found = recorded(usual, customer_id, conversation_id)
    plain, catalog_dir = found.script, usual.settings.catalog_dir
    traffic: list[Row] = []
    first = _played(plain, catalog_dir, remembering_reader(found.answers, traffic.append) if found.answers else None)
    took_place = _cards(c for c in usual.records.checkouts(customer_id) if c.conversation_id == conversation_id)
    if first.cards != took_place:
        raise NotReplayable(difference=_first_difference(took_place, first.cards))
    if found.answers:
        plain["model"] = [dict(row) for row in traffic]
    _fill(plain, first.result)
    second, third = (_played(plain, catalog_dir, recorded_reader(traffic, "") if traffic else None) for _ in range(2))
    if not second.result.holds or second.result.transcript() != third.result.transcript():
        raise NotReplayable(difference="two runs differ")
    return as_text(plain)


def _played(plain: Plain, catalog_dir: Path, reader: Reader | None) -> Played:
    script = Script.model_validate(plain)
    with staged(script, reader, catalog_dir) as stage:
        result = Play(script, stage, DirectFace(stage)).run()
        checkouts = [c for c in stage.usual.records.checkouts(CUSTOMER_ID) if c.conversation_id == CONVERSATION_ID]
        return Played(result, _cards(checkouts))


def _cards(checkouts: Any) -> tuple[str, ...]:
    """Each card's newest version as one line: what is compared between then and now."""
    newest: dict[str, CheckoutSession] = {}
    for checkout in sorted(checkouts, key=lambda c: (c.id, c.version)):
        newest[checkout.id] = checkout
    shown = []
    for number, checkout in enumerate(newest.values(), start=1):
        card = snapshot.card(checkout, number, "", None)
        shown.append(f"card {number}: {'; '.join(card['lines'])}, total {card['total']}, {card['state']}")
    return tuple(shown)


def _first_difference(then: tuple[str, ...], now: tuple[str, ...]) -> str:
    pairs = zip([*then, *[""] * len(now)], [*now, *[""] * len(then)], strict=False)
    was, is_now = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    return f"then “{was or 'nothing'}”, now “{is_now or 'nothing'}”"


def _fill(plain: Plain, result: Result) -> None:
    """What must be true of each turn: card, order and ledger, the rules' reading, the question; words only of a refusal."""
    for written, played in zip(plain["turns"], result.turns, strict=True):
        actual = dict(played.actual)
        wanted = {key: actual.get(key) for key in RECORDED if actual.get(key) not in ({}, [], "no", None)}
        if "event" in written:
            wanted.pop("reading", None)
        written.update(_without_reason(wanted))
    plain["end"] = {"orders": result.end["orders"] or "none", "audit": "none"}


def _without_reason(wanted: Mapping[str, Any]) -> Plain:
    """A reason counts the whole history, of which only the newest part is replayed."""
    card = wanted.get("card")
    told = dict(wanted) | ({"card": {k: v for k, v in card.items() if k != "reason"}} if isinstance(card, Mapping) else {})
    return {key: _kept(value) for key, value in told.items()}


def _kept(value: Any) -> Any:
    return {k: v for k, v in value.items() if v not in ([], "")} if isinstance(value, Mapping) else value
