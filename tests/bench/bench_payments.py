"""Payments a second: authorise and capture with key, approval and trace, beside a baseline of the same run.

On PostgreSQL beside pgbench's TPC-B on the same server; on SQLite beside the very rows that the payments wrote, written again
by raw SQL in batches of 64. The callers are threads of the same process, so a payment's CPU is theirs too.
"""

import re
import shutil
import sqlite3
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app.base.money import Money
from app.domain.checkout import Approval, CheckoutSession, Draft, DraftLine
from app.domain.ledger import Wallet
from app.domain.trace import TraceEvent
from app.replay import stage as stages
from app.replay.script import Script
from app.replay.stage import CUSTOMER_ID, Stage, staged
from app.service.checkout import Asked
from app.service.units import Insert, Unit
from tests.bench.table import Row, row
from tests.postgres import Server

CALLERS, PAYMENTS, WARM_UP, RUNS = 64, 4_000, 400, 3
DRAFT = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 1),), "pickup")
PGBENCH_SECONDS, PGBENCH_SCALE = 8, 10
SCRIPT = {"title": "bench", "clock": "2026-05-18T09:00+08:00", "customer": {}, "turns": [{"say": "-"}]}


@dataclass(frozen=True)
class Measured:
    seconds: float
    cpu_seconds: float
    milliseconds: Sequence[float]
    commits: int

    @property
    def rate(self) -> float:
        return len(self.milliseconds) / self.seconds

    @property
    def p99(self) -> float:
        return sorted(self.milliseconds)[len(self.milliseconds) * 99 // 100]


def rows() -> list[Row]:
    return [*_sqlite(), *_postgresql()]


def _postgresql() -> list[Row]:
    server = Server()
    spread, one, pgbench = [], [], []
    for _ in range(RUNS):
        for places, found in ((100, spread), (1, one)):
            with _stage(server) as stage:
                found.append(_pay(stage, places))
        pgbench.append(_pgbench(server))
    server.kill()
    best = statistics.median(run.rate for run in spread)
    tpcb = statistics.median(pgbench)
    ratios = [ours.rate / theirs for ours, theirs in zip(spread, pgbench, strict=True)]
    merchants = [alone.rate / many.rate for alone, many in zip(one, spread, strict=True)]
    return [
        row("PostgreSQL: payments a second, 64 callers", best, "/s"),
        row("PostgreSQL: pgbench TPC-B, 64 clients", tpcb, "/s"),
        row("PostgreSQL: payments × TPC-B", statistics.median(ratios), "×", ("≥", 1.2)),
        row("PostgreSQL: p99 of a payment", statistics.median(run.p99 for run in spread), "ms", ("≤", 50)),
        row("PostgreSQL: CPU of a payment in the process", _cpu_us(spread), "µs"),
        row("PostgreSQL: all to one merchant × spread", statistics.median(merchants), "×", ("≥", 0.9)),
    ]


def _sqlite() -> list[Row]:
    runs, raw = [], []
    for _ in range(RUNS):
        with _stage() as stage:
            file = Path(stage.usual.settings.var_dir) / "usual.db"
            ready = _ready(stage, 100)
            copy = file.with_name("raw.db")
            stage.usual.database.forget()
            shutil.copyfile(file, copy)
            with _written(stage) as written:
                runs.append(_pay_all(stage, ready))
            raw.append(_again(copy, written, len(ready)))
    ratios = [ours.rate / (PAYMENTS / seconds) for ours, (seconds, _) in zip(runs, raw, strict=True)]
    cpu = [ours.cpu_seconds / cpu for ours, (_, cpu) in zip(runs, raw, strict=True)]
    return [
        row("SQLite: payments a second, 64 callers, FULL", statistics.median(run.rate for run in runs), "/s"),
        row("SQLite: the same rows in raw SQL, batches of 64", statistics.median(PAYMENTS / seconds for seconds, _ in raw), "/s"),
        row("SQLite: payments × raw SQL", statistics.median(ratios), "×", ("≥", 0.5)),
        row("SQLite: p99 of a payment", statistics.median(run.p99 for run in runs), "ms"),
        row("SQLite: commits for a payment", statistics.median(run.commits / PAYMENTS for run in runs), "", ("≤", 1 / 16)),
        row("SQLite: CPU of a payment in the process", _cpu_us(runs), "µs"),
        row("SQLite: CPU of a payment × raw SQL", statistics.median(cpu), "×", ("≤", 2)),
    ]


def _cpu_us(runs: Sequence[Measured]) -> float:
    return statistics.median(run.cpu_seconds / len(run.milliseconds) * 1e6 for run in runs)


@contextmanager
def _stage(server: Server | None = None) -> Iterator[Stage]:
    before = stages.new_database
    if server is not None:
        stages.new_database = lambda _: server.new_database()
    try:
        with staged(Script.model_validate(SCRIPT)) as stage:
            yield stage
    finally:
        stages.new_database = before


def _pay(stage: Stage, merchants: int) -> Measured:
    return _pay_all(stage, _ready(stage, merchants))


def _ready(stage: Stage, merchants: int) -> list[CheckoutSession]:
    """Cards to pay, each of one of 64 customers with enough money."""
    usual = stage.usual
    model = usual.checkouts.propose(usual.customer(CUSTOMER_ID), DRAFT, Asked("con", "utt"))
    model = replace(model, expires_at=model.expires_at + timedelta(days=1))
    now, rich = usual.clock.now(), Money(10_000_000)
    for number in range(CALLERS):
        customer = replace(usual.customer(CUSTOMER_ID), id=f"cus_{number}")
        wallet = Wallet(customer.id, rich, Money(0), bound=True)
        usual.writer.commit(Unit(f"open:{number}", "1", now, inserts=(Insert(customer), Insert(wallet))))
    ready = []
    for number in range(WARM_UP + PAYMENTS):
        card = replace(
            model, id=f"chk_{number}", customer_id=f"cus_{number % CALLERS}", merchant_id=f"shop_{number % merchants}"
        ).sealed()
        ready.append(card)
    for first in range(0, len(ready), 200):
        some = ready[first : first + 200]
        usual.writer.commit(Unit(f"cards:{first}", "1", now, inserts=tuple(map(Insert, some))))
    _settle(stage, ready[:WARM_UP])
    return ready[WARM_UP:]


def _settle(stage: Stage, ready: Sequence[CheckoutSession]) -> list[float]:
    """How long each took, in milliseconds."""
    payments = stage.usual.payments.payments

    def pay(checkout: CheckoutSession) -> float:
        begun, now = time.perf_counter(), stage.usual.clock.now()
        event_of_pin = TraceEvent(checkout.customer_id, "pin_accepted", {"checkout": checkout.ref}, now)
        approval = Approval(
            id=f"apr_{checkout.id}",
            checkout_id=checkout.id,
            checkout_version=checkout.version,
            customer_id=checkout.customer_id,
            method="pin",
            digest=checkout.digest,
            payee_id=checkout.merchant_id,
            maximum=checkout.totals.maximum,
            at=now,
        )
        order_id = payments.authoriser.authorise(checkout, approval, Unit("", "", now, trace=(event_of_pin,)))
        authorisation = stage.usual.records.authorisation(order_id)
        assert authorisation is not None
        payments.settler.capture(checkout.with_state("complete_in_progress"), authorisation)
        return (time.perf_counter() - begun) * 1_000

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(pay, ready))


def _pay_all(stage: Stage, ready: Sequence[CheckoutSession]) -> Measured:
    commits: list[int] = []

    def count(_: Any) -> None:
        commits.append(1)

    event.listen(stage.usual.database.engine, "commit", count)
    begun, cpu = time.perf_counter(), time.process_time()
    took = _settle(stage, ready)
    measured = Measured(time.perf_counter() - begun, time.process_time() - cpu, took, len(commits))
    event.remove(stage.usual.database.engine, "commit", count)
    held = [wallet for wallet in stage.usual.records.wallets() if not wallet.held.is_zero]
    assert held == []
    return measured


@contextmanager
def _written(stage: Stage) -> Iterator[list[tuple[str, Any, bool]]]:
    """The statements of the writer's thread that write, as they reach the driver."""
    kept: list[tuple[str, Any, bool]] = []

    def keep(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if threading.current_thread().name == "usual-writer" and statement.startswith(("INSERT", "UPDATE")):
            kept.append((statement, parameters, many))

    event.listen(stage.usual.database.engine, "before_cursor_execute", keep)
    yield kept
    event.remove(stage.usual.database.engine, "before_cursor_execute", keep)


def _again(file: Path, written: Sequence[tuple[str, Any, bool]], payments: int) -> tuple[float, float]:
    """Wall and CPU seconds for the same rows, by kind of statement, committed once for every 64 payments."""
    kinds: dict[str, list[Any]] = {}
    for statement, parameters, many in written:
        kinds.setdefault(statement, []).extend(parameters if many else [parameters])
    batches = -(-payments // CALLERS)
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    begun, cpu = time.perf_counter(), time.process_time()
    for batch in range(batches):
        connection.execute("BEGIN IMMEDIATE")
        for statement, all_of_it in kinds.items():
            first, last = (len(all_of_it) * number // batches for number in (batch, batch + 1))
            connection.executemany(statement, all_of_it[first:last])
        connection.execute("COMMIT")
    taken = time.perf_counter() - begun, time.process_time() - cpu
    connection.close()
    return taken


def _pgbench(server: Server) -> float:
    """TPC-B transactions a second with 64 clients."""
    with server.new_database() as url:
        program = server.program("pgbench")
        subprocess.run([program, "-i", "-q", "-s", str(PGBENCH_SCALE), url], check=True, capture_output=True)
        command = [program, "-c", str(CALLERS), "-j", "2", "-T", str(PGBENCH_SECONDS), "-n", url]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", told)
    assert found is not None, told
    return float(found[1])


if __name__ == "__main__":
    from tests.bench.table import render

    print(render(rows()))
