"""The parts of the wallet's page, as HTML that works without a script."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from app.dialogue.wording import say
from app.domain.names import Lang
from app.service.ai_wallet import Asked
from app.service.history_views import ShareView
from app.service.wallet_views import (
    AgentView,
    AIWalletView,
    CapView,
    FilterView,
    MovedRow,
    OptionView,
    PermissionView,
    SpendingRow,
    SumsView,
)
from app.web.pages import tag
from app.web.posted import TOKEN

# The newest week's bar has its label, and every so many before it.
LABELLED_EVERY = 3
SECTIONS = ("standing", "mandates", "agents", "spendings", "refunds", "deposits")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says this once: what was done or why not, the key of a new agent, and a name that was typed in vain."""

    said: str = ""
    fault: str = ""
    agent_name: str = ""
    agent_key: str = ""
    typed: str = ""


def wallet_body(lang: Lang, view: AIWalletView, asked: Asked, token: str, shown: Shown) -> str:
    parts = _Parts(lang, token)
    left = (
        parts.balance(view)
        + parts.section("standing", parts.permissions("standing", view.standing, "no_standing"))
        + parts.section("mandates", parts.permissions("mandates", view.mandates, "no_mandates") + parts.ended(view.ended))
        + parts.section("agents", parts.agents(view.agents, shown))
    )
    right = (
        parts.section("spendings", parts.filters(view.filters) + parts.sums(view) + parts.spendings(view, asked))
        + parts.section("refunds", parts.moved(view.refunds, "no_refunds") + parts.disputes(view.disputes))
        + parts.section("deposits", parts.moved(view.deposits, "no_deposits"))
    )
    columns = tag("div", left, class_="column") + tag("div", right, class_="column wide")
    return tag("main", parts.head(shown) + tag("div", columns, class_="columns") + parts.foot(), class_="wallet")


@dataclass(frozen=True, slots=True)
class _Parts:
    lang: Lang
    token: str

    def head(self, shown: Shown) -> str:
        other = "en" if self.lang == "zh" else "zh"
        dark = tag("source", srcset="/logo?theme=dark", media="(prefers-color-scheme: dark)")
        logo = tag("picture", dark + tag("img", src="/logo", alt="Usual", class_="logo"))
        switch = tag("a", self.say("other_language"), href=f"/wallet?lang={other}", lang="zh-CN" if other == "zh" else "en")
        back = tag("a", self.say("back"), href="/")
        jumps = "".join(tag("li", tag("a", self.say(name), href=f"#{name}")) for name in SECTIONS)
        told = ""
        if shown.fault:
            told = tag("p", escape(shown.fault), class_="refused", role="alert", tabindex="-1", autofocus=True)
        elif shown.said:
            told = tag("p", escape(shown.said), class_="done", role="status", tabindex="-1", autofocus=True)
        return (
            tag("div", logo + tag("div", back + switch, class_="ways"), class_="top")
            + tag("h1", self.say("title"))
            + tag("p", self.say("lead"), class_="lead")
            + told
            + tag("nav", tag("ul", jumps), class_="jumps", aria_label=self.text("nav"))
        )

    def balance(self, view: AIWalletView) -> str:
        if not view.is_bound:
            return tag("section", tag("p", self.say("unbound")), class_="card", id="balance")
        names = {"deposited": view.deposited, "spent": view.spent, "available": view.available, "held": view.held}
        held = tag("p", f"{self.say('held')} {tag('b', escape(view.held))}", class_="soft")
        return tag(
            "section",
            tag("h2", self.say("balance"), class_="soft")
            + tag("p", escape(view.available), class_="sum")
            + held
            + tag("p", self.say("sum", names), class_="soft fine"),
            class_="card",
            id="balance",
        )

    def section(self, name: str, content: str) -> str:
        return tag("section", tag("h2", self.say(name), id=f"{name}-title") + content, id=name, aria_labelledby=f"{name}-title")

    def permissions(self, things: str, shown: Iterable[PermissionView], empty: str) -> str:
        cards = "".join(self._permission(things, one) for one in shown)
        return cards or tag("p", self.say(empty), class_="empty")

    def ended(self, shown: Sequence[PermissionView]) -> str:
        if not shown:
            return ""
        rows = "".join(tag("li", escape(one.title) + " " + _state(one)) for one in shown)
        return tag("details", tag("summary", self.say("ended", {"count": len(shown)})) + tag("ul", rows, class_="plain"))

    def agents(self, shown: Sequence[AgentView], told: Shown) -> str:
        listed = "".join(map(self._agent, shown)) or tag("p", self.say("no_agents"), class_="empty")
        key = ""
        if told.agent_key:
            text = self.say("key", {"name": told.agent_name})
            label = f"{self.text('key_label')} {told.agent_key}"
            field = tag("code", escape(told.agent_key), tabindex="0", autofocus=True, aria_label=label)
            key = tag("div", tag("p", text) + field, class_="done key", role="status")
        name = tag("label", self.say("agent_name"), for_="agent-name") + tag(
            "input", id="agent-name", name="name", type="text", required=True, maxlength="60", autocomplete="off", value=told.typed
        )
        adding = tag("div", name, class_="field") + tag("button", self.say("add_agent"), type="submit", class_="quiet-button")
        return key + listed + tag("p", self.say("agents_hint"), class_="hint") + self._form("agents", adding, class_="adding")

    def filters(self, shown: FilterView) -> str:
        chosen = (
            self._choice("agent", "by", shown.approvers)
            + self._choice("merchant", "merchant", shown.merchants)
            + self._choice("mandate", "mandate", shown.mandates)
            + self._day("since", shown.since)
            + self._day("until", shown.until)
        )
        language = tag("input", type="hidden", name="lang", value=self.lang)
        clear = tag("a", self.say("clear"), href=f"/wallet?lang={self.lang}#spendings") if shown.is_set else ""
        buttons = tag("div", tag("button", self.say("filter"), type="submit", class_="quiet-button") + clear, class_="buttons")
        faults = "".join(tag("p", escape(fault), class_="refused", role="alert") for fault in shown.faults)
        form = tag("form", language + chosen + buttons, method="get", action="/wallet#spendings", class_="filters")
        return faults + tag("details", tag("summary", self.say("narrow")) + form, open=shown.is_set or bool(faults))

    def sums(self, view: AIWalletView) -> str:
        sums = view.sums
        if not view.rows and not sums.total_minor:
            return ""
        total = tag("p", self.say("total" if view.filters.is_set else "total_all"), class_="soft")
        total += tag("p", escape(sums.total), class_="sum") + tag("p", self.say("total_hint"), class_="soft fine")
        shares = (
            self._shares("by_approver", sums.approvers)
            + self._shares("by_merchant", sums.merchants)
            + self._shares("by_category", sums.categories)
        )
        return tag("div", total + self._bars(sums) + tag("div", shares, class_="charts"), class_="card")

    def spendings(self, view: AIWalletView, asked: Asked) -> str:
        if not view.rows:
            return tag("p", self.say("none_found" if view.filters.is_set else "no_spendings"), class_="empty")
        listed = tag("ul", "".join(map(self._spending, view.rows)), class_="rows card")
        count = tag("p", self.say("shown_of", {"count": len(view.rows)}), class_="soft fine")
        ways = ""
        if asked.before:
            ways += tag("a", self.say("newest"), href=self._page(view.filters, ""))
        if view.next_page:
            ways += tag("a", self.say("older"), href=self._page(view.filters, view.next_page), rel="next")
        return count + listed + (tag("div", ways, class_="beside") if ways else "")

    def moved(self, rows: Sequence[MovedRow], empty: str) -> str:
        if not rows:
            return tag("p", self.say(empty), class_="empty")
        return tag("ul", "".join(map(self._moved, rows)), class_="rows card")

    def disputes(self, rows: Sequence[MovedRow]) -> str:
        return tag("h3", self.say("disputed")) + self.moved(rows, "no_refunds") if rows else ""

    def foot(self) -> str:
        export = tag("a", self.say("export"), href="/api/export", download="usual-data.json")
        passkeys = tag("a", self.say("passkeys"), href=f"/passkeys?lang={self.lang}")
        return tag("footer", export + tag("span", self.say("export_hint"), class_="soft") + passkeys, class_="foot")

    def _permission(self, things: str, one: PermissionView) -> str:
        caps = tag("dl", "".join(map(_cap, one.caps)), class_="caps") if one.caps else ""
        upcoming = ""
        if one.upcoming:
            times = "".join(tag("li", escape(when)) for when in one.upcoming)
            upcoming = tag("p", self.say("next"), class_="soft") + tag("ul", times, class_="plain")
        terms = "".join(tag("div", tag("dt", escape(term.label)) + tag("dd", escape(term.text))) for term in one.terms)
        folded = tag("details", tag("summary", self.say("terms")) + tag("dl", terms, class_="terms")) if terms else ""
        buttons = "".join(
            self._button(f"{things}/{one.id}/{action}", action, self.text(f"{action}_named", {"title": one.title}))
            for action in one.actions
        )
        title = tag("div", tag("h3", escape(one.title)) + _state(one), class_="title")
        return tag("article", title + caps + upcoming + folded + tag("div", buttons, class_="buttons"), class_="card", id=one.id)

    def _agent(self, agent: AgentView) -> str:
        added = tag("p", self.say("added_on", {"day": agent.added}), class_="soft fine") if agent.removable else ""
        links = ", ".join(tag("a", escape(name), href=f"#{id_}") for id_, name in agent.grants)
        grants = tag("p", self.say("grants") + links if links else self.say("no_grants"), class_="fine")
        remove = self.text("remove_named", {"name": agent.name})
        button = self._button(f"agents/{agent.id}/remove", "remove_agent", remove) if agent.removable else ""
        name = tag("h3", escape(agent.name))
        return tag("article", name + added + grants + (tag("div", button, class_="buttons") if button else ""), class_="card")

    def _bars(self, sums: SumsView) -> str:
        last = len(sums.bars) - 1
        bars, rows = [], [(self.text("earlier"), sums.earlier)] if sums.earlier_minor else []
        for place, bar in enumerate(sums.bars):
            fill = tag("span", "", class_="fill", data_empty=not bar.minor, style=f"height:{bar.height}%")
            label = bar.label if (last - place) % LABELLED_EVERY == 0 else ""
            space = tag("span", fill, class_="space")
            bars.append(tag("span", space + tag("span", label, class_="label"), class_="bar", title=f"{bar.label} {bar.amount}"))
            rows.append((bar.label, bar.amount))
        heads = tag("th", self.say("week"), scope="col") + tag("th", self.say("amount"), scope="col", class_="amount")
        written = "".join(tag("tr", tag("th", escape(w), scope="row") + tag("td", escape(a), class_="amount")) for w, a in rows)
        table = tag("table", tag("thead", tag("tr", heads)) + tag("tbody", written))
        folded = tag("details", tag("summary", self.say("as_table")) + table)
        return tag("h3", self.say("by_week")) + tag("div", "".join(bars), class_="bars", aria_hidden="true") + folded

    def _shares(self, name: str, shares: Iterable[ShareView]) -> str:
        rows = "".join(
            tag(
                "li",
                tag("span", tag("span", escape(share.label)) + tag("span", escape(share.amount), class_="amount"), class_="pair")
                + tag("span", _line(share.percent) + tag("span", _percent(share), class_="soft fine"), class_="pair"),
            )
            for share in shares
        )
        return tag("div", tag("h3", self.say(name)) + tag("ul", rows, class_="shares")) if rows else ""

    def _spending(self, row: SpendingRow) -> str:
        href = f"/wallet/orders/{row.order_id}?lang={self.lang}"
        what = tag("a", tag("b", escape(row.payee)) + " " + escape(row.items), href=href)
        words = tag("p", self.say("said", {"words": row.words}), class_="words") if row.words else ""
        told = " · ".join(filter(None, [row.when, row.approver, row.state_label]))
        note = tag("p", escape(row.note), class_="soft fine") if row.note else ""
        first = tag("div", what + tag("span", escape(row.amount), class_="amount"), class_="pair")
        return tag("li", first + words + tag("p", escape(told), class_="soft fine") + note)

    def _moved(self, row: MovedRow) -> str:
        what = escape(row.what)
        if row.order_id:
            what = tag("a", what, href=f"/wallet/orders/{row.order_id}?lang={self.lang}")
        first = tag("div", tag("span", what) + tag("span", escape(row.amount), class_="amount"), class_="pair")
        return tag("li", first + tag("p", escape(f"{row.when} · {row.state_label}"), class_="soft fine"))

    def _choice(self, name: str, label: str, options: Iterable[OptionView]) -> str:
        choices = tag("option", self.say("any"), value="")
        choices += "".join(tag("option", escape(one.label), value=one.value, selected=one.selected) for one in options)
        field = tag("label", self.say(label), for_=f"filter-{name}") + tag("select", choices, id=f"filter-{name}", name=name)
        return tag("div", field, class_="field")

    def _day(self, name: str, value: str) -> str:
        field = tag("label", self.say(name), for_=f"filter-{name}")
        return tag("div", field + tag("input", id=f"filter-{name}", name=name, type="date", value=value), class_="field")

    def _page(self, filters: FilterView, before: str) -> str:
        chosen = (("agent", filters.approvers), ("merchant", filters.merchants), ("mandate", filters.mandates))
        query = {name: next((one.value for one in options if one.selected), "") for name, options in chosen}
        query |= {"since": filters.since, "until": filters.until, "before": before, "lang": self.lang}
        return f"/wallet?{urlencode({name: value for name, value in query.items() if value})}#spendings"

    def _button(self, path: str, label: str, named: str) -> str:
        button = tag("button", self.say(label), type="submit", class_="quiet-button", aria_label=named)
        return self._form(path, button)

    def _form(self, path: str, content: str, class_: str | None = None) -> str:
        token = tag("input", type="hidden", name=TOKEN, value=self.token)
        return tag("form", token + content, method="post", action=f"/wallet/{path}?lang={self.lang}", class_=class_)

    def text(self, key: str, params: Mapping[str, object] | None = None) -> str:
        return say(self.lang, f"ai_wallet.{key}", params)

    def say(self, key: str, params: Mapping[str, object] | None = None) -> str:
        """The same for HTML."""
        return escape(self.text(key, params))


def _state(one: PermissionView) -> str:
    return tag("span", escape(one.state_label), class_="state", data_state=one.state)


def _line(percent: int) -> str:
    return tag("span", tag("span", "", style=f"width:{percent}%"), class_="line", aria_hidden="true")


def _percent(share: ShareView) -> str:
    return escape("<1%") if share.minor > 0 and not share.percent else f"{share.percent}%"


def _cap(cap: CapView) -> str:
    line = ""
    if cap.percent is not None:
        line = _line(cap.percent)
    return tag("div", tag("dt", escape(cap.label)) + tag("dd", escape(cap.text) + line))
