"""Merchants played by this process: they quote from the catalogue files and remember the orders they were given.

Their memory is a file of their own, so that it outlives a crash of the app as a real merchant's would.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.base.money import Money
from app.domain.catalog import Catalog
from app.domain.checkout import Draft
from app.domain.customer import NotFound
from app.domain.order import Order
from app.domain.pricing import Quote, quote
from app.service.ports import MerchantUnavailable, Placement

Script = Callable[[Order], Placement | None]


class MockMerchants:
    """The service's `Merchants`.

    `script` may answer in the merchant's place; None leaves it to accept. Unless `is_answering`, orders arrive and are decided,
    and the answers are lost. `answer_ms` is how long a merchant takes to answer.
    """

    def __init__(self, catalogs: Mapping[str, Catalog], memory: Path | None = None, answer_ms: int = 0) -> None:
        self._catalogs = dict(catalogs)
        self._lock = threading.Lock()
        self._answer_ms = answer_ms
        self.script: Script = lambda _: None
        self.is_reachable = True
        self.is_answering = True
        if memory is not None:
            memory.parent.mkdir(parents=True, exist_ok=True)
        self._memory = sqlite3.connect(memory or ":memory:", check_same_thread=False, isolation_level=None)
        self._memory.execute("CREATE TABLE IF NOT EXISTS placed (key TEXT PRIMARY KEY, state TEXT, reason TEXT)")

    def catalogs(self) -> Mapping[str, Catalog]:
        return self._catalogs

    def offer(self, catalog: Catalog) -> None:
        """Replace a merchant's offer: a price, stock or hours have changed."""
        with self._lock:
            self._catalogs = {**self._catalogs, catalog.merchant.id: catalog}

    def quote(self, draft: Draft, at: datetime) -> Quote:
        if not self.is_reachable:
            raise MerchantUnavailable()
        catalog = self._catalogs.get(draft.merchant_id)
        if catalog is None:
            raise NotFound(what=draft.merchant_id)
        return quote(catalog, draft, at)

    def place(self, order: Order, destination: str | None, key: str) -> Placement:  # noqa: ARG002
        with self._lock:
            answer = self._recall(key)
            if answer is None:
                answer = self.script(order) or Placement("accepted")
                self._remember(key, answer)
                if answer.state == "accepted":
                    self._take_stock(order)
        time.sleep(self._answer_ms / 1000)
        return answer if self.is_answering else Placement("unknown")

    def status(self, merchant_id: str, key: str) -> Placement:  # noqa: ARG002
        if not self.is_reachable or not self.is_answering:
            return Placement("unknown")
        with self._lock:
            earlier = self._recall(key)
            if earlier is None:
                # Refused from now on: an order that is still on its way must not be accepted after its hold was given back.
                earlier = Placement("rejected", "never_received")
                self._remember(key, earlier)
            return earlier

    def placed_count(self) -> int:
        """How many orders were accepted, each counted once."""
        row = self._memory.execute("SELECT count(*) FROM placed WHERE state = 'accepted'").fetchone()
        return int(row[0])

    def _recall(self, key: str) -> Placement | None:
        row = self._memory.execute("SELECT state, reason FROM placed WHERE key = ?", (key,)).fetchone()
        return None if row is None else Placement(row[0], row[1])

    def _remember(self, key: str, placement: Placement) -> None:
        self._memory.execute("INSERT INTO placed VALUES (?, ?, ?)", (key, placement.state, placement.reason))

    def _take_stock(self, order: Order) -> None:
        catalog = self._catalogs[order.merchant_id]
        products = dict(catalog.products)
        for line in order.lines:
            product = products.get(line.product_id)
            if product is not None and product.stock is not None:
                products[product.id] = replace(product, stock=max(product.stock - line.quantity, 0))
        self._catalogs = {**self._catalogs, order.merchant_id: replace(catalog, products=products)}


class MockBank:
    """The service's `Bank`: it always pays, once for each key."""

    def __init__(self) -> None:
        self.charged: dict[str, int] = {}

    def charge(self, customer_id: str, amount: Money, key: str) -> None:  # noqa: ARG002
        self.charged.setdefault(key, amount.minor)
