"""The routes of passkeys: nobody comes in without a sign-in and its form's token, and no odd form reaches the service."""

from typing import Any

import pytest

from tests.ui.serving import Visitor

SIGNED = {"challenge": "pkc_1", "credential": "{}"}
FORMS: dict[str, dict[str, Any]] = {
    "/api/passkeys/begin": {"name": "phone", "pin": "258036"},
    "/api/passkeys": {"name": "phone", **SIGNED},
    "/api/passkeys/pky_1/remove": {"pin": "258036"},
    "/api/checkouts/chk_1/passkey": {"version": 1},
    "/api/checkouts/chk_1/pay-with-passkey": {"version": 1, **SIGNED},
    "/api/standing-orders/sto_1/passkey": {"version": 1},
    "/api/standing-orders/sto_1/agree-with-passkey": {"version": 1, **SIGNED},
}


@pytest.mark.parametrize("path", FORMS)
def test_without_the_forms_token_nothing_is_taken(visitor: Visitor, path: str) -> None:
    answer = visitor.post(path, json=FORMS[path])
    assert (answer.status_code, answer.json()["code"]) == (403, "request_forged")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_with_more_less_or_other_than_it_takes_is_refused(visitor: Visitor, path: str) -> None:
    form = FORMS[path]
    first = next(iter(form))
    odd = {**form, "more": 1}, {name: value for name, value in form.items() if name != first}, {**form, first: ["x"]}
    for filled in odd:
        answer = visitor.send_form(path, filled)
        assert (answer.status_code, answer.json()["code"]) == (422, "request_malformed")


def test_a_stranger_is_asked_to_sign_in(visitor: Visitor) -> None:
    visitor.cookies.clear()
    page = visitor.get("/passkeys", follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/login")
    assert visitor.get("/api/passkeys").status_code == 401
    assert visitor.post("/api/passkeys/begin", json=FORMS["/api/passkeys/begin"]).status_code == 401
