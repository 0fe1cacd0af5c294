"""Numbers, amounts, ordinals, phone numbers; and where normalised words stood in the original."""

from decimal import Decimal

import pytest

from app.understanding.amounts import amount_at, amounts_in
from app.understanding.normalise import normalise
from app.understanding.numerals import Numeral, number_at, numbers_in, ordinal_at
from app.understanding.phones import callable_numbers_in, phones_in
from app.understanding.tokens import tokenise

NUMBERS = {
    "一百二": 120, "两千五": 2500, "三千零五": 3005, "一百零二": 102, "十二": 12, "二十": 20, "两万三": 23000, "廿五": 25,
    "一千二百三十四": 1234, "一万零三百": 10300, "俩": 2, "仨": 3, "5O": 50, "1,800": 1800, "１８": 18, "3千": 3000,
    "twenty-five": 25, "a hundred": 100, "two hundred and fifty": 250, "one thousand two hundred": 1200, "a dozen": 12,
    "half a dozen": 6, "a couple": 2, "two dozen": 24, "2x": 2, "x2": 2, "×3": 3, "-1": -1, "minus two": -2, "a": 1,
    "贰佰零叁": 203, "参拾参": 33, "一亿二千万": 120_000_000, "百二万": 1_200_000, "千一": 1100, "卅三": 33, "三打": 36, "负五": -5,
}  # fmt: skip
AMOUNTS = {
    "五块五": 550, "50块": 5000, "¥50": 5000, "50元": 5000, "20 yuan": 2000, "五块五毛": 550, "三毛": 30, "五十块钱": 5000,
    "一百二十块": 12000, "rmb 30": 3000, "$3.50": 350, "五块半": 550,
    "两毛五": 25, "三块零四": 304, "三块四分": 304, "五分": 5, "人民币八块": 800, "€9": 900, "20 bucks": 2000, "六蚊": 600,
    "five dollars and fifty cents": 550, "港币三个一毫四": 314,
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


PARTS = {
    "一点五": "1.5",
    "一半": "0.5",
    "四分之一": "0.25",
    "百分之二十": "0.2",
    "一又二分之一": "1.5",
    ".25": "0.25",
    "3.14159": "3.14159",
}


@pytest.mark.parametrize("text", PARTS)
def test_parts_of_one_are_exact(text):
    tokens = tokenise(normalise(text).text)
    end, numeral = number_at(tokens, 0)
    assert (end, numeral.value, numeral.whole) == (len(tokens), Decimal(PARTS[text]), None)


@pytest.mark.parametrize(("text", "minor"), [("百十来块", 11000), ("三百多块", 30000), ("五块多", 500), ("二十来元", 2000)])
def test_about_so_much_is_no_exact_amount(text, minor):
    end, amount = amount_at(tokenise(text), 0)
    assert (end, amount.minor, amount.approximate) == (len(text), minor, True)


def test_about_fifty_yuan_asks_how_much_instead_of_taking_fifty(said):
    begin = said("帮我手机充五十来块").commands[0]
    assert begin.skill == "top_up"
    assert "amount" not in begin.slots


@pytest.mark.parametrize("text", ["五分糖", "三分熟", "五分钟", "8分甜"])
def test_a_share_or_a_time_is_no_amount(text):
    assert amount_at(tokenise(text), 0) is None


@pytest.mark.parametrize("text", ["人参鸡汤", "参加", "万一"])
def test_a_character_of_a_word_is_no_number(text):
    found = number_at(tokenise(text), 0)
    assert found is None or found[0] < len(text)


def test_ten_brought_along_is_ten_and_a_dozen_is_not_taken_from_packing():
    assert number_at(tokenise("十来一份"), 0) == (1, Numeral(Decimal(10)))
    assert number_at(tokenise("三打包"), 0) == (1, Numeral(Decimal(3)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("between 5 and 7, or 5 to $8", [(500, 800, "USD")]),
        ("五块六到六块", [(560, 600, None)]),
        ("3元,4元", [(300, None, "CNY"), (400, None, "CNY")]),
        ("九块到八块", [(900, None, None), (800, None, None)]),
        ("个半", [(150, None, None)]),
        ("两个半糖拿铁", []),
    ],
)
def test_all_amounts_of_a_text_and_the_ends_of_a_range(text, said):
    tokens = tokenise(normalise(text).text)
    assert [(a.minor, a.upto, a.currency) for _, _, a in amounts_in(tokens)] == said


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("两双筷子和一个碗", [4, 1]),
        ("1.5M", [1_500_000]),
        ("100m", [100]),
        ("- 12", [-12]),
        ("- 2 lattes", [2]),
        ("三十五对", [70]),
    ],
)
def test_all_numbers_of_a_text(text, values):
    normal = normalise(text)
    assert [numeral.value for _, _, numeral in numbers_in(tokenise(normal.text), normal)] == values


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


def test_a_mobile_number_said_in_characters_is_one():
    assert phones_in("给幺三八一二三四五六七八充值") == [(1, 12, "13812345678")]
    assert phones_in("来一二三个") == []


def test_numbers_that_can_be_called_are_found_and_dates_and_prices_are_not():
    text = "call +1 (206) 555-0147 or 010-6255 1234 or 13812345678, not 2026-05-18, 12.50, 3 or 15:30"
    assert [written for _, _, written in callable_numbers_in(text)] == ["+1 (206) 555-0147", "010-6255 1234", "13812345678"]


def test_invisible_characters_are_dropped_and_places_kept():
    text = "Ｌat\u200bte\u202e  拿鐵"
    normal = normalise(text)
    assert normal.text == "latte 拿铁"
    assert normal.span(0, 5).text == text[:6]
    assert normal.span(6, 8) == normal.span(6, 8).__class__(9, 11, "拿鐵")
