"""A coupon in the customer's words: what it takes off on what, and until when."""

from datetime import datetime

from app.base.clock import local
from app.dialogue.wording import say
from app.domain.catalog import Catalog
from app.domain.coupon import Coupon
from app.domain.names import Lang

ON_WHAT_MAX = 3


def takes_off(coupon: Coupon, catalog: Catalog, lang: Lang) -> str:
    """ "¥12.00 off rides from ¥15.00", "100% off one order, up to ¥30.00"."""
    on = _on_what(coupon, catalog, lang)
    if coupon.amount is not None:
        off = say(lang, "errands.takes_off.amount", {"amount": coupon.amount, "on": on})
    elif coupon.cap is None:
        off = say(lang, "errands.takes_off.percent", {"part": _part(coupon, lang), "on": on})
    elif coupon.percent == 100:
        off = say(lang, "errands.takes_off.free", {"cap": coupon.cap, "on": on})
    else:
        off = say(lang, "errands.takes_off.percent_capped", {"part": _part(coupon, lang), "cap": coupon.cap, "on": on})
    return off if coupon.minimum.is_zero else say(lang, "errands.takes_off.from", {"off": off, "minimum": coupon.minimum})


def day(moment: datetime, zone: str, lang: Lang) -> str:
    at = local(moment, zone)
    return f"{at.day} {at:%b %Y %H:%M}" if lang == "en" else f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _part(coupon: Coupon, lang: Lang) -> str:
    """Ten per cent off is 10% in English and 9折 in Chinese, fifteen 8.5折."""
    left = 100 - (coupon.percent or 0)
    if lang == "en":
        return f"{coupon.percent or 0}%"
    return f"{left // 10}折" if left % 10 == 0 else f"{left // 10}.{left % 10}折"


def _on_what(coupon: Coupon, catalog: Catalog, lang: Lang) -> str:
    joined = ", " if lang == "en" else "、"
    named = [c.names.display(lang) for c in catalog.categories if c.id in coupon.categories]
    named += [catalog.products[p].names.display(lang) for p in sorted(coupon.product_ids) if p in catalog.products]
    if len(named) > ON_WHAT_MAX:
        named = [*named[:ON_WHAT_MAX], "…"]
    return joined.join(named) or say(lang, "errands.takes_off.anything")
