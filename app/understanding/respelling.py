"""Words that were run together or torn apart: put right before anything is looked for in them."""

from collections.abc import Sequence

from app.understanding.lexicon import ShopLexicon
from app.understanding.tokens import Token


def resegmented(tokens: list[Token], shops: Sequence[ShopLexicon], known: frozenset[str]) -> list[Token]:
    """ "oatlatte" becomes two tokens and "americ ano" one, where no shop and no table knows them as they are written."""
    strange = [t.kind == "word" and t.text not in known and not any(t.text in s.phrases.vocabulary for s in shops) for t in tokens]
    if not any(strange):
        return tokens
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is not None and following.kind == "word" and (strange[at] or strange[at + 1]) and tokens[at].kind == "word":
            joined = tokens[at].raw + following.text
            if any(joined in shop.phrases.vocabulary for shop in shops):
                out.append(Token(joined, joined, "word", tokens[at].start, following.end, tokens[at].gap))
                at += 2
                continue
        out += _halves(tokens[at], shops, known) if strange[at] else [tokens[at]]
        at += 1
    return out


def _halves(token: Token, shops: Sequence[ShopLexicon], known: frozenset[str]) -> list[Token]:
    if any(distance == 1 for shop in shops for _, distance in shop.close(token.text)):
        return [token]
    for shop in shops:
        for cut in range(3, len(token.text) - 2):
            left, right = token.text[:cut], token.text[cut:]
            vocabulary = shop.phrases.vocabulary
            if (left in vocabulary and (right in vocabulary or right in known)) or (left in known and right in vocabulary):
                middle = token.start + cut
                return [
                    Token(left, token.raw[:cut], "word", token.start, middle, token.gap),
                    Token(right, token.raw[cut:], "word", middle, token.end, False),
                ]
    return [token]
