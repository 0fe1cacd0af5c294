"""What must be true against what is: only what is written is compared, state before wording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A diff shows what matters to money first.
ORDER = ("ledger", "order", "card", "refused", "question", "reading", "open_pin", "says")


@dataclass(frozen=True, slots=True)
class Difference:
    """`place` is a path such as `card.total`."""

    place: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        return f"{self.place}\n    must be: {_shown(self.expected)}\n    is:      {_shown(self.actual)}"


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any], place: str) -> list[Difference]:
    """Where `actual` lacks or contradicts what `expected` says; keys that `expected` leaves out are free."""
    found: list[Difference] = []
    for key in sorted(expected, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name)):
        path = f"{place}.{key}" if place else key
        wanted, present = expected[key], actual.get(key)
        if key == "says":
            found += _unsaid(wanted, actual.get("says", []), path)
        elif isinstance(wanted, Mapping) and wanted and isinstance(present, Mapping):
            found += differences(wanted, present, path)
        elif wanted in ("", "none") and present in ({}, [], None, ""):
            continue
        elif wanted != present:
            found.append(Difference(path, wanted, present))
    return found


def _unsaid(wanted: Any, said: Sequence[str], path: str) -> list[Difference]:
    """Each wanted text must be part of something that was said."""
    texts = [wanted] if isinstance(wanted, str) else list(wanted)
    return [Difference(path, text, list(said)) for text in texts if not any(text in sentence for sentence in said)]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "nothing"
    return str(value) if value not in (None, {}, "") else "nothing"
