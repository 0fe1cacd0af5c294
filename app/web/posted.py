"""What an HTML form sends, and that it is this visitor's own."""

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs

from fastapi import Request

from app.web.errors import RequestForged, RequestMalformed
from app.web.visitor import Visitor, form_token

FIELDS_MAX = 20
# The hidden field of a form that does something for a signed-in visitor.
TOKEN = "token"  # noqa: S105 - a field's name


async def posted(request: Request) -> dict[str, str]:
    """The fields, each once. Raises RequestMalformed."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise RequestMalformed()
    try:
        body = (await request.body()).decode("ascii")
        return {name: texts[0] for name, texts in parse_qs(body, max_num_fields=FIELDS_MAX, errors="strict").items()}
    except ValueError:
        raise RequestMalformed() from None


def check_posted(fields: Mapping[str, str], key: str, visitor: Visitor) -> None:
    """Raises RequestForged without this visitor's token."""
    if not hmac.compare_digest(fields.get(TOKEN, "").encode(), form_token(key, visitor).encode()):
        raise RequestForged()
