"""The page on which a visitor opens an account: works without a script, loses nothing but the password, opens one account."""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Protocol

import anyio.to_thread
from chainlit.auth import set_auth_cookie
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.base.errors import UsualError
from app.dialogue.wording import say
from app.domain.names import Lang
from app.service.sign_up import SignUpForm, SignUpRefused, SignUpsTooMany
from app.web.errors import RequestMalformed, unexpected_sentence
from app.web.pages import page, tag, theme_css
from app.web.ports import SignUps, Speaker
from app.web.posted import posted
from app.web.visitor import lang_of

KEY = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
# Without a referrer a browser hides the origin of a form too, and the guard takes none without it.
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
SCRIPT = "/public/js/sign-up.js"
STATUS = {SignUpRefused.code: 422, SignUpsTooMany.code: 429, "storage_unavailable": 503}
# Opens a sign-in for the new customer: the value of Chainlit's cookie.
Enter = Callable[[str], Awaitable[str]]


class Service(Speaker, Protocol):
    @property
    def sign_ups(self) -> SignUps: ...


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the form comes back: a sentence for the whole of it, and one beside each field that has a fault."""

    sentence: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


def sign_up_routes(service: Service, enter: Enter, theme: Path) -> APIRouter:
    router = APIRouter()
    css = theme_css(theme)

    @router.get("/pages/theme.css")
    async def colours() -> Response:
        return Response(css, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})

    @router.get("/sign-up")
    async def show(request: Request) -> Response:
        return _answer(_empty(lang_of(request)), Refused())

    @router.post("/sign-up")
    async def take(request: Request) -> Response:
        asked = lang_of(request)
        try:
            form, wanted = await _filled(request, asked)
        except RequestMalformed as malformed:
            return _answer(_empty(asked), Refused(service.say_error(malformed, asked)), 422)
        if wanted is not None:
            return _answer(replace(form, lang=wanted), Refused())
        try:
            customer_id = await anyio.to_thread.run_sync(service.sign_ups.open, form)
            cookie = await enter(customer_id)
        except UsualError as error:
            faults = error.faults if isinstance(error, SignUpRefused) else {}
            # A form that was taken already can't be mended: the next try is another form.
            kept = form if error.code in STATUS else replace(form, key=_new_key())
            return _answer(kept, Refused(service.say_error(error, form.lang), faults), STATUS.get(error.code, 409))
        except Exception:  # noqa: BLE001 - the last resort: it is logged and the visitor gets its reference
            return _answer(form, Refused(unexpected_sentence(service, request, form.lang)), 500)
        response = RedirectResponse("/", 303)
        set_auth_cookie(request, response, cookie)
        return response

    return router


async def _filled(request: Request, lang: Lang) -> tuple[SignUpForm, Lang | None]:
    """The form, and the language when another one was asked for. Raises RequestMalformed."""
    values = await posted(request)
    key = values.get("key", "")
    if not KEY.fullmatch(key):
        raise RequestMalformed()
    form = SignUpForm(
        key=key,
        origin=request.client.host if request.client else "",
        lang=_lang(values.get("lang")) or lang,
        display_name=values.get("display_name", ""),
        username=values.get("username", ""),
        password=values.get("password", ""),
        phone=values.get("phone", ""),
        address=values.get("address", ""),
        consent=values.get("consent") == "yes",
        zone=values.get("zone", ""),
    )
    return form, _lang(values.get("other_lang"))


def _lang(word: str | None) -> Lang | None:
    return "zh" if word == "zh" else "en" if word == "en" else None


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _empty(lang: Lang) -> SignUpForm:
    return SignUpForm(_new_key(), "", lang, "", "", "")


def _answer(form: SignUpForm, refused: Refused, status: int = 200) -> HTMLResponse:
    title = say(form.lang, "sign_up.title")
    html = page(form.lang, title, _body(form, refused, title), SCRIPT)
    return HTMLResponse(html, status, headers=HEADERS)


def _body(form: SignUpForm, refused: Refused, title: str) -> str:
    lang = form.lang
    other = "en" if lang == "zh" else "zh"
    fields = (
        _field(form, refused, "display_name", autocomplete="name", required=True, maxlength="40")
        + _field(form, refused, "username", autocomplete="username", autocapitalize="none", spellcheck="false", required=True)
        + _field(form, refused, "password", type="password", autocomplete="new-password", required=True)
        + _field(form, refused, "phone", type="tel", autocomplete="tel")
        + _field(form, refused, "address", autocomplete="street-address")
        + _consent(form, refused)
    )
    hidden = "".join(
        tag("input", type="hidden", name=name, value=value)
        for name, value in (("key", form.key), ("lang", lang), ("zone", form.zone))
    )
    submit = tag("button", escape(say(lang, "sign_up.submit")), type="submit", class_="primary")
    # After the button that Enter presses. It sends what was typed along, so that changing the language loses nothing.
    switch = tag(
        "button",
        escape(say(lang, "sign_up.other_language")),
        type="submit",
        class_="link",
        name="other_lang",
        value=other,
        formnovalidate=True,
        lang="zh-CN" if other == "zh" else "en",
    )
    sign_in = tag("a", escape(say(lang, "sign_up.have_account")), href="/login")
    said = tag("p", escape(refused.sentence), class_="refused", role="alert", id="refused") if refused.sentence else ""
    filled = hidden + fields + submit + tag("div", sign_in + switch, class_="beside")
    dark = tag("source", srcset="/logo?theme=dark", media="(prefers-color-scheme: dark)")
    logo = tag("picture", dark + tag("img", src="/logo", alt="Usual", class_="logo"))
    top = logo + tag("h1", escape(title))
    lead = tag("p", escape(say(lang, "sign_up.lead")), class_="lead")
    return tag("main", top + lead + said + tag("form", filled, method="post", action="/sign-up", novalidate=True))


def _field(form: SignUpForm, refused: Refused, name: str, *, type: str = "text", **attributes: str | bool | None) -> str:  # noqa: A002
    lang = form.lang
    has_hint = name != "display_name"
    fault = refused.faults.get(name)
    told = " ".join([*([f"{name}-hint"] if has_hint else []), *([f"{name}-fault"] if fault else [])])
    label = escape(say(lang, f"sign_up.label.{name}"))
    if not attributes.get("required"):
        label += " " + tag("small", escape(say(lang, "sign_up.optional")))
    return tag(
        "div",
        tag("label", label, for_=name)
        + (tag("p", escape(say(lang, f"sign_up.hint.{name}")), class_="hint", id=f"{name}-hint") if has_hint else "")
        + tag(
            "input",
            id=name,
            name=name,
            type=type,
            # A password is never sent back.
            value="" if type == "password" else getattr(form, name),
            aria_describedby=told or None,
            aria_invalid="true" if fault else None,
            **attributes,
        )
        + _fault(lang, name, fault),
        class_="field",
    )


def _consent(form: SignUpForm, refused: Refused) -> str:
    fault = refused.faults.get("consent")
    box = tag(
        "input",
        type="checkbox",
        id="consent",
        name="consent",
        value="yes",
        checked=form.consent,
        required=True,
        aria_invalid="true" if fault else None,
        aria_describedby="consent-fault" if fault else None,
    )
    label = tag("label", escape(say(form.lang, "sign_up.label.consent")), for_="consent")
    return tag("div", tag("div", box + label, class_="check") + _fault(form.lang, "consent", fault), class_="field")


def _fault(lang: Lang, name: str, key: str | None) -> str:
    return tag("p", escape(say(lang, key)), class_="fault", id=f"{name}-fault") if key else ""
