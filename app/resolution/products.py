"""Mentions → products: which one is meant, which ones may be, or none."""

from dataclasses import dataclass

from app.dialogue.reading import Candidate, ItemMention

# Below this a name is too far from the words to be offered.
SCORE_MIN = 50
# A best candidate that is this far ahead of the next one is taken without a question.
LEAD_MIN = 8


@dataclass(frozen=True, slots=True)
class Match:
    product_id: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Best first."""

    product_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    words: str


def resolve_product(mention: ItemMention, merchant_id: str) -> Match | Ambiguous | NoMatch:
    """What a mention means in one merchant's catalogue."""
    candidates = [c for c in mention.candidates if c.merchant_id == merchant_id and c.score >= SCORE_MIN]
    if not candidates:
        return NoMatch(mention.span.text)
    best = candidates[0]
    rivals = [c for c in candidates if best.score - c.score < LEAD_MIN]
    if len(rivals) == 1 or mention.suggested or (best.score == 100 and rivals[1].score < 100):
        return Match(best.product_id)
    return Ambiguous(tuple(c.product_id for c in rivals))


def best_merchant(mentions: list[ItemMention], preferred: str | None) -> str | None:
    """The merchant that the mentions fit best; `preferred` wins where it fits every mention that another one fits."""
    scores: dict[str, int] = {}
    for mention in mentions:
        best: dict[str, Candidate] = {}
        for candidate in mention.candidates:
            if candidate.score >= SCORE_MIN:
                best.setdefault(candidate.merchant_id, candidate)
        for merchant_id, candidate in best.items():
            scores[merchant_id] = scores.get(merchant_id, 0) + candidate.score
    if not scores:
        return None
    if preferred in scores and scores[preferred] >= max(scores.values()) - LEAD_MIN:
        return preferred
    return max(scores, key=lambda merchant_id: (scores[merchant_id], merchant_id))
