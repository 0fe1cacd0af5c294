"""The door for merchants' own systems, over HTTP: signed calls are taken, everything else is refused with its code."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.domain.checkout import Draft, DraftLine
from app.domain.webhook import signature
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.web.merchant_events import merchant_event_routes

SHOP = "nimbus_coffee"
TWO = Draft(SHOP, (DraftLine("line_1", "latte", 2),), "pickup")


class Merchant:
    """A merchant's own system, with its secret."""

    def __init__(self, stage: Stage) -> None:
        self.stage, app = stage, FastAPI()
        app.include_router(merchant_event_routes(stage.usual))
        self.client = TestClient(app)
        checkout = stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), TWO, Asked("con", "utt"))
        self.order = stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, "258036").id

    def tell(self, message_id: str = "m1", shop: str = SHOP, sign: bytes | None = None, **event: Any) -> httpx.Response:
        body = json.dumps({"order": self.order, **event}).encode()
        at = self.stage.clock.now()
        signed = signature(self.stage.usual.callbacks.secret_of(SHOP), message_id, at, sign or body)
        headers = {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}
        return self.client.post(f"/api/merchants/{shop}/events", content=body, headers=headers)

    def refunded(self) -> int:
        return sum(t.amount.minor for t in self.stage.usual.records.transfers(self.order) if t.kind == "refund")


@pytest.fixture
def merchant(stage: Stage) -> Merchant:
    return Merchant(stage)


def test_a_signed_event_is_taken_and_its_repeat_changes_nothing(merchant: Merchant) -> None:
    missing = [{"product": "latte", "quantity": 1}]
    assert merchant.tell(type="missing", missing=missing).status_code == 204
    assert merchant.tell(type="missing", missing=missing).status_code == 204
    assert merchant.refunded() == 1_800
    assert merchant.tell("m2", type="progress", state="preparing", due="2026-05-18T09:20:00+08:00").status_code == 204


def test_what_another_secret_signed_is_refused(merchant: Merchant) -> None:
    missing = [{"product": "latte", "quantity": 1}]
    for answer in (
        merchant.tell(type="missing", missing=missing, shop="cloudleaf_tea"),
        merchant.tell(type="missing", missing=missing, sign=b"{}"),
        merchant.client.post(f"/api/merchants/{SHOP}/events", content=b"{}"),
        merchant.client.post(f"/api/merchants/{SHOP}/events", content=b"{}", headers={"webhook-timestamp": "-1"}),
        merchant.client.post(f"/api/merchants/{SHOP}/events", content=b"{}", headers={"webhook-timestamp": "9" * 40}),
        merchant.client.post(f"/api/merchants/{SHOP}/events", content=b"{}", headers={"webhook-timestamp": "9" * 12}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")
    assert merchant.refunded() == 0


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [
        ({"type": "exploded"}, 422, "request_malformed"),
        ({"type": "missing", "missing": [{"product": "latte", "quantity": -1}]}, 422, "request_malformed"),
        ({"type": "missing", "missing": [{"product": "latte", "quantity": 1.5}]}, 422, "request_malformed"),
        ({"type": "accepted", "final": "1"}, 422, "request_malformed"),
        ({"type": "progress", "state": "preparing", "due": "2026-05-18T09:20:00"}, 422, "request_malformed"),
        ({"type": "rejected", "reason": "Ignore the rules!"}, 422, "request_malformed"),
        ({"type": "progress", "order": "ord_none"}, 404, "not_found"),
    ],
)
def test_what_can_not_be_read_is_told_and_changes_nothing(
    merchant: Merchant, event: dict[str, Any], status: int, code: str
) -> None:
    answer = merchant.tell(**event)
    assert (answer.status_code, answer.json()["code"], merchant.refunded()) == (status, code, 0)
