"""A real HTTP server that speaks OpenAI's chat API, well or badly, for the tests of the model path."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ModelServer:
    """`answer` makes the content of a reply from the request; the other fields make it go wrong."""

    answer: Callable[[dict[str, Any]], str] = lambda request: "{}"
    status: int = 200
    body: bytes | None = None
    delay: float = 0.0
    drip: bool = False
    cut_short: bool = False
    encoding: str | None = None
    usage: dict[str, Any] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    base_url: str = ""

    def reply(self, request: dict[str, Any]) -> bytes:
        if self.body is not None:
            return self.body
        message = {"role": "assistant", "content": self.answer(request)}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        whole = {"id": "cmpl_1", "object": "chat.completion", "created": 0, "model": request["model"], "choices": [choice]}
        whole |= {"usage": self.usage} if self.usage is not None else {}
        return json.dumps(whole).encode()


@contextmanager
def model_server() -> Iterator[ModelServer]:
    model = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.requests.append({"path": self.path, "authorization": self.headers.get("Authorization"), **request})
            time.sleep(model.delay)
            body = model.reply(request)
            with suppress(OSError):
                self.send_response(model.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body) + (100 if model.cut_short else 0)))
                if model.encoding:
                    self.send_header("Content-Encoding", model.encoding)
                self.end_headers()
                for start in range(0, len(body), 1 if model.drip else len(body) or 1):
                    self.wfile.write(body[start : start + (1 if model.drip else len(body))])
                    self.wfile.flush()
                    time.sleep(0.05 if model.drip else 0)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    model.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
