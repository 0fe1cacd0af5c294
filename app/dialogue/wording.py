"""Every sentence said, in English and Chinese: the files below `wording/en` and `wording/zh` hold the same keys, one file a topic.

A value is a sentence with `{name}` places. Money is written with its currency; counts choose `key.one` in English.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from app.base.errors import Misuse, UsualError
from app.domain.names import Lang, Names


class WordingMissing(Misuse):
    """A key that the wording files lack."""

    code = "wording_missing"


@cache
def wording(lang: Lang) -> Mapping[str, str]:
    flat: dict[str, str] = {}
    for topic in sorted((files("app.dialogue") / "wording" / lang).iterdir(), key=lambda file: file.name):
        _flatten("", yaml.safe_load(topic.read_text(encoding="utf-8")), flat)
    return flat


def say(lang: Lang, key: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of a key. Raises WordingMissing for an unknown key or a place without a parameter."""
    values = {name: _shown(value, lang) for name, value in (params or {}).items()}
    sentences = wording(lang)
    if values.get("count") == "1" and f"{key}_one" in sentences:
        key = f"{key}_one"
    try:
        return sentences[key].format(**values)
    except KeyError as missing:
        raise WordingMissing(key=key, lang=lang, missing=str(missing)) from None


def say_error(lang: Lang, error: UsualError) -> str:
    """The customer's sentence for an error, with the next step; of several constraints, for the one that failed."""
    key = f"refusal.{error.code}"
    named = f"{key}_{error.params.get('constraint')}"
    if named in wording(lang):
        key = named
    if key not in wording(lang):
        return say(lang, "refusal.unexpected", {"code": error.code})
    return say(lang, key, error.params)


def _shown(value: Any, lang: Lang) -> str:
    return value.display(lang) if isinstance(value, Names) else str(value)


def _flatten(prefix: str, node: Any, flat: dict[str, str]) -> None:
    if isinstance(node, dict):
        for name, child in node.items():
            _flatten(f"{prefix}.{name}" if prefix else str(name), child, flat)
    elif prefix in flat:
        raise Misuse(wording_key_twice=prefix)
    else:
        flat[prefix] = str(node)


def joined(parts: Iterable[str], lang: Lang) -> str:
    """A list within a sentence."""
    return (", " if lang == "en" else "、").join(parts)
