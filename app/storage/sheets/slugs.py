"""Ids for what a sheet only names."""

import re
from collections.abc import Container

LENGTH_MAX = 40


def slug(name: str, taken: Container[str] = (), otherwise: str = "item") -> str:
    """Letters and digits of the name, Chinese by its pinyin; with a number behind it when that id is taken."""
    stem = re.sub(r"[^a-z0-9]+", "_", _latin(name).casefold()).strip("_")[:LENGTH_MAX].strip("_") or otherwise
    number, candidate = 1, stem
    while candidate in taken:
        number += 1
        candidate = f"{stem}_{number}"
    return candidate


def is_chinese(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)


def _latin(name: str) -> str:
    if not is_chinese(name):
        return name
    # Loading its tables takes a while, and most names need none.
    from pypinyin import lazy_pinyin

    return "_".join(lazy_pinyin(name))
