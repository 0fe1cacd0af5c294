"""The lists of what a customer has or can have, for one turn."""

from app.dialogue.coupon_words import day
from app.dialogue.outcomes import ShelfName
from app.dialogue.wording import say
from app.domain.claim import Claim
from app.domain.names import Lang
from app.domain.order import Order
from app.service.campaigns import Campaigns
from app.service.charged import charged_view
from app.service.errands_desk import errands_view
from app.service.memory_words import memory_view
from app.service.turns import Turn
from app.service.views import ShelfView
from app.service.why import why_view


def not_taken_words(order: Order, campaigns: Campaigns, lang: Lang) -> str:
    """About an order that was declined or is not settled yet; of a declined one's coupons, until when they can be used again."""
    if order.state != "canceled":
        return say(lang, "paid.settling", {"total": order.total})
    said = [say(lang, "paid.declined", {"total": order.total})]
    for one, zone in campaigns.given_back(order):
        key = "coupon.given_back" if campaigns.clock.now() < one.good_until() else "coupon.given_back_late"
        said.append(say(lang, key, {"coupon": one.coupon.names, "until": day(one.good_until(), zone, lang)}))
    return " ".join(said)


def shelf(name: ShelfName, turn: Turn, about: str = "") -> ShelfView:
    if name == "why":
        return why_view(turn)
    if name == "charged":
        return charged_view(turn, about)
    if name == "memory":
        return memory_view(turn.customer.allergens, turn.preferences(), turn.lang)
    return errands_view(turn.coupons(), turn.customer.zone, turn.now, turn.lang)


def claimed_words(claim: Claim, turn: Turn) -> str:
    one = next(one for one in turn.coupons() if one.campaign_id == claim.campaign_id)
    until = day(claim.expires_at, turn.customer.zone, turn.lang)
    return say(turn.lang, "errands.claimed", {"coupon": one.coupon.names, "until": until})
