"""The service that a command works on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.bootstrap import Usual


def the_usual() -> "Usual":
    from app.bootstrap import get_usual

    return get_usual()


def customer_id(usual: "Usual", username: str) -> str:
    from app.domain.customer import NotFound

    credential = usual.records.credential_by_username(username)
    if credential is None:
        raise NotFound(what=username)
    return credential.customer_id
