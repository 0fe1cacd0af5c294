"""Sentences as Markdown that shows them letter by letter, judged by a Markdown renderer."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.ui.plain import WORD_JOINER, plain

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ALPHABET = "ab1 ¥.拿铁*_`[]()<>#|~!&:-+=\\{}\"'/@\n"

TRICKY = [
    "**bold** and _thin_",
    "<b onclick=x>latte</b> &amp; <!-- -->",
    "![pixel](https://evil.example/p.png)",
    "[pay here](javascript:alert(1))",
    "# big\n> quote\n- list\n+ list\n1. first\n2) second",
    "a | b\n--- | ---\nc | d",
    "```\ncode\n```",
    "    four blanks",
    "~~gone~~ `code` \\* &copy;",
    "Total\n===",
    "¥12.40 - 5% = ¥11.78",
]


@pytest.mark.parametrize("text", TRICKY)
def test_nothing_in_a_sentence_becomes_a_format(text: str) -> None:
    assert shown(text) == squeezed(text)


@given(st.text(ALPHABET, max_size=60))
def test_any_text_is_shown_letter_by_letter(text: str) -> None:
    assert shown(text) == squeezed(text)


@pytest.mark.parametrize("text", ["https://evil.example/x", "see www.evil.example", "mail a@evil.example", "HTTP://X.example"])
def test_an_address_is_no_link(text: str) -> None:
    assert WORD_JOINER in plain(text)
    assert plain(text).replace(WORD_JOINER, "").replace("\\", "") == text


@pytest.mark.parametrize("text", ["Total:tea", "::note", "see :smile now"])
def test_a_colon_before_a_word_is_no_directive(text: str) -> None:
    assert "\\:" in plain(text)


@pytest.mark.parametrize("text", ["At 10:30", "合计：¥51.00", "ETA: 25 min"])
def test_plain_sentences_are_left_alone(text: str) -> None:
    assert plain(text) == text


def shown(text: str) -> str:
    """What a reader sees, without how it is wrapped; fails when there is any element but paragraphs and line ends."""
    html = RENDERER.render(plain(text))
    assert not set(re.findall(r"<(\w+)", html)) - {"p", "br"}, html
    return squeezed(unescape(re.sub(r"</?(?:p|br)[^>]*>", " ", html)))


def squeezed(text: str) -> str:
    return " ".join(text.replace(WORD_JOINER, "").split())


def test_nothing_hidden_comes_through() -> None:
    assert plain("pay\u202e 0.01\u200b\x1b[2J \U000e0041tea") == r"pay 0.01\[2J tea"
