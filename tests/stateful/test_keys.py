"""A thousand keys, fifty tries each at the same time: a thousand effects, one answer to each key, other input refused."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from app.base.money import Money
from app.domain.ledger import Wallet
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.units import Change, KeyReused, Unit

KEYS, TRIES, SEED = 1_000, 50, 20_261_124


def test_a_thousand_keys_tried_fifty_times_at_once_are_a_thousand_effects(stage: Stage) -> None:
    writer, at = stage.usual.writer, stage.clock.now()
    before = stage.usual.records.wallet(CUSTOMER_ID)
    assert before is not None

    def attempt(what: tuple[int, int]) -> tuple[int, str, int | None]:
        """The key, the input, and the answer; None where the key had come with other input."""
        key, number = what
        given = "other" if number % 10 == 9 else "input"
        change = Change(Wallet, CUSTOMER_ID, add={"available": 1, "held": 0})
        unit = Unit(f"key:{key}", f"{given}:{key}", at, changes=(change,), result={"answer": number})
        try:
            return key, given, int(writer.commit(unit).result["answer"])
        except KeyReused:
            return key, given, None

    tries = [(key, number) for key in range(KEYS) for number in range(TRIES)]
    random.Random(SEED).shuffle(tries)
    with ThreadPoolExecutor(TRIES) as threads:
        answers: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
        for key, given, answer in threads.map(attempt, tries):
            answers[key].add((given, answer))

    assert len(answers) == KEYS
    for seen in answers.values():
        # Whichever input was first has one answer for all its tries; the other is refused in every one.
        by_input = dict(seen)
        assert len(seen) == len(by_input) == 2
        assert sorted(answer is None for answer in by_input.values()) == [False, True]
    after = stage.usual.records.wallet(CUSTOMER_ID)
    assert after is not None
    assert after.available == before.available.plus(Money(KEYS))
    # Every balance must have its transfers: this was for the keys alone.
    writer.commit(Unit("undo", "undo", at, changes=(Change(Wallet, CUSTOMER_ID, add={"available": -KEYS}),)))
