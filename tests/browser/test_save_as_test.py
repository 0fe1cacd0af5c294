"""A conversation in the chat becomes a file that plays."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.replay.run import play_file
from tests.browser.chat import Chat
from tests.browser.people import HISTORIED

pytestmark = pytest.mark.browser


def test_a_conversation_is_had_as_a_replay_file_that_holds(chat: Chat, tmp_path: Path) -> None:
    chat.sign_in(HISTORIED)
    chat.order("two large oat lattes, one with no sugar")
    chat.say("make that three")
    chat.pay()
    chat.say("save as test")
    card = chat.page.get_by_test_id("data-record")
    expect(card).to_contain_text("your PIN is never in it")
    with chat.page.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    path = tmp_path / "conversation.yaml"
    download.value.save_as(path)
    result = play_file(path)
    assert result.holds
    assert [turn.turn.say for turn in result.turns if turn.turn.say][-2:] == ["make that three", "save as test"]
    assert any(turn.turn.pay is not None for turn in result.turns)
    assert "1266号" not in path.read_text(encoding="utf-8")
