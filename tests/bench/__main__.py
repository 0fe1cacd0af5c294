"""`make bench`: every figure in one table, and the same rows in bench.json. A figure that falls short fails nothing."""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench import bench_large, bench_lookup, bench_model, bench_payments, bench_server, bench_turn, risk
from tests.bench.table import Row, of_mapping, render, write

PARTS: tuple[Callable[[], list[Row]], ...] = (
    lambda: [of_mapping(given) for given in bench_lookup.rows()],
    bench_turn.rows,
    risk.rows,
    bench_large.rows,
    bench_payments.rows,
    bench_server.rows,
    bench_model.rows,
)
JSON = Path("bench.json")


def main() -> None:
    rows: list[Row] = []
    for part in PARTS:
        rows += part()
        sys.stderr.write(f"{len(rows)} figures\n")
    print(render(rows))
    write(rows, JSON)


if __name__ == "__main__":
    main()
