"""From a fresh clone with a merchant's sheet to a paid order: `python -m tests.bench.first_order [MENU] [REPOSITORY]`.

Clones, installs, starts `usual demo` and orders as a customer's browser would, over the websocket. Not part of `make bench`: it
installs everything anew.
"""

import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ui.socket_client import Chatter

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"http://[0-9a-z.]+:[0-9]+")
PIN, PASSWORD = "258036", "usual-demo"
STARTED_SECONDS_MAX = 120


@contextmanager
def demo(usual: Path, menu: Path, folder: Path, *more: str) -> Iterator[str]:
    """`usual demo` in a process of its own; gives the address that it tells."""
    command = [str(usual), "demo", str(menu), *more]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8")
    overdue = threading.Timer(STARTED_SECONDS_MAX, process.kill)
    overdue.start()
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := ADDRESS.search(line):
                threading.Thread(target=process.stdout.read, daemon=True).start()
                yield found[0]
                break
        else:
            raise AssertionError(f"the demo did not start:\n{said}")
    finally:
        overdue.cancel()
        process.terminate()
        process.wait(20)


def order_and_pay(address: str, words: str) -> str:
    """The order number of a paid receipt."""
    with Chatter(address, "demo", PASSWORD) as chatter:
        chatter.say(words)
        card = chatter.card()
        answer = chatter.pay(card, PIN)
        answer.raise_for_status()
        order_id = answer.json()["card"]["order_id"]
        return str(chatter.http.get(f"/api/receipts/{order_id}").json()["number"])


def main(menu: Path | None, repository: str) -> None:
    with tempfile.TemporaryDirectory(prefix="usual-first-") as name:
        folder, began = Path(name), time.monotonic()
        subprocess.run(["git", "clone", "--quiet", repository, "usual"], cwd=folder, check=True)
        cloned = time.monotonic()
        subprocess.run(["make", "--silent", "setup"], cwd=folder / "usual", check=True)
        installed = time.monotonic()
        usual = folder / "usual/.venv/bin/usual"
        if menu is None:
            menu = folder / "menu.xlsx"
            subprocess.run([str(usual), "catalog", "template", str(menu)], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with demo(usual, menu.resolve(), folder, "--port", "18765") as address:
            opened = time.monotonic()
            number = order_and_pay(address, "the usual")
            paid = time.monotonic()
        steps = (("clone", cloned - began), ("install", installed - cloned), ("open", opened - installed), ("order", paid - opened))
        print("  ".join(f"{step} {seconds:.1f} s" for step, seconds in steps), f" all {paid - began:.1f} s, order {number}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(Path(arguments[0]) if arguments else None, arguments[1] if len(arguments) > 1 else str(ROOT))
