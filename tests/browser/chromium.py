"""Find a Chromium for the browser's tests, or install one: Debian's package where that may be done, else Playwright's own.

Run as a module it makes sure that there is one; it fails naming the command that installs it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
ADVICE = (
    "The browser's tests need Chromium and none could be installed. Install one with `apt-get install chromium` or "
    "`.venv/bin/playwright install chromium`, or leave them out: make test BROWSER=0"
)


def find() -> str | None:
    """The path of a Chromium that is there."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *PLACES]
    found = next((path for path in named if path and Path(path).exists()), None)
    # Asking Playwright starts a program of its own, so it is asked last.
    return found or next((path for path in [_playwrights()] if Path(path).exists()), None)


def ensure() -> str | None:
    """A Chromium, installed if need be; None where it can't be."""
    return find() or (_install_debian() and find()) or (_install_playwright() and find()) or None


def _playwrights() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return str(playwright.chromium.executable_path)


def _install_debian() -> bool:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update"], **quiet)
    return subprocess.run(["apt-get", "install", "--yes", "chromium", "fonts-noto-cjk"], **quiet).returncode == 0


def _install_playwright() -> bool:
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"]).returncode == 0


if __name__ == "__main__":
    if ensure() is None:
        sys.exit(ADVICE)
