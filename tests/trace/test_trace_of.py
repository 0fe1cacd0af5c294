"""An order's trace is walked from the words to the last transfer, and a step that is not as it was written is marked."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from app import bootstrap, cli
from app.domain.customer import NotFound
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.views import ShelfView
from tests.trace.tampering import PIN, lived, tampered


@pytest.fixture
def hosted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(bootstrap, "get_usual", lambda: stage.usual)
    monkeypatch.setattr(type(stage.usual), "close", lambda self: None)
    yield stage
    monkeypatch.undo()


def test_the_walk_goes_from_the_words_to_the_refund(stage: Stage) -> None:
    order_id = lived(stage)
    found = stage.usual.tracer.of(order_id)
    assert [step.kind for step in found.steps] == [
        "understood", "shown", "quoted", "pin_accepted", "authorised", "captured", "refund_asked", "refunded", "chain",
    ]  # fmt: skip
    assert found.holds
    (words,), (shown,), (held,), (taken,) = map(found.of, ("understood", "shown", "authorised", "captured"))
    assert words.said == "two large oat lattes with a heart drawn on top"
    assert "latte" in words.read
    assert (words.facts["by"], words.facts["why"]) == ("rules", "rules_only")
    assert shown.said is not None
    assert "2 × Latte · Large, Oat" in shown.said
    assert held.facts["risk"] == "allow"
    assert taken.facts["answer"] == "accepted"
    moved = {transfer.id for transfer in stage.usual.records.transfers(order_id)}
    assert moved == {id_ for step in found.steps for id_ in str(step.facts.get("transfers", "")).split()}


def test_each_step_that_was_tampered_with_is_marked_and_the_command_fails(
    hosted: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    order_id = lived(hosted)
    order = hosted.usual.records.order(order_id)
    assert order is not None
    assert cli.main(["trace", order.number]) == 0
    assert "✗" not in capsys.readouterr().out
    for statement, kind in {
        "UPDATE vault SET text = 'a mocha' WHERE kind = 'utterance'": "understood",
        "DELETE FROM vault WHERE kind = 'card'": "shown",
        "UPDATE checkout SET body = replace(body, 'Large', 'Small')": "quoted",
        "UPDATE approval SET maximum = maximum + 1": "authorised",
        "UPDATE transfer SET amount = amount + 1 WHERE kind = 'capture'": "captured",
        "DELETE FROM transfer WHERE kind = 'refund'": "refunded",
        "UPDATE refund SET amount = amount - 1": "refund_asked",
        "UPDATE trace SET facts = replace(facts, 'accepted', 'unknown') WHERE kind = 'captured'": "captured",
        "DELETE FROM trace_head": "chain",
    }.items():
        with tampered(hosted, statement):
            assert kind in {step.kind for step in hosted.usual.tracer.of(order_id).steps if not step.holds}, statement
            assert cli.main(["trace", order_id]) == 1
            assert f"  {kind} " in "".join(line for line in capsys.readouterr().out.splitlines() if line.startswith("✗"))


def test_what_was_erased_shows_as_erased_and_the_chain_holds(stage: Stage) -> None:
    usual = stage.usual
    usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte")
    card = usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    usual.payments.pay(CUSTOMER_ID, card.id, card.version, PIN, "en")
    (order,) = usual.records.orders(CUSTOMER_ID, 10)
    with tampered(stage, "DELETE FROM vault", "UPDATE trace_head SET closed = true"):
        found = usual.tracer.of(order.id)
        assert all(step.erased and step.said is None for step in found.of("understood", "shown"))
        assert found.holds


def test_the_chat_tells_the_last_charge_in_plain_words(stage: Stage) -> None:
    order_id = lived(stage)
    before = stage.usual.records.transfers()
    (message,) = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "why was I charged?").messages
    assert isinstance(message.view, ShelfView)
    rows = {section.title: [row.title for row in section.rows] for section in message.view.sections}
    order = stage.usual.records.order(order_id)
    assert order is not None
    assert rows["What you said"] == ["“two large oat lattes with a heart drawn on top”"]
    assert rows["Who approved it"] == ["You approved it with your PIN"]
    assert rows["What became of the money"] == [
        "Held: ¥48.00",
        "The shop accepted, and was paid ¥48.00",
        "Refunded: ¥24.00",
    ]
    assert {row.tag for section in message.view.sections for row in section.rows} == {"✓"}
    assert stage.usual.records.transfers() == before
    with tampered(stage, "UPDATE approval SET maximum = maximum + 1"):
        (message,) = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "为什么扣我钱").messages
        assert isinstance(message.view, ShelfView)
        assert "不符" in message.view.hint


def test_an_order_is_found_by_its_number_in_one_query(stage: Stage) -> None:
    lived(stage)
    (order,) = stage.usual.records.orders(CUSTOMER_ID, 10)
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(stage.usual.database.engine, "before_cursor_execute", note)
    try:
        for name in (order.number, order.number.replace("-", "").lower()):
            assert stage.usual.tracer.find(name) == order.id
    finally:
        event.remove(stage.usual.database.engine, "before_cursor_execute", note)
    # Each name is looked for as an id and as a number, whoever there is.
    assert len([one for one in asked if "FROM orders" in one]) == 4
    assert not [one for one in asked if "FROM customer" in one]


@pytest.mark.parametrize("name", ["0000-000", "ZZZZ-ZZZZ", ""])
def test_a_number_that_no_order_has_is_refused(stage: Stage, name: str) -> None:
    lived(stage)
    with pytest.raises(NotFound):
        stage.usual.tracer.find(name)


def test_an_id_that_ends_like_a_number_is_no_number(stage: Stage) -> None:
    lived(stage)
    (order,) = stage.usual.records.orders(CUSTOMER_ID, 10)
    with pytest.raises(NotFound):
        stage.usual.tracer.find(f"ord_of_nobody{order.number}")
