"""Whether the process is alive, and whether it can serve customers: for what starts it and what routes to it."""

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from app.base.errors import UsualError
from app.web.ports import Readiness


def health_routes(service: Readiness) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            await anyio.to_thread.run_sync(service.check_ready)
        except UsualError as failed:
            return JSONResponse({"status": "unavailable", "error": failed.code}, status_code=503)
        return JSONResponse({"status": "ok"})

    return router
