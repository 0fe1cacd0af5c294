"""The first words offered on an empty page, in the page's language."""

from collections.abc import Mapping

import chainlit as cl

from app.domain.names import Lang

# Label and message.
_STARTERS: Mapping[Lang, tuple[tuple[str, str], ...]] = {
    "en": (
        ("The usual", "the usual"),
        ("Two large oat lattes", "two large oat lattes"),
        ("Top up my phone", "top up my phone with 50"),
    ),
    "zh": (
        ("老样子", "老样子"),
        ("两杯大杯燕麦拿铁", "两杯大杯燕麦拿铁"),
        ("手机充 50", "帮我手机充50"),
    ),
}


_offered = _STARTERS


def offer(words: Mapping[Lang, tuple[str, ...]]) -> None:
    """Offer these in the place of the house's own: a demo of one menu has no latte."""
    global _offered
    _offered = {lang: tuple((text[:1].upper() + text[1:], text) for text in texts) for lang, texts in words.items()}


async def starters(user: cl.User | None, language: str | None) -> list[cl.Starter]:  # noqa: ARG001 - Chainlit's signature
    lang: Lang = "zh" if (language or "").lower().startswith("zh") else "en"
    return [cl.Starter(label=label, message=message) for label, message in _offered[lang]]
