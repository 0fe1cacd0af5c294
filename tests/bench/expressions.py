"""A benchmark's rows about numbers, money, phones, times and answers, as the product reads them. Decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from app.resolution.moments import moment_of
from app.resolution.schedules import schedule_of
from app.understanding.agreement import agreement_in
from app.understanding.amounts import Amount, amounts_in
from app.understanding.moments import moment_in
from app.understanding.normalise import normalise
from app.understanding.numerals import numbers_in
from app.understanding.phones import callable_numbers_in
from app.understanding.recurrences import recurrence_in
from app.understanding.tokens import Token, tokenise

Row = Mapping[str, Any]
Answer = dict[str, Any]
# The currency of the benchmark's customers, for words that name none: 块.
WALLET = "CNY"
# Rows name no zone, and where they have no clock of their own any will do.
ZONE, NOW = "UTC", "2026-01-01T00:00:00"


def _tokens(row: Row) -> list[Token]:
    return tokenise(normalise(row["utterance"]).text)


def _numbers(row: Row) -> Answer:
    normal = normalise(row["utterance"])
    return {"numbers": [_plain(numeral.value) for _, _, numeral in numbers_in(tokenise(normal.text), normal)]}


def _money(row: Row) -> Answer:
    return {"money": [_amount(amount) for _, _, amount in amounts_in(_tokens(row))]}


def _amount(amount: Amount) -> Answer:
    to = {} if amount.upto is None else {"to": _plain(Decimal(amount.upto) / 100)}
    return {"value": _plain(Decimal(amount.minor) / 100), "currency": amount.currency or WALLET, **to}


def _phones(row: Row) -> Answer:
    return {"phones": [written for _, _, written in callable_numbers_in(normalise(row["utterance"]).text)]}


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def _schedule(row: Row) -> Answer:
    tokens = _tokens(row)
    now = datetime.fromisoformat(row["reference"] or NOW)
    now = now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
    if (said := recurrence_in(tokens)) is not None:
        found = schedule_of(said[0], now, ZONE)
        days = {"start": _day(found.start), "until": _day(found.until)}
        clock = {"time": _clock(found.times), "daypart": next(iter(found.dayparts), None)}
        return {"schedule": {"rrule": found.rrule, "count": found.count, **days, **clock}}
    if (moment := moment_in(tokens)) is None:
        return {"schedule": None}
    day, at = moment_of(moment[2], now, ZONE)
    clock = {"time": _clock((at,)), "daypart": moment[2].daypart}
    return {"schedule": {"rrule": None, "count": None, "start": _day(day), "until": None, **clock}}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _clock(times: Sequence[time | None]) -> str | None:
    return next((f"{at:%H:%M}" for at in times if at is not None), None)


def _recurring(row: Row) -> Answer:
    return {"recurring": recurrence_in(_tokens(row)) is not None}


def _answer(row: Row) -> Answer:
    return {"answer": agreement_in(_tokens(row))}


ANSWERS: Mapping[str, Callable[[Row], Answer]] = {
    "numbers": _numbers,
    "money": _money,
    "phones": _phones,
    "schedule": _schedule,
    "recurring": _recurring,
    "answer": _answer,
}
