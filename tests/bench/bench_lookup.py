"""The name index at 100,000 products with two names each: CPU time and recall, beside a rapidfuzz scan in the same run.

    python -m tests.bench.bench_lookup [PRODUCTS]

With a number, that many products: how long the index takes to build and how much more memory it takes as well, and no scan.
"""

import gc
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from app.lookup.index import Entry, NameIndex
from app.lookup.text import fold, sounds

PRODUCTS = 100_000
QUERIES = 2_000
SCANNED = 40
SEED = 20_260

ONSETS, VOWELS, CODAS = "b br c d dr f g gr h k l m n p pl r s st t tr v w z", "a e i o u ai ee", "l m n r s t x nd"
KINDS_EN = """
    coffee tea latte mocha cocoa juice soda water milk yogurt cheese butter bread bagel muffin croissant cookie cake tart pie
    noodles rice dumplings soup salad sandwich wrap burger pizza sausage bacon ham chicken beef salmon tuna tofu eggs beans nuts
    granola oats cereal jam honey sauce ketchup mustard pickles olives chips crackers popcorn candy chocolate shampoo soap towels
"""
TRAITS_EN = """
    organic fresh roasted smoked spicy sweet salted crunchy creamy golden classic dark light double mini giant family frozen dried
    whole sliced stuffed grilled baked steamed vanilla caramel hazelnut almond coconut mango peach lemon ginger matcha jasmine mint
    strawberry blueberry banana pumpkin garlic pepper sesame truffle maple cinnamon
"""
KINDS_ZH = """
    咖啡 奶茶 拿铁 摩卡 可可 果汁 汽水 矿泉水 牛奶 酸奶 奶酪 黄油 面包 贝果 玛芬 可颂 饼干 蛋糕 蛋挞 派 面条 米饭 饺子 馄饨 沙拉
    三明治 卷饼 汉堡 披萨 香肠 培根 火腿 鸡腿 牛肉 三文鱼 豆腐 鸡蛋 坚果 麦片 果酱 蜂蜜 酱油 番茄酱 泡菜 橄榄 薯片 爆米花 糖果
    巧克力 洗发水 香皂 毛巾 豆浆 油条 包子 粥
"""
TRAITS_ZH = """
    有机 新鲜 烘焙 烟熏 香辣 甜味 海盐 香脆 浓郁 黄金 经典 黑 轻 双份 迷你 巨无霸 家庭装 冷冻 风干 全麦 切片 夹心 炭烤 现烤 清蒸
    香草 焦糖 榛果 杏仁 椰子 芒果 白桃 柠檬 生姜 抹茶 茉莉 薄荷 草莓 蓝莓 香蕉 南瓜 蒜香 黑椒 芝麻 松露 枫糖 肉桂
"""
BRAND_CHARS = (
    "云山海星晨光雪月林泉松竹梅兰春夏秋冬安康乐福瑞祥禾谷田园溪岭峰石玉金银花鸟鹿鹤虎龙凤青蓝红白紫明远达通和平长久家味香醇"
)
SIZES = ("250ml", "500ml", "1L", "100g", "400g", "6 pack")


@dataclass(frozen=True, slots=True)
class Asked:
    key: str
    text: str
    zh: bool


def names(rng: random.Random, count: int = PRODUCTS) -> list[Entry]:
    """For each product an English and a Chinese name: brand, two traits, kind, and at times a size."""
    brands_en = sorted({_pseudo_word(rng) for _ in range(3000)})
    brands_zh = sorted({"".join(rng.choices(BRAND_CHARS, k=rng.choice((2, 2, 3)))) for _ in range(3000)})
    entries = []
    for number in range(count):
        size = rng.choice(SIZES) if rng.random() < 0.4 else ""
        english = [rng.choice(brands_en).capitalize(), *rng.sample(TRAITS_EN.split(), 2), rng.choice(KINDS_EN.split()), size]
        chinese = "".join((rng.choice(brands_zh), *rng.sample(TRAITS_ZH.split(), 2), rng.choice(KINDS_ZH.split()), size))
        entries.append(Entry(f"p{number}", " ".join(filter(None, english))))
        entries.append(Entry(f"p{number}", chinese))
    return entries


def _pseudo_word(rng: random.Random) -> str:
    return "".join(rng.choice(ONSETS.split()) + rng.choice(VOWELS.split()) for _ in range(rng.choice((2, 2, 3)))) + rng.choice(
        CODAS.split()
    )


def typo_in(rng: random.Random, word: str) -> str:
    at = rng.randrange(len(word))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    swapped = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at else word[1:]
    return rng.choice((word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:], swapped))


def _said_english(rng: random.Random, name: str) -> str:
    parts = name.lower().split()
    how = rng.choice(("typo", "shuffle", "partial", "typos and shuffle"))
    if how != "typo":
        rng.shuffle(parts)
    if how == "partial" and len(parts) > 4:
        parts.pop(rng.randrange(len(parts)))
    if "typo" in how:
        at = max(range(len(parts)), key=lambda i: (len(parts[i]) + rng.random()) * parts[i].isalpha())
        parts[at] = typo_in(rng, parts[at])
    return " ".join(parts)


def _said_chinese(rng: random.Random, name: str, alike: dict[str, list[str]]) -> str:
    how = rng.choice(("homophone", "homophone", "typo", "partial"))
    chars = list(name)
    spots = [i for i, c in enumerate(chars) if len(alike.get(sounds(c), ())) > 1 and not c.isascii()]
    if how == "homophone":
        for at in rng.sample(spots, min(2, len(spots))):
            chars[at] = rng.choice(alike[sounds(chars[at])])
    elif how == "typo":
        chars[rng.choice(spots)] = rng.choice(BRAND_CHARS)
    else:
        del chars[rng.randrange(2, len(chars))]
    return "".join(chars)


def queries(rng: random.Random, entries: Sequence[Entry], count: int) -> list[Asked]:
    alike: dict[str, list[str]] = {}
    for char in map(chr, range(0x4E00, 0x9FA6)):
        alike.setdefault(sounds(char), []).append(char)
    asked = []
    for number in range(count):
        entry = entries[2 * rng.randrange(len(entries) // 2) + number % 2]
        said = _said_chinese(rng, entry.name, alike) if number % 2 else _said_english(rng, entry.name)
        asked.append(Asked(entry.key, said, zh=bool(number % 2)))
    return asked


def _timed(search: Callable[[str], list[str]], asked: Sequence[Asked]) -> tuple[np.ndarray, list[bool]]:
    """CPU milliseconds of this thread for each query, and whether the thing meant was among the five."""
    spent, found = [], []
    for query in asked:
        start = time.thread_time_ns()
        keys = search(query.text)
        spent.append((time.thread_time_ns() - start) / 1e6)
        found.append(query.key in keys)
    return np.array(spent), found


def _recall(found: Sequence[bool], asked: Sequence[Asked], zh: bool) -> float:
    kept = [hit for hit, query in zip(found, asked, strict=True) if query.zh == zh]
    return sum(kept) / len(kept)


def rows() -> list[dict[str, Any]]:
    """Each figure with its goal; `holds` is whether it is met. CPU time; both searches in the same run."""
    rng = random.Random(SEED)
    entries = names(rng)
    asked = queries(rng, entries, QUERIES)
    start = time.process_time()
    index = NameIndex(entries)
    built = time.process_time() - start
    spent, found = _timed(lambda text: [hit.key for hit in index.search(text, 5)], asked)
    folded = [fold(entry.name) for entry in entries]

    def scan(text: str) -> list[str]:
        best = process.extract(fold(text), folded, scorer=fuzz.token_set_ratio, limit=5)
        return [entries[at].key for _, _, at in best]

    scanned, scan_found = _timed(scan, asked[:SCANNED])
    same_found = found[:SCANNED]
    ratio = float(scanned.mean() / spent.mean())
    measured = [
        ("CPU p50, 100,000 products", float(np.percentile(spent, 50)), "ms", "", True),
        ("CPU p99, 100,000 products", float(np.percentile(spent, 99)), "ms", "< 1", float(np.percentile(spent, 99)) < 1),
        ("times faster than a rapidfuzz scan", ratio, "×", "≥ 100", ratio >= 100),
        ("recall@5 English", _recall(found, asked, zh=False), "", "≥ 0.97", _recall(found, asked, zh=False) >= 0.97),
        ("recall@5 Chinese", _recall(found, asked, zh=True), "", "≥ 0.95", _recall(found, asked, zh=True) >= 0.95),
        (f"recall@5 on the {SCANNED} scanned", sum(same_found) / SCANNED, "", "≥ the scan's", sum(same_found) >= sum(scan_found)),
        (f"recall@5 of the scan on {SCANNED}", sum(scan_found) / SCANNED, "", "", True),
        ("build", built, "s", "", True),
    ]
    return _rows(measured)


def rows_at(products: int) -> list[dict[str, Any]]:
    """The same names and queries at any size, with what building takes; the goals are those for 1,000,000 products."""
    rng = random.Random(SEED)
    entries = names(rng, products)
    asked = queries(rng, entries, QUERIES)
    gc.collect()
    before, start = _resident(), time.process_time()
    index = NameIndex(entries)
    built = time.process_time() - start
    gc.collect()
    more = _resident() - before
    spent, found = _timed(lambda text: [hit.key for hit in index.search(text, 5)], asked)
    p50, p99 = (float(np.percentile(spent, share)) for share in (50, 99))
    english, chinese = (_recall(found, asked, zh) for zh in (False, True))
    size = f"{products:,} products"
    measured = [
        (f"build, {size}", built, "s", "≤ 15", built <= 15),
        (f"more memory, {size}", more, "MB", "≤ 150", more <= 150),
        (f"CPU p50, {size}", p50, "ms", "", True),
        (f"CPU p99, {size}", p99, "ms", "≤ 5", p99 <= 5),
        (f"recall@5 English, {size}", english, "", "≥ 0.97", english >= 0.97),
        (f"recall@5 Chinese, {size}", chinese, "", "≥ 0.95", chinese >= 0.95),
    ]
    return _rows(measured)


def _rows(measured: Sequence[tuple[str, float, str, str, bool]]) -> list[dict[str, Any]]:
    return [{"name": n, "value": round(v, 3), "unit": u, "goal": g, "holds": h} for n, v, u, g, h in measured]


def _resident() -> float:
    """Megabytes of this process that are in memory."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    for row in rows_at(int(sys.argv[1])) if len(sys.argv) > 1 else rows():
        mark = "  " if row["holds"] else "✗ "
        print(f"{mark}{row['name']:<42}{row['value']:>10} {row['unit']:<3} {row['goal']}")


if __name__ == "__main__":
    main()
