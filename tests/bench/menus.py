"""A benchmark's menu as a catalogue of ours."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.base.money import Money
from app.domain.catalog import Catalog, Category, Merchant, Option, OptionGroup, Product
from app.domain.names import Names

MANY = 20


def load_menu(folder: Path) -> Catalog:
    raw = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    sizes = {item["size_group"] for item in raw["items"] if item["size_group"]}
    groups = {group_id: _group(group_id, row, group_id in sizes) for group_id, row in raw["option_groups"].items()}
    products = {
        item["id"]: Product(
            id=item["id"],
            names=Names(tuple(item["names"])),
            category=item["category"],
            price=Money(1_000),
            group_ids=tuple(dict.fromkeys([*item["option_groups"], *([item["size_group"]] if item["size_group"] else [])])),
        )
        for item in raw["items"]
    }
    merchant = Merchant(raw["merchant"], Names((raw["merchant"],)), "menu", "CNY", "UTC", (), ())
    categories = tuple(Category(name, Names((name,))) for name in sorted({p.category for p in products.values()}))
    return Catalog(merchant, categories, groups, products)


def size_groups(menu: Catalog) -> frozenset[str]:
    return frozenset(group.id for group in menu.groups.values() if group.role == "size")


def _group(group_id: str, row: Mapping[str, Any], is_size: bool) -> OptionGroup:
    shared: dict[str, list[str]] = {}
    for name, option_ids in row["ambiguous_names"].items():
        for option_id in option_ids:
            shared.setdefault(option_id, []).append(name)
    takes_many = row["negatable"] or row["qualifiable"]
    options = tuple(
        Option(
            id=value["id"],
            names=Names((*value["names"], *shared.get(value["id"], ()))),
            price_delta=Money.zero(),
            max_count=MANY if row["qualifiable"] else 1,
        )
        for value in row["values"]
    )
    role = "size" if is_size else "extra" if takes_many else "choice"
    return OptionGroup(group_id, Names((group_id.replace("_", " "),)), role, options, 0, MANY if takes_many else 1)
