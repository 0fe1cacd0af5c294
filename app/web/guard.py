"""The outermost ASGI layer: only our own host and origin get in, bodies stay small, every answer has its safety headers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES_MAX = 64 * 1024
SOCKET_BODY_BYTES_MAX = 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ALWAYS_OPEN = frozenset({"/healthz", "/readyz"})


@dataclass(frozen=True, slots=True)
class House:
    """Which hosts (without port) the server answers to, and the one origin of its pages where that is fixed."""

    hosts: frozenset[str]
    origin: str | None = None

    def knows_host(self, host: str) -> bool:
        return bool(host) and hostname(host) in self.hosts

    def knows_origin(self, origin: str, host: str) -> bool:
        """An origin is ours when it is the public one, or, where none is fixed, when it is the host that was asked."""
        if self.origin is not None:
            return origin == self.origin
        return origin in (f"http://{host}", f"https://{host}")


class Guard:
    """`scripts` are the CSP sources of the inline scripts that the page carries."""

    def __init__(self, app: ASGIApp, house: House, scripts: Iterable[str] = (), https: bool = False) -> None:
        self._app = app
        self._house = house
        self._headers = safety_headers(scripts, https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if scope["type"] == "websocket":
            if refusal:
                await send({"type": "websocket.close", "code": 1008, "reason": refusal})
            else:
                await self._app(scope, receive, send)
            return
        await self._http(scope, receive, self._dressed(send), refusal)

    async def _http(self, scope: Scope, receive: Receive, send: Send, refusal: str | None) -> None:
        if refusal:
            await PlainTextResponse(refusal, 403)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = SOCKET_BODY_BYTES_MAX if scope["path"].startswith("/ws/") else BODY_BYTES_MAX
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers:
            await PlainTextResponse("Say how long the body is.", 411)(scope, receive, send)
        elif not length.isdecimal() or int(length) > limit:
            await PlainTextResponse("The request is too large.", 413)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        if scope["path"] in ALWAYS_OPEN:
            return None
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._house.knows_host(host):
            return "Unknown host."
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS and not scope["path"].startswith("/ws/"):
            return None
        origin = headers.get("origin")
        if origin is not None and not self._house.knows_origin(origin, host):
            return "Requests from other sites are refused."
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "Requests from other sites are refused."
        return None

    def _dressed(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return sending


def safety_headers(scripts: Iterable[str], https: bool) -> Mapping[str, str]:
    """`'unsafe-eval'` is what Chainlit needs to run the cards' JSX; there is no other host and no inline script but ours."""
    policy = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "'unsafe-eval'", *scripts]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "media-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def hostname(host: str) -> str:
    """The host without its port, in lower case: "[::1]:80" → "::1"; empty for what is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
