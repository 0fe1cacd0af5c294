"""The texts of a view's controls, from the wording files."""

from collections.abc import Mapping
from functools import cache

from app.base.money import Money
from app.dialogue.wording import say, wording
from app.domain.names import Lang


def labels_of(view: str, lang: Lang, params: Mapping[str, Money] | None = None) -> dict[str, str]:
    fixed, filled = _label_keys(view, lang)
    return {**fixed, **{name: say(lang, f"{view}.labels.{name}", params or {}) for name in filled}}


@cache
def _label_keys(view: str, lang: Lang) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The labels that are always the same, and the names of those with a place to fill."""
    prefix = f"{view}.labels."
    labels = {key.removeprefix(prefix): text for key, text in wording(lang).items() if key.startswith(prefix)}
    filled = tuple(name for name, text in labels.items() if "{" in text)
    return {name: text for name, text in labels.items() if name not in filled}, filled
