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
from tests.bench.expressions import ANSWERS
from tests.bench.menus import load_menu, size_groups

Row = Mapping[str, Any]
Answer = dict[str, Any]
Read = Callable[[str, ReadingContext], Reading]
SPECS = tuple(skill.spec for skill in SKILLS)


def main(arguments: list[str]) -> int:
    folder, ask = map(Path, arguments)
    asked = [json.loads(line) for line in ask.read_text(encoding="utf-8").splitlines() if line.strip()]
    for answer in answers(folder, asked):
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def answers(folder: Path, rows: list[Row], read: Read = rules.read) -> Iterator[Answer]:
    """`read`: by the rules alone unless another reader is given."""
    menu = load_menu(folder) if (folder / "catalogue.json").exists() else None
    context = _context(menu)
    for row in rows:
        asked = ANSWERS.get(row["kind"])
        yield {"id": row["id"]} | (asked(row) if asked else _lines(row, menu, context, read))


def _context(menu: Catalog | None) -> ReadingContext:
    return ReadingContext(SPECS, {menu.merchant.id: ShopLexicon.of(menu)} if menu else {})


def _lines(row: Row, menu: Catalog | None, context: ReadingContext, read: Read) -> Answer:
    assert menu is not None
    reading = read(row["utterance"], context)
    # Two readings that buy different things are put as a question, as a guess is.
    lines, asks = [], is_guess(reading) or reading.why == "model_disagrees"
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
