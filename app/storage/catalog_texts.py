"""Hidden characters in catalogue files: a shop runs without them, and whoever keeps its files is told where they are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.base.visible import hidden_in
from app.storage.catalog_files import FILES, Fault


def hidden_texts(root: Path) -> list[Fault]:
    """Where texts of the merchants' folders below `root` hold what nobody sees, with its code points."""
    faults: list[Fault] = []
    for path in sorted(file for file in root.glob("*/*.json") if file.name in FILES and not file.parent.name.startswith(".")):
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError, RecursionError):
            continue
        label = f"{path.parent.name}/{path.name}"
        for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
            named = row.get("id") if isinstance(row, dict) else None
            faults += [Fault(label, str(named or f"row {number}"), place, _told(found)) for place, found in _hidden(row, "")]
    return faults


def _hidden(value: Any, place: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(value, str):
        found = hidden_in(value)
        if found:
            yield place, found
    elif isinstance(value, dict | list):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _hidden(part, f"{place}.{name}".lstrip("."))


def _told(found: tuple[str, ...]) -> str:
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return f"holds hidden characters, which are left out: {', '.join(found[:5])}{more}"
