"""One Chromium and one server for all; each test has its own profile, its own customer and its own conversation."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import chromium, people
from tests.browser.books import Books, open_books
from tests.browser.chat import Chat
from tests.browser.people import Person
from tests.browser.serving import Server, seed, serving

ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
WAIT_MS_MAX = 15_000

OpenChat = Callable[..., Chat]
Open = Callable[[Person], Chat]
OpenLook = Callable[[str, str, Person], Chat]
Theme = Literal["light", "dark"]
# Theme, telephone, language: each of them with each of the others at least once.
LOOKS: dict[str, tuple[Theme, bool, str]] = {
    "light-1280-en": ("light", False, "en-US"),
    "dark-1280-zh": ("dark", False, "zh-CN"),
    "light-390-zh": ("light", True, "zh-CN"),
    "dark-390-en": ("dark", True, "en-US"),
}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium.ensure()
    if path is None:
        pytest.fail(chromium.ADVICE)
    expect.set_options(timeout=WAIT_MS_MAX)
    # Its loop holds the thread while it is open: no longer than these tests, or others could not run their own.
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("browser") / "seeded"
    seed(var)
    return var


@pytest.fixture(scope="package")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Most tests share it. One that restarts it leaves it running as it was."""
    with serving(seeded, tmp_path_factory.mktemp("browser") / "var") as running:
        yield running


@pytest.fixture(scope="package")
def books(server: Server) -> Iterator[Books]:
    with open_books(server.var) as opened:
        yield opened


@pytest.fixture(scope="package")
def _strangers() -> Iterator[Person]:
    return iter(people.FUNDED)


@pytest.fixture
def person(_strangers: Iterator[Person]) -> Person:
    """A customer with ¥300.00 whom no other test knows."""
    return next(_strangers)


@pytest.fixture
def open_chat(browser: Browser, server: Server) -> Iterator[OpenChat]:
    """Opens tabs, each in a new empty profile unless `beside` names the one to share; at the end none may have a fault."""
    opened: list[Chat] = []

    def open_one(address: str = "", *, beside: Chat | None = None, locale: str = "en-US", phone: bool = False) -> Chat:
        context = (
            beside.page.context
            if beside
            else browser.new_context(
                locale=locale, viewport=PHONE if phone else DESKTOP, has_touch=phone, timezone_id="Asia/Shanghai"
            )
        )
        context.set_default_timeout(WAIT_MS_MAX)
        opened.append(Chat(context.new_page(), address or server.address))
        return opened[-1]

    yield open_one
    for context in {chat.page.context for chat in opened}:
        context.close()
    faults = [fault for chat in opened for fault in chat.faults]
    assert not faults, faults


@pytest.fixture
def chat(open_chat: OpenChat, person: Person) -> Chat:
    """A desktop tab in English, signed in."""
    tab = open_chat()
    tab.sign_in(person)
    return tab


@pytest.fixture
def open_look(request: pytest.FixtureRequest, browser: Browser) -> OpenLook:
    """Opens a tab of that look, signed in."""

    def opened(look: str, address: str, person: Person) -> Chat:
        theme, phone, locale = LOOKS[look]
        context = browser.new_context(
            locale=locale, viewport=PHONE if phone else DESKTOP, color_scheme=theme, has_touch=phone, timezone_id="Asia/Shanghai"
        )
        request.addfinalizer(context.close)
        context.set_default_timeout(WAIT_MS_MAX)
        chat = Chat(context.new_page(), address)
        chat.sign_in(person)
        return chat

    return opened


@pytest.fixture(params=LOOKS)
def open_as(request: pytest.FixtureRequest, open_look: OpenLook, server: Server) -> Open:
    return lambda person: open_look(request.param, server.address, person)
