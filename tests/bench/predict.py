"""Answers a benchmark with the product's own reading: `python -m tests.bench.predict DATASET_DIR ASK.jsonl > PRED.jsonl`.

The adapter turns a benchmark's menu into a catalogue and readings into its rows. It decides nothing.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.dialogue.reading import Begin, LineReading, LinesValue, OptionMention, Reading
from app.domain.catalog import Catalog
from app.resolution.products import Match, resolve_product
from app.service.assistant import is_guess
from app.skills import SKILLS
from app.understanding import rules
from app.understanding.context import ReadingContext
from app.understanding.lexicon import ShopLexicon
from tests.bench import expressions
from tests.bench.menus import load_menu, size_groups

Row = Mapping[str, Any]
Answer = dict[str, Any]
SPECS = tuple(skill.spec for skill in SKILLS)


def main(arguments: list[str]) -> int:
    folder, ask = map(Path, arguments)
    rows = [json.loads(line) for line in ask.read_text(encoding="utf-8").splitlines() if line.strip()]
    for answer in answers(folder, rows):
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def answers(folder: Path, rows: list[Row]) -> Iterator[Answer]:
    menu = load_menu(folder) if (folder / "catalogue.json").exists() else None
    context = _context(menu)
    for row in rows:
        yield {"id": row["id"]} | ANSWERS[row["kind"]](row, menu, context)


def _context(menu: Catalog | None) -> ReadingContext:
    return ReadingContext(SPECS, {menu.merchant.id: ShopLexicon.of(menu)} if menu else {})


def _lines(row: Row, menu: Catalog | None, context: ReadingContext) -> Answer:
    assert menu is not None
    reading = rules.read(row["utterance"], context)
    lines, asks = [], is_guess(reading)
    for line in _ordered(reading):
        found = resolve_product(line.item, menu.merchant.id) if line.item else None
        if isinstance(found, Match):
            lines.append(_line(line, found.product_id, menu))
        else:
            asks = True
    return {"lines": lines, "asks": asks}


def _ordered(reading: Reading) -> Iterator[LineReading]:
    for command in reading.commands:
        value = command.slots.get("lines") if isinstance(command, Begin) else None
        if isinstance(value, LinesValue):
            yield from value.lines


def _line(line: LineReading, product_id: str, menu: Catalog) -> Answer:
    sizes = size_groups(menu)
    said = [o for o in line.options if o.group_id in menu.products[product_id].group_ids]
    size = next((o.option_id for o in said if o.group_id in sizes), None)
    return {
        "item": product_id,
        "quantity": line.quantity.value if line.quantity else 1,
        "size": size,
        "options": [_option(o) for o in said if o.group_id not in sizes],
    }


def _option(mention: OptionMention) -> Answer:
    return {
        "group": mention.group_id,
        "id": mention.option_id,
        "qualifier": mention.qualifier,
        "negated": mention.negated,
        "count": mention.count,
    }


ANSWERS: Mapping[str, Callable[[Row, Catalog | None, ReadingContext], Answer]] = {
    "lines": _lines,
    **{kind: (lambda row, _menu, _context, answer=answer: answer(row)) for kind, answer in expressions.ANSWERS.items()},
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
