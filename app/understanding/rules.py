"""Words → reading, by rules alone: every shop's reading and every skill's are scored whole, and the best one is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

from app.dialogue.reading import (
    Abstain,
    Begin,
    Change,
    Command,
    Fill,
    LinesValue,
    OptionsValue,
    PersonValue,
    Reading,
    SlotValue,
    Span,
    StopValue,
    TextValue,
)
from app.dialogue.specs import SkillSpec
from app.domain.names import Lang
from app.understanding.answers import bare_choice, polarity
from app.understanding.attach import attach
from app.understanding.candidates import EXACT, LINES, Candidate, items_of, lines_of, names_a_thing, with_other_shops
from app.understanding.context import ReadingContext
from app.understanding.cues import Cues, cues_of
from app.understanding.edits import CardReader
from app.understanding.elements import Words, elements_of
from app.understanding.lexicon import CATEGORY_SCORE, ShopLexicon
from app.understanding.mentions import UNKNOWN, Edges, Piece, ShopEdges, best_path, language_edges, with_known_names
from app.understanding.normalise import blanked, language_of, normalise
from app.understanding.recipients import recipient_in, with_recipient
from app.understanding.reported import is_reported
from app.understanding.respelling import resegmented
from app.understanding.standing import recurring
from app.understanding.tokens import tokenise
from app.understanding.traits import Wished, is_empty, wished_in, with_traits
from app.understanding.values import fill, values_of

ALWAYS_SURE = 97
OTHER_SHOP = 0.6
UNNAMED_SHOP = 3.0
# What words cost that are taken as they are: more than any reading that explains them.
ANY_WORDS = 1_000.0
# Options of one shop that go with nothing it sells fit worse than a product of another shop.
NAMELESS = 1.5
CLOSE_CALL = 0.5
TIE = 0.01
DEFAULT_ORDERING = "order"


def read(text: str, context: ReadingContext) -> Reading:
    """The best reading of `text`, the words nothing explains, and the runner-up. Never raises on any text."""
    if is_reported(text) and context.asked is None:
        return Reading((Abstain("reported"),), language_of(normalise(text).text, context.lang), ALWAYS_SURE)
    recipient = recipient_in(text) if context.asked is None else None
    if recipient is not None:
        rest = replace(_read(blanked(text, (recipient.span,)), context), lang=language_of(normalise(text).text, context.lang))
        ordering = next((spec.name for spec in context.specs if spec.begins_with_lines), DEFAULT_ORDERING)
        if (handed := with_recipient(rest, recipient, ordering)) is not None:
            return handed
    return recurring(text, context, _read) or _read(text, context)


def _read(text: str, context: ReadingContext) -> Reading:
    normal = normalise(text)
    tokens = tokenise(normal.text)
    lang = language_of(normal.text, context.lang)
    if all(t.kind == "mark" for t in tokens):
        return Reading((Abstain("empty"),), lang, ALWAYS_SURE)
    cues = cues_of(context.specs)
    tokens = resegmented(tokens, tuple(context.shops.values()), cues.known)
    return _Rules(Words(normal, tokens), context, lang, cues).read()


def _names(orders: Sequence[Candidate], most: float, wished: Wished) -> bool:
    """Whether one of the orders that miss no more than `most` is for what the words call by its name."""
    return any(c.missed <= most and names_a_thing(c, wished.spans) for c in orders)


class _Rules:
    def __init__(self, words: Words, context: ReadingContext, lang: Lang, cues: Cues) -> None:
        self.words, self.context, self.lang = words, context, lang
        self.cues = cues
        self.common: Edges = language_edges(words.tokens, words.normal.text, self.cues)
        with_known_names(self.common, words.tokens, context.shops.values())
        self.plain, self.plain_cost = best_path(self.common, words.tokens)
        self.named_shop = next((p.shop for p in self.plain if p.shop is not None), None)
        self.ordering = next((s.name for s in context.specs if s.begins_with_lines), DEFAULT_ORDERING)

    def read(self) -> Reading:
        answered = self._answer()
        if answered is not None:
            return Reading((answered,), self.lang, ALWAYS_SURE)
        candidates = [c for c in (*self._skills(), *self._shops(), self._place(), self._asked()) if c is not None and c.commands]
        candidates = self._with_wish(candidates)
        candidates.sort(key=lambda c: (round(c.missed, 1), c.cost))
        if not candidates:
            return self._abstain()
        return self._reading(candidates)

    def _answer(self) -> Command | None:
        if self.context.choices and (chosen := bare_choice(self.plain, self.context)):
            return chosen
        whole = next((p for p in self.plain if p.cues and not p.has("affirm", "deny", "cancel")), None)
        return None if whole is not None else polarity(self.plain)

    def _skills(self) -> list[Candidate]:
        """A skill whose cue is among the words, with the slots that the words fill."""
        weights: dict[str, int] = {}
        for at, piece in enumerate(self.plain):
            # "Skip the sugar" after what is ordered refuses a part of it.
            is_refusal = piece.has("no") and any(earlier.unknown or earlier.is_value for earlier in self.plain[:at])
            for skill in () if self._is_torn(at) or is_refusal else piece.cues:
                weights[skill] = weights.get(skill, 0) + piece.end - piece.start
        for skill, weight in self._journeys():
            weights[skill] = weights.get(skill, 0) + weight
        best = sorted(weights, key=lambda s: (-weights[s], list(self.cues.specs).index(s)))
        return [self._begin(self.cues.specs[s], weights[s]) for s in best[:3] if not self.cues.specs[s].begins_with_lines]

    def _journeys(self) -> Iterator[tuple[str, int]]:
        """A place that everybody knows, or a "from" and a "to", begins what goes there without a cue of its own."""
        travelling = [spec.name for spec in self.cues.specs.values() if any(slot.kind == "stop" for slot in spec.slots)]
        if not travelling:
            return
        stops = [f for f in values_of(self.plain, self.words, frozenset(["stop"])) if isinstance(f.value, StopValue)]
        known = any(self.plain[i].is_place for f in stops for i in f.used)
        if known or {"from", "to"} <= {f.value.role for f in stops if isinstance(f.value, StopValue)}:
            size = sum(self.plain[i].end - self.plain[i].start for f in stops for i in f.used)
            yield from ((name, size) for name in travelling)

    def _is_torn(self, at: int) -> bool:
        """A cue of one Chinese character is none when it only begins a longer word: 充电宝."""
        piece = self.plain[at]
        alone = piece.end - piece.start == 1 and self.words.tokens[piece.start].kind == "cjk"
        return alone and at + 1 < len(self.plain) and self.plain[at + 1].unknown and not self.plain[at + 1].gap

    def _begin(self, spec: SkillSpec, weight: int) -> Candidate:
        found = values_of(self.plain, self.words, frozenset(s.kind for s in spec.slots))
        slots, used = fill(spec.slots, found)
        missed = [
            (p.start, p.end)
            for i, p in enumerate(self.plain)
            if i not in used and (p.unknown or (p.cues and spec.name not in p.cues and not p.classes) or self._loose(p))
        ]
        for slot in spec.slots:
            if slot.kind in ("lines", "options") and slot.name not in slots:
                taken = {at for i in used for at in range(self.plain[i].start, self.plain[i].end)}
                missed = self._from_shop(slot.name, slot.kind, slots, missed, frozenset(taken))
            elif slot.kind == "text" and missed and slot.name not in slots:
                longest = max(missed, key=lambda part: part[1] - part[0])
                slots[slot.name] = TextValue(self.words.span(*longest))
                missed.remove(longest)
            elif slot.kind == "rest" and slot.name not in slots:
                missed = self._rest(slot.name, spec.name, slots, missed)
            elif slot.kind == "whole":
                # The skill reads the words itself.
                slots[slot.name], missed = TextValue(self._whole()), []
        return Candidate((Begin(spec.name, slots, self._whole()),), tuple(missed), self._weight(missed), -float(weight))

    def _rest(self, slot: str, skill: str, slots: dict[str, SlotValue], missed: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """All that follows the skill's last cue, whatever else it could mean."""
        start = max((piece.end for piece in self.plain if skill in piece.cues), default=0)
        size = len(self.words.tokens)
        if any(token.kind != "mark" for token in self.words.tokens[start:]):
            slots[slot] = TextValue(self.words.span(start, size))
        return [(low, high) for low, high in missed if low < start]

    def _with_wish(self, candidates: list[Candidate]) -> list[Candidate]:
        """The readings with what the words ask of a thing that they don't name; one that names a thing keeps that away.

        A word alone may be a part of a name as well as a wish (chocolate): without a cue it is the name's.
        """
        spec = next((spec for spec in self.cues.specs.values() if any(slot.kind == "traits" for slot in spec.slots)), None)
        edges = with_traits(self.common, self.words.tokens) if spec is not None else None
        if spec is None or edges is None:
            return candidates
        path, cost = best_path(edges, self.words.tokens)
        wished, is_cued = wished_in(path, self.words), any(spec.name in p.cues for p in path)
        orders = [c for c in candidates if any(map(lines_of, c.commands))]
        least = min((c.missed for c in orders), default=0.0)
        if wished is None or (not is_cued and _names(orders, least, wished)):
            return candidates
        wish = self._wish(spec, path, wished, cost, is_alone=not candidates)
        if wish is None or _names(orders, wish.missed if is_cued else max(wish.missed, least), wished):
            return candidates
        is_bare = len(wished.spans) == 1 and not any(map(lines_of, wish.commands))
        # A meal's name says when, and is part of few names: "breakfast" is a wish before it is a breakfast tea.
        if not is_cued and is_bare and any(c.missed < wish.missed + (not wished.is_meal) * TIE for c in orders):
            return candidates
        orders = [c for c in orders if c.missed >= wish.missed]
        changes = [c for c in candidates if not self.context.has_card and isinstance(c.commands[0], Change)]
        return [wish, *(c for c in candidates if c not in orders and c not in changes)]

    def _wish(self, spec: SkillSpec, path: list[Piece], wished: Wished, cost: float, *, is_alone: bool) -> Candidate | None:
        cued = sum(p.end - p.start for p in path if spec.name in p.cues)
        # Of listed goods one may be taken or something else be wished for; any other question is to be answered.
        is_busy = self.context.has_card or (self.context.asked is not None and self.context.asked.kind != "lines")
        is_mere_kind = not cued and wished.is_kind and not wished.is_meal
        if not cued and (is_busy or (is_mere_kind and not is_alone) or not wished.value.wanted):
            return None
        kinds = frozenset(slot.kind for slot in spec.slots) - {"lines"}
        found = [f for f in values_of(path, self.words, kinds) if not set(f.used) & set(wished.used)]
        slots, used = fill(spec.slots, found)
        used |= set(wished.used)
        left = [p for i, p in enumerate(path) if i not in used and not is_empty(p, self.words)]
        missed = [(p.start, p.end) for p in left if p.unknown or self._loose(p) or (p.trait and not p.classes)]
        taken = frozenset(at for i in used for at in range(path[i].start, path[i].end))
        kind: dict[str, SlotValue] = {}
        after = self._from_shop(LINES, "lines", kind, missed, taken)
        if any(item.candidates[0].score in (EXACT, CATEGORY_SCORE) for item in items_of(kind)[:1]):
            slots, missed = {**slots, **kind}, after
        slots[next(slot.name for slot in spec.slots if slot.kind == "traits")] = wished.value
        if not cued and self._weight(missed) >= self._weight([(path[i].start, path[i].end) for i in used]):
            return None
        if is_mere_kind and missed:
            return None
        begin = Begin(spec.name, slots, self._whole())
        return Candidate((begin,), tuple(missed), self._weight(missed), cost if not cued else -cued - 0.5)

    @staticmethod
    def _loose(piece: Piece) -> bool:
        return not piece.classes and not piece.cues and piece.is_value

    def _from_shop(
        self,
        name: str,
        kind: str,
        slots: dict[str, SlotValue],
        missed: list[tuple[int, int]],
        taken: frozenset[int] = frozenset(),
    ) -> list[tuple[int, int]]:
        """Fill a slot with the lines or options that some shop makes of the words, those `taken` by other slots left out."""
        best: tuple[tuple[float, float], list[tuple[int, int]], SlotValue] | None = None
        for shop in self._shops_in_order():
            path, _ = best_path(self._edges_in(shop).whole_and_parts(), self.words.tokens)
            free = [p for p in path if (not p.cues or p.name) and taken.isdisjoint(range(p.start, p.end))]
            elements = elements_of(free, self.words.tokens)
            attached = attach(elements, shop, self.words, self.context.line_products)
            left = [(e.start, e.end) for e in attached.unexplained]
            if kind == "lines":
                lines = tuple(line for line in attached.lines if line.item is not None)
                value: SlotValue | None = LinesValue(lines) if lines else None
            else:
                options = tuple(o for line in attached.lines for o in line.options)
                value = OptionsValue(options) if options else None
            rank = (round(self._weight(left), 1), sum(p.cost for p in free) + self._away(shop))
            if value is not None and (best is None or rank < best[0]):
                best = (rank, left, value)
        if best is None:
            return missed
        slots[name] = best[2]
        return best[1]

    def _away(self, shop: ShopLexicon) -> float:
        """How much worse a shop fits than the one that is named, or else the one that is being ordered from."""
        if self.named_shop is not None:
            return 0.0 if shop.merchant_id == self.named_shop else UNNAMED_SHOP
        return OTHER_SHOP if self.context.merchant_id not in (None, shop.merchant_id) else 0.0

    def _shops_in_order(self) -> list[ShopLexicon]:
        current = self.context.merchant_id
        return sorted(self.context.shops.values(), key=lambda shop: (shop.merchant_id != current, shop.merchant_id))

    def _shops(self) -> list[Candidate]:
        """What each shop makes of the words; what can't come near a reading without gaps is not worked out."""
        sketches = [self._edges_in(shop) for shop in self._shops_in_order()]
        least = [sketch.least() + self._away(sketch.shop) for sketch in sketches]
        found: dict[int, Candidate] = {}
        enough = inf
        for at in sorted(range(len(sketches)), key=lambda i: least[i]):
            if least[at] > enough + CLOSE_CALL:
                break
            path, cost = best_path(sketches[at].whole_and_parts(), self.words.tokens)
            if candidate := self._in_shop(sketches[at].shop, path, cost):
                found[at] = candidate
                enough = enough if candidate.missed else min(enough, candidate.cost)
        return [found[at] for at in sorted(found)]

    def _edges_in(self, shop: ShopLexicon) -> ShopEdges:
        return ShopEdges(self.common, self.words.tokens, shop, self.cues.known)

    def _in_shop(self, shop: ShopLexicon, path: list[Piece], cost: float) -> Candidate | None:
        slots: dict[str, SlotValue] = {}
        used: set[int] = set()
        spec = self.cues.specs.get(self.ordering)
        places = values_of(path, self.words, frozenset(["place"]))
        if spec is not None:
            kinds = frozenset(s.kind for s in spec.slots) - {"lines", "options", "number", "text"}
            found = [f for f in values_of(path, self.words, kinds) if self._is_said(f.kind, f.used, path)]
            slots, used = fill([s for s in spec.slots if s.kind in kinds], found)
        change_place = places[0] if places and self.context.has_card else None
        if change_place is not None:
            used |= set(change_place.used)
        pieces = [p for i, p in enumerate(path) if i not in used]
        elements = elements_of(pieces, self.words.tokens)
        said = CardReader(shop, self.words, self.context, self.ordering).read(elements)
        commands = [self._with_slots(c, slots) for c in said.commands]
        if change_place is not None and commands and shop.merchant_id == self.context.merchant_id:
            commands.append(Change(place=change_place.value))  # type: ignore[arg-type]
        is_away = self.context.merchant_id not in (None, shop.merchant_id)
        nameless = any(line.item is None for command in commands for line in lines_of(command))
        if not commands or (is_away and nameless):
            return None
        missed = [(e.start, e.end) for e in said.unexplained]
        missed += [(p.start, p.end) for p in pieces if p.cues and not p.classes and p.name is None and self.ordering not in p.cues]
        missed = sorted(set(missed))
        away = self._away(shop) + (NAMELESS if nameless else 0.0)
        doubt = max((100 - p.sureness for p in path if p.name), default=0)
        return Candidate(tuple(commands), tuple(missed), self._weight(missed), cost + away, doubt)

    @staticmethod
    def _is_said(kind: str, used: tuple[int, ...], path: list[Piece]) -> bool:
        """A bare number in an order is a count, an amount only where it is a limit; a person only after "for"."""
        if kind == "amount":
            return any(path[i].has("at_most") for i in used)
        if kind == "moment":
            # "now" and "today" are said of anything.
            return not any(path[i].has("filler") for i in used)
        return kind != "person" or any(path[i].has("kin") for i in used)

    def _with_slots(self, command: Command, slots: dict[str, SlotValue]) -> Command:
        if isinstance(command, Begin) and command.skill == self.ordering and slots:
            return Begin(command.skill, {**command.slots, **slots}, command.span)
        return command

    def _place(self) -> Candidate | None:
        places = values_of(self.plain, self.words, frozenset(["place"]))
        if not places or not self.context.has_card:
            return None
        missed = [(p.start, p.end) for i, p in enumerate(self.plain) if i not in places[0].used and (p.unknown or self._loose(p))]
        explained = self._weight([(self.plain[i].start, self.plain[i].end) for i in places[0].used])
        if any(p.cues and not p.classes for i, p in enumerate(self.plain) if i not in places[0].used):
            # 打车去世纪大道100号 is about a ride, not about the card.
            return None
        if self._weight(missed) >= explained:
            return None
        change = Change(place=places[0].value)  # type: ignore[arg-type]
        return Candidate((change,), tuple(missed), self._weight(missed), self.plain_cost)

    def _asked(self) -> Candidate | None:
        asked = self.context.asked
        if asked is None:
            return None
        spec = self.cues.specs.get(asked.skill)
        slots = [s for s in spec.slots if s.name == asked.slot] + [s for s in spec.slots if s.name != asked.slot] if spec else []
        kinds = frozenset(s.kind for s in slots) | {asked.kind}
        filled: dict[str, SlotValue] = {}
        used: set[int] = set()
        if asked.kind == "text":
            return self._asked_for_words(asked.slot, "place" in kinds)
        if asked.kind in ("lines", "options"):
            missed = self._from_shop(asked.slot, asked.kind, filled, [])
        else:
            found = values_of(self.plain, self.words, kinds)
            filled, used = fill(slots, found)
            missed = [(p.start, p.end) for i, p in enumerate(self.plain) if i not in used and (p.unknown or self._loose(p))]
            if asked.slot not in filled and asked.kind == "stop" and missed:
                filled[asked.slot] = StopValue(self._whole().text, "to", self._whole())
                missed = []
            if asked.slot not in filled and asked.kind == "person" and len(missed) == 1:
                span = self.words.span(*missed[0])
                filled[asked.slot] = PersonValue(span.text, span)
                missed = []
        if not filled:
            return None
        return Candidate((Fill(filled),), tuple(missed), self._weight(missed), -5.0)

    def _asked_for_words(self, slot: str, may_be_place: bool) -> Candidate:
        """Any words answer, unless they say something else from end to end."""
        places = values_of(self.plain, self.words, frozenset(["place"])) if may_be_place else []
        explained = set(places[0].used) if places else set()
        if places and not any(p.unknown or self._loose(p) for i, p in enumerate(self.plain) if i not in explained):
            return Candidate((Fill({"place": places[0].value}),), (), 0.0, -5.0)
        return Candidate((Fill({slot: TextValue(self._whole())}),), (), 0.0, ANY_WORDS)

    def _weight(self, parts: Sequence[tuple[int, int]]) -> float:
        return sum(UNKNOWN[self.words.tokens[at].kind] for start, end in parts for at in range(start, end))

    def _whole(self) -> Span:
        return self.words.span(0, len(self.words.tokens))

    def _abstain(self) -> Reading:
        wants = any(p.has("want", "deliver", "add", "pickup") for p in self.plain)
        unknown = tuple(self.words.span(p.start, p.end) for p in self.plain if p.unknown)
        return Reading((Abstain("out_of_scope" if wants else "not_understood"),), self.lang, 0, unknown)

    def _reading(self, candidates: Sequence[Candidate]) -> Reading:
        best = with_other_shops(candidates, self.context, self.ordering)
        second = next((c for c in candidates[1:] if c.commands != best.commands), None)
        everything = self._weight([(0, len(self.words.tokens))]) or 1.0
        sureness = ALWAYS_SURE - 90 * best.missed / everything - best.doubt / 2
        if second is not None and second.missed <= best.missed and second.cost - best.cost < CLOSE_CALL:
            sureness -= 15
        unexplained = tuple(self.words.span(start, end) for start, end in best.unexplained)
        return Reading(best.commands, self.lang, max(5, round(sureness)), unexplained, second.commands if second else ())
