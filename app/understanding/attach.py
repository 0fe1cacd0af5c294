"""Elements → lines: which wish belongs to which item, and how far a number reaches.

A number before an item counts it. A number with wishes and no item takes units out of the line before ("two lattes, one
oat"), so that the quantities still sum to what was said; after "and" it is one more line of the same thing. Wishes go
forward to the item they stand directly before, if it takes them, else back to the line that is being spoken of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.dialogue.reading import ItemMention, LineReading, Quantity, Span, Weight
from app.understanding.drafts import Draft
from app.understanding.elements import SENTENCE_BREAKS, Element, Words
from app.understanding.lexicon import ShopLexicon
from app.understanding.wishes import accepts, option_for
from app.understanding.words import DESCRIBING

GOOD_CANDIDATE = 60
FAR = 12
SURE = 100
BARELY_NAMED = 75


@dataclass(frozen=True, slots=True)
class Attached:
    lines: tuple[LineReading, ...]
    unexplained: tuple[Element, ...]


def attach(elements: Sequence[Element], shop: ShopLexicon, words: Words, card_products: Sequence[str] = ()) -> Attached:
    """`card_products` say which groups a wish without an item may fall into."""
    return _Lines(elements, shop, words, card_products).run()


class _Lines:
    def __init__(self, elements: Sequence[Element], shop: ShopLexicon, words: Words, card_products: Sequence[str]) -> None:
        self.elements = [e for e in elements if e.kind != "skip"]
        self.shop, self.words, self.card_products = shop, words, tuple(card_products)
        self.drafts: list[Draft] = []
        self.base: Draft | None = None
        self.scope: list[Draft] = []
        self.number: Element | None = None
        self.weight: Element | None = None
        self.pending: list[tuple[Element, int | None]] = []
        self.unexplained: list[Element] = []
        self.broken = True
        self.joined = False
        self.of_them = False
        self.after_with = False
        self.listing = False
        counted = [e for e in self.elements if e.kind in ("number", "item")]
        self.numbers_trail = len(counted) > 1 and counted[0].kind == "item" and counted[-1].kind == "number"

    def run(self) -> Attached:
        for at, element in enumerate(self.elements):
            match element.kind:
                case "item":
                    self._item(at, element)
                case "wish":
                    self._wish(at, element)
                case "number":
                    self._number(at, element)
                case "weight":
                    self._weight(at, element)
                case "note":
                    self._note(element)
                case "unknown" | "drop" | "no":
                    self._left_over(at, element)
                case _:
                    self._mark(element)
        self._close()
        lines = tuple(self._line(draft) for draft in self.drafts if draft.quantity != 0 or not draft.was_split)
        return Attached(lines, tuple(self.unexplained))

    def _mark(self, element: Element) -> None:
        """Words that say how what follows is joined to what went before."""
        match element.kind:
            case "break":
                self.joined = element.mark == "and" or (self.joined and self.broken)
                self.broken, self.after_with = True, False
                self.listing = self.listing and element.mark not in SENTENCE_BREAKS
            case "act" if element.has("other") and self.base is not None and self.base.was_split:
                self.scope, self.broken = [self.base], False
            case "act" | "ordinal":
                self.broken = True
            case "with":
                self.after_with = self.listing = True
            case "of_them":
                self.of_them = True
            case "each" if self.drafts:
                self.scope, self.broken = list(self.drafts), False
            case "rest" if self.base is not None and self.base.quantity:
                self.scope, self.broken = [self.base], False

    def _left_over(self, at: int, element: Element) -> None:
        follows_with = self.after_with or (at > 0 and self.elements[at - 1].kind == "with")
        if element.kind == "unknown" and follows_with and self.scope and not self.broken:
            self._note_on_scope(self.words.span(element.start, element.end))
        else:
            self.unexplained.append(element)

    def _note(self, element: Element) -> None:
        span = self.words.span(element.start, element.end)
        if self.scope:
            self._note_on_scope(span)
        elif self.card_products or any(e.kind in ("item", "wish", "number") for e in self.elements):
            self.pending.append((element, None))
        else:
            self.unexplained.append(element)

    def _note_on_scope(self, span: Span) -> None:
        for draft in self.scope:
            draft.notes.append(span)

    def _item(self, at: int, element: Element) -> None:
        assert element.meaning is not None
        is_bare = self.number is None and bool(self.scope) and not self.pending and not element.apart
        if is_bare and (self._says_which(at, element) or self._is_part_of_a_list(at, element)):
            return
        good = [c.product_id for c in element.meaning.products if c.score >= GOOD_CANDIDATE]
        draft = Draft(element, tuple(good or [c.product_id for c in element.meaning.products]))
        if self.number is not None:
            self._count(draft, self.number)
        if self.weight is not None:
            draft.weight, self.weight = self._weighed(self.weight), None
        self.drafts.append(draft)
        self.base, self.scope, self.number = draft, [draft], None
        waiting, self.pending = self.pending, []
        for wish, count in waiting:
            self._give(draft, wish, count)
        self.broken = self.joined = self.of_them = self.after_with = self.listing = False

    def _says_which(self, at: int, element: Element) -> bool:
        """ "a sandwich with buffalo chicken": what is sold under the first name's words, told more exactly behind a "with"."""
        current, meaning = self.scope[-1], element.meaning
        with_before = self.elements[at - 1].kind == "with"
        if not with_before or current.item is None or meaning is None or element.sureness < SURE:
            return False
        if current.item.meaning is not None and any(c.score == SURE for c in current.item.meaning.products):
            # What is sold under the first name alone is a thing of its own.
            return False
        named = [c.product_id for c in meaning.products if c.score >= GOOD_CANDIDATE]
        words = [self.words.tokens[i].text for i in range(current.item.start, current.item.end)]
        if not named or not all(named[0] in self.shop.holding(word) for word in words):
            return False
        current.item, current.products, self.broken = element, tuple(named), False
        return True

    def _is_part_of_a_list(self, at: int, element: Element) -> bool:
        """Whether a name without a number only goes on about the line before: a topping that is also sold alone, a pizza pie."""
        current = self.scope[-1]
        if not (self.listing or (not self.broken and self.elements[at - 1].kind in ("wish", "item"))):
            return False
        meaning = element.meaning
        if meaning is not None and meaning.is_option and accepts(element, self.shop, current.products):
            for draft in self.scope:
                self._give(draft, element, None)
            self.broken = False
            return True
        if meaning is not None and not self.broken and meaning.products[0].product_id in current.products[:1]:
            return True
        if element.sureness < BARELY_NAMED and not self.broken:
            self.unexplained.append(element)
            return True
        return False

    def _number(self, at: int, element: Element) -> None:
        current = self.scope[-1] if self.scope else None
        following = self.elements[at + 1] if at + 1 < len(self.elements) else None
        if current is not None and self._is_said_after(at, element, current, following):
            if current.quantity is None:
                self._count(current, element)
            else:
                self.unexplained.append(element)
        elif (
            following is not None and following.kind == "wish" and self._counts_option(element, following, current)
        ) or self._is_article_of_a_wish(at, element, following):
            return
        elif following is not None and following.kind == "unknown" and self._item_ahead(at) is None:
            self.unexplained.append(element)
        elif self._item_ahead(at) or current is None:
            if self.number is not None:
                self.unexplained.append(self.number)
            self.number, self.after_with, self.listing = element, False, False
        elif following is not None and following.kind in ("wish", "with", "of_them", "note"):
            self._part(element, current)
        else:
            self.unexplained.append(element)

    def _weight(self, at: int, element: Element) -> None:
        """半斤牛肉, "beef, half a pound": of the item that follows, else of the one before."""
        current = self.scope[-1] if self.scope else None
        if current is not None and current.weight is None and (self._item_ahead(at) is None or not self.broken):
            current.weight = self._weighed(element)
        elif self.weight is None:
            self.weight = element
        else:
            self.unexplained.append(element)

    def _weighed(self, element: Element) -> Weight:
        return Weight(element.number or 0, self.words.span(element.start, element.end))

    def _is_article_of_a_wish(self, at: int, number: Element, following: Element | None) -> bool:
        """ "with mushrooms and a thin crust", "a two topping pizza": it counts no unit."""
        if following is None or following.kind != "wish" or following.meaning is None:
            return False
        about_a_group = bool(following.meaning.groups) and not following.meaning.options
        # "one not too sweet" is one of those before, "a light crust" is none.
        if about_a_group and (number.weak or following.level is None) and not number.by_unit:
            return True
        ahead = self._item_ahead(at)
        leads_on = ahead is not None and not self._belongs_to_scope(ahead)
        return number.weak and self.listing and bool(self.scope) and not leads_on

    def _is_said_after(self, at: int, number: Element, current: Draft, following: Element | None) -> bool:
        """Whether the number counts the item before it: "latte x2", 拿铁两杯, "latte 2, mocha 3"."""
        if number.after:
            return True
        if current.quantity is not None:
            return False
        if following is None or following.kind == "break":
            return True
        if self.broken:
            return False
        return self.numbers_trail or (number.measured and self._item_ahead(at) is None)

    def _counts_option(self, number: Element, wish: Element, current: Draft | None) -> bool:
        """ "two extra shots": a number that counts the option, not the line."""
        if not self._countable(wish) or (number.number or 0) < 1 or number.by_unit:
            return False
        if current is None and self.card_products:
            return True
        if current is not None and (not self.broken or (current.quantity or 1) <= (number.number or 0)):
            return True
        return self.number is not None

    def _countable(self, wish: Element) -> bool:
        return wish.meaning is not None and any(self.shop.max_count(ref) > 1 for ref in wish.meaning.options)

    def _part(self, number: Element, current: Draft) -> None:
        """ "one with no sugar" after "two lattes": units of the line before, or one more line of the same item."""
        base = self.base or current
        taken, whole = number.number or 0, base.quantity
        self.broken, self.after_with = False, False
        if whole is None and not self.joined:
            self._count(base, number)
            self.scope = [base]
            return
        if whole is not None and whole == taken > 1 and not self.joined:
            self.scope = [base]
            return
        part = Draft(base.item, base.products)
        self._count(part, number)
        takes_out = whole is not None and 0 < taken <= whole and (whole > 1 or base.was_split)
        if takes_out and (not self.joined or self.of_them or base.was_split):
            part.options, part.notes, part.was_split = list(base.options), list(base.notes), True
            base.quantity, base.was_split = (whole or 0) - taken, True
        self.drafts.append(part)
        self.scope = [part]
        self.joined = self.of_them = False

    def _wish(self, at: int, element: Element) -> None:
        count = None
        before = self.elements[at - 1] if at else None
        if before is not None and before.kind == "number" and before is not self.number and not before.after:
            current = self.scope[-1] if self.scope else None
            if current is None or (before.number is not None and current.counted != self.words.span(before.start, before.end)):
                count = before.number
        if self._is_kind_of_the_one_before(at, element):
            return
        if self._describes_the_next(at, element):
            following = self.elements[at + 1]
            if following.kind == "item" and following.meaning is not None and not following.meaning.is_option:
                self.pending.append((replace(element, kind="note", meaning=None), None))
            return
        if not self.scope or self._goes_forward(at):
            self.pending.append((element, count))
            return
        self.broken = False
        takers = [d for d in self.scope if accepts(element, self.shop, d.products)]
        for draft in takers or self.scope[-1:]:
            self._give(draft, element, count)

    def _is_kind_of_the_one_before(self, at: int, element: Element) -> bool:
        """ "cheddar cheese", "jalapeno peppers": a word for several options, directly behind one that it says the kind of."""
        before = self.elements[at - 1] if at else None
        if before is None or before.kind != "wish" or before.end != element.start or before.meaning is None:
            return False
        assert element.meaning is not None
        several = element.meaning.options
        if not several or element.level is not None or len(before.meaning.options) != 1:
            return False
        one = before.meaning.options[0]
        is_kind = element.meaning.derived and self.shop.is_head(self.words.tokens[element.end - 1].text)
        if len(several) < 2 and not is_kind:
            return False
        same_group = one.group_id == several[0].group_id
        return one in several or (same_group and (is_kind or (not before.plural and self.shop.has_plural(one))))

    def _describes_the_next(self, at: int, element: Element) -> bool:
        """ "black beans" where black olives and beans are sold, "white meat": of a name only how it is, directly before another."""
        following = self.elements[at + 1] if at + 1 < len(self.elements) else None
        if element.meaning is None or not element.meaning.derived or following is None or following.start != element.end:
            return False
        if element.sureness == SURE or following.kind not in ("wish", "item", "unknown"):
            return False
        return all(self.words.tokens[i].text in DESCRIBING for i in range(element.start, element.end))

    def _goes_forward(self, at: int) -> bool:
        ahead = self._item_ahead(at)
        if ahead is None or (self.after_with and not self.broken) or self._belongs_to_scope(ahead):
            return False
        first = at
        while first and self.elements[first - 1].kind == "wish":
            first -= 1
        led = first == 0 or self.elements[first - 1].kind in ("number", "break", "act")
        latin = self.words.tokens[self.elements[at].start].kind == "word"
        if not led and not latin and self.number is None:
            return False
        products = [c.product_id for c in ahead.meaning.products] if ahead.meaning else []
        return self.number is not None or accepts(self.elements[at], self.shop, products[:6])

    def _belongs_to_scope(self, item: Element) -> bool:
        """Whether a name that is an option too is one more of those of the line that is spoken of."""
        is_option = item.meaning is not None and item.meaning.is_option
        return is_option and self.number is None and bool(self.scope) and accepts(item, self.shop, self.scope[-1].products)

    def _item_ahead(self, at: int) -> Element | None:
        """The item that follows with nothing but wishes between."""
        ahead = self.elements[at + 1 : at + FAR]
        for step, element in enumerate(ahead):
            if element.kind == "item":
                return element
            counts_wish = element.kind == "number" and step + 1 < len(ahead) and self._countable(ahead[step + 1])
            inside = step > 0 or self.elements[at].kind == "wish"
            joins = element.mark == "and" and inside and step + 1 < len(ahead) and ahead[step + 1].kind == "wish"
            described = element.kind == "unknown" and self.elements[at].kind == "number"
            if element.kind not in ("wish", "note") and not described and not counts_wish and not (joins and self._leads(at)):
                return None
        return None

    def _leads(self, at: int) -> bool:
        """Whether a number stands before: "one sausage and bacon pizza"."""
        return self.number is not None or self.elements[at].kind == "number"

    def _count(self, draft: Draft, number: Element) -> None:
        draft.quantity, draft.counted = number.number, self.words.span(number.start, number.end)

    def _give(self, draft: Draft, wish: Element, count: int | None) -> None:
        span = self.words.span(wish.start, wish.end)
        products = draft.products if draft.item is not None else self.card_products
        mention = option_for(wish, span, self.shop, products, count) if wish.kind in ("wish", "item") else None
        if mention is None:
            draft.notes.append(span)
            return
        group = mention.group_id
        if self.shop.takes_one(group) and not mention.negated:
            draft.options = [o for o in draft.options if o.group_id != group]
        draft.options.append(mention)
        if wish.meaning is not None and len(wish.meaning.options) > 1:
            draft.vague.append((mention, wish.meaning.options))

    def _close(self) -> None:
        if self.number is None and self.weight is not None:
            self.drafts.append(Draft(None, weight=self._weighed(self.weight)))
            return
        if self.number is None and not self.pending:
            return
        if self.drafts and self.number is None:
            waiting, self.pending = self.pending, []
            for wish, count in waiting:
                self._give(self.scope[-1] if self.scope else self.drafts[-1], wish, count)
            return
        if self.number is not None and self.number.weak and not self.pending:
            self.unexplained.append(self.number)
            return
        bare = Draft(None)
        if self.number is not None:
            self._count(bare, self.number)
        for wish, count in self.pending:
            self._give(bare, wish, count)
        self.drafts.append(bare)

    def _line(self, draft: Draft) -> LineReading:
        item = None
        if draft.item is not None and draft.item.meaning is not None:
            item = ItemMention(self.words.span(draft.item.start, draft.item.end), draft.item.meaning.products)
        quantity = None if draft.quantity is None else Quantity(draft.quantity, "set", draft.counted)
        return LineReading(item, quantity, draft.told_exactly(), tuple(draft.notes), draft.weight)
