"""The labelled conversations, each held with the service and decided on what it left in the trace; nothing is paid for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from app.dialogue.reading import Reading
from app.domain.checkout import CheckoutSession, ChosenOption, DraftLine
from app.domain.dispute import Decision, decide
from app.replay.script import Script
from app.replay.stage import CUSTOMER_ID, Stage, staged
from app.service.checkout import Asked
from app.service.ports import Reader
from app.service.views import CardView
from app.understanding.context import ReadingContext
from app.understanding.reader import PolicyReader
from tests.disputes.judging import missing_of

Case = Mapping[str, Any]
DAYS = ("2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14", "2026-05-15")


def cases(part: str) -> Sequence[Case]:
    """dev: what the gathering of evidence was built with; held: every third, looked at once it was; fresh: written after that."""
    rows: list[Case] = yaml.safe_load((Path(__file__).parent / "conversations.yaml").read_text(encoding="utf-8"))
    old = [row for row in rows if not row.get("fresh")]
    if part == "fresh":
        return [row for row in rows if row.get("fresh")]
    return [row for place, row in enumerate(old) if (place % 3 == 2) == (part == "held")]


@dataclass
class Attributing(Reader):
    """The rules, with some words' reading put down to a model."""

    rules: PolicyReader = field(default_factory=PolicyReader)
    by_model: bool = False

    def read(self, text: str, context: ReadingContext) -> Reading:
        reading = self.rules.read(text, context)
        return replace(reading, by="model", why="model_asked") if self.by_model else reading


@dataclass
class Room:
    """Holds one conversation after the other with a customer who has the same history each time."""

    stage: Stage
    reader: Attributing
    held: int = 0

    def decided(self, case: Case) -> Decision:
        self.held += 1
        card, steps = None, list(case["say"])
        for at, step in enumerate(steps):
            self.reader.by_model = at + 1 < len(steps) and steps[at + 1] == {"model": True}
            card = self._step(step, card) or card
        assert card is not None, case
        checkout = self.stage.usual.records.checkout(card.id, card.version)
        assert checkout is not None
        line = next(line for line in checkout.lines if case.get("line") in (None, line.product_id))
        evidence = self.stage.usual.disputes.evidence(checkout, line)
        return decide(case.get("claim", "unwanted"), evidence, missing_of(case, line))

    def _step(self, step: str | Case, card: CheckoutSession | None) -> CheckoutSession | None:
        assistant, conversation = self.stage.usual.assistant, f"con_{self.held}"
        if isinstance(step, str):
            reply = assistant.turn(CUSTOMER_ID, conversation, step)
        elif "choose" in step:
            state = self.stage.usual.records.conversation(conversation)
            assert state is not None
            assert state.question is not None
            tap = {"kind": "choose", "question_id": state.question.id, "ordinal": step["choose"]}
            reply = assistant.tap(CUSTOMER_ID, conversation, tap)
        elif "tap" in step:
            assert card is not None
            reply = assistant.tap(CUSTOMER_ID, conversation, _tap(step["tap"], card))
        else:
            return self._misread(step, card) if "misread" in step else None
        shown = next((m.view for m in reply.messages if isinstance(m.view, CardView)), None)
        return self.stage.usual.records.checkout(shown.id, shown.version) if shown else None

    def _misread(self, step: Case, card: CheckoutSession | None) -> CheckoutSession:
        """The card as a reader that is wrong would have put it, on the same words."""
        assert card is not None
        lines = tuple(
            _put(line, step["misread"]) if step.get("of") in (None, line.product_id) else line for line in card.draft.lines
        )
        draft = replace(card.draft, lines=lines)
        customer = self.stage.usual.customer(CUSTOMER_ID)
        return self.stage.usual.checkouts.propose(customer, draft, Asked(card.conversation_id, card.reading_id), card)


def _tap(tap: Case, card: CheckoutSession) -> dict[str, Any]:
    about = {"id": card.id, "version": card.version, "line": card.lines[0].id}
    if "quantity" in tap:
        return {"kind": "edit", **about, "quantity": tap["quantity"]}
    group, _, option = str(tap["option"]).partition(".")
    return {"kind": "option", **about, "group": group, "option": option, "count": 1}


def _put(line: DraftLine, wrong: Case) -> DraftLine:
    group, _, option = str(wrong.get("option", "")).partition(".")
    others = tuple(one for one in line.options if one.group_id != group)
    options = (*others, ChosenOption(group, option)) if option else line.options
    if "product" in wrong:
        options = ()
    return replace(
        line, product_id=wrong.get("product", line.product_id), quantity=wrong.get("quantity", line.quantity), options=options
    )


@contextmanager
def room(history: str | None) -> Iterator[Room]:
    past = [{"at": f"{day}T09:00+08:00", "merchant": "nimbus_coffee", "lines": [{"product": history}]} for day in DAYS if history]
    script = Script.model_validate(
        {"title": "disputes", "clock": "2026-05-18T09:00+08:00", "history": past, "turns": [{"say": "-"}]}
    )
    reader = Attributing()
    with staged(script, reader) as stage:
        yield Room(stage, reader)
