"""Where each model is to be had and what it costs: a table in TOML, one line a model, however many there are.

[providers]
openai = "https://api.example.com/v1"

[models."small-1"]
provider = "openai"
name = "small-1-2026-05"    # what the provider calls it, if that is not the same
input = "0.40"              # for a million tokens
output = "1.60"
currency = "USD"
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.base.errors import UsualError

# A price has at most so many decimals, so that a token's is a whole number of picos.
DECIMALS_MAX = 6


class ModelTableBroken(UsualError):
    """A table of models, or a name that it does not explain; the sentence names the place."""

    code = "model_table_broken"

    def __init__(self, sentence: str) -> None:
        super().__init__(why=sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Price:
    """What one token costs, in picos (10⁻¹²) of the currency's unit: exact for every price a provider names."""

    input_pico: int
    output_pico: int
    currency: str

    def cost_pico(self, prompt_tokens: int, completion_tokens: int) -> int:
        return prompt_tokens * self.input_pico + completion_tokens * self.output_pico


@dataclass(frozen=True, slots=True)
class Route:
    """`model` is the name that is set, `remote` what the provider calls it. Without a price its calls are counted, not priced."""

    model: str
    remote: str
    base_url: str
    api_key: str
    price: Price | None = None


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: str
    name: str | None = None
    input: str | None = None
    output: str | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    providers: dict[str, str]
    models: dict[str, _Line]


def routes(names: Sequence[str], table: Path | None, base_url: str, keys: Mapping[str, str]) -> tuple[Route, ...]:
    """A route for each name, in their order. `base_url` is for names that are in no table; `keys` are by provider, "" for it.

    Raises ModelTableBroken.
    """
    known = _read(table) if table is not None else _Table(providers={}, models={})
    return tuple(_route(name, known, base_url, keys) for name in names)


def _route(name: str, table: _Table, base_url: str, keys: Mapping[str, str]) -> Route:
    line = table.models.get(name)
    if line is None:
        if not base_url:
            raise ModelTableBroken(f"The model {name!r} is in no table and USUAL_MODEL_BASE_URL is empty.")
        return Route(name, name, base_url, keys.get("", ""))
    return Route(name, line.name or name, table.providers[line.provider], keys.get(line.provider, ""), _price(name, line))


def _read(path: Path) -> _Table:
    try:
        table = _Table.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as unreadable:
        raise ModelTableBroken(f"{path} can't be read: {unreadable}") from None
    except ValidationError as invalid:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in invalid.errors())
        raise ModelTableBroken(f"{path}: {places}") from None
    for provider, url in table.providers.items():
        if urlsplit(url).scheme not in ("http", "https"):
            raise ModelTableBroken(f"{path}: providers.{provider} takes an http or https address, not {url!r}.")
    for name, line in table.models.items():
        if line.provider not in table.providers:
            raise ModelTableBroken(f"{path}: models.{name}.provider names no provider of the table: {line.provider!r}.")
        _price(name, line)
    return table


def _price(name: str, line: _Line) -> Price | None:
    if line.input is None and line.output is None:
        return None
    return Price(_pico(name, "input", line.input), _pico(name, "output", line.output), line.currency)


def _pico(name: str, field: str, text: str | None) -> int:
    """For a million tokens in units → for one token in picos: the same digits with six places more."""
    try:
        price = Decimal(text or "0")
        pico = price.scaleb(DECIMALS_MAX) if price.is_finite() else price
        if not price.is_finite() or price < 0 or pico != pico.to_integral_value():
            raise InvalidOperation
    except InvalidOperation:
        raise ModelTableBroken(f"models.{name}.{field} takes a price with at most {DECIMALS_MAX} decimals, not {text!r}.") from None
    return int(pico)
