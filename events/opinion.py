"""The public editorials of an edition."""

import datetime as dt

from events.models import Editorial
from events.querysets import days_before

LATE = 7  # days
FEW = 3


def of_late(language: str, date: dt.date) -> list[Editorial]:
    """The newest editorials of the LATE days to a date, a few at the most. One query."""
    late = Editorial.objects.public_in(language).filter(date__range=(days_before(date, LATE), date))
    return list(late.newest_first().defer("body")[:FEW])


def on(language: str, date: dt.date) -> list[Editorial]:
    """The editorials of a day, for a line below its events. One query."""
    return list(Editorial.objects.public_in(language).on(date).order_by("slug").defer("body"))
