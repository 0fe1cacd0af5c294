"""Words → priced card by the rules, at the service itself: the CPU time of the whole process, the writer's thread with it."""

import gc
import time

import numpy as np

from app.replay.script import Script
from app.replay.stage import CUSTOMER_ID, Stage, staged
from app.service.views import CardView
from app.skills import SKILLS
from app.understanding import rules
from app.understanding.context import ReadingContext
from tests.bench.table import Row, row

UTTERANCES = (
    "a latte",
    "two large oat lattes, one with no sugar",
    "来一杯冰美式",
    "两杯大拿铁，一杯少冰",
    "an iced americano please",
    "large oat latte, no sugar",
    "三杯摩卡",
    "a cappuccino and a butter croissant",
    "one jasmine green tea",
    "大杯燕麦拿铁无糖",
    "lattte x2 plz",
    "两杯拿帖",
    "I'd like a flat white with an extra shot",
    "来两杯热美式和一个可颂",
    "raw coconut latte, iced, less ice",
    "a mocha and two lattes",
    "一杯卡布奇诺，一个蓝莓玛芬",
    "can I get three iced lattes with oat milk",
    "帮我点一杯蜜桃乌龙",
    "tiramisu and an espresso",
)
FOURTEEN_WORDS = "two large oat lattes with no sugar and one iced americano with less ice"
# The p99 is the median of several runs': what else the machine does shows in some of them.
RUNS, ROUNDS, WARM_UP = 5, 10, 3
READS = 2_000


def rows() -> list[Row]:
    script = Script.model_validate({"title": "bench", "clock": "2026-05-18T09:00+08:00", "turns": [{"say": "-"}]})
    with staged(script) as stage:
        stage.usual.warm_up()
        _run(stage, "warm", WARM_UP)
        runs = [_run(stage, str(number), ROUNDS) for number in range(RUNS)]
        read, read_there = _read_ms(stage), _read_ms(stage, "nimbus_coffee")
        growth = _growth(stage)
    p50, p99 = (float(np.median([np.percentile(run, part) for run in runs])) for part in (50, 99))
    return [
        row("words → priced card, coffee chain, CPU p99", p99, "ms", ("≤", 5)),
        row("words → priced card, coffee chain, CPU p50", p50, "ms"),
        row("a 14-word order read by the rules, coffee chain, CPU p50", float(np.percentile(read_there, 50)), "ms", ("≤", 1)),
        row("a 14-word order read by the rules, all shops, CPU p50", float(np.percentile(read, 50)), "ms"),
        row("reading 2,000 characters, × ten times 200", growth, "×", ("≤", 1.5)),
    ]


def _run(stage: Stage, name: str, rounds: int) -> list[float]:
    """CPU milliseconds of each turn; every turn opens a conversation of its own."""
    return [_turn_ms(stage, text, f"con_{name}_{n}_{m}") for n in range(rounds) for m, text in enumerate(UTTERANCES)]


def _turn_ms(stage: Stage, text: str, conversation_id: str) -> float:
    start = time.process_time_ns()
    reply = stage.usual.assistant.turn(CUSTOMER_ID, conversation_id, text)
    spent = (time.process_time_ns() - start) / 1e6
    assert any(isinstance(message.view, CardView) for message in reply.messages), f"no card for “{text}”"
    return spent


def _growth(stage: Stage) -> float:
    """How the time of a reading grows with its length: 1 is in proportion."""
    context = ReadingContext(tuple(skill.spec for skill in SKILLS), stage.usual.assistant.lexicons())
    order = "two large oat lattes with no sugar, 一杯冰美式去冰, a blueberry muffin and zzyzx blorp, "

    def cpu(length: int) -> float:
        text = (order * (length // len(order) + 1))[:length]
        spent = []
        for _ in range(15):
            start = time.thread_time_ns()
            rules.read(text, context)
            spent.append(time.thread_time_ns() - start)
        return float(np.median(spent))

    return cpu(2_000) / (10 * cpu(200))


def _read_ms(stage: Stage, shop: str | None = None) -> list[float]:
    """Of one shop alone, or of all."""
    shops = stage.usual.assistant.lexicons()
    context = ReadingContext(tuple(skill.spec for skill in SKILLS), {shop: shops[shop]} if shop else shops)
    gc.collect()
    spent = []
    for _ in range(READS):
        start = time.thread_time_ns()
        rules.read(FOURTEEN_WORDS, context)
        spent.append((time.thread_time_ns() - start) / 1e6)
    return spent[READS // 10 :]
