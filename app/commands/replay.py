"""`usual replay`: recorded conversations as tests."""

import argparse
import os
from pathlib import Path

from app.commands.parsing import FAILED, Subparsers


def add(commands: Subparsers) -> None:
    replay = commands.add_parser("replay", help="run recorded conversations again and show what differs")
    replay.add_argument("files", nargs="+", type=Path, metavar="FILE")
    replay.add_argument("--accept", action="store_true", help="rewrite the expectations that differ, after review")
    replay.add_argument("--record", action="store_true", help="ask the configured model and record its traffic beside the file")
    replay.add_argument("--coverage", action="store_true", help="print what the conversations pass through, and what none does")
    replay.set_defaults(run=_replay)


def _replay(options: argparse.Namespace) -> int:
    from app.bootstrap import recording_reader
    from app.replay.accept import accept
    from app.replay.coverage import Coverage
    from app.replay.report import report
    from app.replay.run import play, play_file, traffic_of
    from app.replay.script import load_script
    from app.settings import load_settings

    failed, results = 0, []
    for path in options.files:
        if options.record:
            result = play(load_script(path), recording_reader(load_settings(os.environ), traffic_of(path)))
        else:
            result = play_file(path)
        results.append(result)
        if options.accept and not result.holds:
            accept(path, result)
            print(f"{path}: rewritten; read the change before you keep it")
        else:
            print(report(path, result))
            failed += not result.holds
    if options.coverage:
        print(Coverage().add(results).table())
    return FAILED if failed else 0
