"""Dates as pages and titles of an English wiki write them."""

import datetime as dt
import re
from calendar import monthrange

from sources.documents import DocumentError

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_YEAR, _DAY, _GAP = r"(?<!\d)(?P<year>\d{4})(?!\d)", r"(?<!\d)(?P<day>\d{1,2})(?!\d)", r"[ _]+"
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
        f"{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}",
        f"{_DAY}{_GAP}{_MONTH},?{_GAP}{_YEAR}",
        f"{_MONTH}{_GAP}{_DAY},?{_GAP}{_YEAR}",
    )
]
_SPANS = [
    *_DATES,
    re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(f"{_MONTH},?{_GAP}{_YEAR}", re.IGNORECASE),
    re.compile(r"(?P<year>\d{4})(?:-|年)(?P<month>\d{1,2})月?"),
]


def find_date(text: str) -> dt.date | None:
    """The first date of "2025 January 5", "2025-01-05", "5 January 2025", "January 5, 2025", blanks or underscores.

    Raises DocumentError for one that does not exist.
    """
    found = next((found for pattern in _DATES if (found := pattern.search(text))), None)
    return make_date(found["year"], found["month"], found["day"]) if found else None


def span_of(text: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that a text names, if it is nothing but a day or a month.

    "24 February 2022", "February 24, 2022", "2022-02-24", "2022年2月24日"; "February 2022", "2022-02", "2022年2月".
    """
    found = next((found for pattern in _SPANS if (found := pattern.fullmatch(text.strip()))), None)
    if not found:
        return None
    parts = found.groupdict()
    try:
        first = make_date(parts["year"], parts["month"], parts.get("day") or "1")
    except DocumentError:
        return None
    return (first, first) if "day" in parts else (first, first.replace(day=monthrange(first.year, first.month)[1]))


def make_date(year: str, month: str, day: str) -> dt.date:
    """The date of numbers, or of a month's English name. Raises DocumentError if it does not exist."""
    try:
        number = _MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in _MONTHS else int(month)
        return dt.date(int(year), number, int(day))
    except (ValueError, OverflowError):
        raise DocumentError(f"the date {year[:9]}-{month[:9]}-{day[:9]} does not exist") from None
