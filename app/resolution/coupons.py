"""Which coupon the words name."""

import re
from collections.abc import Sequence

from app.domain.claim import Offered
from app.lookup.text import fold, singular

# Said of any coupon, so no coupon is told apart by them.
OF_ANY = frozenset(["off", "coupon", "order", "of", "a", "the", "or", "more", "from", "up", "to", "on", "that", "use", "my"])
WORD = re.compile(r"[a-z]+|\d+|[\u4e00-\u9fff]{2,}")


def named_coupons(words: str, coupons: Sequence[Offered]) -> list[Offered]:
    """Those that fit best: a whole name that was said, the longest one first; else the words that names share. None is empty."""
    said = f" {fold(words)} ".replace("-", " ")
    scored = [(_whole_name(said, one), one) for one in coupons]
    if not any(score for score, _ in scored):
        parts = {singular(word) for word in WORD.findall(said)} - OF_ANY
        scored = [(len(parts & _parts(one)), one) for one in coupons]
    best = max((score for score, _ in scored), default=0)
    return [one for score, one in scored if score == best] if best else []


def _whole_name(said: str, one: Offered) -> int:
    names = [fold(name).replace("-", " ") for name in one.coupon.names.all()]
    return max((len(name) for name in names if name in said), default=0)


def _parts(one: Offered) -> set[str]:
    return {singular(word) for name in one.coupon.names.all() for word in WORD.findall(fold(name))} - OF_ANY
