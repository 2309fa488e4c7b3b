"""Events along time: what came before one and after."""

from typing import Any

from django.db.models import Q

from events.models import Event

# A queryset of events that have their date as `at` too (`EventQuerySet.bearing` and its like), of which no type tells.
DatedEvents = Any


def around(events: DatedEvents, event: Event, limit: int = 3) -> tuple[list[Event], list[Event]]:
    """Of `events` those nearest before the event and after it, by date and slug, each list from the oldest on."""
    events = events.exclude(pk=event.pk).only("language", "date", "slug", "headline")
    before = events.filter(Q(date__lt=event.date) | Q(slug__lt=event.slug), at__lte=event.date)
    after = events.filter(Q(date__gt=event.date) | Q(slug__gt=event.slug), at__gte=event.date)
    return list(before.order_by("-at", "-slug")[:limit])[::-1], list(after.order_by("at", "slug")[:limit])
