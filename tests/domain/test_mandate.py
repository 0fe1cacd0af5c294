"""What a mandate allows: each constraint by itself, their order, what is narrower, and thousands of tries outside them."""

import random
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.base.money import Money
from app.domain.mandate import (
    Attempt,
    Constraints,
    Hours,
    Mandate,
    MandateExceeded,
    MandateInactive,
    cap_windows,
    check_use,
    is_within,
    terms_digest,
)
from app.domain.recurrence import Schedule
from tests.domain.cards import card

# Monday, half past seven in the morning in Shanghai.
AT = datetime(2026, 5, 17, 23, 30, tzinfo=UTC)
ZONE = "Asia/Shanghai"
DAILY = Schedule(rrule="FREQ=DAILY", times=(time(7, 30),), start=date(2026, 5, 1))
WIDE = Constraints(per_order=Money(5_000), zone=ZONE)
NONE = {"per_day": Money(0), "per_month": Money(0), "total": Money(0)}


def mandate(constraints: Constraints = WIDE, **more: object) -> Mandate:
    given = {"state": "active", "agent_id": "agt_1"} | more
    return Mandate(id="mdt_1", version=1, customer_id="cus", constraints=constraints, created_at=AT, **given)  # type: ignore[arg-type]


def attempt(total: int = 800, at: datetime = AT, due: datetime | None = None, agent: str = "agt_1") -> Attempt:
    return Attempt(agent, card(total), at, due)


def failed(given: Mandate, tried: Attempt, used: dict[str, Money] | None = None) -> str | None:
    try:
        check_use(given, tried, NONE | (used or {}))  # type: ignore[arg-type]
    except (MandateExceeded, MandateInactive) as refused:
        return str(refused.params["constraint"])
    return None


def test_what_is_inside_every_constraint_is_allowed() -> None:
    tight = Constraints(
        per_order=Money(800),
        zone=ZONE,
        per_day=Money(800),
        per_month=Money(800),
        total=Money(800),
        merchants=frozenset({"shop"}),
        categories=frozenset({"shop.food"}),
        products=frozenset({"shop.bun"}),
        hours=Hours(frozenset({1}), time(7), time(9)),
        schedule=DAILY,
        ends=AT + timedelta(milliseconds=1),
    )
    assert failed(mandate(tight), attempt(due=AT)) is None


OUTSIDE = {
    "ends": replace(WIDE, ends=AT),
    "merchant": replace(WIDE, merchants=frozenset({"other"})),
    "category": replace(WIDE, categories=frozenset({"shop.drinks"})),
    "product": replace(WIDE, products=frozenset({"shop.tea"})),
    "hours": replace(WIDE, hours=Hours(opens=time(8), closes=time(9))),
    "recurrence": replace(WIDE, schedule=DAILY),
    "currency": replace(WIDE, per_order=Money(5_000, "JPY")),
    "per_order": replace(WIDE, per_order=Money(799)),
    "per_day": replace(WIDE, per_day=Money(799)),
    "per_month": replace(WIDE, per_month=Money(799)),
    "total": replace(WIDE, total=Money(799)),
}


@pytest.mark.parametrize("name", list(OUTSIDE))
def test_a_refusal_names_the_constraint_that_failed(name: str) -> None:
    assert failed(mandate(OUTSIDE[name]), attempt()) == name


@pytest.mark.parametrize("state", ["proposed", "paused", "revoked"])
def test_only_an_active_mandate_allows_anything(state: str) -> None:
    assert failed(mandate(state=state), attempt()) == "state"


def test_another_agent_and_another_checkout_are_outside() -> None:
    assert failed(mandate(), attempt(agent="agt_2")) == "agent"
    assert failed(mandate(digest="0" * 64), attempt()) == "checkout"
    assert failed(mandate(digest=card(800).digest), attempt()) is None
    assert failed(replace(mandate(), customer_id="other"), attempt()) == "checkout"


def test_caps_count_what_was_used_before() -> None:
    assert failed(mandate(replace(WIDE, per_day=Money(1_600))), attempt(), {"per_day": Money(800)}) is None
    assert failed(mandate(replace(WIDE, per_day=Money(1_600))), attempt(), {"per_day": Money(801)}) == "per_day"


def test_the_first_constraint_in_the_documented_order_is_named() -> None:
    names = [
        "ends",
        "currency",
        "merchant",
        "category",
        "product",
        "hours",
        "recurrence",
        "per_order",
        "per_day",
        "per_month",
        "total",
    ]
    broken = {
        field.name: getattr(OUTSIDE[name], field.name)
        for name in names
        for field in fields(Constraints)
        if getattr(OUTSIDE[name], field.name) != getattr(WIDE, field.name) and name != "currency"
    }
    found = []
    for name in names:
        if name == "currency":
            continue
        found.append(failed(mandate(replace(WIDE, **broken)), attempt()))
        for field in fields(Constraints):
            if getattr(OUTSIDE[name], field.name) != getattr(WIDE, field.name):
                broken.pop(field.name)
    assert found == [name for name in names if name != "currency"]


def test_days_and_months_begin_at_midnight_where_the_customer_lives() -> None:
    windows = {w.name: w.since for w in cap_windows(replace(WIDE, per_day=Money(1), per_month=Money(1), total=Money(1)), AT)}
    assert windows == {
        "per_day": datetime(2026, 5, 17, 16, tzinfo=UTC),
        "per_month": datetime(2026, 4, 30, 16, tzinfo=UTC),
        "total": None,
    }


def test_hours_that_end_before_they_begin_go_past_midnight() -> None:
    night = Hours(frozenset({5}), time(22), time(2))
    friday = datetime(2026, 5, 22, 23)
    assert night.holds(friday)
    assert night.holds(friday + timedelta(hours=2))
    assert not night.holds(friday + timedelta(hours=3))
    assert not night.holds(friday - timedelta(days=1))
    assert night.within(Hours(frozenset({5, 6})))
    assert not Hours(frozenset({5})).within(night)


NARROWER = [
    replace(WIDE, per_order=Money(4_999)),
    replace(WIDE, per_day=Money(1)),
    replace(WIDE, merchants=frozenset({"shop"})),
    replace(WIDE, hours=Hours(frozenset({1}))),
    replace(WIDE, schedule=DAILY),
    replace(WIDE, ends=AT),
]


@pytest.mark.parametrize("narrower", NARROWER)
def test_less_may_be_set_at_once_and_more_may_not(narrower: Constraints) -> None:
    assert is_within(narrower, WIDE)
    assert not is_within(WIDE, narrower)


def test_another_currency_or_zone_is_never_narrower() -> None:
    assert not is_within(replace(WIDE, per_order=Money(1, "JPY")), WIDE)
    dated = replace(WIDE, per_day=Money(5))
    assert not is_within(replace(dated, zone="Asia/Tokyo"), dated)


def test_every_field_of_the_terms_is_bound_by_their_digest() -> None:
    base = terms_digest(mandate())
    assert len({base, *(terms_digest(mandate(changed)) for changed in OUTSIDE.values())}) == len(OUTSIDE) + 1
    others = (replace(mandate(), customer_id="x"), replace(mandate(), agent_id="x"), replace(mandate(), digest="x"))
    assert base not in {terms_digest(other) for other in others}


def test_ten_thousand_tries_with_at_least_one_constraint_broken_are_all_refused() -> None:
    draw = random.Random(20_260_518)
    for _ in range(10_000):
        inside = Constraints(
            per_order=Money(draw.randint(800, 10_000)),
            zone=ZONE,
            per_day=draw.choice([None, Money(draw.randint(1_600, 5_000))]),
            merchants=draw.choice([frozenset(), frozenset({"shop"}), frozenset({"shop", "other"})]),
        )
        assert failed(mandate(inside), attempt(), {"per_day": Money(800)}) is None
        changed: dict[str, object] = {}
        for name in draw.sample(sorted(OUTSIDE), draw.randint(1, 3)):
            changed |= {f.name: getattr(OUTSIDE[name], f.name) for f in fields(Constraints)
                        if getattr(OUTSIDE[name], f.name) != getattr(WIDE, f.name)}  # fmt: skip
        assert failed(mandate(replace(inside, **changed)), attempt(), {"per_day": Money(800)}) is not None  # type: ignore[arg-type]
