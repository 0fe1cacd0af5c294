"""Sums of what was spent, by week, approver, shop and kind of thing; each of them sums to the total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.base.clock import local
from app.base.money import Money
from app.domain.catalog import Catalog
from app.domain.names import Lang
from app.resolution.periods import midnight
from app.service.approvers import Approvers
from app.service.history_views import BarView, ShareView
from app.service.ports import Records
from app.service.wallet_ports import SpentPart
from app.service.wallet_views import SumsView

WEEKS = 12


@dataclass
class _Share:
    label: str
    picture: str
    minor: int = 0


def weeks(last: date, zone: str) -> list[datetime]:
    """When each of the last weeks up to that of `last` begins, a Monday's midnight, oldest first."""
    monday = last - timedelta(days=last.weekday())
    return [midnight(monday - timedelta(weeks=back), zone) for back in reversed(range(WEEKS))]


@dataclass(frozen=True, slots=True)
class WalletSums:
    records: Records
    catalogs: Mapping[str, Catalog]
    approvers: Approvers
    currency: str
    zone: str
    lang: Lang

    def of(self, parts: Sequence[SpentPart], begins: Sequence[datetime]) -> SumsView:
        total, spans = 0, [0] * (len(begins) + 1)
        approvers: dict[str, _Share] = {}
        merchants: dict[str, _Share] = {}
        categories: dict[str, _Share] = {}
        for part in parts:
            total += part.minor
            spans[part.span] += part.minor
            # By name: a standing order that was agreed to anew goes on under the one it had.
            name = self.approvers.name(part.approver, self.lang)
            approvers.setdefault(name, _Share(name, self.approvers.picture(part.approver))).minor += part.minor
            merchants.setdefault(part.merchant_id, _Share(self.merchant(part.merchant_id), "")).minor += part.minor
            for category, minor in self._split(part):
                categories.setdefault(category, _Share(self._category(part.merchant_id, category), category)).minor += minor
        return SumsView(
            total=self._money(total),
            total_minor=total,
            bars=self._bars(begins, spans[1:]),
            earlier_minor=spans[0],
            earlier=self._money(spans[0]),
            approvers=self._shares(approvers.values(), total),
            merchants=self._shares(merchants.values(), total),
            categories=self._shares(categories.values(), total),
        )

    def merchant(self, merchant_id: str) -> str:
        catalog = self.catalogs.get(merchant_id)
        return catalog.merchant.names.display(self.lang) if catalog else merchant_id

    def _split(self, part: SpentPart) -> list[tuple[str, int]]:
        """What was spent on each kind of thing: by what the lines came to."""
        weights = [line.unit_price.times(line.quantity).minor for line in part.lines]
        shares = Money(part.minor, self.currency).allocate(weights if sum(weights) > 0 else [1] * len(weights))
        return list(zip(self._categories(part), (share.minor for share in shares), strict=True))

    def _categories(self, part: SpentPart) -> list[str]:
        catalog = self.catalogs.get(part.merchant_id)
        products = [catalog.products.get(line.product_id) if catalog else None for line in part.lines]
        if all(product is not None for product in products):
            return [product.category for product in products if product is not None]
        # Something is not sold any more: its card knows what kind of thing it was.
        order = self.records.order(part.order_id)
        checkout = self.records.checkout(order.checkout_id, order.checkout_version) if order else None
        bought = {line.product_id: line.category for line in checkout.lines} if checkout else {}
        return [bought.get(line.product_id, "other") for line in part.lines]

    def _category(self, merchant_id: str, category_id: str) -> str:
        catalog = self.catalogs.get(merchant_id)
        found = next((c for c in catalog.categories if c.id == category_id), None) if catalog else None
        return found.names.display(self.lang) if found else category_id

    def _bars(self, begins: Sequence[datetime], minors: Sequence[int]) -> tuple[BarView, ...]:
        highest = max([*minors, 1])
        return tuple(
            BarView(f"{local(begin, self.zone):%m-%d}", self._money(minor), minor, max(0, minor) * 100 // highest)
            for begin, minor in zip(begins, minors, strict=True)
        )

    def _shares(self, shares: Iterable[_Share], total: int) -> tuple[ShareView, ...]:
        ranked = sorted(shares, key=lambda share: (-share.minor, share.label))
        return tuple(
            ShareView(
                share.label,
                self._money(share.minor),
                share.minor,
                round(100 * share.minor / total) if total > 0 else 0,
                share.picture,
            )
            for share in ranked
        )

    def _money(self, minor: int) -> str:
        return str(Money(minor, self.currency))
