"""The public editorials of an edition."""

import datetime as dt

from events.models import Editorial
from events.querysets import EditorialQuerySet


def public(language: str) -> EditorialQuerySet:
    """What readers may see of an edition's opinion."""
    return Editorial.objects.published().in_language(language)


def on(language: str, date: dt.date) -> list[Editorial]:
    """The editorials of a day, for a line below its events. One query."""
    return list(public(language).on(date).order_by("slug").defer("body"))
