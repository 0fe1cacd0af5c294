"""The rows of a benchmark: one table for people, the same rows as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

COMPARE = {"≤": lambda value, goal: value <= goal, "≥": lambda value, goal: value >= goal}


@dataclass(frozen=True, slots=True)
class Row:
    """`holds` is None where there is no goal: the row is there to be read."""

    name: str
    value: float
    unit: str = ""
    goal: str = ""
    holds: bool | None = None

    @property
    def mark(self) -> str:
        return {None: "", True: "holds", False: "falls short"}[self.holds]


def row(name: str, value: float, unit: str = "", limit: tuple[Literal["≤", "≥"], float] | None = None) -> Row:
    """A figure with its limit, where it has one, and whether it is met."""
    if limit is None:
        return Row(name, value, unit)
    how, goal = limit
    return Row(name, value, unit, f"{how} {goal:g}", COMPARE[how](value, goal))


def of_mapping(given: Mapping[str, Any]) -> Row:
    holds = bool(given["holds"]) if given["goal"] else None
    return Row(str(given["name"]), float(given["value"]), str(given["unit"]), str(given["goal"]), holds)


def render(rows: Sequence[Row]) -> str:
    heads = ("name", "value", "unit", "goal", "")
    cells = [heads, *((r.name, f"{r.value:,.3f}", r.unit, r.goal, r.mark) for r in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heads))]
    lines = []
    for name, value, unit, goal, mark in cells:
        shown = (name.ljust(widths[0]), value.rjust(widths[1]), unit.ljust(widths[2]), goal.ljust(widths[3]), mark)
        lines.append("  ".join(shown).rstrip())
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def write(rows: Sequence[Row], path: Path) -> None:
    plain = [asdict(r) | {"value": round(r.value, 3)} for r in rows]
    path.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
