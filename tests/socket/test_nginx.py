"""The shipped nginx configuration in front of two processes: every chat's requests meet at its own, and survive the other's end."""

import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.demo import DEMO, DEMO_ID
from app.storage.database import Database
from app.storage.reads import StoredRecords
from tests.socket.process import ROOT, ServerProcess
from tests.socket.test_many_processes import start, until, url  # noqa: F401 - fixtures
from tests.ui.socket_client import Chatter

NGINX = shutil.which("nginx")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
CHATS = 6


@pytest.fixture
def front(start: Callable[..., ServerProcess], tmp_path: Path) -> Iterator[tuple[str, list[ServerProcess]]]:  # noqa: F811
    """The address of nginx and the two servers behind it."""
    with start(USUAL_WORKER="off") as first, start(USUAL_WORKER="off") as second:
        port = _free_port()
        conf = (ROOT / "docs" / "nginx.conf").read_text()
        for ours, theirs in (("8001", _port(first)), ("8002", _port(second)), ("8080", port)):
            conf = re.sub(rf"127\.0\.0\.1:{ours}\b", f"127.0.0.1:{theirs}", conf)
        (tmp_path / "nginx.conf").write_text(f"daemon off;\nerror_log stderr;\n{conf}")
        assert NGINX is not None
        command = [NGINX, "-p", str(tmp_path), "-c", "nginx.conf"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            until(lambda: _answers(f"http://127.0.0.1:{port}/login"))
            yield f"http://127.0.0.1:{port}", [first, second]
        finally:
            process.terminate()
            process.wait(10)
            assert process.stderr is not None
            process.stderr.close()


def test_each_chat_pays_at_its_own_process_and_goes_on_when_the_other_is_gone(
    front: tuple[str, list[ServerProcess]],
    url: str,  # noqa: F811
) -> None:
    address, servers = front
    with ExitStack() as stack:
        chats = [stack.enter_context(Chatter(address, DEMO.username, DEMO.password)) for _ in range(CHATS)]
        for chat in chats:
            chat.say("an iced americano for pickup")
            paid = chat.pay(chat.card(), DEMO.pin)
            assert paid.json()["card"]["state"] == "completed", paid.text
            # A tap names the chat's session, which only its own process knows.
            assert chat.press("usual_paid", {"checkout_id": chat.card()["id"]}).status_code == 200
        servers[0].kill()
        # Who was at the one that is gone comes to the other.
        again = stack.enter_context(Chatter(address, DEMO.username, DEMO.password))
        again.say("an iced americano for pickup")
        assert again.pay(again.card(), DEMO.pin).json()["card"]["state"] == "completed"
    database = Database(url)
    today = StoredRecords(database).orders(DEMO_ID, CHATS + 1)
    database.close()
    assert {order.checkout_id for order in today} == {chat.card()["id"] for chat in (*chats, again)}
    assert all(order.is_taken for order in today)


def test_it_tells_nobody_outside_how_a_process_is(front: tuple[str, list[ServerProcess]]) -> None:
    address, _ = front
    assert httpx.get(f"{address}/readyz").status_code == 404


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).is_success
    except httpx.HTTPError:
        return False


def _port(server: ServerProcess) -> int:
    return httpx.URL(server.address).port or 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
