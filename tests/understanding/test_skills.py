"""Skills that are begun by their cues, with the slots that the words fill, and answers to questions."""

import pytest

from app.dialogue.reading import Begin, Cancel, Fill
from app.understanding.context import Asked


def _slots(reading):
    (begin,) = reading.commands
    assert isinstance(begin, Begin)
    values = {}
    for name, value in begin.slots.items():
        values[name] = getattr(value, "minor", None) or getattr(value, "digits", None) or value.text
    return begin.skill, values


SKILLS = {
    "帮我手机充50": ("top_up", {"amount": 5000}),
    "给我妈充一百": ("top_up", {"amount": 10000, "person": "我妈"}),
    "冲话费5O": ("top_up", {"amount": 5000}),
    "top up 50 for my mum": ("top_up", {"amount": 5000, "person": "my mum"}),
    "top up my mum's phone with 100": ("top_up", {"amount": 10000, "person": "my mum"}),
    "充100到13812345678": ("top_up", {"amount": 10000, "phone": "13812345678"}),
    "recharge my own phone with 20 yuan": ("top_up", {"amount": 2000, "person": "self"}),
    "给小王充50": ("top_up", {"amount": 5000, "person": "小王"}),
    "付了吗？再付一次": ("payment_status", {}),
    "did it go through?": ("payment_status", {}),
    "the usual please": ("usual", {}),
    "老样子": ("usual", {}),
    "deposit 100": ("deposit", {"amount": 10000}),
    "往钱包充100": ("deposit", {"amount": 10000}),
    "存钱五块五": ("deposit", {"amount": 550}),
    "余额": ("balance", {}),
    "what can you do?": ("help", {}),
    "你好": ("small_talk", {}),
}


@pytest.mark.parametrize("text", SKILLS)
def test_a_cue_begins_its_skill(said, text):
    assert _slots(said(text)) == SKILLS[text]


def test_a_greeting_before_an_order_is_an_order(order):
    assert order("hi, two lattes") == [(2, "latte", set(), [])]


TOP_UP = {"asked": Asked("top_up", "amount", "amount")}


@pytest.mark.parametrize(
    ("text", "minor"), [("50", 5000), ("五十块", 5000), ("¥50", 5000), ("一百", 10000), ("20 yuan please", 2000)]
)
def test_an_amount_answers_the_question_for_it(said, text, minor):
    (fill,) = said(text, **TOP_UP).commands
    assert isinstance(fill, Fill)
    assert fill.slots["amount"].minor == minor


def test_a_phone_number_answers_in_any_grouping(said):
    for text in ("13812345678", "138 1234 5678", "+86 138-1234-5678"):
        (fill,) = said(text, asked=Asked("top_up", "phone", "phone")).commands
        assert fill.slots["phone"].digits == "13812345678"


def test_an_option_answers_the_question_for_it(said):
    (fill,) = said("大杯", asked=Asked("order", "options", "options"), merchant_id="bluebird", line_products=("latte",)).commands
    assert [(o.group_id, o.option_id) for o in fill.slots["options"].options] == [("size", "large")]


def test_a_new_request_is_no_answer(said):
    (begin,) = said("two lattes please", **TOP_UP).commands
    assert isinstance(begin, Begin)
    assert said("算了", **TOP_UP).commands == (Cancel(),)


@pytest.mark.parametrize("text", ["充一半", "话费充一半", "top up half", "top up my mum's phone by half"])
def test_a_share_is_no_amount_of_money(text, said):
    skill, slots = _slots(said(text))
    assert skill == "top_up"
    assert "amount" not in slots


@pytest.mark.parametrize(("text", "minor"), [("充半块", 50), ("充0.5", 50), ("top up 0.5 yuan", 50)])
def test_half_of_a_yuan_is_an_amount(text, minor, said):
    assert _slots(said(text))[1]["amount"] == minor
