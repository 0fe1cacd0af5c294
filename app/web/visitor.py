"""Who is asking, in which language, and whether the request is really theirs."""

import hashlib
import hmac
from dataclasses import dataclass

import chainlit.auth
from chainlit.auth import get_token_from_cookies
from chainlit.auth.jwt import decode_jwt
from fastapi import HTTPException, Request

from app.domain.names import Lang
from app.domain.passkey import Device
from app.web.errors import RequestForged, RequestMalformed, SignInNeeded

CSRF_HEADER = "X-Usual-CSRF"
# Where the cookie carries the id of its sign-in.
SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in customer, the session cookie that says so, and the browser that holds it."""

    customer_id: str
    cookie: str
    device: Device


async def visitor_of(request: Request) -> Visitor:
    """The customer of Chainlit's own sign-in cookie. A bearer header is not taken: it would need no form token."""
    cookie = get_token_from_cookies(request.cookies)
    if not cookie:
        raise SignInNeeded()
    try:
        # By its name in Chainlit, under which it also asks whether the sign-in is still open.
        user = await chainlit.auth.authenticate_user(cookie)
    except HTTPException:
        raise SignInNeeded() from None
    sign_in_id = str(decode_jwt(cookie).metadata.get(SIGN_IN, ""))
    # The guard has let this host in, so it is one of ours.
    origin = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return Visitor(user.identifier, cookie, Device(sign_in_id, origin))


def form_token(key: str, visitor: Visitor) -> str:
    """Belongs to one sign-in, so another site can't know it and a stolen page is worthless after signing out."""
    return hmac.new(key.encode(), visitor.cookie.encode(), hashlib.sha256).hexdigest()


def check_form(request: Request, key: str, visitor: Visitor) -> None:
    """Raises RequestForged without this visitor's token, RequestMalformed for anything but JSON."""
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), form_token(key, visitor).encode()):
        raise RequestForged()
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RequestMalformed()


def lang_of(request: Request) -> Lang:
    """`?lang=` where the page says it, else the browser's first language."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "zh" if asked.lower().startswith("zh") else "en"
