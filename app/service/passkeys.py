"""Passkeys: enrolled and removed with the PIN; what one signs allows exactly the card or terms that it was asked about, once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.base.clock import Clock, local
from app.base.ids import Ids
from app.domain.checkout import CheckoutChanged, CheckoutClosed, CheckoutExpired, CheckoutSession
from app.domain.consent import Consent
from app.domain.customer import NotFound
from app.domain.passkey import (
    PER_CUSTOMER_MAX,
    Assertion,
    Challenge,
    Device,
    Passkey,
    PasskeyCloned,
    PasskeyKnown,
    PasskeyLocked,
    PasskeyMissing,
    PasskeyNotHere,
    PasskeyRefused,
    PasskeysTooMany,
    PasskeyTooLate,
    Subject,
    agreeing,
    enrolling,
    fit_name,
    paying,
)
from app.domain.trace import TraceEvent
from app.service.attempts import Limit
from app.service.passkey_ports import Authenticators, Options, PasskeyRecords
from app.service.ports import Records
from app.service.step_up import StepUp
from app.service.units import Change, Insert, Removal, Unit, Writer

PASSKEY_LIMIT = Limit("passkey", tries_max=5, lock_seconds=15 * 60)
CHALLENGE_TTL_SECONDS = 180
# Cards that may be asked about side by side; the oldest challenge beyond it can't be answered any more.
OPEN_MAX = 8


@dataclass(frozen=True, slots=True)
class Begun:
    """A challenge, and what the browser hands to its authenticator."""

    challenge_id: str
    options: Options


@dataclass(frozen=True, slots=True)
class ListedPasskey:
    """For its customer to read; the days are theirs."""

    id: str
    name: str
    added: date
    used: date | None
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Passkeys:
    records: Records
    passkeys: PasskeyRecords
    authenticators: Authenticators
    step_up: StepUp
    writer: Writer
    clock: Clock
    ids: Ids

    def of(self, customer_id: str) -> list[Passkey]:
        return self.passkeys.passkeys(customer_id)

    def listed(self, customer_id: str) -> list[ListedPasskey]:
        """Raises NotFound."""
        customer = self.records.customer(customer_id)
        if customer is None:
            raise NotFound(what=customer_id)

        def day(moment: datetime) -> date:
            return local(moment, customer.zone).date()

        return [
            ListedPasskey(one.id, one.name, day(one.at), day(one.used_at) if one.used_at else None, one.state == "blocked")
            for one in self.of(customer_id)
        ]

    def usable(self, customer_id: str, device: Device) -> list[Passkey]:
        """Those that may pay at this address: none where a browser gives none."""
        try:
            self.authenticators.relying_party(device.origin)
        except PasskeyNotHere:
            return []
        return [passkey for passkey in self.of(customer_id) if passkey.state == "active"]

    def begin_enrolment(self, customer_id: str, device: Device, name: str, pin: str) -> Begun:
        """Raises PasskeyNameUnfit, PasskeyNotHere, NotFound, PasskeysTooMany, PinLocked, PinWrong."""
        # A device must not make a key that can't be kept.
        fit_name(name)
        party = self.authenticators.relying_party(device.origin)
        customer, known = self.records.customer(customer_id), self.of(customer_id)
        if customer is None:
            raise NotFound(what=customer_id)
        if len(known) >= PER_CUSTOMER_MAX:
            raise PasskeysTooMany(maximum=PER_CUSTOMER_MAX)
        challenge, unit = self._challenge(customer_id)
        self.step_up.allow(customer_id, pin, unit)
        asked = challenge.bytes_for(enrolling(customer_id, device))
        return Begun(challenge.id, self.authenticators.to_make(party, customer, asked, known))

    def finish_enrolment(self, customer_id: str, answer: Assertion, name: str) -> Passkey:
        """Take the key that the device made, as the one of this name.

        Raises PasskeyNameUnfit, PasskeyNotHere, PasskeyRefused, PasskeyTooLate, PasskeysTooMany, PasskeyUnfit, PasskeyKnown.
        """
        called = fit_name(name)
        party = self.authenticators.relying_party(answer.device.origin)
        challenge = self._open_challenge(answer.challenge_id)
        if len(self.of(customer_id)) >= PER_CUSTOMER_MAX:
            raise PasskeysTooMany(maximum=PER_CUSTOMER_MAX)
        asked = challenge.bytes_for(enrolling(customer_id, answer.device))
        made = self.authenticators.made(party, asked, answer.credential)
        now = self.clock.now()
        passkey = Passkey(self.ids.new("pky"), customer_id, made.credential_id, made.public_key, made.sign_count, called, now)
        self.writer.commit(
            Unit(
                key=f"passkey:{challenge.id}",
                fingerprint=passkey.id,
                at=now,
                changes=(self._using(challenge),),
                inserts=(Insert(passkey, PasskeyKnown()),),
                trace=(TraceEvent(customer_id, "passkey_enrolled", {"passkey": passkey.id}, now),),
            )
        )
        return passkey

    def remove(self, customer_id: str, passkey_id: str, pin: str) -> None:
        """At once: what it has signed and is not yet paid is refused as well. Raises NotFound, PinLocked, PinWrong."""
        if passkey_id not in {passkey.id for passkey in self.of(customer_id)}:
            raise NotFound(what=passkey_id)
        now = self.clock.now()
        unit = Unit(
            key=f"passkey_removed:{passkey_id}",
            fingerprint=passkey_id,
            at=now,
            removals=(Removal(Passkey, passkey_id),),
            trace=(TraceEvent(customer_id, "passkey_removed", {"passkey": passkey_id}, now),),
        )
        self.step_up.allow(customer_id, pin, unit)

    def begin_payment(self, customer_id: str, checkout_id: str, version: int, device: Device) -> Begun:
        """What the device is to sign for this version of a card.

        Raises NotFound, CheckoutChanged, CheckoutClosed, CheckoutExpired, PasskeyNotHere, PasskeyMissing.
        """
        checkout = self.records.checkout(checkout_id)
        if checkout is None or checkout.customer_id != customer_id:
            raise NotFound(what=checkout_id)
        if checkout.version != version:
            raise CheckoutChanged(total=checkout.totals.total)
        if checkout.state != "ready_for_complete":
            raise CheckoutClosed(state=checkout.state)
        if checkout.is_expired(self.clock.now()):
            raise CheckoutExpired(total=checkout.totals.total)
        return self._begin(paying(checkout, device), device)

    def begin_consent(self, consent: Consent, device: Device) -> Begun:
        """What the device is to sign to agree to these terms. Raises PasskeyNotHere, PasskeyMissing."""
        return self._begin(agreeing(consent, device), device)

    def check_payment(self, checkout: CheckoutSession, assertion: Assertion) -> Unit:
        """What is still to be saved with the payment that the passkey allows: the challenge is used, the counter moves on.

        Raises PasskeyLocked, PasskeyNotHere, PasskeyRefused, PasskeyTooLate, PasskeyCloned.
        """
        return self._check(paying(checkout, assertion.device), assertion)

    def check_consent(self, consent: Consent, assertion: Assertion) -> Unit:
        """`check_payment`, for terms."""
        return self._check(agreeing(consent, assertion.device), assertion)

    def _begin(self, subject: Subject, device: Device) -> Begun:
        party = self.authenticators.relying_party(device.origin)
        usable = self.usable(subject.customer_id, device)
        if not usable:
            raise PasskeyMissing()
        challenge, unit = self._challenge(subject.customer_id)
        self.writer.commit(unit)
        return Begun(challenge.id, self.authenticators.to_sign(party, challenge.bytes_for(subject), usable))

    def _check(self, subject: Subject, assertion: Assertion) -> Unit:
        self._count(subject.customer_id)
        party = self.authenticators.relying_party(assertion.device.origin)
        challenge = self._open_challenge(assertion.challenge_id)
        passkey = self._signer(subject.customer_id, assertion)
        asked = challenge.bytes_for(subject)
        sign_count = self.authenticators.signed(party, asked, assertion.credential, passkey.public_key)
        now = self.clock.now()
        if not passkey.has_grown(sign_count):
            self.writer.commit(self._used("passkey_cloned", challenge, passkey, {"state": "blocked"}))
            raise PasskeyCloned()
        accepted = self._used("passkey_used", challenge, passkey, {"sign_count": sign_count, "used_at": now})
        return accepted.with_all_of(self.step_up.attempts.clearing(subject.customer_id, PASSKEY_LIMIT))

    def _count(self, customer_id: str) -> None:
        counted = self.step_up.attempts.count(customer_id, PASSKEY_LIMIT)
        if counted.left is None:
            raise PasskeyLocked(minutes=-(-counted.wait_seconds // 60))

    def _signer(self, customer_id: str, assertion: Assertion) -> Passkey:
        credential_id = self.authenticators.credential_id(assertion.credential)
        for passkey in self.of(customer_id):
            if passkey.credential_id == credential_id and passkey.state == "active":
                return passkey
        raise PasskeyRefused()

    def _used(self, kind: str, challenge: Challenge, passkey: Passkey, put: dict[str, object]) -> Unit:
        """The challenge is used and the passkey changes, both still as they were seen: a replay or a removal comes too late."""
        before = {"sign_count": passkey.sign_count, "state": passkey.state}
        return Unit(
            key=f"{kind}:{challenge.id}",
            fingerprint=passkey.id,
            at=self.clock.now(),
            changes=(self._using(challenge), Change(Passkey, passkey.id, before, put, refusal=PasskeyRefused())),
            trace=(TraceEvent(passkey.customer_id, kind, {"passkey": passkey.id, "challenge": challenge.id}, self.clock.now()),),
        )

    def _using(self, challenge: Challenge) -> Change:
        return Change(Challenge, challenge.id, {"used_at": None}, {"used_at": self.clock.now()}, refusal=PasskeyRefused())

    def _open_challenge(self, challenge_id: str) -> Challenge:
        challenge = self.passkeys.challenge(challenge_id)
        if challenge is None or challenge.used_at is not None:
            raise PasskeyRefused()
        if challenge.is_expired(self.clock.now()):
            raise PasskeyTooLate()
        return challenge

    def _challenge(self, customer_id: str) -> tuple[Challenge, Unit]:
        """A new one and what saves it; those that can't be answered any more go."""
        now = self.clock.now()
        expires = now + timedelta(seconds=CHALLENGE_TTL_SECONDS)
        challenge = Challenge(self.ids.new("pkc"), customer_id, self.ids.new("nnc"), expires)
        old = self.passkeys.challenges(customer_id)
        usable = [one for one in old if one.used_at is None and not one.is_expired(now)][1 - OPEN_MAX :]
        over = tuple(Removal(Challenge, one.id) for one in old if one not in usable)
        return challenge, Unit(
            key=f"challenge:{challenge.id}", fingerprint=challenge.id, at=now, inserts=(Insert(challenge),), removals=over
        )
