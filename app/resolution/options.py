"""Option mentions → a product's own options, with what they bring along and what no option covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.dialogue.reading import OptionMention
from app.domain.catalog import Catalog, Option, OptionGroup, Product
from app.domain.checkout import ChosenOption


@dataclass(frozen=True, slots=True)
class Choices:
    """`options` as a draft holds them; `notes` are wishes that the product has no option for."""

    options: tuple[ChosenOption, ...]
    notes: tuple[str, ...] = ()


def choose_options(
    catalog: Catalog, product: Product, mentions: Iterable[OptionMention], current: Sequence[ChosenOption] = ()
) -> Choices:
    """The product's options after what was said; what is in `current` stays unless it is displaced."""
    chosen: dict[str, list[ChosenOption]] = {}
    for option in current:
        chosen.setdefault(option.group_id, []).append(option)
    notes: list[str] = []
    said: set[str] = set()
    for mention in mentions:
        found = _own_option(catalog, product, mention)
        picked = _picked(found[0], found[1], mention) if found else None
        if found is None or picked is None:
            notes.append(mention.span.text)
            continue
        _put(chosen, found[0], picked)
        said.add(found[0].id)
    _add_implied(catalog, product, chosen, said)
    return Choices(tuple(option for options in chosen.values() for option in options), tuple(notes))


def fitting_options(catalog: Catalog, product: Product, options: Iterable[ChosenOption]) -> tuple[ChosenOption, ...]:
    """Those of the options that another product has too."""
    groups = {group.id: group for group in catalog.groups_of(product)}
    return tuple(o for o in options if o.group_id in groups and groups[o.group_id].option(o.option_id) is not None)


def missing_group(catalog: Catalog, product: Product, options: Iterable[ChosenOption]) -> OptionGroup | None:
    """The first group that must be chosen, has no default and was not spoken of."""
    spoken_of = {option.group_id for option in options}
    return next((g for g in catalog.groups_of(product) if g.is_required and g.id not in spoken_of), None)


def _own_option(catalog: Catalog, product: Product, mention: OptionMention) -> tuple[OptionGroup, Option] | None:
    """The mentioned option as this product offers it: in the group named, or under the same name in a group of its own."""
    groups = catalog.groups_of(product)
    for group in groups:
        if group.id == mention.group_id and (option := group.option(mention.option_id)):
            return group, option
    mentioned = catalog.groups.get(mention.group_id)
    meant = mentioned.option(mention.option_id) if mentioned else None
    if meant is None:
        return None
    names = {name.casefold() for name in meant.names.all()}
    for group in groups:
        for option in group.options:
            if names & {name.casefold() for name in option.names.all()}:
                return group, option
    return None


def _picked(group: OptionGroup, option: Option, mention: OptionMention) -> ChosenOption | None:
    """What a mention asks of a group; None where the group can't express it."""
    if mention.negated:
        return _without(group, option)
    if mention.qualifier == "light":
        return None
    count = mention.count if mention.count is not None else (2 if mention.qualifier == "extra" else 1)
    if mention.qualifier == "extra" and option.max_count == 1:
        # An extra of something that comes once anyway is that thing, unless it is there by default.
        return None if option.id == group.default else ChosenOption(group.id, option.id)
    return ChosenOption(group.id, option.id, count)


def _without(group: OptionGroup, option: Option) -> ChosenOption | None:
    if group.min == 0:
        return ChosenOption(group.id, option.id, 0)
    nothing = group.option("none")
    return ChosenOption(group.id, nothing.id) if nothing else None


def _put(chosen: dict[str, list[ChosenOption]], group: OptionGroup, picked: ChosenOption) -> None:
    if group.max == 1:
        chosen[group.id] = [picked]
        return
    before = chosen.get(group.id, [])
    chosen[group.id] = [o for o in before if o.option_id != picked.option_id] + [picked]


def _add_implied(catalog: Catalog, product: Product, chosen: dict[str, list[ChosenOption]], said: set[str]) -> None:
    groups = {group.id: group for group in catalog.groups_of(product)}
    for group_id in said & set(groups):
        for picked in chosen[group_id]:
            option = groups[group_id].option(picked.option_id)
            for implied_group, implied_option in option.implies if option and picked.count else ():
                if implied_group in groups and implied_group not in said and groups[implied_group].option(implied_option):
                    chosen[implied_group] = [ChosenOption(implied_group, implied_option)]
