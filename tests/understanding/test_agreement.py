"""Whether words agree, disagree or do neither, apart from what opens a card."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.understanding.agreement import agreement_in
from app.understanding.normalise import normalise
from app.understanding.tokens import tokenise

AGREE = """
    yes please|yeah, go for it|sure, why not
    exactly what I meant|sounds good to me|I couldn't agree more|you're not wrong|it's not bad
    of course you can|that would be great|yes, the green one|I believe that's correct|you are right about that|no problem|no doubt
    that statement is accurate|I think so|👍🏽|yep!!|uh huh|so true|I do
    好的，就这样|对，没错|是的，我要|当然可以|我觉得可以|嗯嗯|不错|说得对|确认付款|好的谢谢|沒問題
"""
DISAGREE = """
    nope, sorry|no way|not at all|I don't think so|that isn't true|I'd rather not|never|cancel that|no, the green one|that's a no
    no that's fake|please stop|you're wrong|don't do it|yes. no|agreed, but not ok|👎
    不用了谢谢|我不同意|算了吧|不太好|取消|我不想|这不是真的|不是这样的|錯了
"""
NEITHER = """
    what|is it true that cats fly|are you sure|maybe|I'm not sure|I don't know|could be|good morning|what's right|two lattes please
    no onions please|a large latte with no sugar|right now|ok google play music|true crime podcasts|either is fine|I guess so|...
    who agreed|should I accept|fine dining near me
    可以吗|你好|谢谢|不知道|也许吧|来一杯拿铁|不加糖的拿铁|你确定吗|随便|好久不见|对面那家店|行李箱|成都|中杯
"""


YESES = ("yes", "yeah", "sure", "ok", "right", "true", "that", "is", "so", "好", "是", "对", "行")


def said(words: str) -> list[str]:
    return [part.strip() for line in words.split("\n") for part in line.split("|") if part.strip()]


def read(text: str) -> bool | None:
    return agreement_in(tokenise(normalise(text).text))


@pytest.mark.parametrize("words", said(AGREE))
def test_words_that_agree(words: str) -> None:
    assert read(words) is True


@pytest.mark.parametrize("words", said(DISAGREE))
def test_words_that_disagree_or_call_off(words: str) -> None:
    assert read(words) is False


@pytest.mark.parametrize("words", said(NEITHER))
def test_words_that_do_neither(words: str) -> None:
    assert read(words) is None


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read(text) in (True, False, None)


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.sampled_from(YESES), max_size=8))
def test_a_no_among_yeses_is_never_a_yes(words: list[str]) -> None:
    assert read(f"{' '.join(words)} no") is not True
