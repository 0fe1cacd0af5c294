"""`usual audit`: state where every chain stands, and find what was changed since."""

import argparse
from pathlib import Path

from app.commands.parsing import FAILED, Subparsers
from app.commands.service import the_usual


def add(commands: Subparsers) -> None:
    audit = commands.add_parser("audit", help="state where every chain stands, or verify what is stored")
    actions = audit.add_subparsers(required=True, metavar="ACTION")
    checkpoint = actions.add_parser("checkpoint", help="print a signed checkpoint of this moment, a line to be kept elsewhere")
    checkpoint.set_defaults(run=_checkpoint)
    verify = actions.add_parser("verify", help="find any record that was changed, taken out, put in or moved")
    verify.add_argument("file", nargs="?", type=Path, metavar="FILE", help="checkpoints that were kept elsewhere")
    verify.set_defaults(run=_verify)


def _checkpoint(_: argparse.Namespace) -> int:
    usual = the_usual()
    try:
        made, heads = usual.checkpoints.make()
        print(made.to_json(heads))
    finally:
        usual.close()
    return 0


def _verify(options: argparse.Namespace) -> int:
    from app.domain.checkpoint import CheckpointBroken, from_json

    try:
        lines = options.file.read_text(encoding="utf-8").splitlines() if options.file else []
    except (OSError, UnicodeDecodeError):
        raise CheckpointBroken() from None
    given = [from_json(line) for line in lines if line.strip()]
    usual = the_usual()
    try:
        faults = [str(fault) for fault in usual.audit.check()]
        faults += [": ".join(fault) for fault in usual.checkpoints.faults(given)]
        for fault in faults:
            print(fault)
        if not faults:
            stored = len(usual.checkpoints.records.checkpoints())
            print(f"All holds: every chain and what it binds, {stored} checkpoints stored here, {len(given)} kept elsewhere.")
        return FAILED if faults else 0
    finally:
        usual.close()
