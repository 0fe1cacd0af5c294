"""Why a customer was charged, in plain words: the walk along the order's trace."""

from collections.abc import Iterator

from app.base.clock import local
from app.base.money import Money
from app.dialogue.wording import say
from app.service.trace_of import ALLOWS, Step, TraceOf, Tracer
from app.service.turns import Turn
from app.service.views import ShelfRow, ShelfSection, ShelfView

# What a customer is told of, by the event: the rest is for `usual trace`.
MONEY = ("authorised", "captured", "voided", "refunded", "refund_refused", "dispute")
DIGITS = 12


def charged_view(turn: Turn, order_id: str) -> ShelfView:
    lang = turn.lang
    order = next(one for one in turn.orders() if one.id == order_id)
    found = Tracer(turn.records, turn.refunds.refunds, turn.standing.mandates.records).of(order.id)
    sections = [ShelfSection(say(lang, f"charged.section.{name}"), tuple(rows)) for name, rows in _sections(found, turn)]
    return ShelfView(
        id="charged",
        lang=lang,
        title=say(lang, "charged.title", {"number": order.number, "total": turn.captured(order)}),
        sections=tuple(section for section in sections if section.rows),
        tap="",
        empty=say(lang, "charged.nothing"),
        labels={name: say(lang, f"shelf.labels.{name}") for name in ("replaced", "failed")},
        hint=say(lang, "charged.hint" if found.holds else "charged.differs"),
    )


def _sections(found: TraceOf, turn: Turn) -> Iterator[tuple[str, Iterator[ShelfRow]]]:
    yield "said", (_row(step, _said(step, turn), turn) for step in found.of("understood"))
    shown = found.of("shown")[-1:]
    yield "shown", (_row(step, _shown(step, turn), turn, (step.said or "").splitlines()[1:]) for step in shown)
    yield "approved", (_row(step, say(turn.lang, f"charged.{step.kind}"), turn) for step in found.of(*ALLOWS))
    yield "money", (_row(step, _moved(step, turn), turn) for step in found.of(*MONEY))


def _row(step: Step, title: str, turn: Turn, more: list[str] | None = None) -> ShelfRow:
    at = local(step.at, turn.customer.zone)
    details = (*(more or ()), say(turn.lang, "charged.at", {"time": f"{at:%Y-%m-%d %H:%M:%S}"}))
    serial = f"{step.sequence:06}-{step.hash[:DIGITS]}"
    return ShelfRow(serial, title, details, "✓" if step.holds else "✗")


def _said(step: Step, turn: Turn) -> str:
    if step.facts.get("why") == "tap":
        return say(turn.lang, "why.by_tap")
    words = say(turn.lang, "charged.erased") if step.said is None else say(turn.lang, "why.words", {"words": step.said})
    return say(turn.lang, f"charged.by_{step.facts['by']}", {"words": words})


def _shown(step: Step, turn: Turn) -> str:
    return say(turn.lang, "charged.erased") if step.said is None else step.said.splitlines()[0]


def _moved(step: Step, turn: Turn) -> str:
    facts = step.facts
    minor = facts.get("captured", facts.get("amount", 0))
    return say(turn.lang, f"charged.{step.kind}", {"amount": Money(int(minor), str(facts.get("currency", "CNY")))})
