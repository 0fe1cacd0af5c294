"""The ASGI app: our routes first, then Chainlit at "/"; in the demo the worker runs in its lifespan."""

import asyncio
import errno
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol, cast
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from app import telemetry
from app.settings import PortTaken, SettingInvalid, SettingMissing, Settings, is_loopback, load_settings
from app.ui import hosting
from app.ui.ports import Shop
from app.web.guard import Guard, House, hostname
from app.web.ports import AIWalletTill, CallbackTill, DataTill, Queries, Readiness, SignUps, Till

if TYPE_CHECKING:
    from chainlit.data.base import BaseDataLayer

    from app.bootstrap import Usual
    from app.web.passkeys import Passkeys

TARGET = Path(__file__).resolve().parent / "main.py"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
EXIT_USAGE = 2
# A merchant that is slow to answer a payment answers in that time, or the worker asks it later.
GRACE_SECONDS = 10
ALONE = "  A demo on this machine alone, with play money. Ctrl+C stops it. / 仅限本机的演示，不动用真钱。按 Ctrl+C 停止。"
ON_THE_NETWORK = (
    "  A demo with play money that everybody on this network can open. Ctrl+C stops it.\n"
    "  同一网络里的人都能打开的演示，不动用真钱。按 Ctrl+C 停止。"
)
# The demo's customer without a history.
NEWCOMER = "new"


class Worker(Protocol):
    def start(self) -> None: ...


class DemoSignIn(Protocol):
    """What the demo's banner tells."""

    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def pin(self) -> str: ...


class Service(Shop, Till, DataTill, CallbackTill, AIWalletTill, Readiness, Protocol):
    """The whole of what `bootstrap` builds, as this module needs it. `demo` is None outside the demo."""

    @property
    def settings(self) -> Settings: ...
    @property
    def queries(self) -> Queries: ...
    @property
    def sign_ups(self) -> SignUps: ...
    @property
    def passkeys(self) -> "Passkeys": ...
    def warm_up(self) -> None: ...
    def open_chat_history(self) -> "BaseDataLayer": ...
    @property
    def worker(self) -> Worker: ...
    @property
    def watch(self) -> Worker | None: ...
    @property
    def demo(self) -> DemoSignIn | None: ...
    def close(self) -> None:
        """Stops the worker and closes what is open."""
        ...


def create_app(service: Service) -> FastAPI:
    """The app over one service."""
    settings = service.settings
    hosting.prepare(settings)
    turns = ThreadPoolExecutor(settings.turn_threads, "turn")
    chainlit_app = hosting.chainlit_app(settings, TARGET, lambda: _register_chat(service, turns))

    # Chainlit reads its environment when it is first imported, so what imports it can't stand at the top.
    from app.ui import patches, sign_ins
    from app.ui.doors import doors
    from app.web.data import data_routes
    from app.web.demo_page import demo_page
    from app.web.health import health_routes
    from app.web.merchant_events import merchant_event_routes
    from app.web.passkey_page import passkey_page
    from app.web.passkeys import passkey_routes
    from app.web.receipt_page import receipt_page
    from app.web.recordings import recording_routes
    from app.web.routes import routes
    from app.web.sign_up import sign_up_routes
    from app.web.wallet_page import wallet_page

    app = FastAPI(lifespan=_lifespan(service, turns), openapi_url=None)

    app.include_router(health_routes(service))
    app.include_router(routes(service, settings.key_for("form-token"), settings.turn_threads))
    app.include_router(sign_up_routes(service, partial(sign_ins.new_cookie, service), hosting.THEME))
    app.include_router(data_routes(service, settings.key_for("form-token"), settings.turn_threads, sign_ins.close_chats))
    app.include_router(passkey_routes(service, settings.key_for("form-token"), settings.turn_threads))
    app.include_router(passkey_page(service))
    app.include_router(receipt_page(service))
    app.include_router(wallet_page(service, settings.key_for("form-token")))
    if settings.saves_tests:
        app.include_router(recording_routes(service, settings.key_for("form-token"), 1, partial(_saved, service)))
    app.include_router(merchant_event_routes(service))
    app.include_router(doors())
    if settings.is_demo and service.demo:
        app.include_router(demo_page(service.demo, NEWCOMER, is_reachable=not is_loopback(settings.host)))
    app.mount("/", chainlit_app)
    https = settings.public_url.startswith("https://")
    app.add_middleware(Guard, house=_house(settings), scripts=patches.inline_script_sources(), https=https)
    return app


def _saved(service: Service, customer_id: str, conversation_id: str) -> str:
    # Only who asks for a recording needs the stage that plays it.
    from app.replay.save import saved

    return saved(cast("Usual", service), customer_id, conversation_id)


def serve(service: Service, more: Callable[[str], str] = lambda _: "") -> None:
    """Listen until stopped. `more` is told below the banner, from the address. Raises PortTaken."""
    settings = service.settings
    telemetry.begin(settings)
    listener = listen(settings.host, settings.port)
    config = uvicorn.Config(
        create_app(service),
        log_config=None,
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="on",
    )
    port = listener.getsockname()[1]
    _Announced(config, banner(service, port) + more(address_of(settings, port))).run([listener])


def address_of(settings: Settings, port: int) -> str:
    """What people type or scan."""
    if not settings.is_demo:
        return settings.public_url
    return f"http://{'localhost' if is_loopback(settings.host) else settings.host}:{port}"


def banner(service: Service, port: int) -> str:
    """What a newcomer reads: where to go, and in the demo how to get in."""
    settings = service.settings
    lines = ["", f"  Usual is open / Usual 已启动:  {address_of(settings, port)}"]
    if settings.is_demo and service.demo:
        demo = service.demo
        lines += [
            f"  Sign in / 登录:               {demo.username} / {demo.password}",
            f"  Payment PIN / 支付密码:        {demo.pin}",
            ALONE if is_loopback(settings.host) else ON_THE_NETWORK,
        ]
    return "\n".join([*lines, "", ""])


def take_over() -> NoReturn:
    """Put our server in the place of the process that `chainlit run` started, with its host and port."""
    environ = dict(os.environ)
    for ours, theirs in (("USUAL_HOST", "CHAINLIT_HOST"), ("USUAL_PORT", "CHAINLIT_PORT")):
        if theirs in environ:
            environ[ours] = environ.pop(theirs)
    environ.pop("CHAINLIT_ROOT_PATH", None)
    paths = [str(hosting.ROOT), *filter(None, [environ.get("PYTHONPATH")])]
    environ["PYTHONPATH"] = os.pathsep.join(paths)
    sys.stdout.write("Chainlit's own server lacks the routes that pay: starting `usual serve` in its place.\n")
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "app.cli", "serve"], environ)  # noqa: S606 - our own program


def main() -> int:
    """`usual serve`: an exit code, and one sentence where it can't start."""
    try:
        settings = load_settings(os.environ)
    except (SettingInvalid, SettingMissing) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    return start(settings, _usual)


def start(settings: Settings, build: Callable[[], Service], more: Callable[[str], str] = lambda _: "") -> int:
    """Build a service and serve it: an exit code, and one sentence where it can't start."""
    try:
        # Seeding a first start takes seconds; a port that is taken is told before that.
        listen(settings.host, settings.port).close()
        serve(build(), more)
    except (SettingInvalid, SettingMissing, PortTaken) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    return 0


class _Announced(uvicorn.Server):
    """Tells its address once it answers, not before."""

    def __init__(self, config: uvicorn.Config, text: str) -> None:
        super().__init__(config)
        self._text = text

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(self._text)
        sys.stdout.flush()


def _lifespan(service: Service, turns: Executor) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        from app.ui import patches, push

        await asyncio.to_thread(service.warm_up)
        if service.settings.worker == "on":
            await asyncio.to_thread(service.worker.start)
        if service.watch is not None:
            await asyncio.to_thread(service.watch.start)
        leave = push.listen(service)
        try:
            yield
        finally:
            leave()
            # Who waits for an answer is gone, but what was begun comes to its end before the database is closed.
            await asyncio.to_thread(turns.shutdown)
            await patches.close_data_layer()
            await asyncio.to_thread(service.close)

    return lifespan


def _register_chat(service: Service, turns: Executor) -> None:
    from app.ui import callbacks

    callbacks.register(service, service.open_chat_history, turns)


def _usual() -> Service:
    from app.bootstrap import get_usual

    built: Service = get_usual()
    return built


def _house(settings: Settings) -> House:
    if settings.is_demo:
        # On the network it answers to the one address that it was told to listen on, and to no name.
        return House(LOOPBACK_NAMES if is_loopback(settings.host) else frozenset({settings.host}))
    parts = urlsplit(settings.public_url)
    return House(frozenset({hostname(parts.netloc)}), f"{parts.scheme}://{parts.netloc}")


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises PortTaken, SettingInvalid."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from None
        raise SettingInvalid("USUAL_HOST and USUAL_PORT", f"an address of this machine ({error.strerror})", host) from None
    return listener


if __name__ == "__main__":
    sys.exit(main())
