"""`usual serve`."""

import argparse

from app.commands.parsing import Subparsers


def add(commands: Subparsers) -> None:
    serve = commands.add_parser("serve", help="start the app and print its address")
    serve.set_defaults(run=_serve)


def _serve(_: argparse.Namespace) -> int:
    from app import server

    return server.main()
