"""Agreeing to terms: with the PIN, or with what a passkey signed for exactly those; it is used in the unit that agrees."""

from dataclasses import dataclass

from app.domain.consent import Consent
from app.domain.mandate import GrantMethod
from app.domain.passkey import Assertion
from app.service.passkeys import Passkeys
from app.service.step_up import StepUp
from app.service.units import Unit

# A PIN, or what a passkey signed for this very card or these very terms.
Evidence = str | Assertion


@dataclass(frozen=True, slots=True)
class Consents:
    step_up: StepUp
    passkeys: Passkeys

    def allow(self, consent: Consent, evidence: Evidence, unit: Unit) -> None:
        """Save what the evidence allows. It is used whatever is wrong with the unit.

        Raises what `StepUp.check_pin` or `Passkeys.check_consent` raises, and what the unit's guards refuse.
        """
        if isinstance(evidence, Assertion):
            accepted = self.passkeys.check_consent(consent, evidence)
        else:
            accepted = self.step_up.check_pin(consent.customer_id, evidence)
        self.step_up.save(accepted, unit)


def method_of(evidence: Evidence) -> GrantMethod:
    return "passkey" if isinstance(evidence, Assertion) else "pin"
