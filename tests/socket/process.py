"""A real server in a process of its own: started, measured, killed."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
# For servers that are ordered from as nobody orders.
NO_RISK_RULES = str(ROOT / "tests" / "no_risk_rules.yaml")
STARTED_SECONDS_MAX = 60.0
ADDRESS = re.compile(r"http://localhost:(\d+)")
TICKS = os.sysconf("SC_CLK_TCK")


class ServerProcess:
    """`module` is run as `python -m` does and prints its address once it answers. `started_seconds` ends with that answer."""

    def __init__(self, var_dir: Path, module: str = "app.server", arguments: Sequence[str] = (), **settings: str) -> None:
        begun = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=_environment({"USUAL_VAR_DIR": str(var_dir), "USUAL_PORT": "0", **settings}),
            stdout=subprocess.PIPE,
            text=True,
        )
        self._watch = threading.Timer(STARTED_SECONDS_MAX, self._process.kill)
        self._watch.start()
        self.address = self._address()
        httpx.get(f"{self.address}/healthz").raise_for_status()
        self._watch.cancel()
        self.started_seconds = time.monotonic() - begun

    def cpu_seconds(self) -> float:
        """What all its threads have used so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_mib(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def kill(self) -> None:
        """As a power cut does: at once, with nothing said."""
        self._process.kill()
        self._end()

    def stop(self) -> None:
        self._process.terminate()
        self._end()

    def __enter__(self) -> "ServerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.stop()

    def _address(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if told := ADDRESS.search(line):
                return f"http://127.0.0.1:{told[1]}"
        self._end()
        raise AssertionError(f"the server did not start: exit code {self._process.returncode}")

    def _end(self) -> None:
        self._watch.cancel()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Ours without what was set for us: a server under test takes nothing from whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("USUAL_", "CHAINLIT_"))}
    return {**kept, **settings}
