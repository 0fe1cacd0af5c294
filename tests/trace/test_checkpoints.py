"""A checkpoint that is kept elsewhere gives away a tail that was computed anew, and whoever changes the stored ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.checkpoint import CheckpointBroken, from_json
from app.identity.signing import Ed25519Signer
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.checkpoints import WHOLE_EVERY
from tests.trace.tampering import rewrite_tail, tampered

NOTHING_DONE = "UPDATE wallet SET bound = bound"


@pytest.fixture
def talked(stage: Stage) -> Stage:
    for words in ("a latte", "make that two", "a croissant"):
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, words)
    return stage


def found(stage: Stage, *lines: str) -> dict[str, str]:
    """Code by subject, of the audit and of the checkpoints together."""
    faults = {fault.subject: fault.kind for fault in stage.usual.audit.check()}
    return faults | {subject: code for code, subject, _ in stage.usual.checkpoints.faults(map(from_json, lines))}


def line(stage: Stage) -> str:
    made, heads = stage.usual.checkpoints.make()
    return made.to_json(heads)


def told(stage: Stage) -> int:
    """The place of a link that binds nothing: what it says can be told otherwise."""
    return next(link.sequence for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "wallet_bound")


def test_a_tail_computed_anew_is_found_by_a_checkpoint_kept_elsewhere_and_by_nothing_else(talked: Stage) -> None:
    with tampered(talked, NOTHING_DONE):
        rewrite_tail(talked, told(talked), {"consent": "never asked"})
        assert found(talked) == {}, "without a checkpoint nobody can tell: this is what they are for"
    kept = line(talked)
    talked.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a mocha")
    assert found(talked, kept) == {}
    with tampered(talked, NOTHING_DONE):
        rewrite_tail(talked, told(talked), {"consent": "never asked"})
        assert found(talked)[CUSTOMER_ID] == "trace_rewritten", "the stored checkpoint tells as well, while it is there"
    with tampered(talked, "DELETE FROM checkpoint"):
        rewrite_tail(talked, told(talked), {"consent": "never asked"})
        assert found(talked) == {}
        named = found(talked, kept)
        assert named == {CUSTOMER_ID: "trace_rewritten", "checkpoint 1 kept elsewhere": "checkpoint_differs"}


def test_who_has_even_the_key_is_found_by_a_checkpoint_kept_elsewhere(talked: Stage) -> None:
    kept = line(talked)
    with tampered(talked, "DELETE FROM checkpoint", "UPDATE effect SET key = 'gone' WHERE key = 'checkpoint:1'"):
        rewrite_tail(talked, told(talked), {"consent": "never asked"})
        line(talked)
        assert found(talked) == {}
        named = found(talked, kept)
        assert named == {CUSTOMER_ID: "trace_rewritten", "checkpoint 1 kept elsewhere": "checkpoint_differs"}


def test_a_stored_checkpoint_that_was_changed_taken_out_or_signed_by_another_is_named(talked: Stage) -> None:
    line(talked)
    talked.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a mocha")
    line(talked)
    for statement in (
        "DELETE FROM checkpoint WHERE id = 1",
        "UPDATE checkpoint SET body = replace(body, '\"number\":1', '\"number\":7') WHERE id = 1",
        "UPDATE checkpoint SET body = replace(body, '\"customers\":1', '\"customers\":2')",
    ):
        with tampered(talked, statement):
            assert set(found(talked).values()) & {"checkpoint_broken", "checkpoint_forged"}, statement
    made, heads = talked.usual.checkpoints.make()
    other = Ed25519Signer("11" * 32)
    forged = replace(made, key=other.key)
    forged = replace(forged, signature=other.sign(forged.statement))
    assert found(talked, forged.to_json(heads)) == {"checkpoint 3 kept elsewhere": "checkpoint_forged"}


def test_anybody_can_check_a_signature_with_the_key_that_it_names_and_nothing_secret(talked: Stage) -> None:
    made, _ = from_json(line(talked))
    stranger = Ed25519Signer("22" * 32)
    assert stranger.is_signed(made.key, made.statement, made.signature)
    assert not stranger.is_signed(made.key, made.statement + " ", made.signature)
    assert not stranger.is_signed("no key", made.statement, made.signature)


def test_a_line_whose_heads_were_changed_or_that_is_none_is_refused(talked: Stage) -> None:
    made, heads = talked.usual.checkpoints.make()
    moved = {customer: (sequence - 1, hashed) for customer, (sequence, hashed) in heads.items()}
    for broken in (made.to_json(moved), "{}", "[]", "no json", '{"number": "x"}'):
        with pytest.raises(CheckpointBroken):
            from_json(broken)


def test_the_worker_makes_one_an_hour_and_none_where_nothing_has_moved(talked: Stage) -> None:
    checkpoints = talked.usual.checkpoints
    assert [checkpoints.make_due(), checkpoints.make_due()] == [True, False]
    talked.clock.advance(timedelta(hours=2))
    assert not checkpoints.make_due()
    talked.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a mocha")
    talked.clock.advance(timedelta(hours=2))
    assert checkpoints.make_due()
    first, second = checkpoints.records.checkpoints()
    assert (second.previous, second.number) == (first.digest, 2)


def test_every_so_often_one_states_all_heads_again_and_the_others_only_what_moved(talked: Stage) -> None:
    made = [talked.usual.checkpoints.make()[0] for _ in range(WHOLE_EVERY + 2)]
    assert [len(checkpoint.moved) for checkpoint in made] == [1, *[0] * (WHOLE_EVERY - 1), 1, 0]
    assert found(talked) == {}
