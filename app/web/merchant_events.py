"""The door for merchants' own systems: what they tell of their orders, signed with their secret."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.base.errors import UsualError
from app.domain.order import Progress, TakenState
from app.domain.webhook import SignatureInvalid
from app.service.callbacks import Callback, Told
from app.web.errors import RequestMalformed, answer
from app.web.ports import CallbackTill

Count = Annotated[int, Field(strict=True, ge=1, le=10_000)]
Minor = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]


class Missing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    product: Annotated[str, Field(max_length=64)]
    quantity: Count


class Event(BaseModel):
    """`final`: what the goods came to, in minor units, where the card showed an estimate."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["accepted", "rejected", "progress", "missing"]
    order: Annotated[str, Field(max_length=64)]
    reason: Annotated[str, Field(max_length=64, pattern=r"^[a-z_]*$")] = ""
    final: Minor | None = None
    state: TakenState | None = None
    due: datetime | None = None
    late: bool = False
    missing: Annotated[list[Missing], Field(max_length=100)] = []


def merchant_event_routes(till: CallbackTill) -> APIRouter:
    router = APIRouter(prefix="/api/merchants")

    @router.post("/{merchant_id}/events")
    async def event(request: Request, merchant_id: str) -> Response:
        body = await request.body()
        try:
            told = _told(request, body)
            till.callbacks.check(merchant_id, told)
            callback = _callback(body)
            await anyio.to_thread.run_sync(till.callbacks.take, merchant_id, told, callback)
        except UsualError as refused:
            return answer(till, refused, "en")
        return Response(status_code=204)

    return router


def _told(request: Request, body: bytes) -> Told:
    second = request.headers.get("webhook-timestamp", "")
    if not (second.isascii() and second.isdecimal() and len(second) <= 12):
        raise SignatureInvalid()
    try:
        at = datetime.fromtimestamp(int(second), UTC)
    except (ValueError, OverflowError, OSError):
        raise SignatureInvalid() from None
    return Told(request.headers.get("webhook-id", ""), at, request.headers.get("webhook-signature", ""), body)


def _callback(body: bytes) -> Callback:
    try:
        event = Event.model_validate_json(body)
    except ValidationError:
        raise RequestMalformed() from None
    if event.due is not None and event.due.tzinfo is None:
        raise RequestMalformed()
    due = event.due.astimezone(UTC) if event.due else None
    progress = Progress(event.state, due, event.late) if event.state else None
    missing = tuple((one.product, one.quantity) for one in event.missing)
    return Callback(event.order, event.type, event.reason, event.final, progress, missing)
