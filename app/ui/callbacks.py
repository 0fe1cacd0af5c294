"""Chainlit's events: each one goes to the service, and what comes back becomes messages and cards."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from typing import TypeVar, cast

import chainlit as cl
from chainlit.context import context
from chainlit.data.base import BaseDataLayer
from chainlit.session import ws_sessions_id
from chainlit.types import CommandDict, ThreadDict
from fastapi import Request, Response

from app.base.errors import Unexpected, UsualError
from app.dialogue.slash import NAMES, commands
from app.domain.names import Lang
from app.service.card_taps import ORDER_TAPS
from app.service.meters import CHATS, TURN_SECONDS
from app.service.views import CardView, Message, Reply
from app.ui import cards, patches, sign_ins
from app.ui.plain import plain
from app.ui.ports import Shop
from app.ui.starters import Starters

log = logging.getLogger("usual.chat")

T = TypeVar("T")

TAP = "usual_tap"
PAID = "usual_paid"
# Chainlit knows these pictures by name.
ICONS = {"orders": "receipt", "spending": "chart-no-axes-column", "wallet": "wallet", "help": "circle-help"}


CAUGHT_UP = 3


def register(shop: Shop, history: Callable[[], BaseDataLayer], threads: Executor) -> None:
    """Register every callback over one service; its turns are worked on in `threads`."""
    chat = Chat(shop, threads)
    CHATS.set_function(lambda: len(ws_sessions_id))
    cl.data_layer(history)
    sign_ins.serve(shop)
    cl.password_auth_callback(chat.sign_in)
    cl.on_logout(chat.sign_out)
    cl.set_starters(Starters(shop).offer)
    patches.on_start(chat.start)
    cl.on_message(chat.message)
    cl.on_chat_resume(chat.resume)
    cl.action_callback(TAP)(chat.tap)
    cl.action_callback(PAID)(chat.paid)


class Chat:
    """The chat of one process over the service."""

    def __init__(self, shop: Shop, threads: Executor) -> None:
        self._shop = shop
        self._threads = threads

    async def sign_in(self, username: str, password: str) -> cl.User | None:
        customer_id = await self._in_thread(lambda: self._shop.sign_in(username, password))
        return None if customer_id is None else await sign_ins.begin(self._shop, customer_id)

    async def sign_out(self, request: Request, response: Response) -> dict[str, bool]:  # noqa: ARG002 - Chainlit's signature
        await sign_ins.sign_out(request)
        return {"success": True}

    async def message(self, message: cl.Message) -> None:
        turn = partial(
            self._shop.assistant.turn,
            _customer_id(),
            context.session.thread_id,
            f"/{message.command} {message.content}" if message.command else message.content,
            channel="chat",
            lang_hint=_lang(),
            message_id=message.id,
        )
        reply = await self._ask(turn)
        await self._post(reply)
        await self._catch_up(reply)
        # The page may not know yet which conversation it shows.
        await cl.send_window_message({"usual_thread": context.session.thread_id})

    async def start(self) -> None:
        """A new conversation."""
        await self._offer_commands()
        await self._tell_what_happened()

    async def _offer_commands(self) -> None:
        known = []
        for name, command in zip(NAMES, commands(_lang()), strict=True):
            known.append(
                CommandDict(
                    id=command.name, description=command.description, icon=ICONS[name], button=None, persistent=None, selected=None
                )
            )
        await context.emitter.set_commands(known)

    async def resume(self, thread: ThreadDict) -> None:
        """The saved cards; the service's own word about them comes when each one asks for it."""
        await self._offer_commands()
        cards.remember(thread)
        await self._tell_what_happened()

    async def _tell_what_happened(self) -> None:
        """While no chat of theirs was open."""
        told = partial(self._shop.assistant.told_at_opening, _customer_id(), context.session.thread_id, _lang())
        try:
            said = await self._in_thread(told)
        except Exception:
            # The chat is there all the same; what was not told is told at the next opening.
            log.exception("what happened meanwhile could not be told")
            return
        if said is not None:
            await cards.post(Message(said))

    async def tap(self, action: cl.Action) -> dict[str, str]:
        """An edit by tap. The card changes where it stands, and what is said about it is answered to the card."""
        edit = dict(action.payload)
        reply = await self._ask(partial(self._shop.assistant.tap, _customer_id(), context.session.thread_id, edit))
        said = ""
        if reply is not None and edit.get("kind") == "choose":
            await cards.mark_chosen(str(edit.get("question_id")), edit.get("ordinal"))
            await self._post(reply)
        elif reply is not None and edit.get("kind") in ORDER_TAPS:
            await self._post(reply)
        elif reply is not None:
            said = await self._change(reply)
        await self._catch_up(reply)
        return {"text": said}

    async def paid(self, action: cl.Action) -> None:
        """After a payment through the route: the receipt, and the card as it now is."""
        customer_id, checkout_id = _customer_id(), str(action.payload.get("id", ""))
        reply = await self._ask(partial(self._shop.assistant.paid, customer_id, context.session.thread_id, checkout_id))
        if reply is not None:
            card = partial(self._shop.queries.card, customer_id, checkout_id, cast(Lang, reply.lang))
            await cards.change(await self._in_thread(card))
            await self._post(reply)

    async def _post(self, reply: Reply | None) -> None:
        if reply is None:
            return
        for message in reply.messages:
            await cards.post(message, reply.open_pin)
        if reply.open_pin and reply.open_pin not in _shown_by(reply):
            await cards.open_pin(reply.open_pin)

    async def _change(self, reply: Reply) -> str:
        """Change the cards that are on the screen, and give back what was said about them; post the rest."""
        said = []
        for message in reply.messages:
            if message.view is not None and await cards.change(message.view, reply.open_pin):
                said.append(message.text)
            else:
                await cards.post(message, reply.open_pin)
        return "\n".join(said)

    async def _catch_up(self, reply: Reply | None) -> None:
        """Cancelled, replaced, run out: what a turn did to a card that it did not show again."""
        fresh = _shown_by(reply) if reply else frozenset()
        if fresh:
            # The card in focus was shown as it is now, and a turn does nothing to any other.
            return
        # The newest ones are on the screen; an older card reads its state anew when it is looked at or pressed.
        for checkout_id, lang in list(cards.still_open())[-CAUGHT_UP:]:
            if checkout_id not in fresh:
                with suppress(UsualError):
                    card = partial(self._shop.queries.card, _customer_id(), checkout_id, lang)
                    await cards.catch_up(await self._in_thread(card))

    async def _ask(self, work: Callable[[], Reply]) -> Reply | None:
        """The service's reply. A refusal or a fault is said here as a sentence; then there is none."""
        try:
            with TURN_SECONDS.time():
                return await self._in_thread(work)
        except UsualError as refusal:
            await self._say(refusal)
        except Exception:
            unexpected = Unexpected(secrets.token_hex(4))
            log.exception("unexpected error %s in a turn", unexpected.reference)
            await self._say(unexpected)
        return None

    async def _say(self, error: UsualError) -> None:
        await cl.Message(content=plain(self._shop.say_error(error, _lang()))).send()  # type: ignore[no-untyped-call]

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _shown_by(reply: Reply) -> frozenset[str]:
    return frozenset(message.view.id for message in reply.messages if isinstance(message.view, CardView))


def _customer_id() -> str:
    user = context.session.user
    assert user is not None, "Chainlit lets nobody in without signing in"
    return user.identifier


def _lang() -> Lang:
    return "zh" if getattr(context.session, "language", "").lower().startswith("zh") else "en"
