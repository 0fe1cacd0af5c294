"""A customer's own texts → stand-ins that read the same: another number, another house in the same street, another name."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.customer import OWN, Address, Contact
from app.domain.geo import Place
from app.lookup.text import is_cjk
from app.understanding.tokens import phrase_tokens
from app.understanding.words import PHRASES

PHONE = re.compile(r"(?<![\d.])(\+?86[- ]?)?1[3-9](?:[- ]?\d){9}(?!\d)")
NAMES = {"en": ("Alex", "Robin", "Kim", "Sam", "Noor"), "zh": ("小明", "小红", "小李", "小张", "小陈")}
# No shop sells these, so a reader understands them no better than what they stand for.
NOTES = {"en": "blah blah", "zh": "叽里咕噜"}
ELSEWHERE = "上海市黄浦区人民大道"
# House numbers that no reader takes for a day of the month.
HOUSE_FROM = 101


@dataclass
class Redaction:
    """What each private text became; the same text always becomes the same stand-in."""

    places: Sequence[Place] = ()
    _phones: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    def phone(self, digits: str) -> str:
        return self._phones.setdefault(digits, f"139{len(self._phones) + 1:08}")

    def address(self, text: str) -> str:
        """Another number in the same street, so that it is as far from everything as before."""
        if text not in self._texts:
            number = HOUSE_FROM + len(self._texts)
            named = [name for place in self.places for name in place.names.all() if name.casefold() in text.casefold()]
            street = max(named, key=len, default=ELSEWHERE)
            self._texts[text] = f"{street}{number}号" if _is_chinese(text) else f"{number} {street}"
        return self._texts[text]

    def label(self, label: str) -> str:
        """What the customer calls somebody: words of the language stay, names are replaced."""
        return "/".join(self._name(part.strip()) for part in label.split("/"))

    def note(self, text: str) -> str:
        return self._texts.setdefault(text, NOTES["zh" if _is_chinese(text) else "en"])

    def words(self, text: str) -> str:
        """An utterance with everything that was replaced elsewhere replaced here too, and every number that is a phone's."""
        for private, stand_in in sorted(self._texts.items(), key=lambda pair: -len(pair[0])):
            spaced = r"\s*".join(map(re.escape, private.split()))
            # "Lin" is in no "line".
            whole = rf"(?<![a-z]){spaced}(?![a-z])" if private[:1].isascii() else spaced
            text = re.sub(whole, stand_in.replace("\\", ""), text, flags=re.IGNORECASE)
        return PHONE.sub(lambda found: self.phone(re.sub(r"\D", "", found.group())[-11:]), text)

    def reply(self, text: str) -> str:
        """A model's answer: the words it points at, letter by letter, become what they became in the utterance."""
        try:
            return json.dumps(self._pointed(json.loads(text)), ensure_ascii=False)
        except (ValueError, RecursionError):
            return self.words(text)

    def _pointed(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self._pointed(one) for one in part]
        if isinstance(part, dict):
            return {
                key: self.words(value) if key == "words" and isinstance(value, str) else self._pointed(value)
                for key, value in part.items()
            }
        return part

    def _name(self, name: str) -> str:
        if name == OWN or PHRASES.get(phrase_tokens(name)):
            return name
        if name not in self._texts:
            names = NAMES["zh" if _is_chinese(name) else "en"]
            self._texts[name] = names[len(self._texts) % len(names)]
        return self._texts[name]


def learn(redaction: Redaction, addresses: Iterable[tuple[Address, str]], contacts: Iterable[tuple[Contact, str]]) -> None:
    """Take in what the customer has saved before any words are looked at."""
    for _, text in addresses:
        redaction.address(text)
    for contact, digits in contacts:
        redaction.phone(digits)
        redaction.label(contact.label)


def _is_chinese(text: str) -> bool:
    return any(map(is_cjk, text))
