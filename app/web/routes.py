"""The routes beside the chat: what cards show and what they may do. A PIN comes in here and nowhere else."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import ValidationError

from app.base.errors import UsualError
from app.base.money import Money
from app.domain.names import Lang
from app.service.card_views import ChangesView
from app.service.views import View
from app.web.errors import RequestMalformed, answer, unexpected
from app.web.forms import BindForm, DepositForm, Form, PayForm, PinForm, wanted_orders
from app.web.ports import Speaker, Till
from app.web.visitor import Visitor, check_form, form_token, lang_of, visitor_of

Json = dict[str, Any]
F = TypeVar("F", bound=Form)
R = TypeVar("R")


def routes(till: Till, csrf_key: str, threads: int) -> APIRouter:
    """These routes over one service; at most `threads` requests are in the service at once."""
    router = APIRouter(prefix="/api")
    desk = Desk(till, csrf_key, threads)

    @router.get("/session")
    async def session(request: Request) -> Response:
        return await desk.greet(request)

    _reads(router, desk, till)

    @router.post("/checkouts/{checkout_id}/pay")
    async def pay(request: Request, checkout_id: str) -> Response:
        def work(who: str, lang: Lang, form: PayForm) -> Json:
            result = till.payments.pay(who, checkout_id, form.version, form.pin.get_secret_value(), lang)
            return {"card": asdict(result.card), "message": result.message}

        return await desk.take(request, PayForm, work)

    @router.post("/wallet/bind")
    async def bind(request: Request) -> Response:
        def work(who: str, lang: Lang, form: BindForm) -> Json:
            return asdict(till.wallets.bind(who, form.consent, form.pin.get_secret_value(), lang))

        return await desk.take(request, BindForm, work)

    @router.post("/deposits")
    async def deposit(request: Request) -> Response:
        def work(who: str, lang: Lang, form: DepositForm) -> Json:
            amount = Money.parse(form.amount)
            return asdict(till.wallets.deposit(who, amount.minor, form.pin.get_secret_value(), form.key, lang))

        return await desk.take(request, DepositForm, work)

    @router.post("/standing-orders/{standing_order_id}/agree")
    async def agree(request: Request, standing_order_id: str) -> Response:
        def work(who: str, lang: Lang, form: PayForm) -> Json:
            return asdict(till.standing.agree(who, standing_order_id, form.version, form.pin.get_secret_value(), lang))

        return await desk.take(request, PayForm, work)

    _guardian_requests(router, desk, till)
    return router


def _guardian_requests(router: APIRouter, desk: "Desk", till: Till) -> None:
    """What children ask, for their guardians."""

    @router.post("/guardian-requests/{request_id}/approve")
    async def approve(request: Request, request_id: str) -> Response:
        def work(who: str, lang: Lang, form: PinForm) -> Json:
            return asdict(till.guardians.approve(who, request_id, form.pin.get_secret_value(), lang))

        return await desk.take(request, PinForm, work)

    @router.post("/guardian-requests/{request_id}/decline")
    async def decline(request: Request, request_id: str) -> Response:
        return await desk.take(request, Form, lambda who, lang, _: asdict(till.guardians.decline(who, request_id, lang)))


def _reads(router: APIRouter, desk: "Desk", till: Till) -> None:
    """What the cards show when they ask anew."""

    @router.get("/checkouts/{checkout_id}")
    async def checkout(request: Request, checkout_id: str) -> Response:
        return await desk.show(request, lambda who, lang: till.queries.card(who, checkout_id, lang))

    @router.get("/checkouts/{checkout_id}/changes")
    async def changes(request: Request, checkout_id: str) -> Response:
        return await desk.show(request, lambda who, lang: till.queries.changes(who, checkout_id, lang))

    @router.get("/receipts/{order_id}")
    async def receipt(request: Request, order_id: str) -> Response:
        return await desk.show(request, lambda who, lang: till.queries.receipt(who, order_id, lang))

    @router.get("/orders")
    async def orders(request: Request) -> Response:
        return await desk.show(request, lambda who, lang: till.queries.orders(who, wanted_orders(request.query_params), lang))

    @router.get("/standing-orders/{standing_order_id}")
    async def standing_order(request: Request, standing_order_id: str) -> Response:
        return await desk.show(request, lambda who, lang: till.standing.show(who, standing_order_id, lang))

    @router.get("/guardian-requests/{request_id}")
    async def guardian_request(request: Request, request_id: str) -> Response:
        return await desk.show(request, lambda who, lang: till.guardians.show(who, request_id, lang))

    @router.get("/wallet")
    async def wallet(request: Request) -> Response:
        return await desk.show(request, lambda who, lang: till.queries.wallet(who, lang))


class Desk:
    """Serves one request: who asks, what they send, the service in a worker thread, the answer or the refusal."""

    def __init__(self, till: Speaker, csrf_key: str, threads: int) -> None:
        self._till = till
        self._csrf_key = csrf_key
        self._thread_count = threads
        self._threads: anyio.CapacityLimiter | None = None

    async def greet(self, request: Request) -> Response:
        async def serve(visitor: Visitor, _: Lang) -> Json:
            return {"csrf": form_token(self._csrf_key, visitor)}

        return await self._answer(request, serve)

    async def read(self, request: Request, work: Callable[[str], Json]) -> Response:
        return await self.read_on(request, lambda visitor: work(visitor.customer_id))

    async def read_on(self, request: Request, work: Callable[[Visitor], Json]) -> Response:
        """`read`, for what depends on the browser as well."""

        async def serve(visitor: Visitor, _: Lang) -> Json:
            return await self._in_thread(lambda: work(visitor))

        return await self._answer(request, serve)

    async def file(self, request: Request, work: Callable[[str], str], name: str) -> Response:
        """A text to be kept, under this name."""
        response = await self.read(request, lambda who: {"text": work(who)})
        if response.status_code != 200:
            return response
        text = json.loads(bytes(response.body))["text"]
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return PlainTextResponse(text, headers=headers)

    async def show(self, request: Request, work: Callable[[str, Lang], View | ChangesView]) -> Response:
        async def serve(visitor: Visitor, lang: Lang) -> Json:
            return asdict(await self._in_thread(lambda: work(visitor.customer_id, lang)))

        return await self._answer(request, serve)

    async def take(self, request: Request, form: type[F], work: Callable[[str, Lang, F], Json]) -> Response:
        return await self.take_on(request, form, lambda visitor, lang, filled: work(visitor.customer_id, lang, filled))

    async def take_on(self, request: Request, form: type[F], work: Callable[[Visitor, Lang, F], Json]) -> Response:
        """`take`, for what depends on the browser as well."""

        async def serve(visitor: Visitor, lang: Lang) -> Json:
            check_form(request, self._csrf_key, visitor)
            try:
                filled = form.model_validate_json(await request.body())
            except ValidationError:
                raise RequestMalformed() from None
            # A payment that has begun is finished even when the browser goes away meanwhile.
            return await self._in_thread(lambda: work(visitor, lang, filled))

        return await self._answer(request, serve)

    async def _answer(self, request: Request, serve: Callable[[Visitor, Lang], Awaitable[Json]]) -> Response:
        lang = lang_of(request)
        try:
            response = JSONResponse(await serve(await visitor_of(request), lang))
        except UsualError as error:
            response = answer(self._till, error, lang)
        except Exception:  # noqa: BLE001 - the last resort: it is logged and the customer gets its reference
            response = unexpected(self._till, request, lang)
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _in_thread(self, work: Callable[[], R]) -> R:
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(self._thread_count)
        return await anyio.to_thread.run_sync(work, limiter=self._threads)
