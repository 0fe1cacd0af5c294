"""Names in the customer's languages."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Names:
    """What a thing is called; the first name of a language is the one that is shown, the rest are aliases."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    def display(self, lang: Lang) -> str:
        return (self._of(lang) or self.en or self.zh)[0]

    def all(self) -> tuple[str, ...]:
        return self.en + self.zh

    def _of(self, lang: Lang) -> tuple[str, ...]:
        return self.en if lang == "en" else self.zh
