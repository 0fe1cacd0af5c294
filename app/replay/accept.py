"""Rewrite a conversation's expectations after a reviewed change: the same keys, with what is true now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from app.replay.run import Result
from app.replay.script import load_plain

WIDTH = 120
# What a turn without any expectation is given.
RECORDED = ("reading", "card", "question", "order", "ledger", "refused", "standing")


def accept(path: Path, result: Result) -> None:
    """Write the file anew. Wording that is still said is kept as it was written."""
    plain = load_plain(path)
    for written, played in zip(plain["turns"], result.turns, strict=True):
        acts = {k: v for k, v in written.items() if k not in played.turn.expect}
        expected = played.turn.expect or {
            k: played.actual.get(k) for k in RECORDED if played.actual.get(k) not in ({}, [], "no", None)
        }
        written.clear()
        written.update(acts | _updated(expected, played.actual))
    if plain.get("end"):
        plain["end"] = _updated(plain["end"], result.end)
    path.write_text(as_text(plain), encoding="utf-8")


def _updated(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(key, wanted, actual.get(key)) for key, wanted in expected.items()}


def _value(key: str, wanted: Any, present: Any) -> Any:
    if key == "says":
        texts = [wanted] if isinstance(wanted, str) else wanted
        kept = [text for text in texts if any(text in sentence for sentence in present or [])]
        return kept or list(present or [])
    if isinstance(wanted, Mapping) and wanted and isinstance(present, Mapping):
        return _updated(wanted, present)
    return "none" if present in ({}, [], None, "") else present


class _Plain(yaml.SafeDumper):
    """Text without quotes wherever a reader that reads every scalar as text needs none."""


# Without these the dumper quotes what another reader would take for a number.
_Plain.yaml_implicit_resolvers = {}


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value)


_Plain.add_representer(str, _text)


def as_text(plain: Any) -> str:
    return yaml.dump(plain, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=False)
