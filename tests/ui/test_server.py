"""Starting the server: one sentence where it can't, and `chainlit run` starts the same app."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import server
from app.settings import SettingInvalid
from app.ui import hosting
from tests.ui.fake import FakeUsual


@pytest.fixture
def taken() -> Any:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_is_taken_is_one_sentence_with_the_way_out(taken: int) -> None:
    with pytest.raises(server.PortTaken, match=f"Port {taken} on 127.0.0.1 is taken.*USUAL_PORT={taken + 1}"):
        server.listen("127.0.0.1", taken)


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(SettingInvalid, match="USUAL_HOST"):
        server.listen("203.0.113.9", 0)


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"USUAL_MODE": "production"}, "USUAL_PUBLIC_URL is not set"),
        ({"USUAL_HOST": "0.0.0.0"}, "USUAL_HOST takes a loopback address"),
        ({"USUAL_PORT": "x"}, "USUAL_PORT takes a port"),
    ],
)
def test_what_stops_the_start_is_said_without_a_traceback(
    environ: dict[str, str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(os, "environ", {"USUAL_VAR_DIR": str(tmp_path), **environ})
    assert server.main() == server.EXIT_USAGE
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_a_taken_port_is_told_before_anything_is_seeded(
    taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "environ", {"USUAL_VAR_DIR": str(tmp_path), "USUAL_PORT": str(taken)})
    assert server.main() == server.EXIT_USAGE
    assert "is taken" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.db"))


def test_the_banner_tells_where_to_go_and_how_to_get_in(usual: FakeUsual) -> None:
    text = server.banner(usual, 8123)
    for part in ("http://localhost:8123", "demo / usual", "246810", "登录"):
        assert part in text


def test_chainlit_run_hands_over_with_its_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *args: started.append(args))
    monkeypatch.setattr(os, "environ", {"CHAINLIT_HOST": "127.0.0.1", "CHAINLIT_PORT": "9000", "CHAINLIT_ROOT_PATH": "/x"})
    server.take_over()
    [(program, arguments, environ)] = started
    assert (program, arguments[1:]) == (sys.executable, ["-m", "app.cli", "serve"])
    assert (environ["USUAL_HOST"], environ["USUAL_PORT"]) == ("127.0.0.1", "9000")
    assert environ["PYTHONPATH"].split(os.pathsep)[0] == str(hosting.ROOT)
    assert "CHAINLIT_ROOT_PATH" not in environ


def test_chainlit_run_ends_in_our_own_server(tmp_path: Path, taken: int) -> None:
    """Our server's own sentence about the taken port proves that it was started, with the port that was asked for."""
    command = [sys.executable, "-m", "chainlit", "run", "app/main.py", "--headless", "--port", str(taken)]
    environ = {**os.environ, "USUAL_VAR_DIR": str(tmp_path)}
    ended = subprocess.run(command, cwd=hosting.ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert ended.returncode == server.EXIT_USAGE, ended.stderr
    assert "starting `usual serve` in its place" in ended.stdout
    assert f"Port {taken} on 127.0.0.1 is taken" in ended.stderr


def test_the_app_answers_that_it_is_well(address: str) -> None:
    import httpx

    assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}
