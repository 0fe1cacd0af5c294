"""Every change to Chainlit's inside. Each is one function here and one test that fails when Chainlit changes."""

import base64
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from functools import cache
from importlib import import_module
from types import ModuleType, SimpleNamespace

import chainlit.auth
import chainlit.auth.cookie
import chainlit.config
import chainlit.server
from chainlit.session import WebsocketSession
from chainlit.user import PersistedUser, User
from fastapi import HTTPException

# Between the two languages of `chainlit.md`.
LANGUAGES_PART_AT = "\n\n---\n\n"

_applied = False
_authenticate: Callable[[str], Awaitable[User | PersistedUser]] = chainlit.auth.authenticate_user


def apply(https: bool) -> None:
    """Apply all of them, once per process."""
    global _applied
    chainlit.auth.cookie._cookie_secure = https
    if _applied:
        return
    _applied = True
    wake_constructors()
    forget_closed_sessions()
    keep_pages_at_home()
    put_own_language_first()
    let_turns_finish()
    name_after_commands()
    quiet_logs()


def module(name: str) -> ModuleType:
    """By import: as attributes of the package some of Chainlit's modules are hidden by functions of the same name."""
    return import_module(f"chainlit.{name}")


def wake_constructors() -> None:
    """`Message` and `Step` sleep a millisecond on the event loop each time one is made."""
    awake = SimpleNamespace(sleep=lambda _: None)
    for name in ("message", "step"):
        vars(module(name))["time"] = awake


def forget_closed_sessions() -> None:
    """The messages of a session stay in memory after it is deleted."""
    delete = WebsocketSession.delete
    chat_contexts = module("chat_context").chat_contexts

    async def delete_and_forget(session: WebsocketSession) -> None:
        await delete(session)  # type: ignore[no-untyped-call]
        chat_contexts.pop(session.id, None)

    WebsocketSession.delete = delete_and_forget  # type: ignore[method-assign]


def keep_pages_at_home() -> None:
    """The page asks other hosts for fonts, formulas and a preview picture. Ours asks nobody."""
    template = chainlit.server.get_html_template

    @cache
    def at_home(root_path: str) -> str:
        return without_other_hosts(template(root_path))  # type: ignore[no-untyped-call]

    chainlit.server.get_html_template = at_home


def without_other_hosts(html: str) -> str:
    return re.sub(r"<(?:link|meta)\b[^>]*https?://[^>]*>\s*", "", html)


def inline_script_sources() -> list[str]:
    """The CSP sources of the scripts that stand in the page itself."""
    html: str = chainlit.server.get_html_template("")  # type: ignore[no-untyped-call]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts]


def put_own_language_first() -> None:
    """The page about us holds both languages; a reader's own comes first."""
    pages = vars(chainlit.server)
    read = pages["get_markdown_str"]

    def reordered(root: str, language: str) -> str | None:
        page: str | None = read(root, language)
        english, parted, chinese = (page or "").partition(LANGUAGES_PART_AT)
        return f"{chinese}{parted}{english}" if parted and language.lower().startswith("zh") else page

    pages["get_markdown_str"] = reordered


def let_turns_finish() -> None:
    """Its stop button says a sentence in English and leaves the turn's thread at work. A turn is short and is done whole."""

    async def go_on(_: str) -> None:
        return None

    chainlit.server.sio.on("stop", handler=go_on)


def name_after_commands() -> None:
    """It names a conversation after the words of its first message; a command that was picked from the list comes without any."""
    emitter = module("emitter").ChainlitEmitter
    init_thread = emitter.init_thread
    chat_context = module("chat_context").chat_context

    async def named(self: object, interaction: str) -> None:
        commands = [message.command.capitalize() for message in chat_context.get() if message.command]
        await init_thread(self, interaction.strip() or " ".join(commands[-1:]))

    emitter.init_thread = named


def check_cookies_with(check: Callable[[str], Awaitable[object]]) -> None:
    """Its cookie is valid for days once it is signed, whether its customer has signed out or not.

    Only this can wait for the check while others are served: the cookie itself is read on the event loop.
    """

    async def authenticate_checked(token: str) -> User | PersistedUser:
        try:
            await check(token)
        except Exception as refused:
            raise HTTPException(status_code=401, detail="Invalid authentication token") from refused
        return await _authenticate(token)

    vars(chainlit.auth)["authenticate_user"] = authenticate_checked


def quiet_logs() -> None:
    """It warns on every page load that there is no `chainlit_en-US.md`; our page is bilingual."""
    logging.getLogger("chainlit").addFilter(lambda record: "Translated markdown file" not in record.getMessage())


def on_start(callback: Callable[[], Awaitable[None]]) -> None:
    """Run this when a conversation is opened. Through its own decorator that would be a turn, with a sign that one is at work."""
    chainlit.config.config.code.on_chat_start = callback


async def close_data_layer() -> None:
    """When it is mounted, Chainlit's own lifespan never runs; this closes the data layer and lets the next app have its own."""
    data = vars(module("data"))
    layer, data["_data_layer"], data["_data_layer_initialized"] = data["_data_layer"], None, False
    if layer is not None:
        await layer.close()
