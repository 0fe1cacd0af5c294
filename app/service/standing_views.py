"""Standing orders as views: the terms with their next runs, what may be done about them, and what became of the last ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.clock import local
from app.dialogue.schedule_words import day_words, schedule_words
from app.dialogue.wording import say
from app.domain.catalog import Catalog
from app.domain.checkout import Draft, DraftLine
from app.domain.names import Lang
from app.domain.standing import Occurrence, StandingOrder
from app.service.ports import Merchants
from app.service.standing_orders import StandingOrders

LAST_RUNS = 5
LABELS = ("agree", "agree_now", "skip", "pause", "resume", "cancel", "pin", "passkey", "passkey_stopped", "back", "working",
    "failed", "next", "runs", "terms", "unavailable", "sure", "yes_cancel", "keep")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TermView:
    """One line of the terms: what it is about and what was agreed."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class RunView:
    """One run of the past, in words; `state` for its colour."""

    day: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class StandingView:
    """A standing order's whole consent, and what can be done about it: `actions` are the taps that it takes now.

    `due`: the run that a tap on "skip" leaves out, ISO 8601 UTC.
    """

    id: str
    version: int
    lang: str
    title: str
    state: str
    state_label: str
    terms: tuple[TermView, ...]
    upcoming: tuple[str, ...]
    runs: tuple[RunView, ...]
    actions: tuple[str, ...]
    consent: str
    labels: dict[str, str]
    due: str | None = None
    picture: str = "clock"
    kind: str = "standing"


@dataclass(frozen=True, slots=True)
class StandingViews:
    standing: StandingOrders
    merchants: Merchants

    def of(self, order: StandingOrder, lang: Lang) -> StandingView:
        upcoming = self.standing.preview(order) if order.state in ("proposed", "active", "paused") else ()
        runs = self.standing.standing.occurrences(order.id, LAST_RUNS)
        catalog = self.merchants.catalogs().get(order.drafts[0].merchant_id)
        return StandingView(
            id=order.id,
            version=order.version,
            lang=lang,
            title=order.title.display(lang),
            state=order.state,
            state_label=say(lang, f"standing.state.{order.state}"),
            terms=tuple(TermView(say(lang, f"standing.term.{name}"), text) for name, text in self._terms(order, catalog, lang)),
            upcoming=tuple(_when(due, order, lang) for due in upcoming),
            runs=tuple(_run(run, order, lang) for run in runs),
            actions=_actions(order),
            consent=say(lang, f"standing.consent.{order.mode}", {"cap": order.cap}),
            labels={name: say(lang, f"standing.labels.{name}") for name in LABELS},
            due=order.next_due.isoformat() if order.next_due else None,
            picture=_picture(order, catalog),
        )

    def owned(self, customer_id: str, standing_order_id: str, lang: Lang) -> StandingView:
        """Raises NotFound."""
        return self.of(self.standing.owned(customer_id, standing_order_id), lang)

    def _terms(self, order: StandingOrder, catalog: Catalog | None, lang: Lang) -> Sequence[tuple[str, str]]:
        draft = order.drafts[0]
        terms = [("what", _what(draft, catalog, lang)), ("when", schedule_words(order.schedule, lang))]
        terms.append(("zone", order.zone.replace("_", " ")))
        if catalog is not None:
            terms.append(("shop", catalog.merchant.names.display(lang)))
            way = catalog.merchant.fulfilment_option(draft.fulfilment_id) if draft.fulfilment_id else None
            way = way or catalog.merchant.fulfilment[0]
            place = draft.destination_masked
            terms.append(("place", f"{way.names.display(lang)} · {place}" if place else way.names.display(lang)))
        terms.append(("cap", str(order.cap)))
        terms.append(("mode", say(lang, f"standing.mode.{order.mode}")))
        until = order.schedule.until
        if order.left is not None:
            terms.append(("end", say(lang, "standing.end.count", {"count": order.left})))
        else:
            terms.append(("end", day_words(until, lang) if until else say(lang, "standing.end.never")))
        terms.append(("missed", say(lang, f"standing.missed.{order.missed}")))
        return terms


def _what(draft: Draft, catalog: Catalog | None, lang: Lang) -> str:
    return "; ".join(f"{line.quantity} × {_line(line, catalog, lang)}" for line in draft.lines)


def _line(line: DraftLine, catalog: Catalog | None, lang: Lang) -> str:
    product = catalog.products.get(line.product_id) if catalog else None
    if product is None or catalog is None:
        return line.product_id
    names = [product.names.display(lang)]
    for chosen in line.options:
        group = catalog.groups.get(chosen.group_id)
        option = next((o for o in group.options if o.id == chosen.option_id), None) if group else None
        if option is not None:
            names.append(option.names.display(lang))
    if line.note:
        names.append(line.note)
    return " · ".join(names)


def _picture(order: StandingOrder, catalog: Catalog | None) -> str:
    product = catalog.products.get(order.drafts[0].lines[0].product_id) if catalog else None
    return product.category if product else "clock"


def _actions(order: StandingOrder) -> tuple[str, ...]:
    if order.state == "proposed":
        return ("agree",)
    if order.state == "active":
        return ("skip", "pause", "cancel")
    return ("resume", "cancel") if order.state == "paused" else ()


def when_words(moment: datetime, zone: str, lang: Lang) -> str:
    at = local(moment, zone)
    return f"{day_words(at.date(), lang)} {at:%H:%M}"


def _when(moment: datetime, order: StandingOrder, lang: Lang) -> str:
    return when_words(moment, order.zone, lang)


def _run(run: Occurrence, order: StandingOrder, lang: Lang) -> RunView:
    return RunView(_when(run.due, order, lang), run_words(run, lang), run.state)


def run_words(run: Occurrence, lang: Lang) -> str:
    """What became of a run, in a few words."""
    text = say(lang, f"standing.run.{run.state}", {"total": run.total or "–"})
    reason = say(lang, f"standing.reason.{run.reason}") if run.reason in REASONS else ""
    return f"{text} · {reason}" if reason and run.state in ("asked", "failed", "skipped", "unanswered") else text


# Those that a customer is told; any other has only its code in the trace.
REASONS = frozenset(
    {"over_cap", "over_day", "over_month", "over_total", "mandate_exceeded", "ask_first", "allergens", "paused", "sold_out",
     "merchant_closed", "merchant_paused", "insufficient_funds", "declined", "mandate_inactive", "merchant_unavailable", "risk",
     "risk_refused", "guardian", "guardian_declined", "category_blocked"}
)  # fmt: skip
