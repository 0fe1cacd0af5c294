"""The least that Chainlit can do, served as our app is: the same history and patches, and an answer that is what was said."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app.base.clock import SystemClock
from app.server import listen
from app.settings import load_settings
from app.ui import hosting

TARGET = Path(hosting.__file__).resolve().parents[1] / "main.py"


def register() -> None:
    import chainlit as cl

    from app.storage.chat_history import ChatHistory

    settings = load_settings(os.environ)

    async def sign_in(username: str, password: str) -> cl.User | None:
        return cl.User(identifier=username)

    async def echo(message: cl.Message) -> None:
        await cl.Message(content=message.content).send()

    cl.data_layer(lambda: ChatHistory(settings.database_url, SystemClock()))
    cl.password_auth_callback(sign_in)
    cl.on_message(echo)


def main() -> None:
    settings = load_settings(os.environ)
    hosting.prepare(settings)
    chainlit_app = hosting.chainlit_app(settings, TARGET, register)

    from app.ui import patches

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().call_soon(_announce, listener.getsockname()[1])
        yield
        await patches.close_data_layer()

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    app.mount("/", chainlit_app)
    listener = listen(settings.host, settings.port)
    listener.listen()
    uvicorn.Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, ws_per_message_deflate=False, timeout_graceful_shutdown=2
        )
    ).run([listener])


def _announce(port: int) -> None:
    sys.stdout.write(f"http://localhost:{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
