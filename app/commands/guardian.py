"""`usual guardian`: put a customer under a guardian, with so much a day and categories that are not theirs to buy."""

import argparse

from app.commands.parsing import Subparsers
from app.commands.service import customer_id, the_usual


def add(commands: Subparsers) -> None:
    guardian = commands.add_parser("guardian", help="put a customer under a guardian, or change what holds for them")
    guardian.add_argument("child", help="the child's sign-in name")
    guardian.add_argument("guardian", help="the guardian's sign-in name")
    guardian.add_argument("--daily", default="50", metavar="AMOUNT", help="what the child may spend a day alone, in yuan")
    guardian.add_argument("--block", action="append", default=[], metavar="CATEGORY", help="a category that the child can't buy")
    guardian.add_argument("--end", action="store_true", help="the child is on their own from now on")
    guardian.set_defaults(run=_begin)


def _begin(options: argparse.Namespace) -> int:
    from app.base.money import Money

    usual = the_usual()
    try:
        cap = Money.parse(options.daily)
        child, guardian = customer_id(usual, options.child), customer_id(usual, options.guardian)
        if options.end:
            usual.guardians.guardians.end(child)
            print(f"{options.child} has no guardian any more.")
            return 0
        usual.guardians.guardians.begin(child, guardian, cap, frozenset(options.block))
        blocked = f"; {', '.join(sorted(options.block))} not at all" if options.block else ""
        print(f"{options.child} may spend {cap} a day alone{blocked}. {options.guardian} is asked about the rest.")
        return 0
    finally:
        usual.close()
