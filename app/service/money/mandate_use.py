"""One use of a mandate: checked by its constraints, and guarded again in the unit that pays."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.base.money import Money
from app.domain.mandate import Attempt, ConstraintName, Mandate, MandateExceeded, MandateInactive, cap_windows, check_use
from app.domain.trace import TraceEvent
from app.service.mandate_ports import MandateRecords
from app.service.units import Cap, Change, Unit


@dataclass(frozen=True, slots=True)
class MandateUses:
    records: MandateRecords

    def guarded(self, mandate: Mandate, attempt: Attempt) -> Unit:
        """What has to hold, in the same unit, for the mandate to approve the attempt: its row as it was read, and its caps.

        Raises MandateInactive, MandateExceeded.
        """
        check_use(mandate, attempt, self._used(mandate, attempt))
        wanted = attempt.checkout.totals.maximum
        return Unit(
            key=f"use:{mandate.id}:{attempt.checkout.id}",
            fingerprint=attempt.checkout.digest,
            at=attempt.at,
            changes=(
                # Touching the row keeps any other use, narrowing and revoking waiting until this one is written.
                Change(
                    Mandate,
                    mandate.id,
                    expect={"state": "active", "version": mandate.version},
                    put={"used_at": attempt.at},
                    refusal=MandateInactive(constraint="state", state="changed"),
                ),
            ),
            caps=tuple(
                Cap(
                    mandate.id,
                    window.since,
                    wanted,
                    window.limit,
                    MandateExceeded(constraint=window.name, limit=window.limit, wanted=wanted),
                )
                for window in cap_windows(mandate.constraints, attempt.at)
            ),
            trace=(
                TraceEvent(
                    mandate.customer_id,
                    "mandate_used",
                    {"mandate": mandate.ref, "agent": attempt.agent_id, "checkout": attempt.checkout.ref},
                    attempt.at,
                ),
            ),
        )

    def _used(self, mandate: Mandate, attempt: Attempt) -> Mapping[ConstraintName, Money]:
        currency = mandate.constraints.currency
        return {
            window.name: Money(self.records.mandate_used(mandate.id, window.since), currency)
            for window in cap_windows(mandate.constraints, attempt.at)
        }
