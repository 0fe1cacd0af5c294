"""Which of the allergens that shops state the words are about."""

import re

from app.domain.allergen import Allergen
from app.lookup.text import fold

# A word that may mean either of two gates both: nuts, seafood.
PHRASES: tuple[tuple[tuple[Allergen, ...], str], ...] = (
    (("gluten",), "gluten|wheat|flour|coeliac|celiac|麸质|小麦|面筋|面粉"),
    (("milk",), "milk|dairy|lactose|牛奶|乳制品|奶制品|乳糖|牛乳"),
    (("egg",), "egg|eggs|鸡蛋|蛋类"),
    (("peanut",), "peanut|peanuts|花生"),
    (("tree_nut", "peanut"), "nut|nuts|坚果"),
    (("tree_nut",), "tree nut|tree nuts|almond|almonds|walnut|walnuts|cashew|cashews|hazelnut|hazelnuts|pistachio|pistachios"),
    (("tree_nut",), "杏仁|核桃|腰果|榛子|开心果"),
    (("soy",), "soy|soya|soybean|soybeans|大豆|黄豆|豆制品"),
    (("fish",), "fish|鱼|鱼类"),
    (("shellfish",), "shellfish|shrimp|shrimps|prawn|prawns|crab|lobster|虾|螃蟹|蟹|贝类|甲壳类"),
    (("fish", "shellfish"), "seafood|海鲜"),
    (("sesame",), "sesame|芝麻"),
)
SAID: dict[str, tuple[Allergen, ...]] = {word: codes for codes, words in PHRASES for word in words.split("|")}
# These are said as one character only after what leads to them: 有奶吗, 对蛋过敏.
ALONE: dict[str, tuple[Allergen, ...]] = {"奶": ("milk",), "蛋": ("egg",), "豆": ("soy",)}
# The milk of a plant is no milk, and soy milk is soy.
PLANT_MILK = re.compile(r"\b(?:oat|almond|coconut|rice|soy|soya)[ -]?milk\b")
WORDS = sorted(SAID, key=len, reverse=True)
LATIN = re.compile(r"\b(?:" + "|".join(word for word in WORDS if word.isascii()) + r")\b")
CJK = re.compile("|".join(word for word in WORDS if not word.isascii()))
LED = re.compile(r"(?:有|含|对|吃|喝)(" + "|".join(ALONE) + r")(?=吗|么|嘛|过敏|不耐受|的|$|[,，。.?？!！])")


def allergens_in(text: str) -> frozenset[Allergen]:
    said = fold(text)
    plants = PLANT_MILK.findall(said)
    latin = LATIN.findall(PLANT_MILK.sub(" ", said))
    found = [SAID[word] for word in (*latin, *CJK.findall(said))]
    found += [ALONE[word] for word in LED.findall(said)]
    found += [("soy",) for plant in plants if plant.startswith("soy")]
    found += [("tree_nut",) for plant in plants if plant.startswith("almond")]
    return frozenset(code for codes in found for code in codes)
