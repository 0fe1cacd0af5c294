"""What a customer saw of a card before they approved it, word for word: in the vault, with its hash in the trace."""

from collections.abc import Iterator

from app.base.visible import visible
from app.domain.checkout import CheckoutSession
from app.domain.trace import TraceEvent
from app.service.turns import Turn
from app.service.views import CardView, LineView


def keep_shown(turn: Turn, checkout: CheckoutSession, said: str, view: CardView) -> None:
    kept = turn.vaulted("card", visible("\n".join(filter(None, (said, *_rows(view))))))
    facts: dict[str, str | int] = {"checkout": checkout.ref, "digest": checkout.digest, "text": kept.id}
    turn.told.append(TraceEvent(turn.customer.id, "shown", facts, turn.now))


def _rows(view: CardView) -> Iterator[str | None]:
    yield view.payee
    yield from map(_line, view.lines)
    for row in view.rows:
        yield from (f"{row.label} {row.amount}", *row.details)
    yield view.total
    yield from (view.fulfilment, view.destination, view.when or view.eta, *view.stops, view.terms)
    yield from (view.reason, view.notice, view.warning)


def _line(line: LineView) -> str:
    options = ", ".join(chip.label for chip in line.options)
    said = [f"{line.quantity} × {line.name}", options, line.total, line.note, line.badge]
    return " · ".join(filter(None, said))
