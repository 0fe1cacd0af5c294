"""Signing out ends the cookie for good, wherever a copy of it lies, and closes its chats; other browsers stay signed in."""

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import chainlit.auth
import httpx
import pytest
from socketio import exceptions

from app.service.units import StorageUnavailable
from app.ui import patches
from tests.ui.fake import FakeUsual
from tests.ui.fake_values import PASSWORD
from tests.ui.serving import Visitor
from tests.ui.socket_client import Chatter
from tests.ui.test_chat import until


def test_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(visitor: Visitor, address: str) -> None:
    copied = dict(visitor.cookies)
    assert httpx.get(f"{address}/user", cookies=copied).status_code == 200
    assert visitor.post("/logout").status_code == 200
    for path in ("/user", "/api/session", "/api/wallet"):
        assert httpx.get(f"{address}{path}", cookies=copied).status_code == 401


def test_another_browser_of_the_customer_stays_signed_in(visitor: Visitor, address: str) -> None:
    with Visitor(address) as other:
        visitor.post("/logout")
        assert other.get("/api/wallet").status_code == 200


def test_signing_out_without_a_cookie_does_nothing(address: str) -> None:
    assert httpx.post(f"{address}/logout").status_code == 200
    assert httpx.post(f"{address}/logout", cookies={"access_token": "forged"}).status_code == 200


def test_the_open_chats_of_a_sign_in_are_closed_with_it_and_no_others(chat: Chatter, address: str) -> None:
    with Chatter(address, "demo", PASSWORD) as elsewhere:
        httpx.post(f"{address}/logout", cookies=dict(chat.http.cookies)).raise_for_status()
        until(lambda: not chat.is_connected)
        assert elsewhere.is_connected
        with pytest.raises(exceptions.ConnectionError):
            chat.connect()


def test_while_a_sign_in_is_looked_up_others_are_served(
    visitor: Visitor, usual: FakeUsual, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = threading.Event(), threading.Event()

    def slow(customer_id: str, sign_in_id: str) -> bool:
        asked.set()
        return answered.wait(30)

    monkeypatch.setattr(usual, "is_open", slow)
    with ThreadPoolExecutor() as threads:
        try:
            for path in ("/user", "/api/wallet"):
                asked.clear()
                answered.clear()
                waiting = threads.submit(httpx.get, f"{address}{path}", cookies=dict(visitor.cookies), timeout=30)
                assert asked.wait(10)
                assert httpx.get(f"{address}/healthz", timeout=10).status_code == 200
                assert not waiting.done()
                answered.set()
                assert waiting.result().status_code == 200
        finally:
            answered.set()


def test_a_sign_in_that_can_not_be_looked_up_lets_nobody_in(
    visitor: Visitor, usual: FakeUsual, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(customer_id: str, sign_in_id: str) -> bool:
        raise StorageUnavailable(cause="no connection was free")

    monkeypatch.setattr(usual, "is_open", gone)
    assert visitor.get("/user").status_code == 401
    assert visitor.get("/api/wallet").status_code == 401


def test_chainlit_itself_lets_in_by_the_cookie_alone_and_by_one_door() -> None:
    assert "return await authenticate_user(token)" in inspect.getsource(chainlit.auth.get_current_user)
    assert "decode_jwt(token)" in inspect.getsource(patches._authenticate)
