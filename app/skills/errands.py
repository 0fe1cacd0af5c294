"""The errands desk: which coupons there are, and claiming them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import ClaimCoupon, Outcome, Propose, Say, ShowShelf
from app.dialogue.reading import Slots, TextValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Choice, Question
from app.domain.claim import Offered
from app.lookup.text import fold
from app.resolution.coupons import named_coupons
from app.skills.world import World

ERRANDS = SkillSpec(
    name="errands",
    description="List the coupons that there are: to claim and held.",
    cues=(
        "coupons", "my coupons", "what coupons", "what coupons are there", "any coupons", "vouchers", "errands", "errands desk",
        "red packets", "any deals", "what deals", "any discounts", "what discounts", "what can i claim", "what coupons can i claim",
        "优惠券", "我的券", "我的优惠券", "有什么券", "有什么优惠", "有什么优惠券", "有啥优惠", "有优惠吗", "有券吗", "领券", "领券中心", "能领什么", "红包",
        "有什么红包", "卡券", "券包",
    ),
    examples=(Example("en", "what coupons are there?"), Example("zh", "有什么优惠")),
)  # fmt: skip
CLAIM = SkillSpec(
    name="claim",
    description="Claim a coupon or credit for the customer.",
    slots=(SlotSpec("words", "whole", "which coupon, in the customer's words"),),
    cues=("claim", "claim it", "claim the coupon", "claim that coupon", "claim all", "claim the ride credit", "claim ride credit",
        "claim the free order card", "claim free order card", "claim the first cup coupon", "领打车券", "领免单卡", "领首杯券", "领", "领取", "领一下", "我要领", "帮我领", "全领了", "都领了", "领券吧"),
    examples=(Example("en", "claim the ride credit"), Example("zh", "领打车券")),
)  # fmt: skip
ALL = (" all", "全部", "全领", "都领", "everything")


@dataclass(frozen=True, slots=True)
class Errands:
    spec: SkillSpec = ERRANDS

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        claimable = [one for one in world.coupons() if one.is_claimable]
        if not claimable:
            return [ShowShelf("errands", Say("errands.none_to_claim"))]
        return [ShowShelf("errands", Say("errands.said", {"count": len(claimable)}), _which(claimable, world))]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [ShowShelf("errands", Say("errands.which"), question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        found = next((one for one in world.coupons() if one.campaign_id == choice.value), None)
        return claimed(found, world) if found else [Say("errands.none_to_claim")]


@dataclass(frozen=True, slots=True)
class Claim:
    spec: SkillSpec = CLAIM

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        said = slots.get("words")
        words = said.span.text if isinstance(said, TextValue) else ""
        campaigns = [one for one in world.coupons() if one.coupon.claim is not None]
        claimable = [one for one in campaigns if one.is_claimable]
        named = named_coupons(words, campaigns)
        if any(word in f" {fold(words)}" for word in ALL) and claimable:
            return [outcome for one in claimable for outcome in claimed(one, world)]
        if len(named) == 1:
            return claimed(named[0], world)
        if not named and len(claimable) == 1 and len(fold(words).split()) <= 2:
            return claimed(claimable[0], world)
        if not claimable:
            return [ShowShelf("errands", Say("errands.none_to_claim"))]
        return [ShowShelf("errands", Say("errands.which"), _which(claimable, world))]


def claimed(one: Offered, world: World) -> Sequence[Outcome]:
    """The claim; with a card of the shop's open, the card with it where that saves most."""
    draft = world.draft
    if draft is None or draft.merchant_id != one.catalog.merchant.id:
        return [ClaimCoupon(one.campaign_id)]
    return [ClaimCoupon(one.campaign_id, Propose(draft, Say("errands.on_card"), world.focus_line))]


def claim_tapped(campaign_id: str, world: World) -> Sequence[Outcome]:
    found = next((one for one in world.coupons() if one.campaign_id == campaign_id), None)
    return claimed(found, world) if found else [ClaimCoupon(campaign_id)]


def _which(claimable: Sequence[Offered], world: World) -> Question:
    """So that "the second one" says which; the card shows them in the same order."""
    choices = tuple(Choice(one.coupon.names, value=one.campaign_id) for one in claimable)
    return Question(world.new_id("que"), ERRANDS.name, "which", "number", "errands.which", choices=choices)
