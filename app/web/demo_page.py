"""`/demo`: what a shopkeeper shows or prints, so that others can try the menu. Only a demo has it: it tells the sign-in."""

from html import escape
from typing import Protocol

import segno
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.dialogue.wording import say
from app.domain.names import Lang
from app.web.visitor import lang_of

STYLE = """
:root { color-scheme: light dark; --ink: #17211d; --soft: #55605b; --paper: #fdfcf8; --line: #d9ddd9; --own: #11695a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eef2f0; --soft: #a9b4af; --paper: #121614; --line: #333b38; --own: #6fd3b5; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 24px 16px 40px; text-align: center; }
h1 { margin: 8px 0 4px; font-size: 26px; line-height: 1.25; }
p { margin: 8px 0; }
.soft { color: var(--soft); }
.code { margin: 20px auto; padding: 8px; width: min(80vw, 320px);
  background: #fff; border: 1px solid var(--line); border-radius: 16px; }
.code svg { display: block; width: 100%; height: auto; }
a { color: var(--own); overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto auto; gap: 6px 16px; justify-content: center; margin: 20px 0; text-align: start; }
dt { color: var(--soft); }
dd { margin: 0; font-weight: 600; }
.note { padding: 10px 14px; border: 1px solid var(--line); border-radius: 12px; text-align: start; }
@media print { :root { --ink: #000; --soft: #333; --paper: #fff; } .screen { display: none; } }
"""


class SignIn(Protocol):
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def pin(self) -> str: ...


def demo_page(sign_in: SignIn, newcomer: str, *, is_reachable: bool) -> APIRouter:
    """`is_reachable`: whether other machines on the network can open the address."""
    router = APIRouter()

    @router.get("/demo", response_class=HTMLResponse)
    async def demo(request: Request) -> HTMLResponse:
        lang = lang_of(request)
        # The Guard has let this host in, so it is one of ours.
        address = f"{request.url.scheme}://{request.headers.get('host', '')}"
        page = _page(lang, address, sign_in, newcomer, is_reachable=is_reachable)
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    return router


def _page(lang: Lang, address: str, sign_in: SignIn, newcomer: str, *, is_reachable: bool) -> str:
    code = segno.make(address, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    other, code_name = ("en", "zh-CN") if lang == "zh" else ("zh", "en")
    rows = [
        ("sign_in", f"{sign_in.username} / {sign_in.password}"),
        ("pin", sign_in.pin),
        ("newcomer", f"{newcomer} / {sign_in.password}"),
    ]
    facts = "".join(f"<dt>{_say(lang, key)}</dt><dd>{escape(text)}</dd>" for key, text in rows)
    reach = _say(lang, "reachable" if is_reachable else "unreachable")
    return f"""<!doctype html>
<html lang="{code_name}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_say(lang, "title")}</title><link rel="icon" href="/favicon"><style>{STYLE}</style></head>
<body><main>
<h1>{_say(lang, "title")}</h1>
<p class="soft">{_say(lang, "how")}</p>
<div class="code" role="img" aria-label="{_say(lang, "code")}">{code}</div>
<p><a href="{escape(address)}/">{escape(address)}</a></p>
<dl>{facts}</dl>
<p class="note">{reach} {_say(lang, "play")}</p>
<p class="screen"><a href="/demo?lang={other}" lang="{other}">{_say(lang, "other")}</a></p>
</main></body></html>"""


def _say(lang: Lang, key: str) -> str:
    return escape(say(lang, f"demo_page.{key}"))
