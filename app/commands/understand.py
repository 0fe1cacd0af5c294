"""`usual understand`."""

import argparse
import json
import os
import sys

from app.commands.parsing import USAGE, Subparsers


def add(commands: Subparsers) -> None:
    understand = commands.add_parser("understand", help="show what words are taken to mean")
    understand.add_argument("words")
    understand.add_argument("--merchant", metavar="ID", help="as if this shop's card were open")
    understand.add_argument("--json", action="store_true")
    understand.add_argument(
        "--explain", action="store_true", help="show each part of the words, what it was taken for, what was passed over"
    )
    understand.set_defaults(run=_understand)


def _understand(options: argparse.Namespace) -> int:
    from app.bootstrap import load_catalogs
    from app.commands.explain import explained
    from app.replay.snapshot import reading_lines
    from app.service.readings import READING
    from app.settings import load_settings
    from app.skills import SKILLS
    from app.understanding import rules
    from app.understanding.context import ReadingContext
    from app.understanding.lexicon import ShopLexicon

    catalogs = load_catalogs(load_settings(os.environ).catalog_dir)
    if options.merchant is not None and options.merchant not in catalogs:
        sys.stderr.write(f"There is no merchant {options.merchant}; there are {', '.join(catalogs)}.\n")
        return USAGE
    shops = {merchant_id: ShopLexicon.of(catalog) for merchant_id, catalog in catalogs.items()}
    context = ReadingContext(tuple(skill.spec for skill in SKILLS), shops, merchant_id=options.merchant)
    reading = rules.read(options.words, context)
    if options.json:
        print(json.dumps(json.loads(READING.dump_json(reading)), ensure_ascii=False, indent=2))
        return 0
    if options.explain:
        print("\n".join(explained(options.words, reading, coloured=sys.stdout.isatty())))
    for line in reading_lines(reading):
        print(line)
    print(f"sure: {reading.sureness} of 100, language: {reading.lang}, by: {reading.by} ({reading.why})")
    if reading.unexplained:
        print("not explained: " + ", ".join(span.text for span in reading.unexplained))
    return 0
