"""The real server in a process of its own: started, stopped, killed, and started again where it was."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.bootstrap import Outside, build
from app.replay.stage import WEAK_HASHER
from app.settings import load_settings
from tests.browser import people

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"http://localhost:([0-9]+)")
STARTED_SECONDS_MAX = 60
STOPPED_SECONDS_MAX = 10
SERVER = ("app.server",)


def seed(var: Path) -> None:
    """The demo's own data, and the tests' customers beside it."""
    usual = build(load_settings({"USUAL_VAR_DIR": str(var)}), Outside(hasher=WEAK_HASHER))
    try:
        people.move_in(usual)
    finally:
        usual.close()


class Server:
    """One address over one folder. `start` may be called again after `stop` or `kill`, with other settings."""

    def __init__(self, seeded: Path, var: Path, module: Sequence[str] = SERVER) -> None:
        shutil.copytree(seeded, var)
        self.var = var
        self.address = ""
        self._module = module
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None

    def start(self, **settings: str) -> None:
        """Settings by their names without the prefix: `merchant_answer_ms="4000"`."""
        ours = {f"USUAL_{name.upper()}": value for name, value in settings.items()}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("USUAL_")}
        environ = {**inherited, "USUAL_VAR_DIR": str(self.var), "USUAL_PORT": self._port, **ours}
        command = [sys.executable, "-m", *self._module]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self._port = self._announced(self._process)
        self.address = f"http://localhost:{self._port}"

    def restart(self, **settings: str) -> None:
        self.stop()
        self.start(**settings)

    def stop(self) -> None:
        self._end("terminate")

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is closed."""
        self._end("kill")

    def _end(self, how: str) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        getattr(process, how)()
        try:
            process.wait(STOPPED_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def _announced(self, process: subprocess.Popen[str]) -> str:
        """The port that the banner tells; what is printed later is read on, so that the server never waits for a reader."""
        assert process.stdout is not None
        overdue = threading.Timer(STARTED_SECONDS_MAX, process.kill)
        overdue.start()
        said = ""
        for line in process.stdout:
            said += line
            if found := ADDRESS.search(line):
                overdue.cancel()
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return found[1]
        overdue.cancel()
        raise AssertionError(f"the server did not start:\n{said}")


@contextmanager
def serving(seeded: Path, var: Path, module: Sequence[str] = SERVER, **settings: str) -> Iterator[Server]:
    server = Server(seeded, var, module)
    try:
        server.start(**settings)
        yield server
    finally:
        server.stop()
