"""A receipt as a page to print or keep, in both languages."""

from collections.abc import Iterable
from html import escape
from typing import Protocol

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.dialogue.wording import say
from app.domain.customer import NotFound
from app.domain.names import Lang
from app.service.receipts import PrintedReceipt
from app.service.views import LineView
from app.web.errors import SignInNeeded
from app.web.pages import page, tag
from app.web.ports import Receipts
from app.web.visitor import lang_of, visitor_of

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


class ReceiptDesk(Protocol):
    @property
    def receipts(self) -> Receipts: ...


def receipt_page(service: ReceiptDesk) -> APIRouter:
    router = APIRouter()

    @router.get("/receipts/{order_id}")
    async def show(request: Request, order_id: str) -> Response:
        lang = lang_of(request)
        try:
            visitor = await visitor_of(request)
            printed = await anyio.to_thread.run_sync(service.receipts.of, visitor.customer_id, order_id, lang)
        except SignInNeeded:
            return RedirectResponse("/login", 303)
        except NotFound:
            body = tag("main", tag("h1", escape(say(lang, "printed.none"))) + _back(lang), class_="receipt")
            return HTMLResponse(page(lang, say(lang, "printed.none"), body), 404, headers=HEADERS)
        return HTMLResponse(page(lang, printed.receipt.title, _body(lang, printed)), headers=HEADERS)

    return router


def _body(lang: Lang, printed: PrintedReceipt) -> str:
    receipt = printed.receipt
    other = "en" if lang == "zh" else "zh"
    switch = tag("a", _said(lang, "other_language"), href=f"?lang={other}", lang="zh-CN" if other == "zh" else "en")
    dark = tag("source", srcset="/logo?theme=dark", media="(prefers-color-scheme: dark)")
    logo = tag("picture", dark + tag("img", src="/logo", alt="Usual", class_="logo"))
    told = [
        ("number", receipt.number),
        ("serial", printed.serial),
        ("customer", printed.customer),
        ("payee", receipt.payee),
        ("paid_at", receipt.paid_at),
        ("state", receipt.state_label),
        ("where", " · ".join(filter(None, [receipt.fulfilment, receipt.destination, receipt.when]))),
    ]
    behind = [
        ("asked", " → ".join(f"“{words}”" for words in printed.asked) or say(lang, "printed.not_said")),
        ("shown", printed.shown),
        ("approved", printed.approved),
        ("agent", printed.agent),
        ("mandate", printed.mandate),
    ]
    return tag(
        "main",
        logo
        + tag("h1", escape(receipt.title))
        + facts(lang, told)
        + goods(lang, printed)
        + tag("h2", _said(lang, "behind"))
        + facts(lang, behind)
        + tag("h2", _said(lang, "moved"))
        + moved(lang, printed)
        + tag("p", _said(lang, "how_to_print"), class_="hint unprinted")
        + tag("div", _back(lang) + switch, class_="beside unprinted"),
        class_="receipt",
    )


def goods(lang: Lang, printed: PrintedReceipt) -> str:
    lines = "".join(
        tag("tr", tag("td", escape(_line(line))) + tag("td", escape(line.total), class_="amount")) for line in printed.receipt.lines
    )
    sums = "".join(
        tag("tr", tag("th", escape(row.label), scope="row") + tag("td", escape(row.amount), class_="amount"), class_=row.kind)
        for row in printed.receipt.rows
    )
    heads = tag("th", _said(lang, "item"), scope="col") + tag("th", _said(lang, "amount"), scope="col", class_="amount")
    return tag("table", tag("thead", tag("tr", heads)) + tag("tbody", lines) + tag("tfoot", sums))


def moved(lang: Lang, printed: PrintedReceipt) -> str:
    heads = "".join(tag("th", _said(lang, name), scope="col") for name in ("when", "what"))
    heads += tag("th", _said(lang, "amount"), scope="col", class_="amount")
    rows = "".join(
        tag("tr", tag("td", escape(one.when)) + tag("td", escape(one.what)) + tag("td", escape(one.amount), class_="amount"))
        for one in printed.moved
    )
    return tag("table", tag("thead", tag("tr", heads)) + tag("tbody", rows))


def facts(lang: Lang, told: Iterable[tuple[str, str]]) -> str:
    rows = (tag("div", tag("dt", _said(lang, name)) + tag("dd", escape(text))) for name, text in told if text)
    return tag("dl", "".join(rows), class_="facts")


def _line(line: LineView) -> str:
    chosen = ", ".join(chip.label for chip in line.options)
    return f"{line.quantity} × {line.name}" + (f" ({chosen})" if chosen else "")


def _back(lang: Lang) -> str:
    return tag("a", _said(lang, "back"), href="/")


def _said(lang: Lang, key: str) -> str:
    return escape(say(lang, f"printed.{key}"))
