"""Errors of the HTTP doors, and how any refusal becomes an answer: a status, the stable code, the customer's sentence."""

import logging
import secrets

from fastapi import Request
from fastapi.responses import JSONResponse

from app.base.errors import Refusal, Unexpected, UsualError
from app.domain.names import Lang
from app.web.ports import Speaker

log = logging.getLogger("usual.web")


class SignInNeeded(Refusal):
    """No valid sign-in came with the request."""

    code = "sign_in_needed"


class RequestForged(Refusal):
    """The form token is missing or belongs to another sign-in."""

    code = "request_forged"


class RequestMalformed(Refusal):
    """The body is not what the route takes. What was sent is never echoed: it may hold a PIN."""

    code = "request_malformed"


STATUS = {
    "not_found": 404,
    "pin_wrong": 403,
    "pin_locked": 423,
    "passkey_refused": 403,
    "passkey_cloned": 403,
    "passkey_locked": 423,
    "storage_unavailable": 503,
    SignInNeeded.code: 401,
    "signature_invalid": 401,
    RequestForged.code: 403,
    RequestMalformed.code: 422,
}


def answer(speaker: Speaker, error: UsualError, lang: Lang) -> JSONResponse:
    fallback = 409 if isinstance(error, Refusal) else 500
    status = STATUS.get(error.code, fallback)
    return JSONResponse({"code": error.code, "message": speaker.say_error(error, lang)}, status)


def unexpected(speaker: Speaker, request: Request, lang: Lang) -> JSONResponse:
    return JSONResponse({"code": Unexpected.code, "message": unexpected_sentence(speaker, request, lang)}, 500)


def unexpected_sentence(speaker: Speaker, request: Request, lang: Lang) -> str:
    """For what nobody foresaw: the log and the customer get the same reference; the log gets no body."""
    error = Unexpected(secrets.token_hex(4))
    log.exception("unexpected error %s on %s %s", error.reference, request.method, request.url.path)
    return speaker.say_error(error, lang)
