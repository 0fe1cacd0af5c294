"""One set of wording files: the same keys and the same places in both languages."""

import string

import pytest

from app.base.money import Money
from app.dialogue.wording import WordingMissing, say, wording
from app.domain.names import LANGS, Lang

# A field that takes the PIN, or the button beside it: what a passkey does has a button of its own there.
PIN_FIELDS = {"pin", "new_pin", "repeat_pin", "pin_differs", "agree_now", "remove_now"}
# What was done with the PIN, or is about it alone: choosing it, depositing, a wrong one, where it is kept.
OF_THE_PIN = {
    "wallet.deposit",
    "wallet.bind_first",
    "refusal.wallet_not_bound",
    "refusal.pin_wrong",
    "refusal.pin_wrong_one",
    "refusal.pin_locked",
    "refusal.passkey_too_late",
    "receipt.approved.pin",
    "approver.pin",
    "printed.approved_pin",
    "charged.pin_accepted",
    "data.record.points.1_private",
}
PIN_WORDS = {"en": ("PIN", "passkey"), "zh": ("支付密码", "通行密钥")}


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


@pytest.mark.parametrize("lang", LANGS)
def test_who_is_asked_for_the_pin_is_told_that_a_passkey_does_as_well(lang: Lang) -> None:
    pin, passkey = PIN_WORDS[lang]
    only_the_pin = {key for key, sentence in wording(lang).items() if pin in sentence and passkey not in sentence.lower()}
    assert {key for key in only_the_pin - OF_THE_PIN if key.rpartition(".")[2] not in PIN_FIELDS} == set()


def test_the_chinese_sentences_have_one_word_for_the_pin() -> None:
    assert [key for key, sentence in wording("zh").items() if "PIN" in sentence] == []


def test_an_unknown_key_and_a_missing_value_fail_loudly() -> None:
    with pytest.raises(WordingMissing):
        say("en", "no.such.key")
    with pytest.raises(WordingMissing):
        say("en", "refusal.insufficient_funds", {})
