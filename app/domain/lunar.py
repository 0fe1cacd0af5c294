"""The Chinese calendar's months as days of the solar one, 2000 to 2060."""

from datetime import date, timedelta

FIRST_YEAR = 2000
# For each lunar year: the solar date of its first day (month and day), its leap month or 0, and a bit for each of its
# months in turn that is set where the month has 30 days and not 29.
_YEARS = (
    (205, 0, 0x0693), (124, 4, 0x152B), (212, 0, 0x052B), (201, 0, 0x0A5B), (122, 2, 0x155A), (209, 0, 0x056A),
    (129, 7, 0x1B55), (218, 0, 0x0BA4), (207, 0, 0x0B49), (126, 5, 0x1A93), (214, 0, 0x0A95), (203, 0, 0x052D),
    (123, 4, 0x0AAD), (210, 0, 0x0AB5), (131, 9, 0x15AA), (219, 0, 0x05D2), (208, 0, 0x0DA5), (128, 6, 0x1D4A),
    (216, 0, 0x0D4A), (205, 0, 0x0C95), (125, 4, 0x152E), (212, 0, 0x0556), (201, 0, 0x0AB5), (122, 2, 0x15B2),
    (210, 0, 0x06D2), (129, 6, 0x0EA5), (217, 0, 0x0725), (206, 0, 0x064B), (126, 5, 0x0C97), (213, 0, 0x0CAB),
    (203, 0, 0x055A), (123, 3, 0x0AD6), (211, 0, 0x0B69), (131, 11, 0x1752), (219, 0, 0x0B52), (208, 0, 0x0B25),
    (128, 6, 0x1A4B), (215, 0, 0x0A4B), (204, 0, 0x04AB), (124, 5, 0x055B), (212, 0, 0x05AD), (201, 0, 0x0B6A),
    (122, 2, 0x1B52), (210, 0, 0x0D92), (130, 7, 0x1D25), (217, 0, 0x0D25), (206, 0, 0x0A55), (126, 5, 0x14AD),
    (214, 0, 0x04B6), (202, 0, 0x05B5), (123, 3, 0x0DAA), (211, 0, 0x0EC9), (201, 8, 0x1E92), (219, 0, 0x0E92),
    (208, 0, 0x0D26), (128, 6, 0x0A56), (215, 0, 0x0A57), (204, 0, 0x04D6), (124, 4, 0x06D5), (212, 0, 0x0755),
    (202, 0, 0x0749),
)  # fmt: skip


def solar_date(year: int, month: int, day: int) -> date | None:
    """The solar date of a day of lunar `year`; day -1 is the last of its month. None outside the table and where none is."""
    if not 0 <= year - FIRST_YEAR < len(_YEARS) or not 1 <= month <= 12:
        return None
    first, leap, lengths = _YEARS[year - FIRST_YEAR]
    # A leap month follows the month whose number it shares.
    place = month - 1 + (0 < leap < month)
    size = _days(lengths, place)
    if not 1 <= (day if day > 0 else size + 1 + day) <= size:
        return None
    before = sum(_days(lengths, earlier) for earlier in range(place))
    return date(year, first // 100, first % 100) + timedelta(days=before + (day - 1 if day > 0 else size + day))


def _days(lengths: int, place: int) -> int:
    return 29 + (lengths >> place & 1)
