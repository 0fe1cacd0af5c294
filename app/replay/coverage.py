"""What recorded conversations pass through, and above all what none of them does. The names come from the code itself."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import get_args

import app
from app.base.errors import Refusal
from app.dialogue.reading import Begin, Command
from app.dialogue.wording import wording
from app.domain.checkout import CheckoutState
from app.domain.names import LANGS
from app.domain.order import OrderState
from app.replay.run import Result, TurnResult
from app.replay.script import Event, Turn
from app.skills import SKILLS

ACTS = ("say", "tap", "pay", "bind", "deposit", "event")
PLACE = re.compile(r"\{[a-z_]+\}")


@dataclass
class Coverage:
    """For each kind of thing the names that were seen."""

    seen: dict[str, set[str]] = field(default_factory=dict)

    def add(self, results: Iterable[Result]) -> "Coverage":
        for result in results:
            before = result.script.before
            for name in _said_of(before.model_dump(exclude_defaults=True)) if before is not None else ():
                self.seen.setdefault("event", set()).add(name)
            for turn in result.turns:
                for kind, name in _of_turn(turn):
                    self.seen.setdefault(kind, set()).add(name)
        return self

    def missing(self) -> Mapping[str, list[str]]:
        return {kind: sorted(names - self.seen.get(kind, set())) for kind, names in _existing().items()}

    def table(self) -> str:
        missing = self.missing()
        lines = []
        for kind, names in _existing().items():
            lines.append(f"{kind}: {len(names) - len(missing[kind])} of {len(names)}")
            if missing[kind]:
                lines.append(f"  not seen: {', '.join(missing[kind])}")
        asked = sorted(self.seen.get("question", set()))
        lines.append(f"questions asked: {len(asked)}: {', '.join(asked)}")
        return "\n".join(lines)


def _of_turn(turn: TurnResult) -> Iterator[tuple[str, str]]:
    yield from (("act", name) for name in ACTS if getattr(turn.turn, name) is not None)
    if turn.reading is not None:
        for command in turn.reading.commands:
            yield "command", type(command).__name__
            if isinstance(command, Begin):
                yield "skill", f"{command.skill} ({turn.reading.lang})"
    actual = turn.actual
    if actual["card"]:
        yield "card state", actual["card"]["state"]
    if actual["order"]:
        yield "order state", actual["order"]["state"]
    if actual["question"]:
        yield "question", actual["question"]["about"]
    yield from _refusals(turn)
    yield from _events(turn.turn)


def _refusals(turn: TurnResult) -> Iterator[tuple[str, str]]:
    """What was refused to an act, and what a turn of the chat was answered with."""
    if turn.actual["refused"] != "no":
        yield "refusal", turn.actual["refused"]
    for sentence in turn.actual["says"]:
        yield from (("refusal", code) for code, shapes in _sentences().items() if any(s.fullmatch(sentence) for s in shapes))


def _events(turn: Turn) -> Iterator[tuple[str, str]]:
    if turn.event is not None:
        yield from (("event", name) for name in _said_of(turn.event.model_dump(exclude_defaults=True)))


def _said_of(event: Mapping[str, object]) -> Iterator[str]:
    for name, value in event.items():
        yield f"{name} {value}" if name in ("merchant", "worker", "database") else name


def _existing() -> Mapping[str, set[str]]:
    codes = {kind.code for kind in _below(Refusal)}
    events = {f"{name} {value}" for name in ("merchant", "worker", "database") for value in _choices(name)}
    return {
        "skill": {f"{skill.spec.name} ({lang})" for skill in SKILLS for lang in LANGS},
        "command": {command.__name__ for command in get_args(Command)},
        "act": set(ACTS),
        "card state": set(get_args(CheckoutState)),
        "order state": {state for part in get_args(OrderState) for state in (get_args(part) or (part,))},
        "refusal": codes,
        "event": events | {name for name in Event.model_fields if name not in ("merchant", "worker", "database")},
    }


def _choices(name: str) -> Iterator[str]:
    for part in get_args(Event.model_fields[name].annotation):
        yield from get_args(part)


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.startswith(("app.domain", "app.service")):
            importlib.import_module(module.name)
    for child in kind.__subclasses__():
        if child.__module__.startswith(("app.domain", "app.service")):
            yield child


@cache
def _sentences() -> Mapping[str, list[re.Pattern[str]]]:
    found: dict[str, list[re.Pattern[str]]] = {}
    for lang in LANGS:
        for key, sentence in wording(lang).items():
            if key.startswith("refusal."):
                shape = ".*".join(map(re.escape, PLACE.split(sentence)))
                found.setdefault(key.removeprefix("refusal.").removesuffix("_one"), []).append(re.compile(shape, re.DOTALL))
    return found
