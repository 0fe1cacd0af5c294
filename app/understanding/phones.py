"""Phone numbers in a normalised text: Chinese mobiles, which can be topped up, and any number that can be called."""

import re
from collections.abc import Iterator

MOBILE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(1[3-9](?:[- ]?\d){9})(?![\d])")
# Seven digits or more, in groups that marks or spaces part.
CALLABLE = re.compile(r"(?<![\d.,/:])(?:\+ ?\d{1,3}[-. ]?)?(?:\(\+?\d{1,4}\)[-. ]?)?\d{2,11}(?:[-. ]\d{2,8}){0,5}(?![\d:])")
FEWEST_DIGITS, MOST_DIGITS = 7, 15
DATE = re.compile(r"\d{4}[-. ]\d{1,2}[-. ]\d{1,2}|\d{1,2}[-. ]\d{1,2}[-. ]\d{4}")
SPOKEN = str.maketrans("零〇一幺二三四五六七八九", "001123456789")
SPOKEN_RUN = re.compile(r"[零〇一幺二三四五六七八九][零〇一幺二三四五六七八九 \-]{5,}[零〇一幺二三四五六七八九]")


def phones_in(text: str) -> list[tuple[int, int, str]]:
    """Chinese mobile numbers in a normalised text: start, end, eleven digits. Digits may be said in characters."""
    plain = SPOKEN_RUN.sub(lambda run: run.group().translate(SPOKEN), text)
    return [(m.start(), m.end(), re.sub(r"\D", "", m.group(1))) for m in MOBILE.finditer(plain)]


def callable_numbers_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Any phone number: start, end, and how it is written."""
    plain = SPOKEN_RUN.sub(lambda run: run.group().translate(SPOKEN), text)
    for match in CALLABLE.finditer(plain):
        written = match.group()
        digits = re.sub(r"\D", "", written)
        if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS and not DATE.fullmatch(written):
            yield match.start(), match.end(), written
