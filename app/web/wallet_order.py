"""One spending from the words to the money: what was said, shown, approved and paid."""

from html import escape

from app.dialogue.wording import say
from app.domain.names import Lang
from app.service.receipts import PrintedReceipt
from app.web.pages import tag
from app.web.receipt_page import facts, goods, moved


def order_body(lang: Lang, printed: PrintedReceipt) -> str:
    receipt = printed.receipt
    said = "".join(tag("blockquote", escape(say(lang, "ai_wallet.said", {"words": words}))) for words in printed.asked)
    steps = [
        ("said", said or tag("p", escape(say(lang, "printed.not_said")))),
        ("card", tag("p", escape(printed.shown)) + goods(lang, printed)),
        ("approved", tag("p", escape(printed.approved)) + facts(lang, [("agent", printed.agent), ("mandate", printed.mandate)])),
        ("paid", facts(lang, [("state", receipt.state_label), ("paid_at", receipt.paid_at)]) + moved(lang, printed)),
    ]
    listed = "".join(tag("li", tag("h2", _said(lang, f"step.{name}")) + content) for name, content in steps)
    print_it = tag("a", _said(lang, "print"), href=receipt.href)
    title = tag("h1", escape(f"{receipt.payee} · {receipt.total}"))
    logo = tag("picture", _dark() + tag("img", src="/logo", alt="Usual", class_="logo"))
    return tag(
        "main",
        logo + title + tag("p", escape(receipt.title), class_="lead") + tag("ol", listed, class_="steps")
        + tag("div", back_to_wallet(lang) + print_it, class_="beside"),
        class_="receipt",
    )  # fmt: skip


def none_body(lang: Lang) -> str:
    return tag("main", tag("h1", _said(lang, "none")) + back_to_wallet(lang), class_="receipt")


def back_to_wallet(lang: Lang) -> str:
    return tag("a", _said(lang, "back_to_wallet"), href=f"/wallet?lang={lang}")


def _dark() -> str:
    return tag("source", srcset="/logo?theme=dark", media="(prefers-color-scheme: dark)")


def _said(lang: Lang, key: str) -> str:
    return escape(say(lang, f"ai_wallet.{key}"))
