"""Kill a real server between the hold and the capture, start it again on the same database, and see that the money is right."""

import random
import secrets
import sqlite3
import threading
import time
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.demo import DEMO, DEMO_ID
from app.domain.order import Order
from app.merchants.mock import Memory
from app.service.audit import Audit
from app.service.evidence import Evidence
from app.storage.database import Database
from app.storage.evidence_reads import StoredEvidence
from app.storage.mandate_reads import StoredMandates
from app.storage.reads import StoredRecords
from app.storage.refund_reads import StoredRefunds
from app.storage.settlement_reads import StoredSettlements
from tests.socket.process import NO_RISK_RULES, ServerProcess
from tests.ui.socket_client import Chatter

ANSWER_MS = 1_500
SETTLED_SECONDS_MAX = 20.0
# What the close of a day moves.
OF_A_CLOSE = ("fee", "payout")
WORDS = ("an iced americano", "来一杯拿铁", "large oat latte", "一杯冰美式", "a mocha", "帮我手机充10")


@dataclass(frozen=True)
class Killed:
    """One round: the card that was approved, and whether its money was held when the server died."""

    checkout_id: str
    version: int
    was_held: bool


class KillRounds:
    """Rounds over one database. A server that is started again takes every hold that it finds for a stranded one."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._dice = random.Random(seed)
        self._accepted = 0

    def play(self) -> Killed:
        """Raises AssertionError with what is wrong."""
        with ServerProcess(self._folder, USUAL_MERCHANT_ANSWER_MS=str(ANSWER_MS), USUAL_RISK_RULES=NO_RISK_RULES) as server:
            killed = self._order_and_kill(server)
        with ServerProcess(self._folder, USUAL_STRANDED_AFTER_SECONDS="1", USUAL_RISK_RULES=NO_RISK_RULES) as server:
            order = self._settled(killed.checkout_id)
            self._retry(server, killed, order)
        self._check(killed)
        return killed

    def _order_and_kill(self, server: ServerProcess) -> Killed:
        with Chatter(server.address, DEMO.username, DEMO.password) as chat:
            chat.say(self._dice.choice(WORDS))
            card = chat.card()
            if card["step"] == "deposit":
                _deposit(chat)
            paying = _in_thread(lambda: chat.pay(card, DEMO.pin))
            _until(lambda: self._state(card["id"]) == "held" or paying.done(), "no money was held")
            time.sleep(self._dice.uniform(0, ANSWER_MS / 1000 * 0.9))
            server.kill()
            was_held = self._state(card["id"]) == "held"
            try:
                answer = paying.result(10)
                assert not was_held, f"an answer came before the capture: {answer.text}"
            except httpx.HTTPError:
                pass
        return Killed(card["id"], card["version"], was_held)

    def _settled(self, checkout_id: str) -> Order:
        _until(lambda: self._state(checkout_id) not in (None, "held"), "the worker left a hold behind", SETTLED_SECONDS_MAX)
        with self._database() as database:
            order = StoredRecords(database).order_of_checkout(checkout_id)
        assert order is not None
        # An order that never reached its merchant is given up: nobody is bound to deliver it.
        assert order.is_taken or order.state == "canceled", order
        self._accepted += order.is_taken
        assert Memory(self._folder / "outside.db").count("accepted") == self._accepted
        return order

    def _retry(self, server: ServerProcess, killed: Killed, order: Order) -> None:
        """The same key again: the same order, and not a cent more."""
        before = self._money()
        with httpx.Client(base_url=server.address) as http:
            http.post("/login", data={"username": DEMO.username, "password": DEMO.password}).raise_for_status()
            headers = {"X-Usual-CSRF": http.get("/api/session").json()["csrf"]}
            form = {"version": killed.version, "pin": DEMO.pin}
            answer = http.post(f"/api/checkouts/{killed.checkout_id}/pay", json=form, headers=headers)
        assert answer.is_success, answer.text
        card = answer.json()["card"]
        assert (card["state"], card["order_id"]) == ("completed" if order.is_taken else "canceled", order.id)
        assert self._money() == before

    def _check(self, killed: Killed) -> None:
        with self._database() as database:
            records = StoredRecords(database)
            refunds = StoredRefunds(database)
            evidence = Evidence(records, refunds, StoredMandates(database), StoredEvidence(database))
            assert Audit(records, refunds, StoredSettlements(database), evidence).check() == []
            wallet = records.wallet(DEMO_ID)
            orders = [o for o in records.orders(DEMO_ID, 100_000) if o.checkout_id == killed.checkout_id]
            ends = [t.kind for t in records.transfers(orders[0].id) if t.kind in ("capture", "void")]
        assert wallet is not None
        assert wallet.held.is_zero, wallet.held
        assert len(orders) == 1, orders
        assert ends == ["capture" if orders[0].is_taken else "void"], ends

    def _money(self) -> list[Any]:
        """All that moved but what the close of a day moves: that is due at its hour, whoever pays meanwhile."""
        with self._database() as database:
            return [(t.id, t.amount) for t in StoredRecords(database).transfers() if t.kind not in OF_A_CLOSE]

    def _database(self) -> "closing[Database]":
        return closing(Database(f"sqlite:///{self._folder / 'usual.db'}"))

    def _state(self, checkout_id: str) -> str | None:
        """How far the card's money is: None, held, captured, voided."""
        try:
            with closing(sqlite3.connect(self._folder / "usual.db", timeout=5)) as database:
                row = database.execute("SELECT state FROM authorisation WHERE checkout_id = ?", (checkout_id,)).fetchone()
        except sqlite3.OperationalError:
            return None
        return None if row is None else str(row[0])


def _deposit(chat: Chatter) -> None:
    headers = {"X-Usual-CSRF": chat.http.get("/api/session").json()["csrf"]}
    form = {"amount": "300", "pin": DEMO.pin, "key": secrets.token_hex(8)}
    chat.http.post("/api/deposits", json=form, headers=headers).raise_for_status()


def _in_thread(work: Any) -> "Future[httpx.Response]":
    future: Future[httpx.Response] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as failed:  # noqa: BLE001 - handed to whoever asks for the result
            future.set_exception(failed)

    threading.Thread(target=run, daemon=True).start()
    return future


def _until(condition: Any, otherwise: str, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)
