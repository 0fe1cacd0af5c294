"""What nobody sees is left out of what is shown; what is seen stays as it is written."""

import pytest

from app.base.visible import hidden_in, one_line, visible

SEEN = [
    "Large oat latte, 1/2 sugar – “no ice” · ¥18.00",
    "燕麦拿铁（大杯）半糖，去冰",
    "café naïve Zoë Ångström",
    "café",
    "👩‍🍳 👨‍👩‍👧 ❤️‍🔥 👍🏽 ☕️",
    "Tiếng Việt: phở bò",
    "first\nsecond\tthird",
]
HIDDEN = {
    "la\u200btte": "latte",
    "\u202eettal\u202c": "ettal",
    "\u2066a\u2069b\u200fc\u061c": "abc",
    "tea\U000e0069\U000e0067\U000e006e": "tea",
    "a\ufe05\U000e0121b": "ab",
    "\x1b[2J\x07paid\x9b31m": "[2Jpaid31m",
    "a\u2028b\u2029c\r\n": "abc\n",
    "so\u00adft \u3164\u2800\uffa0": "soft ",
    "\ufeffpay\u2060\u2063": "pay",
    "l\u200da\u200dtte": "latte",
    "a" + "\u0336\u0337\u0338\u0330\u0331" * 6: "a\u0336\u0337\u0338",
    "\ue000x\U000f0001": "x",
}


@pytest.mark.parametrize("text", SEEN)
def test_what_is_seen_stays(text: str) -> None:
    assert visible(text) == text
    assert hidden_in(text) == ()


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_not_seen_is_left_out(text: str) -> None:
    assert visible(text) == HIDDEN[text]
    assert visible(visible(text)) == visible(text)


def test_a_name_is_one_line_and_its_hidden_characters_are_told_once_each() -> None:
    assert one_line("latte\nTotal:\t0.01\u202e") == "latte Total: 0.01"
    assert hidden_in("\u200ba\u200b\u202e\U000e0041") == ("U+200B", "U+202E", "U+E0041")
