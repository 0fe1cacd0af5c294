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
# For somebody who has bought nothing yet: nothing is usual, and no number is known.
HOUSE_AT_FIRST: Words = {
    "en": (
        ("A large oat latte", "a large oat latte"),
        ("Breakfast for one", "soy milk, two youtiao and a tea egg"),
        ("What can you do?", "what can you do?"),
    ),
    "zh": (
        ("大杯燕麦拿铁", "一杯大杯燕麦拿铁"),
        ("一份早餐", "一份豆浆、两根油条、一个茶叶蛋"),
        ("你能做什么？", "你能做什么？"),
    ),
}
_offered = HOUSE


def offer(words: Mapping[Lang, tuple[str, ...]]) -> None:
    """Offer these in the place of the house's own: a demo of one menu has no latte."""
    global _offered
    _offered = {lang: tuple((text[:1].upper() + text[1:], text) for text in texts) for lang, texts in words.items()}


def offered(lang: Lang, *, to_newcomer: bool) -> tuple[tuple[str, str], ...]:
    words = HOUSE_AT_FIRST if to_newcomer and _offered is HOUSE else _offered
    return words[lang]
