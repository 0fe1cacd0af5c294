"""Stretches of days as they are said: "this week", "last month", 上周, 这个月. Symbolic: what days they are is found elsewhere."""

from collections.abc import Sequence

from app.dialogue.times import Period
from app.understanding.tokens import Token

_SAID: dict[Period, str] = {
    Period("day"): "today|今天|今日",
    Period("day", 1): "yesterday|昨天|昨日",
    Period("week"): "this week|这周|本周|这星期|这个星期|这礼拜|这一周",
    Period("week", 1): "last week|the last week|上周|上星期|上个星期|上礼拜",
    Period("month"): "this month|这个月|本月|这月",
    Period("month", 1): "last month|the last month|上个月|上月",
    Period("year"): "this year|今年",
    Period("year", 1): "last year|去年",
}
PERIODS = {words: period for period, said in _SAID.items() for words in said.split("|")}
LONGEST = 4


def period_at(tokens: Sequence[Token], at: int) -> tuple[int, Period] | None:
    """The longest period that begins at token `at`, and the token after it."""
    for size in range(min(LONGEST, len(tokens) - at), 0, -1):
        words = [token.text for token in tokens[at : at + size]]
        found = PERIODS.get(("" if tokens[at].kind == "cjk" else " ").join(words))
        if found is not None:
            return at + size, found
    return None
