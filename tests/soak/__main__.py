"""`make soak`: many rounds of a server that is killed between the hold and the capture.

`SOAK_ROUNDS` and `SOAK_SEED` in the environment repeat a run.
"""

import os
import random
import sys
import tempfile
from pathlib import Path

from tests.postgres import new_database
from tests.soak.rounds import KillRounds

ROUNDS = 20


def main() -> int:
    rounds = int(os.environ.get("SOAK_ROUNDS", ROUNDS))
    seed = int(os.environ.get("SOAK_SEED", random.SystemRandom().randrange(1_000_000)))
    print(f"{rounds} rounds of kill -9 between hold and capture on each database, SOAK_SEED={seed}")
    with tempfile.TemporaryDirectory(prefix="usual-soak-") as folder:
        if not _kill_rounds("SQLite", Path(folder), seed, f"sqlite:///{folder}/usual.db", rounds):
            return 1
    with tempfile.TemporaryDirectory(prefix="usual-soak-") as folder, new_database(with_schema=False) as url:
        return 0 if _kill_rounds("PostgreSQL", Path(folder), seed, url, rounds) else 1


def _kill_rounds(database: str, folder: Path, seed: int, url: str, rounds: int) -> bool:
    held, soak = 0, KillRounds(folder, seed, url)
    for number in range(1, rounds + 1):
        try:
            killed = soak.play()
        except AssertionError as wrong:
            print(f"{database}, round {number}: {wrong}")
            return False
        held += killed.was_held
        print(f"{database}, round {number}: killed {'with money held' if killed.was_held else 'after the capture'}, settled once")
    print(f"{database}: {rounds} rounds, {held} killed with money held: no hold left, one order a card, the ledger holds.")
    return held > 0


if __name__ == "__main__":
    sys.exit(main())
