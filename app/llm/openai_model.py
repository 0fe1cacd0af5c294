"""A language model behind any address that speaks OpenAI's API."""

import json
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DeadlinePassed
from dataclasses import dataclass
from typing import Any

import openai
from openai import OpenAI

from app.understanding.model import ModelRequest, ModelUnavailable, Reason

REPLY_BYTES_MAX = 64 * 1024
REPLY_TOKENS_MAX = 600
# A call that outlives its deadline keeps its thread until the connection gives up; more of them than this wait no longer.
CALLS_MAX = 8


@dataclass(frozen=True, slots=True)
class ModelAddress:
    base_url: str
    api_key: str
    model: str
    deadline_ms: int


class OpenAIModel:
    """Understanding's `LanguageModel`. One try, one deadline over the whole call, a bounded reply."""

    def __init__(self, address: ModelAddress) -> None:
        self._address = address
        self._client = OpenAI(
            base_url=address.base_url,
            # The client insists on a key; a local server takes any.
            api_key=address.api_key or "none",
            timeout=address.deadline_ms / 1000,
            max_retries=0,
            http_client=openai.DefaultHttpxClient(event_hooks={"response": [_stop_at_failure]}),
        )
        self._pool = ThreadPoolExecutor(CALLS_MAX, thread_name_prefix="usual-model")

    def complete(self, request: ModelRequest) -> str:
        call: Future[str] = self._pool.submit(self._call, request)
        try:
            return call.result(self._address.deadline_ms / 1000)
        except DeadlinePassed:
            call.cancel()
            raise ModelUnavailable("timeout") from None

    def _call(self, request: ModelRequest) -> str:
        try:
            return _content(self._reply(request))
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

    def _reply(self, request: ModelRequest) -> bytes:
        """The body as it comes, read no further than is allowed."""
        messages: list[Any] = [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]
        schema: Any = {"type": "json_schema", "json_schema": {"name": "reading", "strict": True, "schema": dict(request.schema)}}
        with self._client.chat.completions.with_streaming_response.create(
            model=self._address.model,
            messages=messages,
            response_format=schema,
            temperature=0,
            max_completion_tokens=REPLY_TOKENS_MAX,
        ) as response:
            body, ends = bytearray(), time.monotonic() + self._address.deadline_ms / 1000
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


def _content(body: bytes) -> str:
    try:
        reply: Mapping[str, Any] = json.loads(body)
        message = reply["choices"][0]["message"]
        content = message.get("content")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ModelUnavailable("malformed") from None
    if message.get("refusal"):
        raise ModelUnavailable("refused")
    if not isinstance(content, str):
        raise ModelUnavailable("malformed")
    return content
