"""The tests' customers: each test has one of its own, so that none sees another's money or tries."""

from dataclasses import dataclass

from app.base.money import Money
from app.bootstrap import Usual
from app.demo import DEMO, DEMO_ID, NEWCOMER, NEWCOMER_ID
from app.service.accounts import NewCustomer

PIN, WRONG_PIN, PASSWORD = DEMO.pin, "000001", DEMO.password
FUNDS_MINOR = 30_000
FUNDED_COUNT = 128


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    username: str


HISTORIED = Person(DEMO_ID, DEMO.username)
NEW_HERE = Person(NEWCOMER_ID, NEWCOMER.username)
SHORT_OF_MONEY = Person("cus_short", "short")
POOR = Person("cus_poor", "poor")
ALLERGIC_TO_MILK = Person("cus_allergic", "allergic")
CHILD, GUARDIAN = Person("cus_child", "child"), Person("cus_guardian", "guardian")
FUNDED = tuple(Person(f"cus_{number:03}", f"c{number:03}") for number in range(FUNDED_COUNT))


def move_in(usual: Usual) -> None:
    """Open the accounts and fund the wallets."""
    for person in FUNDED:
        _open(usual, person, FUNDS_MINOR)
    for person in (CHILD, GUARDIAN):
        _open(usual, person, FUNDS_MINOR)
    usual.guardians.guardians.begin(CHILD.id, GUARDIAN.id, Money(5_000), frozenset())
    _open(usual, SHORT_OF_MONEY, 1_000)
    _open(usual, POOR, 1_000)
    _open(usual, ALLERGIC_TO_MILK, FUNDS_MINOR, NewCustomer(**_account(ALLERGIC_TO_MILK), allergens=frozenset({"milk"})))


def _open(usual: Usual, person: Person, funds_minor: int, account: NewCustomer | None = None) -> None:
    usual.accounts.open(account or NewCustomer(**_account(person)))
    usual.wallets.wallets.bind(person.id, consent=True, pin=PIN)
    usual.wallets.deposit(person.id, funds_minor, PIN, f"funds-{person.id}", "en")


def _account(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "username": person.username,
        "password": PASSWORD,
        "display_name": "林夏",
        "lang": "en",
        "phones": (("self", "13812345678"),),
        "addresses": (("home/家", "上海市静安区南京西路1266号12楼"),),
    }
