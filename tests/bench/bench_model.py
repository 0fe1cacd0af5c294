"""A thousand utterances put to two models whose servers go wrong at random: is each answered, and in time?"""

import gc
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from app.llm.chain import ModelChain
from app.llm.openai_model import OpenAIModel
from app.llm.routes import Route
from app.skills import SKILLS
from app.understanding.context import ReadingContext
from app.understanding.model import ModelRequest
from app.understanding.reader import PolicyReader
from tests.bench.table import Row, row
from tests.llm.server import ModelServer, model_server

CALLS, AT_ONCE, DEADLINE_MS, SEED = 1_000, 4, 200, 20_260_524
WORDS = "what's my balance?"
REPLY = json.dumps({"commands": [{"command": "begin", "skill": "balance"}]})
# What a thread may be kept waiting on a busy machine, beyond the deadline.
SLACK_MS = 50
FAULTS: tuple[Callable[[ModelServer], None], ...] = (
    lambda server: setattr(server, "status", 503),
    lambda server: setattr(server, "status", 429),
    lambda server: setattr(server, "body", b"not json"),
    lambda server: setattr(server, "delay", 0.5),
)


def rows() -> list[Row]:
    with ExitStack() as stack:
        servers = [stack.enter_context(model_server()) for _ in range(2)]
        for server in servers:
            server.answer = lambda request: REPLY
        models = [OpenAIModel(Route(f"m{n}", f"m{n}", server.base_url, "")) for n, server in enumerate(servers)]
        # None is left out, so that every call meets what goes wrong.
        reader = PolicyReader(ModelChain(models, DEADLINE_MS, open_seconds=0), "always")
        # The first call of a process imports and connects.
        for model in models:
            model.complete(ModelRequest("", "", {}, WORDS), 10)
        # As the product does once it is warm: a walk through all that was imported would stop every thread.
        gc.collect()
        gc.freeze()
        read = _read(reader, servers)
    answered = sum(is_answered for is_answered, _, _ in read)
    took = sorted(seconds * 1000 for _, _, seconds in read)
    why = Counter(why for _, why, _ in read)
    failures = sum(count for reason, count in why.items() if reason != "model_asked")
    return [
        row(f"faulty models: answered of {CALLS:,} utterances", answered, "", ("≥", CALLS)),
        row(f"faulty models: slowest, deadline {DEADLINE_MS} ms", took[-1], "ms", ("≤", DEADLINE_MS + SLACK_MS)),
        row("faulty models: p50", took[len(took) // 2], "ms"),
        row("faulty models: answered by the rules alone", failures),
        row("faulty models: kinds of failure met", len(set(why) - {"model_asked"}), "", ("≥", 4)),
    ]


def _read(reader: PolicyReader, servers: list[ModelServer]) -> list[tuple[bool, str, float]]:
    chance, context = random.Random(SEED), ReadingContext(tuple(skill.spec for skill in SKILLS), {})

    def one(number: int) -> tuple[bool, str, float]:
        if number % 10 == 0:
            for server in servers:
                server.status, server.body, server.delay = 200, None, 0.0
                if chance.random() < 0.4:
                    chance.choice(FAULTS)(server)
        started = time.monotonic()
        reading = reader.read(WORDS, context)
        return bool(reading.commands), reading.why, time.monotonic() - started

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(CALLS)))
