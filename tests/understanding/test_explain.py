"""Any words can be explained: every part is in them, and what is not marked is as it was said."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.commands.explain import explained

SAID = """
    two 2 x2 一 杯 large oat latte 拿铁 no 不要 with and ， 第二个 再来 make that 换成 the other one 充 50 我妈 remove extra shot
    less ice yes cancel each 随便 清淡 something warm without caffeine at 8 for the croissant I want 十来 instead of tea
"""
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=9).map(" ".join)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(WORDS, st.text(st.characters(exclude_characters="[]"), max_size=40)), card=st.booleans())
def test_any_words_are_explained_where_they_stand(said, on_card, text, card):
    marked, *_ = explained(text, (on_card if card else said)(text), coloured=False)
    assert re.sub(r"[\[\]]", "", marked) == text
