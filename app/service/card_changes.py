"""What a card offers to be changed to by tap: each line's options with their prices, the ways to get it, the saved addresses."""

from collections.abc import Sequence

from app.base.money import Money
from app.dialogue.wording import say
from app.domain.catalog import Catalog, FulfilmentOption, OptionGroup
from app.domain.checkout import CheckoutSession, LineItem
from app.domain.customer import Address
from app.domain.names import Lang
from app.lookup.text import is_cjk
from app.service.card_views import AddressView, ChangesView, GroupView, LineChangesView, OptionView, WayView


def changes(checkout: CheckoutSession, catalog: Catalog, addresses: Sequence[Address], lang: Lang) -> ChangesView:
    ways = catalog.merchant.fulfilment
    return ChangesView(
        version=checkout.version,
        lines=tuple(LineChangesView(line.id, _groups(line, catalog, lang)) for line in checkout.lines),
        ways=tuple(_way(way, checkout, lang) for way in ways),
        addresses=tuple(_address(address, checkout, lang) for address in addresses) if _delivers(ways) else (),
    )


def has_other_places(catalog: Catalog | None) -> bool:
    """Whether where or how the goods are got is the customer's to choose."""
    return catalog is not None and (len(catalog.merchant.fulfilment) > 1 or _delivers(catalog.merchant.fulfilment))


def _delivers(ways: Sequence[FulfilmentOption]) -> bool:
    return any(way.kind == "delivery" for way in ways)


def _groups(line: LineItem, catalog: Catalog, lang: Lang) -> tuple[GroupView, ...]:
    product = catalog.products.get(line.product_id)
    return tuple(_group(group, line, lang) for group in catalog.groups_of(product)) if product else ()


def _group(group: OptionGroup, line: LineItem, lang: Lang) -> GroupView:
    chosen = {option.option_id: option.count for option in line.options if option.group_id == group.id}
    return GroupView(
        id=group.id,
        label=group.names.display(lang),
        hint=say(lang, "card.options_max", {"count": group.max}) if group.max > 1 else "",
        single=group.max == 1,
        required=group.min > 0,
        full=sum(chosen.values()) >= group.max,
        options=tuple(
            OptionView(
                id=option.id,
                label=option.names.display(lang),
                price=signed(option.price_delta),
                count=chosen.get(option.id, 0),
                count_max=min(option.max_count, group.max),
            )
            for option in group.options
        ),
    )


def signed(delta: Money) -> str:
    return "" if delta.is_zero else f"{'' if delta.is_negative else '+'}{delta}"


def _way(way: FulfilmentOption, checkout: CheckoutSession, lang: Lang) -> WayView:
    goods, shortest, longest = checkout.totals.goods, *way.eta_minutes
    missing = way.minimum.minus(goods)
    fee = way.fee_for(goods)
    return WayView(
        id=way.id,
        label=way.names.display(lang),
        fee=say(lang, "card.no_fee") if fee.is_zero else str(fee),
        detail=(
            say(lang, "card.way_minimum", {"missing": missing})
            if missing.minor > 0
            else say(lang, "card.eta", {"shortest": shortest, "longest": longest})
        ),
        chosen=way.id == checkout.fulfilment.option_id,
        possible=missing.minor <= 0,
    )


def _address(address: Address, checkout: CheckoutSession, lang: Lang) -> AddressView:
    fulfilment = checkout.fulfilment
    chosen = fulfilment.kind == "delivery" and fulfilment.destination_ref == address.text_ref
    return AddressView(address.id, _label(address, lang), address.masked, chosen)


def _label(address: Address, lang: Lang) -> str:
    """An address that is called the same in several languages, such as "home/家", in the customer's."""
    names = [name.strip() for name in address.label.split("/")]
    return next((name for name in names if any(map(is_cjk, name)) == (lang == "zh")), names[0])
