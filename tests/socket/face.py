"""The customer of a recorded conversation as a browser acts for them: words and taps by websocket, money by HTTP."""

import re
from typing import Any

import httpx
from pydantic import TypeAdapter

from app.base.errors import UsualError
from app.base.money import Money
from app.service.standing_views import StandingView
from app.service.views import (
    CardView,
    ChoicesView,
    DataView,
    Message,
    OrdersView,
    ReceiptView,
    Reply,
    ShelfView,
    SpendingView,
    View,
    WalletView,
)
from app.ui.plain import WORD_JOINER
from tests.socket.serving import StageDoor
from tests.ui.socket_client import Chatter

KINDS: dict[str, type[View]] = {
    "card": CardView,
    "choices": ChoicesView,
    "receipt": ReceiptView,
    "wallet": WalletView,
    "data": DataView,
    "shelf": ShelfView,
    "spending": SpendingView,
    "orders": OrdersView,
    "standing": StandingView,
}
# As the cards' JSX writes them.
TAP, PAID = "usual_tap", "usual_paid"
# A form's key is longer than the few letters that a script needs to tell two deposits apart.
KEY_PREFIX = "deposit-form-"


class Refused(UsualError):
    """What the server answered in place of doing it."""

    def __init__(self, code: str) -> None:
        self.code = code  # type: ignore[misc]
        super().__init__()


class Browser(Chatter):
    """A chatter that knows when everything the server has sent so far has arrived."""

    def settle(self) -> None:
        # Chainlit answers this event once it was handled, on the same socket as all that went before.
        self._run(self._socket.call("window_message", "are we there"))

    def wait_for_thread(self) -> None:
        """The first word opens a thread beside the turn; its name may come after the turn's end."""
        while not self.thread_id:
            self.settle()


class SocketFace:
    """A `Face` over the real server. `receipts` counts the receipts that the chat showed."""

    def __init__(self, browser: Browser, door: StageDoor) -> None:
        self._browser = browser
        self._door = door
        self._lang = "en"
        self.receipts = 0

    @property
    def conversation_id(self) -> str:
        return self._browser.thread_id

    def say(self, text: str) -> Reply:
        start = self._begin()
        self._browser.say(text)
        return self._reply(start)

    def tap(self, tap: dict[str, Any]) -> Reply:
        start = self._begin()
        answer = self._browser.press(TAP, tap)
        answer.raise_for_status()
        return self._reply(start, answer.json()["response"]["text"])

    def pay(self, checkout_id: str, version: int, pin: str) -> str:
        # A card that was shown has a version; a script may pay before there is one.
        done = self._post(f"/api/checkouts/{checkout_id}/pay", {"version": max(version, 1), "pin": pin})
        start, before = self._begin(), self.receipts
        self._browser.press(PAID, {"id": checkout_id}).raise_for_status()
        self._reply(start)
        assert done["card"]["state"] != "completed" or self.receipts > before, "a paid card without its receipt"
        return str(done["message"])

    def bind(self, consent: bool, pin: str) -> None:
        self._post("/api/wallet/bind", {"consent": consent, "pin": pin})

    def agree(self, standing_order_id: str, version: int, pin: str) -> None:
        self._post(f"/api/standing-orders/{standing_order_id}/agree", {"version": version, "pin": pin})

    def deposit(self, amount_minor: int, pin: str, key: str) -> None:
        self._post("/api/deposits", {"amount": Money(amount_minor).plain(), "pin": pin, "key": KEY_PREFIX + key})

    def _post(self, path: str, form: dict[str, Any]) -> Any:
        http = self._browser.http
        token = http.get("/api/session").raise_for_status().json()["csrf"]
        answer = http.post(path, params={"lang": self._lang}, json=form, headers={"X-Usual-CSRF": token})
        return _body(answer)

    def _begin(self) -> int:
        self._door.refusals.clear()
        return len(self._browser.events)

    def _reply(self, start: int, answered: str = "") -> Reply:
        """What arrived since `start`, as the service gave it. A refusal that was said is raised.

        `answered` is what a tapped card was told; the view that goes with it changed where it stands.
        """
        self._browser.wait_for_thread()
        self._browser.settle()
        arrived = self._browser.events[start:]
        messages = [*_changed(arrived, answered), *_messages(arrived)]
        for message in messages:
            if message.text in self._door.refusals:
                raise Refused(self._door.refusals[message.text])
        langs = [message.view.lang for message in messages if message.view is not None]
        self._lang = langs[-1] if langs else self._lang
        self.receipts += sum(name == "element" and data["props"]["kind"] == "receipt" for name, data in arrived)
        return Reply(tuple(messages), self._lang, _pin_opened(arrived))


def _body(answer: httpx.Response) -> Any:
    body = answer.json()
    if answer.is_error:
        raise Refused(body["code"])
    return body


def _messages(arrived: list[tuple[str, Any]]) -> list[Message]:
    """The new bubbles, each with the view that came with it."""
    views = {data["forId"]: _view(data["props"]) for name, data in arrived if name == "element" and not _is_folded(data)}
    said = [data for name, data in arrived if name == "new_message" and data["type"] == "assistant_message"]
    return [Message(_unescaped(data["output"]), views.get(data["id"])) for data in said]


def _changed(arrived: list[tuple[str, Any]], text: str) -> list[Message]:
    """What was said about a tap, with the card that it changed where it stands. Cards that the chat only catches up with come
    after it, or with nothing said."""
    fresh = {data["id"] for name, data in arrived if name == "new_message"}
    moved = [data["props"] for name, data in arrived if name == "element" and data["forId"] not in fresh and not _is_folded(data)]
    views = [_view(props) for props in moved if props["kind"] in ("card", "shelf")]
    return [Message(text, views[0] if views else None)] if text else []


def _is_folded(element: Any) -> bool:
    return bool(element["props"].get("superseded"))


def _view(props: dict[str, Any]) -> View:
    """What the chat adds for the card's own use is left out."""
    return TypeAdapter(KINDS[props["kind"]]).validate_python(props)


def _pin_opened(arrived: list[tuple[str, Any]]) -> str | None:
    opened = [data["props"]["id"] for name, data in arrived if name == "element" and data["props"].get("open_pin")]
    return opened[-1] if opened else None


def _unescaped(markdown: str) -> str:
    """The sentence as the page shows it."""
    return re.sub(r"\\(.)", r"\1", markdown.replace(WORD_JOINER, ""))
