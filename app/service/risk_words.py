"""What a card says of a payment that is unlike its customer's own."""

from app.base.money import Money
from app.dialogue.wording import say
from app.domain.checkout import CheckoutSession
from app.domain.names import Lang
from app.domain.risk import RiskFacts
from app.service.risk import Judged

HUNDRED = 100


def warning(judged: Judged, checkout: CheckoutSession, lang: Lang) -> str | None:
    """The strictest reason in a sentence and what to do about it; nothing where nothing is unusual or it was said to be meant."""
    verdict = judged.verdict
    if verdict.decision == "allow" or (verdict.decision == "ask_person" and judged.asks is None):
        return None
    total = checkout.totals.maximum
    what = say(lang, f"risk.{verdict.dimensions[0]}", _params(judged.facts, total))
    then = "ask_guardian" if judged.asks == "guardian" else verdict.decision
    return say(lang, f"risk.then.{then}", {"what": what, "total": total})


def _params(facts: RiskFacts, total: Money) -> dict[str, object]:
    minutes = max(1, -(-(facts.seconds_since_same or 0) // 60))
    return {
        "total": total,
        "times": _times(facts.size_of_own or facts.size_of_usual),
        "amount_times": _times(facts.total_of_upper),
        "price_times": _times(facts.price_of_own or facts.price_of_usual),
        "recent": facts.paid_1_hour,
        "minutes": minutes,
    }


def _times(percent: int | None) -> int:
    """Rounded to whole times."""
    return max(1, ((percent or 0) + HUNDRED // 2) // HUNDRED)
