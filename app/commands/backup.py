"""`usual backup FILE`: a copy of a SQLite database, whole and of one moment, while it is in use."""

import argparse
from pathlib import Path

from app.commands.parsing import Subparsers
from app.commands.service import the_usual


def add(commands: Subparsers) -> None:
    backup = commands.add_parser("backup", help="copy the SQLite database to a file while it is in use")
    backup.add_argument("file", type=Path, metavar="FILE", help="a file that is not there yet")
    backup.set_defaults(run=_backup)


def _backup(options: argparse.Namespace) -> int:
    usual = the_usual()
    try:
        usual.database.back_up(options.file)
    finally:
        usual.close()
    print(f"Copied to {options.file}. `USUAL_DATABASE_URL=sqlite:///{options.file} usual audit verify` looks whether it is whole.")
    return 0
