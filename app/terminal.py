"""The chat in a terminal: the same service, cards as text, the PIN never echoed."""

import getpass
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from app.base.errors import UsualError
from app.base.visible import visible
from app.bootstrap import Usual
from app.dialogue.wording import say
from app.domain.names import Lang
from app.replay.save import saved
from app.service.guardian_views import GuardianView
from app.service.history_views import OrdersView, SpendingView
from app.service.standing_views import StandingView
from app.service.views import CardView, ChoicesView, DataView, LineView, Message, ReceiptView, Reply, ShelfView, View, WalletView

HINTS: dict[Lang, str] = {
    "en": "Say what you would like. /pay pays the newest card, /quit leaves.",
    "zh": "说说想要什么。/pay 支付最新的订单卡，/quit 离开。",
}

EXPORT_FILE, RECORDING_FILE = "usual-data.json", "conversation.yaml"


@dataclass
class TerminalChat:
    usual: Usual
    customer_id: str
    lang: Lang
    out: TextIO = field(default_factory=lambda: sys.stdout)
    newest: CardView | None = None
    # Once the customer is erased there is nobody to talk to.
    is_over: bool = False

    def run(self) -> int:
        """Read lines until /quit or the end of the input."""
        conversation_id = self.usual.ids.new("con")
        self._print(HINTS[self.lang])
        while True:
            try:
                text = input("> ")
            except EOFError:
                return 0
            if text.strip() == "/quit":
                return 0
            try:
                self._turn(conversation_id, text)
            except UsualError as refused:
                self._print(self.usual.say_error(refused, self.lang))
            if self.is_over:
                return 0

    def _turn(self, conversation_id: str, text: str) -> None:
        if text.strip() == "/pay":
            self._pay(conversation_id)
            return
        reply = self.usual.assistant.turn(self.customer_id, conversation_id, text, channel="terminal", lang_hint=self.lang)
        self._show(reply)
        if reply.open_pin:
            self._pay(conversation_id)
        for view in (message.view for message in reply.messages):
            if isinstance(view, DataView):
                self._own_data(view, conversation_id)

    def _own_data(self, view: DataView, conversation_id: str) -> None:
        match view.action:
            case "export":
                text = json.dumps(self.usual.exports.of(self.customer_id), ensure_ascii=False, indent=1)
                self._keep(text, EXPORT_FILE)
            case "record":
                self._keep(saved(self.usual, self.customer_id, conversation_id), RECORDING_FILE)
            case "erase":
                secret = getpass.getpass(f"{view.labels['confirm']} – {view.labels[view.secret or 'pin']}: ")
                if not secret:
                    self._print(say(self.lang, "data.erase.kept"))
                    return
                self.usual.erasures.erase(self.customer_id, secret)
                self._print(say(self.lang, "data.erased.said"))
                self.is_over = True

    def _keep(self, text: str, name: str) -> None:
        """Write a file that nobody else can read, and over none that is there."""
        for path in (Path(name), *(Path(name).with_stem(f"{Path(name).stem}-{n}") for n in range(2, 100))):
            try:
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                    file.write(text)
            except FileExistsError:
                continue
            except OSError as unwritten:
                # Half a file would look like the whole of it.
                with suppress(OSError):
                    path.unlink(missing_ok=True)
                self._print(say(self.lang, "data.file.failed", {"path": str(path.absolute()), "why": unwritten.strerror or ""}))
                return
            self._print(say(self.lang, "data.file.written", {"path": str(path.absolute())}))
            return

    def _pay(self, conversation_id: str) -> None:
        card = self.newest
        if card is None:
            self._print(self.usual.assistant.nothing_to_pay(self.lang))
            return
        current = self.usual.queries.card(self.customer_id, card.id, self.lang)
        if current.step == "bind":
            self._print(current.labels["consent"])
            pin = getpass.getpass(f"{current.labels['new_pin']}: ")
            self.usual.wallets.bind(self.customer_id, True, pin, self.lang)
            current = self.usual.queries.card(self.customer_id, card.id, self.lang)
        if current.step == "deposit":
            self._print(current.labels["shortfall"])
            pin = getpass.getpass(f"{current.labels['deposit']} {current.shortfall} – {current.labels['pin']}: ")
            key = self.usual.ids.new("key")
            self.usual.wallets.deposit(self.customer_id, current.shortfall_minor, pin, key, self.lang)
        pin = getpass.getpass(f"{current.labels['confirm_pay']} – {current.labels['pin']}: ")
        self.usual.payments.pay(self.customer_id, card.id, card.version, pin, self.lang)
        self._show(self.usual.assistant.paid(self.customer_id, conversation_id, card.id))

    def _show(self, reply: Reply) -> None:
        self.lang = "zh" if reply.lang == "zh" else "en"
        for message in reply.messages:
            self._show_one(message)

    def _show_one(self, message: Message) -> None:
        if message.text:
            self._print(message.text)
        if message.view is not None:
            for line in _as_text(message.view):
                self._print(f"  {line}")
        if isinstance(message.view, CardView):
            self.newest = message.view

    def _print(self, text: str) -> None:
        self.out.write(f"{visible(text)}\n")
        self.out.flush()


def _as_text(view: View) -> list[str]:
    match view:
        case CardView():
            head = [f"{view.payee} · {view.state_label}", *filter(None, [view.moved, view.reason, view.notice, view.warning])]
            return [*head, *_lines(view.lines), *_rows(view), f"{view.fulfilment} {view.destination} {view.eta}".strip()]
        case ReceiptView():
            return [f"{view.title} · {view.payee} · {view.paid_at}", *_lines(view.lines), *_rows(view)]
        case ChoicesView():
            return [f"{choice.ordinal}. {choice.title}  {choice.price}".rstrip() for choice in view.choices]
        case ShelfView():
            return _shelf(view)
        case DataView():
            return [view.title, *(f"- {point}" for point in view.points)]
        case OrdersView():
            return [f"{row.when}  {row.payee}  {row.items}  {row.total}  {row.state_label}" for row in view.rows]
        case SpendingView():
            shares = [f"{share.label}  {share.amount}  {share.percent}%" for share in (*view.approvers, *view.shops)]
            return [f"{view.title} ({view.dates}): {view.total}", *shares, f"{view.previous_label}: {view.previous}"]
        case StandingView():
            return _standing(view)
        case GuardianView():
            return [f"{view.title} · {view.state_label}", view.payee, *view.lines, view.total, view.note]
        case WalletView():
            return [f"{view.title}: {view.balance or '–'}"]


def _shelf(view: ShelfView) -> list[str]:
    shown = [view.title]
    for section in view.sections:
        shown.append(section.title)
        for row in section.rows:
            place = f"{row.ordinal}." if row.ordinal else "-"
            shown.append("  ".join(filter(None, [place, row.title, *row.details, row.tag])))
    return shown if view.sections else [view.title, view.empty]


def _standing(view: StandingView) -> list[str]:
    terms = [f"{term.label}: {term.text}" for term in view.terms]
    runs = [f"{run.day}  {run.text}" for run in view.runs]
    return [f"{view.title} · {view.state_label}", *terms, f"{view.labels['next']}: {', '.join(view.upcoming)}", *runs]


def _lines(lines: tuple[LineView, ...]) -> list[str]:
    shown = (
        [f"{line.quantity} × {line.name}", ", ".join(chip.label for chip in line.options), line.note, line.total] for line in lines
    )
    return ["  ".join(filter(None, parts)) for parts in shown]


def _rows(view: CardView | ReceiptView) -> list[str]:
    return [f"{row.label}: {row.amount}" for row in view.rows]
