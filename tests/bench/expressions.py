"""A benchmark's rows about numbers, money, phones, times and answers, as the product reads them. Decides nothing."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.understanding.amounts import Amount, amounts_in
from app.understanding.normalise import normalise
from app.understanding.numerals import numbers_in
from app.understanding.phones import callable_numbers_in
from app.understanding.tokens import tokenise

Row = Mapping[str, Any]
Answer = dict[str, Any]
# The currency of the benchmark's customers, for words that name none: 块.
WALLET = "CNY"


def _numbers(row: Row) -> Answer:
    normal = normalise(row["utterance"])
    return {"numbers": [_plain(numeral.value) for _, _, numeral in numbers_in(tokenise(normal.text), normal)]}


def _money(row: Row) -> Answer:
    return {"money": [_amount(amount) for _, _, amount in amounts_in(tokenise(normalise(row["utterance"]).text))]}


def _amount(amount: Amount) -> Answer:
    to = {} if amount.upto is None else {"to": _plain(Decimal(amount.upto) / 100)}
    return {"value": _plain(Decimal(amount.minor) / 100), "currency": amount.currency or WALLET, **to}


def _phones(row: Row) -> Answer:
    return {"phones": [written for _, _, written in callable_numbers_in(normalise(row["utterance"]).text)]}


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


ANSWERS: Mapping[str, Callable[[Row], Answer]] = {"numbers": _numbers, "money": _money, "phones": _phones}
