"""axe-core over the page as it stands: what it finds that is serious or critical."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.chat import Chat

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
# Chainlit's own page, by selector, each with why it is left out. What is ours is never left out.
LEFT_OUT = {
    'ul[data-sidebar="menu"]': "the list of conversations holds its days as plain children of a list",
    "#thread-options": "the menu of a conversation says it is expanded on an element without a role",
}
RUN = """async (left_out) => {
  const found = await axe.run({ exclude: left_out }, { resultTypes: ['violations'] })
  return found.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map((n) => `${n.target}: ${n.html}`) }))
}"""
REFUSED = ("serious", "critical")
# What is fading in or changing its theme has the colours of neither state.
AT_REST = """() => Promise.all(document.getAnimations()
  .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
  .map((animation) => animation.finished.catch(() => {})))
  .then(() => matchMedia('(prefers-color-scheme: dark)').matches === document.documentElement.classList.contains('dark'))"""


def findings(page: Page) -> list[dict[str, Any]]:
    page.wait_for_load_state("networkidle")
    page.wait_for_function(AT_REST)
    return violations(page)


def violations(page: Page) -> list[dict[str, Any]]:
    """Of a page that does not move, or has come to rest."""
    page.evaluate(AXE)
    left_out = [[selector] for selector in LEFT_OUT]
    return [found for found in page.evaluate(RUN, left_out) if found["impact"] in REFUSED]


def check(chat: Chat, state: str) -> None:
    found = findings(chat.page)
    assert not found, (state, found)
