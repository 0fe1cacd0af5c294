"""The model path against a real HTTP server, also a hostile one: the rules stand whenever the model may not be believed."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import Outside
from app.dialogue.reading import Begin, LinesValue, Reading
from app.llm.chain import ModelChain
from app.llm.openai_model import OpenAIModel
from app.llm.recorded import RecordedModel, RecordingModel, Row, TrafficMissing
from app.llm.routes import Price, Route
from app.replay.script import Script
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage, staged
from app.service.ports import Reader
from app.understanding import rules
from app.understanding.context import ReadingContext
from app.understanding.model import wish_in
from app.understanding.prompt import SHELF_MAX, shown_candidates
from app.understanding.reader import PolicyReader
from tests.llm.server import ModelServer, model_server

PRICE = Price(400_000, 1_600_000, "USD")
VAGUE_THING = "zzyzx blorp qwertz"
VAGUE = "zzyzx blorp something warm and frothy qwertz"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture(scope="module")
def context() -> ReadingContext:
    with stage_with(None) as stage:
        shops = stage.usual.assistant.lexicons()
        from app.skills import SKILLS

        return ReadingContext(tuple(skill.spec for skill in SKILLS), dict(shops))


def stage_with(reader: Reader | None) -> Any:
    script = {"title": "model", "clock": "2026-05-18T09:00+08:00", "turns": [{"say": "-"}]}
    return staged(Script.model_validate(script), reader)


def asking(server: ModelServer, policy: str = "when_unsure", deadline_ms: int = 2_000) -> PolicyReader:
    model = OpenAIModel(Route("test-model", "test-model-2026", server.base_url, "secret-key", PRICE))
    return PolicyReader(ModelChain([model], deadline_ms), policy)  # type: ignore[arg-type]


def says(*commands: dict[str, Any]) -> Callable[[dict[str, Any]], str]:
    return lambda request: json.dumps({"commands": list(commands)})


def begin(words: str, product: str | None = None, slot: str = "lines") -> dict[str, Any]:
    slots = [{"slot": slot, "words": words}]
    return {"command": "begin", "skill": "order", "slots": slots, "words": None, "product": product}


def products(reading: Reading) -> list[tuple[str, bool]]:
    values = [v for c in reading.commands if isinstance(c, Begin) for v in c.slots.values() if isinstance(v, LinesValue)]
    return [(line.item.candidates[0].product_id, line.item.suggested) for v in values for line in v.lines if line.item]


def test_a_sure_reading_is_not_put_to_the_model(server: ModelServer, context: ReadingContext) -> None:
    reading = asking(server).read("two large lattes", context)
    assert (reading.by, reading.why, server.requests) == ("rules", "rules_sure", [])


def test_a_vague_one_is_and_its_pick_is_marked_as_suggested(server: ModelServer, context: ReadingContext) -> None:
    server.answer = lambda request: says(begin(VAGUE, shown(request)[0]))(request)
    reading = asking(server).read(VAGUE, context)
    assert (reading.by, reading.why) == ("model", "model_asked")
    assert [suggested for _, suggested in products(reading)] == [True]


def shown(request: dict[str, Any]) -> list[str]:
    listed = request["messages"][1]["content"].split("Products:\n")[1].split("\n\n")[0]
    return [line.split(": ")[0] for line in listed.splitlines() if ": " in line]


def test_the_request_is_structured_and_carries_no_price_and_no_customer(server: ModelServer, context: ReadingContext) -> None:
    asking(server, "always").read("latte", context)
    (request,) = server.requests
    assert request["path"] == "/v1/chat/completions"
    assert request["authorization"] == "Bearer secret-key"
    assert request["response_format"]["json_schema"]["strict"] is True
    kinds = request["response_format"]["json_schema"]["schema"]["properties"]["commands"]["items"]["anyOf"]
    offered = {name for kind in kinds for name in kind["properties"]["command"]["enum"]}
    # There is no card, no list and no question to speak to; and an approval is never the model's.
    assert offered == {"begin", "abstain"}
    assert all(kind["additionalProperties"] is False for kind in kinds)
    sent = json.dumps(request["messages"], ensure_ascii=False)
    assert "¥" not in sent
    assert CUSTOMER_ID not in sent


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"status": 429}, "model_rate_limited"),
        ({"status": 500}, "model_server_error"),
        ({"status": 503}, "model_server_error"),
        ({"status": 401}, "model_refused"),
        ({"delay": 3.0}, "model_timeout"),
        ({"drip": True}, "model_timeout"),
        ({"body": b"not json"}, "model_malformed"),
        ({"body": b"{}"}, "model_malformed"),
        ({"body": b"[" * 30_000}, "model_malformed"),
        ({"body": b'{"choices": [{"message": {"content": null, "refusal": "no"}}]}'}, "model_refused"),
        ({"body": b"x" * 10_000_000}, "model_too_long"),
        ({"status": 500, "body": b"x" * 50_000_000}, "model_server_error"),
        ({"cut_short": True}, "model_malformed"),
        ({"encoding": "gzip"}, "model_malformed"),
    ],
)
def test_every_kind_of_failure_falls_back_to_the_rules_within_the_deadline(
    server: ModelServer, context: ReadingContext, fault: dict[str, Any], why: str
) -> None:
    for name, value in fault.items():
        setattr(server, name, value)
    started = time.monotonic()
    reading = asking(server, "always", deadline_ms=800).read("a latte", context)
    assert time.monotonic() - started < 2
    assert (reading.by, reading.why) == ("rules", why)
    assert products(reading) == [("latte", False)]


def test_a_server_that_is_not_there_falls_back_to_the_rules(context: ReadingContext) -> None:
    model = OpenAIModel(Route("m", "m", "http://127.0.0.1:9/v1", ""))
    reading = PolicyReader(ModelChain([model], 800), "always").read("a latte", context)
    assert (reading.by, reading.why, products(reading)) == ("rules", "model_unreachable", [("latte", False)])


HOSTILE: list[tuple[str, Any]] = [
    ("an affirmation", {"commands": [{"command": "affirm"}]}),
    ("a payment", {"commands": [{"command": "pay", "amount": 1}]}),
    ("a price", {"commands": [{**begin("a latte"), "price": 1}]}),
    ("a product that was not shown", {"commands": [begin("something", "nimbus_coffee/not_there")]}),
    ("words that were not said", {"commands": [begin("ten mochas")]}),
    ("words in another language", {"commands": [begin("一杯拿铁")]}),
    ("a skill that is not there", {"commands": [{"command": "begin", "skill": "transfer", "slots": []}]}),
    ("a slot that is not there", {"commands": [begin("a latte", slot="total")]}),
    ("nothing", {"commands": []}),
    ("too many commands", {"commands": [begin("a latte")] * 50}),
    ("another shape", [1, 2, 3]),
    ("deep nesting", json.loads("[" * 500 + "]" * 500)),
    ("an answer to no question", {"commands": [{"command": "fill", "slots": [{"slot": "amount", "words": "a"}]}]}),
    ("a change of nothing", {"commands": [{"command": "change", "words": "latte"}]}),
]


@pytest.mark.parametrize(("reply"), [reply for _, reply in HOSTILE], ids=[name for name, _ in HOSTILE])
def test_a_hostile_reply_is_rejected_whole(server: ModelServer, context: ReadingContext, reply: Any) -> None:
    server.answer = lambda request: json.dumps(reply)
    reading = asking(server, "always").read("something like a latte", context)
    assert reading.by == "rules"
    assert reading.why.startswith("model_rejected_")
    assert reading.commands == rules.read("something like a latte", context).commands


def test_where_the_two_disagree_about_what_is_bought_the_customer_is_asked(server: ModelServer) -> None:
    server.answer = says(begin("a mocha"))
    with stage_with(asking(server, "always")) as stage:
        reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte and a mocha")
        assert stage.usual.assistant.last_reading is not None
        assert stage.usual.assistant.last_reading.why == "model_disagrees"
        assert [m.view.kind for m in reply.messages if m.view] == ["choices"]
        assert stage.usual.records.last_checkout(CUSTOMER_ID) is None
        picked = choose(stage, 2)
        checkout = stage.usual.records.last_checkout(CUSTOMER_ID)
        assert checkout is not None
        assert [line.product_id for line in checkout.lines] == ["latte", "mocha"], picked


def choose(stage: Stage, ordinal: int) -> Any:
    state = stage.usual.records.conversation(CONVERSATION_ID)
    assert state is not None
    assert state.question is not None
    return stage.usual.assistant.tap(
        CUSTOMER_ID, CONVERSATION_ID, {"kind": "choose", "question_id": state.question.id, "ordinal": ordinal}
    )


def test_a_reply_that_drops_what_was_said_of_an_item_is_a_disagreement(server: ModelServer, context: ReadingContext) -> None:
    server.answer = says(begin("latte"))
    assert asking(server, "always").read("a latte with no sugar", context).why == "model_disagrees"


def test_spans_of_the_models_words_are_counted_from_the_start_of_the_utterance(
    server: ModelServer, context: ReadingContext
) -> None:
    text = "well then, two lattes"
    server.answer = says(begin("two lattes"))
    reading = asking(server, "always").read(text, context)
    (value,) = [v for c in reading.commands if isinstance(c, Begin) for v in c.slots.values()]
    assert isinstance(value, LinesValue)
    item = value.lines[0].item
    assert item is not None
    assert text[item.span.start : item.span.end] == item.span.text == "lattes"


def test_a_model_that_approves_everything_pays_nothing(server: ModelServer) -> None:
    server.answer = says({"command": "affirm"})
    with stage_with(asking(server, "always")) as stage:
        for words in ("a latte", "yes", "pay now", "confirm and pay", VAGUE):
            stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, words)
        assert stage.usual.records.orders(CUSTOMER_ID, 10) == []
        kinds = {t.kind for t in stage.usual.records.transfers()}
        assert kinds == {"deposit"}


def test_the_trace_says_who_answered_and_why(server: ModelServer) -> None:
    server.status = 503
    with stage_with(asking(server, "always")) as stage:
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte")
        understood = [link.facts for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "understood"]
        assert [(facts["by"], facts["why"]) for facts in understood] == [("rules", "model_server_error")]


def test_each_call_that_gave_no_reply_is_in_the_trace_with_its_reason_and_what_it_cost_all_the_same(server: ModelServer) -> None:
    refusal = {
        "choices": [{"message": {"content": None, "refusal": "no"}}],
        "usage": {"prompt_tokens": 700, "completion_tokens": 3},
    }
    server.answer, server.usage = says(begin("a latte")), {"prompt_tokens": 1_234, "completion_tokens": 57}
    with model_server() as refusing, model_server() as broken:
        refusing.body, broken.status = json.dumps(refusal).encode(), 503
        addresses = (("refusing", refusing), ("broken", broken), ("test-model", server))
        chain = ModelChain([OpenAIModel(Route(name, name, at.base_url, "", PRICE)) for name, at in addresses], 6_000)
        with stage_with(PolicyReader(chain, "always")) as stage:
            stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte")
            trace = stage.usual.records.trace(CUSTOMER_ID)
    failed = [link.facts for link in trace if link.kind == "model_failed"]
    (answered,) = [link.facts for link in trace if link.kind == "understood"]
    assert [(facts["model"], facts["reason"]) for facts in failed] == [("refusing", "refused"), ("broken", "server_error")]
    assert {facts["utterance"] for facts in failed} == {answered["utterance"]}
    assert (failed[0]["prompt_tokens"], failed[0]["completion_tokens"]) == (700, 3)
    assert (failed[0]["cost_pico"], failed[0]["currency"]) == (700 * 400_000 + 3 * 1_600_000, "USD")
    assert "prompt_tokens" not in failed[1]
    assert (answered["model"], answered["prompt_tokens"]) == ("test-model", 1_234)


def test_a_call_whose_reply_the_checks_refuse_costs_what_it_cost(server: ModelServer) -> None:
    server.answer, server.usage = says({"command": "affirm"}), {"prompt_tokens": 1_234, "completion_tokens": 57}
    with stage_with(asking(server, "always")) as stage:
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte")
        (facts,) = [link.facts for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "understood"]
    assert (facts["by"], facts["why"]) == ("rules", "model_rejected_not_under_the_schema")
    assert (facts["prompt_tokens"], facts["cost_pico"]) == (1_234, 1_234 * 400_000 + 57 * 1_600_000)


def test_when_all_fail_the_rules_answer_and_each_failure_is_kept(server: ModelServer) -> None:
    server.status = 429
    with stage_with(asking(server, "always")) as stage:
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte")
        (failed,) = [link.facts for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "model_failed"]
        card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert (failed["model"], failed["reason"]) == ("test-model", "rate_limited")
    assert "cost_pico" not in failed
    assert card is not None


def test_a_product_that_no_word_names_is_put_as_a_question(server: ModelServer) -> None:
    server.answer = says(begin(VAGUE_THING, "nimbus_coffee/latte"))
    with stage_with(asking(server)) as stage:
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, VAGUE_THING)
        state = stage.usual.records.conversation(CONVERSATION_ID)
        assert stage.usual.records.last_checkout(CUSTOMER_ID) is None
        assert state is not None
        assert state.question is not None
        assert [line.product_id for c in state.question.choices if c.draft for line in c.draft.lines] == ["latte"]
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "yes")
        card = stage.usual.records.last_checkout(CUSTOMER_ID)
        assert card is not None
        assert [(line.product_id, line.suggested) for line in card.draft.lines] == [("latte", True)]
        assert stage.usual.records.orders(CUSTOMER_ID, 10) == []


def test_what_every_shop_has_is_shown_first_and_is_the_same_for_other_words(context: ReadingContext) -> None:
    other = "qwrtz plonk"
    first, second = (shown_candidates(text, rules.read(text, context), context)[:SHELF_MAX] for text in (VAGUE_THING, other))
    assert first == second
    assert {candidate.merchant_id for candidate in first} >= {"nimbus_coffee", "sunrise_breakfast", "corner_24"}
    assert not any(candidate.merchant_id == "skylark_mobile" for candidate in first)


def test_to_a_wish_only_what_fits_is_shown_and_a_pick_takes_nothing_back_of_it(
    server: ModelServer, context: ReadingContext
) -> None:
    text = "zzyzx something warm without caffeine or nuts"
    wish = wish_in(rules.read(text, context), context)
    assert wish is not None
    assert all(
        {"warm", "caffeine_free"} <= context.shops[c.merchant_id].stated[c.product_id]
        for c in shown_candidates(text, rules.read(text, context), context)
    )
    server.answer = lambda request: says(begin("something warm", shown(request)[0]))(request)
    reading = asking(server, "always").read(text, context)
    assert reading.by == "model"
    (begun,) = reading.commands
    assert isinstance(begun, Begin)
    assert {name: value for name, value in begun.slots.items() if name != "lines"} == wish.slots
    assert [suggested for _, suggested in products(reading)] == [True]


def test_what_a_call_took_is_in_the_trace_to_the_last_token(server: ModelServer) -> None:
    server.answer, server.usage = says(begin("a latte")), {"prompt_tokens": 1_234, "completion_tokens": 57}
    with stage_with(asking(server, "always")) as stage:
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte")
        (facts,) = [link.facts for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "understood"]
    assert (facts["model"], facts["prompt_tokens"], facts["completion_tokens"]) == ("test-model", 1_234, 57)
    assert (facts["cost_pico"], facts["currency"]) == (1_234 * 400_000 + 57 * 1_600_000, "USD")
    assert server.requests[0]["model"] == "test-model-2026"


@pytest.mark.parametrize("count", [-1, 10**12, "many", 1.5, True])
def test_a_count_of_tokens_that_can_not_be_is_no_reply(server: ModelServer, context: ReadingContext, count: Any) -> None:
    server.answer, server.usage = says(begin("a latte")), {"prompt_tokens": count, "completion_tokens": 1}
    assert asking(server, "always").read("a latte", context).why == "model_malformed"


def test_recorded_traffic_is_replayed_without_a_server_and_a_miss_names_the_nearest(
    server: ModelServer, context: ReadingContext, tmp_path: Path
) -> None:
    server.answer = says(begin("a latte"))
    rows: list[Row] = []
    live = ModelChain([OpenAIModel(Route("m", "m", server.base_url, ""))], 2_000)
    recorded = PolicyReader(RecordingModel(live, rows.append), "always").read("a latte", context)
    replayed = PolicyReader(RecordedModel(rows, "here"), "always").read("a latte", context)
    assert replayed == replace(recorded, use=None)
    assert len(server.requests) == 1
    with pytest.raises(TrafficMissing) as missing:
        PolicyReader(RecordedModel(rows, "here"), "always").read("a lattes", context)
    assert missing.value.params["nearest"] == "a latte"


def test_without_a_model_nothing_leaves_the_machine(context: ReadingContext) -> None:
    assert Outside().reader is None
    reading = PolicyReader().read(VAGUE, context)
    assert (reading.by, reading.why) == ("rules", "rules_only")
