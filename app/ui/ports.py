"""What the chat asks of the service."""

from collections.abc import Callable
from typing import Any, Protocol

from app.base.errors import UsualError
from app.domain.names import Lang
from app.service.news import Hear
from app.service.views import CardView, Message, ReceiptView, Reply


class Assistant(Protocol):
    """Synchronous: a face calls it from a worker thread."""

    def turn(
        self,
        customer_id: str,
        conversation_id: str,
        text: str,
        *,
        channel: str = "chat",
        lang_hint: Lang = "en",
        message_id: str | None = None,
    ) -> Reply: ...
    def tap(self, customer_id: str, conversation_id: str, tap: dict[str, Any]) -> Reply: ...
    def told(self, customer_id: str, order_id: str, lang: Lang) -> tuple[str, Message] | None:
        """What the chat with that id is told when an order gets on; None for what needs no word."""
        ...

    def told_of_run(self, customer_id: str, occurrence_id: str, lang: Lang) -> tuple[str, Message] | None:
        """What the chat with that id is told when a standing order ran; None for what needs no word."""
        ...

    def told_of_notice(self, customer_id: str, standing_order_id: str, lang: Lang) -> tuple[str, Message] | None: ...
    def told_of_refund(self, customer_id: str, refund_id: str, lang: Lang) -> tuple[str, Message] | None: ...
    def paid(self, customer_id: str, conversation_id: str, checkout_id: str) -> Reply: ...


class CardQueries(Protocol):
    def card(self, customer_id: str, checkout_id: str, lang: Lang) -> CardView: ...
    def receipt(self, customer_id: str, order_id: str, lang: Lang) -> ReceiptView: ...


class Subscribable(Protocol):
    def subscribe(self, hear: Hear) -> Callable[[], None]: ...


class Person(Protocol):
    @property
    def display_name(self) -> str: ...
    @property
    def lang(self) -> Lang: ...


class SignIns(Protocol):
    def begin(self, customer_id: str) -> str: ...
    def is_open(self, customer_id: str, sign_in_id: str) -> bool: ...
    def end(self, customer_id: str, sign_in_id: str) -> None: ...


class Shop(Protocol):
    """The service as the chat sees it."""

    @property
    def assistant(self) -> Assistant: ...
    @property
    def queries(self) -> CardQueries: ...
    @property
    def news(self) -> Subscribable: ...
    @property
    def sign_ins(self) -> SignIns: ...
    def customer(self, customer_id: str) -> Person: ...
    def is_new(self, customer_id: str) -> bool:
        """Whether they have bought nothing yet."""
        ...

    def sign_in(self, username: str, password: str) -> str | None: ...
    def say_error(self, error: UsualError, lang: Lang) -> str: ...
