"""What the routes take, as pydantic forms. No error of theirs repeats what was sent."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from app.service.order_list import Wanted
from app.web.errors import RequestMalformed

PIN_LENGTH = 6


def _six_digits(pin: SecretStr) -> SecretStr:
    text = pin.get_secret_value()
    if not (len(text) == PIN_LENGTH and text.isascii() and text.isdecimal()):
        raise ValueError("a PIN has six digits")
    return pin


Pin = Annotated[SecretStr, AfterValidator(_six_digits)]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class PayForm(Form):
    """`version` is the card's as it was shown: a newer one can't be paid with this form."""

    version: int = Field(ge=1)
    pin: Pin


class PinForm(Form):
    pin: Pin


class BindForm(Form):
    consent: bool
    pin: Pin


class DepositForm(Form):
    """`amount` is a plain decimal such as "12.40"; `key` is the form's own, so that a second click deposits nothing."""

    amount: str = Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,2})?$")
    pin: Pin
    key: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")


class _OrdersQuery(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    products: Annotated[str, Field(max_length=4_000)] = ""
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0


def wanted_orders(query: Mapping[str, str]) -> Wanted:
    """Which page of which orders a list asks for. Raises RequestMalformed."""
    try:
        asked = _OrdersQuery.model_validate({name: value for name, value in query.items() if value})
    except ValidationError:
        raise RequestMalformed() from None
    return Wanted(asked.since, asked.until, tuple(filter(None, asked.products.split(","))), asked.offset)
