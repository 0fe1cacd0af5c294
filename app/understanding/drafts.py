"""A line of an order while its words are still being put together."""

from dataclasses import dataclass, field

from app.dialogue.reading import OptionMention, Span, Weight
from app.understanding.elements import Element
from app.understanding.lexicon import OptionRef


@dataclass(slots=True)
class Draft:
    """A line in the making. `vague`: wishes that fit several options, with all of them."""

    item: Element | None
    products: tuple[str, ...] = ()
    quantity: int | None = None
    counted: Span | None = None
    options: list[OptionMention] = field(default_factory=list)
    notes: list[Span] = field(default_factory=list)
    vague: list[tuple[OptionMention, tuple[OptionRef, ...]]] = field(default_factory=list)
    was_split: bool = False
    weight: Weight | None = None

    def told_exactly(self) -> tuple[OptionMention, ...]:
        """ "a bean burrito with black beans": what fits several options goes where one of them is named after it."""
        gone = []
        for mention, several in self.vague:
            after = self.options[self.options.index(mention) + 1 :] if mention in self.options else []
            if any(OptionRef(o.group_id, o.option_id) in several and o.negated == mention.negated for o in after):
                gone.append(mention)
        return tuple(o for o in self.options if all(o is not mention for mention in gone))
