"""Passkeys: what one signs pays exactly the card that it was asked about, once; anything else moves no money."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.errors import UsualError
from app.base.money import Money
from app.domain.checkout import CheckoutChanged, CheckoutSession, Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.passkey import (
    Assertion,
    Challenge,
    Device,
    Passkey,
    PasskeyCloned,
    PasskeyLocked,
    PasskeyMissing,
    PasskeyNotHere,
    PasskeyRefused,
    PasskeyTooLate,
    Subject,
    paying,
    relying_party,
)
from app.identity.passkeys import WebAuthn
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, PASSWORD, Stage
from app.service.accounts import NewCustomer
from app.service.checkout import Asked, CheckoutDrifted
from app.service.passkeys import Passkeys
from app.service.units import Unit
from tests.service.authenticator import ORIGIN, Authenticator, tampered

PIN, WRONG = "258036", "258037"
LATTE = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 1),))
TWO_LATTES = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 2),))
OTHER = "cus_other"


@pytest.fixture
def phone(stage: Stage) -> Device:
    return Device(stage.usual.sign_ins.begin(CUSTOMER_ID), ORIGIN)


def enrol(stage: Stage, device: Device, key: Authenticator, name: str = "my phone", customer_id: str = CUSTOMER_ID) -> Passkey:
    begun = stage.usual.passkeys.begin_enrolment(customer_id, device, "phone", PIN)
    answer = Assertion(begun.challenge_id, key.make(begun.options), device)
    return stage.usual.passkeys.finish_enrolment(customer_id, answer, name)


@pytest.fixture
def key(stage: Stage, phone: Device) -> Authenticator:
    """The customer's device, with a passkey of theirs."""
    made = Authenticator()
    enrol(stage, phone, made)
    return made


def propose(stage: Stage, draft: Draft = LATTE, previous: CheckoutSession | None = None, who: str = CUSTOMER_ID) -> CheckoutSession:
    return stage.usual.checkouts.propose(stage.usual.customer(who), draft, Asked("con", "utt"), previous)


def sign(stage: Stage, checkout: CheckoutSession, device: Device, key: Authenticator) -> Assertion:
    begun = stage.usual.passkeys.begin_payment(checkout.customer_id, checkout.id, checkout.version, device)
    return Assertion(begun.challenge_id, key.sign(begun.options), device)


def pay(stage: Stage, checkout: CheckoutSession, evidence: Assertion | str) -> str:
    return stage.usual.payments.payments.pay(checkout.customer_id, checkout.id, checkout.version, evidence).id


def wallet(stage: Stage, customer_id: str = CUSTOMER_ID) -> tuple[int, int]:
    found = stage.usual.records.wallet(customer_id)
    assert found is not None
    return found.available.minor, found.held.minor


def nothing_moved(stage: Stage) -> bool:
    is_quiet = stage.usual.records.authorisations() == [] and stage.usual.records.orders(CUSTOMER_ID, 10) == []
    return is_quiet and wallet(stage) == (30_000, 0) and stage.usual.merchants.placed_count() == 0


def refused(stage: Stage, checkout: CheckoutSession, evidence: Assertion, error: type[UsualError] = PasskeyRefused) -> None:
    with pytest.raises(error):
        pay(stage, checkout, evidence)
    assert nothing_moved(stage)


def kinds(stage: Stage) -> list[str]:
    return [link.kind for link in stage.usual.records.trace(CUSTOMER_ID)]


def test_what_a_passkey_signed_pays_the_card_and_its_chain_can_be_walked_back(
    stage: Stage, phone: Device, key: Authenticator
) -> None:
    checkout = propose(stage)
    order_id = pay(stage, checkout, sign(stage, checkout, phone, key))
    assert sorted(transfer.kind for transfer in stage.usual.records.transfers(order_id)) == ["capture", "hold"]
    assert wallet(stage) == (28_200, 0)
    authorisation = stage.usual.records.authorisation(order_id)
    assert authorisation is not None
    approval = stage.usual.records.approval(authorisation.approval_id)
    assert approval is not None
    assert (approval.method, approval.digest, approval.maximum) == ("passkey", checkout.digest, Money(1_800))
    [passkey] = stage.usual.passkeys.of(CUSTOMER_ID)
    assert (passkey.sign_count, passkey.used_at) == (1, stage.clock.now())
    assert kinds(stage)[-5:] == ["passkey_tried", "passkey_accepted", "passkey_used", "authorised", "captured"]
    used = stage.usual.records.trace(CUSTOMER_ID)[-3].facts
    assert used["passkey"] == passkey.id
    receipt = stage.usual.queries.receipt(CUSTOMER_ID, order_id, "en")
    assert receipt.approved_with == "Approved with your passkey"


def test_a_double_click_makes_one_order_and_is_told_of_it_both_times(stage: Stage, phone: Device, key: Authenticator) -> None:
    checkout = propose(stage)
    signed = sign(stage, checkout, phone, key)
    with ThreadPoolExecutor(4) as pool:
        orders = set(pool.map(lambda _: pay(stage, checkout, signed), range(4)))
    assert len(orders) == 1
    assert wallet(stage) == (28_200, 0)
    assert stage.usual.passkeys.of(CUSTOMER_ID)[0].state == "active"


def test_an_assertion_moved_to_another_checkout_is_refused(stage: Stage, phone: Device, key: Authenticator) -> None:
    asked, other = propose(stage), propose(stage)
    assert (asked.totals, asked.merchant_id) == (other.totals, other.merchant_id)
    refused(stage, other, sign(stage, asked, phone, key))


def test_an_assertion_for_another_version_of_the_same_checkout_is_refused(stage: Stage, phone: Device, key: Authenticator) -> None:
    shown = propose(stage)
    signed = sign(stage, shown, phone, key)
    changed = propose(stage, TWO_LATTES, shown)
    assert (changed.id, changed.totals.total) == (shown.id, Money(3_600))
    refused(stage, changed, signed)
    refused(stage, shown, signed, CheckoutChanged)


def neighbour(stage: Stage) -> None:
    stage.usual.accounts.open(NewCustomer(id=OTHER, username="other", password=PASSWORD, display_name="Other", lang="en"))
    stage.usual.wallets.wallets.bind(OTHER, consent=True, pin=PIN)
    stage.usual.wallets.deposit(OTHER, 30_000, PIN, "other-funds", "en")


def test_an_assertion_of_another_customer_is_refused_whoever_has_a_passkey(stage: Stage, phone: Device, key: Authenticator) -> None:
    neighbour(stage)
    theirs = Device(stage.usual.sign_ins.begin(OTHER), ORIGIN)
    own_key = Authenticator(credential_id=b"credential-of-the-neighbour")
    enrol(stage, theirs, own_key, customer_id=OTHER)
    mine, others = propose(stage), propose(stage, who=OTHER)
    signed = sign(stage, mine, phone, key)
    with pytest.raises(NotFound):
        stage.usual.payments.payments.pay(OTHER, mine.id, 1, signed)
    with pytest.raises(NotFound):
        stage.usual.passkeys.begin_payment(OTHER, mine.id, 1, theirs)
    for moved in (signed, replace(signed, device=theirs), sign(stage, others, theirs, key)):
        with pytest.raises(PasskeyRefused):
            pay(stage, others, moved)
    assert wallet(stage, OTHER) == (30_000, 0)
    assert nothing_moved(stage)


def test_an_assertion_moved_to_another_device_is_refused(stage: Stage, phone: Device, key: Authenticator) -> None:
    laptop = Device(stage.usual.sign_ins.begin(CUSTOMER_ID), ORIGIN)
    checkout = propose(stage)
    refused(stage, checkout, replace(sign(stage, checkout, phone, key), device=laptop))


@pytest.mark.parametrize(
    "odd",
    [
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost:8000"},
        {"origin": "https://usual.example.evil.example"},
        {"rp_id": "evil.example"},
        {"verifies": False},
    ],
    ids=str,
)
def test_another_origin_another_name_or_nobody_verified_is_refused(
    stage: Stage, phone: Device, key: Authenticator, odd: dict[str, object]
) -> None:
    checkout = propose(stage)
    refused(stage, checkout, sign(stage, checkout, phone, replace(key, **odd)))  # type: ignore[arg-type]
    assert stage.usual.passkeys.of(CUSTOMER_ID)[0].state == "active"


@pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON"])
def test_a_tampered_assertion_is_refused(stage: Stage, phone: Device, key: Authenticator, part: str) -> None:
    checkout = propose(stage)
    signed = sign(stage, checkout, phone, key)
    refused(stage, checkout, replace(signed, credential=tampered(signed.credential, part)))
    assert stage.usual.passkeys.of(CUSTOMER_ID)[0].state == "active"


def test_another_key_under_the_same_name_is_refused(stage: Stage, phone: Device, key: Authenticator) -> None:
    checkout = propose(stage)
    refused(stage, checkout, sign(stage, checkout, phone, Authenticator(sign_count=7)))


@pytest.mark.parametrize("broken", ["", "{}", "[]", "null", "7", '"x"', '{"rawId": 7}', '{"rawId": "é"}', "[" * 9_000])
def test_what_is_no_assertion_is_refused_and_nothing_else(stage: Stage, phone: Device, key: Authenticator, broken: str) -> None:
    checkout = propose(stage)
    refused(stage, checkout, replace(sign(stage, checkout, phone, key), credential=broken))


def test_an_assertion_with_parts_of_other_kinds_is_refused(stage: Stage, phone: Device, key: Authenticator) -> None:
    checkout = propose(stage)
    signed = sign(stage, checkout, phone, key)
    parts = (("signature", ""), ("authenticatorData", "AA"), ("clientDataJSON", "e30"), ("clientDataJSON", "_w"), ("userHandle", 7))
    for part, value in parts:
        credential = json.loads(signed.credential)
        credential["response"][part] = value
        refused(stage, checkout, replace(signed, credential=json.dumps(credential)))


def test_an_expired_challenge_is_refused(stage: Stage, phone: Device, key: Authenticator) -> None:
    checkout = propose(stage)
    signed = sign(stage, checkout, phone, key)
    stage.clock.advance(timedelta(seconds=180))
    refused(stage, checkout, signed, PasskeyTooLate)


def test_an_assertion_that_was_used_is_refused_even_when_it_paid_nothing(stage: Stage, phone: Device, key: Authenticator) -> None:
    checkout = propose(stage)
    signed = sign(stage, checkout, phone, key)
    stage.happen(Event(price={"nimbus_coffee.latte": "20.00"}))
    passkeys = stage.usual.passkeys
    with pytest.raises((CheckoutDrifted, CheckoutChanged)):
        pay(stage, checkout, signed)
    with pytest.raises(PasskeyRefused):
        passkeys.check_payment(checkout, signed)
    assert passkeys.of(CUSTOMER_ID)[0].state == "active"
    assert nothing_moved(stage)


def test_of_two_replays_at_the_same_moment_the_unit_lets_one_through(stage: Stage, phone: Device, key: Authenticator) -> None:
    key.counts = False
    checkout = propose(stage)
    signed = sign(stage, checkout, phone, key)
    first, second = (stage.usual.passkeys.check_payment(checkout, signed) for _ in range(2))
    stage.usual.writer.commit(first)
    with pytest.raises(PasskeyRefused):
        stage.usual.writer.commit(replace(second, key="another"))


def test_a_counter_that_has_not_grown_blocks_the_passkey(stage: Stage, phone: Device, key: Authenticator) -> None:
    first = propose(stage)
    pay(stage, first, sign(stage, first, phone, key))
    checkout, before = propose(stage), wallet(stage)
    key.sign_count -= 1
    with pytest.raises(PasskeyCloned):
        pay(stage, checkout, sign(stage, checkout, phone, key))
    assert stage.usual.passkeys.of(CUSTOMER_ID)[0].state == "blocked"
    assert "passkey_cloned" in kinds(stage)
    with pytest.raises(PasskeyMissing):
        sign(stage, checkout, phone, key)
    assert wallet(stage) == before
    assert len(stage.usual.records.authorisations()) == 1
    pay(stage, checkout, PIN)


def test_a_blocked_passkey_answers_no_challenge_that_was_open(stage: Stage, phone: Device, key: Authenticator) -> None:
    first, second, third = propose(stage), propose(stage), propose(stage)
    pay(stage, first, sign(stage, first, phone, key))
    open_one = stage.usual.passkeys.begin_payment(CUSTOMER_ID, third.id, 1, phone)
    key.sign_count -= 1
    with pytest.raises(PasskeyCloned):
        pay(stage, second, sign(stage, second, phone, key))
    key.sign_count = 50
    with pytest.raises(PasskeyRefused):
        pay(stage, third, Assertion(open_one.challenge_id, key.sign(open_one.options), phone))
    assert len(stage.usual.records.authorisations()) == 1


def test_who_has_no_key_can_not_have_a_passkey_blocked(stage: Stage, phone: Device, key: Authenticator) -> None:
    first, checkout = propose(stage), propose(stage)
    pay(stage, first, sign(stage, first, phone, key))
    with pytest.raises(PasskeyRefused):
        pay(stage, checkout, sign(stage, checkout, phone, Authenticator(counts=False)))
    assert stage.usual.passkeys.of(CUSTOMER_ID)[0].state == "active"


def test_a_device_that_counts_nothing_pays_again_and_again(stage: Stage, phone: Device, key: Authenticator) -> None:
    key.counts = False
    for _ in range(2):
        checkout = propose(stage)
        pay(stage, checkout, sign(stage, checkout, phone, key))
    assert wallet(stage) == (26_400, 0)


def test_a_removed_passkey_pays_nothing_not_even_what_it_has_signed(stage: Stage, phone: Device, key: Authenticator) -> None:
    checkout = propose(stage)
    signed = sign(stage, checkout, phone, key)
    [passkey] = stage.usual.passkeys.of(CUSTOMER_ID)
    stage.usual.passkeys.remove(CUSTOMER_ID, passkey.id, PIN)
    refused(stage, checkout, signed)
    with pytest.raises(PasskeyMissing):
        sign(stage, checkout, phone, key)
    pay(stage, checkout, PIN)


def test_a_passkey_removed_between_the_check_and_the_hold_holds_nothing(
    stage: Stage, phone: Device, key: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = propose(stage)
    signed = sign(stage, checkout, phone, key)
    honest = Passkeys.check_payment

    def then_removed(passkeys: Passkeys, card: CheckoutSession, assertion: Assertion) -> Unit:
        unit = honest(passkeys, card, assertion)
        passkeys.remove(CUSTOMER_ID, passkeys.of(CUSTOMER_ID)[0].id, PIN)
        return unit

    monkeypatch.setattr(Passkeys, "check_payment", then_removed)
    refused(stage, checkout, signed)


def test_wrong_assertions_are_counted_and_the_pin_still_pays(stage: Stage, phone: Device, key: Authenticator) -> None:
    checkout, other = propose(stage), propose(stage)
    for _ in range(5):
        refused(stage, checkout, sign(stage, other, phone, key))
    refused(stage, checkout, sign(stage, checkout, phone, key), PasskeyLocked)
    pay(stage, checkout, PIN)
    stage.clock.advance(timedelta(minutes=15))
    later = propose(stage)
    pay(stage, later, sign(stage, later, phone, key))
    credential = stage.usual.records.credential(CUSTOMER_ID)
    assert credential is not None
    assert credential.passkey_failures == 0


def test_challenges_that_can_not_be_answered_any_more_are_not_kept(stage: Stage, phone: Device, key: Authenticator) -> None:
    checkout = propose(stage)
    asked = [stage.usual.passkeys.begin_payment(CUSTOMER_ID, checkout.id, 1, phone) for _ in range(12)]
    kept = stage.usual.passkeys.passkeys.challenges(CUSTOMER_ID)
    assert {one.id for one in kept} == {begun.challenge_id for begun in asked[-8:]}
    stage.clock.advance(timedelta(minutes=4))
    sign(stage, propose(stage), phone, key)
    assert len(stage.usual.passkeys.passkeys.challenges(CUSTOMER_ID)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"purpose": "enrol"},
        {"customer_id": "cus_2"},
        {"sign_in_id": "sgn_2"},
        {"ref": "chk_1.2"},
        {"payee_id": "other"},
        {"digest": "ee"},
        {"amount_minor": 1_801},
        {"currency": "USD"},
    ],
    ids=str,
)
def test_every_part_of_what_is_done_is_in_the_bytes_that_are_signed(stage: Stage, other: dict[str, object]) -> None:
    subject = Subject("pay", "cus_1", "sgn_1", "chk_1.1", "payee", "dd", 1_800, "CNY")
    challenge = Challenge("pkc_1", "cus_1", "nonce", stage.clock.now())
    assert challenge.bytes_for(subject) != challenge.bytes_for(replace(subject, **other))  # type: ignore[arg-type]
    assert challenge.bytes_for(subject) != replace(challenge, nonce="n2").bytes_for(subject)


def test_a_payment_names_its_card_digest_payee_maximum_customer_and_browser(stage: Stage, phone: Device) -> None:
    card = propose(stage)
    named = Subject("pay", CUSTOMER_ID, phone.sign_in_id, card.ref, "nimbus_coffee", card.digest, 1_800, "CNY")
    assert paying(card, phone) == named


def test_at_an_address_without_passkeys_none_is_offered(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    passkeys = replace(stage.usual.passkeys, authenticators=WebAuthn(None))
    for origin in ("http://127.0.0.1:8000", "http://192.168.1.4:8000", "http://usual.example", "https://[::1]", "https://", "x"):
        device = Device("sgn_1", origin)
        with pytest.raises(PasskeyNotHere):
            passkeys.begin_enrolment(CUSTOMER_ID, device, "phone", PIN)
        assert passkeys.usable(CUSTOMER_ID, device) == []


@pytest.mark.parametrize(
    ("address", "origin", "name"),
    [
        ("http://localhost:8000", "http://localhost:8000", "localhost"),
        ("https://Usual.Example:443/shop", "https://usual.example", "usual.example"),
        ("https://usual.example:8443", "https://usual.example:8443", "usual.example"),
    ],
)
def test_the_origin_is_written_as_a_browser_writes_it(address: str, origin: str, name: str) -> None:
    party = relying_party(address)
    assert party is not None
    assert (party.origin, party.id) == (origin, name)
