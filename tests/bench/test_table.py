"""The table of the benchmark, from figures that nobody measured."""

import json
from pathlib import Path

from tests.bench.table import Row, of_mapping, render, row, write

ROWS = [row("fast", 0.5, "ms", ("≤", 1)), row("slow", 0.25, "×", ("≥", 0.8)), row("memory", 234.567, "MiB")]


def test_a_figure_holds_falls_short_or_has_no_goal() -> None:
    assert [r.holds for r in ROWS] == [True, False, None]
    fast, slow, memory = render(ROWS).splitlines()[2:]
    assert fast.split() == ["fast", "0.500", "ms", "≤", "1", "holds"]
    assert slow.endswith("falls short")
    assert memory.split() == ["memory", "234.567", "MiB"]


def test_the_same_rows_are_written_as_json(tmp_path: Path) -> None:
    write(ROWS, tmp_path / "bench.json")
    first, *_, last = json.loads((tmp_path / "bench.json").read_text())
    assert first == {"name": "fast", "value": 0.5, "unit": "ms", "goal": "≤ 1", "holds": True}
    assert (last["goal"], last["holds"]) == ("", None)


def test_a_look_up_figure_without_a_goal_holds_nothing() -> None:
    given = {"name": "build", "value": 6.6, "unit": "s", "goal": "", "holds": True}
    assert of_mapping(given) == Row("build", 6.6, "s")
