"""Day close: each merchant's days, once they are over by its own clock, in their order."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from app.base.clock import Clock, local
from app.base.errors import UsualError
from app.base.ids import derived_id
from app.base.money import Money
from app.domain.catalog import Catalog
from app.domain.ledger import Transfer, merchant_account
from app.domain.settlement import Settlement, settle
from app.service.money.payout import Payouts
from app.service.ports import Merchants, Records

LOGGER = logging.getLogger("usual.settlements")


class SettlementRecords(Protocol):
    """Settlements, as of the last commit."""

    def unsettled(self, account: str) -> list[Transfer]:
        """What moved between a merchant and customers or coupons and no settlement has counted, oldest first."""
        ...

    def settlement(self, merchant_id: str, day: date) -> Settlement | None: ...
    def settlements(self, merchant_id: str | None = None) -> list[Settlement]:
        """Oldest day first."""
        ...

    def counted(self, settlement_id: str) -> list[Transfer]: ...


@dataclass(frozen=True, slots=True)
class Settlements:
    records: Records
    settlements: SettlementRecords
    merchants: Merchants
    payouts: Payouts
    clock: Clock
    # Until which day each merchant's were looked at: a day is over once.
    _looked: dict[str, date] = field(default_factory=dict)

    def close_due(self) -> int:
        """Close every day that is over; how many were."""
        closed = 0
        for catalog in self.merchants.catalogs().values():
            try:
                closed += self._close(catalog)
            except UsualError as refused:
                # Another worker was there first, or the database is away: the next round sees what is left.
                LOGGER.info("%s could not be settled: %s", catalog.merchant.id, refused.code)
        return closed

    def _close(self, catalog: Catalog) -> int:
        merchant = catalog.merchant
        today = local(self.clock.now(), merchant.zone).date()
        if self._looked.get(merchant.id) == today:
            return 0
        days: dict[date, list[Transfer]] = defaultdict(list)
        for transfer in self.settlements.unsettled(merchant_account(merchant.id)):
            days[self._open_day(merchant.id, local(transfer.at, merchant.zone).date())].append(transfer)
        over = sorted(day for day in days if day < today)
        for day in over:
            self._settle(catalog, day, days[day])
        self._looked[merchant.id] = today
        return len(over)

    def _open_day(self, merchant_id: str, day: date) -> date:
        """The day itself; of what was written after its day had been closed, the next one that is open."""
        while self.settlements.settlement(merchant_id, day) is not None:
            day += timedelta(days=1)
        return day

    def _settle(self, catalog: Catalog, day: date, counted: list[Transfer]) -> None:
        merchant = catalog.merchant
        before = self.settlements.settlements(merchant.id)
        settlement = settle(
            derived_id("set", merchant.id, day.isoformat()),
            merchant.id,
            day,
            counted,
            self._own_coupons(counted),
            merchant.fee_plan,
            before[-1].carried_out if before else Money.zero(merchant.currency),
            self.clock.now(),
        )
        self.payouts.pay_out(settlement, counted)

    def _own_coupons(self, counted: Iterable[Transfer]) -> dict[str, Money]:
        """What the merchant's own coupons took off, by order."""
        found = {}
        for order_id in {transfer.cause for transfer in counted if transfer.kind == "capture"}:
            order = self.records.order(order_id)
            checkout = self.records.checkout(order.checkout_id, order.checkout_version) if order else None
            own = [c.discount for c in checkout.coupons if c.funder == "merchant"] if checkout else []
            if own:
                found[order_id] = Money.sum(own, own[0].currency)
        return found
