"""A sign-in's id inside Chainlit's cookie, and what happens to the cookie and the open chats when it is ended.

Chainlit's cookie is valid for days once it is signed. Each carries the id of a sign-in of ours, which can be ended before.
"""

import asyncio

import chainlit as cl
from chainlit.auth import create_jwt, get_token_from_cookies
from chainlit.auth.jwt import decode_jwt
from chainlit.data import get_data_layer
from chainlit.server import sio
from chainlit.session import WebsocketSession, ws_sessions_id
from fastapi import Request

from app.ui import patches
from app.ui.ports import Shop

KEY = "sign_in"

_shop: Shop | None = None


class SignInEnded(Exception):
    """The cookie is genuine, but its sign-in was ended."""


def serve(shop: Shop) -> None:
    """Have Chainlit take only cookies whose sign-in is open."""
    global _shop
    _shop = shop
    patches.check_cookies_with(open_user)


async def open_user(token: str) -> cl.User:
    """The cookie's user. Raises SignInEnded, and what Chainlit raises for a cookie that is not genuine or too old."""
    user = decode_jwt(token)
    if _shop is None or not await asyncio.to_thread(_shop.sign_ins.is_open, user.identifier, str(user.metadata.get(KEY, ""))):
        raise SignInEnded
    return user


async def begin(shop: Shop, customer_id: str) -> cl.User:
    """A new sign-in of a customer who has shown who they are."""
    customer = await asyncio.to_thread(shop.customer, customer_id)
    sign_in_id = await asyncio.to_thread(shop.sign_ins.begin, customer_id)
    return cl.User(identifier=customer_id, display_name=customer.display_name, metadata={KEY: sign_in_id})


async def new_cookie(shop: Shop, customer_id: str) -> str:
    """Chainlit's cookie for a new sign-in, once its history knows the user."""
    user = await begin(shop, customer_id)
    layer = get_data_layer()  # type: ignore[no-untyped-call]
    if layer is not None:
        await layer.create_user(user)
    return create_jwt(user)


async def sign_out(request: Request) -> None:
    """End the sign-in that the request came with, and close its chats."""
    token = get_token_from_cookies(request.cookies)
    try:
        user = await open_user(token or "")
    except Exception:  # noqa: BLE001 - whatever is wrong with the cookie, there is nothing to end
        return
    assert _shop is not None
    await asyncio.to_thread(_shop.sign_ins.end, user.identifier, str(user.metadata[KEY]))
    await close_chats(user.identifier, str(user.metadata[KEY]))


async def close_chats(customer_id: str, sign_in_id: str | None = None) -> None:
    """Those of one sign-in, or all of a customer's, on this process."""
    for session in list(ws_sessions_id.values()):
        user = session.user
        if user is not None and user.identifier == customer_id and (sign_in_id is None or _sign_in_of(session) == sign_in_id):
            # It must not be taken up again under a new sign-in of somebody else's.
            session.to_clear = True
            await sio.disconnect(session.socket_id)


def _sign_in_of(session: WebsocketSession) -> str:
    """By its cookie: the user that Chainlit keeps with it is the history's, which knows no sign-ins."""
    try:
        return str(decode_jwt(session.token or "").metadata.get(KEY, ""))
    except Exception:  # noqa: BLE001 - a cookie that is too old by now belongs to none
        return ""
