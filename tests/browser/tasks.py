"""Measures everyday tasks with a scripted person and writes the README's table: `python -m tests.browser.tasks`."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect, sync_playwright

from tests.browser import chromium
from tests.browser.chat import Chat
from tests.browser.conftest import ARGUMENTS, PHONE, WAIT_MS_MAX
from tests.browser.people import HISTORIED, PIN
from tests.browser.screenshots import address
from tests.browser.serving import ROOT

# A person at a telephone: five letters in a second, and a moment to find what to tap.
LETTER_MS, LOOK_SECONDS = 200, 0.6
# What is tapped for the same in a usual delivery app, from its first page with the address known and the wallet set up. A PIN is
# typed in both and counted in neither.
APP_TAPS = {
    "order": ("coffee", "shop", "product", "large", "oat milk", "add", "cart", "check out", "pay"),
    "correct": ("cart", "product", "options", "no ice", "save"),
    "reorder": ("orders", "order", "again", "check out", "pay"),
    "top up": ("top-up", "amount", "coupon", "pay", "confirm"),
    "claim": ("account", "coupons", "coupon centre", "claim"),
    "track": ("orders", "order"),
}
README = ROOT / "README.md"
MARKS = ("<!-- tasks -->\n", "\n<!-- /tasks -->")


@dataclass
class Hand:
    """Counts what is said and tapped."""

    chat: Chat
    turns: int = 0
    taps: int = 0
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        self.chat.composer.tap()
        self.chat.page.keyboard.type(text, delay=LETTER_MS)
        self.chat.page.keyboard.press("Enter")
        self.turns += 1

    def tap(self, button: Locator) -> None:
        time.sleep(LOOK_SECONDS)
        button.tap()
        self.taps += 1

    def pay(self) -> None:
        before = self.chat.receipts.count()
        self.tap(self.chat.card.get_by_test_id("pay"))
        self.chat.page.keyboard.type(PIN, delay=LETTER_MS)
        self.tap(self.chat.primary)
        expect(self.chat.receipts).to_have_count(before + 1)


def _order(hand: Hand) -> None:
    hand.say("a large oat latte")
    expect(hand.chat.cards).to_have_count(1)
    hand.pay()


def _correct(hand: Hand) -> None:
    hand.say("no ice")
    expect(hand.chat.cards).to_have_count(2)


def _reorder(hand: Hand) -> None:
    hand.say("the usual")
    expect(hand.chat.cards).to_have_count(1)
    hand.pay()


def _top_up(hand: Hand) -> None:
    hand.say("top up 50")
    expect(hand.chat.cards).to_have_count(1)
    hand.pay()


def _claim(hand: Hand) -> None:
    hand.say("what coupons are there?")
    shelf = hand.chat.page.get_by_test_id("shelf-errands")
    hand.tap(shelf.get_by_role("button").first)
    expect(shelf.get_by_role("status")).to_contain_text("is yours")


def _track(hand: Hand) -> None:
    hand.say("where is my order?")
    expect(hand.chat.receipts.last.locator(".u-step").first).to_be_visible()


def _with_a_card(chat: Chat) -> None:
    chat.order("two iced lattes")


TASKS: dict[str, tuple[str, Callable[[Hand], None], Callable[[Chat], object]]] = {
    "order": ("“a large oat latte”, pay", _order, lambda _: None),
    "correct": ("“no ice”", _correct, _with_a_card),
    "reorder": ("“the usual”, pay", _reorder, lambda _: None),
    "top up": ("“top up 50”, pay", _top_up, lambda _: None),
    "claim": ("“what coupons are there?”, claim", _claim, lambda _: None),
    "track": ("“where is my order?”", _track, lambda _: None),
}


def main() -> int:
    path = chromium.ensure()
    if path is None:
        sys.exit(chromium.ADVICE)
    expect.set_options(timeout=WAIT_MS_MAX)
    rows = ["| task | said and done | turns | taps | seconds | taps in an app |", "| --- | --- | --- | --- | --- | --- |"]
    with address() as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for name, (said, work, prepare) in TASKS.items():
            context = browser.new_context(locale="en-US", viewport=PHONE, has_touch=True, timezone_id="Asia/Shanghai")
            chat = Chat(context.new_page(), shop)
            chat.sign_in(HISTORIED)
            prepare(chat)
            hand = Hand(chat)
            work(hand)
            seconds = time.monotonic() - hand.began
            app = APP_TAPS[name]
            assert hand.turns + hand.taps < len(app), name
            rows.append(f"| {name} | {said} | {hand.turns} | {hand.taps} | {seconds:.1f} | {len(app)}: {', '.join(app)} |")
            context.close()
        browser.close()
    sys.stdout.write("\n".join(rows) + "\n")
    README.write_text(_with_table(README.read_text(encoding="utf-8"), "\n".join(rows)), encoding="utf-8")
    return 0


def _with_table(readme: str, table: str) -> str:
    before, _, rest = readme.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    assert after, f"{README} has no marks for the table"
    return MARKS[0].join((before, table)) + MARKS[1] + after


if __name__ == "__main__":
    sys.exit(main())
