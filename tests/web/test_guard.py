"""The outermost layer: our host and origin only, small bodies, safety headers on every answer."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.web.guard import BODY_BYTES_MAX, Guard, House, hostname

DEMO = House(frozenset({"localhost", "127.0.0.1", "::1"}))
PUBLIC = House(frozenset({"usual.example"}), "https://usual.example")


def client_of(house: House, **guard: Any) -> TestClient:
    async def echo(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    routes = [Route("/{path:path}", echo, methods=["GET", "POST"]), WebSocketRoute("/ws/socket.io", socket)]
    host = "usual.example" if house.origin else "localhost:8000"
    return TestClient(Guard(Starlette(routes=list(reversed(routes))), house, **guard), base_url=f"http://{host}")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "localhost@evil.example", "[::1"]
)
def test_a_host_that_is_not_ours_is_refused(host: str) -> None:
    assert client_of(DEMO).get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:80"])
def test_every_name_of_this_machine_is_ours_in_the_demo(host: str) -> None:
    assert client_of(DEMO).get("/", headers={"Host": host}).status_code == 200


def test_the_health_check_is_open_to_any_host() -> None:
    assert client_of(PUBLIC).get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize(
    ("house", "origin", "status"),
    [
        (DEMO, "http://localhost:8000", 200),
        (DEMO, "http://localhost:9000", 403),
        (DEMO, "https://evil.example", 403),
        (DEMO, "null", 403),
        (PUBLIC, "https://usual.example", 200),
        (PUBLIC, "http://usual.example", 403),
    ],
)
def test_a_change_is_taken_from_our_own_pages_only(house: House, origin: str, status: int) -> None:
    assert client_of(house).post("/login", headers={"Origin": origin}).status_code == status


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)])
def test_a_browser_that_says_where_it_comes_from_is_believed(site: str, status: int) -> None:
    assert client_of(DEMO).post("/login", headers={"Sec-Fetch-Site": site}).status_code == status


def test_a_link_from_elsewhere_may_open_the_page() -> None:
    assert client_of(DEMO).get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_the_sockets_polling_is_checked_although_it_only_reads() -> None:
    assert client_of(DEMO).get("/ws/socket.io", headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_websocket_from_another_site_is_closed() -> None:
    client = client_of(DEMO)
    with client.websocket_connect("/ws/socket.io", headers={"Origin": "http://localhost:8000", "Host": "localhost:8000"}):
        pass
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws/socket.io", headers=headers):
            pass


def test_a_large_body_is_refused_before_it_is_read() -> None:
    client = client_of(DEMO)
    assert client.post("/", content=b"x" * BODY_BYTES_MAX).text == str(BODY_BYTES_MAX)
    assert client.post("/", content=b"x" * (BODY_BYTES_MAX + 1)).status_code == 413
    assert client.post("/", content=b"x", headers={"Content-Length": "many"}).status_code == 413


def test_a_body_of_unknown_length_is_refused() -> None:
    assert client_of(DEMO).post("/", content=iter([b"x", b"y"])).status_code == 411


def test_every_answer_carries_the_safety_headers() -> None:
    client = client_of(DEMO, scripts=["'sha256-abc='"])
    for answer in (client.get("/"), client.get("/", headers={"Host": "evil.example"})):
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self' 'unsafe-eval' 'sha256-abc=';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in answer.headers


def test_over_https_the_browser_is_told_to_stay_there() -> None:
    assert "strict-transport-security" in client_of(PUBLIC, https=True).get("/").headers


@pytest.mark.parametrize(
    ("host", "name"), [("A.example:80", "a.example"), ("[::1]:80", "::1"), ("", ""), ("a@b", "b"), ("[::1", "")]
)
def test_the_name_of_a_host_is_read_without_its_port(host: str, name: str) -> None:
    assert hostname(host) == name
