"""One set of wording files: the same keys and the same places in both languages."""

import string

import pytest

from app.base.money import Money
from app.dialogue.wording import WordingMissing, say, wording
from app.domain.names import LANGS


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def base(keys: set[str]) -> set[str]:
    return {key for key in keys if not key.endswith("_one")}


def test_both_languages_say_the_same_things() -> None:
    assert base(set(wording("en"))) == base(set(wording("zh")))


def test_a_sentence_names_the_same_values_in_both_languages() -> None:
    for key in base(set(wording("en"))):
        assert places(wording("en")[key]) == places(wording("zh")[key]), key


@pytest.mark.parametrize("lang", LANGS)
def test_amounts_carry_their_currency(lang: str) -> None:
    params = {"available": Money(1240), "required": Money(1500), "missing": Money(260)}
    sentence = say("en", "refusal.insufficient_funds", params)
    assert sentence == "You have ¥12.40 and this order is ¥15.00. Deposit ¥2.60 first."


def test_one_is_said_as_one() -> None:
    assert "One try left" in say("en", "refusal.pin_wrong", {"count": 1})
    assert "2 tries left" in say("en", "refusal.pin_wrong", {"count": 2})


def test_an_unknown_key_and_a_missing_value_fail_loudly() -> None:
    with pytest.raises(WordingMissing):
        say("en", "no.such.key")
    with pytest.raises(WordingMissing):
        say("en", "refusal.insufficient_funds", {})
