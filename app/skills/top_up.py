"""Top up a phone: the customer's own unless they name someone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.base.money import Money
from app.dialogue.outcomes import Ask, Outcome, Propose, Say
from app.dialogue.reading import AmountValue, PersonValue, PhoneValue, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Choice, Question
from app.domain.catalog import Catalog, Product
from app.domain.checkout import Draft, DraftLine
from app.domain.customer import OWN
from app.resolution.people import KnownNumber, UnknownPerson, whose_number
from app.skills.world import World

SPEC = SkillSpec(
    name="top_up",
    description="Top up the credit of a mobile phone, the customer's own or somebody else's.",
    slots=(
        SlotSpec("amount", "amount", "how much credit"),
        SlotSpec("phone", "phone", "the number to top up, where it is said"),
        SlotSpec("person", "person", "whose phone: me, my mum, 我妈"),
    ),
    cues=(
        "top up", "topup", "top-up", "recharge", "phone credit", "credit to my phone", "mobile credit", "airtime",
        "充", "充值", "充话费", "话费", "手机充", "交话费",
    ),
    examples=(Example("zh", "帮我手机充50"), Example("zh", "给我妈充一百"), Example("en", "top up my phone with 50")),
    may_recur=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TopUp:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        number = whose_number(slots.get("phone"), slots.get("person"), world.contacts(), world.keep_phone)
        if isinstance(number, UnknownPerson):
            return [Ask(_which_number(number, _minor(slots), world))]
        return _with_number(number, _minor(slots), world)

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        amount = _minor(slots) or _fact_minor(question)
        if isinstance(slots.get("phone"), PhoneValue) or isinstance(slots.get("person"), PersonValue):
            # A number that was asked for as theirs is theirs from now on.
            keep = world.keep_own_number if question.key == "top_up.own_number" else world.keep_phone
            number = whose_number(slots.get("phone"), slots.get("person"), world.contacts(), keep)
            if isinstance(number, UnknownPerson):
                return [Ask(question)]
            return _with_number(replace(number, label=OWN) if keep == world.keep_own_number else number, amount, world)
        remembered = _fact_number(question)
        return [Ask(question)] if remembered is None else _with_number(remembered, amount, world)

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        number = _fact_number(question)
        if number is None or choice.value is None:
            return [Ask(question)]
        return _with_number(number, int(choice.value), world)


def _with_number(number: KnownNumber, amount_minor: int | None, world: World) -> Sequence[Outcome]:
    offers = _offers(world)
    if not offers:
        return [Say("top_up.nobody")]
    for catalog, product in offers:
        if product.face_value is not None and product.face_value.minor == amount_minor:
            return [_propose(catalog, product, number, world)]
    return [Ask(_which_amount(number, amount_minor, [product for _, product in offers], world))]


def _propose(catalog: Catalog, product: Product, number: KnownNumber, world: World) -> Propose:
    line = DraftLine(world.new_id("lin"), product.id, 1)
    draft = Draft(
        merchant_id=catalog.merchant.id,
        lines=(line,),
        fulfilment_id=next((f.id for f in catalog.merchant.fulfilment if f.kind == "phone"), None),
        destination_ref=number.ref,
        destination_masked=number.masked,
    )
    key = "top_up.own" if number.is_own else "top_up.other"
    said = Say(
        key,
        {
            "face": str(product.face_value or product.price),
            "phone": number.masked,
            "person": number.label,
            "last": number.masked[-4:],
        },
    )
    return Propose(draft, said, line.id, replaces_card=False)


def _offers(world: World) -> list[tuple[Catalog, Product]]:
    found = [(c, p) for c in world.catalogs.values() for p in c.products.values() if p.face_value is not None]
    return sorted(found, key=lambda offer: (offer[1].price.minor, offer[1].id))


def _which_amount(number: KnownNumber, asked: int | None, products: list[Product], world: World) -> Question:
    choices = tuple(
        Choice(product.names, price=str(product.price), picture=product.category, value=str(product.face_value.minor))
        for product in products
        if product.face_value is not None
    )
    return Question(
        id=world.new_id("que"),
        skill=SPEC.name,
        slot="amount",
        kind="amount",
        key="top_up.how_much" if asked is None else "top_up.other_amounts",
        params=(("phone", number.masked), *(() if asked is None else (("asked", str(Money(asked))),))),
        choices=choices,
        facts=(("ref", number.ref), ("masked", number.masked), ("label", number.label)),
    )


def _which_number(person: UnknownPerson, amount_minor: int | None, world: World) -> Question:
    facts = () if amount_minor is None else (("amount", str(amount_minor)),)
    return Question(
        id=world.new_id("que"),
        skill=SPEC.name,
        slot="phone",
        kind="phone",
        key="top_up.which_number" if person.label else "top_up.own_number",
        params=(("person", person.label),),
        facts=facts,
    )


def _minor(slots: Slots) -> int | None:
    amount = slots.get("amount")
    return amount.minor if isinstance(amount, AmountValue) else None


def _fact_minor(question: Question) -> int | None:
    amount = question.fact("amount")
    return None if amount is None else int(amount)


def _fact_number(question: Question) -> KnownNumber | None:
    ref, masked = question.fact("ref"), question.fact("masked")
    return None if ref is None or masked is None else KnownNumber(ref, masked, question.fact("label") or "")
