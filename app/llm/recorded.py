"""A model's traffic, recorded once beside a conversation or in it, and replayed without a network. A miss fails loudly."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from rapidfuzz import fuzz

from app.base.errors import Misuse
from app.understanding.model import LanguageModel, ModelReply, ModelRequest, ModelUnavailable

# `{"key", "words", "reply"}` or `{"key", "words", "unavailable"}`.
Row = Mapping[str, str]


class TrafficMissing(Misuse):
    """Nothing was recorded for this request; `nearest` is the recorded one that is most like it."""

    code = "model_traffic_missing"


class RecordedModel:
    """Answers from what was recorded. `where` names it for whoever has to record it anew."""

    def __init__(self, rows: Iterable[Row], where: str) -> None:
        self._where = where
        self._rows = {row["key"]: row for row in rows}

    def complete(self, request: ModelRequest) -> ModelReply:
        row = self._rows.get(request.digest)
        if row is None:
            asked = request.words
            nearest = max((r["words"] for r in self._rows.values()), key=lambda words: fuzz.ratio(words, asked), default="nothing")
            raise TrafficMissing(file=self._where, asked=asked, nearest=nearest)
        return _answer(row)


class RememberedModel:
    """Answers as a model answered these words before, each answer once: for a conversation whose requests were not recorded."""

    def __init__(self, answers: Sequence[tuple[str, Row]]) -> None:
        self._left = list(answers)

    def complete(self, request: ModelRequest) -> ModelReply:
        asked = request.words
        at = next((at for at, (words, _) in enumerate(self._left) if words == asked), None)
        if at is None:
            raise TrafficMissing(file="the conversation", asked=asked, nearest=next((words for words, _ in self._left), "nothing"))
        return _answer(self._left.pop(at)[1])


class RecordingModel:
    """Asks another model and passes on what it said, also when it was unavailable."""

    def __init__(self, model: LanguageModel, write: Callable[[Row], None]) -> None:
        self._model, self._write = model, write

    def complete(self, request: ModelRequest) -> ModelReply:
        row = {"key": request.digest, "words": request.words}
        try:
            reply = self._model.complete(request)
        except ModelUnavailable as unavailable:
            self._write(row | {"unavailable": unavailable.reason})
            raise
        self._write(row | {"reply": reply.text})
        return reply


def traffic_in(path: Path) -> list[Row]:
    """The rows of a file, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def writing_to(path: Path) -> Callable[[Row], None]:
    def write(row: Row) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    return write


def _answer(row: Row) -> ModelReply:
    if "unavailable" in row:
        raise ModelUnavailable(row["unavailable"])  # type: ignore[arg-type]
    return ModelReply(row["reply"])
