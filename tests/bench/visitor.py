"""A customer that costs next to nothing to play, so that the server is what is measured: a bare websocket, frames barely read."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

import aiohttp

TURN_SECONDS_MAX = 20.0
HANDSHAKE = "/ws/socket.io/?EIO=4&transport=websocket"


class Visitor:
    """One signed-in session; `hear` collects the elements of a turn only when asked to."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self._address, self._sign_in = address, {"username": username, "password": password}
        self._session_id = str(uuid.uuid4())
        self._depth = 0

    async def __aenter__(self) -> "Visitor":
        self._http = aiohttp.ClientSession(self._address, cookie_jar=aiohttp.CookieJar(unsafe=True))
        async with self._http.post("/login", data=self._sign_in) as answer:
            answer.raise_for_status()
        self._socket = await self._http.ws_connect(HANDSHAKE, headers={"Origin": self._address}, max_msg_size=0)
        await self._until("0")
        auth = {"sessionId": self._session_id, "clientType": "webapp", "userEnv": "{}", "chatProfile": "", "threadId": ""}
        await self._socket.send_str(f"40{json.dumps(auth)}")
        await self._until("40")
        await self._emit("connection_successful")
        await self._until('42["task_end"')
        self._depth = 0
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._emit("clear_session")
        await self._socket.close()
        await self._http.close()

    async def say(self, text: str) -> list[str]:
        """The frames of the whole turn."""
        message = {"id": str(uuid.uuid4()), "type": "user_message", "name": "me", "output": text, "createdAt": ""}
        await self._emit("client_message", {"message": message, "fileReferences": []})
        return await self._turn()

    async def get(self, path: str) -> Any:
        async with self._http.get(path) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def post(self, path: str, form: Any, token: str) -> Any:
        async with self._http.post(path, json=form, headers={"X-Usual-CSRF": token}) as answer:
            assert answer.ok, await answer.text()
            return await answer.json()

    async def press(self, name: str, payload: Any) -> None:
        action = {"action": {"name": name, "payload": payload}, "sessionId": self._session_id}
        async with self._http.post("/project/action", json=action) as answer:
            answer.raise_for_status()

    async def hear(self, event: str) -> Any:
        """The next event of this name."""
        frame = await self._until(f'42["{event}"')
        return json.loads(frame[2:])[1]

    async def _turn(self) -> list[str]:
        frames = []
        while True:
            frame = await self._next()
            frames.append(frame)
            if frame.startswith('42["task_start"'):
                self._depth += 1
            elif frame.startswith('42["task_end"'):
                self._depth -= 1
                if self._depth == 0:
                    return frames

    async def _until(self, start: str) -> str:
        while not (frame := await self._next()).startswith(start):
            pass
        return frame

    async def _next(self) -> str:
        while (frame := await self._socket.receive_str(timeout=TURN_SECONDS_MAX)) == "2":
            await self._socket.send_str("3")
        return frame

    async def _emit(self, *event: Any) -> None:
        await self._socket.send_str(f"42{json.dumps(event)}")


def elements(frames: Sequence[str], kind: str) -> list[dict[str, Any]]:
    """The props of the elements of a kind among a turn's frames."""
    shown = [json.loads(frame[2:])[1]["props"] for frame in frames if frame.startswith('42["element"')]
    return [props for props in shown if props["kind"] == kind and not props.get("superseded")]
