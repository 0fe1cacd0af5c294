"""What was spent in a period: the ledger's captures less what was given back, by day, shop, category and who approved it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.base.clock import local
from app.base.money import Money
from app.dialogue.times import Period
from app.dialogue.wording import say, wording
from app.domain.catalog import Catalog
from app.domain.checkout import CheckoutSession
from app.domain.customer import Customer, NotFound
from app.domain.ledger import Transfer, held_account
from app.domain.names import Lang
from app.resolution.periods import before, bounds, days_of
from app.service.approvers import Approver, Approvers
from app.service.history_views import BarView, ShareView, SpendingView
from app.service.labels import labels_of
from app.service.ports import Records


@dataclass(frozen=True, slots=True)
class Spent:
    """One transfer's part in it; what was given back is negative."""

    transfer: Transfer
    minor: int
    checkout: CheckoutSession | None
    approver: Approver


def spending(
    records: Records,
    catalogs: Mapping[str, Catalog],
    approvers: Approvers,
    customer: Customer,
    period: Period,
    now: datetime,
    lang: Lang,
) -> SpendingView:
    spent = _spent(records, customer, period, now)
    wallet = records.wallet(customer.id)
    currency = wallet.available.currency if wallet else Money.zero().currency
    total = sum(one.minor for one in spent)
    earlier = sum(
        _minor(transfer, customer) for transfer in records.spent(customer.id, *bounds(before(period), now, customer.zone))
    )
    first, after = days_of(period, local(now, customer.zone).date())
    by_shop, by_category = _shares(spent, catalogs, lang)
    return SpendingView(
        lang=lang,
        title=say(lang, "spending.title", {"period": period_words(period, lang)}),
        dates=say(lang, "spending.dates", {"first": first.isoformat(), "last": (after - timedelta(days=1)).isoformat()}),
        count=say(lang, "spending.orders", {"count": len({one.transfer.cause for one in spent})}),
        total=str(Money(total, currency)),
        total_minor=total,
        previous_label=period_words(before(period), lang),
        previous=str(Money(earlier, currency)),
        bars_label=say(lang, f"spending.labels.{'by_month' if period.unit == 'year' else 'by_day'}"),
        bars=_bars(spent, period, first, after, customer.zone, currency) if period.unit != "day" else (),
        shops=_as_shares(by_shop, total, currency),
        categories=_as_shares(by_category, total, currency),
        approvers=_as_shares(_by_approver(spent, approvers, lang), total, currency),
        labels=labels_of("spending", lang),
    )


def period_words(period: Period, lang: Lang) -> str:
    key = f"period.{period.unit}_{period.back}" if period.back else f"period.{period.unit}"
    return wording(lang).get(key) or say(lang, f"period.{period.unit}_before")


def _spent(records: Records, customer: Customer, period: Period, now: datetime) -> list[Spent]:
    found = []
    for transfer in records.spent(customer.id, *bounds(period, now, customer.zone)):
        order = records.order(transfer.cause)
        checkout = records.checkout(order.checkout_id, order.checkout_version) if order else None
        found.append(Spent(transfer, _minor(transfer, customer), checkout, approver_of(records, transfer.cause)))
    return found


def _minor(transfer: Transfer, customer: Customer) -> int:
    return transfer.amount.minor if transfer.source == held_account(customer.id) else -transfer.amount.minor


def approver_of(records: Records, order_id: str) -> Approver:
    authorisation = records.authorisation(order_id)
    approval = records.approval(authorisation.approval_id) if authorisation else None
    if authorisation is None or approval is None:
        raise NotFound(what=order_id)
    return Approver(approval.method, approval.agent_id, authorisation.mandate_id)


def _bars(spent: Iterable[Spent], period: Period, first: date, after: date, zone: str, currency: str) -> tuple[BarView, ...]:
    """One for each day, for a year one for each month."""
    by_month = period.unit == "year"
    size = 7 if by_month else 10
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    sums = dict.fromkeys((day.isoformat()[:size] for day in days), 0)
    for one in spent:
        sums[local(one.transfer.at, zone).date().isoformat()[:size]] += one.minor
    highest = max([*sums.values(), 1])
    return tuple(
        BarView(day[5:], str(Money(minor, currency)), minor, max(0, minor) * 100 // highest) for day, minor in sums.items()
    )


_Sums = dict[str, tuple[int, str, str]]


def _shares(spent: Iterable[Spent], catalogs: Mapping[str, Catalog], lang: Lang) -> tuple[_Sums, _Sums]:
    """By shop and by category: minor units, name, picture. A paid order's amount is split over its lines by what they came to."""
    shops: _Sums = {}
    categories: _Sums = {}
    for one in spent:
        checkout = one.checkout
        if checkout is None:
            continue
        _add(shops, checkout.merchant_id, one.minor, checkout.payee.display(lang), checkout.lines[0].category)
        weights = [line.total.minor for line in checkout.lines]
        parts = Money(abs(one.minor)).allocate(weights if sum(weights) > 0 else [1] * len(weights))
        for line, part in zip(checkout.lines, parts, strict=True):
            name = _category(catalogs.get(checkout.merchant_id), line.category, lang)
            _add(categories, line.category, part.minor if one.minor > 0 else -part.minor, name, line.category)
    return shops, categories


def _by_approver(spent: Iterable[Spent], approvers: Approvers, lang: Lang) -> _Sums:
    """By name: a standing order that was agreed to anew goes on under the one it had."""
    sums: _Sums = {}
    for one in spent:
        name = approvers.name(one.approver, lang)
        _add(sums, name, one.minor, name, approvers.picture(one.approver))
    return sums


def _add(sums: _Sums, key: str, minor: int, name: str, picture: str) -> None:
    sums[key] = (sums.get(key, (0, "", ""))[0] + minor, name, picture)


def _category(catalog: Catalog | None, category_id: str, lang: Lang) -> str:
    found = next((c for c in catalog.categories if c.id == category_id), None) if catalog else None
    return found.names.display(lang) if found else category_id


def _as_shares(sums: _Sums, total: int, currency: str) -> tuple[ShareView, ...]:
    ranked: Sequence[tuple[int, str, str]] = sorted(sums.values(), key=lambda part: (-part[0], part[1]))
    return tuple(
        ShareView(name, str(Money(minor, currency)), minor, round(100 * minor / total) if total > 0 else 0, picture)
        for minor, name, picture in ranked
    )
