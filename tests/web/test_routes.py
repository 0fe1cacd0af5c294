"""The routes beside the chat: who may ask, what is taken, how a refusal is answered."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.base.errors import UsualError
from tests.ui.fake import FakeUsual
from tests.ui.fake_values import PIN, StorageUnavailable
from tests.ui.serving import Visitor

KEY = "0123456789abcdef"


@pytest.fixture
def card(usual: FakeUsual) -> str:
    """The id of a card that waits for its payment."""
    usual.turn("cus_demo", "thread", "two oat lattes")
    return usual.current["cus_demo"]


@pytest.fixture
def mallory(address: str) -> Iterator[Visitor]:
    with Visitor(address, "mallory") as visitor:
        yield visitor


def pay_form(**changed: Any) -> dict[str, Any]:
    return {"version": 1, "pin": PIN, **changed}


def test_the_right_pin_pays_the_card(visitor: Visitor, card: str, usual: FakeUsual) -> None:
    answer = visitor.send_form(f"/api/checkouts/{card}/pay", pay_form())
    assert answer.status_code == 200
    assert answer.json()["card"]["state"] == "completed"
    assert answer.json()["message"] == "Paid."
    assert usual.checkouts[card].state == "completed"


def test_a_wrong_pin_is_answered_with_its_sentence_and_pays_nothing(visitor: Visitor, card: str, usual: FakeUsual) -> None:
    answer = visitor.send_form(f"/api/checkouts/{card}/pay", pay_form(pin="111111"))
    assert (answer.status_code, answer.json()["code"]) == (403, "pin_wrong")
    assert answer.json()["message"].startswith("That PIN is not right")
    assert usual.checkouts[card].state == "ready_for_complete"


def test_a_locked_pin_has_a_status_of_its_own(visitor: Visitor, card: str) -> None:
    for _ in range(5):
        visitor.send_form(f"/api/checkouts/{card}/pay", pay_form(pin="111111"))
    answer = visitor.send_form(f"/api/checkouts/{card}/pay", pay_form(pin="111111"))
    assert (answer.status_code, answer.json()["code"]) == (423, "pin_locked")


def test_the_sentence_is_in_the_language_that_the_card_asks_for(visitor: Visitor, card: str) -> None:
    answer = visitor.send_form(f"/api/checkouts/{card}/pay?lang=zh", pay_form(pin="111111"))
    assert answer.json()["message"] == "密码不对，还可以试 4 次。"


def test_an_old_version_can_not_be_paid(visitor: Visitor, card: str) -> None:
    answer = visitor.send_form(f"/api/checkouts/{card}/pay", pay_form(version=2))
    assert (answer.status_code, answer.json()["code"]) == (409, "checkout_changed")


@pytest.mark.parametrize("path", ["/api/checkouts/{card}", "/api/receipts/{card}"])
def test_what_is_another_customers_is_not_there(path: str, mallory: Visitor, card: str) -> None:
    answer = mallory.get(path.format(card=card))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_another_customers_card_can_not_be_paid(mallory: Visitor, card: str, usual: FakeUsual) -> None:
    assert mallory.send_form(f"/api/checkouts/{card}/pay", pay_form()).status_code == 404
    assert usual.checkouts[card].state == "ready_for_complete"


def test_a_stranger_is_asked_to_sign_in(visitor: Visitor, card: str) -> None:
    visitor.cookies.clear()
    for answer in (
        visitor.get("/api/session"),
        visitor.get(f"/api/checkouts/{card}"),
        visitor.get("/api/wallet"),
        visitor.send_form(f"/api/checkouts/{card}/pay", pay_form()),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


def test_a_broken_cookie_is_nobodys(visitor: Visitor) -> None:
    visitor.cookies.clear()
    visitor.cookies.set("access_token", "not.a.token")
    assert visitor.get("/api/wallet").status_code == 401


def test_a_bearer_header_does_not_stand_in_for_the_cookie(visitor: Visitor, card: str) -> None:
    token = visitor.cookies["access_token"]
    visitor.cookies.clear()
    assert visitor.get("/api/wallet", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
def test_without_its_token_no_form_is_taken(token: str, visitor: Visitor, card: str, usual: FakeUsual) -> None:
    answer = visitor.post(f"/api/checkouts/{card}/pay", json=pay_form(), headers={"X-Usual-CSRF": token.encode()})
    assert (answer.status_code, answer.json()["code"]) == (403, "request_forged")
    assert usual.checkouts[card].state == "ready_for_complete"


def test_another_customers_token_is_not_taken(visitor: Visitor, mallory: Visitor, card: str) -> None:
    answer = visitor.send_form(f"/api/checkouts/{card}/pay", pay_form(), **{"X-Usual-CSRF": mallory.csrf})
    assert answer.json()["code"] == "request_forged"


def test_only_json_is_taken(visitor: Visitor, card: str) -> None:
    body = '{"version": 1, "pin": "246810"}'
    headers = {"X-Usual-CSRF": visitor.csrf, "Content-Type": "text/plain"}
    answer = visitor.post(f"/api/checkouts/{card}/pay", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "request_malformed")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"version": 1},
        {"version": "1", "pin": PIN},
        {"version": 1, "pin": "24681"},
        {"version": 1, "pin": "２４６８１０"},
        {"version": 1, "pin": 246810},
        {"version": 0, "pin": PIN},
        {"version": True, "pin": PIN},
        {"version": 1, "pin": PIN, "total": 1},
        ["246810"],
        "246810",
    ],
)
def test_a_form_that_is_not_the_form_is_refused_and_never_echoed(form: Any, visitor: Visitor, card: str) -> None:
    answer = visitor.send_form(f"/api/checkouts/{card}/pay", form)
    assert (answer.status_code, answer.json()["code"]) == (422, "request_malformed")
    assert "2468" not in answer.text


def test_a_fault_is_logged_by_its_reference_without_the_pin(
    visitor: Visitor, card: str, usual: FakeUsual, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("no such column")

    monkeypatch.setattr(usual, "pay", broken)
    answer = visitor.send_form(f"/api/checkouts/{card}/pay", pay_form())
    assert answer.status_code == 500
    [record] = [record for record in caplog.records if record.name == "usual.web"]
    assert str(record.args[0]) in answer.json()["message"]  # type: ignore[index]
    assert "no such column" not in answer.text
    assert PIN not in caplog.text


@pytest.mark.parametrize(("error", "status"), [(StorageUnavailable(), 503), (UsualError(), 500)])
def test_what_is_not_a_refusal_is_the_servers_fault(
    error: UsualError, status: int, visitor: Visitor, card: str, usual: FakeUsual, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(usual, "card", failing)
    assert visitor.get(f"/api/checkouts/{card}").status_code == status


def test_binding_needs_consent(address: str, usual: FakeUsual) -> None:
    with Visitor(address, "new") as newcomer:
        assert newcomer.send_form("/api/wallet/bind", {"consent": False, "pin": PIN}).status_code == 409
        assert newcomer.send_form("/api/wallet/bind", {"consent": True, "pin": PIN}).json()["step"] == "deposit"


def test_a_deposit_sent_twice_is_made_once(visitor: Visitor, usual: FakeUsual) -> None:
    form = {"amount": "12.40", "pin": PIN, "key": KEY}
    first = visitor.send_form("/api/deposits", form)
    again = visitor.send_form("/api/deposits", form)
    assert first.json()["balance"] == again.json()["balance"] == "¥98.80"


@pytest.mark.parametrize("amount", ["-5", "1e3", "12.345", "", "NaN", "１２", "99999999", " 5", "5,00", 5, 5.5])
def test_a_deposit_takes_plain_amounts_only(amount: Any, visitor: Visitor) -> None:
    answer = visitor.send_form("/api/deposits", {"amount": amount, "pin": PIN, "key": KEY})
    assert answer.json()["code"] == "request_malformed"


def test_answers_are_kept_by_no_cache(visitor: Visitor, card: str) -> None:
    assert visitor.get(f"/api/checkouts/{card}").headers["cache-control"] == "no-store"
    assert visitor.get("/api/checkouts/chk_none").headers["cache-control"] == "no-store"
