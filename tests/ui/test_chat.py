"""The chat over its websocket: events go to the service, and what comes back becomes messages and cards."""

import time
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused

from tests.ui.fake import FakeUsual
from tests.ui.fake_values import PASSWORD, PIN
from tests.ui.socket_client import Chatter


def test_an_order_by_word_becomes_a_sentence_and_a_card(chat: Chatter) -> None:
    assert chat.say("two oat lattes") == ["Here is your order."]
    card = chat.card()
    assert (card["kind"], card["version"], card["total"]) == ("card", 1, "¥51.00")


def test_the_service_hears_the_words_as_they_were_said(chat: Chatter, usual: FakeUsual) -> None:
    chat.say("  *two* lattes\u200b ")
    [(customer_id, conversation_id, text)] = usual.heard
    assert customer_id == "cus_demo"
    assert conversation_id == chat.thread_id
    assert text == "  *two* lattes\u200b "


def test_words_past_the_limit_still_reach_the_service(chat: Chatter, usual: FakeUsual) -> None:
    chat.say("x" * 2_500)
    assert len(usual.heard[0][2]) == 2_500


def test_a_change_by_word_folds_the_old_card_and_shows_the_new_one_below(chat: Chatter) -> None:
    chat.say("two oat lattes")
    chat.say("make that three")
    old, new = chat.cards.values()
    assert old["superseded"] is True
    assert old["version"] == 1
    assert "lines" not in old
    assert (new["version"], new["total"]) == (2, "¥70.00")


def test_a_change_by_tap_changes_the_card_where_it_stands(chat: Chatter) -> None:
    chat.say("two oat lattes")
    card = chat.card()
    edit = {"kind": "edit", "id": card["id"], "version": 1, "line": "latte", "quantity": 4}
    answer = chat.press("usual_tap", edit)
    assert answer.json()["response"] == {"text": "Changed."}
    assert len(chat.cards) == 1
    until(lambda: chat.card()["version"] == 2)
    assert len(chat.messages) == 1


def test_a_tap_on_an_old_version_is_refused_with_a_sentence(chat: Chatter) -> None:
    chat.say("two oat lattes")
    card = chat.card()
    edit = {"kind": "edit", "id": card["id"], "version": 7, "line": "latte", "quantity": 4}
    assert chat.press("usual_tap", edit).status_code == 200
    until(lambda: chat.messages[-1].startswith("This card was replaced"))
    assert chat.card()["version"] == 1


def test_a_card_that_is_cancelled_without_being_shown_again_says_so(chat: Chatter) -> None:
    chat.say("two oat lattes")
    chat.press("usual_tap", {"kind": "cancel", "id": chat.card()["id"], "version": 1})
    until(lambda: chat.card()["state"] == "canceled")
    assert "Cancelled" in chat.messages[-1]
    assert len(chat.cards) == 1


def test_a_choice_by_tap_marks_the_list_and_goes_on(chat: Chatter) -> None:
    chat.say("which one?")
    chat.press("usual_tap", {"kind": "choose", "question_id": "qst_1", "ordinal": 2})
    until(lambda: len(chat.cards) == 2)
    choices, card = chat.cards.values()
    assert choices["chosen"] == 2
    assert card["kind"] == "card"


def test_yes_opens_the_pin_entry_of_the_card_and_pays_nothing(chat: Chatter, usual: FakeUsual) -> None:
    chat.say("two oat lattes")
    chat.say("yes")
    assert chat.card()["open_pin"] is True
    assert next(iter(usual.checkouts.values())).state == "ready_for_complete"


def test_after_paying_the_chat_shows_the_receipt_and_the_card_as_paid(chat: Chatter) -> None:
    chat.say("two oat lattes")
    card = chat.card()
    assert chat.pay(card, PIN).json()["card"]["state"] == "completed"
    chat.press("usual_paid", {"id": card["id"]})
    until(lambda: len(chat.cards) == 2)
    paid, receipt = chat.cards.values()
    assert paid["state"] == "completed"
    assert receipt["kind"] == "receipt"


def test_a_refusal_in_a_turn_is_a_sentence(chat: Chatter) -> None:
    [said] = chat.say("refuse me")
    assert "pin_locked" in said.replace("\\", "")


def test_a_fault_in_a_turn_gives_the_reference_that_the_log_has(chat: Chatter, caplog: pytest.LogCaptureFixture) -> None:
    [said] = chat.say("crash please")
    [record] = [record for record in caplog.records if record.name == "usual.chat"]
    reference = str(record.args[0])  # type: ignore[index]
    assert reference in said
    assert chat.say("two oat lattes")


def test_markdown_in_a_reply_stays_letters(chat: Chatter, usual: FakeUsual, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.service.views import Message, Reply

    text = "**Buy** ![x](https://evil.example/x.png) <img src=x> :tea"
    monkeypatch.setattr(usual, "turn", lambda *a, **k: Reply((Message(text),), "en"))
    [said] = chat.say("hello")
    assert "\\*\\*Buy\\*\\*" in said
    assert "![" not in said.replace("\\!", "")
    assert "\\<img" in said


def test_a_session_of_another_customer_can_not_be_pressed(chat: Chatter, address: str) -> None:
    chat.say("two oat lattes")
    card = chat.card()
    with Chatter(address, "mallory", PASSWORD) as mallory:
        edit = {"kind": "edit", "id": card["id"], "version": 1, "line": "latte", "quantity": 9}
        assert mallory.press("usual_tap", edit, session_id=chat.session_id).status_code == 401
        mallory.press("usual_tap", edit)
        until(lambda: mallory.messages)
    assert chat.card()["version"] == 1


def test_after_a_reload_the_conversation_comes_back_and_its_card_still_works(chat: Chatter, address: str) -> None:
    chat.say("two oat lattes")
    chat.say("yes")
    thread_id, card = chat.thread_id, chat.card()
    until(lambda: len(_thread(chat, thread_id)["steps"]) == 4)
    with Chatter(address, "demo", PASSWORD, thread_id=thread_id) as again:
        until(lambda: again.named("resume_thread"))
        [thread] = again.named("resume_thread")
        [element] = thread["elements"]
        assert element["props"]["id"] == card["id"]
        assert "open_pin" not in element["props"]
        edit = {"kind": "edit", "id": card["id"], "version": 1, "line": "latte", "quantity": 3}
        assert again.press("usual_tap", edit).json()["response"] == {"text": "Changed."}
        until(lambda: again.cards.get(element["id"], {}).get("version") == 2)


def test_another_customer_can_not_resume_a_conversation(chat: Chatter, address: str) -> None:
    chat.say("two oat lattes")
    until(lambda: chat.http.get(f"/project/thread/{chat.thread_id}").status_code == 200)
    with pytest.raises(Refused), Chatter(address, "mallory", PASSWORD, thread_id=chat.thread_id):
        pass
    assert chat.http.get(f"/project/thread/{chat.thread_id}").json()["userId"] == "cus_demo"


def test_a_wrong_password_signs_nobody_in(chat: Chatter) -> None:
    assert chat.http.post("/login", data={"username": "demo", "password": "wrong"}).status_code == 401


def test_the_page_offers_its_starters_in_its_language(chat: Chatter) -> None:
    english = chat.http.get("/project/settings?language=en-US").json()
    chinese = chat.http.get("/project/settings?language=zh-CN").json()
    assert english["starters"][0]["message"] == "the usual"
    assert chinese["starters"][0]["message"] == "老样子"
    assert english["threadResumable"] is True


def _thread(chat: Chatter, thread_id: str) -> dict[str, Any]:
    answer = chat.http.get(f"/project/thread/{thread_id}")
    return answer.json() if answer.status_code == 200 else {"steps": []}


def until(condition: Any, seconds: float = 5.0) -> None:
    """What is fired and forgotten arrives a moment later."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def test_the_commands_are_offered_in_the_pages_language_and_nothing_is_at_work(chat: Chatter) -> None:
    chat.say("two lattes")
    [offered] = chat.named("set_commands")
    assert [command["id"] for command in offered] == ["orders", "spending", "wallet", "help"]
    assert [name for name, _ in chat.events].count("task_start") == 1
