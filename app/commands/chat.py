"""`usual chat`."""

import argparse
import getpass
import sys
from typing import get_args

from app.commands.parsing import USAGE, Subparsers
from app.commands.service import the_usual
from app.domain.names import Lang


def add(commands: Subparsers) -> None:
    chat = commands.add_parser("chat", help="order in this terminal")
    chat.add_argument("--customer", default="demo", metavar="NAME", help="who signs in (default: demo)")
    chat.add_argument("--lang", default="en", choices=get_args(Lang))
    chat.set_defaults(run=_chat)


def _chat(options: argparse.Namespace) -> int:
    from app.terminal import TerminalChat

    usual = the_usual()
    try:
        demo = usual.demo
        is_demo = demo is not None and options.customer == demo.username
        password = demo.password if demo is not None and is_demo else getpass.getpass("Password: ")
        customer_id = usual.sign_in(options.customer, password)
        if customer_id is None:
            sys.stderr.write("That is no customer's name and password.\n")
            return USAGE
        return TerminalChat(usual, customer_id, options.lang).run()
    finally:
        usual.close()
