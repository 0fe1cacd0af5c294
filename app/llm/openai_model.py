"""A language model behind any address that speaks OpenAI's API."""

import json
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DeadlinePassed
from dataclasses import dataclass, replace
from typing import Any

import openai
from openai import OpenAI

from app.dialogue.reading import FailedCall, ModelUse
from app.llm.routes import Route
from app.understanding.model import ModelReply, ModelRequest, ModelUnavailable, Reason

REPLY_BYTES_MAX = 64 * 1024
REPLY_TOKENS_MAX = 600
# A call that outlives its deadline keeps its thread until the connection gives up; more of them than this wait no longer.
CALLS_MAX = 8
# No call of ours comes near: a count beyond it is no count.
TOKENS_MAX = 10_000_000

# In and out.
Tokens = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: the text, and the tokens that the server counted, in and out, where it tells."""

    text: str
    tokens: Tokens | None


class OpenAIModel:
    """One model at one address. One try, one deadline over the whole call, a bounded reply."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._client = OpenAI(
            base_url=route.base_url,
            # The client insists on a key; a local server takes any.
            api_key=route.api_key or "none",
            max_retries=0,
            http_client=openai.DefaultHttpxClient(event_hooks={"response": [_stop_at_failure]}),
        )
        self._pool = ThreadPoolExecutor(CALLS_MAX, thread_name_prefix="usual-model")

    def complete(self, request: ModelRequest, within_seconds: float) -> ModelReply:
        started = time.monotonic()
        call: Future[Answered] = self._pool.submit(self._call, request, within_seconds)
        try:
            answered = call.result(within_seconds)
        except DeadlinePassed:
            call.cancel()
            raise self._unavailable(_Failed("timeout"), started) from None
        except _Failed as failed:
            raise self._unavailable(failed, started) from None
        return ModelReply(answered.text, self._use(answered.tokens, _ms_since(started)))

    def _unavailable(self, failed: "_Failed", started: float) -> ModelUnavailable:
        took_ms = _ms_since(started)
        call = FailedCall(self._route.model, failed.reason, took_ms, self._use(failed.tokens, took_ms))
        return ModelUnavailable(failed.reason, (call,))

    def _use(self, tokens: Tokens | None, took_ms: int) -> ModelUse | None:
        if tokens is None:
            return None
        use, price = ModelUse(self._route.model, *tokens, took_ms), self._route.price
        return use if price is None else replace(use, cost_pico=price.cost_pico(*tokens), currency=price.currency)

    def _call(self, request: ModelRequest, within_seconds: float) -> Answered:
        try:
            return _answered(self._reply(request, within_seconds))
        except _Failed:
            raise
        except openai.APITimeoutError:
            raise _Failed("timeout") from None
        except openai.APIConnectionError:
            raise _Failed("unreachable") from None
        except Exception:  # noqa: BLE001 - a body that breaks off or can't be unpacked comes as the transport's own errors
            raise _Failed("malformed") from None

    def _reply(self, request: ModelRequest, within_seconds: float) -> bytes:
        """The body as it comes, read no further than is allowed."""
        messages: list[Any] = [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]
        schema: Any = {"type": "json_schema", "json_schema": {"name": "reading", "strict": True, "schema": dict(request.schema)}}
        with self._client.chat.completions.with_streaming_response.create(
            model=self._route.remote,
            messages=messages,
            response_format=schema,
            temperature=0,
            max_completion_tokens=REPLY_TOKENS_MAX,
            timeout=within_seconds,
        ) as response:
            body, ends = bytearray(), time.monotonic() + within_seconds
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > ends:
                    raise _Failed("timeout")
                if len(body) > REPLY_BYTES_MAX:
                    raise _Failed("too_long")
            return bytes(body)


class _Failed(Exception):
    """A call without a reply to be read. `tokens`: what the server counted for it, where it told."""

    def __init__(self, reason: Reason, tokens: Tokens | None = None) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.tokens = tokens


def _ms_since(started: float) -> int:
    return round(1000 * (time.monotonic() - started))


def _stop_at_failure(response: Any) -> None:
    """An HTTP status that is no answer: its body is not read, however long it is."""
    status = response.status_code
    if status >= 400:
        response.close()
        raise _Failed("rate_limited" if status == 429 else "server_error" if status >= 500 else "refused")


def _answered(body: bytes) -> Answered:
    try:
        reply: Mapping[str, Any] = json.loads(body)
        usage = reply.get("usage")
        tokens = (usage["prompt_tokens"], usage["completion_tokens"]) if usage else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _Failed("malformed") from None
    if not all(type(count) is int and 0 <= count <= TOKENS_MAX for count in tokens or ()):
        raise _Failed("malformed")
    try:
        message = reply["choices"][0]["message"]
        content, refusal = message.get("content"), message.get("refusal")
    except (LookupError, TypeError, AttributeError):
        raise _Failed("malformed", tokens) from None
    if refusal:
        raise _Failed("refused", tokens)
    if not isinstance(content, str):
        raise _Failed("malformed", tokens)
    return Answered(content, tokens)
