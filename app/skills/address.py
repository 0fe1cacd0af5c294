"""An address of the customer's: saved when they say so, or asked for when something is to be delivered and none is known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.dialogue.outcomes import Ask, Outcome, Propose, Say
from app.dialogue.reading import PlaceValue, Slots, TextValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Question
from app.domain.checkout import Draft
from app.resolution.edits import CannotEdit, to_place
from app.skills.world import World

SPEC = SkillSpec(
    name="address",
    description="Save an address of the customer's.",
    slots=(
        SlotSpec("text", "rest", "what the address is called and the address itself"),
        SlotSpec("place", "place", "picked up instead of delivered"),
    ),
    cues=(
        "add address", "add an address", "add a new address", "save address", "save an address", "save this address", "new address",
        "my address is", "my home address is", "添加地址", "加地址", "新增地址", "保存地址", "我的地址是", "我家地址是", "地址是",
    ),
    examples=(Example("en", "add address home: 100 West Nanjing Road"), Example("zh", "添加地址 公司：世纪大道100号")),
)  # fmt: skip
HOME = "home/家/家里"
OFFICE = "office/公司/work"
CALLED = {
    "home": HOME,
    "my home": HOME,
    "家": HOME,
    "家里": HOME,
    "office": OFFICE,
    "my office": OFFICE,
    "work": OFFICE,
    "公司": OFFICE,
}
LABELLED = re.compile(r"(?P<label>[^:：]{1,20})[:：](?P<text>.+)", re.DOTALL)
LENGTH_MIN, LENGTH_MAX = 4, 200


@dataclass(frozen=True, slots=True)
class SaveAddress:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        said = slots.get("text")
        label, text = _parts(said.span.text) if isinstance(said, TextValue) else (HOME, "")
        if not _fits(text):
            return [Ask(_question(world, "address.which", None))]
        masked = world.keep_address(label, text)[1]
        return [Say("address.saved", {"label": _shown(label, world), "address": masked})]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        place, said, draft = slots.get("place"), slots.get("text"), question.draft
        if isinstance(place, PlaceValue) and draft is not None:
            placed = to_place(place, draft, world.catalogs[draft.merchant_id], world.addresses(), world.keep_place)
            return [Say(placed.key, placed.params), Ask(question)] if isinstance(placed, CannotEdit) else [_propose(placed, world)]
        label, text = _parts(said.span.text) if isinstance(said, TextValue) else (HOME, "")
        if not _fits(text):
            return [Ask(question)]
        ref, masked = world.keep_address(label, text)
        if draft is None:
            return [Say("address.saved", {"label": _shown(label, world), "address": masked})]
        return [_propose(replace(draft, destination_ref=ref, destination_masked=masked), world)]


def where_to(draft: Draft, question_id: str) -> Question:
    """What is asked when a draft is to be delivered and no address is known."""
    return Question(question_id, SPEC.name, "text", "text", "address.where_to", draft=draft)


def _question(world: World, key: str, draft: Draft | None) -> Question:
    return Question(world.new_id("que"), SPEC.name, "text", "text", key, draft=draft)


def _propose(draft: Draft, world: World) -> Propose:
    """In the place of the card that it grew out of."""
    card = world.card
    grown = card is not None and {line.id for line in card.lines} <= {line.id for line in draft.lines}
    return Propose(draft, Say("order.card"), world.focus_line if grown else None, replaces_card=grown)


def _parts(said: str) -> tuple[str, str]:
    """ "home: 100 West Nanjing Road" → what it is called, and the address; without a name it is home."""
    tidy = " ".join(said.split()).strip(" ,，:：")
    found = LABELLED.fullmatch(tidy)
    if found is None:
        return HOME, tidy
    label = found["label"].strip().casefold()
    return CALLED.get(label, label.replace("/", " ")), found["text"].strip()


def _fits(text: str) -> bool:
    return LENGTH_MIN <= len(text) <= LENGTH_MAX


def _shown(label: str, world: World) -> str:
    names = label.split("/")
    return names[min(len(names) - 1, 1)] if world.lang == "zh" else names[0]
