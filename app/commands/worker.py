"""`usual worker`: the work that nobody waits for, in a process of its own."""

import argparse
import signal
import sys
import threading

from app.commands.parsing import USAGE, Subparsers
from app.commands.service import the_usual


def add(commands: Subparsers) -> None:
    worker = commands.add_parser("worker", help="look after standing orders, holds, refunds and days until it is stopped")
    worker.set_defaults(run=_work)


def _work(_: argparse.Namespace) -> int:
    from app import telemetry
    from app.settings import PortTaken

    stopping, usual = threading.Event(), the_usual()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        telemetry.begin(usual.settings)
        if usual.watch is not None:
            usual.watch.start()
        usual.worker.start()
        sys.stdout.write("The worker is at work. Ctrl+C stops it when its round is over.\n")
        sys.stdout.flush()
        stopping.wait()
    except PortTaken as taken:
        sys.stderr.write(f"{taken}\n")
        return USAGE
    finally:
        usual.close()
    return 0
