"""A standing order of a latte on weekdays, and what is written down of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from app.base.money import Money
from app.domain.checkout import Draft, DraftLine
from app.domain.names import Names
from app.domain.recurrence import Schedule
from app.domain.standing import Occurrence, StandingOrder
from app.replay.stage import CUSTOMER_ID, Stage

PIN = "258036"
# ¥18 a cup at the counter.
LATTE = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 1),), "pickup")
AMERICANO = Draft("nimbus_coffee", (DraftLine("line_1", "americano", 1),), "pickup")
WEEKDAYS = Schedule(rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", times=(time(10, 30),), start=date(2026, 5, 18))
# Monday 18 May 2026, half past ten in Shanghai.
MONDAY = datetime(2026, 5, 18, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def proposed(stage: Stage, **changes: object) -> StandingOrder:
    given = StandingOrder(
        id=stage.usual.ids.new("sto"),
        version=1,
        customer_id=CUSTOMER_ID,
        conversation_id="con",
        mandate_id="",
        title=Names(("Latte",), ("拿铁",)),
        drafts=(LATTE,),
        schedule=WEEKDAYS,
        zone="Asia/Shanghai",
        cap=Money(2_000),
        mode="automatic",
        missed="skip",
        state="proposed",
        created_at=stage.clock.now(),
    )
    order, unit = stage.usual.standing_orders.proposing(replace(given, **changes))  # type: ignore[arg-type]
    stage.usual.writer.commit(unit)
    return order


def agreed(stage: Stage, **changes: object) -> StandingOrder:
    order = proposed(stage, **changes)
    return stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)


def stored(stage: Stage, order: StandingOrder) -> StandingOrder:
    return stage.usual.standing_orders.owned(CUSTOMER_ID, order.id)


def runs(stage: Stage, order: StandingOrder) -> list[tuple[str, str]]:
    """Each run's state and reason, oldest first."""
    found = stage.usual.runs.standing.occurrences(order.id, 1_000)
    return [(run.state, run.reason) for run in reversed(found)]


def run(stage: Stage, order: StandingOrder) -> Occurrence:
    return stage.usual.runs.standing.occurrences(order.id, 1)[0]


def at(stage: Stage, moment: datetime) -> None:
    """Let time come to a moment, and the worker look then."""
    stage.clock.set(moment)
    stage.usual.runs.look()


def captured(stage: Stage) -> list[int]:
    return [transfer.amount.minor for transfer in stage.usual.records.transfers() if transfer.kind == "capture"]


def mandate_state(stage: Stage, order: StandingOrder) -> str:
    mandate = stage.usual.mandates.records.mandate(order.mandate_id)
    assert mandate is not None
    return mandate.state
