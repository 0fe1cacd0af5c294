"""The demo's customers: one with half a year of history and a funded wallet, one who is new here.

The history is made by the service itself, with a clock that walks through the half-year: every order of it was quoted,
approved, held and captured like any other, so the ledger holds.
"""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.base.clock import Clock, SetClock, local
from app.base.errors import Refusal
from app.base.money import Money
from app.domain.checkout import ChosenOption, Draft, DraftLine
from app.service.accounts import NewCustomer
from app.service.checkout import Asked

if TYPE_CHECKING:
    from app.bootstrap import Usual

DAYS = 183
ZONE = "Asia/Shanghai"
FUNDED = Money(60_000)
# What is left on the first day that a person sees.
BALANCE_KEPT = Money(32_000)


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    username: str
    password: str
    pin: str


DEMO = DemoSignIn("demo", "usual-demo", "258036")
NEWCOMER = DemoSignIn("new", "usual-demo", "")
DEMO_ID, NEWCOMER_ID = "cus_demo", "cus_new"

CUSTOMERS = (
    NewCustomer(
        id=DEMO_ID,
        username=DEMO.username,
        password=DEMO.password,
        display_name="Lin Xia 林夏",
        lang="en",
        phones=(("self", "13812345678"), ("我妈/妈妈/老妈/my mum/mum/mom/my mom", "13987654321")),
        addresses=(("home/家/家里", "上海市静安区南京西路1266号12楼"), ("office/公司/work", "上海市浦东新区世纪大道100号35楼")),
    ),
    NewCustomer(
        id=NEWCOMER_ID,
        username=NEWCOMER.username,
        password=NEWCOMER.password,
        display_name="Chen Yu 陈雨",
        lang="zh",
        phones=(("self", "13700001111"),),
        addresses=(("home/家/家里", "上海市徐汇区漕溪北路88号6楼"),),
    ),
)

NIMBUS, SUNRISE, SKYLARK = "nimbus_coffee", "sunrise_breakfast", "skylark_mobile"


def _line(number: int, product_id: str, quantity: int = 1, **options: str) -> DraftLine:
    chosen = tuple(ChosenOption(group, option) for group, option in options.items())
    return DraftLine(f"line_{number}", product_id, quantity, chosen)


# The other campaigns are left to be claimed.
CLAIMED = ("starling_rides.ride_credit_12",)
MORNING_LATTE = Draft(NIMBUS, (_line(1, "latte", size="large", milk="oat", sugar="none"),))
LATTE_AND_CROISSANT = Draft(NIMBUS, (*MORNING_LATTE.lines, _line(2, "croissant")))
AFTERNOON_TEA = Draft(NIMBUS, (_line(1, "jasmine_green_tea"),))
WEEKEND_BREAKFAST = Draft(SUNRISE, (_line(1, "soy_milk", 2), _line(2, "youtiao", 2), _line(3, "tea_egg")))


def seed(build: Callable[[Clock], "Usual"], clock: Clock) -> None:
    """Open the accounts and live through the half-year up to now."""
    today = clock.now()
    walking = SetClock(today - timedelta(days=DAYS))
    usual = build(walking)
    try:
        for customer in CUSTOMERS:
            usual.accounts.open(customer)
        wallets = usual.wallets.wallets
        wallets.bind(DEMO_ID, consent=True, pin=DEMO.pin)
        for moment, draft in _history(walking.now(), today):
            walking.set(moment)
            # What was bought before has arrived by now.
            usual.tracking.follow()
            _fund(usual, Money(20_000), FUNDED, f"seed-{moment:%Y%m%d%H}")
            _buy(usual, draft)
        walking.set(max(today - timedelta(hours=1), walking.now()))
        usual.tracking.follow()
        _fund(usual, BALANCE_KEPT, BALANCE_KEPT, "seed-last")
        for campaign in CLAIMED:
            with suppress(Refusal):
                usual.campaigns.claim(DEMO_ID, campaign)
    finally:
        usual.close()


def _history(start: datetime, end: datetime) -> Sequence[tuple[datetime, Draft]]:
    """Coffee on most workday mornings, tea now and then, breakfast at weekends, a top-up each month; the same every time."""
    dice = random.Random(20260521)  # noqa: S311 - a believable history, not a secret
    own_phone = Draft(SKYLARK, (_line(1, "topup_30"),), "phone", None)
    bought: list[tuple[datetime, Draft]] = []
    day = local(start, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        if day.isoweekday() <= 5 and dice.random() < 0.82:
            draft = LATTE_AND_CROISSANT if dice.random() < 0.15 else MORNING_LATTE
            bought.append((day + timedelta(hours=8, minutes=dice.randint(5, 55)), draft))
        if day.isoweekday() <= 5 and dice.random() < 0.14:
            bought.append((day + timedelta(hours=15, minutes=dice.randint(0, 50)), AFTERNOON_TEA))
        if day.isoweekday() >= 6 and dice.random() < 0.7:
            bought.append((day + timedelta(hours=9, minutes=dice.randint(0, 50)), WEEKEND_BREAKFAST))
        if day.day == 5:
            bought.append((day + timedelta(hours=20, minutes=10), own_phone))
        day += timedelta(days=1)
    return [(moment, draft) for moment, draft in bought if start < moment < end - timedelta(hours=2)]


def _buy(usual: "Usual", draft: Draft) -> None:
    customer = usual.customer(DEMO_ID)
    if draft.merchant_id == SKYLARK:
        own = usual.records.contacts(DEMO_ID)
        contact = next(c for c in own if c.label == "self")
        draft = Draft(draft.merchant_id, draft.lines, "phone", contact.phone_ref, contact.phone_masked)
    try:
        checkout = usual.checkouts.propose(customer, draft, Asked("seed", "seed"))
    except Refusal:
        # A shop that was shut or sold out that day: no order, as in life.
        return
    usual.payments.pay(DEMO_ID, checkout.id, checkout.version, DEMO.pin, "en")


def _fund(usual: "Usual", floor: Money, up_to: Money, key: str) -> None:
    wallet = usual.records.wallet(DEMO_ID)
    if wallet is None or wallet.available.covers(floor):
        return
    missing = up_to.minus(wallet.available)
    usual.wallets.deposit(DEMO_ID, missing.minor, DEMO.pin, key, "en")
