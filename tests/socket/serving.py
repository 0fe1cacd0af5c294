"""One real server for all recorded conversations; behind it stands the stage of the one that is played now."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from app.base.clock import SystemClock
from app.base.errors import UsualError
from app.bootstrap import Usual
from app.domain.names import Lang
from app.replay.stage import Stage
from app.server import create_app, listen
from app.service.news import InProcessNews
from app.settings import Settings, load_settings

STARTED_SECONDS_MAX = 10.0


class StageDoor:
    """The server's service: whatever it is asked, the stage that is set now answers.

    `refusals` maps the sentences of what was refused to their codes: a chat shows the sentence alone.
    """

    watch = None
    news = InProcessNews()
    demo = None

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.refusals: dict[str, str] = {}
        self._stage: Stage | None = None

    @contextmanager
    def opened(self, stage: Stage) -> Iterator[None]:
        self._stage = stage
        self.refusals.clear()
        try:
            yield
        finally:
            self._stage = None

    @property
    def usual(self) -> Usual:
        assert self._stage is not None, "no stage is set"
        return self._stage.usual

    @property
    def assistant(self) -> Any:
        return self.usual.assistant

    @property
    def queries(self) -> Any:
        return self.usual.queries

    @property
    def payments(self) -> Any:
        return self.usual.payments

    @property
    def wallets(self) -> Any:
        return self.usual.wallets

    @property
    def standing(self) -> Any:
        return self.usual.standing

    @property
    def sign_ins(self) -> Any:
        return self.usual.sign_ins

    @property
    def exports(self) -> Any:
        return self.usual.exports

    @property
    def erasures(self) -> Any:
        return self.usual.erasures

    @property
    def sign_ups(self) -> Any:
        return self.usual.sign_ups

    def customer(self, customer_id: str) -> Any:
        return self.usual.customer(customer_id)

    def is_new(self, customer_id: str) -> bool:
        return self.usual.is_new(customer_id)

    def sign_in(self, username: str, password: str) -> str | None:
        return self.usual.sign_in(username, password)

    def say_error(self, error: UsualError, lang: Lang) -> str:
        sentence = self.usual.say_error(error, lang)
        self.refusals[sentence] = error.code
        return sentence

    def warm_up(self) -> None:
        """There is no stage yet."""

    def open_chat_history(self) -> Any:
        # Chainlit reads its environment when it is first imported; by now it is set.
        from app.storage.chat_history import ChatHistory

        return ChatHistory(self.settings.database_url, SystemClock())

    def close(self) -> None:
        """Each stage clears itself away."""


@contextmanager
def serving() -> Iterator[StageDoor]:
    """The server as in production, on a free port, until the block is left."""
    with tempfile.TemporaryDirectory(prefix="usual-socket-") as folder:
        listener = listen("127.0.0.1", 0)
        settings = load_settings(
            {
                "USUAL_MODE": "production",
                "USUAL_PUBLIC_URL": f"http://127.0.0.1:{listener.getsockname()[1]}",
                "USUAL_SECRET": "a-replay-has-no-secrets-worth-keeping",
                "USUAL_VAR_DIR": folder,
                "USUAL_WORKER": "off",
            }
        )
        door = StageDoor(settings)
        config = uvicorn.Config(create_app(door), log_config=None, lifespan="on", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        until = time.monotonic() + STARTED_SECONDS_MAX
        while not server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.01)
        try:
            yield door
        finally:
            server.should_exit = True
            thread.join(STARTED_SECONDS_MAX)
            listener.close()
