"""How the parts of the site's addresses are read and written."""

import datetime as dt
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.urls.converters import IntConverter, StringConverter
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import get_supported_language_variant

from events.documents.paths import DAY, day_path, parse_day
from events.documents.slugs import MAX_SLUG
from sources.documents.folding import fold
from sources.documents.names import MAX_NAME


def tag_address(language: str) -> Callable[[str], str]:
    """What gives the address of a tag's page from its name, for `markup.render`."""

    def address(name: str) -> str:
        key = fold(name)
        return reverse("events:tag", args=[language, key]) if 0 < len(key) <= MAX_NAME else ""

    return address


def edition_home(language: str) -> str:
    """What the addresses of an edition begin with: nothing for the first of EDITIONS, "/zh" for another."""
    return "" if language == settings.EDITIONS[0] else f"/{language}"


def edition_name(language: str) -> str:
    """The edition's language in that language itself, else its code."""
    try:
        return str(get_language_info(get_supported_language_variant(language))["name_local"])
    except LookupError:
        return language


def site_address(request: HttpRequest) -> str:
    """Where readers reach the site, without a slash at the end: SITE_URL, else the host that was asked for."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


class EditionConverter:
    """The edition: nothing for the first of EDITIONS, "zh/" for another."""

    regex = "|".join(f"{re.escape(language)}/" for language in settings.EDITIONS[1:]) + "|"

    def to_python(self, value: str) -> str:
        return value.rstrip("/") or str(settings.EDITIONS[0])

    def to_url(self, value: str) -> str:
        return f"{edition_home(value)}/".lstrip("/")


class YearConverter:
    """A year of four digits."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return dt.date(int(value), 1, 1).year

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class MonthConverter:
    """A month with a leading zero; read without one too."""

    regex = "[0-9]{1,2}"

    def to_python(self, value: str) -> int:
        return dt.date(2000, int(value), 1).month

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


class DayConverter:
    """A day as the archive writes it, 2017/02/2; a leading zero is read too."""

    regex = re.sub(r"\?P<\w+>", "?:", DAY)

    def to_python(self, value: str) -> dt.date:
        return parse_day(value)

    def to_url(self, value: dt.date) -> str:
        return day_path(value)


class SlugConverter:
    """An event's slug: letters and digits of any script with dashes between them."""

    regex = rf"[^/.\x00]{{1,{MAX_SLUG}}}"  # no database text holds a NUL

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class NameConverter:
    """The key of a name, with underscores for blanks; any spelling of the name is read."""

    regex = rf"[^\x00]{{1,{MAX_NAME}}}"

    def to_python(self, value: str) -> str:
        if not (key := fold(value)):
            raise ValueError("nothing but blanks")
        return key

    def to_url(self, value: str) -> str:
        return value.replace(" ", "_")


class FeedConverter(StringConverter):
    """The format of a feed."""

    regex = "rss|atom"


class KeyConverter(StringConverter):
    """The key of a source: 128 bits in hexadecimal."""

    regex = "[0-9a-f]{32}"


class BlockConverter(IntConverter):
    """The number of a block of rows, no larger than a database counts."""

    regex = "[0-9]{1,12}"
