"""The routes of a customer's own data at the real server over the real service."""

import json
from collections.abc import Iterator

import httpx
import pytest

from app.replay.script import Event
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, PASSWORD, USERNAME, Stage
from tests.socket.serving import StageDoor

PIN = "258036"


@pytest.fixture
def visitor(door: StageDoor, stage: Stage) -> Iterator[httpx.Client]:
    with door.opened(stage), httpx.Client(base_url=door.settings.public_url) as client:
        client.post("/login", data={"username": USERNAME, "password": PASSWORD}).raise_for_status()
        yield client


def erase(visitor: httpx.Client, secret: object = PIN, **headers: str) -> httpx.Response:
    token = {"X-Usual-CSRF": visitor.get("/api/session").json().get("csrf", "")}
    return visitor.post("/api/erase", json={"secret": secret}, headers=token | headers)


def spend_all(stage: Stage) -> None:
    while (wallet := stage.usual.records.wallet(CUSTOMER_ID)) and wallet.available.minor:
        text = "five large oat lattes" if wallet.available.minor >= 12_000 else "top up my phone with 10"
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)
        card = stage.usual.records.last_checkout(CUSTOMER_ID)
        assert card is not None
        stage.usual.payments.pay(CUSTOMER_ID, card.id, card.version, PIN, "en")
        stage.happen(Event.model_validate({"passes": "10m"}))


def let_arrive(stage: Stage) -> None:
    stage.happen(Event.model_validate({"passes": "3h"}))
    stage.happen(Event.model_validate({"worker": "runs"}))


def test_the_file_is_the_customers_alone_and_is_not_kept_on_the_way(visitor: httpx.Client) -> None:
    answer = visitor.get("/api/export")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="usual-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.content)["profile"]["sign_in_name"] == USERNAME
    visitor.cookies.clear()
    assert visitor.get("/api/export").status_code == 401


def test_erasing_takes_the_form_token_and_the_right_secret(visitor: httpx.Client, stage: Stage) -> None:
    assert erase(visitor, **{"X-Usual-CSRF": "forged"}).json()["code"] == "request_forged"
    assert erase(visitor, 258036).json()["code"] == "request_malformed"
    refused = erase(visitor)
    assert (refused.status_code, refused.json()["code"]) == (409, "wallet_not_empty")
    assert "¥300.00" in refused.json()["message"]
    assert not stage.usual.records.is_erased(CUSTOMER_ID)


def test_after_erasing_the_cookie_is_worth_nothing(visitor: httpx.Client, stage: Stage) -> None:
    spend_all(stage)
    let_arrive(stage)
    assert erase(visitor, "258037").json()["code"] == "pin_wrong"
    copied = dict(visitor.cookies)
    assert erase(visitor).json() == {"erased": True}
    assert stage.usual.records.is_erased(CUSTOMER_ID)
    assert httpx.get(f"{visitor.base_url}/api/wallet", cookies=copied).status_code == 401
    login = visitor.post("/login", data={"username": USERNAME, "password": PASSWORD})
    assert login.status_code == 401
    assert "Everything is erased" in visitor.get("/erased?lang=en").text
