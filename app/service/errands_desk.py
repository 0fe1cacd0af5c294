"""The errands desk as a view: what can be claimed, what is held, and what is over."""

from collections.abc import Iterable
from datetime import datetime

from app.dialogue.coupon_words import day, takes_off
from app.dialogue.wording import say
from app.domain.claim import Offered
from app.domain.names import Lang
from app.service.views import ShelfRow, ShelfSection, ShelfView


def errands_view(coupons: Iterable[Offered], zone: str, now: datetime, lang: Lang) -> ShelfView:
    offered = list(coupons)
    claimable = [one for one in offered if one.is_claimable]
    held = [one for one in offered if one.is_held(now)]
    # Those that were claimed are the customer's own; the others are there for everybody.
    held.sort(key=lambda one: one.claim is None)
    later = [one for one in offered if one.coupon.claim is not None and one not in claimable and one not in held]
    rows = {
        "to_claim": tuple(_to_claim(one, place, zone, lang) for place, one in enumerate(claimable, start=1)),
        "held": tuple(_held(one, zone, lang) for one in held),
        "others": tuple(_other(one, zone, now, lang) for one in later),
    }
    return ShelfView(
        id="errands",
        lang=lang,
        title=say(lang, "errands.title"),
        sections=tuple(ShelfSection(say(lang, f"errands.section.{name}"), found) for name, found in rows.items() if found),
        tap="claim",
        empty=say(lang, "errands.empty"),
        labels={name: say(lang, f"shelf.labels.{name}") for name in ("replaced", "failed")},
    )


def _facts(one: Offered, lang: Lang) -> tuple[str, ...]:
    merchant = one.catalog.merchant.names.display(lang)
    funder = say(lang, f"errands.funder.{one.coupon.funder}", {"merchant": merchant})
    return (takes_off(one.coupon, one.catalog, lang), f"{merchant} · {funder}")


def _to_claim(one: Offered, place: int, zone: str, lang: Lang) -> ShelfRow:
    window = one.coupon.claim
    until = say(lang, "errands.claim_until", {"until": day(window.ends if window else one.coupon.ends, zone, lang)})
    if window is not None and window.valid_days is not None:
        until = say(lang, "errands.then_days", {"until": until, "days": window.valid_days})
    return ShelfRow(
        key=one.campaign_id,
        title=one.coupon.names.display(lang),
        details=(*_facts(one, lang), until),
        tag=say(lang, "errands.left", {"left": f"{one.left:,}"}),
        action=say(lang, "errands.claim"),
        ordinal=place,
    )


def _held(one: Offered, zone: str, lang: Lang) -> ShelfRow:
    until = say(lang, "errands.good_until", {"until": day(one.good_until(), zone, lang)})
    uses = f"{until} · {say(lang, 'errands.uses', {'count': one.uses_left})}"
    own = one.claim is not None
    return ShelfRow(
        key=one.campaign_id,
        title=one.coupon.names.display(lang),
        details=(*_facts(one, lang), uses) if own else (f"{one.catalog.merchant.names.display(lang)} · {uses}",),
        tag=say(lang, f"errands.tag.{'claimed' if own else 'everybody'}"),
    )


def _other(one: Offered, zone: str, now: datetime, lang: Lang) -> ShelfRow:
    window = one.coupon.claim
    state: str = one.state
    if one.claim is not None:
        state = "used" if one.uses_left < 1 else "expired"
    begins = window is not None and now < window.starts and one.claim is None
    when = (say(lang, "errands.from", {"moment": day(window.starts, zone, lang)}),) if begins and window else ()
    return ShelfRow(
        key=one.campaign_id,
        title=one.coupon.names.display(lang),
        details=(*_facts(one, lang), *when),
        tag=say(lang, f"errands.tag.{state}"),
    )
