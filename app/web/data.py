"""A customer's own data: the file with all of it, and its erasure. Both are for the signed-in customer alone."""

from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from chainlit.auth import clear_auth_cookie
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field, SecretStr

from app.dialogue.wording import say
from app.domain.names import Lang
from app.web.forms import Form
from app.web.pages import page, tag
from app.web.ports import DataTill
from app.web.routes import Desk
from app.web.visitor import lang_of

FILE = "usual-data.json"


class EraseForm(Form):
    """The PIN, or the password of somebody who has none."""

    secret: SecretStr = Field(min_length=1, max_length=128)


def data_routes(till: DataTill, csrf_key: str, threads: int, close_chats_of: Callable[[str], Awaitable[None]]) -> APIRouter:
    router = APIRouter()
    desk = Desk(till, csrf_key, threads)

    @router.get("/api/export")
    async def export(request: Request) -> Response:
        response = await desk.read(request, lambda who: till.exports.of(who))
        if response.status_code == 200:
            response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
        return response

    @router.get("/api/greeting")
    async def greet(request: Request) -> Response:
        lang = lang_of(request)
        return await desk.read(request, lambda who: {"text": say(lang, "greeting.first") if till.is_new(who) else ""})

    @router.post("/api/erase")
    async def erase(request: Request) -> Response:
        erased: list[str] = []

        def work(who: str, lang: Lang, form: EraseForm) -> dict[str, Any]:  # noqa: ARG001 - the desk's
            till.erasures.erase(who, form.secret.get_secret_value())
            erased.append(who)
            return {"erased": True}

        response = await desk.take(request, EraseForm, work)
        for customer_id in erased:
            await close_chats_of(customer_id)
            clear_auth_cookie(request, response)
        return response

    @router.get("/erased")
    async def farewell(request: Request) -> Response:
        lang = lang_of(request)
        title = say(lang, "data.erased.title")
        again = tag("p", tag("a", escape(say(lang, "data.erased.again")), href="/sign-up"))
        body = tag("h1", escape(title)) + tag("p", escape(say(lang, "data.erased.said")), class_="lead") + again
        return HTMLResponse(page(lang, title, tag("main", body)))

    return router
