"""Answers purchase-history questions with the product's own ranking: `python -m tests.bench.habits DIR SPLIT > PRED.jsonl`.

Each answer looks at the baskets before its question and at nothing else of the household.
"""

import csv
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.resolution.habits import Now, habits

Row = Mapping[str, Any]
SHOWN = 10
QUERIES = {"category": "product_category", "type": "product_type"}


def main(arguments: list[str]) -> int:
    folder, split = Path(arguments[0]), arguments[1]
    took = []
    for answer, seconds in answers(folder, split):
        print(json.dumps(answer))
        took.append(seconds)
    p50, p95 = (1e3 * sorted(took)[len(took) * percent // 100] for percent in (50, 95))
    sys.stderr.write(f"{len(took)} questions, CPU ms p50 {p50:.2f}, p95 {p95:.2f}\n")
    return 0


def answers(folder: Path, split: str) -> Iterator[tuple[Row, float]]:
    baskets = {row["household"]: [_basket(*b) for b in row["baskets"]] for row in _rows(folder / f"{split}.households.jsonl")}
    pools = _pools(folder)
    for question in _rows(folder / f"{split}.tasks.jsonl"):
        history = baskets[question["household"]][: question["history_before"]]
        pool = pools[question["task"]].get(question["query"], {}) if "query" in question else None
        start = time.process_time()
        ranked = habits(history, Now.of(_moment(question["at"]), "UTC"), SHOWN, pool)
        seconds = time.process_time() - start
        predicted = [int(habit.thing) for habit in ranked]
        yield {"id": question["id"], "predicted": predicted, "confidence": ranked[0].sureness if ranked else 0.0}, seconds


def _pools(folder: Path) -> Mapping[str, Mapping[str, dict[str, int]]]:
    """By task and query the things that answer it, with how many households buy each."""
    with (folder / "prior.tsv").open(encoding="utf-8") as file:
        bought = {row["product"]: int(row["households"]) for row in csv.DictReader(file, delimiter="\t")}
    pools: dict[str, dict[str, dict[str, int]]] = {task: defaultdict(dict) for task in QUERIES}
    with (folder / "catalogue.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            for task, column in QUERIES.items():
                pools[task][row[column]][row["product"]] = bought.get(row["product"], 0)
    return pools


def _rows(path: Path) -> Iterator[Row]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _basket(at: str, products: list[int]) -> tuple[datetime, frozenset[str]]:
    return _moment(at), frozenset(map(str, products))


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
