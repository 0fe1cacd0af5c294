"""Erasing and exporting a customer: nothing personal is left in the files, and what was paid can still be proved."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from app.base.money import Money
from app.domain.checkout import checkout_digest
from app.domain.customer import NotFound
from app.domain.erasure import OrderUnderWay, WalletNotEmpty
from app.domain.passkey import Assertion, Device
from app.replay.script import Event
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, PASSWORD, USERNAME, Stage
from app.service.erasure import Erasures, PasswordWrong
from app.service.news import News
from app.service.step_up import PinWrong
from app.service.units import ChainClosed, GuardFailed
from app.storage import erasure
from tests.service.authenticator import ORIGIN, Authenticator
from tests.stored import stored_rows

PIN = "258036"
HOME, OFFICE, MUM, OWN = "上海市静安区南京西路1266号12楼", "上海市浦东新区世纪大道100号35楼", "13987654321", "13812345678"
SAID = "a latte with a heart drawn by Zebulon"
PERSONAL = (
    SAID, "Quimby", HOME, OFFICE, MUM, OWN, "上海市静安区", "138****5678", "aunt petronella", "Zebulon", "peanut",
    "flibbertigibbet",
)  # fmt: skip


@pytest.fixture
def stage(set_stage: Callable[..., Stage]) -> Stage:
    return set_stage(
        name="Quimby",
        wallet="0.00",
        bound=True,
        phones={"self": OWN, "aunt petronella": MUM},
        addresses={"home": HOME, "office": OFFICE},
        allergens=["peanut"],
    )


def say(stage: Stage, text: str) -> None:
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)


def buy(stage: Stage, key: str) -> None:
    """Deposit exactly what the newest card costs, and pay it."""
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    stage.usual.wallets.deposit(CUSTOMER_ID, card.totals.maximum.minor, PIN, key, "en")
    if card.state == "requires_escalation":
        tap = {"kind": "accept_allergens", "id": card.id, "version": card.version}
        stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, tap)
    newest = stage.usual.records.checkout(card.id)
    assert newest is not None
    stage.usual.payments.pay(CUSTOMER_ID, card.id, newest.version, PIN, "en")


def live(stage: Stage) -> None:
    """Words, notes, numbers, addresses and an open question; every yuan spent."""
    say(stage, SAID)
    buy(stage, "deposit-1")
    say(stage, "top up my phone with 50")
    buy(stage, "deposit-2")
    stage.happen(Event.model_validate({"passes": "3h"}))
    stage.happen(Event.model_validate({"worker": "runs"}))
    say(stage, "a latte, deliver it to the office")
    say(stage, "flibbertigibbet and a coffee")


def on_disk(stage: Stage) -> bytes:
    """The files' bytes, deleted rows among them; of a database server all that it still gives out."""
    if not stage.usual.database.is_sqlite:
        return "\n".join(row for _, row in stored_rows(stage)).encode()
    return b"".join(file.read_bytes() for file in sorted(Path(stage.usual.settings.var_dir).iterdir()) if file.is_file())


def test_nothing_personal_is_left_in_any_file_and_the_books_still_hold(stage: Stage) -> None:
    live(stage)
    before = on_disk(stage)
    for text in PERSONAL:
        assert text.encode() in before, text
    orders = stage.usual.records.orders(CUSTOMER_ID, 10)
    approved = {order.id: stage.usual.records.checkout(order.checkout_id) for order in orders}
    assert any(line.note for order in orders for line in order.lines)

    stage.usual.erasures.erase(CUSTOMER_ID, PIN)

    after = on_disk(stage)
    for text in PERSONAL:
        assert text.encode() not in after, text
        assert json.dumps(text).encode() not in after, text
    records = stage.usual.records
    assert [(order.id, order.total) for order in records.orders(CUSTOMER_ID, 10)] == [(order.id, order.total) for order in orders]
    for order_id, checkout in approved.items():
        order = records.order(order_id)
        kept = records.checkout(order.checkout_id, order.checkout_version) if order else None
        assert kept is not None
        assert checkout is not None
        assert kept.digest == checkout.digest == checkout_digest(kept)
    assert [link.kind for link in records.trace(CUSTOMER_ID)][-1] == "erased"
    assert stage.usual.audit.check() == []


def test_an_approved_note_can_not_be_exchanged_before_it_is_erased(stage: Stage) -> None:
    live(stage)
    noted = next(c for c in stage.usual.records.checkouts(CUSTOMER_ID) if any(line.note for line in c.lines))
    other = replace(noted, lines=tuple(replace(line, note="another note") for line in noted.lines))
    assert checkout_digest(noted) == noted.digest
    assert checkout_digest(other) != noted.digest


def test_afterwards_nobody_is_in_and_nothing_more_happens_to_them(stage: Stage) -> None:
    sign_in = stage.usual.sign_ins.begin(CUSTOMER_ID)
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    stage.usual.erasures.erase(CUSTOMER_ID, "any")
    assert not stage.usual.sign_ins.is_open(CUSTOMER_ID, sign_in)
    assert stage.usual.sign_in(USERNAME, PASSWORD) is None
    with pytest.raises(ChainClosed):
        say(stage, "a latte")
    with pytest.raises(NotFound):
        stage.usual.exports.of(CUSTOMER_ID)
    assert stage.usual.records.vault(CUSTOMER_ID) == {}


def test_every_face_is_told_of_an_erasure_once_it_is_done_and_never_before(stage: Stage) -> None:
    heard: list[tuple[str, News, bool]] = []
    erased = stage.usual.records.is_erased
    stage.usual.news.subscribe(lambda who, news: heard.append((who, news, erased(who))))
    with pytest.raises(PinWrong):
        stage.usual.erasures.erase(CUSTOMER_ID, "258037")
    assert heard == []
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    assert heard == [(CUSTOMER_ID, News("erased", CUSTOMER_ID), True)]


def test_the_open_card_of_an_erased_customer_is_closed(stage: Stage) -> None:
    say(stage, "a latte")
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    assert card.state == "canceled"


def test_with_money_in_the_wallet_nothing_is_erased(stage: Stage) -> None:
    stage.usual.wallets.deposit(CUSTOMER_ID, 100, PIN, "deposit-1", "en")
    with pytest.raises(WalletNotEmpty) as refused:
        stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    assert refused.value.params == {"available": Money(100)}
    assert stage.usual.sign_in(USERNAME, PASSWORD) == CUSTOMER_ID


def test_with_an_order_under_way_nothing_is_erased(stage: Stage) -> None:
    say(stage, "a latte with a heart")
    stage.happen(Event.model_validate({"merchant": "is silent"}))
    buy(stage, "deposit-1")
    with pytest.raises(OrderUnderWay):
        stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    assert stage.usual.records.vault(CUSTOMER_ID)


def test_what_is_on_its_way_is_delivered_first(stage: Stage) -> None:
    say(stage, "a latte")
    buy(stage, "deposit-1")
    with pytest.raises(OrderUnderWay):
        stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    stage.happen(Event.model_validate({"passes": "3h"}))
    stage.happen(Event.model_validate({"worker": "runs"}))
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    assert stage.usual.records.is_erased(CUSTOMER_ID)


def test_an_order_paid_between_the_check_and_the_erasure_stops_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    say(stage, "a latte")

    def checked_and_then_paid(_: Erasures, customer_id: str) -> None:
        assert not stage.usual.records.orders(customer_id, 1)
        buy(stage, "deposit-1")

    monkeypatch.setattr(Erasures, "check_possible", checked_and_then_paid)
    with pytest.raises(OrderUnderWay):
        stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    assert stage.usual.records.vault(CUSTOMER_ID)


def test_it_takes_the_pin_where_there_is_one(stage: Stage) -> None:
    for wrong in ("258037", PASSWORD, ""):
        with pytest.raises(PinWrong):
            stage.usual.erasures.erase(CUSTOMER_ID, wrong)
    assert not stage.usual.records.is_erased(CUSTOMER_ID)


def test_it_takes_the_password_where_no_pin_was_ever_chosen(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(bound=False, wallet="0.00")
    for wrong in (PIN, ""):
        with pytest.raises(PasswordWrong):
            stage.usual.erasures.erase(CUSTOMER_ID, wrong)
    stage.usual.erasures.erase(CUSTOMER_ID, PASSWORD)
    assert stage.usual.records.is_erased(CUSTOMER_ID)


def halfway(_: Connection, customer_id: str) -> None:
    raise GuardFailed(record="Customer", id=customer_id)


def test_an_erasure_that_can_not_be_written_has_not_begun(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    live(stage)
    monkeypatch.setattr(erasure, "_forget_chats", halfway)
    with pytest.raises(GuardFailed):
        stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    assert stage.usual.sign_in(USERNAME, PASSWORD) == CUSTOMER_ID
    assert HOME in stage.usual.records.vault(CUSTOMER_ID).values()
    assert stage.usual.records.conversation(CONVERSATION_ID) is not None


def test_the_export_holds_everything_but_no_secret_and_no_number_or_address_unmasked(stage: Stage) -> None:
    live(stage)
    say(stage, "a latte, call 13611112222 when it is there")
    say(stage, f"top up {MUM} with 50")
    say(stage, "deliver it to 上海市黄浦区人民大道200号3楼")
    export: dict[str, Any] = stage.usual.exports.of(CUSTOMER_ID)
    text = json.dumps(export, ensure_ascii=False)
    for personal in ("Quimby", USERNAME, SAID, "peanut", "flibbertigibbet"):
        assert personal in text, personal
    assert [one["number"] for one in export["contacts"]] == ["138****5678", "139****4321"]
    assert [one["text"] for one in export["addresses"]] == ["上海市静安区南***", "上海市浦东新区***"]
    for private in (HOME, OFFICE, MUM, OWN, "人民大道200号", "13611112222"):
        assert private not in text, private
    assert "top up 139****4321 with 50" in text
    assert "call 136****2222" in text
    assert "argon2" not in text
    assert "slt_" not in text
    assert export["conversations"][0]["said"][0]["words"] == SAID
    assert len(export["orders"]) == 2
    assert {transfer["kind"] for transfer in export["transfers"]} >= {"deposit", "hold", "capture"}
    assert export["trace"][0]["what"] == "account_opened"


def test_passkeys_are_exported_without_their_keys_and_erased_with_their_challenges(stage: Stage) -> None:
    device, passkeys = Device(stage.usual.sign_ins.begin(CUSTOMER_ID), ORIGIN), stage.usual.passkeys
    begun = passkeys.begin_enrolment(CUSTOMER_ID, device, "phone", PIN)
    answer = Assertion(begun.challenge_id, Authenticator().make(begun.options), device)
    passkey = passkeys.finish_enrolment(CUSTOMER_ID, answer, f"Quimby's {OWN}")
    exported = stage.usual.exports.of(CUSTOMER_ID)
    assert [(one["name"], one["state"]) for one in exported["passkeys"]] == [("Quimby's 138****5678", "active")]
    for secret in (passkey.credential_id, passkey.public_key):
        assert secret not in json.dumps(exported)
    passkeys.begin_enrolment(CUSTOMER_ID, device, "phone", PIN)
    assert b"Quimby" in on_disk(stage)
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    assert (passkeys.of(CUSTOMER_ID), passkeys.passkeys.challenges(CUSTOMER_ID)) == ([], [])
    for text in ("Quimby", passkey.credential_id, passkey.public_key):
        assert text.encode() not in on_disk(stage)


def test_nothing_recurs_and_no_agent_may_pay_for_a_customer_who_was_erased(stage: Stage) -> None:
    say(stage, "an americano every day at 15:00, at most 30")
    [order] = stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID)
    stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)
    agent, key = stage.usual.mandates.add_agent(CUSTOMER_ID, "Quimby's butler")
    exported = stage.usual.exports.of(CUSTOMER_ID)
    assert [found["id"] for found in exported["standing_orders"]] == [order.id]
    assert [found["state"] for found in exported["permissions"]] == ["active"]
    assert key not in json.dumps(exported)
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    mandate = stage.usual.mandates.records.mandate(order.mandate_id)
    gone = stage.usual.mandates.records.agent(agent.id)
    assert mandate is not None
    assert gone is not None
    assert (mandate.state, gone.name, gone.key_hash) == ("revoked", "", None)
    assert stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID) == []
    stage.clock.advance(timedelta(days=1))
    assert stage.usual.runs.look() == 0
    assert stage.usual.records.authorisations() == []
