"""The phrases by which the skills are called, found in an utterance as they are written or as they sound."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.dialogue.specs import SkillSpec
from app.lookup.text import fold, is_cjk, sounds
from app.understanding.numerals import NUMBER_WORDS
from app.understanding.recurrences_en import ADVERBS
from app.understanding.tokens import Phrases, Token, phrase_tokens, tokenise
from app.understanding.words import COMMON, PHRASES

EXACT = 0.95
SHORT = 1.1
HEARD, HEARD_CHAR = 1.2, 0.3
ORDERING = 1.1


class Cues:
    """All skills' cues in one tree.

    `kinds`: of all their slots. `known`: the words that need no respelling, the language's and the cues'.
    """

    def __init__(self, specs: tuple[SkillSpec, ...]) -> None:
        self.specs = {spec.name: spec for spec in specs}
        self.kinds = frozenset(slot.kind for spec in specs for slot in spec.slots)
        self._written: Phrases[str] = Phrases()
        self._heard: Phrases[str] = Phrases()
        # "my orders" is not "my order": a plural whose singular is a word of the language is meant as it is written.
        self._plurals: dict[tuple[str, ...], frozenset[str]] = {}
        self.known: frozenset[str] = frozenset()
        for spec in specs:
            for cue in spec.cues:
                tokens = phrase_tokens(cue)
                self._written.add(tokens, spec.name)
                self._plurals[tokens] = self._plurals.get(tokens, frozenset()) | _plurals(cue)
                if sum(len(t) == 1 and is_cjk(t) for t in tokens) >= 2:
                    self._heard.add([sounds(t) for t in tokens], spec.name)
        often = {t.text for word in ADVERBS for t in tokenise(fold(word))} if "recurrence" in self.kinds else set()
        self.known = frozenset(PHRASES.vocabulary | self._written.vocabulary | NUMBER_WORDS | COMMON | often)

    def found(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, tuple[str, ...], float]]:
        """Start, end, the skills that are meant, cost. An ordering skill's cues give way to what is ordered."""
        keys = [t.text for t in tokens]
        heard = [sounds(key) for key in keys]
        for at in range(len(tokens)):
            written = set()
            for end, skills in self._written.at(keys, at):
                words = [t for t in tokens[at:end] if t.kind != "mark"]
                if not self._plurals[tuple(t.text for t in words)] <= {t.raw for t in words}:
                    continue
                written.add(end)
                yield at, end, tuple(skills), self._cost(skills, end - at)
            if tokens[at].kind == "cjk":
                for end, skills in self._heard.at(heard, at):
                    if end not in written:
                        yield at, end, tuple(skills), HEARD + HEARD_CHAR * (end - at)

    def _cost(self, skills: Sequence[str], size: int) -> float:
        if any(self.specs[skill].begins_with_lines for skill in skills):
            return ORDERING * size
        return EXACT if size > 1 else SHORT


def _plurals(cue: str) -> frozenset[str]:
    words = (t for t in tokenise(fold(cue)) if t.kind == "word")
    return frozenset(t.raw for t in words if t.raw != t.text and PHRASES.get([t.text]))


@lru_cache(maxsize=8)
def cues_of(specs: tuple[SkillSpec, ...]) -> Cues:
    return Cues(specs)
