"""What a tap on a card asks for → the draft after it. Only what the shop offers for that very line or card is taken."""

from dataclasses import replace

from app.dialogue.reading import OptionMention, Span
from app.domain.catalog import Catalog, OptionGroup, Product
from app.domain.checkout import ChosenOption, Draft, DraftLine
from app.domain.customer import Address
from app.resolution.options import choose_options

# A tap has no words.
WORDLESS = Span(0, 0, "")


def with_option(draft: Draft, line: DraftLine, catalog: Catalog, group_id: str, option_id: str, count: int) -> Draft | None:
    """`count` of one option on a line, with what it brings along; None for what the product does not offer.

    A group that takes one takes this one in the place of the other. How many a group needs is the quote's to check.
    """
    product = catalog.products.get(line.product_id)
    group = next((g for g in catalog.groups_of(product) if g.id == group_id), None) if product else None
    option = group.option(option_id) if group else None
    if product is None or group is None or option is None or not 0 <= count <= option.max_count:
        return None
    options = _chosen(catalog, product, _spoken_out(line, group), group, option_id, count)
    # What was accepted was accepted for these options, so other options ask again.
    accepted = line.accepted_allergens if options == line.options else frozenset[str]()
    changed = replace(line, options=options, accepted_allergens=accepted)
    return replace(draft, lines=tuple(changed if one.id == line.id else one for one in draft.lines))


def with_fulfilment(draft: Draft, catalog: Catalog, option_id: str) -> Draft | None:
    """Another way to get the goods; a delivery goes to the first saved address until another is tapped."""
    if catalog.merchant.fulfilment_option(option_id) is None:
        return None
    if _current(draft, catalog) == option_id:
        return draft
    return replace(draft, fulfilment_id=option_id, destination_ref=None, destination_masked="")


def with_address(draft: Draft, catalog: Catalog, address: Address) -> Draft | None:
    """Delivered there: None where the shop does not deliver."""
    delivers = [option.id for option in catalog.merchant.fulfilment if option.kind == "delivery"]
    if not delivers:
        return None
    current = _current(draft, catalog)
    way = current if current in delivers else delivers[0]
    return replace(draft, fulfilment_id=way, destination_ref=address.text_ref, destination_masked=address.masked)


def _current(draft: Draft, catalog: Catalog) -> str:
    return draft.fulfilment_id or catalog.merchant.fulfilment[0].id


def _spoken_out(line: DraftLine, group: OptionGroup) -> tuple[ChosenOption, ...]:
    """The line's options with the group's default as one of them: more beside it do not take it away."""
    if group.default is None or any(option.group_id == group.id for option in line.options):
        return line.options
    return (*line.options, ChosenOption(group.id, group.default))


def _chosen(
    catalog: Catalog, product: Product, current: tuple[ChosenOption, ...], group: OptionGroup, option_id: str, count: int
) -> tuple[ChosenOption, ...]:
    if count == 0:
        emptied = [o for o in current if not (o.group_id == group.id and o.option_id == option_id)]
        return (*emptied, ChosenOption(group.id, option_id, 0))
    mention = OptionMention(WORDLESS, "", group.id, option_id, count=count)
    return choose_options(catalog, product, [mention], current).options
