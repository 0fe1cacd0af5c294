"""Routes that stand before Chainlit's own: our name and face, our two languages, and the doors that stay shut."""

import copy
import json
from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse, Response

from app.dialogue.wording import say
from app.domain.names import Lang
from app.ui.hosting import PUBLIC, ROOT

BRAND = PUBLIC / "brand"
TRANSLATIONS = ROOT / ".chainlit" / "translations"

# What Chainlit offers and this house does not: uploads, tools of others, sharing, marks on answers, and a browser that
# rewrites the cards it was shown.
SHUT = (
    ("POST", "/project/file"),
    ("POST", "/mcp"),
    ("DELETE", "/mcp"),
    ("PUT", "/project/element"),
    ("DELETE", "/project/element"),
    ("PUT", "/project/thread/share"),
    ("GET", "/project/share/{rest:path}"),
    ("PUT", "/feedback"),
    ("DELETE", "/feedback"),
    ("GET", "/copilot/{rest:path}"),
    ("POST", "/auth/jwt"),
    ("POST", "/auth/header"),
)


def doors() -> APIRouter:
    router = APIRouter()

    @router.get("/favicon")
    async def favicon() -> Response:
        return _picture("mark.svg")

    @router.get("/avatars/{name}")
    async def avatar(name: str) -> Response:  # noqa: ARG001 - everyone but the customer is us
        return _picture("mark.svg")

    @router.get("/logo")
    async def logo(theme: str = "light") -> Response:
        return _picture("logo-dark.svg" if theme == "dark" else "logo-light.svg")

    @router.get("/project/translations")
    async def translations(language: str = "en-US") -> Response:
        return JSONResponse({"translation": _for_page("zh-CN" if language.lower().startswith("zh") else "en-US")})

    async def shut() -> Response:
        return JSONResponse({"detail": "Not found"}, 404)

    for method, path in SHUT:
        router.add_api_route(path, shut, methods=[method], include_in_schema=False)
    return router


@cache
def translation(language: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def _for_page(language: str) -> dict[str, Any]:
    """Chainlit's page looks a refused sign-in up by the status's own phrase, for which it has no text.

    `usual` is for our own script, which adds the way to a new account.
    """
    told = copy.deepcopy(translation(language))
    errors: dict[str, str] = told["auth"]["login"]["errors"]
    errors["unauthorized"] = errors["credentialsSignin"]
    lang: Lang = "zh" if language.startswith("zh") else "en"
    # What of its page has no name has no text among its own either.
    told["usual"] = {
        "no_account": say(lang, "sign_up.no_account"),
        "toEnd": say(lang, "page.to_end"),
        "conversation": say(lang, "page.conversation"),
    }
    return told


def _picture(name: str) -> Response:
    return FileResponse(BRAND / name, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=3600"})
