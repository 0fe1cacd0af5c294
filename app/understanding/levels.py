"""How much of a thing an option's own name says: "no sugar", 少冰, "extra ice"."""

from typing import Literal

from app.lookup.text import is_cjk
from app.understanding import words

Level = Literal["none", "light", "normal", "extra"]
HEADS: tuple[tuple[Level, tuple[str, ...]], ...] = (
    ("none", words.NONE_HEADS),
    ("light", words.LIGHT_HEADS),
    ("extra", words.EXTRA_HEADS),
    ("normal", words.NORMAL_HEADS),
)


def level_of(folded: str) -> tuple[Level | None, str]:
    """The level that a name begins with, and what is left of it: 少冰 → light, 冰."""
    best: tuple[int, Level | None, str] = (0, None, folded)
    for level, heads in HEADS:
        for head in heads:
            if len(head) > best[0] and folded.startswith(head) and (is_cjk(head[0]) or folded.startswith(head + " ")):
                best = (len(head), level, folded[len(head) :].strip())
    return best[1], best[2]
