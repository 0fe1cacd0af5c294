"""Readers of words: the rules, with the models that are set, or with what models once answered."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.llm.chain import ModelChain
from app.llm.openai_model import OpenAIModel
from app.llm.recorded import RecordedModel, RecordingModel, RememberedModel, Row, writing_to
from app.llm.routes import routes
from app.service.ports import Reader
from app.settings import SettingMissing, Settings
from app.understanding.reader import PolicyReader


def reader_of(settings: Settings) -> Reader:
    """The rules, with the models that are set. Raises ModelTableBroken."""
    return PolicyReader(_model(settings), settings.model_ask) if settings.has_model else PolicyReader()


def _model(settings: Settings) -> ModelChain:
    """Raises ModelTableBroken."""
    found = routes(settings.model_name, settings.model_table, settings.model_base_url, settings.model_api_key)
    return ModelChain([OpenAIModel(route) for route in found], settings.model_deadline_ms)


def recorded_reader(rows: Iterable[Row], where: str) -> Reader:
    """Answers as the recorded model did; a request that was not recorded raises."""
    return PolicyReader(RecordedModel(rows, where), "when_unsure")


def recording_reader(settings: Settings, traffic: Path) -> Reader:
    """Asks the configured model and writes its traffic down anew. Raises SettingMissing without one."""
    if not settings.has_model:
        raise SettingMissing("USUAL_MODEL_BASE_URL and USUAL_MODEL_NAME", "recording asks a model.")
    traffic.unlink(missing_ok=True)
    return PolicyReader(RecordingModel(_model(settings), writing_to(traffic)), "when_unsure")


def remembering_reader(answers: Sequence[tuple[str, Row]], write: Callable[[Row], None]) -> Reader:
    """Answers each words as a model did once, and writes the traffic that this makes."""
    return PolicyReader(RecordingModel(RememberedModel(answers), write), "when_unsure")
