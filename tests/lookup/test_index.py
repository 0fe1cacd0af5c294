"""Names are found by parts, in any order, with typing errors, run together or apart, and by sound."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.lookup.index import Entry, Hit, NameIndex
from app.lookup.text import fold, singular, sounds
from tests.bench import bench_lookup

NAMES = {
    "oat": ("Oat Latte", "燕麦拿铁"), "latte": ("Latte", "拿铁"), "ame": ("Americano", "冰美式"),
    "van": ("Vanilla oat latte", "香草燕麦拿铁"),
    "egg": ("Tea egg", "茶叶蛋"), "ice": ("Ice cream", "冰淇淋"), "cap": ("Cappuccino", "卡布奇诺"), "bun": ("Pork buns", "肉包"),
}  # fmt: skip


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(Entry(key, name) for key, names in NAMES.items() for name in names)


@pytest.mark.parametrize(("text", "key"), [
    ("oat latte", "oat"), ("Latte oat", "oat"), ("lattte", "latte"), ("oatlatte", "oat"), ("icecream", "ice"), ("ice crem", "ice"),
    ("capucino", "cap"), ("ameri", "ame"), ("americ ano", "ame"), ("pork bun", "bun"), ("验卖那铁", "oat"), ("驗賣拿鐵", "oat"),
    ("茶叶单", "egg"), ("美式", "ame"), ("ＬＡＴＴＥ", "latte"), ("卡布", "cap"),
])  # fmt: skip
def test_the_name_meant_comes_first(index, text, key):
    assert index.search(text)[0].key == key


def test_the_name_itself_scores_100_and_a_key_is_given_once(index):
    hits = index.search("latte")
    assert (hits[0].name, hits[0].score) == ("Latte", 100)
    assert len({hit.key for hit in hits}) == len(hits)
    assert all(hit.score < 100 for hit in hits[1:])


def test_words_in_no_name_find_nothing(index):
    assert index.search("zzzz") == []
    assert index.search("") == []
    assert NameIndex([]).search("latte") == []


def test_folding_makes_spellings_meet():
    assert fold("Ｃafé\u200b  驗") == "cafe 验"
    assert [singular(w) for w in ("lattes", "cookies", "cookie", "boxes", "glass", "tomatoes")] == [
        "latte",
        "cooky",
        "cooky",
        "box",
        "glass",
        "tomato",
    ]
    assert sounds("验卖") == sounds("燕麦")


@pytest.fixture(scope="module")
def many() -> tuple[NameIndex, list[str]]:
    rng = random.Random(11)
    entries = bench_lookup.names(rng, 3000)
    return NameIndex(entries), [asked.text for asked in bench_lookup.queries(rng, entries, 200)]


def test_many_threads_find_what_one_finds(many):
    index, asked = many
    alone = [index.search(text) for text in asked]
    with ThreadPoolExecutor(8) as threads:
        for found in threads.map(lambda _: [index.search(text) for text in asked], range(8)):
            assert found == alone


def test_a_search_leaves_nothing_behind_for_the_next(many):
    index, asked = many
    alone = [index.search(text) for text in asked]
    assert [index.search(text) for text in reversed(asked)] == alone[::-1]
    assert not index._scores.any()


def test_names_of_equal_fit_come_shortest_first_then_by_name_and_key():
    names = [("b", "Tea set B"), ("a", "Tea set A"), ("z", "Tea set A"), ("c", "Tea set CC")]
    for order in (names, names[::-1]):
        assert [hit.key for hit in NameIndex(Entry(*pair) for pair in order).search("tea set")] == ["a", "z", "b", "c"]


def test_a_thing_renamed_added_or_removed_is_found_as_if_built_so():
    rng = random.Random(3)
    entries = bench_lookup.names(rng, 400)
    index = NameIndex(entries)
    now = {entry.key: [e.name for e in entries if e.key == entry.key] for entry in entries}
    changes = {"p1": ["Zorbian smoked kumquat", "左边柚子茶"], "p2": [], "new": ["Quibble tonic"], "p3": now["p4"], "p4": now["p3"]}
    for key, names in changes.items():
        index.update(key, names)
        now[key] = names
    fresh = NameIndex(Entry(key, name) for key, names in now.items() for name in names)
    assert len(index) == len(fresh)
    asked = [q.text for q in bench_lookup.queries(rng, entries, 100)] + ["zorbain kumquat", "quibble", "有子茶", entries[4].name]
    for text in asked:
        assert [hit.key for hit in index.search(text)] == [hit.key for hit in fresh.search(text)]


def test_a_removed_thing_is_not_found_and_comes_back():
    index = NameIndex(Entry(key, name) for key, names in NAMES.items() for name in names)
    index.update("cap", [])
    assert "cap" not in {hit.key for hit in index.search("cappuccino")}
    index.update("cap", ["Cappuccino"])
    assert index.search("capucino")[0].key == "cap"
    assert "cap" not in {hit.key for hit in index.search("卡布奇诺")}


def test_an_index_that_was_empty_takes_names():
    index = NameIndex([])
    index.update("tea", ["Green tea", "绿茶"])
    assert (index.search("gren tea")[0].key, index.search("绿茶")[0].score) == ("tea", 100)
    index.update("tea", [])
    assert (index.search("tea"), len(index)) == ([], 0)


def test_after_many_changes_only_the_last_names_count():
    index = NameIndex(Entry(f"k{n}", f"Product {n} tea") for n in range(100))
    for turn in range(5):
        for number in range(100):
            index.update(f"k{number}", [f"Thing {number} turn {turn}"])
    assert len(index) == 100
    assert index.search("tea") == []
    assert index.search("thing 42 turn 4")[0] == Hit("k42", "Thing 42 turn 4", 100)
    assert all(hit.name.endswith("turn 4") for hit in index.search("thing turn 1", 50))


def test_searches_beside_changes_find_what_does_not_change():
    rng = random.Random(5)
    entries = bench_lookup.names(rng, 300)
    index = NameIndex([*entries, Entry("rest", "Unmoved zzyzx")])
    with ThreadPoolExecutor(4) as threads:
        moved = [threads.submit(index.update, f"p{n % 50}", [f"Moved {n}"]) for n in range(400)]
        found = list(threads.map(lambda _: index.search("zzyzx unmoved")[0].key, range(400)))
    assert set(found) == {"rest"}
    assert all(change.exception() is None for change in moved)
