"""The addresses of the archive: news/YYYY/MM/D/slug, the day without a leading zero."""

import datetime as dt
import re

DAY = r"(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})"  # \d are digits of all scripts
_PAGE = re.compile(rf"(?:^|/)news/{DAY}/(?P<slug>[^/]+?)\.(?:md|html|txt|json|xml)$")
_DAY = re.compile(DAY)


def day_path(date: dt.date) -> str:
    """2017-02-02 as "2017/02/2"."""
    return f"{date.year:04d}/{date.month:02d}/{date.day}"


def parse_day(path: str) -> dt.date:
    """The date of "2017/02/2" or "2017/02/02".

    Raises ValueError if it is not one, or does not exist.
    """
    if not (found := _DAY.fullmatch(path)):
        raise ValueError(f"“{path}” is not a day like 2017/02/2")
    year, month, day = (int(part) for part in found.groups())
    return dt.date(year, month, day)


def parse_page_path(path: str) -> tuple[dt.date, str] | None:
    """The date and slug of a page of the archive, wherever its news folder lies; None for any other path.

    Raises ValueError for a date that does not exist.
    """
    if not (found := _PAGE.search(path)):
        return None
    return dt.date(int(found["year"]), int(found["month"]), int(found["day"])), found["slug"]
