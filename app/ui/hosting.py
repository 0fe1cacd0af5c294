"""Chainlit inside our own server: what must be set before it is imported, and its app as a part of ours.

Nothing here imports Chainlit before `prepare` was called.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = Path(__file__).resolve().parent / "public"
THEME = PUBLIC / "theme.json"

_register: Callable[[], None] | None = None


def prepare(settings: Settings) -> None:
    """Set what Chainlit reads from the environment while it is imported."""
    os.environ["CHAINLIT_APP_ROOT"] = str(ROOT)
    os.environ["CHAINLIT_ROOT_PATH"] = ""
    os.environ["CHAINLIT_AUTH_SECRET"] = settings.key_for("sign-in")
    os.environ["CHAINLIT_COOKIE_SAMESITE"] = "lax"
    # Chainlit would read a file of this name from wherever the process was started.
    os.environ["CHAINLIT_ENV_FILE"] = os.devnull
    # A library of Chainlit's would report its use.
    os.environ["TRACELOOP_TELEMETRY"] = "false"


def register_chat() -> bool:
    """What Chainlit's target does: register the chat of the server that is loading it. False when that is not ours."""
    if _register is None:
        return False
    _register()
    return True


def chainlit_app(settings: Settings, target: Path, register: Callable[[], None]) -> "ASGIApp":
    """Chainlit's app with our settings and patches, its target loaded, which calls `register` through `register_chat`."""
    global _register
    _register = register

    import chainlit.config as chainlit_config

    chainlit_config.public_dir = str(PUBLIC)
    config = chainlit_config.config
    config.run.module_name = str(target)
    config.run.headless = True
    config.project.allow_origins = [settings.public_url]
    # Its schema knows light and dark; its page follows the system for any other word.
    vars(config.ui)["default_theme"] = "system"

    import chainlit.server

    from app.ui import patches

    # It took the folder's name when it was imported, which may have been before.
    vars(chainlit.server)["public_dir"] = str(PUBLIC)

    patches.apply(https=settings.public_url.startswith("https://"))
    chainlit_config.load_module(str(target))
    return chainlit.server.app
