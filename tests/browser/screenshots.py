"""Makes the README's pictures from the real server: `python -m tests.browser.screenshots`."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.chat import Chat
from tests.browser.conftest import ARGUMENTS, WAIT_MS_MAX
from tests.browser.people import HISTORIED
from tests.browser.serving import ROOT, seed, serving

PICTURES = ROOT / "docs"
BYTES_MAX = 300_000
DESKTOP = {"width": 1120, "height": 1520}
PHONE = {"width": 390, "height": 844}


def main() -> int:
    path = chromium.ensure()
    if path is None:
        sys.exit(chromium.ADVICE)
    expect.set_options(timeout=WAIT_MS_MAX)
    PICTURES.mkdir(exist_ok=True)
    with address() as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        take(order_and_receipt(browser, shop), "card.png")
        take(top_up_on_a_phone(browser, shop), "phone.png")
        browser.close()
    return 0


@contextmanager
def address() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="usual-pictures-") as folder:
        seeded = Path(folder) / "seeded"
        seed(seeded)
        with serving(seeded, Path(folder) / "var") as server:
            yield server.address


def order_and_receipt(browser: Browser, shop: str) -> Page:
    """A paid order with its receipt, and the next card, ready to be paid."""
    context = browser.new_context(locale="en-US", viewport=DESKTOP, color_scheme="light", timezone_id="Asia/Shanghai")
    chat = Chat(context.new_page(), shop)
    chat.sign_in(HISTORIED)
    chat.order("the usual")
    chat.pay()
    chat.order("two large oat lattes, one with no sugar")
    return chat.page


def top_up_on_a_phone(browser: Browser, shop: str) -> Page:
    """A top-up in Chinese, in the dark, where the PIN is asked for."""
    context = browser.new_context(locale="zh-CN", viewport=PHONE, color_scheme="dark", timezone_id="Asia/Shanghai", has_touch=True)
    chat = Chat(context.new_page(), shop)
    chat.sign_in(HISTORIED)
    chat.order("帮我手机充50")
    chat.begin_to_pay()
    return chat.page


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    path = PICTURES / name
    page.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} kB")
    assert size < BYTES_MAX, f"{name} is larger than {BYTES_MAX} bytes"


if __name__ == "__main__":
    sys.exit(main())
