"""A kitchen where most of a dish is chosen by word: which wish belongs to which dish, and what a word says of the next."""

import pytest

from app.understanding.lexicon import ShopLexicon
from tests.understanding.conftest import _catalog, _group

KITCHEN = _catalog(
    "harbour",
    [
        _group("size", "size", "Size", {"small": "Small", "large": "Large"}),
        _group(
            "filling",
            "extra",
            "Filling",
            {
                "brown_rice": "Brown rice",
                "red_cabbage": "Red cabbage",
                "kidney": "Kidney beans|beans",
                "soy": "Soy beans|beans",
                "egg": "Boiled egg|eggs",
                "greens": "Steamed greens",
                "hummus": "Hummus",
                "corn": "Corn relish",
                "tomato": "Fresh tomato relish",
                "smoked_trout": "Trout",
            },
            most=9,
        ),
    ],
    {
        "wrap": ("Wrap|wraps", ("size", "filling")),
        "trout_wrap": ("Trout wrap|trout", ("size", "filling")),
        "lamb_wrap": ("Lamb wrap|lamb", ("size", "filling")),
        "hummus_bowl": ("Hummus", ()),
        "cola": ("Cola", ("size",)),
        "brownie": ("Chocolate brownie", ()),
    },
)
SHOP = {"harbour": ShopLexicon.of(KITCHEN)}

ORDERS = {
    # An article before the size of another dish begins that dish, also after "with".
    "a large wrap with eggs a small wrap with hummus": [(1, "wrap", {"large", "egg"}, []), (1, "wrap", {"small", "hummus"}, [])],
    "one wrap with eggs and a large cola": [(1, "wrap", {"egg"}, []), (1, "cola", {"large"}, [])],
    # How a thing is, is said of the next thing, and is not the option that happens to begin with the word.
    "a wrap with steamed hummus": [(1, "wrap", {"hummus"}, [])],
    "a wrap with corn relish fresh tomato relish and eggs": [(1, "wrap", {"corn", "tomato", "egg"}, [])],
    # What fits several is one of them once it is named.
    "a bean wrap with soy beans": [(1, "wrap", {"soy"}, [])],
    # A dish on the side is a dish.
    "a wrap with eggs and hummus on the side": [(1, "wrap", {"egg"}, []), (None, "hummus_bowl", set(), [])],
    "a wrap with eggs and a side of hummus": [(1, "wrap", {"egg"}, []), (1, "hummus_bowl", set(), [])],
    "a wrap with eggs and hummus": [(1, "wrap", {"egg", "hummus"}, [])],
    # What the second name says of the first where that is sold as itself: both are meant.
    "a wrap with lamb and eggs": [(1, "wrap", set(), []), (None, "lamb_wrap", {"egg"}, [])],
    # What introduces words orders nothing.
    "a wrap and for the greens i'd like corn relish": [(1, "wrap", {"corn"}, [])],
    "to drink a large cola for dessert brownie": [(1, "cola", {"large"}, []), (None, "brownie", set(), [])],
    # As many write.
    "ill take one large wrap with eggs hold the hummus though": [(1, "wrap", {"large", "egg", "not hummus"}, [])],
    "id like a wrap dont add eggs": [(1, "wrap", {"not egg"}, [])],
}


@pytest.mark.parametrize("text", ORDERS)
def test_each_wish_is_where_it_was_said(order, text):
    assert order(text, shops=SHOP) == ORDERS[text]
