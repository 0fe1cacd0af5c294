"""What the routes take, as pydantic forms. No error of theirs repeats what was sent."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

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


class BindForm(Form):
    consent: bool
    pin: Pin


class DepositForm(Form):
    """`amount` is a plain decimal such as "12.40"; `key` is the form's own, so that a second click deposits nothing."""

    amount: str = Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,2})?$")
    pin: Pin
    key: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")
