"""Two servers and a worker on one PostgreSQL: what happens at one is seen at the other."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.demo import DEMO
from app.storage.database import Database
from app.storage.reads import StoredRecords
from tests.postgres import new_database
from tests.socket.process import NO_RISK_RULES, ROOT, ServerProcess
from tests.ui.socket_client import Chatter

SECRET = "one-secret-for-all-the-processes-of-a-test"


@pytest.fixture
def url() -> Iterator[str]:
    with new_database(with_schema=False) as url:
        yield url


@pytest.fixture
def start(url: str, tmp_path: Path) -> Callable[..., ServerProcess]:
    settings = {
        "USUAL_DATABASE_URL": url,
        "USUAL_SECRET": SECRET,
        "USUAL_RISK_RULES": NO_RISK_RULES,
        "USUAL_MERCHANT_MINUTE_SECONDS": "1",
    }
    return lambda **more: ServerProcess(tmp_path, **settings, **more)


@contextmanager
def worker(url: str, var_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("USUAL_", "CHAINLIT_"))}
    settings = {
        "USUAL_DATABASE_URL": url,
        "USUAL_SECRET": SECRET,
        "USUAL_VAR_DIR": str(var_dir),
        "USUAL_MERCHANT_MINUTE_SECONDS": "1",
    }
    command = [sys.executable, "-m", "app.cli", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=kept | settings, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert "at work" in process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def completed(chat: Chatter) -> list[str]:
    """The cards that are shown as paid."""
    return [card["id"] for card in chat.cards.values() if card.get("state") == "completed"]


def pay_at(address: str, card: dict[str, object], cookies: httpx.Cookies) -> httpx.Response:
    with httpx.Client(base_url=address, cookies=cookies) as http:
        headers = {"X-Usual-CSRF": http.get("/api/session").json()["csrf"]}
        form = {"version": card["version"], "pin": DEMO.pin}
        return http.post(f"/api/checkouts/{card['id']}/pay", json=form, headers=headers)


def test_what_happens_at_one_server_or_at_the_worker_is_seen_at_the_other(
    start: Callable[..., ServerProcess], url: str, tmp_path: Path
) -> None:
    with start(USUAL_WORKER="off") as here, start(USUAL_WORKER="off") as there, worker(url, tmp_path) as working:
        with Chatter(here.address, DEMO.username, DEMO.password) as chat:
            chat.say("an iced americano for pickup")
            card = chat.card()
            paid = pay_at(there.address, card, chat.http.cookies)
            assert paid.status_code == 200, paid.text
            order_id = paid.json()["card"]["order_id"]
            until(lambda: card["id"] in completed(chat))
            database = Database(url)
            records = StoredRecords(database)
            until(lambda: (order := records.order(order_id)) is not None and order.state not in ("placed", "accepted"), 60)
            database.close()
            with httpx.Client(base_url=there.address, cookies=chat.http.cookies) as http:
                http.post("/logout").raise_for_status()
            until(lambda: not chat.is_connected)
        working.send_signal(signal.SIGTERM)
        assert working.wait(20) == 0


def test_a_server_that_is_stopped_in_mid_payment_answers_it_first(start: Callable[..., ServerProcess], url: str) -> None:
    with start(USUAL_MERCHANT_ANSWER_MS="1500") as server, Chatter(server.address, DEMO.username, DEMO.password) as chat:
        chat.say("an iced americano for pickup")
        card = chat.card()
        database = Database(url)
        records = StoredRecords(database)
        answers: list[httpx.Response] = []
        paying = threading.Thread(target=lambda: answers.append(pay_at(server.address, card, chat.http.cookies)))
        paying.start()
        until(lambda: (order := records.order_of_checkout(card["id"])) is not None and order.state == "placed")
        server.stop()
        paying.join(10)
        assert answers[0].json()["card"]["state"] == "completed", answers[0].text
        order = records.order_of_checkout(card["id"])
        assert order is not None
        assert [transfer.kind for transfer in records.transfers(order.id)] == ["hold", "capture"]
        database.close()
