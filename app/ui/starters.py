"""The first words offered on an empty page, in the page's language."""

import chainlit as cl

# Label and message.
_STARTERS = {
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


async def starters(user: cl.User | None, language: str | None) -> list[cl.Starter]:  # noqa: ARG001 - Chainlit's signature
    lang = "zh" if (language or "").lower().startswith("zh") else "en"
    return [cl.Starter(label=label, message=message) for label, message in _STARTERS[lang]]
