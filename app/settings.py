"""The environment, read once into one frozen `Settings`. Nothing else in the project reads environment variables.

`TABLE` declares every variable; the README's settings table is made from it by `settings_table`.
"""

import hashlib
import hmac
import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from app.base.errors import UsualError
from app.domain.passkey import relying_party

Mode = Literal["demo", "production"]
ModelAsk = Literal["when_unsure", "always", "never"]

PREFIX = "USUAL_"
SECRET_LENGTH_MIN = 32


class SettingInvalid(UsualError):
    """A variable holds what it can't; the sentence names it and says what it takes."""

    code = "setting_invalid"

    def __init__(self, variable: str, takes: str, given: str = "") -> None:
        super().__init__(variable=variable, takes=takes)
        self.sentence = f"{variable} takes {takes}" + (f", not {given!r}." if given else ".")

    def __str__(self) -> str:
        return self.sentence


class SettingMissing(UsualError):
    """Outside the demo a variable has no default and is not set."""

    code = "setting_missing"

    def __init__(self, variable: str, meaning: str) -> None:
        super().__init__(variable=variable)
        self.sentence = f"{variable} is not set and has no default outside demo mode: {meaning}"

    def __str__(self) -> str:
        return self.sentence


class PortTaken(Exception):
    """Another program listens there."""

    def __init__(self, host: str, port: int, setting: str = "PORT") -> None:
        another = f"USUAL_{setting}={port + 1}"
        super().__init__(f"Port {port} on {host} is taken. Stop what listens there, or choose another: {another}.")


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: `takes` says in words what `read` accepts; `read` raises ValueError for anything else."""

    name: str
    takes: str
    default: str
    meaning: str
    read: Callable[[str], Any] = str
    secret: bool = False
    needed_in_production: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.name


@dataclass(frozen=True, slots=True)
class Settings:
    """What the process runs with. Secrets stay out of its repr."""

    mode: Mode
    host: str
    port: int
    public_url: str
    var_dir: Path
    catalog_dir: Path
    database_url: str = field(repr=False)
    risk_rules: Path | None
    secret: str = field(repr=False)
    pin_pepper: str = field(repr=False)
    model_base_url: str
    model_api_key: Mapping[str, str] = field(repr=False)
    model_name: tuple[str, ...]
    model_table: Path | None
    model_ask: ModelAsk
    model_deadline_ms: int
    quote_ttl_seconds: int
    stranded_after_seconds: int
    merchant_answer_ms: int
    merchant_minute_seconds: int
    save_as_test: Literal["on", "off", "demo"]
    turn_threads: int
    worker: Literal["on", "off"]
    metrics_port: int
    log_level: str
    log_format: Literal["text", "json"]

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def passkey_origin(self) -> str | None:
        """The one address of passkeys; None in the demo, which this machine reaches by more than one: the page's own."""
        return None if self.is_demo else self.public_url

    @property
    def saves_tests(self) -> bool:
        return self.save_as_test == "on" or (self.save_as_test == "demo" and self.is_demo)

    @property
    def has_model(self) -> bool:
        return bool(self.model_name and (self.model_base_url or self.model_table))

    def key_for(self, purpose: str) -> str:
        """A key of its own for each purpose, so that none can be used in place of another."""
        return derived_key(self.secret, purpose)


def derived_key(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return read


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ValueError(text)
        return int(text)

    return read


def _address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(text)
    return text.rstrip("/")


def _database(text: str) -> str:
    if text and not text.startswith(("sqlite://", "postgresql://")):
        raise ValueError("…")
    return text


def _secret(text: str) -> str:
    if text and len(text) < SECRET_LENGTH_MIN:
        raise ValueError("…")
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in text.split(","))))


def _keys(text: str) -> Mapping[str, str]:
    """By provider; what does not look like provider=key is one key for the base URL, "=" or not."""
    pairs = [re.fullmatch(r"\s*([A-Za-z0-9_-]+)=(\S{8,})\s*", part) for part in text.split(",")]
    if text and all(pairs):
        return {pair[1]: pair[2] for pair in pairs if pair}
    if "," in text:
        raise ValueError("…")
    return {"": text} if text else {}


def _file(text: str) -> Path | None:
    return Path(text) if text else None


_LONG = f"at least {SECRET_LENGTH_MIN} random characters"

TABLE: tuple[Setting, ...] = (
    Setting(
        "MODE",
        "`demo` or `production`",
        "demo",
        "`demo` seeds a customer and listens on this machine only; `production` has no default secrets.",
        _one_of("demo", "production"),
    ),
    Setting("HOST", "an address to listen on", "127.0.0.1", "In demo mode only a loopback address is taken."),
    Setting("PORT", "a port from 0 to 65535", "8000", "0 takes a free one.", _whole(0, 65535)),
    Setting(
        "PUBLIC_URL",
        "an https address with a name",
        "",
        "The address customers open; passkeys belong to its name. Browser requests from any other origin are refused.",
        _address,
        needed_in_production=True,
    ),
    Setting("VAR_DIR", "a folder", "var", "Where the database and the demo's secret lie.", Path),
    Setting("CATALOG_DIR", "a folder", "catalog", "The merchants' catalogues, one folder each.", Path),
    Setting(
        "DATABASE_URL",
        "`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`",
        "",
        "`sqlite:///` + `USUAL_VAR_DIR` + `/usual.db` when it is empty.",
        _database,
        secret=True,
    ),
    Setting("RISK_RULES", "a YAML file", "", "The rules of risk in place of our own, `app/storage/risk_rules.yaml`.", _file),
    Setting(
        "SECRET",
        _LONG,
        "",
        "The root of the keys for sign-in and forms. The demo makes its own and keeps it in `USUAL_VAR_DIR`.",
        _secret,
        secret=True,
        needed_in_production=True,
    ),
    Setting(
        "PIN_PEPPER",
        _LONG,
        "",
        "Mixed into every PIN's hash; keep it as long as the PINs. Derived from `USUAL_SECRET` when it is empty.",
        _secret,
        secret=True,
    ),
    Setting("MODEL_BASE_URL", "an http or https address", "", "An OpenAI-compatible API. Empty: rules alone.", _address),
    Setting(
        "MODEL_API_KEY",
        "a key, or provider=key for each provider of the table, with commas between",
        "",
        "The keys for the APIs that want one.",
        _keys,
        secret=True,
    ),
    Setting("MODEL_NAME", "names with commas between", "", "The models to ask, tried in this order.", _names),
    Setting(
        "MODEL_TABLE",
        "a TOML file",
        "",
        "Which provider has which model, and what its tokens cost. A name that is not in it is at `USUAL_MODEL_BASE_URL`.",
        _file,
    ),
    Setting(
        "MODEL_ASK",
        "`when_unsure`, `always` or `never`",
        "when_unsure",
        "When the model is asked. The rules always run.",
        _one_of("when_unsure", "always", "never"),
    ),
    Setting(
        "MODEL_DEADLINE_MS",
        "milliseconds from 100 to 60000",
        "4000",
        "After this the rules' reading stands.",
        _whole(100, 60000),
    ),
    Setting("QUOTE_TTL_SECONDS", "seconds from 10 to 86400", "300", "How long a card's price is kept.", _whole(10, 86400)),
    Setting(
        "STRANDED_AFTER_SECONDS",
        "seconds from 1 to 3600",
        "30",
        "How old a hold must be before the worker asks the merchant what became of its order.",
        _whole(1, 3600),
    ),
    Setting(
        "MERCHANT_ANSWER_MS",
        "milliseconds from 0 to 60000",
        "0",
        "How long the built-in merchants take to accept an order.",
        _whole(0, 60000),
    ),
    Setting(
        "MERCHANT_MINUTE_SECONDS",
        "seconds from 1 to 60",
        "6",
        "How long a minute of the built-in merchants lasts: at 6 a delivery of half an hour takes three minutes.",
        _whole(1, 60),
    ),
    Setting(
        "SAVE_AS_TEST",
        "`on`, `off` or `demo`",
        "demo",
        "Whether a customer can have their conversation as a replay file; `demo`: in the demo alone.",
        _one_of("on", "off", "demo"),
    ),
    Setting("TURN_THREADS", "a number from 1 to 64", "8", "How many turns are worked on at the same time.", _whole(1, 64)),
    Setting(
        "WORKER",
        "`on` or `off`",
        "on",
        "Whether `usual serve` also does the work of `usual worker`: standing orders, holds, refunds, days.",
        _one_of("on", "off"),
    ),
    Setting(
        "METRICS_PORT",
        "a port from 0 to 65535",
        "0",
        "Where Prometheus finds this process's figures, on `USUAL_HOST`. 0: nowhere.",
        _whole(0, 65535),
    ),
    Setting(
        "LOG_LEVEL",
        "`debug`, `info`, `warning` or `error`",
        "warning",
        "How much is logged. Words, addresses and PINs never are.",
        _one_of("debug", "info", "warning", "error"),
    ),
    Setting("LOG_FORMAT", "`text` or `json`", "text", "`json`: an object a line, with the trace's ids.", _one_of("text", "json")),
)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the environment. Raises SettingInvalid or SettingMissing, each with one sentence for the operator."""
    values = {setting.name.lower(): _value(setting, environ) for setting in TABLE}
    demo = values["mode"] == "demo"
    if demo and not is_loopback(values["host"]):
        raise SettingInvalid(PREFIX + "HOST", "a loopback address such as 127.0.0.1 in demo mode", values["host"])
    if not demo:
        _require(values)
        _check_passkeys_work_at(values["public_url"])
    if not values["secret"]:
        values["secret"] = _demo_secret(values["var_dir"])
    values["pin_pepper"] = values["pin_pepper"] or derived_key(values["secret"], "pin-pepper")
    values["database_url"] = values["database_url"] or f"sqlite:///{values['var_dir'] / 'usual.db'}"
    values["public_url"] = values["public_url"] or f"http://localhost:{values['port']}"
    return Settings(**values)


def _check_passkeys_work_at(url: str) -> None:
    """Raises SettingInvalid. On this machine alone a bare number will do, without passkeys."""
    if relying_party(url) is None and not is_loopback(urlsplit(url).hostname or ""):
        takes = "an https address with a name, because a passkey belongs to one, or an address of this machine"
        raise SettingInvalid(PREFIX + "PUBLIC_URL", takes, url)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def settings_table() -> str:
    """The README's table, in Markdown."""
    rows = ["| variable | takes | default | meaning |", "| --- | --- | --- | --- |"]
    for setting in TABLE:
        usual = f"`{setting.default}`" if setting.default else ""
        default = "needed in production" if setting.needed_in_production else usual
        rows.append(f"| `{setting.variable}` | {setting.takes} | {default} | {setting.meaning} |")
    return "\n".join(rows) + "\n"


def _value(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(setting.variable, "").strip() or setting.default
    try:
        return setting.read(text)
    except ValueError:
        raise SettingInvalid(setting.variable, setting.takes, "" if setting.secret else text) from None


def _require(values: Mapping[str, Any]) -> None:
    for setting in TABLE:
        if setting.needed_in_production and not values[setting.name.lower()]:
            raise SettingMissing(setting.variable, setting.meaning)


def _demo_secret(var_dir: Path) -> str:
    """The demo's own secret: made once, readable by its owner only, so that a restart keeps everyone signed in."""
    path, fresh = var_dir / "secret", var_dir / f"secret.{os.getpid()}"
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            # Two processes may start at once: linking is atomic, and the first one's secret stays.
            with suppress(FileExistsError):
                os.link(fresh, path)
            fresh.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingInvalid(PREFIX + "VAR_DIR", f"a folder that can be written to ({error.strerror})", str(var_dir)) from None
