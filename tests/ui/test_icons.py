"""Every category that a shipped shop has is drawn, each in its own way."""

import re

from app.bootstrap import load_catalogs
from app.settings import load_settings
from app.ui.hosting import PUBLIC

DRAWN = re.compile(r"^  (\w+):\s*'([Mm][^']+)'", re.MULTILINE)
PATH = re.compile(r"[MmZzLlHhVvCcSsQqTtAa0-9 .,-]+")


def drawings() -> dict[str, str]:
    found: list[tuple[str, str]] = []
    for file in [*(PUBLIC / "js" / "icons").glob("*.js"), PUBLIC / "js" / "icons.js"]:
        found += DRAWN.findall(file.read_text(encoding="utf-8"))
    assert len(found) == len({name for name, _ in found}), "a name is drawn twice"
    return dict(found)


def test_every_category_of_every_shipped_shop_has_a_drawing() -> None:
    catalogs = load_catalogs(load_settings({}).catalog_dir)
    used = {product.category for catalog in catalogs.values() for product in catalog.products.values()}
    named = {category.id for catalog in catalogs.values() for category in catalog.categories}
    assert (used | named) - set(drawings()) == set()


def test_no_two_drawings_are_the_same_and_each_is_a_path() -> None:
    drawn = drawings()
    assert len(set(drawn.values())) == len(drawn)
    assert all(PATH.fullmatch(path) for path in drawn.values())
