"""Merchants and a bank played by this process.

What they remember lies in a file of their own, so that it outlives a crash of the app as a real merchant's memory would, and
several processes may share it.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from app.base.clock import Clock, milliseconds
from app.base.money import Money
from app.domain.cancellation import TooLateToCancel
from app.domain.catalog import Catalog, Product
from app.domain.checkout import Draft
from app.domain.customer import NotFound
from app.domain.order import Order
from app.domain.pricing import Quote, quote
from app.domain.refund import Refund
from app.merchants.kitchen import Kitchen
from app.service.ports import Answer, BankUnavailable, DepositDeclined, Handover, MerchantUnavailable, Placement

Script = Callable[[Order], Placement | None]
Claims = Callable[[Refund], Answer | None]

# By how many per cent their final prices lie around the estimate.
DRIVEN_OFF, WEIGHED_OFF = (-6, 9), (-4, 6)


class Memory:
    """Keys and what was answered to each, once; None for a memory that ends with the process."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._file.execute("CREATE TABLE IF NOT EXISTS answered (key TEXT PRIMARY KEY, answer TEXT, detail TEXT)")

    def answer_once(self, key: str, answer: str, detail: str) -> tuple[str, str, bool]:
        """The answer under the key: the first one that was given, and whether that was now. Raises sqlite3.Error."""
        with self._lock:
            added = self._file.execute("INSERT OR IGNORE INTO answered VALUES (?, ?, ?)", (key, answer, detail)).rowcount
            row = self._file.execute("SELECT answer, detail FROM answered WHERE key = ?", (key,)).fetchone()
        return row[0], row[1], added == 1

    def keep(self, key: str, answer: str, detail: str) -> None:
        """Remember that in the place of what was there. Raises sqlite3.Error."""
        with self._lock:
            self._file.execute("INSERT OR REPLACE INTO answered VALUES (?, ?, ?)", (key, answer, detail))

    def answer(self, key: str) -> list[Any]:
        """The detail under the key, read as JSON; empty where there is none. Raises sqlite3.Error."""
        with self._lock:
            row = self._file.execute("SELECT detail FROM answered WHERE key = ?", (key,)).fetchone()
        return list(json.loads(row[0])) if row else []

    def count(self, answer: str) -> int:
        row = self._file.execute("SELECT count(*) FROM answered WHERE answer = ?", (answer,)).fetchone()
        return int(row[0])


class MockMerchants:
    """The service's `Merchants`.

    `script` may answer in the merchant's place, `claims` to a refund; None leaves it to accept. Unless `is_answering`, orders
    arrive and are decided, and the answers are lost. `answer_ms` is how long a merchant takes to answer.
    """

    def __init__(
        self, catalogs: Mapping[str, Catalog], memory: Memory, clock: Clock, answer_ms: int = 0, minute_seconds: int = 60
    ) -> None:
        self._catalogs = dict(catalogs)
        # As the merchants' files say it; what was sold since is taken off in `_catalogs` alone.
        self._stated = dict(catalogs)
        self._memory = memory
        self._clock = clock
        self._kitchen = Kitchen(minute_seconds)
        self._offering = threading.Lock()
        self._answer_ms = answer_ms
        self.script: Script = lambda _: None
        self.claims: Claims = lambda _: None
        self.on_change: Callable[[str], None] = lambda _: None
        self.is_reachable = True
        self.is_answering = True

    def catalogs(self) -> Mapping[str, Catalog]:
        return self._catalogs

    def webhook_url(self, merchant_id: str) -> str | None:
        """Where the merchant's own system wants to be told."""
        catalog = self._catalogs.get(merchant_id)
        return catalog.merchant.webhook_url if catalog else None

    def offer(self, catalog: Catalog) -> None:
        """Replace a merchant's offer: a price, stock or hours have changed."""
        with self._offering:
            self._catalogs = {**self._catalogs, catalog.merchant.id: catalog}

    def update(self, catalog: Catalog) -> None:
        """Take up a merchant's file that was read again.

        Its stock counts anew where the file's number or the moment of its count has changed. Anywhere else the orders since
        then stay taken off: a file that is touched for another reason gives nothing back.
        """
        merchant_id = catalog.merchant.id
        with self._offering:
            before, current = self._stated.get(merchant_id), self._catalogs.get(merchant_id)
            if before == catalog:
                return
            self._stated[merchant_id] = catalog
            had = before.products if before else {}
            left = current.products if current else {}
            products = {p.id: _less_what_was_sold(p, had.get(p.id), left.get(p.id)) for p in catalog.products.values()}
            self._catalogs = {**self._catalogs, merchant_id: replace(catalog, products=products)}
        self.on_change(merchant_id)

    def quote(self, draft: Draft, at: datetime) -> Quote:
        if not self.is_reachable:
            raise MerchantUnavailable()
        catalog = self._catalogs.get(draft.merchant_id)
        if catalog is None:
            raise NotFound(what=draft.merchant_id)
        return quote(catalog, draft, at)

    def place(self, order: Order, handover: Handover, key: str) -> Placement:  # noqa: ARG002
        decided = self.script(order) or Placement("accepted")
        ticket = self._kitchen.ticket(order, self._catalogs[order.merchant_id], self._clock.now())
        detail = {"reason": decided.reason, "missing": decided.missing} | ticket | self._final(order, decided, ticket)
        try:
            state, kept, is_new = self._memory.answer_once(key, decided.state, json.dumps(detail))
        except sqlite3.Error:
            return Placement("unknown")
        if is_new and state == "accepted" and self._take_stock(order):
            self.on_change(order.merchant_id)
        time.sleep(self._answer_ms / 1000)
        return self._placement(state, kept) if self.is_answering else Placement("unknown")

    def status(self, merchant_id: str, key: str) -> Placement:  # noqa: ARG002
        if not self.is_reachable or not self.is_answering:
            return Placement("unknown")
        try:
            state, kept, _ = self._memory.answer_once(key, "rejected", json.dumps({"reason": "never_received"}))
            lacking, amended = self._memory.answer(_lacking(key)), self._memory.answer(_amended(key))
        except sqlite3.Error:
            return Placement("unknown")
        placed = self._placement(state, kept)
        if amended and placed.final is not None and not json.loads(kept).get("is_said"):
            # What was driven in the end is the changed way.
            placed = replace(placed, final=Money(amended[0], placed.final.currency))
        return replace(placed, missing=(*placed.missing, *_pairs(lacking))) if lacking else placed

    def amend(self, order: Order, handover: Handover, estimate: Money, key: str) -> Answer:  # noqa: ARG002
        if not self.is_reachable or not self.is_answering:
            return Answer("unknown")
        try:
            self._memory.keep(_amended(order.id), "amended", json.dumps([estimate.minor]))
        except sqlite3.Error:
            return Answer("unknown")
        return Answer("agreed")

    def agree(self, order: Order, refund: Refund) -> Answer:
        if not self.is_reachable:
            return Answer("unknown")
        try:
            decided = self.claims(refund) or self._decide(order, refund)
            if decided.state == "unknown":
                return decided
            state, why, is_new = self._memory.answer_once(refund.id, decided.state, decided.why)
        except sqlite3.Error:
            return Answer("unknown")
        if is_new and state == "agreed" and refund.reason == "canceled":
            self._return_stock(order)
        answer = Answer("agreed" if state == "agreed" else "refused", why)
        return answer if self.is_answering else Answer("unknown")

    def lacks(self, order_id: str, product_id: str, quantity: int) -> None:
        """It has found, after it took the order, that it lacks that."""
        self._memory.answer_once(_lacking(order_id), "missing", json.dumps([[product_id, quantity]]))

    def placed_count(self) -> int:
        """How many orders were accepted, each counted once."""
        return self._memory.count("accepted")

    def _final(self, order: Order, decided: Placement, ticket: Mapping[str, Any]) -> dict[str, int]:
        """What an estimate will come to, and from when that is known: a ride is driven, a weight is on the scales at once."""
        if decided.final is not None:
            return {"final": decided.final.minor, "final_at": 0, "is_said": 1}
        products = self._catalogs[order.merchant_id].products
        metered = [products[line.product_id] for line in order.lines if line.product_id in products]
        driven = any(product.fare for product in metered)
        if not driven and not any(product.measure for product in metered):
            return {}
        low, high = DRIVEN_OFF if driven else WEIGHED_OFF
        goods = sum(line.unit_price.minor * line.quantity for line in order.lines)
        # Different from order to order, and the same for the same order on every run.
        off = low + crc32(f"{order.merchant_id} {goods} {order.lines}".encode()) % (high - low + 1)
        return {"final": goods * (100 + off) // 100, "final_at": int(ticket["at"]) + (int(ticket["ms"]) if driven else 0)}

    def _placement(self, state: str, kept: str) -> Placement:
        detail = json.loads(kept)
        if state == "accepted":
            is_known = "final" in detail and detail["final_at"] <= milliseconds(self._clock.now())
            final = Money(detail["final"]) if is_known else None
            progress = self._kitchen.progress(detail, self._clock.now())
            return Placement("accepted", detail["reason"], final, progress, _pairs(detail.get("missing", ())))
        return Placement("rejected" if state == "rejected" else "unknown", detail["reason"])

    def _decide(self, order: Order, refund: Refund) -> Answer:
        """A claim is believed. An order is stopped while its terms allow that, and not for less than they say it costs."""
        if refund.reason != "canceled":
            return Answer("agreed")
        state, kept, _ = self._memory.answer_once(order.id, "rejected", json.dumps({"reason": "canceled"}))
        catalog = self._catalogs.get(order.merchant_id)
        if state != "accepted" or catalog is None:
            return Answer("agreed")
        progress = self._kitchen.progress(json.loads(kept), self._clock.now())
        way = catalog.merchant.fulfilment_option(order.fulfilment_id)
        if progress is None or (way is not None and way.kind == "booking"):
            return Answer("agreed")
        paid = refund.amount.plus(refund.fee)
        try:
            due = catalog.merchant.cancellation.fee(progress.state, paid)
        except TooLateToCancel as late:
            return Answer("refused", late.code)
        return Answer("agreed") if refund.fee.covers(due) else Answer("refused", "fee_due")

    def _return_stock(self, order: Order) -> None:
        with self._offering:
            catalog = self._catalogs[order.merchant_id]
            products = dict(catalog.products)
            for line in order.lines:
                product = products.get(line.product_id)
                if product is not None and product.stock is not None:
                    products[product.id] = replace(product, stock=product.stock + line.quantity)
            self._catalogs = {**self._catalogs, order.merchant_id: replace(catalog, products=products)}

    def _take_stock(self, order: Order) -> bool:
        """Whether that was the last of something."""
        sold_out = False
        with self._offering:
            catalog = self._catalogs[order.merchant_id]
            products = dict(catalog.products)
            for line in order.lines:
                product = products.get(line.product_id)
                if product is not None and product.stock is not None:
                    products[product.id] = replace(product, stock=max(product.stock - line.quantity, 0))
                    sold_out = sold_out or products[product.id].stock == 0
            self._catalogs = {**self._catalogs, order.merchant_id: replace(catalog, products=products)}
        return sold_out


def _lacking(order_id: str) -> str:
    return f"lacks:{order_id}"


def _amended(order_id: str) -> str:
    return f"amended:{order_id}"


def _pairs(missing: Iterable[Sequence[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(product), int(quantity)) for product, quantity in missing)


def _less_what_was_sold(product: Product, before: Product | None, current: Product | None) -> Product:
    is_same_count = before is not None and (before.stock, before.stock_counted) == (product.stock, product.stock_counted)
    return replace(product, stock=current.stock) if is_same_count and current is not None else product


class MockBank:
    """The service's `Bank`: it pays, once for each key, and never another amount under the same one."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def charge(self, customer_id: str, amount: Money, key: str) -> None:
        asked = f"{customer_id} {amount.currency} {amount.minor}"
        try:
            _, charged, _ = self._memory.answer_once(key, "charged", asked)
        except sqlite3.Error:
            raise BankUnavailable() from None
        if charged != asked:
            raise DepositDeclined()
