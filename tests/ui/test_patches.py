"""Each change to Chainlit's inside: it does what it is for, and it fails here when Chainlit no longer needs it or moves."""

import inspect
import logging
import re
import time
from pathlib import Path

import chainlit.auth.cookie
import chainlit.config
import chainlit.server
import chainlit.utils
import pytest

from app.ui import patches
from tests.ui.serving import Visitor
from tests.ui.socket_client import Chatter
from tests.ui.test_chat import until

DIST = Path(chainlit.server.build_dir)


@pytest.mark.parametrize(("module", "made"), [("message", "Message"), ("step", "Step")])
def test_constructors_would_sleep_and_do_not(module: str, made: str, visitor: Visitor) -> None:
    loaded = patches.module(module)
    assert "time.sleep(0.001)" in inspect.getsource(getattr(loaded, made).__init__)
    before = time.perf_counter()
    for _ in range(200):
        loaded.time.sleep(0.001)
    assert time.perf_counter() - before < 0.1


def test_the_page_would_ask_other_hosts_and_does_not(visitor: Visitor) -> None:
    original = (DIST / "index.html").read_text(encoding="utf-8")
    assert "https://fonts.googleapis.com" in original
    assert "https://cdn.jsdelivr.net" in original
    html = visitor.get("/").text
    assert not re.search(r"https?://", html)
    assert "<title>Usual</title>" in html
    assert '<script type="module" crossorigin src="/assets/' in html


def test_every_script_in_the_page_is_allowed_by_its_hash(visitor: Visitor) -> None:
    answer = visitor.get("/")
    inline = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert len(inline) == 2
    for source in patches.inline_script_sources():
        assert source in answer.headers["content-security-policy"]


def test_a_deleted_sessions_messages_are_forgotten(chat: Chatter) -> None:
    contexts = patches.module("chat_context").chat_contexts
    chat.say("two oat lattes")
    assert chat.session_id in contexts
    chat.leave()
    until(lambda: chat.session_id not in contexts)
    source = inspect.getsource(patches.module("session").WebsocketSession)
    assert "chat_contexts" not in source


def test_chainlit_complains_about_no_missing_translation_of_our_page(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    from chainlit.markdown import get_markdown_str

    with caplog.at_level(logging.WARNING, logger="chainlit"):
        assert "Usual 怎么用" in str(get_markdown_str(chainlit.config.config.root, "en-US"))
    assert "Translated markdown file for" in inspect.getsource(get_markdown_str)
    assert not caplog.records


def test_the_sign_in_cookie_is_sent_over_https_only_where_there_is_https(visitor: Visitor) -> None:
    patches.apply(https=True)
    try:
        cookie = visitor.post("/login", data={"username": "demo", "password": "usual"}).headers["set-cookie"]
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
    finally:
        patches.apply(https=False)
    cookie = visitor.post("/login", data={"username": "demo", "password": "usual"}).headers["set-cookie"]
    assert "Secure" not in cookie


def test_the_theme_follows_the_system(visitor: Visitor) -> None:
    assert visitor.get("/auth/config").json()["default_theme"] == "system"


def test_chainlits_data_layer_is_where_closing_expects_it() -> None:
    data = patches.module("data")
    assert {"_data_layer", "_data_layer_initialized"} <= vars(data).keys()


def test_mounting_does_what_we_do_ourselves() -> None:
    """We load the target and mount the app without `mount_chainlit`, whose middleware only guards another path than "/"."""
    source = inspect.getsource(chainlit.utils.mount_chainlit)
    statements = ["load_module(config.run.module_name)", "ensure_jwt_secret()", "app.mount(path, chainlit_app)"]
    assert all(statement in source for statement in statements)
    assert source.count("add_middleware") == 1


def test_a_turn_that_is_told_to_stop_is_answered_all_the_same(chat: Chatter) -> None:
    assert "Task manually stopped." in inspect.getsource(patches.module("socket").stop)
    chat._run(chat._socket.emit("stop"))
    assert "Task manually stopped." not in chat.say("two oat lattes")
    assert chat.card()["kind"] == "card"


@pytest.mark.parametrize(
    ("words", "command", "name"),
    [("", "wallet", "Wallet"), (" ", "钱包", "钱包"), ("of latte", "orders", "of latte"), ("two lattes", None, "two lattes")],
)
def test_a_conversation_that_begins_with_a_command_is_named_after_it(
    chat: Chatter, words: str, command: str | None, name: str
) -> None:
    source = inspect.getsource(patches.module("emitter").ChainlitEmitter.process_message)
    assert "self.init_thread(message.content)" in source
    chat.say(words, command)
    [told] = chat.named("first_interaction")
    assert told["interaction"] == name
    until(lambda: chat.http.get(f"/project/thread/{chat.thread_id}").json().get("name") == name)


@pytest.mark.parametrize(
    ("language", "first", "second"), [("en-US", "How Usual works", "Usual 怎么用"), ("zh-CN", "Usual 怎么用", "How Usual works")]
)
def test_the_page_about_us_begins_in_the_readers_language(language: str, first: str, second: str, visitor: Visitor) -> None:
    page = visitor.get(f"/project/settings?language={language}").json()["markdown"]
    assert page.startswith(f"## {first}")
    assert f"## {second}" in page
