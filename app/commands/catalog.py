"""`usual catalog`: merchants' offers as files."""

import argparse
import json
import os
from pathlib import Path

from app.commands import catalog_changes, catalog_sheets
from app.commands.parsing import FAILED, Subparsers


def add(commands: Subparsers) -> None:
    catalog = commands.add_parser("catalog", help="check, import, export and change the merchants' offers")
    actions = catalog.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="find every fault in the catalogues")
    check.add_argument("folder", nargs="?", type=Path, default=None)
    check.set_defaults(run=_check)
    actions.add_parser("schema", help="print the JSON Schema of the catalogues' files").set_defaults(run=_schema)
    catalog_sheets.add(actions)
    catalog_changes.add(actions)


def _schema(_: argparse.Namespace) -> int:
    from app.bootstrap import json_schema

    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    return 0


def _check(options: argparse.Namespace) -> int:
    from app.bootstrap import empty_categories, hidden_texts, read_catalogs
    from app.settings import load_settings

    folder = options.folder or load_settings(os.environ).catalog_dir
    catalogs, faults = read_catalogs(folder)
    faults = [*faults, *empty_categories(catalogs.values()), *hidden_texts(folder)]
    for fault in faults:
        print(fault)
    for catalog in catalogs.values():
        groups, coupons = len(catalog.groups), len(catalog.coupons)
        print(f"{catalog.merchant.id}: {len(catalog.products)} products, {groups} option groups, {coupons} coupons")
    return FAILED if faults else 0
