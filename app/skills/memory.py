"""What is remembered of a customer: asked for once, shown, forgotten. An allergen gates this order before it is remembered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from app.dialogue.outcomes import Ask, Outcome, Propose, Say, ShowShelf
from app.dialogue.reading import Slots, TextValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import YES_OR_NO, Choice, Question
from app.dialogue.wording import joined, say
from app.domain.allergen import ALLERGENS, Allergen
from app.domain.memory import PreferenceKind
from app.domain.names import Names
from app.lookup.text import fold
from app.resolution.preferences import is_offered, is_same
from app.skills.world import World
from app.understanding.allergens import allergens_in

FORGET = SkillSpec(
    name="forget",
    description="Forget an allergen or a preference of the customer's.",
    slots=(SlotSpec("words", "whole", "what is to be forgotten, in the customer's words"),),
    cues=(
        "forget my", "forget that i", "forget i", "forget about my", "don't remember", "do not remember", "i'm not allergic",
        "i am not allergic", "no longer allergic", "not allergic", "忘掉", "忘记", "忘了我", "忘记我对", "忘掉我", "别记", "不用记", "不再过敏", "不过敏",
    ),
    examples=(Example("en", "forget my peanut allergy"), Example("zh", "忘掉花生过敏")),
)  # fmt: skip
REMEMBER = SkillSpec(
    name="remember",
    description="Remember an allergen or a preference of the customer's, once they agree.",
    slots=(SlotSpec("words", "whole", "what is to be remembered, in the customer's words"),),
    cues=(
        "i'm allergic", "i am allergic", "i'm allergic to", "i am allergic to", "allergic to", "allergic", "peanut allergy", "nut allergy",
        "i have an allergy", "allergy to", "allergy", "lactose intolerant", "intolerant", "i don't eat", "i do not eat", "i can't eat",
        "i cannot eat", "i never eat", "i don't drink", "i always want", "i always have", "i always take", "i always like", "always with",
        "i never want", "i never take", "from now on", "remember that", "remember i", "please remember",
        "过敏", "我对", "不耐受", "我不吃", "我不能吃", "我从来不吃", "我不喝", "以后都", "以后都要", "以后都不要", "以后不要", "我一直要", "我每次都要", "我总是要", "记住", "请记住",
        "帮我记住",
    ),
    examples=(Example("en", "I'm allergic to peanuts"), Example("zh", "我对花生过敏"), Example("en", "I always want oat milk")),
)  # fmt: skip
MEMORY = SkillSpec(
    name="memory",
    description="Show what is remembered of the customer: allergens and preferences.",
    cues=(
        "what do you know about me", "what do you remember", "what do you remember about me", "my preferences", "my allergies",
        "my allergens", "show my preferences", "我的偏好", "我的过敏", "我的忌口", "我的喜好", "你记得我什么", "你记住了什么", "你知道我什么", "你都知道我什么",
        "你了解我什么",
    ),
    examples=(Example("en", "what do you know about me?"), Example("zh", "我的偏好")),
)  # fmt: skip
ALLERGIC = re.compile(r"allerg|intoleran|coeliac|celiac|过敏|不耐受")
NOT_EATEN = re.compile(
    r"^.*?(?:i (?:don't|do not|can't|cannot|never) (?:eat|drink)|我(?:从来)?不(?:能)?(?:吃|喝))\s*(?:any )?", re.IGNORECASE
)
WISHED = re.compile(
    r"^.*?(?:i always (?:want|have|take|like)|always with|(?:please )?remember(?: that)?|from now on|以后(?:都)?|请记住|帮我记住|记住"
    r"|我(?:一直|每次都|总是))[\s,，:：]*(?:(?:i )?(?:always )?(?:want|like|have) )?(?:my |it )?(?:都)?(?:要(?!不))?",
    re.IGNORECASE,
)
NEVER = re.compile(r"^.*?i never (?:want|take)(?: any)?\s+", re.IGNORECASE)
TAIL = re.compile(r"[\s.\u3002!！,，]+$")
TEXT_MAX = 120


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said: allergens that shops state, or a text."""

    kind: str
    codes: tuple[Allergen, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Remember:
    spec: SkillSpec = REMEMBER

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        wish = _wish(_words(slots), world)
        if not wish.codes and not wish.text:
            return [Say("memory.what")]
        if wish.kind == "allergen":
            return _said_allergen(wish, world)
        if any(one.text == wish.text for one in world.preferences()):
            return [ShowShelf("memory", Say("memory.known", {"what": wish.text}))]
        return [Ask(_may_keep(wish, wish.text, world))]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        kind, what = question.fact("kind") or "note", dict(question.params)["what"]
        if choice.value != "yes":
            return [Say("memory.not_kept.allergen" if kind == "allergen" else "memory.not_kept.other")]
        if kind == "allergen":
            codes = frozenset(cast(list[Allergen], (question.fact("codes") or "").split()))
            world.set_allergens(world.customer.allergens | codes)
        else:
            world.keep_preference(cast(PreferenceKind, kind), question.fact("text") or "")
        return [Say(f"memory.kept.{kind}", {"what": what})]


@dataclass(frozen=True, slots=True)
class Forget:
    spec: SkillSpec = FORGET

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        words = _words(slots)
        known = (world.customer.allergens | world.avoided) & allergens_in(words)
        if known:
            return _forget_allergens(known, world)
        said = fold(words)
        kept, shops = world.preferences(), world.catalogs.values()
        texts = [one for one in kept if _shares(fold(one.text), said)]
        texts = texts or [one for one in kept if one.kind == "option" and is_same(one.text, said, shops)]
        if len(texts) != 1:
            return [ShowShelf("memory", Say("memory.forget_which"))]
        world.drop_preference(texts[0].id)
        return [ShowShelf("memory", Say("memory.forgotten", {"what": texts[0].text}))]


@dataclass(frozen=True, slots=True)
class Memory:
    spec: SkillSpec = MEMORY

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [ShowShelf("memory", Say("memory.shown"))]


def forget_tapped(key: str, world: World) -> Sequence[Outcome]:
    kind, _, code = key.partition(":")
    if kind == "allergen" and code in ALLERGENS:
        return _forget_allergens(frozenset({code}), world)
    found = next((one for one in world.preferences() if one.id == key), None)
    if found is None:
        return [ShowShelf("memory", Say("refusal.not_found"))]
    world.drop_preference(found.id)
    return [ShowShelf("memory", Say("memory.forgotten", {"what": found.text}))]


def _words(slots: Slots) -> str:
    said = slots.get("words")
    return said.span.text if isinstance(said, TextValue) else ""


def _wish(words: str, world: World) -> Wish:
    codes = tuple(sorted(allergens_in(words)))
    not_eaten = NOT_EATEN.match(words)
    if codes and (ALLERGIC.search(fold(words)) or not_eaten):
        return Wish("allergen", codes, "")
    if not re.sub(r"i'm|i am|i have an?|\bto\b|allergic|allergy|我|对|过敏|\W", "", fold(words)):
        return Wish("note", (), "")
    if ALLERGIC.search(fold(words)) or not_eaten:
        return Wish("note", (), TAIL.sub("", words)[:TEXT_MAX])
    wish = NEVER.sub("no ", words) if NEVER.match(words) else WISHED.sub("", words, count=1)
    wish = TAIL.sub("", wish).strip()[:TEXT_MAX]
    return Wish("option" if wish and is_offered(wish, world.catalogs.values()) else "note", (), wish)


def _said_allergen(wish: Wish, world: World) -> Sequence[Outcome]:
    """The open card is checked at once; whether it is kept is asked, once."""
    what = _named(wish.codes, world)
    codes = frozenset(wish.codes)
    if codes <= world.customer.allergens:
        return [ShowShelf("memory", Say("memory.known", {"what": what}))]
    world.avoid(world.avoided | codes)
    draft = world.draft
    checked = [Propose(draft, Say("memory.checked", {"what": what}), world.focus_line)] if draft is not None else []
    return [*checked, Ask(_may_keep(wish, what, world))]


def _forget_allergens(codes: frozenset[Allergen], world: World) -> Sequence[Outcome]:
    world.set_allergens(world.customer.allergens - codes)
    world.avoid(world.avoided - codes)
    forgotten = ShowShelf("memory", Say("memory.forgotten", {"what": _named(sorted(codes), world)}))
    draft = world.draft
    return [forgotten] if draft is None else [forgotten, Propose(draft, Say("memory.quoted_again"), world.focus_line)]


def _may_keep(wish: Wish, what: str, world: World) -> Question:
    choices = tuple(
        Choice(Names((say("en", f"memory.{value}"),), (say("zh", f"memory.{value}"),)), value=value) for value in YES_OR_NO
    )
    return Question(
        world.new_id("que"),
        REMEMBER.name,
        "consent",
        "number",
        f"memory.ask.{wish.kind}",
        params=(("what", what),),
        choices=choices,
        facts=(("kind", wish.kind), ("codes", " ".join(wish.codes)), ("text", wish.text)),
    )


def _named(codes: Sequence[Allergen], world: World) -> str:
    return joined((say(world.lang, f"allergen.{code}") for code in codes), world.lang)


def _shares(text: str, said: str) -> bool:
    return text in said or any(len(word) > 1 and word in said for word in re.findall(r"[a-z]{3,}|[\u4e00-\u9fff]{2,}", text))
