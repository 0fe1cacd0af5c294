"""`usual settings`: the README's table."""

import argparse

from app.commands.parsing import Subparsers


def add(commands: Subparsers) -> None:
    settings = commands.add_parser("settings", help="print the settings as the README's table")
    settings.set_defaults(run=_settings)


def _settings(_: argparse.Namespace) -> int:
    from app.settings import settings_table

    print(settings_table(), end="")
    return 0
