"""Using a certain coupon on the card, using none, or hearing what one is good for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.base.money import Money
from app.dialogue.coupon_words import day, takes_off
from app.dialogue.outcomes import Outcome, Param, Propose, Say, ShowShelf
from app.dialogue.reading import Slots, TextValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.domain.claim import Offered
from app.domain.coupon import Goods, best_coupons
from app.lookup.text import fold
from app.resolution.coupons import named_coupons
from app.skills.world import World

SPEC = SkillSpec(
    name="coupon",
    description="Use a coupon that the customer names on the order, or use no coupon on it.",
    slots=(SlotSpec("words", "whole", "which coupon, in the customer's words, or that none is to be used"),),
    cues=(
        "use that coupon", "use the coupon", "use this coupon", "use my coupon", "use a coupon", "apply the coupon", "that coupon",
        "the coupon", "free order card", "the free order card", "that free order card", "use that free order card",
        "use the free order card", "use my free order card", "free order", "ride credit", "use the ride credit", "use my ride credit",
        "the ride credit", "first cup coupon", "use the first cup coupon", "without the coupon", "without coupon", "without coupons",
        "no coupon", "no coupons", "don't use the coupon", "don't use a coupon", "remove the coupon", "take off the coupon",
        "best coupon", "use the best coupon", "what is the coupon good for",
        "免单卡", "免单券", "用那个免单卡", "用免单卡", "用券", "用优惠券", "用那个券", "用这个券", "用那张券", "用打车券", "打车券", "首杯券", "用首杯券",
        "不用券", "不用优惠券", "不要用券", "别用券", "不使用优惠券", "去掉优惠券", "不用免单卡", "不用打车券", "用最划算的券", "最划算的券",
    ),
    examples=(Example("en", "use that free-order card"), Example("zh", "用那个免单卡"), Example("en", "without the coupon")),
)  # fmt: skip
NONE = ("without", "no coupon", "don't", "do not", "remove", "take off", "不用", "不要", "别用", "不使用", "去掉")
BEST = ("best coupon", "最划算")


@dataclass(frozen=True, slots=True)
class UseCoupon:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        said = slots.get("words")
        words = fold(said.span.text) if isinstance(said, TextValue) else ""
        draft = world.draft
        if any(word in words for word in NONE):
            if draft is None:
                return [Say("coupon.no_card")]
            bare = replace(draft, coupon_id=None, no_coupons=True)
            return [Propose(bare, Say("coupon.without"), world.focus_line)]
        if any(word in words for word in BEST) and draft is not None:
            return [Propose(replace(draft, coupon_id=None, no_coupons=False), Say("coupon.best"), world.focus_line)]
        coupons = world.coupons()
        held = [one for one in coupons if one.is_held(world.now)]
        claimed = [one for one in held if one.claim is not None]
        named = named_coupons(words, held) or named_coupons(words, coupons) or claimed
        return _use(named[0], world) if len(named) == 1 else [ShowShelf("errands", Say("coupon.which"))]


def _use(one: Offered, world: World) -> Sequence[Outcome]:
    """On the card where there is one that it fits; else what it is good for."""
    coupon, card, draft = one.coupon, world.card, world.draft
    about = _about(one, world)
    if not one.is_held(world.now):
        key = "claimable" if one.is_claimable else "used" if one.uses_left < 1 else "over"
        return [Say(f"coupon.{key}", about)]
    if card is None or draft is None:
        return [Say("coupon.good_for", about)]
    if draft.merchant_id != one.catalog.merchant.id:
        return [Say("coupon.other_shop", about)]
    goods = [Goods(line.product_id, line.category, line.total) for line in card.lines]
    # That it is held was looked at above; here is about what is bought.
    used = Counter({coupon.id: coupon.uses_per_customer - one.uses_left})
    applied = best_coupons([coupon], goods, used, world.now, card.totals.total.currency)
    if not applied:
        return [Say("coupon.unfit", about)]
    insisted = replace(draft, coupon_id=coupon.id, no_coupons=False)
    return [Propose(insisted, _using(one, applied[0].discount, about), world.focus_line)]


def _using(one: Offered, discount: Money, about: dict[str, Param]) -> Say:
    """With a cap: what of it this order leaves unused, which is not kept."""
    cap = one.coupon.cap
    if cap is None:
        return Say("coupon.using", about | {"discount": discount})
    key = "coupon.using_all" if cap == discount else "coupon.using_capped"
    return Say(key, about | {"discount": discount, "rest": cap.minus(discount)})


def _about(one: Offered, world: World) -> dict[str, Param]:
    lang = world.lang
    return {
        "coupon": one.coupon.names.display(lang),
        "off": takes_off(one.coupon, one.catalog, lang),
        "merchant": one.catalog.merchant.names.display(lang),
        "until": day(one.good_until(), world.customer.zone, lang),
    }
