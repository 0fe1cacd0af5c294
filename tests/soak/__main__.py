"""`make soak`: many rounds of a server that is killed between the hold and the capture.

`SOAK_ROUNDS` and `SOAK_SEED` in the environment repeat a run.
"""

import os
import random
import sys
import tempfile
from pathlib import Path

from tests.soak.rounds import KillRounds

ROUNDS = 20


def main() -> int:
    rounds = int(os.environ.get("SOAK_ROUNDS", ROUNDS))
    seed = int(os.environ.get("SOAK_SEED", random.SystemRandom().randrange(1_000_000)))
    print(f"{rounds} rounds of kill -9 between hold and capture, SOAK_SEED={seed}")
    held = 0
    with tempfile.TemporaryDirectory(prefix="usual-soak-") as folder:
        soak = KillRounds(Path(folder), seed)
        for number in range(1, rounds + 1):
            try:
                killed = soak.play()
            except AssertionError as wrong:
                print(f"round {number}: {wrong}")
                return 1
            held += killed.was_held
            print(f"round {number}: {'killed with money held' if killed.was_held else 'killed after the capture'}, settled once")
    print(f"{rounds} rounds, {held} of them killed with money held: no hold left, one order a card, the ledger holds.")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
