"""A stand-in for the service with canned views: what a face needs to be tried without floors 1 to 6."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.base.clock import SystemClock
from app.base.errors import Refusal, UsualError
from app.base.money import Money
from app.dialogue.wording import say, wording
from app.service.card_views import ChangesView, ChipView
from app.service.history_views import OrdersView
from app.service.news import InProcessNews
from app.service.order_list import Wanted
from app.service.views import (
    AmountRow,
    CardView,
    ChoicesView,
    ChoiceView,
    LineView,
    Message,
    ReceiptView,
    Reply,
    WalletView,
)
from app.settings import Settings
from tests.ui.fake_values import PASSWORD, PIN, Checkout, CheckoutChanged, Customer, Demo, NotFound, PayOutcome, PinLocked, PinWrong

NOTHING = Money.zero()
CUSTOMERS = {"demo": ("cus_demo", "Lin"), "mallory": ("cus_mallory", "Mallory"), "new": ("cus_new", "Wei")}


def _code(error: UsualError) -> str:
    return str(error.params.get("code", error.code))


def labels(view: str, lang: str, total: Money = NOTHING, shortfall: Money = NOTHING) -> dict[str, str]:
    prefix, params = f"{view}.labels.", {"total": total, "maximum": total, "shortfall": shortfall}
    return {key.removeprefix(prefix): say(lang, key, params) for key in wording(lang) if key.startswith(prefix)}


class NoWork:
    def start(self) -> None: ...


class FakeUsual:
    """Every port in one object; state in dictionaries."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # A cookie outlives a reset.
        self.signed_in: list[str] = []
        self.signed_out: set[str] = set()
        self.worker = NoWork()
        self.watch = None
        self.news = InProcessNews()
        self.demo = Demo()
        self.reset()

    def reset(self) -> None:
        self.checkouts: dict[str, Checkout] = {}
        self.bound = {"cus_demo", "cus_mallory"}
        self.balances = {"cus_demo": Money(8640), "cus_mallory": Money(100), "cus_new": Money(0)}
        self.tries: dict[str, int] = {}
        self.heard: list[tuple[str, str, str]] = []
        self.current: dict[str, str] = {}
        self.deposits: set[str] = set()
        self.langs: dict[str, str] = {}
        self.untold: dict[str, str] = {}
        self.marked: list[tuple[str, str]] = []

    @property
    def assistant(self) -> "FakeUsual":
        return self

    queries = payments = wallets = standing = assistant

    def close(self) -> None:
        """Nothing is open."""

    def warm_up(self) -> None:
        """Nothing is cold."""

    def open_chat_history(self) -> Any:
        from app.storage.chat_history import ChatHistory

        return ChatHistory(self.settings.database_url, SystemClock())

    # people

    def is_new(self, customer_id: str) -> bool:
        return customer_id == "cus_new"

    def sign_in(self, username: str, password: str) -> str | None:
        known = CUSTOMERS.get(username)
        return known[0] if known and password == PASSWORD else None

    @property
    def sign_ins(self) -> "FakeUsual":
        return self

    def begin(self, customer_id: str) -> str:
        self.signed_in.append(customer_id)
        return str(len(self.signed_in))

    def is_open(self, customer_id: str, sign_in_id: str) -> bool:
        return sign_in_id not in self.signed_out and self.signed_in[int(sign_in_id) - 1] == customer_id

    def end(self, customer_id: str, sign_in_id: str) -> None:
        self.signed_out.add(sign_in_id)

    def customer(self, customer_id: str) -> Customer:
        return Customer(next(name for key, name in CUSTOMERS.values() if key == customer_id))

    def say_error(self, error: UsualError, lang: str) -> str:
        sentences = {
            "pin_wrong": ("That PIN is not right. 4 tries left.", "密码不对，还可以试 4 次。"),
            "checkout_changed": ("This card was replaced by a newer one.", "这张卡片已被更新。"),
        }
        en, zh = sentences.get(error.code, (f"Something went wrong ({_code(error)}).", f"出了点问题（{_code(error)}）。"))
        return zh if lang == "zh" else en

    # the assistant

    def turn(
        self,
        customer_id: str,
        conversation_id: str,
        text: str,
        *,
        channel: str = "chat",
        lang_hint: Any = "en",
        message_id: Any = None,
    ) -> Reply:
        self.heard.append((customer_id, conversation_id, text))
        lang = self.langs[customer_id] = "zh" if any("\u4e00" <= c <= "\u9fff" for c in text) else "en"
        if "crash" in text:
            raise RuntimeError("a bug with a secret 246810 in it")
        if "refuse" in text:
            raise PinLocked()
        if text in ("yes", "好"):
            said = "Enter your PIN on the card." if lang == "en" else "请在卡片上输入支付密码。"
            return Reply((Message(said),), lang, self.current[customer_id])
        if "three" in text or "三" in text:
            checkout = self.checkouts[self.current[customer_id]]
            self._edit(checkout, "latte", 3)
            return Reply((Message("Three it is." if lang == "en" else "改成三杯。", self._card(checkout, lang)),), lang)
        if "wallet" in text or "钱包" in text:
            return Reply((Message("Your wallet." if lang == "en" else "您的钱包。", self.wallet(customer_id, lang)),), lang)
        if "?" in text or "？" in text:
            return Reply((Message("Which latte?" if lang == "en" else "要哪一种拿铁？", _choices(lang)),), lang)
        return self._order(customer_id, lang)

    def tap(self, customer_id: str, conversation_id: str, tap: dict[str, Any]) -> Reply:
        lang = self.langs.get(customer_id, "en")
        if tap["kind"] == "choose":
            return self._order(customer_id, lang)
        checkout = self._mine(customer_id, tap["id"])
        if tap["kind"] == "refresh":
            checkout.expires_at = datetime.now(UTC) + timedelta(minutes=5)
            checkout.version += 1
            return Reply((Message("New price, same total.", self._card(checkout, lang)),), lang)
        if tap["version"] != checkout.version:
            raise CheckoutChanged()
        if tap["kind"] == "cancel":
            checkout.state = "canceled"
            said = "Cancelled. Nothing was charged." if lang == "en" else "已取消，没有扣款。"
            return Reply((Message(said),), lang)
        self._edit(checkout, tap["line"], tap.get("quantity", 0))
        return Reply((Message("Changed." if lang == "en" else "已修改。", self._card(checkout, lang)),), lang)

    def paid(self, customer_id: str, conversation_id: str, checkout_id: str) -> Reply:
        lang = self.langs.get(customer_id, "en")
        receipt = self._receipt(self._mine(customer_id, checkout_id), lang)
        said = "Paid. The shop has your order." if lang == "en" else "已支付，商家已接单。"
        return Reply((Message(said, receipt),), lang)

    def told_of_run(self, customer_id: str, occurrence_id: str, lang: str) -> None:
        """Nothing recurs here."""

    told_of_notice = told_of_run

    def told_at_opening(self, customer_id: str, conversation_id: str, lang: str) -> str | None:
        return self.untold.pop(customer_id, None)

    def mark_told(self, customer_id: str, subject_id: str) -> None:
        self.marked.append((customer_id, subject_id))

    # queries, payments, wallets

    def card(self, customer_id: str, checkout_id: str, lang: str) -> CardView:
        return self._card(self._mine(customer_id, checkout_id), lang)

    def changes(self, customer_id: str, checkout_id: str, lang: str) -> ChangesView:
        return ChangesView(self._mine(customer_id, checkout_id).version, (), (), ())

    def orders(self, customer_id: str, wanted: Wanted, lang: str) -> OrdersView:
        return OrdersView(lang, "Orders", "", (), wanted.offset, False, "", "", wanted.product_ids, {})

    def receipt(self, customer_id: str, order_id: str, lang: str) -> ReceiptView:
        return self._receipt(self._mine(customer_id, order_id.replace("ord", "chk")), lang)

    def wallet(self, customer_id: str, lang: str) -> WalletView:
        bound = customer_id in self.bound
        return WalletView(
            lang=lang,
            title="Wallet" if lang == "en" else "钱包",
            balance=str(self.balances[customer_id]) if bound else None,
            held=None,
            step="deposit" if bound else "bind",
            suggested_minor=5000,
            suggested="¥50.00",
            labels=labels("wallet", lang),
        )

    def pay(self, customer_id: str, checkout_id: str, version: int, pin: str, lang: str) -> PayOutcome:
        checkout = self._mine(customer_id, checkout_id)
        self._check_pin(customer_id, pin)
        if checkout.state == "completed":
            return PayOutcome(self._card(checkout, lang), "Paid already.")
        if version != checkout.version:
            raise CheckoutChanged()
        checkout.state, checkout.order_id = "completed", checkout.id.replace("chk", "ord")
        self.balances[customer_id] = self.balances[customer_id].minus(checkout.total)
        return PayOutcome(self._card(checkout, lang), "Paid." if lang == "en" else "已支付。")

    def bind(self, customer_id: str, consent: bool, pin: str, lang: str) -> WalletView:
        if not consent:
            raise Refusal()
        self.bound.add(customer_id)
        return self.wallet(customer_id, lang)

    def deposit(self, customer_id: str, amount_minor: int, pin: str, key: str, lang: str) -> WalletView:
        self._check_pin(customer_id, pin)
        if key not in self.deposits:
            self.deposits.add(key)
            self.balances[customer_id] = self.balances[customer_id].plus(Money(amount_minor))
        return self.wallet(customer_id, lang)

    # inside

    def _check_pin(self, customer_id: str, pin: str) -> None:
        if pin != PIN:
            self.tries[customer_id] = self.tries.get(customer_id, 0) + 1
            raise PinLocked() if self.tries[customer_id] > 5 else PinWrong()

    def _mine(self, customer_id: str, checkout_id: str) -> Checkout:
        checkout = self.checkouts.get(checkout_id)
        if checkout is None or checkout.customer_id != customer_id:
            raise NotFound()
        return checkout

    def _order(self, customer_id: str, lang: str) -> Reply:
        checkout = Checkout(f"chk_{len(self.checkouts) + 1:04d}", customer_id)
        self.checkouts[checkout.id] = checkout
        self.current[customer_id] = checkout.id
        text = "Here is your order." if lang == "en" else "请看订单。"
        return Reply((Message(text, self._card(checkout, lang)),), lang)

    def _edit(self, checkout: Checkout, line: str, quantity: int) -> None:
        if line == "latte":
            checkout.lattes = quantity
        else:
            checkout.croissants = quantity
        checkout.version += 1

    def _card(self, checkout: Checkout, lang: str) -> CardView:
        en = lang == "en"
        open_ = checkout.state == "ready_for_complete"
        balance = self.balances[checkout.customer_id]
        missing = checkout.total.minus(balance)
        step: Any = "none"
        if open_:
            step = "bind" if checkout.customer_id not in self.bound else "pin" if not missing.minor > 0 else "deposit"
        return CardView(
            id=checkout.id,
            version=checkout.version,
            state=checkout.state,
            state_label=say(lang, f"card.state.{checkout.state}"),
            lang=lang,
            title="Coffee for two" if en else "两人份咖啡",
            payee="Luma Coffee · Xuhui" if en else "鹿码咖啡 · 徐汇店",
            lines=self._lines(checkout, lang),
            rows=_rows(checkout, lang),
            total=str(checkout.total),
            fulfilment="Delivery" if en else "外送",
            destination="No. 18 Anfu ***" if en else "安福路 ***",
            eta="about 25 min" if en else "约 25 分钟",
            expires_at=checkout.expires_at.isoformat(),
            step=step,
            editable=open_,
            reason="You order this most weekday mornings." if en else "您工作日早上常点这个。",
            balance=str(balance) if checkout.customer_id in self.bound else None,
            shortfall=str(missing) if step == "deposit" else None,
            shortfall_minor=missing.minor if step == "deposit" else 0,
            notice=None,
            order_id=checkout.order_id,
            labels=labels("card", lang, checkout.total, missing),
        )

    def _lines(self, checkout: Checkout, lang: str) -> tuple[LineView, ...]:
        en = lang == "en"
        latte = LineView(
            id="latte",
            name="Oat Latte" if en else "燕麦拿铁",
            quantity=checkout.lattes,
            options=tuple(map(ChipView, ("Large", "Iced", "No sugar", "Oat milk") if en else ("大杯", "冰", "无糖", "燕麦奶"))),
            total=str(Money(checkout.lattes * 1900)),
            note="less ice, please" if en else "少冰",
            picture="coffee",
        )
        bread = LineView(
            id="croissant",
            name="Butter Croissant <b>**warm**</b>" if en else "黄油可颂",
            quantity=checkout.croissants,
            options=(),
            total=str(Money(checkout.croissants * 1200)),
            badge="Contains gluten, milk" if en else "含麸质、奶",
            picture="pastry",
        )
        return tuple(line for line in (latte, bread) if line.quantity)

    def _receipt(self, checkout: Checkout, lang: str) -> ReceiptView:
        card = self._card(replace(checkout, state="completed"), lang)
        return ReceiptView(
            order_id=checkout.order_id or "",
            number="A-0047",
            lang=lang,
            title=card.title,
            state="completed",
            state_label=card.state_label,
            payee=card.payee,
            lines=card.lines,
            rows=card.rows,
            total=card.total,
            fulfilment=card.fulfilment,
            destination=card.destination,
            eta=card.eta,
            paid_at="21 Nov 2026, 08:12" if lang == "en" else "2026年11月21日 08:12",
            approved_with="PIN" if lang == "en" else "支付密码",
            balance_after=str(self.balances[checkout.customer_id]),
            labels=labels("receipt", lang),
        )


def _rows(checkout: Checkout, lang: str) -> tuple[AmountRow, ...]:
    en = lang == "en"
    goods = Money(checkout.lattes * 1900 + checkout.croissants * 1200)
    return (
        AmountRow("goods", "Items" if en else "商品", str(goods)),
        AmountRow("fee", "Delivery" if en else "配送费", "¥6.00"),
        AmountRow("discount", "Morning coupon, 5 off 40" if en else "早餐券 满 40 减 5", "-¥5.00"),
        AmountRow("total", "Total" if en else "合计", str(checkout.total)),
    )


def _choices(lang: str) -> ChoicesView:
    en = lang == "en"
    names = (("Oat Latte", "燕麦拿铁"), ("Vanilla Latte", "香草拿铁"), ("Dirty Latte", "脏脏拿铁"))
    choices = tuple(
        ChoiceView(n + 1, pair[0 if en else 1], "Hot or iced" if en else "冷热均可", f"¥{19 + n}.00", "coffee")
        for n, pair in enumerate(names)
    )
    return ChoicesView("qst_1", "Which latte?" if en else "要哪一种拿铁？", choices, lang, labels("choices", lang))
