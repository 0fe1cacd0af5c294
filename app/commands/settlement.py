"""`usual settlement` and `usual reconcile`: closed days as a file, and a file beside the ledger."""

import argparse
import sys
from pathlib import Path

from app.commands.parsing import FAILED, USAGE, Subparsers
from app.commands.service import the_usual


def add(commands: Subparsers) -> None:
    settlement = commands.add_parser("settlement", help="close the days that are over and print them as a CSV file")
    settlement.add_argument("merchant", nargs="?", help="one merchant's id; all without it")
    settlement.add_argument("--day", metavar="YYYY-MM-DD", help="one day alone")
    settlement.set_defaults(run=_settlement)

    reconcile = commands.add_parser("reconcile", help="compare a settlement file with the ledger, row by row")
    reconcile.add_argument("file", type=Path)
    reconcile.set_defaults(run=_reconcile)


def _settlement(options: argparse.Namespace) -> int:
    from app.domain.reconciliation import written

    usual = the_usual()
    try:
        usual.settlements.close_due()
        found = usual.settlements.settlements.settlements(options.merchant)
        chosen = [one for one in found if options.day in (None, one.day.isoformat())]
        if not chosen:
            sys.stderr.write("No day there has sales or refunds and is over. A day is closed once it is over where the shop is.\n")
            return FAILED
        print(written(chosen), end="")
        for one in chosen:
            sums = f"net {one.net}, fee {one.fee}, paid out {one.payout}"
            left = f", carried over {one.carried_out}" if not one.carried_out.is_zero else ""
            sys.stderr.write(f"{one.merchant_id} {one.day}: {len(one.orders)} orders, {sums}{left}\n")
        return 0
    finally:
        usual.close()


def _reconcile(options: argparse.Namespace) -> int:
    from app.domain.order import order_number
    from app.domain.reconciliation import FileUnreadable, compared, read

    try:
        rows = read(options.file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as failed:
        sys.stderr.write(f"{options.file} can't be read: {failed}. Give a CSV file in UTF-8.\n")
        return USAGE
    except FileUnreadable as broken:
        sys.stderr.write(f"{options.file}, row {broken.params['row']}: {broken.params['fault']}. Nothing was compared.\n")
        return USAGE
    usual = the_usual()
    try:
        gaps = list(compared(usual.settlements.settlements.settlements(), rows))
    finally:
        usual.close()
    for gap in gaps:
        amounts = f": {gap.column} {gap.ours or '–'} in the ledger, {gap.theirs or '–'} in the file".replace(":  ", ": ")
        print(f"{gap.kind:<9} {gap.merchant} {gap.day} {order_number(gap.order)} {gap.order}{amounts}")
    if not gaps:
        print(f"All {len(rows)} rows are in the ledger to the last minor unit, and none is missing.")
    return FAILED if gaps else 0
