"""The rules of risk as a YAML file: read and checked whole, every fault with its place."""

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from app.domain.risk import FACTS, Condition, Decision, Dimension, RiskRules, RiskRulesBroken, Rule

OURS = files("app.storage") / "risk_rules.yaml"
VERSION_LENGTH = 12


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Bounds(_Part):
    at_least: int | None = None
    at_most: int | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "_Bounds":
        if self.at_least is None and self.at_most is None:
            raise ValueError("at_least or at_most is needed")
        return self


class _Rule(_Part):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    dimension: Dimension
    decision: Decision
    when: Annotated[dict[str, _Bounds], Field(min_length=1)]

    @model_validator(mode="after")
    def _facts_known(self) -> "_Rule":
        unknown = sorted(set(self.when) - FACTS)
        if unknown:
            raise ValueError(f"no such facts: {', '.join(unknown)}")
        return self


_RULES = TypeAdapter(list[_Rule])


def load(path: Path | None = None) -> RiskRules:
    """Those of the file, or our own. Raises RiskRulesBroken."""
    try:
        text = (path or OURS).read_text(encoding="utf-8")
        parsed = _RULES.validate_python(yaml.safe_load(text))
    except ValidationError as invalid:
        faults = "; ".join(f"{_place(error['loc'])}: {error['msg']}" for error in invalid.errors())
        raise RiskRulesBroken(file=str(path or OURS), faults=faults) from None
    except (OSError, UnicodeError, yaml.YAMLError) as unreadable:
        raise RiskRulesBroken(file=str(path or OURS), faults=str(unreadable)) from None
    codes = [rule.id for rule in parsed]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise RiskRulesBroken(file=str(path or OURS), faults=f"twice: {', '.join(twice)}")
    canonical = _RULES.dump_json(parsed)
    return RiskRules(hashlib.sha256(canonical).hexdigest()[:VERSION_LENGTH], tuple(map(_rule, parsed)))


def _rule(parsed: _Rule) -> Rule:
    when = tuple(Condition(fact, bounds.at_least, bounds.at_most) for fact, bounds in parsed.when.items())
    return Rule(parsed.id, parsed.dimension, parsed.decision, when)


def _place(loc: tuple[Any, ...]) -> str:
    return "rule " + ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in loc) if loc else "the file"
