"""The first words offered on an empty page, in the page's language."""

import chainlit as cl

from app.domain.names import Lang
from app.ui.first_words import offered


async def starters(user: cl.User | None, language: str | None) -> list[cl.Starter]:  # noqa: ARG001 - Chainlit's signature
    lang: Lang = "zh" if (language or "").lower().startswith("zh") else "en"
    return [cl.Starter(label=label, message=message) for label, message in offered(lang)]
