"""One real server over the fake service for the whole run: Chainlit's callbacks belong to a process, not to an app."""

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import uvicorn

from app.server import create_app, listen
from app.settings import load_settings
from tests.ui.fake import FakeUsual
from tests.ui.fake_values import PASSWORD


@dataclass(frozen=True)
class Served:
    address: str
    usual: FakeUsual
    stop: Callable[[], None]


@cache
def served() -> Served:
    """The server, started on first use."""
    folder = tempfile.TemporaryDirectory(prefix="usual-")
    usual = FakeUsual(load_settings({"USUAL_VAR_DIR": folder.name}))
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(usual), log_config=None, lifespan="on", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)

    def stop() -> None:
        server.should_exit = True
        thread.join(5)
        folder.cleanup()

    thread.start()
    while not server.started:
        time.sleep(0.01)
    return Served(f"http://127.0.0.1:{listener.getsockname()[1]}", usual, stop)


def stop() -> None:
    if served.cache_info().currsize:
        served().stop()
        served.cache_clear()


class Visitor(httpx.Client):
    """A browser without a chat: signed in, with the token for its forms."""

    def __init__(self, address: str, username: str = "demo") -> None:
        super().__init__(base_url=address)
        self._username = username
        self.csrf = ""

    def __enter__(self) -> "Visitor":
        super().__enter__()
        self.post("/login", data={"username": self._username, "password": PASSWORD}).raise_for_status()
        self.csrf = str(self.get("/api/session").json()["csrf"])
        return self

    def send_form(self, path: str, form: Any, **headers: str) -> httpx.Response:
        return self.post(path, json=form, headers={"X-Usual-CSRF": self.csrf, **headers})
