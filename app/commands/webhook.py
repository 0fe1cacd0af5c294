"""`usual webhook`: the secret that a merchant's own system signs and checks with."""

import argparse

from app.commands.parsing import FAILED, Subparsers
from app.commands.service import the_usual


def add(commands: Subparsers) -> None:
    webhook = commands.add_parser("webhook", help="print the secret of a merchant's webhooks and callbacks")
    webhook.add_argument("merchant", help="the merchant's id, which is its folder's name")
    webhook.set_defaults(run=_secret)


def _secret(options: argparse.Namespace) -> int:
    usual = the_usual()
    try:
        if options.merchant not in usual.merchants.catalogs():
            print(f"There is no merchant {options.merchant}. There are: {', '.join(sorted(usual.merchants.catalogs()))}.")
            return FAILED
        print(usual.callbacks.secret_of(options.merchant))
        return 0
    finally:
        usual.close()
