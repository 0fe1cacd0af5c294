"""Motion: only where an order's state changes, and nowhere for who asked for less of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chat import Chat
from tests.browser.conftest import WAIT_MS_MAX
from tests.browser.odd_shops import STAGE_FILE, write_stage
from tests.browser.people import Person
from tests.browser.serving import Server, serving

pytestmark = pytest.mark.browser

# Everything of ours that begins to move, as its class and what of it moves.
WATCH = """
window.moved = []
for (const kind of ['transitionrun', 'animationstart'])
  document.addEventListener(kind, (event) => {
    const ours = event.target.closest('[class*="u-"]:is(.u-card, .u-card *, .u-sign-up, .u-greeting)')
    if (ours) window.moved.push(`${ours.className} ${event.propertyName || event.animationName}`)
  }, true)
"""
RUNNING = """() => document.getAnimations()
  .filter((one) => one.effect.target.closest('.u-card') && one.effect.getComputedTiming().activeDuration > 0).length"""

# What begins to move does so with the next frame.
NEXT_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(seeded, tmp_path_factory.mktemp("motion") / "var", ("tests.browser.odd_shops",)) as running:
        yield running


@pytest.fixture
def open_with(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Callable[[str, Person], Chat]:
    def opened(motion: str, person: Person) -> Chat:
        context = browser.new_context(locale="en-US", reduced_motion=motion, timezone_id="Asia/Shanghai")
        request.addfinalizer(context.close)
        request.addfinalizer(lambda: (server.var / STAGE_FILE).unlink(missing_ok=True))
        context.set_default_timeout(WAIT_MS_MAX)
        context.add_init_script(WATCH)
        chat = Chat(context.new_page(), server.address)
        chat.sign_in(person)
        return chat

    return opened


def use_everything(chat: Chat) -> None:
    """An order by word and tap up to the receipt, with whatever opens on the way."""
    card = chat.order("a large latte")
    card.locator(".u-chip").first.click()
    card.locator(".u-done-button").click()
    card.get_by_role("button", name="One more: ").hover()
    card.get_by_role("button", name="One more: ").click()
    expect(card.get_by_test_id("pay")).to_contain_text("¥42.00")
    chat.pay()


def moved(chat: Chat) -> list[str]:
    chat.page.evaluate(NEXT_FRAMES)
    found: list[str] = chat.page.evaluate("window.moved")
    return found


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_only_a_stage_that_is_reached_moves_and_nothing_where_less_is_asked_for(
    open_with: Callable[[str, Person], Chat], server: Server, person: Person, motion: str
) -> None:
    chat = open_with(motion, person)
    use_everything(chat)
    assert moved(chat) == []
    assert chat.page.evaluate(RUNNING) == 0
    write_stage(server.var, "preparing")
    steps = chat.receipts.first.locator(".u-step[data-reached]")
    expect(steps).to_have_count(2)
    assert moved(chat) == ([] if motion == "reduce" else ["u-step border-top-color"])
    if motion == "reduce":
        assert chat.page.evaluate(RUNNING) == 0
