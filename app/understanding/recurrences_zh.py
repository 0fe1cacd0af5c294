"""How often, in Chinese: 每天, 每隔一天, 每周一三五, 每月最后一个周五, 双周周四, 一天两次, 工作日, 周一至周五."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.times import TimeUnit
from app.domain.recurrence import Daypart
from app.understanding.calendar_words import DAYPARTS_ZH, SHORT_DAYPARTS_ZH, WEEK_ZH, WEEKDAYS_ZH
from app.understanding.clock import TEA
from app.understanding.cores import WEEKEND, WORKWEEK, Core, yearly
from app.understanding.dates import festival_at
from app.understanding.dates_zh import LUNAR_NAMES, date_zh_at, nth_zh_at, week_zh_at
from app.understanding.durations import duration_at, unit_zh_at
from app.understanding.numerals import number_at
from app.understanding.numerals_zh import NUMERAL_CHARS, SCALES_ZH, whole_at
from app.understanding.tokens import Token, text_at

Cored = tuple[int, Core]
EVERY, SKIP, MEETING = "每", "隔", "逢"
DOUBLED: dict[str, Core] = {
    "天天": Core("day"),
    "日日": Core("day"),
    "周周": Core("week"),
    "月月": Core("month"),
    "年年": Core("year"),
}
LONG_SPELLS: frozenset[TimeUnit] = frozenset(("day", "week", "month", "year"))
TIMES = frozenset("次趟回遍")
# 每周一杯 is one cup a week and no Monday.
MEASURES = frozenset("次趟回遍杯份瓶根碗块片串只罐盒张个箱袋斤顿束桶包件餐天")
MOST_LISTED = 31
LISTING = frozenset("、,和与及跟/&")
TO_ZH = ("至", "到", "-", "~")
WORKDAYS_ZH, DAYS_OFF_ZH = ("工作日", "上班日", "交易日"), ("节假日", "法定节假日", "法定假日", "公休日")
WEEKEND_ZH = ("周末", "星期末", "礼拜末", "双休日", "双休")
LUNAR_EVERY = tuple(name + EVERY for name in LUNAR_NAMES)
# What shops name by how often they change: 每日特价, 天天鲜语.
_NAMED = (
    "特价|特惠|特卖|特供|特饮|特调|推荐|精选|优惠|上新|新品|坚果|鲜|限量|限时|打折|折扣|低价|好价|红包|签到|新闻|任务|向上|见|例汤"
    "|活动|爆款|秒杀|有余|有鱼|高升|促销"
)
NAMED_AFTER = frozenset(_NAMED.split("|"))
# With 每日 these are a brand's name (每日坚果); with 每天, which is how people speak, they are what is wanted.
GOODS = frozenset(("鲜", "坚果"))


NAMED_DAYS = (
    dict.fromkeys(WORKDAYS_ZH, Core("week", days=WORKWEEK, calendar="workdays"))
    | dict.fromkeys(DAYS_OFF_ZH, Core("day", calendar="holidays"))
    | dict.fromkeys(WEEKEND_ZH, Core("week", days=WEEKEND))
)
NAMED_STARTS = frozenset(name[0] for name in NAMED_DAYS)
# How often begins with one of these, or with a number.
STARTS_ZH = frozenset(
    {word[0] for word in (*DOUBLED, *NAMED_DAYS, *WEEK_ZH, *LUNAR_NAMES)} | NUMERAL_CHARS | {EVERY, SKIP, MEETING, "单", "半"}
)


def core_zh_at(tokens: Sequence[Token], at: int) -> Cored | None:
    """How often, from token `at` on."""
    char = tokens[at].text
    if char not in STARTS_ZH and tokens[at].kind != "number":
        return None
    if char == EVERY:
        return _every(tokens, at)
    if text_at(tokens, at, 3) in LUNAR_EVERY:
        return _lunar(tokens, at + 3)
    if char in (SKIP, MEETING):
        return _skipping(tokens, at + 1) if char == SKIP else _meeting(tokens, at + 1)
    doubled = DOUBLED.get(text_at(tokens, at, 2))
    if doubled is not None and not is_named_after(tokens, at + 2):
        return at + 2, doubled
    if char in "双单" and text_at(tokens, at + 1) == "周":
        return _with_weekdays(tokens, at + 2, Core("week", 2))
    return _times_in(tokens, at) or _bare_days(tokens, at)


def is_named_after(tokens: Sequence[Token], at: int, but: frozenset[str] = frozenset()) -> bool:
    return any(text_at(tokens, at, size) in NAMED_AFTER - but for size in (2, 1))


def _every(tokens: Sequence[Token], at: int) -> Cored | None:
    step = at + 1
    if text_at(tokens, step) == MEETING:
        return _meeting(tokens, step + 1)
    if text_at(tokens, step) == SKIP:
        return _skipping(tokens, step + 1)
    found = _every_days(tokens, step) or _every_unit(tokens, step)
    if found is None or is_named_after(tokens, found[0], frozenset() if text_at(tokens, step) == "日" else GOODS):
        return None
    return _with_count(tokens, *found)


def _meeting(tokens: Sequence[Token], at: int) -> Cored | None:
    """逢周五, 每逢5号, 逢国庆."""
    if at >= len(tokens):
        return None
    week = week_zh_at(tokens, at)
    if week is not None and (days := _weekdays(tokens, week, strict=False)):
        return days[0], Core("week", days=days[1])
    return _every_days(tokens, at) or _yearly(tokens, at) or _monthly(tokens, at, Core("month"), at)


def _skipping(tokens: Sequence[Token], at: int) -> Cored | None:
    """隔天 and 隔一天: every other. 隔三天 is said for every three days, and 隔五分钟 for every five minutes."""
    if at >= len(tokens):
        return None
    step = at + (text_at(tokens, at) == "个")
    unit = unit_zh_at(tokens, step)
    if unit is not None and (step > at or unit[2] in LONG_SPELLS):
        return _tail(tokens, unit[0], Core(unit[2], 2 * unit[1]))
    found = duration_at(tokens, at)
    if found is None:
        return None
    end, spell = found
    count = 2 if spell.count == 1 and spell.unit in LONG_SPELLS else spell.count
    return _tail(tokens, end, Core(spell.unit, count))


def _every_days(tokens: Sequence[Token], at: int) -> Cored | None:
    """个周三, 个工作日, 周末, 晚, 个早上: days and parts of days that 每 may stand before."""
    step = at + (text_at(tokens, at) == "一")
    step += text_at(tokens, step) == "个"
    if step >= len(tokens):
        return None
    if (named := _named_days(tokens, step)) is not None:
        return named
    if step > at and (week := week_zh_at(tokens, step)) is not None and (days := _weekdays(tokens, week, strict=True)):
        return days[0], Core("week", days=days[1])
    part = _daypart(tokens, step)
    return (part[0], Core("day", dayparts=part[1])) if part else None


def _named_days(tokens: Sequence[Token], at: int) -> Cored | None:
    if text_at(tokens, at) not in NAMED_STARTS:
        return None
    for size in (5, 4, 3, 2):
        name = text_at(tokens, at, size)
        if name in NAMED_DAYS:
            return at + len(name), NAMED_DAYS[name]
    return None


def _daypart(tokens: Sequence[Token], at: int) -> tuple[int, tuple[Daypart, ...]] | None:
    """早上, 晚; 早晚 are both."""
    if text_at(tokens, at, 2) == "早晚":
        return at + 2, ("morning", "evening")
    for size in (3, 2):
        word = text_at(tokens, at, size)
        if word in DAYPARTS_ZH and text_at(tokens, at + len(word)) != TEA:
            return at + len(word), (DAYPARTS_ZH[word],)
    short = SHORT_DAYPARTS_ZH.get(text_at(tokens, at))
    return (at + 1, (short,)) if short and text_at(tokens, at + 1) not in ("餐", "饭", "茶", "点", "安", "宵") else None


def _every_unit(tokens: Sequence[Token], at: int) -> Cored | None:
    """天, 两周, 半小时, 个月, 三个月."""
    if at >= len(tokens):
        return None
    step = at + (text_at(tokens, at) == "个")
    if text_at(tokens, step, 2) == "双周":
        return _with_weekdays(tokens, step + 2, Core("week", 2))
    if text_at(tokens, step, 2) == "半月":
        return step + 2, Core("day", 15)
    unit = unit_zh_at(tokens, step)
    if unit is not None:
        return _tail(tokens, unit[0], Core(unit[2], unit[1]))
    found = duration_at(tokens, at)
    if found is not None:
        return _tail(tokens, found[0], Core(found[1].unit, found[1].count))
    number = whole_at(tokens, at)
    # 每3月, 每两月: with 每 a month needs no 个.
    if number is not None and text_at(tokens, number[0]) in ("月", "分") and 0 < number[1] <= 1000:
        minutes = text_at(tokens, number[0]) == "分"
        return number[0] + 1, Core("minute" if minutes else "month", number[1])
    return None


def _tail(tokens: Sequence[Token], at: int, core: Core) -> Cored:
    """The days after a unit: 每周[的]一三五, 每月[的]最后一个周五, 每年5月1日."""
    step = at + (text_at(tokens, at) in ("的", "逢", "里"))
    if step >= len(tokens):
        return at, core
    if core.unit == "week":
        return _with_weekdays(tokens, step, core, bare=at)
    if core.unit == "month":
        return _monthly(tokens, step, core, at) or (at, core)
    if core.unit == "year":
        dated = _yearly(tokens, step)
        return (dated[0], replace(dated[1], interval=core.interval)) if dated else (at, core)
    if core.unit == "day" and (part := _daypart(tokens, step)):
        return part[0], replace(core, dayparts=part[1])
    return at, core


def _with_weekdays(tokens: Sequence[Token], at: int, core: Core, *, bare: int | None = None) -> Cored:
    """周 said again or not: 每周一, 每周周一, 每两周的星期三, 每周末, 每周工作日."""
    stop = at if bare is None else bare
    if at >= len(tokens):
        return stop, core
    if text_at(tokens, at) == "末" and stop == at:
        return at + 1, replace(core, days=WEEKEND)
    if (named := _named_days(tokens, at)) is not None and named[1].days:
        return named[0], replace(core, days=named[1].days, calendar=named[1].calendar)
    again = week_zh_at(tokens, at)
    days = _weekdays(tokens, again if again is not None else at, strict=again is None)
    return (days[0], replace(core, days=days[1])) if days else (stop, core)


def _weekdays(tokens: Sequence[Token], at: int, *, strict: bool) -> tuple[int, tuple[int, ...]] | None:
    """一, 一三五, 一、三、五, 一和周三, 一至周五: the token after, the days. `strict`: the last may count what follows it."""
    days: list[int] = []
    end = at
    while end < len(tokens) and len(days) < MOST_LISTED:
        day = WEEKDAYS_ZH.get(tokens[end].text)
        if day is None or (strict and _counts(tokens, end)):
            break
        days.append(day)
        end += 1
        step = end
        through = text_at(tokens, step) in TO_ZH
        joined = through or text_at(tokens, step) in LISTING
        step += joined and step < len(tokens)
        again = week_zh_at(tokens, step) if step < len(tokens) else None
        step = again if again is not None else step
        following = WEEKDAYS_ZH.get(text_at(tokens, step))
        if following is None or _counts(tokens, step) or (tokens[step].gap and not joined):
            break
        if through:
            days += [(n - 1) % 7 + 1 for n in range(day + 1, (following if following > day else following + 7))]
        end = step
    return (end, tuple(days)) if days else None


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether the numeral here counts what follows: 一杯, 两次, 三十瓶, 1点; 三十点 is Wednesday at ten."""
    following = text_at(tokens, at + 1)
    if following in SCALES_ZH:
        number = number_at(tokens, at)
        return number is None or text_at(tokens, number[0]) not in ("点", "时")
    return following != "" and (following in MEASURES or following in "点时号月")


def _monthly(tokens: Sequence[Token], at: int, core: Core, stop: int) -> Cored | None:
    """1号, 1号和15号, 1、15号, 底, 最后一天, 第一个周一, 倒数第二个工作日, 初一十五 of the lunar month."""
    days: list[int] = []
    end = step = at
    at += text_at(tokens, at) == "月" and text_at(tokens, at + 1) in ("底", "末", "初")
    if text_at(tokens, at) in ("底", "末", "初") and not (text_at(tokens, at) == "初" and whole_at(tokens, at + 1)):
        return at + 1, replace(core, monthdays=(1 if tokens[at].text == "初" else -1,))
    nth, after = nth_zh_at(tokens, at)
    if nth and after < len(tokens):
        return _nth_of(tokens, nth, after, core)
    while step < len(tokens) and len(days) < MOST_LISTED:
        lunar = tokens[step].text == "初"
        # 初一十五 are the first and the fifteenth: one character after 初.
        number = whole_at(tokens[: step + 2] if lunar else tokens, step + lunar) if step + lunar < len(tokens) else None
        if number is None or not 1 <= number[1] <= 31:
            break
        marked = text_at(tokens, number[0]) in ("号", "日", "號")
        listed = text_at(tokens, number[0]) in LISTING and number[0] < len(tokens)
        if not (marked or listed or lunar or core.calendar == "lunar"):
            break
        if lunar:
            core = replace(core, calendar="lunar")
        days.append(number[1])
        end = number[0] + marked
        step = end + (text_at(tokens, end) in LISTING and end < len(tokens))
    return (end, replace(core, monthdays=tuple(days))) if days and end > stop else None


def _nth_of(tokens: Sequence[Token], nth: int, at: int, core: Core) -> Cored | None:
    if text_at(tokens, at) in ("天", "日"):
        return at + 1, replace(core, monthdays=(nth,))
    if text_at(tokens, at) == "周" and text_at(tokens, at + 1) in ("的", "周"):
        # 第二周的周五: the second Friday.
        at += 1 + (text_at(tokens, at + 1) == "的")
    named = _named_days(tokens, at)
    if named is not None and named[1].days:
        return named[0], replace(core, days=named[1].days, place=nth, calendar=named[1].calendar)
    week = week_zh_at(tokens, at)
    day = WEEKDAYS_ZH.get(text_at(tokens, week)) if week is not None else None
    return (week + 1, replace(core, nths=((nth, day),))) if day and week is not None else None


def _yearly(tokens: Sequence[Token], at: int) -> Cored | None:
    """5月1日, 国庆, 农历八月十五, 三月."""
    lunar = text_at(tokens, at, 2) in LUNAR_NAMES
    at += 2 * lunar
    if at >= len(tokens):
        return None
    if lunar:
        month = whole_at(tokens, at)
        if month and text_at(tokens, month[0]) == "月":
            return _monthly(tokens, month[0] + 1, Core("year", months=(month[1],), calendar="lunar"), month[0] + 1)
        return None
    dated = date_zh_at(tokens, at) or festival_at(tokens, at, alone=True)
    if dated is not None and dated[1].month is not None and dated[1].year is None:
        return dated[0], yearly(dated[1])
    month = whole_at(tokens, at)
    if month is not None and text_at(tokens, month[0]) == "月" and 1 <= month[1] <= 12:
        return month[0] + 1 + (text_at(tokens, month[0] + 1) == "份"), Core("year", months=(month[1],))
    return None


def _with_count(tokens: Sequence[Token], end: int, core: Core) -> Cored:
    """每天两次, 每周一次, 每三天送一次, 每周三天: how many times in each."""
    step = end + (text_at(tokens, end) in ("送", "来", "买", "喝", "吃", "订", "点", "做", "给", "提醒"))
    number = number_at(tokens, step) if step < len(tokens) and tokens[step].kind in ("cjk", "number") else None
    per = number[1].whole if number and not number[1].approximate else None
    if number is None or per is None or not 0 < per <= 100:
        return end, core
    after = text_at(tokens, number[0])
    if after and (after in TIMES or (after == "天" and core.unit in ("week", "month"))):
        return number[0] + 1, replace(core, per=per)
    return end, core


def _times_in(tokens: Sequence[Token], at: int) -> Cored | None:
    """一天两次, 两周一次, 三天送一次, 半年一次; 一天一杯."""
    if tokens[at].kind not in ("cjk", "number") or (at and tokens[at - 1].text in ("第", "有", "那", "这", "前", "后", "过", "等")):
        return None
    found = duration_at(tokens, at)
    if found is None:
        return None
    end, spell = found
    counted = _with_count(tokens, end, Core(spell.unit, spell.count))
    if counted[0] > end:
        return counted
    number = number_at(tokens, end) if end < len(tokens) and tokens[end].kind == "cjk" else None
    measured = number is not None and (after := text_at(tokens, number[0])) != "" and after in MEASURES
    single = spell.count == 1 and spell.unit in LONG_SPELLS and tokens[at].text == "一"
    return (end, Core(spell.unit)) if single and measured else None


def _bare_days(tokens: Sequence[Token], at: int) -> Cored | None:
    """工作日; weakly 周末, 周一至周五 and 周一三五."""
    before = text_at(tokens, at - 1) if at else ""
    if before and (before in "这本上下个那今该过" or (number_at(tokens, at - 1) is not None)):
        return None
    named = _named_days(tokens, at)
    if named is not None:
        inside = text_at(tokens, named[0]) in ("内", "之", "以") and named[0] < len(tokens)
        return None if inside else (named[0], replace(named[1], weak=named[1].calendar != "workdays"))
    week = week_zh_at(tokens, at)
    days = _weekdays(tokens, week, strict=False) if week is not None and week < len(tokens) else None
    # 周六和周日 are two days; 周六日 and 周一至周五 are how a week is told of.
    if days is None or week is None or len(days[1]) < 2 or (len(days[1]) == 2 and days[0] - week > 2):
        return None
    return days[0], Core("week", days=days[1], weak=True)


def _lunar(tokens: Sequence[Token], at: int) -> Cored | None:
    """农历每月初一十五, 每年农历八月十五 is elsewhere."""
    step = at + (text_at(tokens, at) == "个")
    unit = unit_zh_at(tokens, step) if step < len(tokens) else None
    if unit is None or unit[2] != "month":
        return None
    core = Core("month", unit[1], calendar="lunar")
    return _monthly(tokens, unit[0], core, unit[0]) or (unit[0], core)


def bare_days_zh(tokens: Sequence[Token], at: int) -> tuple[int, tuple[int, ...]] | None:
    """周末, 周日, 周六和周日, 工作日: which days they are."""
    named = _named_days(tokens, at)
    if named is not None and named[1].days:
        return named[0], named[1].days
    week = week_zh_at(tokens, at)
    return _weekdays(tokens, week, strict=False) if week is not None else None
