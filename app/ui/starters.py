"""The first words offered on an empty page, in the page's language."""

import asyncio
from dataclasses import dataclass

import chainlit as cl

from app.domain.names import Lang
from app.ui.first_words import offered
from app.ui.ports import Shop


@dataclass(frozen=True, slots=True)
class Starters:
    shop: Shop

    async def offer(self, user: cl.User | None, language: str | None) -> list[cl.Starter]:
        lang: Lang = "zh" if (language or "").lower().startswith("zh") else "en"
        is_new = user is not None and await asyncio.to_thread(self.shop.is_new, user.identifier)
        return [cl.Starter(label=label, message=message) for label, message in offered(lang, to_newcomer=is_new)]
