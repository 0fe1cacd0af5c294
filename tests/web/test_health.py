"""Alive is not ready: a process without its database is not given customers."""

from fastapi import FastAPI
from starlette.testclient import TestClient

from app.service.units import StorageUnavailable
from app.web.health import health_routes


class Service:
    def __init__(self) -> None:
        self.is_ready = True

    def check_ready(self) -> None:
        if not self.is_ready:
            raise StorageUnavailable(cause="the server is gone")


def test_it_is_ready_with_its_database_and_alive_without() -> None:
    service, app = Service(), FastAPI()
    app.include_router(health_routes(service))
    client = TestClient(app)
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (200, 200)
    service.is_ready = False
    refused = client.get("/readyz")
    assert (refused.status_code, refused.json()) == (503, {"status": "unavailable", "error": "storage_unavailable"})
    assert client.get("/healthz").status_code == 200
