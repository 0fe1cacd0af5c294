"""What a model was asked and what it answered stands in the trace as hashes, under a salt that goes with the customer's texts."""

from app.domain.trace import text_hash
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.readings import READING
from app.understanding.model import ModelReply, ModelRequest
from app.understanding.reader import PolicyReader


class Echo:
    """Always abstains, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[ModelRequest] = []

    def complete(self, request: ModelRequest) -> ModelReply:
        self.asked.append(request)
        return ModelReply('{"commands": [{"command": "abstain"}]}')


def test_prompt_and_reply_are_proved_by_the_vaults_reading_and_by_nothing_else(stage: Stage) -> None:
    model = Echo()
    stage.usual.assistant.reader = PolicyReader(model, "always")
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte")
    (link,) = (link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "understood")
    (entry,) = (entry for entry in stage.usual.records.vault_entries(CUSTOMER_ID) if entry.kind == "reading")
    (request,) = model.asked
    reading = READING.validate_json(entry.text)
    assert (reading.prompt, reading.reply) == (request.digest, '{"commands": [{"command": "abstain"}]}')
    assert link.facts["prompt"] == text_hash(entry.salt, request.digest)
    assert link.facts["reply"] == text_hash(entry.salt, reading.reply)
    assert request.digest not in link.facts.values(), "a plain hash of words so short could be guessed after an erasure"


def test_where_the_rules_read_alone_no_prompt_is_claimed(stage: Stage) -> None:
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a latte")
    (link,) = (link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "understood")
    assert not {"prompt", "reply"} & link.facts.keys()
