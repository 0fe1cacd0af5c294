"""The real server, in a process of its own: turns beside an echo of Chainlit's, the CPU of a paid order, start and memory."""

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from app.demo import DEMO
from tests.bench.table import Row, row
from tests.bench.visitor import Visitor, elements
from tests.socket.process import NO_RISK_RULES, ServerProcess

SESSIONS = 8
TIMES = 7
WARM_UP_ORDERS, ORDERS = 10, 40
STARTS = 3
# Orders and changes as people make them; each answer has a card.
CONVERSATION = (
    "a large oat latte",
    "make that two",
    "no sugar",
    "add a butter croissant",
    "来一杯冰美式",
    "改成两杯",
    "少冰",
    "two mochas",
    "make that three",
    "两杯大拿铁，一杯少冰",
)
WORDS = ("a large oat latte", "来一杯冰美式", "two mochas", "两杯大拿铁，一杯少冰", "one jasmine green tea", "a flat white")


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="usual-bench-") as folder:
        usual, echo = Path(folder) / "usual", Path(folder) / "echo"
        with ServerProcess(usual) as server:
            first_start = server.started_seconds
        found = [row("first start, history seeded, to the first answer", first_start, "s"), *_starts(usual)]
        with ServerProcess(usual, USUAL_RISK_RULES=NO_RISK_RULES) as server, ServerProcess(echo, "tests.bench.echo") as echoing:
            found.append(row("resident memory after the start", server.resident_mib(), "MiB"))
            found += asyncio.run(_turns(server, echoing))
            found += asyncio.run(_orders(server))
            found.append(row("resident memory after the load", server.resident_mib(), "MiB"))
    return found


def _starts(folder: Path) -> list[Row]:
    seconds = []
    for _ in range(STARTS):
        with ServerProcess(folder) as server:
            seconds.append(server.started_seconds)
    return [row("cold start to the first answered request", statistics.median(seconds), "s")]


async def _turns(server: ServerProcess, echoing: ServerProcess) -> list[Row]:
    """Each server is loaded in turn while the other one rests; medians of both."""
    await _check_cards(server)
    for process in (echoing, server):
        await _load(process)
    rates: dict[ServerProcess, list[float]] = {server: [], echoing: []}
    costs: dict[ServerProcess, list[float]] = {server: [], echoing: []}
    for _ in range(TIMES):
        for process in (echoing, server):
            seconds, cpu_seconds = await _load(process)
            turns = SESSIONS * len(CONVERSATION)
            rates[process].append(turns / seconds)
            costs[process].append(cpu_seconds / turns * 1000)
    ours, echo = statistics.median(rates[server]), statistics.median(rates[echoing])
    return [
        row("a chat turn with a card beside an echo turn of Chainlit", ours / echo, "×", ("≥", 0.8)),
        row(f"echo turns, {SESSIONS} sessions", echo, "turns/s"),
        row(f"turns with a card, {SESSIONS} sessions", ours, "turns/s"),
        row("CPU of an echo turn", statistics.median(costs[echoing]), "ms"),
        row("CPU of a turn with a card", statistics.median(costs[server]), "ms"),
    ]


async def _check_cards(server: ServerProcess) -> None:
    async with Visitor(server.address, DEMO.username, DEMO.password) as visitor:
        for words in CONVERSATION:
            assert elements(await visitor.say(words), "card"), f"no card for “{words}”"


async def _load(process: ServerProcess) -> tuple[float, float]:
    """Fresh sessions, all of them talking at once: seconds and CPU seconds from the first word to the last answer."""
    async with AsyncExitStack() as stack:
        visitors = [
            await stack.enter_async_context(Visitor(process.address, DEMO.username, DEMO.password)) for _ in range(SESSIONS)
        ]
        cpu_seconds, start = process.cpu_seconds(), time.monotonic()
        await asyncio.gather(*map(_talk, visitors))
        return time.monotonic() - start, process.cpu_seconds() - cpu_seconds


async def _talk(visitor: Visitor) -> None:
    for words in CONVERSATION:
        await visitor.say(words)


async def _orders(server: ServerProcess) -> list[Row]:
    async with Visitor(server.address, DEMO.username, DEMO.password) as visitor:
        token = (await visitor.get("/api/session"))["csrf"]
        deposit = {"amount": "5000", "pin": DEMO.pin, "key": "bench-deposit"}
        await visitor.post("/api/deposits", deposit, token)
        for number in range(WARM_UP_ORDERS):
            await _order(visitor, WORDS[number % len(WORDS)], token)
        before, start = server.cpu_seconds(), time.monotonic()
        for number in range(ORDERS):
            await _order(visitor, WORDS[number % len(WORDS)], token)
        spent, passed = server.cpu_seconds() - before, time.monotonic() - start
    return [
        row(f"CPU of a paid order, first word to receipt, mean of {ORDERS}", spent / ORDERS * 1000, "ms", ("≤", 40)),
        row("a paid order, first word to receipt, one customer", passed / ORDERS * 1000, "ms"),
    ]


async def _order(visitor: Visitor, words: str, token: str) -> None:
    """What a browser does: words, the card asks once more for itself, PIN, receipt, and the paid card asks again."""
    [card] = elements(await visitor.say(words), "card")
    where = f"/api/checkouts/{card['id']}"
    await visitor.get(where)
    paid = await visitor.post(f"{where}/pay", {"version": card["version"], "pin": DEMO.pin}, token)
    assert paid["card"]["state"] == "completed", paid["message"]
    await visitor.press("usual_paid", {"id": card["id"]})
    while (await visitor.hear("element"))["props"]["kind"] != "receipt":
        pass
    await visitor.get(where)
