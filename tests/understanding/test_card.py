"""Corrections of the current card, and choices from a list."""

import pytest

from app.dialogue.reading import Abstain, Affirm, Begin, Cancel, Change, Choose, Deny

CHANGES = {
    "make that three": [{"quantity": ("set", 3)}],
    "make that two": [{"quantity": ("set", 2)}],
    "再来一杯": [{"quantity": ("add", 1)}],
    "one more": [{"quantity": ("add", 1)}],
    "少一杯": [{"quantity": ("add", -1)}],
    "第一个，去冰": [{"ordinal": 1, "options": {"none"}}],
    "the first one, no ice": [{"ordinal": 1, "options": {"none"}}],
    "第三杯换燕麦": [{"ordinal": 3, "counts": "unit", "options": {"oat"}}],
    "make that three, 第三杯换燕麦": [{"quantity": ("set", 3)}, {"ordinal": 3, "counts": "unit", "options": {"oat"}}],
    "no, the other one": [{"other": True}],
    "remove the croissant": [{"item": "croissant", "remove": True}],
    "不要蛋糕了": [{"item": "cheesecake", "remove": True}],
    "换成美式": [{"replace": "americano"}],
    "make it an americano": [{"replace": "americano"}],
    "change the latte to a mocha": [{"item": "latte", "replace": "mocha"}],
    "把拿铁换成大杯": [{"item": "latte", "options": {"large"}}],
    "少冰": [{"options": {"less"}}],
    "with oat milk": [{"options": {"oat"}}],
    "拿铁少冰": [{"item": "latte", "options": {"less"}}],
    "the latte without sugar": [{"item": "latte", "options": {"none"}}],
    "make the latte large": [{"item": "latte", "options": {"large"}}],
    "two croissants instead of one": [{"item": "croissant", "quantity": ("set", 2)}],
    "a mocha instead of the latte": [{"item": "latte", "replace": "mocha"}],
    "去掉一杯": [{"quantity": ("add", -1)}],
    "拿铁不要了": [{"item": "latte", "remove": True}],
    "add an extra shot": [{"options": {"shot"}}],
    "add two extra shots": [{"options": {"2×shot"}}],
    "take out the milk": [{"notes": ["take out the milk"]}],
    "make it large": [{"options": {"large"}}],
    "remove it": [{"remove": True}],
    "deliver it": [{"place": ("delivery", None)}],
    "送到公司": [{"place": ("delivery", "公司")}],
    "send it to the office": [{"place": ("delivery", "office")}],
    "I'll pick it up": [{"place": ("pickup", None)}],
    "少放辣": [{"notes": ["少放辣"]}],
}


@pytest.mark.parametrize("text", CHANGES)
def test_a_correction_changes_the_card(change, text):
    assert change(text) == CHANGES[text]


@pytest.mark.parametrize("text", ["再加一个可颂", "add a croissant", "yes, and add a croissant"])
def test_words_of_adding_begin_an_order_that_says_so(on_card, order, text):
    (begin,) = on_card(text).commands
    assert begin.slots["add"].span.text
    assert begin.slots["lines"].lines[0].item.candidates[0].product_id == "croissant"


def test_an_order_without_words_of_adding_is_a_new_one(on_card):
    (begin,) = on_card("an americano and two croissants").commands
    assert isinstance(begin, Begin)
    assert set(begin.slots) == {"lines"}


def test_a_delivery_of_what_nobody_sells_changes_no_card(on_card):
    assert on_card("deliver a unicorn to Mars now").commands == (Abstain("out_of_scope"),)


def test_choices_are_taken_by_place_or_name(said):
    listed = {"choices": ("latte", "vanilla_latte", "mocha")}
    assert said("2", **listed).commands == (Choose(2),)
    assert said("the second one", **listed).commands == (Choose(2),)
    assert said("最后一个", **listed).commands == (Choose(-1),)
    assert said("no, the other one", **listed).commands == (Choose(other=True),)
    (named,) = said("mocha", **listed).commands
    assert isinstance(named, Choose)
    assert named.item.candidates[0].product_id == "mocha"


def test_a_choice_may_come_with_options(said):
    (chosen,) = said("第二个，去冰", choices=("latte", "mocha")).commands
    assert (chosen.ordinal, [o.option_id for o in chosen.options]) == (2, ["none"])


@pytest.mark.parametrize("text", ["yes", "ok", "好的", "可以", "确认", "付款", "pay", "Yes please!", "好的，谢谢"])
def test_affirmations(on_card, text):
    assert on_card(text).commands == (Affirm(),)


@pytest.mark.parametrize("text", ["no", "不用了", "不要了", "yes. I said no", "don't pay", "别付", "no thanks"])
def test_denials(on_card, text):
    assert on_card(text).commands == (Deny(),)


@pytest.mark.parametrize("text", ["cancel", "算了", "取消", "never mind", "no, cancel it"])
def test_cancellations(on_card, text):
    assert on_card(text).commands == (Cancel(),)


@pytest.mark.parametrize("text", ["yes, two lattes", "ok but don't", "好的再来一杯", "pay with no ice", "yes unless it rains"])
def test_a_yes_with_anything_beside_it_is_no_affirmation(on_card, text):
    assert Affirm() not in on_card(text).commands


@pytest.mark.parametrize("text", ["No. I also want a mocha", "no, and a mocha", "没有，来杯摩卡"])
def test_a_no_before_a_wish_of_its_own_takes_nothing_off_the_card(said, text):
    reading = said(text, merchant_id="bluebird", line_products=("latte",))
    assert not any(isinstance(command, Change) and command.replace_with for command in reading.commands)


def test_a_no_and_nothing_but_a_name_puts_it_in_the_place_of_the_one_thing_on_the_card(said):
    (change,) = said("no, a mocha", merchant_id="bluebird", line_products=("latte",)).commands
    assert isinstance(change, Change)
    assert change.replace_with is not None
    assert change.replace_with.candidates[0].product_id == "mocha"


def test_for_the_thing_i_want_is_about_the_thing(said):
    (change,) = said("for the latte I want oat milk", merchant_id="bluebird", line_products=("latte", "americano")).commands
    assert isinstance(change, Change)
    assert change.target.item is not None
    assert change.target.item.candidates[0].product_id == "latte"
