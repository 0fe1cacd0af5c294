"""What was typed → one way of writing, each character of which still knows where it stood in the original."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.dialogue.reading import Span
from app.domain.names import Lang
from app.lookup.text import fold_char, is_cjk

LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Normal:
    """`origins[i]` is the place in `original` that `text[i]` came from."""

    text: str
    original: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The words of `text[start:end]` as the customer wrote them."""
        if start >= end:
            return Span(0, 0, "")
        first, last = self.origins[start], self.origins[end - 1] + 1
        return Span(first, last, self.original[first:last])


def normalise(text: str) -> Normal:
    """Fold width, case, accents and traditional characters; drop what is invisible. Reads the first 2,000 characters."""
    chars: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(text[:LONGEST]):
        for folded in fold_char(char):
            if folded == " " and (not chars or chars[-1] == " "):
                continue
            chars.append(folded)
            origins.append(place)
    if chars and chars[-1] == " ":
        chars.pop()
        origins.pop()
    return Normal("".join(chars), text, tuple(origins))


def language_of(folded: str, otherwise: Lang) -> Lang:
    chinese = sum(map(is_cjk, folded))
    latin = sum("a" <= c <= "z" for c in folded)
    if chinese and 2 * chinese >= latin / 2:
        return "zh"
    return "en" if latin else otherwise


def blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with blanks in the spans' places, so that all others stay where they are."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text
