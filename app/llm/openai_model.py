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

from app.dialogue.reading import ModelUse
from app.llm.routes import Route
from app.understanding.model import ModelReply, ModelRequest, ModelUnavailable, Reason

REPLY_BYTES_MAX = 64 * 1024
REPLY_TOKENS_MAX = 600
# A call that outlives its deadline keeps its thread until the connection gives up; more of them than this wait no longer.
CALLS_MAX = 8
# No call of ours comes near: a count beyond it is no count.
TOKENS_MAX = 10_000_000


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: the text, and the tokens that the server counted, in and out, where it tells."""

    text: str
    tokens: tuple[int, int] | None


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
            raise ModelUnavailable("timeout") from None
        return ModelReply(answered.text, self._use(answered, round(1000 * (time.monotonic() - started))))

    def _use(self, answered: Answered, took_ms: int) -> ModelUse | None:
        if answered.tokens is None:
            return None
        use, price = ModelUse(self._route.model, *answered.tokens, took_ms), self._route.price
        return use if price is None else replace(use, cost_pico=price.cost_pico(*answered.tokens), currency=price.currency)

    def _call(self, request: ModelRequest, within_seconds: float) -> Answered:
        try:
            return _answered(self._reply(request, within_seconds))
        except ModelUnavailable:
            raise
        except openai.APITimeoutError:
            raise ModelUnavailable("timeout") from None
        except _Failed as failed:
            raise ModelUnavailable(failed.reason) from None
        except openai.APIConnectionError:
            raise ModelUnavailable("unreachable") from None
        except Exception:  # noqa: BLE001 - a body that breaks off or can't be unpacked comes as the transport's own errors
            raise ModelUnavailable("malformed") from None

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
                    raise ModelUnavailable("timeout")
                if len(body) > REPLY_BYTES_MAX:
                    raise ModelUnavailable("too_long")
            return bytes(body)


class _Failed(Exception):
    """An HTTP status that is no answer; its body is not read, however long it is."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def _stop_at_failure(response: Any) -> None:
    status = response.status_code
    if status >= 400:
        response.close()
        raise _Failed("rate_limited" if status == 429 else "server_error" if status >= 500 else "refused")


def _answered(body: bytes) -> Answered:
    try:
        reply: Mapping[str, Any] = json.loads(body)
        message = reply["choices"][0]["message"]
        content = message.get("content")
        usage = reply.get("usage")
        tokens = (usage["prompt_tokens"], usage["completion_tokens"]) if usage else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ModelUnavailable("malformed") from None
    if message.get("refusal"):
        raise ModelUnavailable("refused")
    if not isinstance(content, str) or not all(type(count) is int and 0 <= count <= TOKENS_MAX for count in tokens or ()):
        raise ModelUnavailable("malformed")
    return Answered(content, tokens)
