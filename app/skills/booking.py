"""The day of a room or a ticket: taken from the words, asked for where it is missing."""

from dataclasses import replace
from datetime import timedelta

from app.base.clock import local
from app.dialogue.reading import MomentValue, Slots
from app.dialogue.state import Choice, Question
from app.domain.catalog import Catalog
from app.domain.checkout import Draft
from app.domain.names import Names
from app.resolution.moments import day_of
from app.skills.world import World

DAYS_OFFERED = 4
WEEKDAYS_ZH = "一二三四五六日"


def needs_day(draft: Draft, catalog: Catalog) -> bool:
    return draft.on is None and _is_booking(draft, catalog)


def on_day(slots: Slots, draft: Draft, catalog: Catalog, world: World) -> Draft:
    """The draft for the day that was said, by the merchant's calendar; unchanged where none was or nothing is booked for one."""
    value = slots.get("day")
    if not isinstance(value, MomentValue) or all(product.booking is None for product in catalog.products.values()):
        return draft
    day = day_of(value.moment, local(world.now, catalog.merchant.zone).date())
    return replace(draft, on=day) if day is not None else draft


def which_day(draft: Draft, catalog: Catalog, world: World, skill: str) -> Question:
    today = local(world.now, catalog.merchant.zone).date()
    choices = tuple(
        Choice(
            Names((f"{day:%a %d %b}",), (f"{day.month}月{day.day}日 周{WEEKDAYS_ZH[day.weekday()]}",)),
            picture="clock",
            value=day.isoformat(),
        )
        for day in (today + timedelta(days=ahead) for ahead in range(DAYS_OFFERED))
    )
    product = catalog.products[draft.lines[0].product_id]
    params = (("product", product.names.display(world.lang)),)
    return Question(world.new_id("que"), skill, "day", "moment", "order.which_day", params, choices, draft=draft)


def _is_booking(draft: Draft, catalog: Catalog) -> bool:
    return any(catalog.products[line.product_id].booking is not None for line in draft.lines)
