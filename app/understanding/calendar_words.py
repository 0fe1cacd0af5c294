"""How the two languages name days, parts of the day, months, festivals and stretches of time."""

from collections.abc import Mapping
from typing import TypeVar

from app.domain.recurrence import Daypart

T = TypeVar("T")


def _by_word(table: Mapping[T, str]) -> dict[str, T]:
    return {word: meaning for meaning, words in table.items() for word in words.split("|")}


WEEKDAYS_EN = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed weds",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS_ZH = dict(zip("一二三四五六日天123456", (1, 2, 3, 4, 5, 6, 7, 7, 1, 2, 3, 4, 5, 6), strict=True))
WEEK_ZH = ("周", "星期", "礼拜")
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
# Days from today, as they are said in Mandarin, Cantonese and the north.
DAYS: dict[str, int] = _by_word(
    {
        0: "today|tonight|今天|今日|今晚|今早|今夜|今儿|今朝|当天|当日",
        1: "tomorrow|tmr|明天|明日|明晚|明早|明晨|明儿|听日|听晚|听朝",
        -1: "yesterday|昨天|昨日|昨晚|昨儿|寻日|寻晚|琴日",
        2: "后天|后儿|后日",
        3: "大后天|大后日",
        -2: "前天|前日",
        -3: "大前天|大前日",
    }
)
DAY_PHRASES: dict[tuple[str, ...], int] = {
    ("the", "day", "after", "tomorrow"): 2,
    ("day", "after", "tomorrow"): 2,
    ("the", "day", "before", "yesterday"): -2,
    ("day", "before", "yesterday"): -2,
    ("this", "evening"): 0,
    ("this", "afternoon"): 0,
    ("this", "morning"): 0,
    ("last", "night"): -1,
}
DAYPARTS_EN: dict[str, Daypart] = _by_word(
    {
        "morning": "morning",
        "noon": "noon|midday|noontime|lunchtime",
        "afternoon": "afternoon",
        "evening": "evening|tonight",
        "night": "night|nighttime",
    }
)
DAYPARTS_ZH: dict[str, Daypart] = _by_word(
    {
        "morning": "早上|早晨|清晨|清早|大清早|一早|一大早|上午|凌晨|朝早|上昼|早间|晨间|今早|明早|明晨|今朝|听朝",
        "noon": "中午|正午|午间|晌午",
        "afternoon": "下午|午后|晏昼|下昼",
        "evening": "傍晚|黄昏|晚上|晚间|夜晚|今晚|明晚|昨晚|听晚|寻晚",
        "night": "今夜|夜里|夜间|半夜|深夜|午夜|大半夜",
    }
)
# Said as one syllable after a day: 每天早, 周五晚.
SHORT_DAYPARTS_ZH: dict[str, Daypart] = {"早": "morning", "晨": "morning", "午": "noon", "晚": "evening", "夜": "night"}
# Month and day; a lunar one where the name says so in LUNAR_FESTIVALS.
FESTIVALS: dict[str, tuple[int, int]] = _by_word(
    {
        (12, 25): "christmas|xmas|christmas day|圣诞|圣诞节",
        (12, 24): "christmas eve|平安夜",
        (12, 26): "boxing day",
        (1, 1): "new year|new year's day|new year's|元旦",
        (12, 31): "new year's eve|跨年夜|跨年",
        (10, 31): "halloween|万圣节",
        (2, 14): "valentine's day|valentine's|情人节",
        (4, 1): "april fools' day|愚人节",
        (7, 4): "independence day",
        (10, 1): "national day|国庆|国庆节|十一",
        (5, 1): "labour day|labor day|may day|劳动节|五一",
        (3, 8): "women's day|妇女节|三八节",
        (6, 1): "children's day|儿童节|六一",
        (3, 17): "st patrick's day",
        (11, 11): "singles' day|双十一|光棍节",
        (3, 12): "植树节",
        (5, 4): "五四|青年节",
        (7, 1): "建党节",
        (8, 1): "建军节",
        (9, 10): "教师节",
        (12, 12): "双十二",
    }
)
# 五一, 六一 and 十一 are numbers as well: only where nothing but a day is wanted.
NUMBER_FESTIVALS = frozenset(("五一", "五四", "六一", "十一"))
LUNAR_FESTIVALS: dict[str, tuple[int, int]] = _by_word(
    {
        (1, 1): "spring festival|chinese new year|lunar new year|春节|过年|大年初一|年初一",
        (1, 15): "lantern festival|元宵|元宵节",
        (5, 5): "dragon boat festival|端午|端午节",
        (8, 15): "mid-autumn festival|mid autumn festival|中秋|中秋节",
        (7, 7): "七夕|七夕节",
        (7, 15): "中元节",
        (9, 9): "重阳|重阳节",
        (12, 8): "腊八|腊八节",
        (12, 23): "小年",
        (12, -1): "除夕|大年三十|年三十",
    }
)
# Month, weekday, and the how many of them.
WEEKDAY_FESTIVALS: dict[str, tuple[int, int, int]] = _by_word(
    {
        (5, 7, 2): "mother's day|母亲节",
        (6, 7, 3): "father's day|父亲节",
        (11, 4, 4): "thanksgiving|thanksgiving day|感恩节",
    }
)
YEARS = range(1900, 2200)
# 今个, 今星期三: Cantonese for this one.
THIS_ZH, NEXT_ZH, LAST_ZH = frozenset("这本今"), "下", "上"
WEEKS_EN = {"next": 1, "this": 0, "coming": 0, "last": 0}
