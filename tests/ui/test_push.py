"""News of the service reaches the open chats of its customer, and no others, through the real server's socket."""

import threading
import time

import pytest
from chainlit.server import sio
from chainlit.session import ws_sessions_id

from app.service.news import News
from app.service.views import Message
from tests.ui.fake import FakeUsual
from tests.ui.fake_values import PASSWORD, PIN, Checkout
from tests.ui.socket_client import Chatter
from tests.ui.test_chat import until

QUIET_SECONDS = 0.3


def ordered(chat: Chatter, usual: FakeUsual) -> Checkout:
    chat.say("two oat lattes")
    return usual.checkouts[chat.card()["id"]]


def move(checkout: Checkout, usual: FakeUsual) -> None:
    """The shop changes the checkout, and a thread that is no chat's tells it."""
    checkout.version, checkout.lattes = checkout.version + 1, checkout.lattes + 1
    told = threading.Thread(target=usual.news.publish, args=(checkout.customer_id, News("checkout", checkout.id)))
    told.start()
    told.join()


def test_the_open_card_changes_where_it_stands(chat: Chatter, usual: FakeUsual) -> None:
    checkout = ordered(chat, usual)
    (element,) = chat.cards
    move(checkout, usual)
    until(lambda: chat.card()["version"] == 2)
    assert list(chat.cards) == [element]
    assert chat.card()["total"] == "¥70.00"
    assert len(chat.messages) == 1


def test_every_chat_that_shows_the_card_is_told_and_another_customers_is_not(chat: Chatter, usual: FakeUsual, address: str) -> None:
    checkout = ordered(chat, usual)
    time.sleep(QUIET_SECONDS)
    with (
        Chatter(address, "demo", PASSWORD, thread_id=chat.thread_id) as same,
        Chatter(address, "mallory", PASSWORD) as other,
    ):
        other.say("two oat lattes")
        theirs = dict(other.card())
        move(checkout, usual)
        until(lambda: chat.card()["version"] == 2)
        until(lambda: any(card["version"] == 2 for card in same.cards.values()))
        time.sleep(QUIET_SECONDS)
        assert other.card() == theirs


def test_news_of_what_is_not_shown_or_has_not_changed_sends_nothing(chat: Chatter, usual: FakeUsual) -> None:
    checkout = ordered(chat, usual)
    time.sleep(QUIET_SECONDS)
    before = len(chat.named("element"))
    usual.news.publish(checkout.customer_id, News("checkout", checkout.id))
    usual.news.publish(checkout.customer_id, News("checkout", "chk_elsewhere"))
    usual.news.publish(checkout.customer_id, News("order", "ord_1"))
    usual.news.publish("cus_nobody", News("checkout", checkout.id))
    time.sleep(QUIET_SECONDS)
    assert len(chat.named("element")) == before


def test_news_for_a_chat_that_has_gone_disturbs_nobody(chat: Chatter, usual: FakeUsual, address: str) -> None:
    with Chatter(address, "demo", PASSWORD) as gone:
        theirs = ordered(gone, usual)
        gone.leave()
        mine = ordered(chat, usual)
        move(theirs, usual)
        move(mine, usual)
        until(lambda: chat.card()["version"] == 2)


def test_a_page_that_was_closed_is_told_nothing_so_that_the_next_one_is(
    usual: FakeUsual, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Chatter(address, "demo", PASSWORD) as closed:
        closed.say("two oat lattes")
    socket_id = ws_sessions_id[closed.session_id].socket_id
    until(lambda: not sio.manager.is_connected(socket_id, "/"))
    monkeypatch.setattr(usual, "told_of_run", lambda *_: (closed.thread_id, Message("told of occ_1")))
    usual.news.publish("cus_demo", News("occurrence", "occ_1"))
    time.sleep(QUIET_SECONDS)
    assert usual.marked == []


def test_an_opened_chat_says_what_happened_meanwhile_and_opened_again_says_nothing(
    chat: Chatter, usual: FakeUsual, address: str
) -> None:
    chat.say("two oat lattes")
    usual.untold = {"cus_demo": "While you were away", "cus_mallory": "of another"}
    with Chatter(address, "demo", PASSWORD) as new:
        until(lambda: new.messages == ["While you were away"])
    usual.untold["cus_demo"] = "And this"
    with Chatter(address, "demo", PASSWORD, thread_id=chat.thread_id) as resumed:
        until(lambda: "And this" in resumed.messages)
    with Chatter(address, "demo", PASSWORD) as again:
        time.sleep(QUIET_SECONDS)
        assert again.messages == []
    assert usual.untold == {"cus_mallory": "of another"}


def test_what_an_open_chat_tells_is_marked_as_told_and_what_belongs_to_another_chat_is_not(
    chat: Chatter, usual: FakeUsual, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("two oat lattes")
    threads = {"occ_here": chat.thread_id, "occ_elsewhere": "another"}
    told = {occurrence: (thread, Message(f"told of {occurrence}")) for occurrence, thread in threads.items()}
    monkeypatch.setattr(usual, "told_of_run", lambda _customer, occurrence, _lang: told[occurrence])
    usual.news.publish("cus_demo", News("occurrence", "occ_elsewhere"))
    usual.news.publish("cus_demo", News("occurrence", "occ_here"))
    until(lambda: usual.marked == [("cus_demo", "occ_here")])
    time.sleep(QUIET_SECONDS)
    assert usual.marked == [("cus_demo", "occ_here")]


def test_an_erasure_at_another_process_closes_every_chat_of_its_customer_and_no_others(
    chat: Chatter, usual: FakeUsual, address: str
) -> None:
    with Chatter(address, "demo", PASSWORD) as elsewhere, Chatter(address, "mallory", PASSWORD) as other:
        usual.news.publish("cus_demo", News("erased", "cus_demo"))
        until(lambda: not chat.is_connected and not elsewhere.is_connected)
        time.sleep(QUIET_SECONDS)
        assert other.is_connected


def test_a_card_that_is_paid_elsewhere_changes_where_it_stands(chat: Chatter, usual: FakeUsual) -> None:
    checkout = ordered(chat, usual)
    (element,) = chat.cards
    usual.pay(checkout.customer_id, checkout.id, checkout.version, PIN, "en")
    usual.news.publish(checkout.customer_id, News("checkout", checkout.id))
    until(lambda: chat.card()["state"] == "completed")
    assert list(chat.cards) == [element]
    assert chat.card()["step"] == "none"
    assert len(chat.messages) == 1
