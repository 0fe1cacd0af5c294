"""A customer without a browser: signs in, speaks over the websocket, presses what cards offer."""

import asyncio
import threading
import uuid
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as TooLate
from typing import Any

import httpx
import socketio

TURN_SECONDS_MAX = 10.0


class Chatter:
    """What arrived is in `messages` (texts), `cards` (props by element id, in order) and `events`."""

    def __init__(self, address: str, username: str, password: str, thread_id: str = "", language: str = "en-US") -> None:
        self._address, self._language = address, language
        self.http = httpx.Client(base_url=address, headers={"Accept-Language": language})
        self.http.post("/login", data={"username": username, "password": password}).raise_for_status()
        self.session_id = str(uuid.uuid4())
        self.thread_id = thread_id
        self.events: list[tuple[str, Any]] = []
        self.messages: list[str] = []
        self.cards: dict[str, dict[str, Any]] = {}
        self._depth = 0
        self._idle = threading.Event()
        # The history names the thread beside the first turn, not before its end.
        self._named = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Chatter":
        self._thread.start()
        try:
            self._run(self._connect())
        except BaseException:
            self._stop()
            raise
        # The server ends a first, empty task to say that it is ready.
        assert self._idle.wait(TURN_SECONDS_MAX)
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket.connected:
            self._run(self._socket.disconnect())
        self._stop()

    def leave(self) -> None:
        """As a browser that opens a new conversation: the session is over at once."""
        self._run(self._socket.emit("clear_session"))
        self._run(self._socket.disconnect())

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        self.http.close()

    @property
    def is_connected(self) -> bool:
        return bool(self._socket.connected)

    def connect(self) -> None:
        """Once more, as it did at first."""
        self._run(self._connect())

    def say(self, text: str, command: str | None = None) -> list[str]:
        """The texts that answer this message; `command` as it was picked from the list."""
        before = len(self.messages)
        self._idle.clear()
        message = {
            "id": str(uuid.uuid4()),
            "type": "user_message",
            "name": "me",
            "output": text,
            "createdAt": "",
            "command": command,
        }
        self._run(self._socket.emit("client_message", {"message": message | {"command": command}, "fileReferences": []}))
        if not self._idle.wait(TURN_SECONDS_MAX):
            raise TooLate(text)
        if not self._named.wait(TURN_SECONDS_MAX):
            raise TooLate("the thread has no name")
        return self.messages[before:]

    def press(self, name: str, payload: dict[str, Any], session_id: str | None = None) -> httpx.Response:
        action = {"name": name, "payload": payload}
        return self.http.post("/project/action", json={"action": action, "sessionId": session_id or self.session_id})

    def card(self) -> dict[str, Any]:
        """The props of the newest element."""
        return list(self.cards.values())[-1]

    def pay(self, card: dict[str, Any], pin: str) -> httpx.Response:
        token = self.http.get("/api/session").json()["csrf"]
        body = {"version": card["version"], "pin": pin}
        return self.http.post(f"/api/checkouts/{card['id']}/pay", json=body, headers={"X-Usual-CSRF": token})

    def named(self, event: str) -> list[Any]:
        return [data for name, data in self.events if name == event]

    async def _connect(self) -> None:
        self._socket = socketio.AsyncClient(reconnection=False)
        self._socket.on("*", self._heard)
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        await self._socket.connect(
            self._address,
            socketio_path="/ws/socket.io",
            transports=["websocket"],
            headers={"Cookie": cookie, "Accept-Language": self._language, "Origin": self._address},
            auth={
                "sessionId": self.session_id,
                "clientType": "webapp",
                "userEnv": "{}",
                "chatProfile": "",
                "threadId": self.thread_id,
            },
        )
        await self._socket.emit("connection_successful")

    async def _heard(self, event: str, data: Any = None) -> None:
        self.events.append((event, data))
        if event == "new_message" and data["type"] == "assistant_message":
            self.messages.append(data["output"])
        elif event == "element":
            self.cards[data["id"]] = data["props"]
        elif event == "first_interaction":
            self.thread_id = data["thread_id"]
            self._named.set()
        elif event == "task_start":
            self._depth += 1
        elif event == "task_end":
            self._depth = max(self._depth - 1, 0)
            if self._depth == 0:
                self._idle.set()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(TURN_SECONDS_MAX)
