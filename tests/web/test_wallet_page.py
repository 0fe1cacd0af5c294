"""The wallet's page over the real service: who may come in, which forms are taken, and what one tap does."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.base.money import Money
from app.domain.agent import Agent
from app.domain.mandate import Constraints, Mandate
from app.domain.passkey import Device
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.accounts import NewCustomer
from tests.service.standing import DAY, MONDAY, PIN, agreed, at, captured, mandate_state, runs, stored
from tests.ui.serving import Served

KEY = "a key for forms"
CAPPED = Constraints(per_order=Money(2_000), zone="Asia/Shanghai")


class Tab(TestClient):
    """A browser in which somebody, or nobody, is signed in."""

    who: str | None = CUSTOMER_ID

    def token(self) -> str:
        found = re.search(r'name="token" value="([0-9a-f]{64})"', self.get("/wallet").text)
        assert found is not None
        return found[1]

    def tap(self, path: str, **fields: str) -> Any:
        return self.post(path, data={"token": self.token(), **fields}, follow_redirects=False)


@pytest.fixture
def tab(stage: Stage, service: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tab]:
    # Chainlit, which the page's sign-in is, is set up by the server of these tests; nothing here may import it earlier.
    from app.web import wallet_page
    from app.web.errors import SignInNeeded
    from app.web.visitor import Visitor

    async def visitor_of(request: object) -> Visitor:
        if opened.who is None:
            raise SignInNeeded()
        return Visitor(opened.who, f"cookie of {opened.who}", Device("sgn", "http://testserver"))

    monkeypatch.setattr(wallet_page, "visitor_of", visitor_of)
    app = FastAPI()
    app.include_router(wallet_page.wallet_page(stage.usual, KEY))
    with Tab(app) as opened:
        yield opened


@pytest.fixture
def granted(stage: Stage) -> tuple[Agent, Mandate]:
    agent, _ = stage.usual.mandates.add_agent(CUSTOMER_ID, "Butler <b>")
    mandate = stage.usual.mandates.propose(CUSTOMER_ID, agent.id, CAPPED)
    return agent, stage.usual.mandates.grant(CUSTOMER_ID, mandate.id, 1, PIN)


def state(stage: Stage, mandate: Mandate) -> str:
    found = stage.usual.mandates.records.mandate(mandate.id)
    assert found is not None
    return found.state


def test_one_tap_pauses_resumes_and_revokes_at_once(tab: Tab, stage: Stage, granted: tuple[Agent, Mandate]) -> None:
    _, mandate = granted
    for action, after in (("pause", "paused"), ("resume", "active"), ("revoke", "revoked")):
        answer = tab.tap(f"/wallet/mandates/{mandate.id}/{action}?lang=zh")
        assert (answer.status_code, state(stage, mandate)) == (303, after)
        assert answer.headers["location"].startswith("/wallet?lang=zh&done=")
    assert "已撤销" in tab.get("/wallet?lang=zh&done=revoked").text
    again = tab.tap(f"/wallet/mandates/{mandate.id}/resume")
    assert (again.status_code, state(stage, mandate)) == (409, "revoked")
    assert 'role="alert"' in again.text


def test_after_a_tap_on_revoke_the_next_run_pays_nothing(tab: Tab, stage: Stage) -> None:
    order = agreed(stage)
    at(stage, MONDAY)
    assert tab.tap(f"/wallet/standing/{order.id}/pause").status_code == 303
    assert stored(stage, order).state == "paused"
    assert tab.tap(f"/wallet/standing/{order.id}/resume").status_code == 303
    assert tab.tap(f"/wallet/standing/{order.id}/revoke").status_code == 303
    assert (stored(stage, order).state, mandate_state(stage, order)) == ("canceled", "revoked")
    at(stage, MONDAY + DAY)
    assert (runs(stage, order), captured(stage)) == ([("ordered", "")], [1_800])


def test_after_its_permission_alone_is_revoked_a_run_is_refused(tab: Tab, stage: Stage) -> None:
    order = agreed(stage)
    assert tab.tap(f"/wallet/mandates/{order.mandate_id}/revoke").status_code == 303
    at(stage, MONDAY)
    assert captured(stage) == []
    assert runs(stage, order) == [("failed", "mandate_inactive")]


@pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
def test_without_this_sign_ins_token_nothing_is_done(tab: Tab, stage: Stage, granted: tuple[Agent, Mandate], token: str) -> None:
    agent, mandate = granted
    order = agreed(stage)
    for path in (
        f"/wallet/mandates/{mandate.id}/revoke",
        f"/wallet/standing/{order.id}/revoke",
        f"/wallet/agents/{agent.id}/remove",
        "/wallet/agents",
    ):
        answer = tab.post(path, data={"token": token, "name": "Thief"}, follow_redirects=False)
        assert answer.status_code == 403
    assert (state(stage, mandate), stored(stage, order).state) == ("active", "active")
    assert [one.name for one in stage.usual.mandates.records.agents(CUSTOMER_ID)] == ["Butler <b>", "Usual"]


def test_another_customers_things_are_not_there_and_stay_as_they_are(
    tab: Tab, stage: Stage, granted: tuple[Agent, Mandate]
) -> None:
    agent, mandate = granted
    order = agreed(stage)
    at(stage, MONDAY)
    bought = stage.usual.records.orders(CUSTOMER_ID, 1)[0]
    stage.usual.accounts.open(NewCustomer(id="cus_other", username="o", password="other-password", display_name="O", lang="en"))
    stage.usual.wallets.wallets.bind("cus_other", consent=True, pin=PIN)
    assert tab.get(f"/wallet/orders/{bought.id}").status_code == 200
    tokens = {"own": tab.token()}
    tab.who = "cus_other"
    stage.usual.mandates.add_agent("cus_other", "Their own")
    # A token of one's own opens nothing of another's, and another's token nothing at all.
    for path in (f"mandates/{mandate.id}/revoke", f"standing/{order.id}/revoke", f"agents/{agent.id}/remove"):
        assert tab.tap(f"/wallet/{path}").status_code == 404
        assert tab.post(f"/wallet/{path}", data={"token": tokens["own"]}).status_code == 403
    assert tab.get(f"/wallet/orders/{bought.id}").status_code == 404
    assert "Butler" not in tab.get("/wallet").text
    assert (state(stage, mandate), stored(stage, order).state) == ("active", "active")


def test_an_agents_key_is_shown_once_and_opens_nothing_after_it_is_removed(tab: Tab, stage: Stage) -> None:
    answer = tab.tap("/wallet/agents", name="  Cook  ")
    [key] = re.findall(r"usual_[A-Za-z0-9_-]{43}", re.sub(r'aria-label="[^"]*"', "", answer.text))
    agent = stage.usual.mandates.agent_of(key)
    assert (agent.name, answer.headers["cache-control"]) == ("Cook", "no-store")
    assert key not in tab.get("/wallet").text
    assert tab.tap(f"/wallet/agents/{agent.id}/remove").status_code == 303
    removed = stage.usual.mandates.records.agent(agent.id)
    assert removed is not None
    assert removed.removed_at is not None


def test_a_name_that_does_not_do_is_said_and_kept(tab: Tab, stage: Stage) -> None:
    name = "x" * 61 + '"><script>'
    answer = tab.tap("/wallet/agents", name=name)
    assert answer.status_code == 409
    assert 'value="' + "x" * 61 + "&quot;&gt;&lt;script&gt;" in answer.text
    assert stage.usual.mandates.records.agents(CUSTOMER_ID) == []


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "until=2026-13-01",
        "until=9999-12-31",
        "since=0001-01-01",
        "agent=%00",
        "merchant=<script>",
        "before=ord_1",
        "done=x",
    ],
)
def test_an_odd_address_is_told_what_is_odd_and_still_shows_the_page(tab: Tab, stage: Stage, query: str) -> None:
    agreed(stage)
    at(stage, MONDAY)
    answer = tab.get(f"/wallet?{query}")
    assert answer.status_code == 200
    assert answer.text.count('role="alert"') == (0 if query == "done=x" else 1)
    assert "/wallet/orders/" in answer.text
    assert "<script>" not in answer.text


def test_what_a_catalogue_or_a_customer_named_is_never_markup(tab: Tab, granted: tuple[Agent, Mandate]) -> None:
    text = tab.get("/wallet").text
    assert "Butler &lt;b&gt;" in text
    assert "Butler <b>" not in text


def test_a_stranger_is_sent_to_sign_in_and_back_to_what_was_asked_for(tab: Tab, stage: Stage) -> None:
    token = tab.token()
    tab.who = None
    for path in ("/wallet?since=2026-05-18&lang=zh", "/wallet/orders/ord_1"):
        answer = tab.get(path, follow_redirects=False)
        assert answer.status_code == 303
        where, _, back = answer.headers["location"].partition("?back=")
        assert (where, unquote(back)) == ("/login", path)
    answer = tab.post("/wallet/agents", data={"token": token, "name": "Cook"}, follow_redirects=False)
    assert unquote(answer.headers["location"]) == "/login?back=/wallet"
    assert stage.usual.mandates.records.agents(CUSTOMER_ID) == []


def test_a_spending_leads_from_the_words_to_the_card_to_its_receipt(tab: Tab, stage: Stage) -> None:
    stage.usual.assistant.turn(CUSTOMER_ID, "con", "two lattes")
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    stage.usual.payments.pay(CUSTOMER_ID, card.id, card.version, PIN, "en")
    order = stage.usual.records.orders(CUSTOMER_ID, 1)[0]
    assert f"/wallet/orders/{order.id}" in tab.get("/wallet").text
    text = tab.get(f"/wallet/orders/{order.id}").text
    places = [
        text.index(part) for part in ("“two lattes”", card.digest[:12], "With the PIN", "Paid to the shop", f"/receipts/{order.id}")
    ]
    assert places == sorted(places)
