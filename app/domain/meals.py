"""The kinds of food that are a time of day as well, by the attribute that catalogues state."""

from collections.abc import Mapping

from app.domain.recurrence import Daypart

MEALS: Mapping[str, Daypart] = {"breakfast": "morning", "lunch": "noon", "dinner": "evening"}
