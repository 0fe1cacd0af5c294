"""What is understood of public benchmarks, one table: `python -m tests.bench.understanding FOLDER [--model] [--readme]`.

FOLDER holds the sets; their measure is `tools/score.py` there or in a folder above. Their licences keep them out of this project.
`--model` also asks the models that the settings name, and prints who answered, tokens, cost and time. `--readme` writes the table
into the README.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from app.bootstrap import reader_of
from app.dialogue.reading import ModelUse, Reading
from app.settings import load_settings
from app.understanding import rules
from app.understanding.context import ReadingContext
from tests.bench import predict

Row = Mapping[str, Any]
README = Path(__file__).resolve().parents[2] / "README.md"
MARK, END = "<!-- understanding -->", "<!-- /understanding -->"
KINDS = ("lines", "schedule", "recurring", "numbers", "money", "phones", "answer")


@dataclass(frozen=True, slots=True)
class Set:
    """Files that are scored as one. `published`: what others reach on it, or on its test part."""

    name: str
    files: tuple[str, ...]
    published: str = ""


SETS = (
    Set("PIZZA, whole orders", ("pizza/orders",), "93.3 a catalogue parser, 95.1–96.3 paid models (test part)"),
    Set("FoodOrdering burrito, whole orders", ("foodordering-burrito/orders",), "84.8 a keyword parser"),
    Set("FoodOrdering sub, whole orders", ("foodordering-sub/orders",), "91.3 a keyword parser"),
    Set(
        "recurrences, English",
        ("time-a3s/a3s_en", "time-rrule_js/rrule_js", "time-recog/recog_en_dev"),
        "43–64 recurrent, 17 Recognizers",
    ),
    Set("recurrences, Chinese", ("time-a3s/a3s_zh", "time-recog/recog_zh_dev"), "35 Recognizers"),
    Set("recurring or not, English", ("time-xsid/xsid_en_valid",)),
    Set("recurring or not, Chinese", ("time-xsid/xsid_zh_valid",)),
    Set("times, Chinese", ("time-duckling/duckling_zh_time",), "70 JioNLP"),
    Set("numbers, Chinese", ("values-duckling/duckling_zh_number",)),
    Set("money, Chinese", ("values-duckling/duckling_zh_money",)),
    Set("yes, no or neither", ("values-clinc/clinc_confirm_dev", "values-recog/recog_en_bool")),
)


@dataclass
class Heard:
    """Reads as the product does, and keeps who answered and what it took."""

    read_by: Any
    by: Counter[str] = field(default_factory=Counter)
    uses: list[ModelUse] = field(default_factory=list)

    def __call__(self, text: str, context: ReadingContext) -> Reading:
        reading: Reading = self.read_by(text, context)
        self.by[reading.why if reading.by == "rules" else reading.by] += 1
        self.uses += [use for use in (*(call.use for call in reading.failed), reading.use) if use is not None]
        return reading

    def told(self) -> str:
        took = sorted(use.took_ms for use in self.uses)
        costs = Counter[str]()
        for use in self.uses:
            costs[use.currency] += use.cost_pico or 0
        tokens = sum(use.prompt_tokens for use in self.uses), sum(use.completion_tokens for use in self.uses)
        cost = ", ".join(f"{pico / 1e12:.6f} {currency}" for currency, pico in costs.items() if currency) or "no price known"
        latency = f"p50 {took[len(took) // 2]} ms, p95 {took[len(took) * 95 // 100]} ms" if took else "none"
        return f"answered: {dict(self.by)}; tokens in {tokens[0]}, out {tokens[1]}; cost {cost}; a call's time: {latency}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", action="store_true")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--only", default="", metavar="TEXT", help="sets whose name holds it")
    parser.add_argument("--rows", type=int, default=None, metavar="N", help="the first N of each file, where a model is slow")
    options = parser.parse_args()
    heard = Heard(reader_of(load_settings(os.environ)).read if options.model else rules.read)
    score = _measure(options.folder.resolve())
    lines = ["| set | rows | exact % | unsafe % | asked % | CPU ms | published % |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for given in SETS:
        if options.only in given.name:
            lines.append(_line(given, options.folder, score, heard, options.rows))
            sys.stderr.write(f"{lines[-1]}\n")
    print("\n".join(lines))
    if options.model:
        print(heard.told())
    if options.readme:
        text = README.read_text(encoding="utf-8")
        before, after = text.split(MARK)[0], text.split(END)[1]
        README.write_text("\n".join([f"{before}{MARK}", *lines, f"{END}{after}"]), encoding="utf-8")
    return 0


def _measure(folder: Path) -> ModuleType:
    path = next((p for at in (folder, *folder.parents) if (p := at / "tools" / "score.py").exists()), None)
    spec = importlib.util.spec_from_file_location("score", path) if path is not None else None
    if spec is None or spec.loader is None:
        raise SystemExit(f"There is no tools/score.py in {folder} or above it; it has the measure of the public sets.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _line(given: Set, data: Path, score: ModuleType, heard: Heard, most: int | None = None) -> str:
    gold: list[Row] = []
    answered: dict[str, Row] = {}
    start = time.process_time()
    for name in given.files:
        path = data / f"{name}.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()][:most]
        kind = next(k for k in KINDS if k in rows[0]["expected"])
        asked = [{key: row.get(key) for key in ("id", "utterance", "lang", "reference")} | {"kind": kind} for row in rows]
        answered |= {answer["id"]: answer for answer in predict.answers(path.parent, asked, heard)}
        gold += rows
    cpu_ms = 1000 * (time.process_time() - start) / len(gold)
    figures, _ = score.report(gold, answered)
    return _cells(given, figures, cpu_ms)


def _cells(given: Set, figures: Mapping[str, Any], cpu_ms: float) -> str:
    unsafe = figures.get("unsafe", "")
    if "false" in figures:
        unsafe = f"{figures['false']} false, {figures['missed']} missed"
    elif "false_yes" in figures:
        unsafe = f"{figures['false_yes']} false yes, {figures['yes_recall']} of yes found"
    cells: Sequence[Any] = (
        given.name,
        figures["rows"],
        figures["exact_match"],
        unsafe,
        figures.get("asked", ""),
        f"{cpu_ms:.2f}",
        given.published,
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
