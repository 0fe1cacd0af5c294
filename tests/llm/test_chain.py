"""Several models behind one: what one lacks the next one answers, within one deadline whatever goes wrong."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from app.dialogue.reading import Begin
from app.llm.chain import FAILURES_MAX, OPEN_SECONDS, Breaker, ModelChain
from app.llm.openai_model import OpenAIModel
from app.llm.routes import Route
from app.skills import SKILLS
from app.understanding.context import ReadingContext
from app.understanding.model import ModelReply, ModelRequest, ModelUnavailable, Reason
from app.understanding.reader import PolicyReader
from tests.llm.server import ModelServer, model_server

REQUEST = ModelRequest("system", "user", {"type": "object"}, "words")


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Scripted:
    """Does what it is told: answers, or is unavailable for a reason. Keeps the time it was given for each call."""

    def __init__(self, name: str, now: Clock, reason: Reason | None = None, takes: float = 0.0) -> None:
        self.name, self.now, self.reason, self.takes = name, now, reason, takes
        self.given: list[float] = []

    def complete(self, request: ModelRequest, within_seconds: float) -> ModelReply:
        self.given.append(within_seconds)
        self.now.seconds += min(self.takes, within_seconds)
        if self.takes >= within_seconds:
            raise ModelUnavailable("timeout")
        if self.reason is not None:
            raise ModelUnavailable(self.reason)
        return ModelReply(self.name)


@pytest.fixture
def now() -> Clock:
    return Clock()


def test_the_first_that_answers_is_taken_and_the_others_are_not_asked(now: Clock) -> None:
    first, second = Scripted("first", now, "server_error"), Scripted("second", now)
    third = Scripted("third", now)
    assert ModelChain([first, second, third], 3_000, now).complete(REQUEST).text == "second"
    assert third.given == []


def test_one_that_hangs_leaves_the_next_one_its_share_of_the_deadline(now: Clock) -> None:
    first, second = Scripted("first", now, takes=60), Scripted("second", now)
    assert ModelChain([first, second], 3_000, now).complete(REQUEST).text == "second"
    assert (first.given, second.given) == ([1.5], [1.5])


def test_when_all_hang_the_deadline_is_kept(now: Clock) -> None:
    with pytest.raises(ModelUnavailable, match="timeout"):
        ModelChain([Scripted(str(n), now, takes=60) for n in range(5)], 3_000, now).complete(REQUEST)
    assert now.seconds <= 103.001


def test_one_that_keeps_failing_is_left_out_for_a_while_and_then_tried_once(now: Clock) -> None:
    first, second = Scripted("first", now, "server_error"), Scripted("second", now)
    chain = ModelChain([first, second], 3_000, now)
    for _ in range(10):
        assert chain.complete(REQUEST).text == "second"
    assert len(first.given) == FAILURES_MAX
    now.seconds += OPEN_SECONDS + 1
    for _ in range(5):
        chain.complete(REQUEST)
    assert len(first.given) == FAILURES_MAX + 1
    now.seconds += OPEN_SECONDS + 1
    first.reason = None
    assert [chain.complete(REQUEST).text for _ in range(3)] == ["first"] * 3


def test_models_that_are_left_out_take_nothing_of_the_time_of_the_one_that_is_there(now: Clock) -> None:
    slow, down, gone = Scripted("slow", now, takes=1.5), Scripted("down", now, "unreachable"), Scripted("gone", now, "timeout")
    chain = ModelChain([down, gone, slow], 4_000, now)
    for _ in range(FAILURES_MAX):
        assert chain.complete(REQUEST).text == "slow"
    slow.given.clear()
    assert chain.complete(REQUEST).text == "slow"
    assert slow.given == [4.0]


def test_a_reply_that_can_not_be_used_leaves_no_model_out(now: Clock) -> None:
    model = Scripted("only", now)
    chain = ModelChain([model], 3_000, now)
    for reason in ("refused", "malformed", "too_long") * FAILURES_MAX:
        model.reason = reason  # type: ignore[assignment]
        with pytest.raises(ModelUnavailable, match=reason):
            chain.complete(REQUEST)
    model.reason = None
    assert chain.complete(REQUEST).text == "only"


def test_while_one_call_tries_again_the_others_do_not(now: Clock) -> None:
    breaker = Breaker(OPEN_SECONDS, now)
    for _ in range(FAILURES_MAX):
        breaker.failed()
    now.seconds += OPEN_SECONDS
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]


def test_a_success_in_between_begins_the_count_anew(now: Clock) -> None:
    model = Scripted("only", now)
    chain = ModelChain([model], 3_000, now)
    for _ in range(5):
        for _ in range(FAILURES_MAX - 1):
            model.reason = "server_error"
            with pytest.raises(ModelUnavailable, match="server_error"):
                chain.complete(REQUEST)
        model.reason = None
        assert chain.complete(REQUEST).text == "only"


def test_when_every_one_is_left_out_the_rules_stand_at_once(now: Clock) -> None:
    model = Scripted("only", now, "rate_limited")
    chain = ModelChain([model], 3_000, now)
    for _ in range(FAILURES_MAX):
        with pytest.raises(ModelUnavailable, match="rate_limited"):
            chain.complete(REQUEST)
    with pytest.raises(ModelUnavailable, match="circuit_open"):
        chain.complete(REQUEST)
    assert len(model.given) == FAILURES_MAX


def test_whatever_goes_wrong_at_random_every_utterance_is_answered_and_none_later_than_its_deadline(now: Clock) -> None:
    chance = random.Random(20260525)
    models = [Scripted(f"m{n}", now) for n in range(3)]
    reader = PolicyReader(ModelChain(models, 3_000, now), "always")
    context = ReadingContext(tuple(skill.spec for skill in SKILLS), {})
    seen: Counter[str] = Counter()
    for _ in range(1_000):
        for model in models:
            fault = chance.choice((None, None, "server_error", "rate_limited", "malformed", "slow"))
            model.takes = chance.choice((0.0, 0.9)) if fault != "slow" else 60.0
            model.reason = fault if fault != "slow" else None  # type: ignore[assignment]
        asked_at = now.seconds
        reading = reader.read("what's my balance?", context)
        assert now.seconds - asked_at <= 3.001
        assert [c.skill for c in reading.commands if isinstance(c, Begin)] == ["balance"]
        seen[reading.why] += 1
        now.seconds += 5
    assert set(seen) >= {f"model_{reason}" for reason in ("timeout", "rate_limited", "server_error", "malformed")}


FAULTS: list[Callable[[ModelServer], None]] = [
    lambda server: setattr(server, "status", 503),
    lambda server: setattr(server, "status", 429),
    lambda server: setattr(server, "body", b"not json"),
    lambda server: setattr(server, "delay", 0.5),
]
CALLS, DEADLINE_MS = 1_000, 200


@pytest.fixture
def servers() -> Iterator[list[ModelServer]]:
    with ExitStack() as stack:
        yield [stack.enter_context(model_server()) for _ in range(2)]


def test_a_thousand_calls_with_every_kind_of_fault_are_each_answered_or_given_up_in_time(servers: list[ModelServer]) -> None:
    """Real servers, real connections; what goes wrong changes at random all the time."""
    chance = random.Random(20260524)
    models = [OpenAIModel(Route(f"m{n}", f"m{n}", server.base_url, "")) for n, server in enumerate(servers)]
    # None is left out here, so that every call meets what goes wrong.
    chain = ModelChain(models, DEADLINE_MS, open_seconds=0)

    def call(number: int) -> tuple[str, float]:
        if number % 10 == 0:
            for server in servers:
                server.status, server.body, server.delay = 200, None, 0.0
                if chance.random() < 0.4:
                    chance.choice(FAULTS)(server)
        started = time.monotonic()
        try:
            outcome = chain.complete(REQUEST).text
        except ModelUnavailable as unavailable:
            outcome = unavailable.reason
        return outcome, time.monotonic() - started

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(call, range(CALLS)))
    assert len(outcomes) == CALLS
    # The deadline, and what a machine that is busy with other tests may add.
    assert max(took for _, took in outcomes) < DEADLINE_MS / 1000 + 2
    assert sum(outcome == "{}" for outcome, _ in outcomes) > CALLS / 10
    assert {outcome for outcome, _ in outcomes} >= {"{}", "server_error", "rate_limited", "malformed", "timeout"}
