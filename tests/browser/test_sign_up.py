"""The sign-up page as people meet it: from the sign-in form and back, by mouse and by keyboard, with and without a script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.books import Books
from tests.browser.conftest import DESKTOP, OpenChat
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

PASSWORD = "four different"


def fill(page: Page, username: str) -> None:
    page.locator("#display_name").fill("Wei")
    page.locator("#username").fill(username)
    page.locator("#password").fill(PASSWORD)


def known(books: Books, username: str) -> str:
    credential = books.records.credential_by_username(username)
    return credential.customer_id if credential else ""


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_from_the_sign_in_form_to_the_chat(open_chat: OpenChat, books: Books, phone: bool) -> None:
    chat, username = open_chat(phone=phone), f"wei-{phone}"
    chat.open()
    page = chat.page
    page.get_by_role("link", name="New here? Create an account").click()
    expect(page.get_by_role("heading")).to_have_text("Create your account")
    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert fits
    fill(page, username)
    page.locator("#consent").check()
    page.get_by_role("button", name="Create account").click()
    expect(chat.composer).to_be_visible()
    customer = books.records.customer(known(books, username.lower()))
    assert customer is not None
    assert (customer.display_name, customer.zone) == ("Wei", "Asia/Shanghai")


def test_the_keyboard_alone_is_enough_and_enter_sends_the_form(open_chat: OpenChat, books: Books) -> None:
    chat = open_chat(locale="zh-CN")
    page = chat.page
    page.goto(f"{chat.address}/sign-up")
    expect(page.locator("#display_name")).to_be_focused()
    for text in ("小魏", "键盘小魏", PASSWORD, "", ""):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#consent-fault")).to_have_text("请先勾选同意，否则不能注册。")
    expect(page.locator("#username")).to_have_value("键盘小魏")
    expect(page.locator("#password")).to_have_value("")
    expect(page.locator("#consent")).to_be_focused()
    page.keyboard.press("Space")
    page.locator("#password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(chat.composer).to_be_visible()
    assert known(books, "键盘小魏")


def test_a_double_click_opens_one_account(open_chat: OpenChat, books: Books) -> None:
    chat = open_chat()
    chat.page.goto(f"{chat.address}/sign-up")
    before = len(books.records.customers())
    fill(chat.page, "twice")
    chat.page.locator("#consent").check()
    chat.page.get_by_role("button", name="Create account").dblclick()
    expect(chat.composer).to_be_visible()
    assert len(books.records.customers()) == before + 1


def test_without_a_script_it_works_and_the_language_changes_without_loss(browser: Browser, server: Server, books: Books) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP, locale="en-US")
    try:
        page = context.new_page()
        page.goto(f"{server.address}/sign-up")
        fill(page, "scriptless")
        page.locator("#consent").check()
        page.get_by_role("button", name="中文").click()
        expect(page.get_by_role("heading")).to_have_text("注册账号")
        expect(page.locator("#username")).to_have_value("scriptless")
        expect(page.locator("#consent")).to_be_checked()
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="注册", exact=True).click()
        page.wait_for_url(f"{server.address}/")
        assert known(books, "scriptless")
    finally:
        context.close()
