"""Schedules in words: "every weekday at 07:30, until 31 December"."""

from datetime import date

from app.dialogue.wording import joined, say
from app.domain.names import Lang
from app.domain.recurrence import Schedule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKWEEK, WEEKEND = frozenset(DAYS[:5]), frozenset(DAYS[5:])


def schedule_words(schedule: Schedule, lang: Lang) -> str:
    times = joined((f"{at:%H:%M}" for at in schedule.times), lang)
    words = say(lang, "schedule.at" if times else "schedule.days", {"days": _days(schedule, lang), "times": times})
    if schedule.calendar == "not_holidays":
        words = say(lang, "schedule.not_holidays", {"words": words})
    if schedule.until is not None:
        words = say(lang, "schedule.until", {"words": words, "day": day_words(schedule.until, lang)})
    if schedule.count is not None:
        words = say(lang, "schedule.times", {"words": words, "count": schedule.count})
    return words


def day_words(day: date, lang: Lang) -> str:
    """Tue 26 May; 5月26日周二."""
    month, weekday = say(lang, f"schedule.month.{day.month}"), say(lang, f"schedule.short.{day.isoweekday()}")
    params = {"day": day.day, "month": month, "weekday": weekday}
    return say(lang, "schedule.date", params)


def _days(schedule: Schedule, lang: Lang) -> str:
    rule = dict(part.split("=", 1) for part in schedule.rrule.split(";"))
    interval, frequency = int(rule.get("INTERVAL", 1)), rule["FREQ"].lower()
    byday = frozenset(rule.get("BYDAY", "").split(",")) - {""}
    if schedule.calendar == "holidays":
        return say(lang, "schedule.holidays")
    if frequency == "weekly" and interval == 1 and byday in (WORKWEEK, WEEKEND):
        calendar = "workdays" if schedule.calendar == "workdays" else "weekdays" if byday == WORKWEEK else "weekend"
        return say(lang, f"schedule.{calendar}")
    every = say(lang, f"schedule.every.{frequency}", {"count": interval})
    if interval == 1:
        every = say(lang, f"schedule.every.{frequency}_one")
    parts = [_weekday(day, lang) for day in rule.get("BYDAY", "").split(",") if day]
    parts += [_monthday(int(day), lang) for day in rule.get("BYMONTHDAY", "").split(",") if day]
    months = [say(lang, f"schedule.month.{int(month)}") for month in rule.get("BYMONTH", "").split(",") if month]
    if not parts and not months:
        return every
    on = joined((*months, *parts), lang)
    key = "schedule.lunar" if schedule.calendar == "lunar" else "schedule.on"
    if frequency == "weekly" and interval == 1:
        return say(lang, "schedule.each", {"days": joined(parts, lang)})
    return say(lang, key, {"every": every, "days": on})


def _weekday(code: str, lang: Lang) -> str:
    """MO, 2TU, -1FR."""
    name = say(lang, f"schedule.weekday.{DAYS.index(code[-2:]) + 1}")
    place = code[:-2]
    return say(lang, f"schedule.nth.{place.lstrip('+')}", {"day": name}) if place else name


def _monthday(day: int, lang: Lang) -> str:
    return say(lang, "schedule.last_day") if day == -1 else say(lang, "schedule.monthday", {"day": day})
