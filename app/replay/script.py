"""A recorded conversation as it is written: who, when, what the shops offer, then turns with what must be true after each.

Every scalar is read as text, so that 42.00 stays 42.00.
"""

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.base.errors import Misuse


class ScriptBroken(Misuse):
    """A conversation file that can't be read; the message names the file and the place."""

    code = "script_broken"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Guarded(Part):
    """What holds for a customer who is a child: so much a day alone, and categories not at all."""

    daily: str
    blocked: list[str] = []


class Person(Part):
    """`wallet` is what the customer has deposited; `bound: no` is someone who has not agreed to pay from it yet.

    `claims` are the coupons they have claimed, each as merchant.coupon.
    """

    name: str = "Lin"
    lang: Literal["en", "zh"] = "en"
    zone: str = "Asia/Shanghai"
    wallet: str = "300.00"
    bound: bool = True
    pin: str = "258036"
    phones: dict[str, str] = {"self": "13812345678"}
    addresses: dict[str, str] = {"home": "上海市静安区南京西路1266号12楼"}
    allergens: list[str] = []
    claims: list[str] = []
    guardian: Guarded | None = None


class PastLine(Part):
    product: str
    quantity: int = 1
    options: dict[str, str] = {}


class PastOrder(Part):
    at: str
    merchant: str
    lines: list[PastLine]


class Event(Part):
    """Something that happens outside the conversation. Each field is one kind of event."""

    passes: str | None = None
    until: str | None = None
    price: dict[str, str] = {}
    stock: dict[str, str] = {}
    description: dict[str, str] = {}
    coupon: dict[str, str] = {}
    closes: str | None = None
    final: dict[str, str] = {}
    lacks: dict[str, str] = {}
    merchant: Literal["accepts", "declines", "is silent", "answers again", "calls back twice", "refuses refunds"] | None = None
    worker: Literal["runs"] | None = None
    guardian: Literal["approves", "declines"] | None = None
    database: Literal["fills up", "recovers"] | None = None


class Pay(Part):
    """`card` counts the cards of the conversation from 1; `version` is the newest unless given."""

    pin: str | None = None
    card: int | None = None
    version: int | None = None


class Bind(Part):
    consent: bool = True
    pin: str


class Agree(Part):
    """To the standing order that was shown last; `version` is its newest unless given."""

    pin: str | None = None
    version: int | None = None


class Deposit(Part):
    amount: str
    pin: str | None = None
    key: str = "deposit"


class Turn(Part):
    """Exactly one thing that is done, then what must be true."""

    say: str | None = None
    tap: dict[str, str] | None = None
    pay: Pay | None = None
    bind: Bind | None = None
    deposit: Deposit | None = None
    agree: Agree | None = None
    event: Event | None = None
    expect: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _expectations_apart(cls, value: Any) -> Any:
        """What must be true stands beside what is done; here the two are told apart."""
        if not isinstance(value, dict) or "expect" in value:
            return value
        done = {"say", "tap", "pay", "bind", "deposit", "agree", "event"}
        acts = {k: v for k, v in value.items() if k in done}
        if len(acts) != 1:
            raise ValueError(f"a turn does exactly one of {', '.join(sorted(done))}")
        known = {"reading", "card", "question", "order", "ledger", "says", "refused", "open_pin", "standing"}
        unknown = set(value) - done - known
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: not one of {', '.join(sorted(known))}")
        return {**acts, "expect": {k: v for k, v in value.items() if k not in done}}


class Answered(Part):
    """What a model answered to one request, by the request's key: a reply, or why there was none."""

    key: str
    words: str
    reply: str | None = None
    unavailable: str | None = None


class Script(Part):
    """`why` says what the conversation shows; `model`: its model's traffic, where that does not lie beside the file."""

    title: str
    why: str = ""
    clock: str
    customer: Person = Person()
    history: list[PastOrder] = []
    before: Event | None = None
    model: list[Answered] = []
    turns: list[Turn] = Field(min_length=1)
    end: dict[str, Any] = {}


def load_script(path: Path) -> Script:
    """Raises ScriptBroken."""
    try:
        return Script.model_validate(load_plain(path))
    except ValidationError as invalid:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in invalid.errors())
        raise ScriptBroken(file=str(path), faults=places) from None


def load_plain(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - it builds text alone
    except (OSError, UnicodeError, yaml.YAMLError) as unreadable:
        raise ScriptBroken(file=str(path), faults=str(unreadable)) from None
