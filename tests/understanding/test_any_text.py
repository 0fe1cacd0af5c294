"""Whatever is written: an answer, spans that are in the words, and never a payment that was not said."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.dialogue.reading import Abstain, Affirm, Begin, Change, LinesValue

SAID = """
    two 2 x2 一 杯 个 large oat latte lattte 拿铁 美式 no 不要 去 with and , ， 第二个 再来 make that 换成 the other one 充 50
    我妈 块 半 third cup remove extra shot less ice yes 好的 cancel 0 -1 each of them 其中
"""
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=14).map(" ".join)
RELAXED = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _spans(command):
    lines = []
    if isinstance(command, Begin):
        lines = [line for value in command.slots.values() if isinstance(value, LinesValue) for line in value.lines]
    if isinstance(command, Change):
        yield from command.notes
        yield from (o.span for o in command.options)
    for line in lines:
        yield from line.notes
        yield from (o.span for o in line.options)
        yield from (part.span for part in (line.item, line.quantity) if part is not None and part.span is not None)


@RELAXED
@given(text=st.one_of(st.text(max_size=80), WORDS), card=st.booleans())
def test_any_text_is_answered_and_every_span_is_in_it(said, on_card, text, card):
    reading = (on_card if card else said)(text)
    assert reading.commands
    assert 0 <= reading.sureness <= 100
    for span in [*reading.unexplained, *(s for c in reading.commands for s in _spans(c))]:
        assert text[span.start : span.end] == span.text


@RELAXED
@given(text=WORDS)
def test_what_does_not_say_yes_alone_never_affirms(on_card, text):
    if on_card(f"{text} latte").commands == (Affirm(),):
        raise AssertionError(text)


def test_long_text_is_read_in_time_linear_in_its_length(said):
    for text in ("拿铁" * 1000, "latte " * 400, "一" * 2000, "two with one " * 160, "no " * 700, "a" * 5000):
        assert said(text).commands != ()
        assert not isinstance(said(text).commands[0], Affirm | Abstain) or text[0] not in "拿l"
