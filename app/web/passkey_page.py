"""The page of a customer's passkeys: what one is, which there are, and the forms that add and remove one."""

from collections.abc import Sequence
from html import escape

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.dialogue.wording import say
from app.domain.names import Lang
from app.domain.passkey import NAME_LENGTH_MAX
from app.service.passkeys import ListedPasskey
from app.web.errors import SignInNeeded
from app.web.forms import PIN_LENGTH
from app.web.pages import page, tag
from app.web.passkeys import PasskeyTill
from app.web.visitor import lang_of, visitor_of

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
SCRIPT = "/public/js/passkeys.js"
# What the page says once after it has done something, by the word in its address.
DONE = frozenset({"added", "removed"})
# What the script says by itself.
SAID = ("failed", "stopped", "working", "unsupported")


def passkey_page(service: PasskeyTill) -> APIRouter:
    router = APIRouter()

    @router.get("/passkeys")
    async def show(request: Request) -> Response:
        lang = lang_of(request)
        try:
            visitor = await visitor_of(request)
        except SignInNeeded:
            return RedirectResponse("/login", 303)
        done = request.query_params.get("done", "")

        listed = await anyio.to_thread.run_sync(service.passkeys.listed, visitor.customer_id)
        body = _body(lang, listed, done if done in DONE else "")
        return HTMLResponse(page(lang, say(lang, "passkeys.title"), body, SCRIPT), headers=HEADERS)

    return router


def _body(lang: Lang, passkeys: Sequence[ListedPasskey], done: str) -> str:
    def said(key: str) -> str:
        return escape(say(lang, f"passkeys.{key}"))

    other = "en" if lang == "zh" else "zh"
    dark = tag("source", srcset="/logo?theme=dark", media="(prefers-color-scheme: dark)")
    logo = tag("picture", dark + tag("img", src="/logo", alt="Usual", class_="logo"))
    listed = tag("ul", "".join(_row(lang, passkey) for passkey in passkeys), class_="passkeys")
    name = tag("label", said("name"), for_="name") + tag(
        "input", id="name", name="name", type="text", required=True, maxlength=str(NAME_LENGTH_MAX), autocomplete="off"
    )
    adding = tag("h2", said("add")) + tag(
        "form",
        tag("div", name, class_="field")
        + _pin(lang, "pin-new")
        + tag("p", "", role="status", class_="said")
        + tag("button", said("add"), type="submit", class_="primary"),
        id="add",
        method="post",
        novalidate=True,
    )
    back = tag("a", said("back"), href="/")
    switch = tag("a", said("other_language"), href=f"/passkeys?lang={other}", lang="zh-CN" if other == "zh" else "en")
    return tag(
        "main",
        logo
        + tag("h1", said("title"))
        + tag("p", said("lead"), class_="lead")
        + (tag("p", said(f"done.{done}"), role="status", class_="done") if done else "")
        + tag("noscript", tag("p", said("no_script"), class_="refused"))
        + (listed if passkeys else tag("p", said("none"), class_="none"))
        + adding
        + tag("p", said("lost"), class_="hint")
        + tag("div", back + switch, class_="beside"),
        data_lang=lang,
        **{f"data_{key}": say(lang, f"passkeys.{key}") for key in SAID},
    )


def _row(lang: Lang, passkey: ListedPasskey) -> str:
    told = [say(lang, "passkeys.added", {"day": passkey.added.isoformat()})]
    used = say(lang, "passkeys.used", {"day": passkey.used.isoformat()}) if passkey.used else say(lang, "passkeys.unused")
    told.append(used)
    blocked = tag("p", escape(say(lang, "passkeys.blocked")), class_="fault") if passkey.is_blocked else ""
    remove = escape(say(lang, "passkeys.remove"))
    form = tag(
        "form",
        _pin(lang, f"pin-{passkey.id}")
        + tag("p", "", role="status", class_="said")
        + tag("button", escape(say(lang, "passkeys.remove_now")), type="submit", class_="primary"),
        data_passkey=passkey.id,
        method="post",
        novalidate=True,
    )
    opener = tag("summary", remove, aria_label=say(lang, "passkeys.remove_named", {"name": passkey.name}))
    name = tag("b", escape(passkey.name))
    return tag("li", name + tag("p", escape(" ".join(told)), class_="hint") + blocked + tag("details", opener + form))


def _pin(lang: Lang, id_: str) -> str:
    field = tag(
        "input",
        id=id_,
        name="pin",
        type="password",
        inputmode="numeric",
        autocomplete="off",
        maxlength=str(PIN_LENGTH),
        required=True,
    )
    return tag("div", tag("label", escape(say(lang, "passkeys.pin")), for_=id_) + field, class_="field")
