"""News from the service reaches open chats: the card that somebody is looking at changes where it stands."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from chainlit.context import context, init_ws_context
from chainlit.server import sio
from chainlit.session import WebsocketSession, ws_sessions_id

from app.base.errors import UsualError
from app.service.news import News
from app.service.views import Message
from app.ui import cards, sign_ins
from app.ui.ports import Shop

log = logging.getLogger("usual.push")

# In the context of one of the customer's sessions: show there what the news is about.
Deliver = Callable[[Shop, str, News], Awaitable[None]]


def listen(shop: Shop) -> Callable[[], None]:
    """Deliver the service's news on the running loop until the returned function is called. News may come from any thread."""
    loop = asyncio.get_running_loop()
    under_way: set[asyncio.Task[None]] = set()

    def begin(customer_id: str, news: News) -> None:
        for session in list(ws_sessions_id.values()):
            if session.user is not None and session.user.identifier == customer_id:
                # A task of its own for each: Chainlit's context belongs to a task.
                task = loop.create_task(_deliver(shop, session, customer_id, news))
                under_way.add(task)
                task.add_done_callback(under_way.discard)

    def hear(customer_id: str, news: News) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(begin, customer_id, news)

    return shop.news.subscribe(hear)


async def _deliver(shop: Shop, session: WebsocketSession, customer_id: str, news: News) -> None:
    deliver = DELIVERIES.get(news.kind)
    if deliver is None:
        return
    try:
        init_ws_context(session)
        await deliver(shop, customer_id, news)
    except UsualError as refused:
        log.info("news of %s %s has nothing to show: %s", news.kind, news.id, refused.code)
    except Exception:
        log.exception("news of %s %s could not be shown", news.kind, news.id)


async def _checkout(shop: Shop, customer_id: str, news: News) -> None:
    """Only a card that is on this screen and open changes; what is said of it stands on the card itself."""
    for checkout_id, lang in cards.still_open():
        if checkout_id == news.id:
            view = await asyncio.to_thread(shop.queries.card, customer_id, checkout_id, lang)
            await cards.catch_up(view)


async def _order(shop: Shop, customer_id: str, news: News) -> None:
    """The receipts on this screen change where they stand; the chat in which it was ordered is told in a sentence too."""
    for order_id, lang in cards.receipts():
        if order_id == news.id:
            await cards.change(await asyncio.to_thread(shop.queries.receipt, customer_id, order_id, lang))
    await _tell(shop, customer_id, news, await asyncio.to_thread(shop.assistant.told, customer_id, news.id, "en"))


async def _run(shop: Shop, customer_id: str, news: News) -> None:
    await _tell(shop, customer_id, news, await asyncio.to_thread(shop.assistant.told_of_run, customer_id, news.id, "en"))


async def _notice(shop: Shop, customer_id: str, news: News) -> None:
    await _tell(shop, customer_id, news, await asyncio.to_thread(shop.assistant.told_of_notice, customer_id, news.id, "en"))


async def _refund(shop: Shop, customer_id: str, news: News) -> None:
    await _tell(shop, customer_id, news, await asyncio.to_thread(shop.assistant.told_of_refund, customer_id, news.id, "en"))


async def _guardian(shop: Shop, customer_id: str, news: News) -> None:
    """A guardian is asked wherever they are; the child hears the answer where the card is."""
    told = await asyncio.to_thread(shop.assistant.told_of_request, customer_id, news.id, context.session.thread_id)
    await _say(shop, customer_id, news, told)


async def _tell(shop: Shop, customer_id: str, news: News, told: tuple[str, Message] | None) -> None:
    """In the chat it was agreed in."""
    if told is not None and told[0] == context.session.thread_id:
        await _say(shop, customer_id, news, told[1])


async def _say(shop: Shop, customer_id: str, news: News, message: Message | None) -> None:
    """To somebody who is there; else the next chat that is opened tells it."""
    if message is not None and _is_there():
        await cards.post(message)
        await asyncio.to_thread(shop.assistant.mark_told, customer_id, news.id)


def _is_there() -> bool:
    """Chainlit keeps the session of a page that was closed, should it come back."""
    session = context.session
    return isinstance(session, WebsocketSession) and sio.manager.is_connected(session.socket_id, "/")


async def _signed_out(shop: Shop, customer_id: str, news: News) -> None:  # noqa: ARG001 - as every delivery
    """On another process, perhaps."""
    await sign_ins.close_chats(customer_id, news.id)


async def _erased(shop: Shop, customer_id: str, news: News) -> None:  # noqa: ARG001 - as every delivery
    """Nothing may be left on any screen, on whichever process."""
    await sign_ins.close_chats(customer_id)


DELIVERIES: Mapping[str, Deliver] = {
    "checkout": _checkout,
    "order": _order,
    "occurrence": _run,
    "notice": _notice,
    "refund": _refund,
    "guardian": _guardian,
    "signed_out": _signed_out,
    "erased": _erased,
}
