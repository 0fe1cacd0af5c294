"""Commands that begin with a stroke, such as /orders and /订单: short for a sentence, with what follows as its end."""

from dataclasses import dataclass

from app.dialogue.wording import wording
from app.domain.names import LANGS, Lang

NAMES = ("orders", "spending", "wallet", "help")


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is typed after the stroke."""

    name: str
    description: str
    says: str


def commands(lang: Lang) -> tuple[Command, ...]:
    said = wording(lang)
    return tuple(Command(*(said[f"command.{name}.{part}"] for part in ("name", "description", "says"))) for name in NAMES)


def spoken(text: str) -> str:
    """The sentence that a command is short for; any other text as it is."""
    if not text.lstrip().startswith(("/", "／")):
        return text
    name, _, rest = text.strip()[1:].partition(" ")
    known = {command.name: command for lang in LANGS for command in commands(lang)}
    command = known.get(name.casefold())
    return f"{command.says} {rest}".strip() if command else text
