"""Who is asking, in which language, and whether the request is really theirs."""

import hashlib
import hmac
from dataclasses import dataclass

from chainlit.auth import authenticate_user, get_token_from_cookies
from fastapi import HTTPException, Request

from app.domain.names import Lang
from app.web.errors import RequestForged, RequestMalformed, SignInNeeded

CSRF_HEADER = "X-Usual-CSRF"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in customer and the session cookie that says so."""

    customer_id: str
    cookie: str


async def visitor_of(request: Request) -> Visitor:
    """The customer of Chainlit's own sign-in cookie. A bearer header is not taken: it would need no form token."""
    cookie = get_token_from_cookies(request.cookies)
    if not cookie:
        raise SignInNeeded()
    try:
        user = await authenticate_user(cookie)
    except HTTPException:
        raise SignInNeeded() from None
    return Visitor(user.identifier, cookie)


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
