"""The stage a recorded conversation plays on: one service with a set clock, counted ids and shops that do as they are told."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from argon2 import PasswordHasher
from dateutil.parser import isoparse

from app.base.clock import SetClock
from app.base.ids import CountedIds
from app.base.money import Money
from app.bootstrap import Outside, Usual, build, load_catalogs
from app.domain.allergen import ALLERGENS, Allergen
from app.domain.catalog import Catalog
from app.domain.checkout import ChosenOption, Draft, DraftLine
from app.domain.names import Names
from app.replay.full_disk import fill_up, make_room
from app.replay.script import Event, Guarded, PastOrder, Script, ScriptBroken
from app.service.accounts import NewCustomer
from app.service.checkout import Asked
from app.service.lexicons import Lexicons
from app.service.ports import Answer, Placement, Reader
from app.settings import load_settings

CUSTOMER_ID, CONVERSATION_ID = "cus_replay", "con_replay"
GUARDIAN_ID, GUARDIAN_PIN = "cus_guardian", "369147"
USERNAME, PASSWORD = "replay", "replay-password"


class _SameSalt(PasswordHasher):
    """Twice played is twice the same: what a hash is goes into the trace."""

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        return super().hash(password, salt=salt or b"of-every-replay")


# A replay proves no hash's strength; it must be fast.
WEAK_HASHER = _SameSalt(time_cost=1, memory_cost=8, parallelism=1)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
# Frozen, so every stage of a process can share them.
LEXICONS = Lexicons()
STARTING_FUNDS_KEY = "starting-funds"


@dataclass
class Stage:
    """The service under replay, and the means to make things happen around it."""

    usual: Usual
    clock: SetClock
    placed_before: frozenset[str] = frozenset()

    def happen(self, event: Event) -> None:
        if event.passes is not None:
            self.clock.advance(_duration(event.passes))
        if event.until is not None:
            self.clock.set(_moment(event.until))
        self._shops(event)
        if event.final:
            self._final({ref: Money.parse(amount) for ref, amount in event.final.items()})
        for product_id, quantity in event.lacks.items():
            newest = self.usual.records.orders(CUSTOMER_ID, 1)
            for order in newest:
                self.usual.merchants.lacks(order.id, product_id, int(quantity))
        if event.merchant is not None:
            self._merchant(event.merchant)
        if event.guardian is not None:
            self._guardian(event.guardian)
        if event.worker is not None:
            self.usual.payments.payments.settle_stranded()
            while self.usual.runs.look():
                pass
            self.usual.tracking.follow()
            self.usual.refunds.settle_asked()
            self.usual.settlements.close_due()
        if event.database is not None:
            self._database(event.database)

    def _shops(self, event: Event) -> None:
        for ref, price in event.price.items():
            self._offer(ref, price=Money.parse(price))
        for ref, stock in event.stock.items():
            self._offer(ref, stock=int(stock))
        for ref, text in event.description.items():
            self._offer(ref, description=Names((text,), (text,)))
        for ref, amount in event.coupon.items():
            self._coupon(ref, Money.parse(amount))
        if event.closes is not None:
            catalog = self._catalog(event.closes)
            self.usual.merchants.offer(replace(catalog, merchant=replace(catalog.merchant, hours=())))

    def _coupon(self, ref: str, amount: Money) -> None:
        merchant_id, _, coupon_id = ref.partition(".")
        catalog = self._catalog(merchant_id)
        coupons = tuple(replace(c, amount=amount, percent=None) if c.id == coupon_id else c for c in catalog.coupons)
        self.usual.merchants.offer(replace(catalog, coupons=coupons))

    def _offer(self, ref: str, **changes: object) -> None:
        merchant_id, _, product_id = ref.partition(".")
        catalog = self._catalog(merchant_id)
        product = catalog.products.get(product_id)
        if product is None:
            raise ScriptBroken(file="event", faults=f"there is no product {ref}")
        products = {**catalog.products, product_id: replace(product, **changes)}  # type: ignore[arg-type]
        self.usual.merchants.offer(replace(catalog, products=products))

    def _catalog(self, merchant_id: str) -> Catalog:
        catalog = self.usual.merchants.catalogs().get(merchant_id)
        if catalog is None:
            raise ScriptBroken(file="event", faults=f"there is no merchant {merchant_id}")
        return catalog

    def _final(self, finals: Mapping[str, Money]) -> None:
        """What the next orders of these merchants come to, where their cards show an estimate."""
        self.usual.merchants.script = lambda order: (
            Placement("accepted", final=finals[order.merchant_id]) if order.merchant_id in finals else None
        )

    def _merchant(self, behaviour: str) -> None:
        merchants = self.usual.merchants
        if behaviour == "declines":
            merchants.script = lambda _: Placement("rejected", "declined")
        elif behaviour == "is silent":
            merchants.is_answering = False
        elif behaviour == "refuses refunds":
            merchants.claims = lambda _: Answer("refused", "declined")
        elif behaviour == "calls back twice":
            for _ in range(2):
                self.usual.payments.payments.settle_stranded()
        else:
            merchants.script = lambda _: None
            merchants.claims = lambda _: None
            merchants.is_answering = True

    def _guardian(self, answer: str) -> None:
        """The guardian's answer to all that waits for it."""
        guardians = self.usual.guardians.guardians
        for request in guardians.waiting(GUARDIAN_ID):
            if answer == "approves":
                guardians.approve(GUARDIAN_ID, request.id, GUARDIAN_PIN)
            else:
                guardians.decline(GUARDIAN_ID, request.id)

    def _database(self, behaviour: str) -> None:
        (fill_up if behaviour == "fills up" else make_room)(self.usual.database)


@contextmanager
def in_a_file(folder: Path) -> Iterator[str]:
    """The URL of a new database for one stage."""
    yield f"sqlite:///{folder / 'usual.db'}"


new_database: Callable[[Path], AbstractContextManager[str]] = in_a_file


@contextmanager
def staged(script: Script, reader: Reader | None = None, catalog_dir: Path | None = None) -> Iterator[Stage]:
    """Set the stage for a script, and clear it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="usual-replay-") as folder, new_database(Path(folder)) as database_url:
        clock = SetClock(_moment(script.clock))
        settings = load_settings(
            {
                "USUAL_MODE": "production",
                "USUAL_PUBLIC_URL": "http://localhost:8000",
                "USUAL_SECRET": "a-replay-has-no-secrets-worth-keeping",
                "USUAL_VAR_DIR": folder,
                "USUAL_DATABASE_URL": database_url,
                "USUAL_MERCHANT_MINUTE_SECONDS": "60",
            }
        )
        catalogs = _catalogs(catalog_dir or settings.catalog_dir)
        usual = build(settings, Outside(clock, CountedIds(clock), catalogs, reader, LEXICONS, WEAK_HASHER))
        try:
            stage = Stage(usual, clock)
            _prepare(stage, script)
            yield stage
        finally:
            usual.close()


@cache
def _catalogs(folder: Path) -> Mapping[str, Catalog]:
    return load_catalogs(folder)


def _prepare(stage: Stage, script: Script) -> None:
    person, usual, start = script.customer, stage.usual, stage.clock.now()
    unknown = set(person.allergens) - set(ALLERGENS)
    if unknown:
        raise ScriptBroken(file=script.title, faults=f"no such allergens: {', '.join(sorted(unknown))}")
    usual.accounts.open(
        NewCustomer(
            id=CUSTOMER_ID,
            username=USERNAME,
            password=PASSWORD,
            display_name=person.name,
            lang=person.lang,
            zone=person.zone,
            phones=tuple(person.phones.items()),
            addresses=tuple(person.addresses.items()),
            allergens=frozenset(cast(list[Allergen], person.allergens)),
        )
    )
    funds = Money.parse(person.wallet)
    if person.bound or script.history:
        usual.wallets.wallets.bind(CUSTOMER_ID, consent=True, pin=person.pin)
        _live_through(stage, script.history, person.pin)
        stage.clock.set(start)
        wallet = usual.records.wallet(CUSTOMER_ID)
        missing = funds.minus(wallet.available) if wallet else funds
        if missing.minor > 0:
            usual.wallets.deposit(CUSTOMER_ID, missing.minor, person.pin, STARTING_FUNDS_KEY, "en")
    if person.guardian is not None:
        _put_under_guardian(usual, person.guardian)
    for campaign in person.claims:
        usual.campaigns.claim(CUSTOMER_ID, campaign)
    if script.before is not None:
        stage.happen(script.before)
    stage.placed_before = frozenset(order.id for order in usual.records.orders(CUSTOMER_ID, 1_000))


def _put_under_guardian(usual: Usual, guarded: Guarded) -> None:
    usual.accounts.open(NewCustomer(GUARDIAN_ID, "guardian", PASSWORD, "Mum", "en"))
    usual.wallets.wallets.bind(GUARDIAN_ID, consent=True, pin=GUARDIAN_PIN)
    usual.guardians.guardians.begin(CUSTOMER_ID, GUARDIAN_ID, Money.parse(guarded.daily), frozenset(guarded.blocked))


def _live_through(stage: Stage, history: list[PastOrder], pin: str) -> None:
    usual = stage.usual
    for number, past in enumerate(history):
        stage.clock.set(_moment(past.at))
        lines = tuple(
            DraftLine(f"line_{n}", line.product, line.quantity, tuple(ChosenOption(g, o) for g, o in line.options.items()))
            for n, line in enumerate(past.lines, start=1)
        )
        customer = usual.customer(CUSTOMER_ID)
        checkout = usual.checkouts.propose(customer, Draft(past.merchant, lines), Asked("history", "history"))
        if not checkout.totals.total.is_zero:
            usual.wallets.deposit(CUSTOMER_ID, checkout.totals.total.minor, pin, f"history-{number}", "en")
        usual.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, pin, "en")


def _moment(text: str) -> datetime:
    moment = isoparse(text)
    if moment.tzinfo is None:
        raise ScriptBroken(file="clock", faults=f"{text} needs a UTC offset")
    return moment.astimezone(UTC)


def _duration(text: str) -> timedelta:
    parts = re.fullmatch(r"(\d+)([smhd])", text)
    if parts is None:
        raise ScriptBroken(file="event", faults=f"{text} is no duration such as 6m or 2h")
    return timedelta(seconds=int(parts[1]) * UNITS[parts[2]])
