"""Merchants are told by signed webhooks until they hear, and tell by signed callbacks, each once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from app.domain.checkout import Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.order import Order, Progress
from app.domain.refund import RefundedLine
from app.domain.webhook import ATTEMPTS_MAX, SignatureInvalid, Webhook, check_signature, secret_of, signature
from app.merchants.webhooks import HttpWebhooks
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.callbacks import Callback, Told
from app.service.checkout import Asked
from app.service.ports import Placement
from app.service.units import KeyReused
from app.service.webhooks import Deliveries

pytestmark = pytest.mark.usefixtures("moving_clock")
PIN, SHOP = "258036", "nimbus_coffee"
TWO = Draft(SHOP, (DraftLine("line_1", "latte", 2),), "pickup")


def placed(stage: Stage) -> Order:
    checkout = stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), TWO, Asked("con", "utt"))
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN)


def wanting(stage: Stage, url: str = "http://localhost:9/hooks") -> None:
    catalog = stage.usual.merchants.catalogs()[SHOP]
    stage.usual.merchants.offer(replace(catalog, merchant=replace(catalog.merchant, webhook_url=url)))


def kept(stage: Stage) -> list[Webhook]:
    return stage.usual.deliveries.records.webhooks(SHOP)  # type: ignore[attr-defined, no-any-return]


class Hearing:
    """A sender that hears as it is told, and remembers what it was sent."""

    def __init__(self, *, hears: bool) -> None:
        self.hears, self.sent = hears, list[str]()

    def send(self, webhook: Webhook, at: datetime) -> bool:
        self.sent.append(webhook.id)
        return self.hears


def deliveries(stage: Stage, sender: Hearing) -> Deliveries:
    return replace(stage.usual.deliveries, sender=sender)


def test_a_merchant_that_wants_none_is_told_nothing(stage: Stage) -> None:
    placed(stage)
    assert kept(stage) == []


def test_what_happened_and_its_message_are_kept_together(stage: Stage) -> None:
    wanting(stage)
    order = placed(stage)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", [RefundedLine("line_1", 1)])
    stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", offer.lines, offer.digest)
    bodies = [json.loads(webhook.body) for webhook in kept(stage)]
    told = {body["type"]: body["data"] for body in bodies}
    assert set(told) == {"order.paid", "order.refunded"}
    assert told["order.paid"] == {"order": order.id, "amount": 3_600, "currency": "CNY"}
    assert (told["order.refunded"]["amount"], told["order.refunded"]["reason"]) == (1_800, "missing")


def test_an_order_that_is_not_taken_is_told_as_canceled(stage: Stage) -> None:
    wanting(stage)
    stage.happen(Event(merchant="declines"))
    placed(stage)
    assert [json.loads(webhook.body)["type"] for webhook in kept(stage)] == ["order.canceled"]


def test_what_is_not_heard_is_tried_again_with_the_same_id_after_longer_and_longer_pauses(stage: Stage) -> None:
    wanting(stage)
    placed(stage)
    deaf = Hearing(hears=False)
    tries = []
    for second in range(200):
        before = len(deaf.sent)
        deliveries(stage, deaf).send_due()
        tries += [second] if len(deaf.sent) > before else []
        stage.clock.advance(timedelta(seconds=1))
    assert tries == [0, 10, 30, 70, 150]
    assert len(set(deaf.sent)) == 1
    stage.clock.advance(timedelta(hours=6))
    listening = Hearing(hears=True)
    assert (deliveries(stage, listening).send_due(), deliveries(stage, listening).send_due()) == (1, 0)
    assert (listening.sent, [webhook.state for webhook in kept(stage)]) == (deaf.sent[:1], ["sent"])


def test_after_its_last_try_a_message_is_dead_and_keeps_nothing_else_waiting(stage: Stage) -> None:
    wanting(stage)
    placed(stage)
    deaf = Hearing(hears=False)
    for _ in range(ATTEMPTS_MAX + 3):
        deliveries(stage, deaf).send_due()
        stage.clock.advance(timedelta(hours=7))
    assert (len(deaf.sent), [webhook.state for webhook in kept(stage)]) == (ATTEMPTS_MAX, ["dead"])


@contextmanager
def listener(status: int) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    heard: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.send_header("Location", "http://localhost:9/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks", heard
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("status", "is_heard"), [(204, True), (200, True), (302, False), (410, False), (500, False)])
def test_over_http_it_is_signed_and_heard_by_its_status(stage: Stage, status: int, is_heard: bool) -> None:
    secret = secret_of("key", SHOP)
    with listener(status) as (url, heard):
        wanting(stage, url)
        placed(stage)
        (webhook,) = kept(stage)
        sender, at = HttpWebhooks(lambda _: secret), stage.clock.now()
        assert sender.send(webhook, at) is is_heard
        sender.close()
    ((headers, body),) = heard
    check_signature(secret, headers["webhook-id"], at, body, headers["webhook-signature"], at)
    assert (headers["webhook-id"], body.decode()) == (webhook.id, webhook.body)


def test_a_system_that_is_not_there_has_not_heard(stage: Stage) -> None:
    wanting(stage, "http://localhost:9/hooks")
    placed(stage)
    sender = HttpWebhooks(lambda _: secret_of("key", SHOP))
    assert sender.send(kept(stage)[0], stage.clock.now()) is False
    sender.close()


def test_each_merchant_has_a_secret_of_its_own_and_a_signature_binds_id_time_and_body(stage: Stage) -> None:
    now, secret = stage.clock.now(), secret_of("key", SHOP)
    good = signature(secret, "m1", now, b"{}")
    check_signature(secret, "m1", now, b"{}", f"v1,bm9uc2Vuc2U= {good}", now)
    others: list[tuple[str, str, datetime, bytes, str, datetime]] = [
        (secret_of("key", "other"), "m1", now, b"{}", good, now),
        (secret, "m2", now, b"{}", good, now),
        (secret, "m1", now + timedelta(seconds=1), b"{}", good, now),
        (secret, "m1", now, b"{ }", good, now),
        (secret, "m1", now, b"{}", good, now + timedelta(minutes=6)),
        (secret, "m1", now, b"{}", good, now - timedelta(minutes=6)),
        (secret, "m1", now, b"{}", "", now),
        (secret, "m1", now, b"{}", "v1,é", now),
        (secret, "", now, b"{}", signature(secret, "", now, b"{}"), now),
    ]
    for other in others:
        with pytest.raises(SignatureInvalid):
            check_signature(*other)


def told(stage: Stage, message_id: str = "m1", body: bytes = b"{}") -> Told:
    return Told(message_id, stage.clock.now(), "", body)


def moved(stage: Stage, order: Order) -> list[str]:
    return sorted(transfer.kind for transfer in stage.usual.records.transfers(order.id))


def now(stage: Stage, order: Order) -> Order:
    found = stage.usual.records.order(order.id)
    assert found is not None
    return found


def test_a_callback_that_comes_twice_captures_once(stage: Stage) -> None:
    stage.usual.merchants.script = lambda _: Placement("unknown")
    order = placed(stage)
    for message in ("m1", "m1", "m2"):
        stage.usual.callbacks.take(SHOP, told(stage, message), Callback(order.id, "accepted"))
    assert (now(stage, order).state, moved(stage, order)) == ("accepted", ["capture", "hold"])
    stage.usual.callbacks.take(SHOP, told(stage, "m3"), Callback(order.id, "rejected", "changed_its_mind"))
    assert (now(stage, order).state, moved(stage, order)) == ("accepted", ["capture", "hold"])
    calls = [link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "merchant_called"]
    assert [link.facts["message"] for link in calls] == ["m1", "m2", "m3"]


def test_the_same_message_with_another_body_is_refused(stage: Stage) -> None:
    order = placed(stage)
    stage.usual.callbacks.take(SHOP, told(stage), Callback(order.id, "progress", progress=Progress("preparing")))
    with pytest.raises(KeyReused):
        stage.usual.callbacks.take(SHOP, told(stage, body=b"{ }"), Callback(order.id, "missing", missing=(("latte", 2),)))
    assert (now(stage, order).state, moved(stage, order)) == ("preparing", ["capture", "hold"])


def test_a_merchant_can_tell_of_its_own_orders_only(stage: Stage) -> None:
    order = placed(stage)
    with pytest.raises(NotFound):
        stage.usual.callbacks.take("cloudleaf_tea", told(stage), Callback(order.id, "missing", missing=(("latte", 2),)))
    with pytest.raises(NotFound):
        stage.usual.callbacks.take(SHOP, told(stage), Callback("ord_none", "progress", progress=Progress("ready")))
    assert moved(stage, order) == ["capture", "hold"]


def test_what_it_lacks_comes_back_and_what_is_late_is_late(stage: Stage) -> None:
    order, later = placed(stage), stage.clock.now() + timedelta(minutes=50)
    stage.usual.callbacks.take(SHOP, told(stage), Callback(order.id, "progress", progress=Progress("preparing", later, True)))
    stage.usual.callbacks.take(SHOP, told(stage, "m2"), Callback(order.id, "missing", missing=(("latte", 1),)))
    stage.usual.callbacks.take(SHOP, told(stage, "m3"), Callback(order.id, "missing", missing=(("latte", 1),)))
    found = now(stage, order)
    assert (found.state, found.late, found.due, found.refundable) == ("preparing", True, later, 1_800)
    assert moved(stage, order) == ["capture", "hold", "refund"]


def test_two_answers_that_differ_are_told_once_each(stage: Stage) -> None:
    order, heard = placed(stage), list[str]()
    stage.usual.news.subscribe(lambda _, news: heard.append(news.kind))
    early, later = (Progress("preparing", stage.clock.now() + timedelta(minutes=n)) for n in (10, 20))
    for progress in (early, later, early, later, early, later):
        stage.usual.tracking.move(now(stage, order), progress, ())
    assert heard.count("order") == 3
