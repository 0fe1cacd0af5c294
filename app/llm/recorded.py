"""A model's traffic, recorded once beside a conversation and replayed without a network. A miss fails loudly."""

import hashlib
import json
from pathlib import Path

from rapidfuzz import fuzz

from app.base.errors import Misuse
from app.understanding.model import LanguageModel, ModelRequest, ModelUnavailable


class TrafficMissing(Misuse):
    """Nothing was recorded for this request; `nearest` is the recorded one that is most like it."""

    code = "model_traffic_missing"


class RecordedModel:
    """Answers from a file of JSON lines: `{"key", "user", "reply"}` or `{"key", "user", "unavailable"}`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._rows = {row["key"]: row for row in map(json.loads, filter(None, lines))}

    def complete(self, request: ModelRequest) -> str:
        row = self._rows.get(_key(request))
        if row is None:
            nearest = max(self._rows.values(), key=lambda r: fuzz.ratio(r["user"], request.user), default={"user": "nothing"})
            raise TrafficMissing(file=str(self._path), asked=request.user, nearest=nearest["user"])
        if "unavailable" in row:
            raise ModelUnavailable(row["unavailable"])
        return str(row["reply"])


class RecordingModel:
    """Asks another model and writes down what it said, also when it was unavailable."""

    def __init__(self, model: LanguageModel, path: Path) -> None:
        self._model, self._path = model, path

    def complete(self, request: ModelRequest) -> str:
        try:
            reply = self._model.complete(request)
        except ModelUnavailable as unavailable:
            self._write(request, {"unavailable": unavailable.reason})
            raise
        self._write(request, {"reply": reply})
        return reply

    def _write(self, request: ModelRequest, outcome: dict[str, str]) -> None:
        row = {"key": _key(request), "user": request.user, **outcome}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _key(request: ModelRequest) -> str:
    """Over the whole request: a changed prompt, spec or candidate list is another request."""
    whole = json.dumps([request.system, request.user, request.schema], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()
