"""`usual catalog`: merchants' offers as files."""

import argparse
import json
import os
from pathlib import Path

from app.commands.parsing import FAILED, Subparsers


def add(commands: Subparsers) -> None:
    catalog = commands.add_parser("catalog", help="check the merchants' catalogues, or print their JSON Schema")
    catalog.add_argument("action", choices=["check", "schema"])
    catalog.add_argument("folder", nargs="?", type=Path, default=None)
    catalog.set_defaults(run=_catalog)


def _catalog(options: argparse.Namespace) -> int:
    from app.bootstrap import json_schema, read_catalogs
    from app.settings import load_settings

    if options.action == "schema":
        print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
        return 0
    folder = options.folder or load_settings(os.environ).catalog_dir
    catalogs, faults = read_catalogs(folder)
    for fault in faults:
        print(fault)
    for catalog in catalogs.values():
        groups, coupons = len(catalog.groups), len(catalog.coupons)
        print(f"{catalog.merchant.id}: {len(catalog.products)} products, {groups} option groups, {coupons} coupons")
    return FAILED if faults else 0
