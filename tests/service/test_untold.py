"""What happened while no chat was open is told once, at the next opening of any chat of that customer, and of no other's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from app.bootstrap import Outside, build
from app.dialogue.wording import say
from app.domain.names import Lang
from app.domain.order import HELD_FOR
from app.replay.stage import CUSTOMER_ID, GUARDIAN_ID, GUARDIAN_PIN, LEXICONS, WEAK_HASHER, Stage
from app.service.ports import Answer, Placement
from app.service.untold import ABOUT, SAID_AT_MOST, TOLD_FOR
from tests.service import test_guardians as guardians
from tests.service import test_refunds as refunds
from tests.service.standing import DAY, MONDAY, PIN, agreed, at, run

ORDERED = {"en": "“Latte”: ordered and paid, ¥18.00.", "zh": "“拿铁”已下单付款，¥18.00。"}


def opened(stage: Stage, customer_id: str = CUSTOMER_ID, lang: Lang = "en", conversation_id: str = "another") -> list[str]:
    """What an opening says, without what it begins with."""
    said = stage.usual.assistant.told_at_opening(customer_id, conversation_id, lang)
    if said is None:
        return []
    first, *rest = said.split("\n\n")
    assert first == say(lang, "away.since")
    return rest


def test_a_customer_with_nothing_to_be_told_hears_nothing(stage: Stage) -> None:
    assert opened(stage) == []
    refunds.placed(stage)
    agreed(stage)
    assert opened(stage) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_run_is_told_once_in_the_chats_language(stage: Stage, lang: Lang) -> None:
    agreed(stage)
    at(stage, MONDAY)
    assert opened(stage, lang=lang) == [ORDERED[lang]]
    assert opened(stage, lang=lang) == []
    assert opened(stage, conversation_id="con") == []
    assert stage.usual.records.untold(CUSTOMER_ID, tuple(ABOUT), stage.clock.now() - TOLD_FOR) == []


def test_a_chat_goes_on_in_the_language_that_was_spoken_in_it(stage: Stage) -> None:
    stage.usual.assistant.turn(CUSTOMER_ID, "chinese", "你好")
    agreed(stage)
    at(stage, MONDAY)
    assert stage.usual.assistant.told_at_opening(CUSTOMER_ID, "chinese", "en") == f"您不在的时候：\n\n{ORDERED['zh']}"


def test_what_is_to_come_is_told_until_it_has_come(stage: Stage) -> None:
    order = agreed(stage)
    at(stage, MONDAY - timedelta(minutes=30))
    [notice] = opened(stage)
    assert notice.startswith("Latte at ")
    assert opened(stage) == []
    at(stage, MONDAY)
    at(stage, MONDAY + DAY - timedelta(minutes=30))
    at(stage, MONDAY + DAY)
    assert opened(stage) == [ORDERED["en"], ORDERED["en"]]
    assert run(stage, order).state == "ordered"


def test_of_many_the_newest_are_said_and_the_others_counted(stage: Stage) -> None:
    agreed(stage)
    for day in (0, 1, 2, 3, 4, 7, 8):
        at(stage, MONDAY + day * DAY)
    assert opened(stage) == [*[ORDERED["en"]] * SAID_AT_MOST, "And 2 more."]
    assert opened(stage) == []


def test_what_is_long_past_is_not_told(stage: Stage) -> None:
    agreed(stage, left=1)
    at(stage, MONDAY)
    stage.clock.advance(TOLD_FOR + DAY)
    assert opened(stage) == []


def test_it_is_told_by_a_service_built_anew_and_by_one_of_two_alone(stage: Stage) -> None:
    agreed(stage)
    at(stage, MONDAY)
    outside = Outside(stage.clock, stage.usual.ids, stage.usual.merchants.catalogs(), None, LEXICONS, WEAK_HASHER)
    with closing(build(stage.usual.settings, outside)) as anew:
        asked = [stage.usual, anew] * 4
        with ThreadPoolExecutor(len(asked)) as pool:
            said = list(pool.map(lambda usual: usual.assistant.told_at_opening(CUSTOMER_ID, "another", "en"), asked))
        assert [one for one in said if one is not None] == [f"While you were away:\n\n{ORDERED['en']}"]
        assert anew.assistant.told_at_opening(CUSTOMER_ID, "another", "en") is None


def test_what_an_open_chat_has_told_no_opening_tells_and_the_rest_is_told(stage: Stage) -> None:
    order = agreed(stage)
    at(stage, MONDAY)
    stage.usual.assistant.mark_told(CUSTOMER_ID, run(stage, order).id)
    at(stage, MONDAY + DAY)
    assert opened(stage) == [ORDERED["en"]]
    assert opened(stage) == []


def test_a_run_that_asks_and_was_paid_by_its_customer_is_not_told_to_them(stage: Stage) -> None:
    order = agreed(stage, mode="ask_first")
    at(stage, MONDAY)
    asked = run(stage, order)
    assert asked.checkout_id is not None
    stage.usual.payments.pay(CUSTOMER_ID, asked.checkout_id, 1, PIN, "en")
    at(stage, MONDAY + timedelta(hours=1))
    assert opened(stage) == []
    at(stage, MONDAY + DAY)
    assert [said.split(":")[0] for said in opened(stage)] == ["“Latte” waits for you"]


def test_a_run_that_its_merchant_has_not_taken_yet_is_told_when_it_has(stage: Stage) -> None:
    agreed(stage)
    stage.usual.merchants.is_answering = False
    at(stage, MONDAY)
    assert opened(stage) == []
    stage.usual.merchants.is_answering = True
    stage.clock.advance(timedelta(minutes=10))
    stage.usual.payments.payments.settle_stranded()
    assert opened(stage) == [ORDERED["en"]]


def test_a_refund_that_was_answered_later_is_told_and_one_answered_in_the_chat_is_not(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = refunds.placed(stage)
    assert refunds.ask(stage, order).state == "done"
    assert opened(stage) == []
    with monkeypatch.context() as silent:
        silent.setattr(type(stage.usual.merchants), "agree", lambda *_: Answer("unknown"))
        assert refunds.ask(stage, order).state == "asked"
    stage.clock.advance(timedelta(minutes=1))
    stage.usual.refunds.settle_asked()
    [said] = opened(stage)
    assert "is back in your wallet" in said
    assert opened(stage) == []


def test_a_hold_that_went_back_after_its_time_is_told(stage: Stage) -> None:
    stage.usual.merchants.script = lambda _: Placement("unknown")
    refunds.placed(stage)
    stage.usual.merchants.is_answering = False
    stage.clock.advance(HELD_FOR + timedelta(seconds=1))
    stage.usual.payments.payments.settle_stranded()
    [said] = opened(stage)
    assert "¥36.00 is back in your wallet" in said
    assert opened(stage) == []


def test_a_guardian_is_told_who_asks_and_the_child_what_was_answered(set_stage: Callable[..., Stage]) -> None:
    child = set_stage(guardian={"daily": "50.00", "blocked": ["retail"]})
    _, request = guardians.asked(child, guardians.latte(3))
    assert opened(child) == []
    [asks] = opened(child, GUARDIAN_ID)
    assert "¥54.00" in asks
    guardians.answer(child, request, GUARDIAN_PIN)
    assert opened(child, GUARDIAN_ID) == []
    assert opened(child) == [say("en", "guardian.told_approved", {"total": request.amount})]
    assert opened(child) == []


def test_nobody_is_told_of_another_customers(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(guardian={"daily": "50.00", "blocked": []})
    agreed(stage)
    at(stage, MONDAY)
    assert opened(stage, GUARDIAN_ID, conversation_id="con") == []
    assert opened(stage) == [ORDERED["en"]]
