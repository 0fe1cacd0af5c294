"""Over the shops that are shipped too, whatever is said is answered, with a card open and without."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bootstrap import load_catalogs
from app.commands.explain import explained
from app.skills import SKILLS
from app.understanding.context import ReadingContext
from app.understanding.lexicon import ShopLexicon
from app.understanding.rules import read

CATALOGS = load_catalogs(Path(__file__).resolve().parents[2] / "catalog")
SHOPS = {name: ShopLexicon.of(catalog) for name, catalog in CATALOGS.items()}
CONTEXT = ReadingContext(tuple(skill.spec for skill in SKILLS), SHOPS)
CARD = ReadingContext(CONTEXT.specs, SHOPS, merchant_id="nimbus_coffee", line_products=("latte", "mocha"))
CATEGORIES = sorted({name for c in CATALOGS.values() for category in c.categories for name in category.names.all()})
SAID = """
    two 2 x2 一 杯 large oat latte 拿铁 no 不要 with and ， 第二个 再来 make that 换成 the other one 充 50 我妈 remove extra shot
    less ice yes cancel each 随便 清淡 something warm without caffeine at 8 to airport 明天 every morning for lunch I want 十来 why
"""
WORDS = st.lists(st.sampled_from([*SAID.split(), *CATEGORIES]), max_size=9).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(text=WORDS, card=st.booleans())
def test_any_words_are_read_and_explained(text: str, card: bool) -> None:
    reading = read(text, CARD if card else CONTEXT)
    assert reading.commands
    assert explained(text, reading, coloured=False)


@pytest.mark.parametrize("category", [c.names.display("en") for k in CATALOGS.values() for c in k.categories])
def test_every_category_can_be_named_beside_an_item(category: str) -> None:
    for text in (
        f"a latte {category}",
        f"a latte with {category}",
        f"two lattes and {category}",
        f"{category} yes {category} I 十来",
    ):
        assert read(text, CONTEXT).commands
