"""axe-core on the states that shops and refusals bring about: moved, sold out, expired, declined, and an order on its way."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app import cli
from app.domain.order import TakenState
from tests.browser.accessibility import check
from tests.browser.chat import Chat
from tests.browser.conftest import LOOKS, Open, OpenLook
from tests.browser.odd_shops import STAGE_FILE, write_stage
from tests.browser.people import Person
from tests.browser.serving import ROOT, Server, serving

pytestmark = pytest.mark.browser

SHOP = "nimbus_coffee"
QUOTE_TTL_SECONDS = 10
Says = Callable[..., None]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("states") / "catalog"
    shutil.copytree(ROOT / "catalog", folder)
    return folder


@pytest.fixture(scope="module")
def server(seeded: Path, catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    var = tmp_path_factory.mktemp("states") / "var"
    with serving(seeded, var, ("tests.browser.odd_shops",), catalog_dir=str(catalog)) as running:
        yield running


@pytest.fixture
def shopkeeper(catalog: Path) -> Iterator[Says]:
    """Types the console's commands; afterwards the shop is as it was."""

    def types(*words: str) -> None:
        assert cli.main(["catalog", *words, "--in", str(catalog)]) == 0

    yield types
    for name in ("products.json", "merchant.json"):
        shutil.copyfile(ROOT / "catalog" / SHOP / name, catalog / SHOP / name)


@pytest.fixture
def stage(server: Server) -> Iterator[Says]:
    """What the shops say of every order, while the test lasts."""

    def says(state: TakenState, late: bool = False) -> None:
        write_stage(server.var, state, late)

    yield says
    (server.var / STAGE_FILE).unlink(missing_ok=True)


def state_is(chat: Chat, state: str) -> None:
    expect(chat.card).to_have_attribute("data-state", state)


def test_a_price_that_moved_and_a_card_that_cannot_be_had(open_as: Open, person: Person, shopkeeper: Says) -> None:
    chat = open_as(person)
    chat.order("two lattes")
    shopkeeper("set", SHOP, "latte", "--price", "20")
    expect(chat.card.locator(".u-moved")).to_be_visible()
    check(chat, "moved")
    shopkeeper("set", SHOP, "latte", "--stock", "1")
    state_is(chat, "unavailable")
    check(chat, "sold out")
    shopkeeper("close", SHOP)
    chat.card.get_by_test_id("again").click()
    expect(chat.card).to_have_attribute("aria-busy", "false")
    state_is(chat, "unavailable")
    check(chat, "closed")


def test_a_declined_order_and_one_that_nobody_answers(open_as: Open, person: Person) -> None:
    chat = open_as(person)
    for asked, state in (("a mocha", "declined"), ("a flat white", "settling")):
        chat.order(asked)
        chat.begin_to_pay()
        chat.approve()
        state_is(chat, state)
        check(chat, state)


def test_a_payment_that_is_refused_because_the_money_went_elsewhere(open_as: Open, person: Person) -> None:
    chat, beside = open_as(person), open_as(person)
    chat.order("ten large oat lattes")
    chat.begin_to_pay()
    beside.order("ten large oat lattes")
    beside.pay()
    chat.approve()
    expect(chat.card.locator(".u-said[data-bad]")).to_be_visible()
    # The card asks for the deposit now, not for the PIN again.
    expect(chat.pin).to_have_count(0)
    expect(chat.card.get_by_test_id("pay")).to_contain_text("¥")
    check(chat, "not enough money")


@pytest.mark.parametrize("way", ["delivery", "pickup", "ride"])
def test_an_order_on_its_way(open_as: Open, person: Person, stage: Says, way: str) -> None:
    chat = open_as(person)
    chat.order({"delivery": "a latte, delivered", "pickup": "a latte", "ride": "a taxi to the bund"}[way])
    chat.pay()
    stages = {
        "delivery": (("preparing", False), ("on_the_way", False), ("on_the_way", True), ("delivered", True)),
        "pickup": (("preparing", True), ("ready", False)),
        "ride": (("on_the_way", False), ("delivered", False)),
    }
    receipt = chat.receipts.first
    for state, late in stages[way]:
        stage(state, late)
        expect(receipt.locator(".u-state")).to_have_attribute("data-state", state)
        if late and state != "delivered":
            expect(receipt.locator(".u-due[data-late]")).to_be_visible()
        check(chat, f"{state}, {late}")


def test_a_price_that_is_no_longer_held(open_look: OpenLook, seeded: Path, tmp_path: Path, person: Person) -> None:
    with serving(seeded, tmp_path / "var", quote_ttl_seconds=str(QUOTE_TTL_SECONDS)) as brief:
        tabs = {look: open_look(look, brief.address, person) for look in LOOKS}
        for chat in tabs.values():
            chat.order("a latte")
        for look, chat in tabs.items():
            state_is(chat, "expired")
            check(chat, look)
