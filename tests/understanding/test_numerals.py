"""Numbers, amounts, ordinals, phone numbers; and where normalised words stood in the original."""

import pytest

from app.understanding.normalise import normalise
from app.understanding.numerals import amount_at, number_at, ordinal_at, phones_in
from app.understanding.tokens import tokenise

NUMBERS = {
    "一百二": 120, "两千五": 2500, "三千零五": 3005, "一百零二": 102, "十二": 12, "二十": 20, "两万三": 23000, "廿五": 25,
    "一千二百三十四": 1234, "一万零三百": 10300, "俩": 2, "仨": 3, "5O": 50, "1,800": 1800, "１８": 18, "3千": 3000,
    "twenty-five": 25, "a hundred": 100, "two hundred and fifty": 250, "one thousand two hundred": 1200, "a dozen": 12,
    "half a dozen": 6, "a couple": 2, "two dozen": 24, "2x": 2, "x2": 2, "×3": 3, "-1": -1, "minus two": -2, "a": 1,
}  # fmt: skip
AMOUNTS = {
    "五块五": 550, "50块": 5000, "¥50": 5000, "50元": 5000, "20 yuan": 2000, "五块五毛": 550, "三毛": 30, "五十块钱": 5000,
    "一百二十块": 12000, "rmb 30": 3000, "$3.50": 350, "五块半": 550,
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers(text):
    tokens = tokenise(normalise(text).text)
    end, numeral = number_at(tokens, 0)
    assert (end, numeral.whole) == (len(tokens), NUMBERS[text])


@pytest.mark.parametrize("text", AMOUNTS)
def test_amounts_in_minor_units(text):
    tokens = tokenise(normalise(text).text)
    end, amount = amount_at(tokens, 0)
    assert (end, amount.minor) == (len(tokens), AMOUNTS[text])


def test_two_or_three_is_not_twenty_three():
    assert number_at(tokenise("两三"), 0) is None


@pytest.mark.parametrize(
    ("text", "place", "counts"),
    [
        ("第二个", 2, "line"),
        ("第三杯", 3, "unit"),
        ("second one", 2, "line"),
        ("last cup", -1, "unit"),
        ("最后一杯", -1, "unit"),
        ("2nd", 2, "line"),
        ("#2", 2, "line"),
    ],
)
def test_ordinals_count_lines_or_units(text, place, counts):
    _, ordinal = ordinal_at(tokenise(text), 0)
    assert (ordinal.place, ordinal.counts) == (place, counts)


def test_phone_numbers_are_eleven_digits_in_any_grouping():
    assert [digits for _, _, digits in phones_in("138 1234 5678, +86 139-1234-5678, 113800138000")] == [
        "13812345678",
        "13912345678",
    ]


def test_invisible_characters_are_dropped_and_places_kept():
    text = "Ｌat\u200bte\u202e  拿鐵"
    normal = normalise(text)
    assert normal.text == "latte 拿铁"
    assert normal.span(0, 5).text == text[:6]
    assert normal.span(6, 8) == normal.span(6, 8).__class__(9, 11, "拿鐵")
