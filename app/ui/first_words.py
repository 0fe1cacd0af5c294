"""What an empty page offers to say. Free of Chainlit, which reads its settings when it is first imported."""

from collections.abc import Mapping

from app.domain.names import Lang

# Label and message.
Words = Mapping[Lang, tuple[tuple[str, str], ...]]
HOUSE: Words = {
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
_offered = HOUSE


def offer(words: Mapping[Lang, tuple[str, ...]]) -> None:
    """Offer these in the place of the house's own: a demo of one menu has no latte."""
    global _offered
    _offered = {lang: tuple((text[:1].upper() + text[1:], text) for text in texts) for lang, texts in words.items()}


def offered(lang: Lang) -> tuple[tuple[str, str], ...]:
    return _offered[lang]
