"""The close of a day, posted: the fee to the platform, the rest to the merchant's bank, once."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain import postings
from app.domain.ledger import Transfer, merchant_account
from app.domain.settlement import SettledTransfer, Settlement
from app.domain.trace import TraceEvent
from app.service.seals import moved
from app.service.units import Insert, Unit, Writer, fingerprint
from app.service.webhooks import Outbox


@dataclass(frozen=True, slots=True)
class Payouts:
    """Idempotent by merchant and day; a transfer that another settlement has counted makes the unit fail."""

    writer: Writer
    outbox: Outbox

    def pay_out(self, settlement: Settlement, counted: Iterable[Transfer]) -> None:
        """Raises KeyReused, GuardFailed."""
        facts: dict[str, str | int] = {
            "day": settlement.day.isoformat(),
            "net": settlement.net.minor,
            "fee": settlement.fee.minor,
            "payout": settlement.payout.minor,
            "currency": settlement.net.currency,
        }
        ids, posted = [transfer.id for transfer in counted], postings.payout(settlement)
        closed = {"settlement": settlement.id, **facts, **moved(posted)}
        self.writer.commit(
            Unit(
                key=f"settle:{settlement.merchant_id}:{settlement.day.isoformat()}",
                fingerprint=fingerprint(settlement.net.minor, settlement.fee.minor, *sorted(ids)),
                at=settlement.at,
                inserts=(
                    Insert(settlement),
                    *(Insert(SettledTransfer(transfer_id, settlement.id)) for transfer_id in ids),
                    *map(Insert, posted),
                    *self.outbox.telling("settlement.closed", settlement.merchant_id, settlement.id, settlement.at, **facts),
                ),
                # A merchant has a chain as a customer has: what was paid out to it is held to it.
                trace=(TraceEvent(merchant_account(settlement.merchant_id), "day_closed", closed, settlement.at),),
            )
        )
