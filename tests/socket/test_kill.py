"""A real server, killed between the hold and the capture; `make soak` plays many more rounds."""

import random
from pathlib import Path

from tests.soak.rounds import KillRounds


def test_a_server_killed_between_hold_and_capture_has_the_order_settled_once_after_a_restart(
    tmp_path: Path, database_url: str
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"SOAK_SEED={seed}")
    KillRounds(tmp_path, seed, database_url).play()
