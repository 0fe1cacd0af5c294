"""A conversation that took place becomes a file that holds at once and tells nothing private."""

import json
from pathlib import Path

import pytest
import yaml

from app.replay.record import NothingSaid, StillPrivate, newest_conversation, recorded
from app.replay.redact import Redaction
from app.replay.run import play_file
from app.replay.save import NotReplayable, saved
from app.replay.script import Event, Script
from app.replay.stage import CUSTOMER_ID, Stage, staged
from app.service.checkout import CheckoutDrifted
from app.service.step_up import PinWrong
from app.understanding.model import ModelReply, ModelRequest, ModelUnavailable
from app.understanding.reader import PolicyReader

PIN = "258036"
PRIVATE = ("13812345678", "13911112222", "1266号", "南京西路9988号", "王丽", PIN[:5] + "9")


def say(stage: Stage, *utterances: str) -> str:
    """The newest card's id after these words."""
    card = ""
    for words in utterances:
        reply = stage.usual.assistant.turn(CUSTOMER_ID, "con", words)
        card = next((m.view.id for m in reply.messages if m.view is not None and m.view.kind == "card"), card)
    return card


def pay(stage: Stage, card: str, pin: str = PIN) -> None:
    checkout = stage.usual.records.checkout(card)
    assert checkout is not None
    stage.usual.payments.pay(CUSTOMER_ID, card, checkout.version, pin, "en")


def test_what_was_said_tapped_and_paid_is_played_again_and_holds(stage: Stage, tmp_path: Path) -> None:
    card = say(stage, "two large oat lattes, one with no sugar", "make that three", "第二个，去冰", "送到南京西路9988号")
    checkout = stage.usual.records.checkout(card)
    assert checkout is not None
    edit = {"kind": "edit", "id": card, "version": checkout.version, "line": checkout.lines[0].id, "quantity": 1}
    stage.usual.assistant.tap(CUSTOMER_ID, "con", edit)
    with pytest.raises(PinWrong):
        pay(stage, card, PIN[:5] + "9")
    stage.happen(Event(passes="2m"))
    pay(stage, card)
    say(stage, "帮我手机充50到13911112222", "给王丽留门", "算了")
    stage.happen(Event(passes="40m"))
    stage.happen(Event(worker="runs"))
    text = saved(stage.usual, CUSTOMER_ID, "con")
    for private in PRIVATE:
        assert private not in text
    path = tmp_path / "recorded.yaml"
    path.write_text(text, encoding="utf-8")
    result = play_file(path)
    assert result.holds
    plain = yaml.safe_load(text)
    acts = [next(iter(turn)) for turn in plain["turns"]]
    assert acts.count("say") == 7
    assert acts.count("pay") == 2
    assert [turn["refused"] for turn in plain["turns"] if "refused" in turn] == ["pin_wrong"]
    assert plain["end"]["orders"] == ["delivered 53.00"]


def test_a_price_that_moved_between_card_and_payment_is_played_too(stage: Stage) -> None:
    card = say(stage, "a latte")
    stage.happen(Event(price={"nimbus_coffee.latte": "20.00"}))
    with pytest.raises(CheckoutDrifted):
        pay(stage, card)
    pay(stage, card)
    plain = yaml.safe_load(saved(stage.usual, CUSTOMER_ID, "con"))
    assert plain["turns"][1]["event"] == {"price": {"nimbus_coffee.latte": 20.0}}
    assert plain["turns"][-1]["order"]["total"] == 20.0


def test_who_an_order_is_for_and_where_it_was_to_go_are_not_told(stage: Stage) -> None:
    say(stage, "a latte for Wang Lihua, 13900002222", "deliver it to 南京西路9988号", "pick it up")
    text = saved(stage.usual, CUSTOMER_ID, "con")
    for private in ("Wang Lihua", "13900002222", "9988号"):
        assert private not in text


def test_a_private_text_that_could_not_be_replaced_is_not_written_down(stage: Stage) -> None:
    say(stage, "给13911112222充50", "a latte", "my card is 99913911112222")
    with pytest.raises(StillPrivate):
        saved(stage.usual, CUSTOMER_ID, "con")


def test_what_comes_out_differently_is_not_offered_and_says_where(stage: Stage) -> None:
    stage.happen(Event(price={"nimbus_coffee.latte": "17.00"}))
    say(stage, "a latte")
    with pytest.raises(NotReplayable) as refused:
        saved(stage.usual, CUSTOMER_ID, "con")
    assert "17.00" in refused.value.params["difference"]
    assert "18.00" in refused.value.params["difference"]


class Answering:
    """A model that knows that the card is to be dropped, and then is gone."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def complete(self, request: ModelRequest) -> ModelReply:
        self.asked.append(request.words)
        if len(self.asked) > 1:
            raise ModelUnavailable("timeout")
        return ModelReply(json.dumps({"commands": [{"command": "cancel", "words": request.words}]}))


def test_what_a_model_answered_goes_with_the_words_it_answered_to(tmp_path: Path) -> None:
    model, script = Answering(), Script.model_validate({"title": "t", "clock": "2026-05-18T09:00+08:00", "turns": [{"say": "-"}]})
    with staged(script, PolicyReader(model)) as stage:
        say(stage, "a latte", "flibbertigibbet, ring 13911112222", "zoodlewump")
        pay(stage, say(stage, "a mocha"))
        text = saved(stage.usual, CUSTOMER_ID, "con")
    assert len(model.asked) == 2
    assert "13911112222" not in text
    path = tmp_path / "recorded.yaml"
    path.write_text(text, encoding="utf-8")
    result = play_file(path)
    assert result.holds
    assert [turn.reading.by for turn in result.turns if turn.reading] == ["rules", "model", "rules", "rules"]
    assert result.turns[1].actual["card"]["state"] == "canceled"
    plain = yaml.safe_load(text)
    assert [row.get("unavailable", "answered") for row in plain["model"]] == ["answered", "timeout"]
    path.write_text(text.replace(plain["model"][0]["key"], "0" * 64), encoding="utf-8")
    assert not play_file(path).holds


def test_a_conversation_of_somebody_else_is_none(stage: Stage) -> None:
    say(stage, "a latte")
    with pytest.raises(NothingSaid):
        recorded(stage.usual, CUSTOMER_ID, "con_of_another")
    assert newest_conversation(stage.usual, CUSTOMER_ID) == "con"


def test_history_before_the_conversation_comes_along(set_stage) -> None:  # type: ignore[no-untyped-def]
    stage = set_stage()
    stage.usual.assistant.turn(CUSTOMER_ID, "before", "large oat latte")
    checkout = stage.usual.records.last_checkout(CUSTOMER_ID)
    pay(stage, checkout.id)
    stage.happen(Event(passes="24h"))
    say(stage, "the usual")
    plain = yaml.safe_load(saved(stage.usual, CUSTOMER_ID, "con"))
    assert [order["lines"][0]["product"] for order in plain["history"]] == ["latte"]
    assert plain["turns"][0]["card"]["lines"] == ["1 latte size.large milk.oat"]


def test_stand_ins_read_like_what_they_stand_for() -> None:
    redaction = Redaction()
    assert redaction.phone("13812345678") == redaction.phone("13812345678") != redaction.phone("13911112222")
    assert redaction.label("my mum/妈妈/self") == "my mum/妈妈/self"
    assert redaction.label("张三") != "张三"
    assert redaction.words(f"{redaction.label('Lin') and 'Lin'} has a line of lin") == "Robin has a line of Robin"
    assert redaction.words("call 138 1234 5678 or 张三") == f"call {redaction.phone('13812345678')} or {redaction.label('张三')}"
