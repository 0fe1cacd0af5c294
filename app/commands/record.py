"""`usual record`: a conversation that took place as a replay file."""

import argparse
import sys

from app.commands.parsing import FAILED, Subparsers
from app.commands.service import customer_id, the_usual


def add(commands: Subparsers) -> None:
    record = commands.add_parser("record", help="print a conversation as a replay file, with private texts replaced")
    record.add_argument("conversation", nargs="?", metavar="ID", help="the conversation's id; without one the newest")
    record.add_argument("--customer", default="demo", metavar="NAME", help="whose it is (default: demo)")
    record.set_defaults(run=_record)


def _record(options: argparse.Namespace) -> int:
    from app.replay.record import StillPrivate, newest_conversation
    from app.replay.save import NotReplayable, saved

    usual = the_usual()
    try:
        who = customer_id(usual, options.customer)
        conversation = options.conversation or newest_conversation(usual, who)
        print(saved(usual, who, conversation), end="")
    except StillPrivate:
        sys.stderr.write(f"{conversation} holds a private text that could not be replaced; nothing was written.\n")
        return FAILED
    except NotReplayable as differs:
        sys.stderr.write(f"{conversation} does not come out the same when it is played again: {differs.params['difference']}\n")
        return FAILED
    finally:
        usual.close()
    return 0
