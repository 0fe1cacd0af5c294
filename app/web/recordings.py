"""A conversation as a replay file, for the customer whose it is."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.ports import Till
from app.web.routes import Desk

FILE = "conversation.yaml"


def recording_routes(till: Till, csrf_key: str, threads: int, save: Callable[[str, str], str]) -> APIRouter:
    """`save` gives the file's text for a customer and one of their conversations, or refuses."""
    router = APIRouter()
    desk = Desk(till, csrf_key, threads)

    @router.get("/api/conversations/{conversation_id}/replay")
    async def replay(request: Request, conversation_id: str) -> Response:
        return await desk.file(request, lambda who: save(who, conversation_id), FILE)

    return router
