"""A name is filed under the same tokens whether it is cut up alone or with thousands, and comes back from any width of gap."""

import random
from itertools import pairwise

import numpy as np
import pytest

from app.lookup import postings, tokens
from app.lookup.postings import Postings
from app.lookup.text import fold, sounds, words
from app.lookup.tokens import CJK_RUN, Tokens, pair, single

ODD = [
    "Two\nlines latte",
    "",
    "  ",
    "拿铁\n咖啡",
    "Café ＬＡＴＴＥ 500ML",
    "驗賣拿鐵 x2",
    "冰,美式",
    "don't `stop`",
    "㍿奶茶",
    "𠮷野家",
]


def plain(name: str, table: dict[str, int]) -> set[int]:
    folded = fold(name)
    found = {table[word] for word in words(folded) if word in table}
    for run in CJK_RUN.findall(folded):
        found.update(map(single, run))
        found.update(pair(a + b) for text in (run, sounds(run)) for a, b in pairwise(text))
    return found


def some_names(count: int) -> list[str]:
    rng = random.Random(4)
    parts = ["Oat ", "latte ", "cookies ", "燕麦", "拿铁", "茶", "250ml ", "(L) "]
    return ODD + ["".join(rng.choices(parts, k=3)) + str(rng.randrange(count)) for _ in range(count)]


@pytest.mark.parametrize(("chunk", "bucket"), [(20_000, 100_000), (7, 50)])
def test_every_name_is_filed_under_each_of_its_tokens_and_no_other(monkeypatch, chunk, bucket):
    monkeypatch.setattr(tokens, "CHUNK", chunk)
    monkeypatch.setattr(postings, "BUCKET", bucket)
    names = some_names(2000)
    cut = Tokens()
    filed = Postings(cut.of(names))
    expected: dict[int, list[int]] = {}
    for number, name in enumerate(names):
        for token in plain(name, cut.words):
            expected.setdefault(token, []).append(number)
    assert {token: filed.of(token).tolist() for token in expected} == expected
    assert all(filed.size(token) == len(held) for token, held in expected.items())
    assert sum(map(len, expected.values())) == sum(filed._sizes)


def test_gaps_wider_than_a_number_can_say_are_kept_whole():
    numbers = [0, 254, 255, 509, 510, 1020, 1276, 70_000, 70_001, 200_000, 3_000_000, *range(3_000_001, 3_002_000)]
    spread = [65_534, 131_069, 196_604, 500_000]
    filed = np.array([7 << 32 | n for n in numbers] + [9 << 32 | n for n in spread] + [11 << 32 | 5], dtype=np.uint64)
    held = Postings([filed])
    assert held.of(7).tolist() == numbers
    assert held.of(9).tolist() == spread
    assert held.of(11).tolist() == [5]
    assert held.of(8).tolist() == []
    assert held.size(8) == 0
