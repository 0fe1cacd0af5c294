"""The demo of one menu: the demo's two customers, the first with three weeks of orders made from that menu.

As in the house's own demo, every order is quoted, approved, held and captured by the service under a clock that walks.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.base.clock import Clock, SetClock, local
from app.base.errors import UsualError
from app.base.money import Money
from app.demo import CUSTOMERS, DEMO, DEMO_ID
from app.domain.catalog import Catalog, Product
from app.domain.checkout import ChosenOption, Draft, DraftLine
from app.domain.names import LANGS, Lang
from app.service.checkout import Asked

if TYPE_CHECKING:
    from app.bootstrap import Usual

DAYS = 21
BALANCE_KEPT = Money(30_000)
FAVOURITES_MAX = 3
# Every so many days: the usual most often, the others now and then.
RHYTHM = (1, 4, 6)
HOURS_TRIED = (8, 9, 11, 12, 15, 18, 20)
UNITS_TRIED_MAX = 5


def seed_from_menu(build: "Callable[[Clock], Usual]", clock: Clock) -> None:
    """Open the accounts and live through the three weeks up to now."""
    today = clock.now()
    walking = SetClock(today - timedelta(days=DAYS))
    usual = build(walking)
    try:
        for customer in CUSTOMERS:
            usual.accounts.open(customer)
        usual.wallets.wallets.bind(DEMO_ID, consent=True, pin=DEMO.pin)
        for moment, draft in sorted(_history(usual, today), key=lambda bought: bought[0]):
            walking.set(moment)
            _buy(usual, draft, f"menu-{moment:%Y%m%d%H%M}")
        walking.set(max(today - timedelta(hours=1), walking.now()))
        _fund(usual, BALANCE_KEPT, "menu-last")
    finally:
        usual.close()


def favourites(catalog: Catalog) -> list[Product]:
    """What a customer of this shop would order again: the popular, in the menu's order where nothing is said of it."""
    goods = [p for p in catalog.products.values() if not p.irreversible and p.stock != 0]
    return sorted(goods, key=lambda product: -product.popularity)[:FAVOURITES_MAX]


def first_words(catalogs: list[Catalog]) -> dict[Lang, tuple[str, ...]]:
    """What an empty chat offers to say: the usual, and two things from the menu."""
    products = [product for catalog in catalogs for product in favourites(catalog)][1:3]
    usual = {"en": "the usual", "zh": "老样子"}
    return {lang: (usual[lang], *(product.names.display(lang) for product in products)) for lang in LANGS}


def _history(usual: "Usual", today: datetime) -> Iterator[tuple[datetime, Draft]]:
    for catalog in usual.merchants.catalogs().values():
        for product, every in zip(favourites(catalog), RHYTHM, strict=False):
            for ago in range(1, DAYS, every):
                moment = _opening(catalog, product, today - timedelta(days=ago))
                if moment is not None:
                    yield moment, _draft(catalog, product)


def _opening(catalog: Catalog, product: Product, day: datetime) -> datetime | None:
    """A time of that day at which the product is sold."""
    wall = local(day, catalog.merchant.zone).replace(minute=5, second=0, microsecond=0)
    return next((moment for hour in HOURS_TRIED if catalog.sells(product, moment := wall.replace(hour=hour))), None)


def _draft(catalog: Catalog, product: Product, units: int = 1) -> Draft:
    required = (group for group in catalog.groups_of(product) if group.is_required)
    options = tuple(ChosenOption(group.id, option.id) for group in required for option in group.options[: group.min])
    pickup = next((way.id for way in catalog.merchant.fulfilment if way.kind == "pickup"), None)
    return Draft(catalog.merchant.id, (DraftLine("line_1", product.id, units, options),), pickup)


def _buy(usual: "Usual", draft: Draft, key: str) -> None:
    catalog = usual.merchants.catalogs()[draft.merchant_id]
    product = catalog.products[draft.lines[0].product_id]
    customer = usual.customer(DEMO_ID)
    # More of it where the shop has a smallest order; what can't be had at all is no part of the history.
    for units in range(1, UNITS_TRIED_MAX + 1):
        try:
            checkout = usual.checkouts.propose(customer, _draft(catalog, product, units), Asked("seed", "seed"))
            _fund(usual, checkout.totals.total, key)
            usual.payments.pay(DEMO_ID, checkout.id, checkout.version, DEMO.pin, "en")
        except UsualError:
            continue
        return


def _fund(usual: "Usual", floor: Money, key: str) -> None:
    wallet = usual.records.wallet(DEMO_ID)
    if wallet is not None and not wallet.available.covers(floor):
        usual.wallets.deposit(DEMO_ID, floor.minus(wallet.available).minor, DEMO.pin, key, "en")
