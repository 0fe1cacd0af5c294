"""What is remembered of a customer because they agreed to it, beside their allergens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# An option is taken for new lines that offer it; a note is shown and does nothing, because no shop states what it is about.
PreferenceKind = Literal["option", "note"]


@dataclass(frozen=True, slots=True)
class Preference:
    """`text_ref` points into the vault."""

    id: str
    customer_id: str
    kind: PreferenceKind
    text_ref: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """A preference with its text."""

    id: str
    kind: PreferenceKind
    text: str
