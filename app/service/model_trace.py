"""What the trace keeps of a language model's calls."""

from app.dialogue.reading import FailedCall, ModelUse


def model_facts(use: ModelUse | None) -> dict[str, str | int]:
    """What the trace keeps of a model's call: its cost to the last token."""
    if use is None:
        return {}
    tokens: dict[str, str | int] = {"prompt_tokens": use.prompt_tokens, "completion_tokens": use.completion_tokens}
    cost: dict[str, str | int] = {} if use.cost_pico is None else {"cost_pico": use.cost_pico, "currency": use.currency}
    return {"model": use.model, "took_ms": use.took_ms, **tokens, **cost}


def failed_facts(call: FailedCall, utterance_id: str) -> dict[str, str | int]:
    """A call that gave no reply: why, and what it cost where the server counted all the same."""
    lost: dict[str, str | int] = {"utterance": utterance_id, "model": call.model, "reason": call.reason, "took_ms": call.took_ms}
    return {**lost, **model_facts(call.use)}
