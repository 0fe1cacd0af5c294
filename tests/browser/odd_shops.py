"""The real server over shops that misbehave: a mocha is declined, nobody says what became of a flat white, and how far every other
order is stands in a file that a test writes."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import server
from app.bootstrap import get_usual
from app.domain.order import Order, Progress, TakenState
from app.service.ports import Placement

ANSWERS = {"mocha": Placement("rejected", "declined"), "flat_white": Placement("unknown")}
STAGE_FILE = "stage.json"
DUE = timedelta(minutes=20)
Status = Callable[[str, str], Placement]


def answer(order: Order) -> Placement | None:
    bought = [ANSWERS[line.product_id] for line in order.lines if line.product_id in ANSWERS]
    return bought[0] if bought else None


def write_stage(var: Path, state: TakenState, late: bool = False) -> None:
    """From now on the shops say this of every order."""
    said = {"state": state, "late": late, "due": (datetime.now(UTC) + DUE).isoformat()}
    whole = var / f"{STAGE_FILE}.new"
    whole.write_text(json.dumps(said), encoding="utf-8")
    whole.replace(var / STAGE_FILE)


def as_written(path: Path, status: Status) -> Status:
    def told(merchant_id: str, key: str) -> Placement:
        placement = status(merchant_id, key)
        if placement.state != "accepted" or not path.exists():
            return placement
        said = json.loads(path.read_text(encoding="utf-8"))
        progress = Progress(said["state"], datetime.fromisoformat(said["due"]), said["late"])
        return Placement("accepted", progress=progress)

    return told


if __name__ == "__main__":
    usual = get_usual()
    usual.merchants.script = answer
    stage = as_written(usual.settings.var_dir / STAGE_FILE, usual.merchants.status)
    usual.merchants.status = stage  # type: ignore[method-assign]
    sys.exit(server.main())
