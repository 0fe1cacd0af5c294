"""The terminal: the same service, clear errors, the PIN never on the screen."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import bootstrap, cli
from app.replay.stage import CUSTOMER_ID, PASSWORD, USERNAME, Stage


@pytest.fixture
def hosted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The command line over the stage's service, which outlives the command."""
    monkeypatch.setattr(bootstrap, "get_usual", lambda: stage.usual)
    monkeypatch.setattr(type(stage.usual), "close", lambda self: None)
    yield stage
    monkeypatch.undo()


def typed(monkeypatch: pytest.MonkeyPatch, lines: list[str], secrets: list[str]) -> None:
    answers, hidden = iter(lines), iter(secrets)

    def line(_: str = "") -> str:
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", line)
    monkeypatch.setattr("getpass.getpass", lambda _="": next(hidden))


def test_an_order_from_the_first_word_to_the_receipt(
    hosted: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(
        monkeypatch,
        ["two large oat lattes, one with no sugar", "make that three", "/pay", "付了吗？", "/quit"],
        [PASSWORD, "258036"],
    )
    assert cli.main(["chat", "--customer", USERNAME]) == 0
    shown = capsys.readouterr().out
    assert "¥72.00" in shown
    assert "258036" not in shown
    assert "只付了一次" in shown
    (order,) = hosted.usual.records.orders(CUSTOMER_ID, 10)
    assert (order.state, order.total.minor) == ("accepted", 7_200)


def test_a_wrong_pin_and_nothing_to_pay_are_said_in_a_sentence(
    hosted: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, ["/pay", "a latte", "/pay"], [PASSWORD, "000000"])
    assert cli.main(["chat", "--customer", USERNAME]) == 0
    shown = capsys.readouterr().out
    assert "There is nothing to approve" in shown
    assert "not your PIN" in shown
    assert hosted.usual.records.orders(CUSTOMER_ID, 10) == []


def test_the_customers_data_is_written_to_a_file_of_their_own_and_over_none(
    hosted: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "usual-data.json").write_text("mine", encoding="utf-8")
    typed(monkeypatch, ["a latte", "export my data"], [PASSWORD])
    assert cli.main(["chat", "--customer", USERNAME]) == 0
    assert (tmp_path / "usual-data.json").read_text(encoding="utf-8") == "mine"
    written = tmp_path / "usual-data-2.json"
    assert json.loads(written.read_text(encoding="utf-8"))["conversations"][0]["said"][0]["words"] == "a latte"
    assert written.stat().st_mode & 0o077 == 0
    assert str(written) in capsys.readouterr().out


def test_a_customer_erased_from_the_terminal_is_gone_and_the_chat_is_over(
    set_stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = set_stage(wallet="0.00")
    monkeypatch.setattr(bootstrap, "get_usual", lambda: stage.usual)
    monkeypatch.setattr(type(stage.usual), "close", lambda self: None)
    lines = ["delete my data", "delete my data", "delete my data", "a latte"]
    typed(monkeypatch, lines, [PASSWORD, "", "000000", "258036"])
    assert cli.main(["chat", "--customer", USERNAME]) == 0
    monkeypatch.undo()
    shown = capsys.readouterr().out
    assert "Nothing was erased" in shown
    assert "not your PIN" in shown
    assert stage.usual.records.is_erased(CUSTOMER_ID)
    assert stage.usual.records.last_checkout(CUSTOMER_ID) is None


def test_a_wrong_password_gets_nowhere(hosted: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, ["a latte"], ["wrong"])
    assert cli.main(["chat", "--customer", USERNAME]) == 2
    assert "no customer's name and password" in capsys.readouterr().err


def test_orders_and_the_ledger_are_shown(hosted: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    reply = hosted.usual.assistant.turn(CUSTOMER_ID, "con", "a latte")
    view = reply.messages[0].view
    hosted.usual.payments.pay(CUSTOMER_ID, view.id, 1, "258036", "en")  # type: ignore[union-attr]
    assert cli.main(["orders", "--customer", USERNAME]) == 0
    assert "1 × latte" in capsys.readouterr().out
    assert cli.main(["ledger", "check"]) == 0
    assert "The ledger holds: 3 transfers" in capsys.readouterr().out


def test_a_tampered_wallet_is_found(hosted: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    with hosted.usual.database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE wallet SET available = available + 100")
    assert cli.main(["ledger", "check"]) == 1
    assert "wallet_differs" in capsys.readouterr().out
    with hosted.usual.database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE wallet SET available = available - 100")


def test_understanding_is_shown_as_lines_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["understand", "来一杯冰美式"]) == 0
    assert "begin order: 1 americano +temperature.iced" in capsys.readouterr().out
    assert cli.main(["understand", "a latte", "--json"]) == 0
    reading = json.loads(capsys.readouterr().out)
    assert reading["commands"][0]["skill"] == "order"
    assert cli.main(["understand", "a latte", "--merchant", "nobody"]) == 2
    assert "There is no merchant nobody" in capsys.readouterr().err


def test_a_broken_catalogue_is_told_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "merchant.json").write_text("{}", encoding="utf-8")
    assert cli.main(["catalog", "check", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "shop/merchant.json: -: id: Field required" in shown
    assert "shop/products.json: -: -: is missing" in shown
    assert cli.main(["catalog", "check"]) == 0


def test_a_bad_setting_and_a_missing_secret_are_one_sentence_each() -> None:
    for environ, told in (
        ({"USUAL_PORT": "eighty"}, "USUAL_PORT takes a port from 0 to 65535, not 'eighty'."),
        ({"USUAL_MODE": "production", "USUAL_PUBLIC_URL": "https://shop.example"}, "USUAL_SECRET is not set"),
        ({"USUAL_HOST": "0.0.0.0"}, "USUAL_HOST takes a loopback address"),
    ):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("USUAL_")}
        run = subprocess.run(
            [sys.executable, "-m", "app.cli", "serve"], env=clean | environ, capture_output=True, text=True, check=False
        )
        assert run.returncode == 2
        assert told in run.stderr
        assert "Traceback" not in run.stderr


def test_a_reading_is_explained_in_the_words_it_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["understand", "--explain", "two oat lattes and zzyzx"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "[two] [oat] [lattes] and [zzyzx]"
    assert "  [oat]  option: milk.oat" in shown
    assert any(line.startswith("  [lattes]  item: nimbus_coffee.latte 100; passed over nimbus_coffee.") for line in shown)
    assert "  [zzyzx]  unexplained: nothing" in shown
