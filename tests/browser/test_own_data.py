"""A customer takes their data home and has it erased, by the cards in the chat, at both widths."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.domain.customer import mask_address
from tests.browser.books import Books
from tests.browser.conftest import OpenChat
from tests.browser.people import PIN
from tests.browser.serving import Server

pytestmark = pytest.mark.browser


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 40
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_export_then_erase(open_chat: OpenChat, books: Books, server: Server, phone: bool) -> None:
    chat, username = open_chat(phone=phone), f"leaving-{phone}".lower()
    address = f"上海市长宁区愚园路{username}号"
    page = chat.page
    page.goto(f"{chat.address}/sign-up")
    called = f"Bartholomew {username}"
    for field, text in (("display_name", called), ("username", username), ("password", "four different")):
        page.locator(f"#{field}").fill(text)
    page.locator("#address").fill(address)
    page.locator("#phone").fill("13800001234")
    page.locator("#consent").check()
    page.get_by_role("button", name="Create account").click()
    expect(chat.composer).to_be_visible()
    credential = books.records.credential_by_username(username)
    assert credential is not None
    customer_id = credential.customer_id

    said = f"a latte with sprinkles for {username}"
    chat.order(said)
    # A top-up is there at once.
    chat.order("top up my phone with 50")
    chat.primary.click()
    chat.card.get_by_role("checkbox").check()
    for field in chat.pin.all():
        field.fill(PIN)
    chat.primary.click()
    expect(chat.card.locator(".u-input")).to_be_visible()
    chat.approve()
    expect(chat.receipts).to_have_count(1)

    chat.say("export my data")
    with page.expect_download() as download:
        page.get_by_test_id("data-export").get_by_role("link", name="Download").click()
    export = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert export["profile"]["called"] == called
    assert export["addresses"][0]["text"] == mask_address(address)
    assert address not in json.dumps(export, ensure_ascii=False)
    assert said in [word["words"] for word in export["conversations"][0]["said"]]
    assert len(export["orders"]) == 1

    wait_until(lambda: books.only_order(customer_id).state == "delivered")
    chat.say("delete my data")
    card = page.get_by_test_id("data-erase")
    card.get_by_role("button", name="Erase everything").press("Enter")
    expect(card.locator(".u-pin")).to_be_focused()
    page.keyboard.type("258037")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("That is not your PIN")
    card.locator(".u-pin").fill(PIN)
    chat.may_lose_server = True
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/erased"))
    expect(page.get_by_role("heading")).to_have_text("Everything is erased")

    assert books.records.credential(customer_id) is None
    assert books.records.vault(customer_id) == {}
    assert books.only_order(customer_id).state == "delivered"
    time.sleep(1)
    files = whats_on_disk(server.var)
    for text in (called, username, address, said):
        assert text.encode() not in files, text
        assert json.dumps(text).encode() not in files, text
    books.check()


def whats_on_disk(folder: Path) -> bytes:
    """Read by another process: closing a database's file here would drop this process's locks on it, and a server that starts
    later would think that nobody reads the old log."""
    script = (
        "import pathlib, sys; print(b''.join(f.read_bytes() for f in pathlib.Path(sys.argv[1]).iterdir() if f.is_file()).hex())"
    )
    told = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, check=True, text=True)
    return bytes.fromhex(told.stdout)
