"""Signing up: what a visitor fills in becomes an account, at a pace at which nobody can try names out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import available_timezones

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import derived_id
from app.base.visible import visible
from app.domain.customer import OWN
from app.domain.names import Lang
from app.service.accounts import Accounts, NewCustomer, UsernameTaken
from app.service.pace import Pace

NAME_LENGTH_MAX, ADDRESS_LENGTH_MAX = 40, 200
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 8, 128
DISTINCT_MIN = 4
ZONE = "Asia/Shanghai"
HOME = "home/家/家里"
# Letters of any script, as people write their names; no blanks, so that a name can be read out.
USERNAME = re.compile(r"[^\W_][\w.\-]{1,30}[^\W_]")
MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
EVERYBODY = "everybody"


class SignUpRefused(Refusal):
    """Something on the form is not as it must be; `faults` maps its fields to the keys of the sentences."""

    code = "sign_up_refused"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(fields=", ".join(sorted(faults)))
        self.faults = faults


class SignUpsTooMany(Refusal):
    """More sign-ups than one place, or everybody together, may begin; `seconds` until the next one."""

    code = "sign_ups_too_many"


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """As it was filled in. `key` is the form's own, so that a second click opens nothing more; `origin` is where it came from."""

    key: str
    origin: str
    lang: Lang
    display_name: str
    username: str
    password: str = field(repr=False)
    phone: str = ""
    address: str = ""
    consent: bool = False
    zone: str = ZONE


@dataclass(frozen=True, slots=True)
class SignUps:
    accounts: Accounts
    for_one: Pace
    for_all: Pace

    @staticmethod
    def at_the_pace_of_signing_in(accounts: Accounts, clock: Clock) -> "SignUps":
        """From one place a name can be tried as often as a password can, and no faster."""
        return SignUps(accounts, Pace(clock, burst=10, seconds_each=6), Pace(clock, burst=120, seconds_each=1))

    def open(self, form: SignUpForm) -> str:
        """The new customer's id. Idempotent by the form's key. Raises SignUpRefused, SignUpsTooMany, KeyReused."""
        faults = faults_of(form)
        if faults:
            raise SignUpRefused(faults)
        seconds = self.for_one.take(form.origin) or self.for_all.take(EVERYBODY)
        if seconds:
            raise SignUpsTooMany(seconds=seconds)
        phone, address = digits_of(form.phone), " ".join(visible(form.address).split())
        new = NewCustomer(
            id=derived_id("cus", form.key),
            username=tidy(form.username),
            password=form.password,
            display_name=" ".join(form.display_name.split()),
            lang=form.lang,
            zone=form.zone if form.zone in available_timezones() else ZONE,
            phones=((OWN, phone),) if phone else (),
            addresses=((HOME, address),) if address else (),
        )
        try:
            return self.accounts.open(new).id
        except UsernameTaken:
            raise SignUpRefused({"username": "sign_up.fault.username_taken"}) from None


def faults_of(form: SignUpForm) -> dict[str, str]:
    """Field → the key of the sentence that says what is wrong with it."""
    name, username = form.display_name.strip(), tidy(form.username)
    checks = (
        ("display_name", 0 < len(name) <= NAME_LENGTH_MAX and name.isprintable(), "display_name"),
        ("username", USERNAME.fullmatch(username) is not None, "username"),
        ("password", PASSWORD_LENGTH_MIN <= len(form.password) <= PASSWORD_LENGTH_MAX, "password_length"),
        ("password", not is_easy(form.password, username), "password_easy"),
        ("phone", not form.phone.strip() or MOBILE.fullmatch(digits_of(form.phone)) is not None, "phone"),
        ("address", len(form.address.strip()) <= ADDRESS_LENGTH_MAX, "address"),
        ("consent", form.consent, "consent"),
    )
    faults: dict[str, str] = {}
    for name_of_field, holds, key in checks:
        if not holds:
            faults.setdefault(name_of_field, f"sign_up.fault.{key}")
    return faults


def is_easy(password: str, username: str) -> bool:
    folded = password.casefold()
    return len(set(folded)) < DISTINCT_MIN or (bool(username) and username in folded) or folded in "12345678901234567890"


def tidy(username: str) -> str:
    """Width and case make no other name, or one customer's could look like another's."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def digits_of(phone: str) -> str:
    """ "+86 138-1234 5678" → "13812345678"."""
    return re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", phone)).removeprefix("+86").removeprefix("0086")
