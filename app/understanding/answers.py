"""Whole utterances that are an answer: yes, no, cancel, one of the listed choices, a value that was asked for."""

from collections.abc import Sequence

from app.dialogue.reading import Affirm, Cancel, Choose, Command, Deny
from app.understanding.context import ReadingContext
from app.understanding.mentions import Piece
from app.understanding.words import WordClass

AROUND: tuple[WordClass, ...] = ("filler", "pronoun", "definite", "want", "set", "with")


def polarity(pieces: Sequence[Piece]) -> Command | None:
    """Affirm only when nothing in the utterance is but an affirmation; a no or a don't among yeses is a no."""
    affirms = denies = cancels = dont = False
    for piece in pieces:
        if piece.mark:
            continue
        if piece.has("affirm", "deny", "cancel", "dont"):
            dont = dont or piece.has("dont")
            cancels = cancels or (piece.has("cancel") and not piece.has("dont"))
            denies = denies or piece.has("deny")
            affirms = affirms or piece.has("affirm")
        elif not piece.has(*AROUND):
            return None
    if cancels:
        return None if dont else Cancel()
    if denies or (dont and affirms):
        return Deny()
    return Affirm() if affirms and not dont else None


def bare_choice(pieces: Sequence[Piece], context: ReadingContext) -> Command | None:
    """With choices listed: "2", "the second one", "the other one", and nothing else."""
    chosen: Choose | None = None
    for piece in pieces:
        if piece.ordinal is not None:
            chosen = Choose(ordinal=piece.ordinal.place)
        elif piece.number is not None and not piece.number.weak and chosen is None:
            whole = piece.number.whole
            if whole is None or not 1 <= whole <= len(context.choices):
                return None
            chosen = Choose(ordinal=whole)
        elif piece.has("other"):
            chosen = Choose(other=True)
        elif not (piece.mark or piece.has("filler", "pronoun", "definite", "want", "thing", "deny", "affirm")):
            return None
    return chosen
