"""Makes pictures from the real server: `python -m tests.browser.screenshots` those of the README, with a folder's name every card
and state in both themes, at both widths and in both languages into that folder."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.chat import Chat
from tests.browser.conftest import ARGUMENTS, WAIT_MS_MAX
from tests.browser.people import HISTORIED, PIN
from tests.browser.serving import ROOT, seed, serving

PICTURES = ROOT / "docs"
BYTES_MAX = 300_000


@dataclass(frozen=True, slots=True)
class Look:
    width: int
    height: int
    theme: str
    lang: str

    @property
    def name(self) -> str:
        return f"{self.width}-{self.theme}-{self.lang}"


WIDE, PHONE = (1280, 1000), (390, 844)
LOOKS = [Look(*size, theme, lang) for size in (WIDE, PHONE) for theme in ("light", "dark") for lang in ("en", "zh")]


def order(chat: Chat, lang: str) -> None:
    chat.order("two large oat lattes, one with no sugar" if lang == "en" else "两杯大杯燕麦拿铁，一杯无糖")


def options(chat: Chat, lang: str) -> None:
    card = chat.order("a large oat latte" if lang == "en" else "一杯大杯燕麦拿铁")
    card.locator(".u-chip").first.click()
    expect(card.locator(".u-panel").get_by_role("group").first).to_be_visible()


def place(chat: Chat, lang: str) -> None:
    card = chat.order("a large oat latte" if lang == "en" else "一杯大杯燕麦拿铁")
    card.locator(".u-change").click()
    expect(card.get_by_test_id("way-delivery")).to_be_visible()


def pin(chat: Chat, lang: str) -> None:
    chat.order("top up my phone with 50" if lang == "en" else "帮我手机充50")
    chat.card.locator("summary").first.click()
    chat.begin_to_pay()


def choices(chat: Chat, lang: str) -> None:
    chat.say("milk tea" if lang == "en" else "奶茶")
    expect(chat.choices).to_have_count(1)


def ride(chat: Chat, lang: str) -> None:
    chat.order("a taxi to the bund" if lang == "en" else "打车去外滩")


def booking(chat: Chat, lang: str) -> None:
    chat.say("a hotel in tokyo tomorrow" if lang == "en" else "明天东京的酒店")
    chat.choices.get_by_role("button").first.click()
    expect(chat.cards).to_have_count(1)


def receipt(chat: Chat, lang: str) -> None:
    order(chat, lang)
    chat.pay()


def spending(chat: Chat, lang: str) -> None:
    chat.say("what did I spend this month?" if lang == "en" else "这个月花了多少？")
    expect(chat.page.get_by_test_id("spending")).to_be_visible()


def orders(chat: Chat, lang: str) -> None:
    chat.say("my orders" if lang == "en" else "我的订单")
    expect(chat.page.get_by_test_id("orders")).to_be_visible()


def wallet(chat: Chat, lang: str) -> None:
    chat.say("my wallet" if lang == "en" else "我的钱包")
    expect(chat.page.get_by_test_id("wallet")).to_be_visible()


def standing(chat: Chat, lang: str) -> None:
    chat.say("a latte every weekday at 10:30, at most 25" if lang == "en" else "每个工作日上午十点半来杯拿铁，最多25")
    card = chat.page.get_by_test_id("standing")
    card.locator(".u-primary").click()
    card.locator(".u-pin").fill(PIN)
    card.locator(".u-primary").click()
    expect(card.locator(".u-state")).to_have_attribute("data-state", "active")
    card.locator(".u-button").first.click()
    expect(card.locator("[data-state=skipped]")).to_have_count(1)


SCENES: dict[str, Callable[[Chat, str], None]] = {
    scene.__name__: scene
    for scene in (order, options, place, pin, choices, ride, booking, receipt, spending, orders, wallet, standing)
}
# The README's: file, scene, look.
BEST = (
    ("card.png", "order", Look(1000, 860, "light", "en")),
    ("options.png", "options", Look(*PHONE, "light", "en")),
    ("phone.png", "pin", Look(*PHONE, "dark", "zh")),
    ("spending.png", "spending", Look(*PHONE, "light", "en")),
    ("standing.png", "standing", Look(*PHONE, "light", "en")),
)


def main(folder: Path | None) -> int:
    path = chromium.ensure()
    if path is None:
        sys.exit(chromium.ADVICE)
    expect.set_options(timeout=WAIT_MS_MAX)
    with address() as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        if folder is None:
            for name, scene, look in BEST:
                shoot(browser, shop, scene, look, PICTURES / name)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for look in LOOKS:
                for scene in SCENES:
                    shoot(browser, shop, scene, look, folder / f"{scene}-{look.name}.png")
        browser.close()
    return 0


@contextmanager
def address() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="usual-pictures-") as folder:
        seeded = Path(folder) / "seeded"
        seed(seeded)
        with serving(seeded, Path(folder) / "var") as server:
            yield server.address


def shoot(browser: Browser, shop: str, scene: str, look: Look, path: Path) -> None:
    context = browser.new_context(
        locale="en-US" if look.lang == "en" else "zh-CN",
        viewport={"width": look.width, "height": look.height},
        color_scheme="light" if look.theme == "light" else "dark",
        has_touch=look.width < 500,
        timezone_id="Asia/Shanghai",
    )
    chat = Chat(context.new_page(), shop)
    chat.sign_in(HISTORIED)
    SCENES[scene](chat, look.lang)
    take(chat.page, path)
    context.close()


def take(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {size // 1000} kB\n")
    assert size < BYTES_MAX, f"{path.name} is larger than {BYTES_MAX} bytes"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
