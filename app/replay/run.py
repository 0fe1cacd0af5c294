"""Play a recorded conversation and compare what is true after each turn with what must be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from app.base.errors import UsualError
from app.base.money import Money
from app.bootstrap import recorded_reader, traffic_in
from app.dialogue.reading import Reading
from app.domain.names import Lang
from app.domain.standing import StandingOrder
from app.replay import snapshot
from app.replay.compare import Difference, differences
from app.replay.script import Agree, Pay, Script, Turn, load_script
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, GUARDIAN_ID, Stage, staged
from app.service.ports import Reader
from app.service.views import CardView, Message, Reply, as_json


class Face(Protocol):
    """A way to act as the customer. Refusals are raised as the service raises them."""

    @property
    def conversation_id(self) -> str:
        """Under which the service keeps this conversation; empty before its first word where the face does not choose it."""
        ...

    def say(self, text: str) -> Reply: ...
    def tap(self, tap: dict[str, Any]) -> Reply: ...
    def pay(self, checkout_id: str, version: int, pin: str) -> str:
        """The sentence about the payment."""
        ...

    def bind(self, consent: bool, pin: str) -> None: ...
    def agree(self, standing_order_id: str, version: int, pin: str) -> None: ...
    def deposit(self, amount_minor: int, pin: str, key: str) -> None: ...


@dataclass
class DirectFace:
    """The customer at the service itself, without a browser between."""

    stage: Stage
    conversation_id: str = CONVERSATION_ID

    def say(self, text: str) -> Reply:
        return self.stage.usual.assistant.turn(CUSTOMER_ID, self.conversation_id, text, channel="replay")

    def tap(self, tap: dict[str, Any]) -> Reply:
        return self.stage.usual.assistant.tap(CUSTOMER_ID, self.conversation_id, tap)

    def pay(self, checkout_id: str, version: int, pin: str) -> str:
        return self.stage.usual.payments.pay(CUSTOMER_ID, checkout_id, version, pin, self._lang()).message

    def bind(self, consent: bool, pin: str) -> None:
        self.stage.usual.wallets.bind(CUSTOMER_ID, consent, pin, self._lang())

    def agree(self, standing_order_id: str, version: int, pin: str) -> None:
        self.stage.usual.standing.agree(CUSTOMER_ID, standing_order_id, version, pin, self._lang())

    def deposit(self, amount_minor: int, pin: str, key: str) -> None:
        self.stage.usual.wallets.deposit(CUSTOMER_ID, amount_minor, pin, key, self._lang())

    def _lang(self) -> Lang:
        state = self.stage.usual.records.conversation(self.conversation_id)
        return state.lang if state else "en"


@dataclass
class TurnResult:
    """What was true after one turn, all of it, and where that differs from what must be."""

    turn: Turn
    actual: dict[str, Any]
    differences: list[Difference]
    reading: Reading | None = None


@dataclass
class Result:
    script: Script
    turns: list[TurnResult]
    end: dict[str, Any]
    end_differences: list[Difference]

    @property
    def holds(self) -> bool:
        return not self.end_differences and not any(turn.differences for turn in self.turns)

    def transcript(self) -> str:
        """Everything that was true, as text: two runs of one script give the same bytes."""
        return json.dumps([[t.actual for t in self.turns], self.end], ensure_ascii=False, indent=1, sort_keys=True)


@dataclass
class Play:
    """One run of a script on a stage, by a face."""

    script: Script
    stage: Stage
    face: Face
    cards: list[str] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)

    def run(self) -> Result:
        turns = [self._play(turn) for turn in self.script.turns]
        end = self._end()
        return Result(self.script, turns, end, differences(self.script.end, end, "end"))

    def _play(self, turn: Turn) -> TurnResult:
        self.last = {"says": [], "views": []}
        try:
            self._act(turn)
        except UsualError as refused:
            self.last["refused"] = refused.code
        actual = self._after()
        reading = self.stage.usual.assistant.last_reading if turn.say is not None else None
        return TurnResult(turn, actual, differences(turn.expect, actual, ""), reading)

    def _act(self, turn: Turn) -> None:
        if turn.say is not None:
            self._hear(self.face.say(turn.say))
            self.last["reading"] = snapshot.reading_lines(self.stage.usual.assistant.last_reading)
        elif turn.tap is not None:
            self._hear(self.face.tap(self._tap(turn.tap)))
        elif turn.pay is not None:
            self._pay(turn.pay)
        elif turn.bind is not None:
            self.face.bind(turn.bind.consent, turn.bind.pin)
        elif turn.deposit is not None:
            minor = Money.parse(turn.deposit.amount).minor
            self.face.deposit(minor, turn.deposit.pin or self.script.customer.pin, turn.deposit.key)
        elif turn.agree is not None:
            self._agree(turn.agree)
        elif turn.event is not None:
            self.stage.happen(turn.event)

    def _hear(self, reply: Reply) -> None:
        for message in reply.messages:
            self._hear_one(message)
        if reply.open_pin:
            self.last["open_pin"] = str(self.cards.index(reply.open_pin) + 1)

    def _hear_one(self, message: Message) -> None:
        if message.text:
            self.last["says"].append(message.text)
        if message.view is not None:
            self.last["views"].append(as_json(message.view))
        if isinstance(message.view, CardView) and message.view.id not in self.cards:
            self.cards.append(message.view.id)

    def _pay(self, pay: Pay) -> None:
        checkout_id = self._card(pay.card)
        newest = self.stage.usual.records.checkout(checkout_id)
        version = pay.version if pay.version is not None else (newest.version if newest else 0)
        pin = pay.pin or self.script.customer.pin
        self.last["says"].append(self.face.pay(checkout_id, version, pin))

    def _agree(self, agree: Agree) -> None:
        order = self._standing()
        if order is not None:
            self.face.agree(order.id, agree.version or order.version, agree.pin or self.script.customer.pin)

    def _standing(self) -> StandingOrder | None:
        """The standing order that was spoken of last, else the newest."""
        orders = self.stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID)
        state = self.stage.usual.records.conversation(self.face.conversation_id)
        focused = [order for order in orders if state is not None and order.id == state.standing_id]
        found = focused or orders
        return found[-1] if found else None

    def _card(self, number: int | None) -> str:
        return self.cards[(number or len(self.cards)) - 1] if self.cards else "chk_none"

    def _tap(self, tap: Mapping[str, str]) -> dict[str, Any]:
        """A tap as a card sends it: `line` is written as its place on the card, `card` as its number."""
        checkout_id = self._card(int(tap["card"]) if "card" in tap else None)
        checkout = self.stage.usual.records.checkout(checkout_id)
        filled: dict[str, Any] = {"kind": tap["kind"], "id": checkout_id}
        if "line" in tap and checkout is not None:
            filled["line"] = checkout.lines[int(tap["line"]) - 1].id
        filled["version"] = int(tap["version"]) if "version" in tap else (checkout.version if checkout else 0)
        if "key" in tap:
            filled["key"] = tap["key"]
        for name in ("quantity", "ordinal"):
            if name in tap:
                filled[name] = int(tap[name])
        state = self.stage.usual.records.conversation(self.face.conversation_id)
        if tap["kind"] == "choose" and state is not None and state.question is not None:
            filled["question_id"] = state.question.id
        return filled

    def _after(self) -> dict[str, Any]:
        usual, state = self.stage.usual, self.stage.usual.records.conversation(self.face.conversation_id)
        checkout_id = self._card(None) if self.cards else None
        checkout = usual.records.checkout(checkout_id) if checkout_id else None
        view = usual.queries.card(CUSTOMER_ID, checkout.id, "zh" if state and state.lang == "zh" else "en") if checkout else None
        actual: dict[str, Any] = {
            "card": snapshot.card(checkout, len(self.cards), view.step if view else "", view.reason if view else None),
            "order": snapshot.order(self._newest_order()),
            "ledger": snapshot.ledger(usual.records, CUSTOMER_ID, self._order_ids()),
            "standing": snapshot.standing(self._standing(), usual.standing_orders),
            "refused": "no",
            "open_pin": "no",
            **self.last,
        }
        if state is not None and state.question is not None:
            actual["question"] = {"about": state.question.key, "choices": [c.title.display("en") for c in state.question.choices]}
        else:
            actual["question"] = {}
        return actual

    def _orders(self) -> list[Any]:
        orders = self.stage.usual.records.orders(CUSTOMER_ID, 1_000)
        return [o for o in reversed(orders) if o.id not in self.stage.placed_before]

    def _newest_order(self) -> Any:
        orders = self._orders()
        return orders[-1] if orders else None

    def _order_ids(self) -> list[str]:
        return [order.id for order in self._orders()]

    def _end(self) -> dict[str, Any]:
        usual = self.stage.usual
        audit = usual.audit.check()
        return {
            "orders": [f"{o.state} {o.total.plain()}" for o in self._orders()],
            "ledger": snapshot.ledger(usual.records, CUSTOMER_ID, self._order_ids()),
            "requests": [
                f"{one.state} {one.amount.plain()}" for one in usual.guardians.guardians.guardians.guardian_requests(GUARDIAN_ID)
            ],
            "settlements": [snapshot.settlement(one) for one in usual.settlements.settlements.settlements()],
            "coupons_used": [use.coupon_id for use in usual.records.coupon_uses(CUSTOMER_ID)],
            "trace": [link.kind for link in usual.records.trace(CUSTOMER_ID)],
            "audit": [str(fault) for fault in audit],
        }


def traffic_of(path: Path) -> Path:
    """Where a conversation's model traffic lies: beside it."""
    return path.with_suffix(".model.jsonl")


def reader_of(script: Script, path: Path) -> Reader | None:
    """Answers with the model traffic that was recorded in a file's script or beside it; None for the rules alone."""
    traffic = traffic_of(path)
    rows = [row.model_dump(exclude_none=True) for row in script.model] or (traffic_in(traffic) if traffic.exists() else [])
    return recorded_reader(rows, str(traffic)) if rows else None


def play_file(path: Path) -> Result:
    """Run a file's script, with its recorded model traffic."""
    script = load_script(path)
    return play(script, reader_of(script, path))


def play(script: Script, reader: Reader | None = None, catalog_dir: Path | None = None) -> Result:
    """Run a script at the service itself, on a stage of its own."""
    with staged(script, reader, catalog_dir) as stage:
        return Play(script, stage, DirectFace(stage)).run()
