"""Signing out ends the cookie for good, wherever a copy of it lies, and closes its chats; other browsers stay signed in."""

import httpx
import pytest
from socketio import exceptions

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
