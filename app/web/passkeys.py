"""The routes of passkeys: enrolling and removing with the PIN; paying a card or agreeing to terms with what a device signed."""

from dataclasses import asdict
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.domain.names import Lang
from app.domain.passkey import Assertion, Device, Passkey
from app.service.passkeys import ListedPasskey
from app.web.forms import Form, Pin
from app.web.ports import Begun, Payments, Speaker, Standing
from app.web.routes import Desk
from app.web.visitor import Visitor

Json = dict[str, Any]


class Passkeys(Protocol):
    def listed(self, customer_id: str) -> list[ListedPasskey]: ...
    def usable(self, customer_id: str, device: Device) -> list[Passkey]: ...
    def begin_enrolment(self, customer_id: str, device: Device, name: str, pin: str) -> Begun: ...
    def finish_enrolment(self, customer_id: str, answer: Assertion, name: str) -> Passkey: ...
    def remove(self, customer_id: str, passkey_id: str, pin: str) -> None: ...
    def begin_payment(self, customer_id: str, checkout_id: str, version: int, device: Device) -> Begun: ...


class PasskeyTill(Speaker, Protocol):
    """The service as these routes see it."""

    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def standing(self) -> Standing: ...


class PinForm(Form):
    pin: Pin


class BeginForm(PinForm):
    name: Annotated[str, Field(max_length=200)]


class VersionForm(Form):
    version: int = Field(ge=1)


class SignedForm(Form):
    """`credential` is the browser's own, as JSON."""

    challenge: Annotated[str, Field(min_length=1, max_length=64)]
    credential: Annotated[str, Field(min_length=1, max_length=16_384)]


class NewPasskeyForm(SignedForm):
    name: Annotated[str, Field(max_length=200)]


class VersionSignedForm(SignedForm, VersionForm):
    """The version of a card or of terms, and what was signed for it."""


def passkey_routes(till: PasskeyTill, csrf_key: str, threads: int) -> APIRouter:
    router = APIRouter(prefix="/api")
    desk = Desk(till, csrf_key, threads)

    @router.get("/passkeys")
    async def usable(request: Request) -> Response:
        return await desk.read_on(request, lambda who: {"usable": len(till.passkeys.usable(who.customer_id, who.device))})

    @router.post("/passkeys/begin")
    async def begin(request: Request) -> Response:
        def work(who: Visitor, _: Lang, form: BeginForm) -> Json:
            pin = form.pin.get_secret_value()
            return _begun(till.passkeys.begin_enrolment(who.customer_id, who.device, form.name, pin))

        return await desk.take_on(request, BeginForm, work)

    @router.post("/passkeys")
    async def finish(request: Request) -> Response:
        def work(who: Visitor, _: Lang, form: NewPasskeyForm) -> Json:
            return {"id": till.passkeys.finish_enrolment(who.customer_id, _signed(who, form), form.name).id}

        return await desk.take_on(request, NewPasskeyForm, work)

    @router.post("/passkeys/{passkey_id}/remove")
    async def remove(request: Request, passkey_id: str) -> Response:
        def work(who: Visitor, _: Lang, form: PinForm) -> Json:
            till.passkeys.remove(who.customer_id, passkey_id, form.pin.get_secret_value())
            return {"removed": True}

        return await desk.take_on(request, PinForm, work)

    @router.post("/checkouts/{checkout_id}/passkey")
    async def ask(request: Request, checkout_id: str) -> Response:
        def work(who: Visitor, _: Lang, form: VersionForm) -> Json:
            return _begun(till.passkeys.begin_payment(who.customer_id, checkout_id, form.version, who.device))

        return await desk.take_on(request, VersionForm, work)

    @router.post("/checkouts/{checkout_id}/pay-with-passkey")
    async def pay(request: Request, checkout_id: str) -> Response:
        def work(who: Visitor, lang: Lang, form: VersionSignedForm) -> Json:
            result = till.payments.pay(who.customer_id, checkout_id, form.version, _signed(who, form), lang)
            return {"card": asdict(result.card), "message": result.message}

        return await desk.take_on(request, VersionSignedForm, work)

    _standing_orders(router, desk, till)
    return router


def _standing_orders(router: APIRouter, desk: Desk, till: PasskeyTill) -> None:
    """Agreeing to a standing order's terms."""

    @router.post("/standing-orders/{standing_order_id}/passkey")
    async def ask(request: Request, standing_order_id: str) -> Response:
        def work(who: Visitor, _: Lang, form: VersionForm) -> Json:
            return _begun(till.standing.begin_consent(who.customer_id, standing_order_id, form.version, who.device))

        return await desk.take_on(request, VersionForm, work)

    @router.post("/standing-orders/{standing_order_id}/agree-with-passkey")
    async def agree(request: Request, standing_order_id: str) -> Response:
        def work(who: Visitor, lang: Lang, form: VersionSignedForm) -> Json:
            return asdict(till.standing.agree(who.customer_id, standing_order_id, form.version, _signed(who, form), lang))

        return await desk.take_on(request, VersionSignedForm, work)


def _begun(begun: Begun) -> Json:
    return {"challenge": begun.challenge_id, "options": dict(begun.options)}


def _signed(who: Visitor, form: SignedForm) -> Assertion:
    return Assertion(form.challenge, form.credential, who.device)
