"""Signing up at the real server over the real service: one account, its texts in the vault, nothing lost, a bounded pace."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import httpx
import pytest

from app.base.ids import derived_id
from app.replay.stage import CUSTOMER_ID, USERNAME, Stage
from tests.socket.serving import StageDoor

KEY = "k" * 32
FILLED = {
    "key": KEY,
    "lang": "en",
    "display_name": "Wei <b>",
    "username": "Wei.Chen",
    "password": "four different",
    "phone": "138 1234 5678",
    "address": "上海市长宁区愚园路1107号3号楼",
    "consent": "yes",
    "zone": "Europe/Madrid",
}


@pytest.fixture
def visitor(door: StageDoor, stage: Stage) -> Iterator[httpx.Client]:
    with door.opened(stage), httpx.Client(base_url=door.settings.public_url) as client:
        yield client


def sign_up(visitor: httpx.Client, **changed: str) -> httpx.Response:
    return visitor.post("/sign-up", data={**FILLED, **changed})


def fault(answer: httpx.Response, field: str) -> str:
    found = re.search(f'id="{field}-fault">(.*?)</p>', answer.text)
    return unescape(found[1]) if found else ""


def customers(stage: Stage) -> list[str]:
    return [customer.id for customer in stage.usual.records.customers()]


def test_an_account_is_opened_and_its_visitor_is_in(visitor: httpx.Client, stage: Stage) -> None:
    answer = sign_up(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    customer_id = derived_id("cus", KEY)
    assert visitor.get("/api/wallet").json()["step"] == "bind"
    assert visitor.get("/user").json()["identifier"] == customer_id
    records = stage.usual.records
    customer = stage.usual.customer(customer_id)
    assert (customer.display_name, customer.lang, customer.zone) == ("Wei <b>", "en", "Europe/Madrid")
    [contact], [address] = records.contacts(customer_id), records.addresses(customer_id)
    assert records.vault_text(customer_id, contact.phone_ref) == "13812345678"
    assert records.vault_text(customer_id, address.text_ref) == FILLED["address"]
    assert stage.usual.sign_in("WEI.chen", FILLED["password"]) == customer_id


def test_a_second_click_opens_nothing_more_and_is_in_too(visitor: httpx.Client, stage: Stage) -> None:
    assert [sign_up(visitor).status_code for _ in range(2)] == [303, 303]
    assert customers(stage).count(derived_id("cus", KEY)) == 1
    assert len(stage.usual.records.contacts(derived_id("cus", KEY))) == 1


def test_another_persons_form_can_not_be_taken_over_by_its_key(visitor: httpx.Client, door: StageDoor) -> None:
    assert sign_up(visitor).status_code == 303
    with httpx.Client(base_url=door.settings.public_url) as stranger:
        assert sign_up(stranger, username="mallory").status_code == 409
        assert sign_up(stranger, password="another password").status_code != 303
        assert stranger.get("/api/wallet").status_code == 401


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"display_name": " "}, "display_name", "Tell us a name"),
        ({"username": "a b"}, "username", "3 to 32"),
        ({"username": USERNAME.upper()}, "username", "Somebody has this"),
        ({"password": "1234567"}, "password", "8 to 128"),
        ({"password": "aaaaaaaaaa"}, "password", "too easy"),
        ({"password": "my wei.chen 1"}, "password", "too easy"),
        ({"phone": "12345"}, "phone", "eleven digits"),
        ({"address": "x" * 201}, "address", "200 characters"),
        ({"consent": ""}, "consent", "Tick the box"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    visitor: httpx.Client, stage: Stage, changed: dict[str, str], field: str, says: str
) -> None:
    answer = sign_up(visitor, **changed)
    assert answer.status_code == 422
    assert says in fault(answer, field)
    kept = {**FILLED, **changed}
    for name in ("display_name", "username", "phone", "address", "zone", "key"):
        assert f'value="{kept[name]}"' in unescape(answer.text)
    assert kept["password"] not in answer.text
    assert customers(stage) == [CUSTOMER_ID]


def test_changing_the_language_keeps_what_was_typed(visitor: httpx.Client, stage: Stage) -> None:
    answer = sign_up(visitor, other_lang="zh", consent="")
    assert answer.status_code == 200
    assert "注册账号" in answer.text
    assert 'lang="zh-CN"' in answer.text
    assert 'value="Wei.Chen"' in answer.text
    assert customers(stage) == [CUSTOMER_ID]


def test_names_are_tried_out_no_faster_than_passwords(visitor: httpx.Client, stage: Stage) -> None:
    answers = [sign_up(visitor, key=f"{number:032}", username=USERNAME) for number in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert "Try again in 6 seconds" in answers[-1].text
    assert 'value="Wei &lt;b&gt;"' in answers[-1].text
    stage.clock.advance(timedelta(seconds=6))
    assert sign_up(visitor).status_code == 303


def test_another_site_can_not_send_the_form(visitor: httpx.Client, stage: Stage) -> None:
    answer = visitor.post("/sign-up", data=FILLED, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert customers(stage) == [CUSTOMER_ID]


@pytest.mark.parametrize(
    "sent",
    [{"content": b"{}", "headers": {"Content-Type": "application/json"}}, {"data": {}}, {"data": {"key": "<short>"}}],
)
def test_what_is_no_form_is_told_so_and_opens_nothing(visitor: httpx.Client, stage: Stage, sent: dict[str, object]) -> None:
    assert visitor.post("/sign-up", **sent).status_code == 422  # type: ignore[arg-type]
    assert customers(stage) == [CUSTOMER_ID]


def test_an_unknown_zone_is_shanghais(visitor: httpx.Client, stage: Stage) -> None:
    sign_up(visitor, zone="../../etc/passwd")
    assert stage.usual.customer(derived_id("cus", KEY)).zone == "Asia/Shanghai"


def test_the_page_is_in_the_readers_language(visitor: httpx.Client) -> None:
    assert "Create your account" in visitor.get("/sign-up", headers={"Accept-Language": "fr"}).text
    assert "注册账号" in visitor.get("/sign-up", headers={"Accept-Language": "zh-CN,en"}).text
    assert "注册账号" in visitor.get("/sign-up?lang=zh").text
