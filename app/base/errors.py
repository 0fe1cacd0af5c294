"""The root of the error tree.

    UsualError
    ├── Refusal        a rule said no; the customer reads a sentence with the next step
    ├── Misuse         the caller can't have meant this; an engineer reads it
    └── Unexpected     nobody foresaw this; the log and the customer get the same reference

Every concrete error has a stable code and stands beside its rule. `params` feed the wording files, so they hold plain
values: Money, numbers, strings.
"""

from typing import Any, ClassVar


class UsualError(Exception):
    """An error with a stable code."""

    code: ClassVar[str] = "error"

    def __init__(self, **params: Any) -> None:
        self.params = params
        detail = ", ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{self.code}({detail})")


class Refusal(UsualError):
    """A rule said no. Wording key: `refusal.<code>`."""

    code = "refused"


class Misuse(UsualError):
    """A call that no correct caller makes."""

    code = "misuse"


class Unexpected(UsualError):
    """What a face says when it has caught something else. `reference` is the one the log has it under."""

    code = "unexpected"

    def __init__(self, reference: str) -> None:
        super().__init__(code=reference)
        self.reference = reference
