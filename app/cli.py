"""The `usual` command. Each subject has a file in `app/commands`; here they are put together and errors become sentences."""

import argparse
import sys
from collections.abc import Sequence

from app.base.errors import UsualError
from app.commands import (
    audit,
    backup,
    books,
    catalog,
    chat,
    demo,
    guardian,
    record,
    replay,
    risk,
    serve,
    settings,
    settlement,
    trace,
    understand,
    webhook,
    worker,
)
from app.commands.parsing import USAGE
from app.dialogue.wording import say_error

SUBJECTS = (
    serve,
    worker,
    backup,
    demo,
    chat,
    understand,
    books,
    audit,
    trace,
    guardian,
    catalog,
    record,
    replay,
    risk,
    settings,
    settlement,
    webhook,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """An exit code: 0 when all is well, 1 when something is wrong with what was looked at, 2 when it can't start."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UsualError as failed:
        sys.stderr.write(f"{_sentence(failed)}\n")
        return USAGE
    except (KeyboardInterrupt, BrokenPipeError):
        return 130


def _sentence(failed: UsualError) -> str:
    from app.bootstrap import CatalogBroken, ModelTableBroken, SheetBroken, TrafficMissing
    from app.domain.risk import RiskRulesBroken
    from app.replay.script import ScriptBroken
    from app.settings import SettingInvalid, SettingMissing

    if isinstance(failed, SettingInvalid | SettingMissing | ModelTableBroken):
        return str(failed)
    if isinstance(failed, CatalogBroken):
        return "The catalogue can't be used:\n" + "\n".join(map(str, failed.faults))
    if isinstance(failed, SheetBroken):
        return "The sheet can't be used, and nothing was written:\n" + "\n".join(map(str, failed.faults))
    if isinstance(failed, TrafficMissing):
        return "No model traffic is recorded for {asked}\nThe nearest is {nearest}\nRecord it again with --record.".format(
            **failed.params
        )
    if isinstance(failed, ScriptBroken | RiskRulesBroken):
        return f"{failed.params['file']}: {failed.params['faults']}"
    return say_error("en", failed)


def _parser() -> argparse.ArgumentParser:
    about = "A shop assistant you talk to, and the wallet that pays what you approved."
    parser = argparse.ArgumentParser(prog="usual", description=about)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for subject in SUBJECTS:
        subject.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
