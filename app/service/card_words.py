"""A checkout's parts in the customer's words: lines, arithmetic, when and where, terms."""

from collections.abc import Iterable
from datetime import datetime

from app.base.clock import local
from app.dialogue.wording import say, wording
from app.domain.allergen import AllergenConflict
from app.domain.catalog import Product
from app.domain.checkout import CheckoutSession, Fulfilment, LineItem, LineOption
from app.domain.coupon import Coupon
from app.domain.names import Lang
from app.domain.order import Order
from app.service.card_views import ChipView
from app.service.coupon_words import discount_row
from app.service.views import AmountRow, LineView

KILOGRAM = 1_000


def line_view(
    line: LineItem, product: Product | None, lang: Lang, marked: str | None = None, preferred: frozenset[str] = frozenset()
) -> LineView:
    """`product`: as the catalogue has it now. `preferred`: the options, each as group.option, from the customer's preferences."""
    options = tuple(ChipView(_option(option, lang, preferred), option.group_id) for option in line.options if not option.is_default)
    if line.unit is not None:
        options = (ChipView(say(lang, f"card.{line.unit}s", {"count": line.quantity})), *options)
    return LineView(
        id=line.id,
        name=line.names.display(lang) if line.grams is None else f"{line.names.display(lang)}, {weight(line.grams, lang)}",
        quantity=line.quantity,
        options=options,
        total=str(line.total),
        note=say(lang, "card.note", {"note": line.note}) if line.note else None,
        badge=marked or (say(lang, "card.suggested") if line.suggested else None),
        picture=line.category,
        has_options=product is not None and bool(product.group_ids),
        quantity_max=product.max_quantity if product else None,
    )


def _option(option: LineOption, lang: Lang, preferred: frozenset[str]) -> str:
    name = option.names.display(lang)
    if f"{option.group_id}.{option.option_id}" in preferred:
        name = say(lang, "memory.preferred", {"option": name})
    return name if option.count == 1 else f"{name} × {option.count}"


def weight(grams: int, lang: Lang) -> str:
    if grams >= KILOGRAM:
        return say(lang, "card.kilograms", {"kg": f"{grams // KILOGRAM}.{grams % KILOGRAM // 10:02}"})
    return say(lang, "card.grams", {"grams": grams})


def badge(line: LineItem, conflicts: Iterable[AllergenConflict], lang: Lang) -> str | None:
    mine = [say(lang, f"allergen.{c.allergen}") for c in conflicts if c.line_id == line.id]
    return ", ".join(mine) or None


def amount_rows(
    checkout: CheckoutSession, lang: Lang, order: Order | None = None, coupons: Iterable[Coupon] = ()
) -> Iterable[AmountRow]:
    """The arithmetic, with the rules of the `coupons` that are known.

    For an estimate also the most that can be taken, or what was taken once `order` is settled.
    """
    totals = checkout.totals
    yield AmountRow("goods", say(lang, "card.row.estimate" if totals.is_estimate else "card.row.goods"), str(totals.goods))
    if not totals.fee.is_zero:
        yield AmountRow("fee", say(lang, "card.row.fee", {"fulfilment": checkout.fulfilment.names}), str(totals.fee))
    for coupon in checkout.coupons:
        yield discount_row(coupon, checkout, coupons, lang)
    if not totals.is_estimate:
        yield AmountRow("total", say(lang, "card.row.total"), str(totals.total))
    elif order is not None and order.settled_at is not None:
        yield AmountRow("held", say(lang, "card.row.held"), str(totals.maximum))
        yield AmountRow("total", say(lang, "card.row.final"), str(order.total))
    else:
        yield AmountRow("held", say(lang, "card.row.about"), str(totals.total))
        yield AmountRow("total", say(lang, "card.row.maximum"), str(totals.maximum))


def eta(fulfilment: Fulfilment, lang: Lang) -> str:
    """Minutes until it is there; nothing for what is booked for a day."""
    if fulfilment.kind == "booking":
        return ""
    shortest, longest = fulfilment.eta_minutes
    return say(lang, "card.eta", {"shortest": shortest, "longest": longest})


def reason(checkout: CheckoutSession, lang: Lang) -> str | None:
    draft = checkout.draft
    return say(lang, draft.reason, dict(draft.reason_params)) if draft.reason else None


def when(fulfilment: Fulfilment, customer_zone: str, lang: Lang) -> str | None:
    """When it begins, by the clock of the place, which is named where it is not the customer's."""
    if fulfilment.starts_at is None:
        return None
    return say(lang, f"card.when.{fulfilment.kind}", {"time": _clock(fulfilment, customer_zone, fulfilment.starts_at, lang)})


def terms(fulfilment: Fulfilment, customer_zone: str, now_is_past: bool, lang: Lang) -> str | None:
    """Until when it can be given back free of charge, and what is kept afterwards."""
    agreed = fulfilment.terms
    if agreed is None:
        return None
    if now_is_past:
        return say(lang, "card.terms.over", {"fee": agreed.fee}) if not agreed.fee.is_zero else say(lang, "card.terms.free")
    until = _clock(fulfilment, customer_zone, agreed.free_until, lang)
    key = "card.terms.until_free" if agreed.fee.is_zero else "card.terms.until"
    return say(lang, key, {"time": until, "fee": agreed.fee})


def _clock(fulfilment: Fulfilment, customer_zone: str, moment: datetime, lang: Lang) -> str:
    at = local(moment, fulfilment.zone)
    text = f"{at:%a %d %b %H:%M}" if lang == "en" else f"{at.month}月{at.day}日 {at:%H:%M}"
    elsewhere = at.utcoffset() != local(moment, customer_zone).utcoffset()
    return say(lang, "card.when.local", {"time": text, "city": _city(fulfilment.zone, lang)}) if elsewhere else text


def _city(zone: str, lang: Lang) -> str:
    name = zone.rpartition("/")[2]
    return wording(lang).get(f"city.{name}", name.replace("_", " "))
