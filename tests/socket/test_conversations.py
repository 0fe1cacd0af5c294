"""Every recorded conversation through the real server: the websocket, the routes, the cards as they arrive in a browser."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.domain.order import order_number
from app.replay.report import report
from app.replay.run import DirectFace, Play, Result, reader_of
from app.replay.script import Script, load_script
from app.replay.stage import PASSWORD, USERNAME, staged
from app.service.ports import Reader
from tests.socket.face import Browser, SocketFace
from tests.socket.serving import StageDoor

ID = re.compile(r"\b[a-z]{3}_[0-9a-z]{26}\b")
NUMBER = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
# The beginning of a hash over ids.
SERIAL = re.compile(r"\b[0-9]{6}-[0-9a-f]{12}\b")
FILES = sorted((Path(__file__).parents[1] / "conversations").glob("*.yaml"))

# The recorded conversations say most things; here everything is done by tap that a card or a list offers.
TAPS: list[dict[str, Any]] = [
    {"say": "coffee", "question": {"about": "order.which_product"}},
    {"tap": {"kind": "choose", "ordinal": "1"}, "card": {"lines": ["1 latte"], "version": "1"}},
    {"tap": {"kind": "edit", "line": "1", "quantity": "3"}, "card": {"lines": ["3 latte"], "version": "2"}},
    {"tap": {"kind": "edit", "line": "1", "quantity": "2", "version": "1"}, "refused": "checkout_changed"},
    {"say": "add a mocha", "card": {"lines": ["3 latte", "1 mocha"]}},
    {"tap": {"kind": "remove", "line": "1"}, "card": {"lines": ["1 mocha"]}},
    {"tap": {"kind": "shout", "line": "1"}, "refused": "tap_invalid"},
    {"event": {"passes": "6m"}},
    {"pay": {}, "refused": "checkout_expired"},
    {"tap": {"kind": "refresh"}, "card": {"lines": ["1 mocha"], "state": "ready_for_complete"}},
    {"say": "yes", "open_pin": "1"},
    {"pay": {"pin": "000000"}, "refused": "pin_wrong"},
    {"pay": {}, "order": {"state": "accepted"}},
    {"say": "a latte", "card": {"number": "2"}},
    {"tap": {"kind": "cancel"}, "card": {"state": "canceled"}},
]


def play_at_service(script: Script, reader: Reader | None = None) -> Result:
    """What must be the same. Signing in leaves its own trace, so it is done here too."""
    with staged(script, reader) as stage:
        customer_id = stage.usual.sign_in(USERNAME, PASSWORD)
        assert customer_id
        stage.usual.sign_ins.begin(customer_id)
        return Play(script, stage, DirectFace(stage)).run()


def play_over_socket(script: Script, door: StageDoor, reader: Reader | None = None) -> Result:
    with (
        staged(script, reader) as stage,
        door.opened(stage),
        Browser(door.settings.public_url, USERNAME, PASSWORD) as browser,
    ):
        return Play(script, stage, SocketFace(browser, door)).run()


def without_ids(result: Result) -> str:
    """All that was true, each id by the place where it first appears: the chat's own message ids stand for some of ours."""
    text = result.transcript()
    for place, found in enumerate(dict.fromkeys(ID.findall(text)), start=1):
        text = text.replace(found, f"{found[:3]}#{place}").replace(order_number(found), f"number#{place}")
    # One that stands in a sentence alone.
    return SERIAL.sub("serial", NUMBER.sub("number", text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_conversation_through_the_server_is_the_one_at_the_service(path: Path, door: StageDoor) -> None:
    script = load_script(path)
    through = play_over_socket(script, door, reader_of(script, path))
    assert through.holds, report(path, through)
    direct = play_at_service(script, reader_of(script, path))
    assert through.end == direct.end
    assert without_ids(through) == without_ids(direct)


def test_what_is_tapped_through_the_server_is_what_is_tapped_at_the_service(door: StageDoor) -> None:
    script = Script.model_validate({"title": "Taps", "clock": "2026-05-18T09:00+08:00", "turns": TAPS})
    through = play_over_socket(script, door)
    assert through.holds, report(Path("taps"), through)
    assert without_ids(through) == without_ids(play_at_service(script))
