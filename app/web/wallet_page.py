"""The AI wallet: one page of what was spent and what may be spent; each button of it is a form that allows less, at once."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.base.errors import UsualError
from app.dialogue.wording import say
from app.domain.customer import NotFound
from app.service.ai_wallet import Asked
from app.web.errors import STATUS, SignInNeeded
from app.web.pages import page
from app.web.ports import AIWalletTill
from app.web.posted import check_posted, posted
from app.web.visitor import Visitor, form_token, lang_of, visitor_of
from app.web.wallet_order import none_body, order_body
from app.web.wallet_parts import Shown, wallet_body

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
STYLE = "/public/css/wallet.css"
# What the page says once after it has done something, by the word in its address.
DONE = {"pause": "paused", "resume": "resumed", "revoke": "revoked", "remove": "removed"}
TEXT_MAX = 80
# Days from which weeks can still be counted back and on.
YEARS = range(2000, 2101)
Work = Callable[[Visitor, Mapping[str, str]], Awaitable[Response]]


def wallet_page(till: AIWalletTill, csrf_key: str) -> APIRouter:
    router = APIRouter()
    desk = _Desk(till, csrf_key)

    @router.get("/wallet")
    async def show(request: Request) -> Response:
        try:
            visitor = await visitor_of(request)
        except SignInNeeded:
            return _sign_in(request)
        done = request.query_params.get("done", "")
        said = say(lang_of(request), f"ai_wallet.done.{done}") if done in DONE.values() else ""
        return await desk.page(request, visitor, Shown(said=said))

    @router.get("/wallet/orders/{order_id}")
    async def order(request: Request, order_id: str) -> Response:
        lang = lang_of(request)
        try:
            visitor = await visitor_of(request)
            printed = await anyio.to_thread.run_sync(till.receipts.of, visitor.customer_id, order_id, lang)
        except SignInNeeded:
            return _sign_in(request)
        except NotFound:
            return HTMLResponse(page(lang, say(lang, "ai_wallet.none"), none_body(lang), style=STYLE), 404, headers=HEADERS)
        return HTMLResponse(page(lang, printed.receipt.title, order_body(lang, printed), style=STYLE), headers=HEADERS)

    @router.post("/wallet/agents")
    async def add_agent(request: Request) -> Response:
        async def work(visitor: Visitor, fields: Mapping[str, str]) -> Response:
            name = fields.get("name", "")
            agent, key = await anyio.to_thread.run_sync(till.mandates.add_agent, visitor.customer_id, name)
            # Shown by this answer alone: an address that it could be had from again would keep it.
            return await desk.page(request, visitor, Shown(agent_name=agent.name, agent_key=key))

        return await desk.take(request, work)

    @router.post("/wallet/{things}/{thing_id}/{action}")
    async def act(request: Request, things: str, thing_id: str, action: str) -> Response:
        async def work(visitor: Visitor, _: Mapping[str, str]) -> Response:
            move = _moves(till).get((things, action))
            if move is None:
                raise NotFound(what=action)
            await anyio.to_thread.run_sync(move, visitor.customer_id, thing_id)
            return RedirectResponse(f"/wallet?lang={lang_of(request)}&done={DONE[action]}", 303)

        return await desk.take(request, work)

    return router


def _moves(till: AIWalletTill) -> Mapping[tuple[str, str], Callable[[str, str], object]]:
    """What a button does, by what its form is sent to."""
    return {
        ("mandates", "pause"): till.mandates.pause,
        ("mandates", "resume"): till.mandates.resume,
        ("mandates", "revoke"): till.mandates.revoke,
        ("standing", "pause"): till.standing_orders.pause,
        ("standing", "resume"): till.standing_orders.resume,
        ("standing", "revoke"): till.standing_orders.cancel,
        ("agents", "remove"): till.mandates.remove_agent,
    }


class _Desk:
    def __init__(self, till: AIWalletTill, csrf_key: str) -> None:
        self._till = till
        self._csrf_key = csrf_key

    async def page(self, request: Request, visitor: Visitor, shown: Shown, status: int = 200) -> Response:
        lang, asked = lang_of(request), wallet_asked(request.query_params)
        view = await anyio.to_thread.run_sync(self._till.ai_wallet.of, visitor.customer_id, asked, lang)
        body = wallet_body(lang, view, asked, form_token(self._csrf_key, visitor), shown)
        return HTMLResponse(page(lang, say(lang, "ai_wallet.title"), body, style=STYLE), status, headers=HEADERS)

    async def take(self, request: Request, work: Work) -> Response:
        """What a form does; a refusal is told on the page, which keeps what was typed."""
        try:
            visitor = await visitor_of(request)
        except SignInNeeded:
            return _sign_in(request)
        fields: Mapping[str, str] = {}
        try:
            fields = await posted(request)
            check_posted(fields, self._csrf_key, visitor)
            return await work(visitor, fields)
        except UsualError as error:
            shown = Shown(fault=self._till.say_error(error, lang_of(request)), typed=fields.get("name", "")[:TEXT_MAX])
            return await self.page(request, visitor, shown, STATUS.get(error.code, 409))


def wallet_asked(query: Mapping[str, str]) -> Asked:
    """Which spendings an address asks for; what can't be read is left out and named."""
    faults = []
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        days[name], text = None, query.get(name, "")
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            faults.append(name)
            continue
        if day is not None and day.year not in YEARS:
            faults.append(name)
        else:
            days[name] = day
    texts = {name: query.get(name, "") for name in ("agent", "merchant", "mandate", "before")}
    return Asked(
        texts["agent"][:TEXT_MAX],
        texts["merchant"][:TEXT_MAX],
        texts["mandate"][:TEXT_MAX],
        days["since"],
        days["until"],
        texts["before"][:TEXT_MAX],
        tuple(faults),
    )


def _sign_in(request: Request) -> Response:
    """To the sign-in, and from there back to what was asked for; a form that was sent is not sent again."""
    back = request.url.path if request.method == "GET" else "/wallet"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return RedirectResponse(f"/login?back={quote(back + query, safe='')}", 303)
