"""The real server over shops that misbehave: a mocha is declined, and nobody says what became of a flat white."""

import sys

from app import server
from app.bootstrap import get_usual
from app.domain.order import Order
from app.service.ports import Placement

ANSWERS = {"mocha": Placement("rejected", "declined"), "flat_white": Placement("unknown")}


def answer(order: Order) -> Placement | None:
    bought = [ANSWERS[line.product_id] for line in order.lines if line.product_id in ANSWERS]
    return bought[0] if bought else None


if __name__ == "__main__":
    get_usual().merchants.script = answer
    sys.exit(server.main())
