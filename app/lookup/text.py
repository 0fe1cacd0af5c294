"""One way of writing for all that is compared: width, case, accents and traditional characters folded; words, syllables."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC
from pypinyin.pinyin_dict import pinyin_dict

CJK_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+|[\u3400-\u4dbf\u4e00-\u9fff]")
_QUOTES = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "＇": "'", "“": '"', "”": '"', "−": "-", "–": "-", "—": "-"}
_SYLLABLE_BASE = 0xE000
_NOT_PLURAL = ("ss", "us", "is", "os")
_ENDS_IN_AS = frozenset({"as", "gas", "has", "was", "atlas", "bias", "canvas", "christmas", "overseas", "whereas"})


def is_cjk(char: str) -> bool:
    return "\u3400" <= char <= "\u4dbf" or "\u4e00" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def _simplified_table() -> dict[str, str]:
    chars = [chr(c) for low, high in CJK_RANGES[:2] for c in range(low, high + 1)]
    simple = str(OpenCC("t2s").convert("\n".join(chars))).split("\n")
    return {old: new for old, new in zip(chars, simple, strict=True) if old != new and len(new) == 1}


_SIMPLIFIED = _simplified_table()


def fold_char(char: str) -> str:
    """What one character becomes; "" for controls, marks and invisible ones, a space for any white space."""
    if "a" <= char <= "z" or "0" <= char <= "9":
        return char
    if char in _QUOTES:
        return _QUOTES[char]
    if char.isspace():
        return " "
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"):
        return ""
    wide = unicodedata.normalize("NFKC", char).lower()
    if (wide and ord(wide[0]) < 0x250) or 0x1E00 <= ord(wide[0]) < 0x1F00:
        wide = "".join(c for c in unicodedata.normalize("NFD", wide) if unicodedata.category(c) != "Mn")
    return "".join(_SIMPLIFIED.get(c, c) for c in wide)


class Folding(dict[int, str]):
    """What str.translate needs to fold; a character is worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_char(chr(code))
        return folded


_FOLDING = Folding()


def fold(text: str) -> str:
    plain = text.isascii() and text.isprintable()
    return " ".join((text.lower().replace("`", "'") if plain else text.translate(_FOLDING)).split())


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """A spelling in which a plural and its singular meet (cookies, cookie → cooky): for comparing, not for showing."""
    if len(word) < 4:
        return word
    if word.endswith("'s"):
        return word[:-2]
    if word.endswith(("ie", "che")) and len(word) > 4:
        return word[:-2] + "y" if word.endswith("ie") else word[:-1]
    if not word.endswith("s") or word.endswith(_NOT_PLURAL) or word in _ENDS_IN_AS:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")) or (word.endswith("oes") and len(word) > 6):
        return word[:-2]
    return word[:-1]


def words(folded: str) -> list[str]:
    """Words in singular, numbers, and each Chinese character by itself."""
    return [singular(word) for word in WORD.findall(folded)]


def _plain_syllable(readings: str) -> str:
    toneless = unicodedata.normalize("NFD", readings.split(",", 1)[0])
    letters = "".join(c for c in toneless if "a" <= c <= "z")
    for spoken, merged in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        letters = letters.replace(spoken, merged)
    return letters[:-1] if letters.endswith("ng") else letters


def _syllable_table() -> dict[str, str]:
    """Each character to one private character for its syllable, without tone; zh/z, ch/c, sh/s and n/ng are merged."""
    numbers: dict[str, int] = {}
    table = {}
    for low, high in CJK_RANGES[:2]:
        for code in range(low, high + 1):
            if readings := pinyin_dict.get(code):
                syllable = _plain_syllable(readings)
                table[chr(code)] = chr(_SYLLABLE_BASE + numbers.setdefault(syllable, len(numbers)))
    return table


SYLLABLES = _syllable_table()
_TO_SYLLABLES = str.maketrans(SYLLABLES)


def sounds(folded: str) -> str:
    """The text with each Chinese character replaced by a stand-in for its sound, so that homophones are equal."""
    return folded.translate(_TO_SYLLABLES)
