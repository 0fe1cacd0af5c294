"""Very many claims of one campaign at once: not one coupon too many, none lost, one each.

`python -m tests.soak.claims` makes a million; `CLAIMS`, `CLAIMS_STOCK`, `CLAIMS_THREADS` and `SOAK_SEED` change that.
"""

import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select

from app.base.clock import SystemClock
from app.base.errors import UsualError
from app.bootstrap import load_catalogs
from app.domain.catalog import Catalog
from app.merchants.mock import Memory, MockMerchants
from app.service.campaigns import Campaigns
from app.storage import tables
from app.storage.columns import table_of
from app.storage.database import Database
from app.storage.reads import StoredRecords
from app.storage.writer import GroupWriter

SHOP, COUPON = "starling_rides", "ride_credit_12"
CAMPAIGN = f"{SHOP}.{COUPON}"
# So many customers for each coupon: most come too late, and each comes more than once.
CROWD = 4


@dataclass(frozen=True)
class Claimed:
    """`told` counts what the callers heard, by outcome."""

    claims: int
    stock: int
    seconds: float
    told: Counter[str]
    held: int
    holders: int
    left: int
    traced: int

    def faults(self) -> list[str]:
        """What is wrong; empty when it all holds."""
        wanted = {
            "every claim was answered": self.told.total() == self.claims,
            "as many were told that they have one as have one": self.told["claimed"] == self.held,
            "each holder has one": self.holders == self.held,
            "held and left are the stock": self.held + self.left == self.stock,
            "while there were claims enough, none is left": self.left == 0 or self.held < self.stock,
            "each claim is in the trace": self.traced == self.held,
            "nobody heard of anything else": set(self.told) <= {"claimed", "coupon_sold_out", "already_claimed"},
        }
        return [name for name, holds in wanted.items() if not holds]


def crowd(claims: int, stock: int, seed: int) -> list[str]:
    """Who comes, in which order: everybody of a crowd at least once as far as the claims go, the rest are repeats."""
    dice = random.Random(seed)
    people = min(stock * CROWD, claims)
    coming = [f"cus_{number:07}" for number in range(people)]
    coming += [coming[dice.randrange(people)] for _ in range(claims - people)]
    dice.shuffle(coming)
    return coming


def run(folder: Path, claims: int, stock: int, threads: int, seed: int) -> Claimed:
    database = Database(f"sqlite:///{folder / 'claims.db'}")
    database.create_schema()
    records, writer, clock = StoredRecords(database), GroupWriter(database), SystemClock()
    merchants = MockMerchants({SHOP: _catalog(stock)}, Memory(None), clock, 0, 60)
    campaigns = Campaigns(records, writer, merchants, clock)
    told: list[Counter[str]] = [Counter() for _ in range(threads)]
    coming = crowd(claims, stock, seed)

    def work(number: int, mine: Sequence[str]) -> None:
        for customer_id in mine:
            try:
                campaigns.claim(customer_id, CAMPAIGN)
                told[number]["claimed"] += 1
            except UsualError as refused:
                told[number][refused.code] += 1

    workers = [threading.Thread(target=work, args=(n, coming[n::threads])) for n in range(threads)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - started
    writer.close()
    claim, trace = table_of(tables.ClaimRow), table_of(tables.TraceRow)
    with database.reading() as connection:
        counted = select(func.count(), func.count(claim.c.customer_id.distinct())).select_from(claim)
        held, holders = connection.execute(counted).one()
        traced = connection.execute(select(func.count()).select_from(trace)).scalar_one()
    row = records.campaign_stock(CAMPAIGN)
    database.close()
    return Claimed(claims, stock, seconds, sum(told, Counter()), held, holders, row.left if row else stock, traced)


def _catalog(stock: int) -> Catalog:
    catalog = load_catalogs(Path("catalog"))[SHOP]
    coupons = tuple(replace(c, claim=replace(c.claim, stock=stock)) if c.claim else c for c in catalog.coupons)
    return replace(catalog, coupons=coupons)


def main() -> int:
    claims, stock = int(os.environ.get("CLAIMS", 1_000_000)), int(os.environ.get("CLAIMS_STOCK", 100_000))
    threads, seed = int(os.environ.get("CLAIMS_THREADS", 50)), int(os.environ.get("SOAK_SEED", 7))
    print(f"{claims:,} claims by {threads} threads on {stock:,} coupons, SOAK_SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="usual-claims-") as folder:
        done = run(Path(folder), claims, stock, threads, seed)
    print(f"{done.seconds:.1f} s, {done.told.total() / done.seconds:,.0f} claims/s")
    print(f"{done.told.total():,} answered, {dict(done.told)}; {done.held:,} held, {done.left:,} left")
    for fault in done.faults():
        print(f"does not hold: {fault}")
    return 1 if done.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
