"""What understanding is told beside the words: the skills' specs, the shops' words, and what the conversation is at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.dialogue.specs import SkillSpec, SlotKind
from app.domain.names import Lang
from app.understanding.lexicon import ShopLexicon


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that is open: which slot of which skill it is to fill."""

    skill: str
    slot: str
    kind: SlotKind


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """`merchant_id` is the current card's; `line_products` its lines' product ids in order; `choices` counts the listed ones."""

    specs: tuple[SkillSpec, ...]
    shops: Mapping[str, ShopLexicon]
    merchant_id: str | None = None
    line_products: tuple[str, ...] = ()
    asked: Asked | None = None
    choices: tuple[str, ...] = field(default=())
    lang: Lang = "en"

    @property
    def has_card(self) -> bool:
        return bool(self.line_products)
