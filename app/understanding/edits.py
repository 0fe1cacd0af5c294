"""Elements → commands about the current card, and what is ordered beside them, in the order they were said."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.dialogue.reading import (
    Begin,
    Change,
    Choose,
    Command,
    ItemMention,
    LineReading,
    LinesValue,
    Quantity,
    SlotValue,
    Span,
    Target,
    TextValue,
)
from app.understanding.attach import attach
from app.understanding.context import ReadingContext
from app.understanding.elements import Element, Words
from app.understanding.lexicon import ShopLexicon

EDITS = ("act", "ordinal", "drop")
FAR = 8
EXACTLY = 90


@dataclass(slots=True)
class Said:
    """What an utterance comes to in one shop."""

    commands: list[Command] = field(default_factory=list)
    unexplained: list[Element] = field(default_factory=list)


class CardReader:
    """Reads an utterance's clauses one by one. `ordering` is the skill that lines begin."""

    def __init__(self, shop: ShopLexicon, words: Words, context: ReadingContext, ordering: str) -> None:
        self.shop, self.words, self.context, self.ordering = shop, words, context, ordering
        self.said = Said()
        self.edits_card = self.denies = False
        self.edits_allowed = context.merchant_id in (None, shop.merchant_id)

    def read(self, elements: Sequence[Element]) -> Said:
        self.edits_card = self.edits_allowed and (self.context.has_card or bool(self.context.choices))
        self.denies = _begins_with_no(elements)
        content: list[Element] = []
        clauses = _clauses(elements)
        for number, clause in enumerate(clauses):
            if not (_is_edit(clause) if self.edits_card else self.edits_allowed and _corrects(clause)):
                content += clause
                continue
            if not self.edits_card and _goes_on_about(content, clause):
                content += [e for e in clause if e.kind != "act"]
                continue
            if content:
                self._order(content, add=None)
                content = []
            following = clauses[number + 1] if number + 1 < len(clauses) else []
            if _is_target_only(clause) and following and not _is_edit(following) and not _has(following, "item"):
                clauses[number + 1] = clause + following
                continue
            self._edit(clause)
        if content:
            self._order(content, add=None)
        return self.said

    def _order(self, elements: Sequence[Element], add: Span | None) -> None:
        attached = attach(elements, self.shop, self.words, self.context.line_products if self.edits_allowed else ())
        self.said.unexplained += attached.unexplained
        named = tuple(line for line in attached.lines if line.item is not None)
        if named:
            on_card = (self._in_its_place(named) or self._about_the_card(named)) if add is None else None
            instead = self._chosen(named) or on_card
            if instead is not None:
                self.said.commands.append(instead)
                return
            slots: dict[str, SlotValue] = {"lines": LinesValue(named)}
            if add is not None:
                slots["add"] = TextValue(add)
            whole = self.words.span(elements[0].start, elements[-1].end)
            self.said.commands.append(Begin(self.ordering, slots, whole))
        elif self.edits_allowed and (self.context.has_card or self.context.choices):
            for line in attached.lines:
                self._bare(line)
        elif self._counts_something(attached.lines, elements) and not attached.unexplained:
            whole = self.words.span(elements[0].start, elements[-1].end)
            lines = tuple(self._implied(line) for line in attached.lines)
            self.said.commands.append(Begin(self.ordering, {"lines": LinesValue(lines)}, whole))
        else:
            self.said.unexplained += [e for e in elements if e.kind in ("number", "note", "wish")]

    def _implied(self, line: LineReading) -> LineReading:
        """ "a large one with pepperoni": the one thing on sale that takes all that was said."""
        only = self.shop.only_taker([option.group_id for option in line.options]) if line.item is None else None
        if only is None or not line.options:
            return line
        return replace(line, item=ItemMention(line.options[0].span, (only,)))

    @staticmethod
    def _counts_something(lines: Sequence[LineReading], elements: Sequence[Element]) -> bool:
        """Options or counted units of a thing that is yet to be named: 一杯大的."""
        measured = _has(elements, "number", measured=True)
        return any(line.options or (line.quantity and measured and not line.notes) for line in lines)

    def _chosen(self, named: tuple[LineReading, ...]) -> Command | None:
        """One of the listed choices by its name."""
        line = named[0]
        if len(named) > 1 or line.item is None or (line.quantity is not None and line.quantity.value != 1):
            return None
        ids = {c.product_id for c in line.item.candidates if c.score > EXACTLY} | {
            c.name for c in line.item.candidates if c.score > EXACTLY
        }
        if ids.isdisjoint(self.context.choices):
            return None
        return Choose(item=line.item, options=line.options)

    def _in_its_place(self, named: tuple[LineReading, ...]) -> Command | None:
        """ "no, a mocha" to a card with one thing on it."""
        if not self.denies or not self.edits_card or len(named) > 1 or len(self.context.line_products) != 1:
            return None
        (line,) = named
        return Change(quantity=line.quantity, options=line.options, replace_with=line.item, notes=line.notes)

    def _about_the_card(self, named: tuple[LineReading, ...]) -> Command | None:
        """可颂加热, "the latte without sugar": wishes about a thing that lies on the card, with no number said."""
        line = named[0]
        if len(named) > 1 or line.item is None or line.quantity is not None or not (line.options or line.notes):
            return None
        exact = [c.product_id for c in line.item.candidates if c.score > EXACTLY]
        if not self.edits_card or not any(p in self.context.line_products for p in exact):
            return None
        return Change(Target(item=line.item), options=line.options, notes=line.notes)

    def _bare(self, line: LineReading) -> None:
        """Wishes or a number alone, about what is on the card."""
        if line.quantity is not None and (line.options or line.notes) and line.quantity.value == 1:
            target = Target(ordinal=-1, counts="unit")
            self.said.commands.append(Change(target, options=line.options, notes=line.notes))
            return
        self.said.commands.append(Change(quantity=line.quantity, options=line.options, notes=line.notes))

    def _edit(self, clause: Sequence[Element]) -> None:
        classes = frozenset().union(*(e.classes for e in clause if e.kind == "act"))
        acts = [i for i, e in enumerate(clause) if e.kind == "act"]
        first = acts[0] if acts else len(clause)
        for element in clause:
            if element.kind == "drop":
                self._remove(Target(item=self._mention(element)))
        rest = [e for e in clause if e.kind not in ("drop", "act", "ordinal")]
        target = self._target(clause[:first], clause)
        items = [e for e in rest if e.kind == "item"]
        kept = [e for e in rest if e.kind != "item"]
        if not acts and not _has(clause, "ordinal"):
            self.said.unexplained += [e for e in kept if e.kind in ("unknown", "note")]
            return
        if "add" in classes and not classes & {"set", "replace"}:
            self._add(clause, rest, items, kept, target)
        elif "less" in classes:
            count = self._count(kept) or 1
            self._change(replace(target, item=self._mention(items[0]) if items else target.item), Quantity(-count, "add"), [])
        elif "remove" in classes and not classes & {"set", "replace"}:
            self._take_off(clause[first], items, kept, target)
        elif "instead" in classes:
            self._instead(clause)
        else:
            self._set(clause[:first], items, rest, target)

    def _instead(self, clause: Sequence[Element]) -> None:
        """ "two croissants instead of one", "a mocha instead of the latte": what comes after is what it was."""
        cut = next(i for i, e in enumerate(clause) if e.has("instead"))
        new = [e for e in clause[:cut] if e.kind not in EDITS]
        was = next((e for e in clause[cut:] if e.kind == "item"), None)
        named = next((e for e in new if e.kind == "item"), None)
        if was is None and named is not None and self._on_card(named):
            was, new = named, [e for e in new if e is not named]
        self._set([], [e for e in new if e.kind == "item"], new, Target(item=self._mention(was)) if was else Target())

    def _target(self, before: Sequence[Element], clause: Sequence[Element]) -> Target:
        ordinal = next((e.ordinal for e in clause if e.ordinal is not None), None)
        if ordinal is not None:
            return Target(ordinal=ordinal.place, counts=ordinal.counts)
        item = next((e for e in before if e.kind == "item"), None)
        if item is not None:
            return Target(item=self._mention(item))
        return Target(other=any(e.has("other") for e in clause))

    def _add(
        self, clause: Sequence[Element], rest: list[Element], items: list[Element], kept: list[Element], target: Target
    ) -> None:
        act = next(e for e in clause if e.kind == "act")
        if items:
            self._order(rest, add=self.words.span(act.start, act.end))
            return
        if _has(kept, "wish"):
            kept = [e for e in kept if not e.weak]
        attached = attach(kept, self.shop, self.words, self.context.line_products)
        self.said.unexplained += attached.unexplained
        line = attached.lines[0] if attached.lines else LineReading(None)
        counted = line.quantity
        if counted is None and (line.options or line.notes):
            self.said.commands.append(Change(target, options=line.options, notes=line.notes))
        else:
            span = counted.span if counted else self.words.span(act.start, act.end)
            more = Quantity(counted.value if counted else 1, "add", span)
            self.said.commands.append(Change(target, more, line.options, notes=line.notes))

    def _take_off(self, act: Element, items: list[Element], kept: list[Element], target: Target) -> None:
        wishes = [replace(e, start=min(act.start, e.start), level="none") for e in kept if e.kind == "wish"]
        count = self._count(kept)
        if wishes:
            named = replace(target, item=self._mention(items[0])) if items else target
            self._change(named, None, wishes)
        elif items:
            for item in items:
                if count is not None and any(e.kind == "number" and not e.weak for e in kept):
                    self._change(Target(item=self._mention(item)), Quantity(-count, "add"), [])
                else:
                    self._remove(Target(item=self._mention(item)))
        elif count is not None and target == Target():
            self._change(target, Quantity(-count, "add"), [])
        else:
            self._remove(target)
        self.said.unexplained += [e for e in kept if e.kind in ("unknown", "note")]

    def _set(self, before: Sequence[Element], items: list[Element], rest: list[Element], target: Target) -> None:
        earlier = {id(e) for e in before}
        after = [e for e in rest if id(e) not in earlier]
        new = [e for e in items if id(e) not in earlier]
        says_more = new and (after[-1] is not new[0] or any(e.kind == "number" and not e.weak for e in after))
        if len(new) > 1 or (says_more and target == Target() and self._on_card(new[0])):
            target = Target(item=self._mention(new[0]))
            after, new = [e for e in after if e is not new[0]], new[1:]
        taken = {id(e) for e in (*after, *(e for e in before if e.kind != "item"))}
        attached = attach([e for e in rest if id(e) in taken], self.shop, self.words, self._products_of(target))
        self.said.unexplained += attached.unexplained
        line = attached.lines[0] if attached.lines else LineReading(None)
        quantity = line.quantity
        if new and any(e.kind == "number" and e.weak for e in rest):
            quantity = None
        if target.other and line.item is None and not line.options and quantity is None:
            self._choose_or_change(Change(target))
            return
        if self.context.choices and (target.ordinal is not None or target.other) and line.item is None:
            self.said.commands.append(Choose(target.ordinal, other=target.other, options=line.options))
            return
        change = Change(target, quantity, line.options, line.item, notes=line.notes)
        if quantity or change.options or change.notes or change.replace_with or target.other:
            self._choose_or_change(change)
        else:
            self.said.unexplained += [e for e in before if e.kind == "ordinal"]

    def _choose_or_change(self, change: Change) -> None:
        if self.context.choices and (change.target.other or change.target.ordinal is not None):
            self.said.commands.append(Choose(change.target.ordinal, other=change.target.other, options=change.options))
        else:
            self.said.commands.append(change)

    def _change(self, target: Target, quantity: Quantity | None, wishes: list[Element]) -> None:
        options = attach(wishes, self.shop, self.words, self._products_of(target)).lines if wishes else ()
        line = options[0] if options else LineReading(None)
        self.said.commands.append(Change(target, quantity, line.options, notes=line.notes))

    def _remove(self, target: Target) -> None:
        self.said.commands.append(Change(target, remove=True))

    def _products_of(self, target: Target) -> tuple[str, ...]:
        if target.item is not None:
            named = tuple(c.product_id for c in target.item.candidates if c.score > 60)
            return tuple(p for p in named if p in self.context.line_products) or named
        lines = self.context.line_products
        if target.ordinal is not None and target.counts == "line" and 0 < target.ordinal <= len(lines):
            return (lines[target.ordinal - 1],)
        return lines

    def _on_card(self, element: Element) -> bool:
        products = element.meaning.products if element.meaning else ()
        return any(c.product_id in self.context.line_products for c in products if c.score > EXACTLY)

    def _mention(self, element: Element) -> ItemMention:
        assert element.meaning is not None
        span_start = element.start
        return ItemMention(self.words.span(span_start, element.end), element.meaning.products)

    @staticmethod
    def _count(elements: Sequence[Element]) -> int | None:
        return next((e.number for e in elements if e.kind == "number"), None)


def _begins_with_no(elements: Sequence[Element]) -> bool:
    """ "no, a mocha": nothing but a name after it. "No. I also want a mocha" and 没有，来杯摩卡 ask for one more."""
    said = [e for e in elements if e.kind != "skip"]
    if len(said) < 2 or said[0].kind != "no" or said[1].kind != "break" or said[1].mark not in (",", "，"):
        return False
    following = elements[elements.index(said[1]) + 1 :]
    plain = all(e.kind in ("item", "wish", "number", "note") for e in following)
    return plain and sum(e.kind == "item" for e in following) == 1


def _clauses(elements: Sequence[Element]) -> list[list[Element]]:
    """Cut at commas and full stops, and before an "and" that a new act follows; cuts between mere contents are undone later."""
    clauses: list[list[Element]] = [[]]
    for at, element in enumerate(elements):
        following = next((e for e in elements[at + 1 : at + FAR] if e.kind != "skip"), None)
        acts_next = following is not None and following.kind in EDITS
        if element.kind == "break" and (element.mark not in ("and", " ", "、") or acts_next):
            clauses[-1].append(element)
            clauses.append([])
        elif element.kind == "no" and not clauses[-1] and following is not None and following.kind == "break":
            continue
        else:
            clauses[-1].append(element)
    return [c for c in clauses if any(e.kind not in ("break", "skip") for e in c)]


def _is_edit(clause: Sequence[Element]) -> bool:
    return any(e.kind in EDITS for e in clause)


def _corrects(clause: Sequence[Element]) -> bool:
    """Whether it is about what was said or had before, where no card lies there: 拿铁换成美式, "no, make it two", 再来一杯."""
    acts = [e for e in clause if e.kind == "act"]
    named = any(e.kind == "item" for e in clause)
    return any(e.has("replace", "remove", "instead") if named else e.has("set", "add", "less") for e in acts)


def _goes_on_about(content: Sequence[Element], clause: Sequence[Element]) -> bool:
    """ "a pizza and make it large, add extra cheese": an order that is still being said."""
    acts = [e for e in clause if e.kind == "act"]
    only_sets = all(e.has("set", "add") and not e.has("remove", "less", "other") for e in acts)
    names_more = any(e.kind in ("item", "ordinal", "no") or (e.kind == "number" and not e.weak) for e in clause)
    return bool(acts) and only_sets and _has(content, "item") and not names_more


def _is_target_only(clause: Sequence[Element]) -> bool:
    kinds = {e.kind for e in clause} - {"skip", "break", "with"}
    return kinds == {"ordinal"} or (kinds == {"act"} and any(e.has("other") and not e.has("set", "add") for e in clause))


def _has(elements: Sequence[Element], kind: str, measured: bool = False) -> bool:
    return any(e.kind == kind and (e.measured or not measured) for e in elements)
