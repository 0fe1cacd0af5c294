"""The words for what a thing is to be like, in both languages, and what each asks of a product or refuses.

The attributes are those that `catalog/schema.json` describes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.allergen import Allergen
from app.understanding.allergens import SAID
from app.understanding.tokens import Phrases, phrase_tokens

NOTHING: frozenset[str] = frozenset()
NO_ALLERGEN: frozenset[Allergen] = frozenset()


@dataclass(frozen=True, slots=True)
class Trait:
    """What is asked of a product. `is_kind`: it says what sort of thing is wanted (a drink), not what it is to be like."""

    wanted: frozenset[str] = NOTHING
    refused: frozenset[str] = NOTHING
    free_of: frozenset[Allergen] = NO_ALLERGEN
    is_kind: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase asks, and what refusing it asks; None where it means nothing by itself, or can't be refused."""

    wanted: Trait | None = None
    refused: Trait | None = None


# What it asks, what its refusal asks ("" where it is never refused, or means nothing by itself), and the words for it.
# -x: not x. What is not stated to be without caffeine or alcohol is not offered as being without.
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("warm", "-warm",
        ("warm|warming|hot|steaming|toasty|piping hot|warm me up|热|热的|热乎|热乎的|热乎乎|热腾腾|温的|温热|暖|暖的|暖和|"
        "暖胃|暖身|暖身子|烫的")),
    ("cold", "-cold",
        "cold|iced|chilled|icy|frozen|ice cold|cool me down|冰的|冰镇|冰镇的|凉的|冷的|凉快|冰爽|透心凉|冻的"),
    ("warm food", "", "热食|热菜"),
    ("warm drink", "", "热饮|热饮料"),
    ("cold drink", "", "冷饮|冰饮|冰饮料"),
    ("caffeine", "caffeine_free", "caffeine|caffeinated|咖啡因"),
    ("caffeine drink", "",
        ("awake|tired|exhausted|nodding off|no sleep|没睡好|打瞌睡|keep me awake|keep me up|wake me up|wake up|stay awake|"
        "falling asleep|pick me up|a pick me up|energy|energising|energizing|energetic|sleepy|energy boost|perk me up|"
        "提神|提提神|醒神|犯困|困死|困死了|好困|醒脑|打起精神|熬夜|加班")),
    ("caffeine_free", "",
        ("decaf|caffeine free|decaffeinated|won't keep me up|won't keep me awake|help me sleep|before bed|bedtime|"
        "不会睡不着|助眠|睡前|安神|不影响睡眠")),
    ("", "caffeine_free", "coffee|咖啡"),
    ("sweet", "-sweet", "sweet|sugary|sweetened|甜|甜的|甜甜的|甜味|甜口"),
    ("sweet food", "", "dessert|something sweet to eat|pudding|sweet treat|sweet tooth|treat|甜点|甜品|甜食|点心"),
    ("low_sugar", "",
        ("low sugar|sugar free|less sugar|unsweetened|no sugar|diet|without sugar|zero sugar|无糖|低糖|少糖|零糖|不加糖|"
        "不要糖|没有糖|控糖|减肥|减脂")),
    ("fried", "-fried", "fried|deep fried|炸|炸的|油炸|油炸的|煎炸"),
    ("fried", "-fried", "oily|greasy|油腻|油的"),
    ("spicy", "-spicy", "spicy|hot and spicy|chilli|fiery|with a kick|辣|辣的|香辣|麻辣|辣味"),
    ("savoury", "-savoury", "savoury|savory|salty|咸|咸的|咸味|咸口"),
    ("light", "-light",
        ("light|easy to digest|low calorie|light bite|轻食|淡一点|养胃|少油少盐|not heavy|not too heavy|"
        "easy on the stomach|清淡|清淡点|清淡的|清口|不油腻|不腻|好消化|少油")),
    ("refreshing", "-refreshing",
        ("refreshing|parched|cool off|refresh|生津|凉爽|thirst|thirst quenching|quench|cooling|thirsty|解腻|止渴|解渴|清爽|"
        "清爽的|爽口|解暑|消暑|降火")),
    ("filling food", "-filling",
        "filling|充饥|hearty|substantial|starving|fill me up|big meal|顶饱|管饱|饱|吃饱|抗饿|扛饿|主食|管饿"),
    ("healthy", "", "healthy|nutritious|good for me|健康|营养|养生"),
    ("high_protein", "", "high protein|protein|gym|workout|健身|高蛋白|蛋白质"),
    ("hangover", "",
        ("hangover|morning after|酒后|hungover|hangover cure|drank too much|drunk too much|sober up|解酒|醒酒|宿醉|喝多了|"
        "喝醉了")),
    ("kids", "",
        ("kid|child friendly|孩子们|儿子|女儿|child|toddler|little one|my son|my daughter|kid friendly|孩子|小孩|小孩子|"
        "小朋友|儿童|宝宝|娃")),
    ("fruity", "-fruity", "fruity|fruit flavoured|fruit|果味|水果味|水果|果香"),
    ("creamy", "-creamy", "creamy|milky|rich|smooth|香浓|顺滑|浓郁|奶香"),
    ("chocolate", "-chocolate", "chocolate|chocolatey|chocolaty|巧克力|巧克力味"),
    ("nutty", "-nutty", "nutty|坚果味"),
    ("sparkling", "-sparkling", "sparkling|bubbly|冒泡|有气泡|带气泡|fizzy|bubble|carbonated|气泡|带气|带气的|有气|汽水"),
    ("strong", "-strong", "strong|浓一点|浓的|浓"),
    ("meat", "-meat -seafood", "meat|meaty|肉|有肉|荤|荤的"),
    ("meat", "-meat", "pork|beef|chicken|猪肉|牛肉|鸡肉"),
    ("seafood", "-seafood", "seafood|海鲜"),
    ("vegetarian", "", "vegetarian|veggie|素|素的|素食|吃素|meatless|meat free"),
    ("vegan", "", "vegan|plant based|纯素"),
    ("sharing", "", "sharing|for a group|for everyone|多人|大家一起|to share|share with|party food|分享|一起吃|分着吃|聚餐"),
    ("gift", "", "gift|present|送礼|送人|礼物|礼品|伴手礼"),
    ("adult", "-adult", "alcohol|tipsy|小酌|微醺|alcoholic|booze|boozy|酒精|酒|含酒精"),
    ("seasonal", "", "seasonal|in season|limited edition|当季|应季|时令|季节限定"),
)  # fmt: skip
_KINDS: tuple[tuple[str, str], ...] = (
    ("drink", "drink|beverage|to drink|sip|to sip|喝|喝的|喝点|饮料|饮品|想喝"),
    ("food", "midnight snack|late night snack|夜宵|宵夜|food|to eat|bite|meal|dish|吃|吃的|吃点|食物|想吃"),
    ("snack", "afternoon tea|teatime|下午茶|snack|nibble|finger food|解馋|嘴馋|munch|to nibble on|零食|小吃|零嘴"),
    ("breakfast", "breakfast|brekkie|早餐|早饭|早点|当早餐"),
    ("lunch", "lunch|午餐|午饭|中饭"),
    ("dinner", "dinner|supper|晚餐|晚饭"),
    ("drink refreshing", "我渴了"),
)
# What everybody calls an allergen, beside the words that the allergen questions know.
_ALLERGENS: tuple[tuple[tuple[Allergen, ...], str], ...] = (
    (("milk",), "奶|dairy product|牛奶"),
    (("egg",), "蛋"),
    (("gluten",), "麸"),
)
# "can't have gluten" refuses as "without gluten" does.
REFUSALS: Phrases[bool] = Phrases()
REFUSALS.add_all(
    (
        "without", "no", "not", "non", "isn't", "not too", "don't want", "don't like", "can't have", "can't eat",
        "cannot have", "cannot eat", "free of", "free from", "allergic to", "aren't", "never", "avoid", "nothing", "minus",
        "won't", "doesn't have", "do not want", "hate", "anything but", "except", "but not", "除了", "除", "不", "不要",
        "别", "没有", "不含", "无", "不带", "非", "不太", "不是", "不能", "不能吃", "不想", "不想要", "不喜欢", "别带",
        "not so", "not very", "not that", "不要太", "别太", "不用太", "不能太", "不要那么", "不那么", "别放", "过敏",
        "去", "不想吃", "不吃", "不喝", "不用", "不加", "不放",
    ),
    True,
)  # fmt: skip


def both(one: Trait, other: Trait) -> Trait:
    return Trait(one.wanted | other.wanted, one.refused | other.refused, one.free_of | other.free_of, one.is_kind and other.is_kind)


def _trait(written: str, *, is_kind: bool = False) -> Trait | None:
    parts = written.split()
    wanted, refused = frozenset(p for p in parts if p[0] != "-"), frozenset(p[1:] for p in parts if p[0] == "-")
    return Trait(wanted, refused, is_kind=is_kind) if parts else None


def _rows() -> Iterator[tuple[str, Trait | None, Trait | None]]:
    for asks, refusal, phrases in _TABLE:
        yield from ((phrase, _trait(asks), _trait(refusal)) for phrase in phrases.split("|"))
    for kind, phrases in _KINDS:
        yield from ((phrase, _trait(kind, is_kind=True), None) for phrase in phrases.split("|"))
    for codes, words in (*_ALLERGENS, *((codes, word) for word, codes in SAID.items())):
        nuts = frozenset({"nutty"}) if {"peanut", "tree_nut"} <= set(codes) else NOTHING
        yield from ((word, None, Trait(refused=nuts, free_of=frozenset(codes))) for word in words.split("|"))


def _meanings() -> dict[tuple[str, ...], Meaning]:
    """By phrase. One that two rows know asks what the first one says, and its refusal is both: seafood is food and an allergen."""
    found: dict[tuple[str, ...], Meaning] = {}
    for phrase, wanted, refused in _rows():
        tokens = phrase_tokens(phrase)
        known = found.get(tokens, Meaning())
        together = both(known.refused, refused) if known.refused and refused else known.refused or refused
        found[tokens] = Meaning(known.wanted or wanted, together)
        if phrase.isascii() and together is not None:
            found[(*tokens, "free")] = Meaning(together)
    return found


TRAITS: Phrases[Meaning] = Phrases()
for _tokens, _meaning in _meanings().items():
    TRAITS.add(_tokens, _meaning)
