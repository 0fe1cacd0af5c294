"""`/demo`: the code and the sign-in of a demo, in both languages, with nothing from elsewhere."""

import re

import httpx
import pytest

from tests.ui.fake_values import PASSWORD, PIN


@pytest.mark.parametrize(("lang", "title"), [("en", "Try this menu in a chat"), ("zh", "在聊天里试试这份菜单")])
def test_the_page_tells_code_address_and_sign_in(address: str, lang: str, title: str) -> None:
    answer = httpx.get(f"{address}/demo?lang={lang}")
    assert answer.status_code == 200
    assert title in answer.text
    assert "<svg" in answer.text
    assert address in answer.text
    assert PIN in answer.text
    assert PASSWORD in answer.text
    assert "--lan" in answer.text
    assert not re.search(r"(src|href)=\"https?://(?!127\.0\.0\.1)", answer.text)
    assert "<script" not in answer.text


def test_an_unknown_host_gets_no_page(address: str) -> None:
    assert httpx.get(f"{address}/demo", headers={"Host": '"><script>'}).status_code in (400, 403)
