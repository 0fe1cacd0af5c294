"""The chat as a person uses it: signs in, says something, taps and types on the cards."""

import re

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from tests.browser.people import PASSWORD, PIN, Person

# Refusals of our own routes, which the page shows in words; the browser notes each one down as a failed resource.
REFUSALS = re.compile(r"the server responded with a status of (401|403|409|422|423|429)|Unauthorized")
# What a page meets while its server is down.
LOST = re.compile(r"ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket|Failed to fetch|ERR_INCOMPLETE")
RETYPED_AFTER_MS = 3_000


class Chat:
    """One tab. `faults` gathers what no page may have: errors on its console, and requests to anybody else."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        self.may_lose_server = False
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._complain(f"error: {error}"))
        page.on("request", self._asked)
        page.on("websocket", lambda socket: self._ask(socket.url.replace("ws://", "http://", 1)))

    # signing in, coming and going

    def open(self) -> None:
        self.page.goto(self.address)

    def sign_in(self, person: Person) -> None:
        """Without the form, which has tests of its own."""
        form = {"username": person.username, "password": PASSWORD}
        assert self.page.context.request.post(f"{self.address}/login", form=form).ok
        self.start_anew()

    def give(self, person: Person, password: str) -> None:
        """Fill in the sign-in form and send it."""
        self.page.locator("#email").fill(person.username)
        self.page.locator("#password").fill(password)
        self.page.locator("form button[type=submit]").click()

    def reload(self) -> None:
        """Come back to the conversation as it is saved."""
        cards = self.cards.count()
        self.page.reload()
        expect(self.answers.first).to_be_visible()
        expect(self.cards).to_have_count(cards)

    def start_anew(self) -> None:
        """A new conversation, on a page that is loaded again."""
        self.open()
        expect(self.composer).to_be_visible()

    def join(self, other: "Chat") -> None:
        """The same conversation in this tab too."""
        self.page.goto(other.page.url)
        expect(self.cards).to_have_count(other.cards.count())

    # words

    @property
    def composer(self) -> Locator:
        return self.page.locator("#chat-input")

    @property
    def answers(self) -> Locator:
        return self.page.locator(".ai-message")

    def say(self, text: str) -> None:
        """Say it, and wait until it is answered."""
        before = self.answers.count()
        self._type(text)
        self.page.keyboard.press("Enter")
        expect(self.composer).to_have_value("")
        expect(self.answers.nth(before)).to_be_visible()

    def _type(self, text: str) -> None:
        """The page takes no word before it is connected, and while it loads it may forget one."""
        send = self.page.locator("#chat-submit")
        self.composer.fill(text)
        try:
            expect(send).to_be_enabled(timeout=RETYPED_AFTER_MS)
        except AssertionError:
            self.composer.fill("")
            self.composer.fill(text)
            expect(send).to_be_enabled()

    # cards

    @property
    def cards(self) -> Locator:
        return self.page.get_by_test_id("order-card")

    @property
    def card(self) -> Locator:
        """The newest card."""
        return self.cards.last

    @property
    def receipts(self) -> Locator:
        return self.page.get_by_test_id("receipt")

    @property
    def choices(self) -> Locator:
        return self.page.get_by_test_id("choices")

    @property
    def pin(self) -> Locator:
        return self.card.locator(".u-pin")

    @property
    def primary(self) -> Locator:
        """The button that carries the amount, and the one that confirms it."""
        return self.card.locator(".u-primary")

    def order(self, text: str) -> Locator:
        """Say it, and wait for the card."""
        before = self.cards.count()
        self.say(text)
        expect(self.cards).to_have_count(before + 1)
        return self.card

    def begin_to_pay(self) -> None:
        self.card.get_by_test_id("pay").click()
        expect(self.pin).to_be_focused()

    def approve(self, pin: str = PIN) -> None:
        """Enter the PIN where it is asked for and confirm."""
        self.pin.fill(pin)
        self.primary.click()

    def pay(self) -> None:
        """Everything from the button to the receipt."""
        before = self.receipts.count()
        self.begin_to_pay()
        self.approve()
        expect(self.receipts).to_have_count(before + 1)

    # what must not happen

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSALS.search(message.text):
            self._complain(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        self._ask(request.url)

    def _ask(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", f"blob:{self.address}/")):
            self.faults.append(f"a request to {url}")

    def _complain(self, fault: str) -> None:
        if not (self.may_lose_server and LOST.search(fault)):
            self.faults.append(fault)
