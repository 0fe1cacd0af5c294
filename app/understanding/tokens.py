"""Words, numbers, Chinese characters and marks; and the tree of phrases that is walked over them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from app.lookup.text import fold, singular

TokenKind = Literal["word", "number", "cjk", "mark"]
T = TypeVar("T")

TOKEN = re.compile(
    r"(?P<word>[a-z]+(?:'[a-z]+)*)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"|(?P<cjk>[\u3400-\u4dbf\u4e00-\u9fff])"
    r"|(?P<mark>[^\s])"
)
INSIDE_NAMES = frozenset("-&·/'.+%")


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is singular where it is a word; `start` and `end` count in the normalised text; `gap`: white space before it."""

    text: str
    raw: str
    kind: TokenKind
    start: int
    end: int
    gap: bool


def tokenise(folded: str) -> list[Token]:
    tokens = []
    before = 0
    for match in TOKEN.finditer(folded):
        raw, start = match.group(), match.start()
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]
        text = singular(raw) if kind == "word" else raw
        tokens.append(Token(text, raw, kind, start, match.end(), start > before))
        before = match.end()
    return tokens


def text_at(tokens: Sequence[Token], at: int, size: int = 1) -> str:
    """`size` tokens from `at` on, written together; "" past the end."""
    if size == 1:
        return tokens[at].text if at < len(tokens) else ""
    return "".join([t.text for t in tokens[at : at + size]])


def raws_at(tokens: Sequence[Token], at: int, size: int) -> tuple[str, ...]:
    return tuple([t.raw for t in tokens[at : at + size]])


def phrase_tokens(phrase: str) -> tuple[str, ...]:
    """A phrase's tokens as they are compared: folded, singular, without marks."""
    return tuple(t.text for t in tokenise(fold(phrase)) if t.kind != "mark")


class Phrases(Generic[T]):
    """A tree of phrases; each may mean several things."""

    def __init__(self) -> None:
        self._root: dict[str, object] = {}
        self.vocabulary: set[str] = set()

    def add(self, tokens: Sequence[str], meaning: T) -> None:
        if not tokens:
            return
        self.vocabulary.update(tokens)
        node = self._root
        for token in tokens:
            node = node.setdefault(token, {})  # type: ignore[assignment]
        meanings: list[T] = node.setdefault("", [])  # type: ignore[assignment]
        if meaning not in meanings:
            meanings.append(meaning)

    def add_all(self, phrases: Iterable[str], meaning: T) -> None:
        for phrase in phrases:
            self.add(phrase_tokens(phrase), meaning)

    def at(self, tokens: Sequence[str], start: int) -> Iterator[tuple[int, list[T]]]:
        """Where phrases that begin at `start` end, and what they mean; a hyphen or the like inside a phrase is passed over."""
        node: dict[str, object] | None = self._root
        at, size = start, len(tokens)
        while at < size:
            step = node.get(tokens[at])  # type: ignore[union-attr]
            at += 1
            if step is None:
                if at - 1 > start and tokens[at - 1] in INSIDE_NAMES:
                    continue
                return
            node = step  # type: ignore[assignment]
            if "" in node:  # type: ignore[operator]
                yield at, node[""]  # type: ignore[index, misc]

    def get(self, tokens: Sequence[str]) -> list[T]:
        return next((meanings for end, meanings in self.at(tokens, 0) if end == len(tokens)), [])
