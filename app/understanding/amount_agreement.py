"""A yes that names an amount: "yes, ¥500", 对，五百块. A yes alone is none, and neither is an amount alone."""

from collections.abc import Sequence

from app.lookup.text import fold
from app.understanding.agreement import agreement_in
from app.understanding.amounts import amounts_in
from app.understanding.numerals import number_at
from app.understanding.tokens import Token, tokenise


def agreed_amount(text: str) -> int | None:
    """The one amount that the words agree to, in hundredths."""
    tokens = tokenise(fold(text))
    named = list(_named(tokens))
    if len(named) != 1:
        return None
    begins, ends, minor = named[0]
    return minor if agreement_in([*tokens[:begins], *tokens[ends:]]) is True else None


def _named(tokens: Sequence[Token]) -> Sequence[tuple[int, int, int]]:
    said = [(begins, ends, amount.minor) for begins, ends, amount in amounts_in(tokens) if not amount.approximate]
    return said or [*_bare(tokens)]


def _bare(tokens: Sequence[Token]) -> Sequence[tuple[int, int, int]]:
    found, at = [], 0
    while at < len(tokens):
        number = number_at(tokens, at)
        if number is None or number[0] <= at:
            at += 1
            continue
        found.append((at, number[0], number[1].hundredths))
        at = number[0]
    return found
