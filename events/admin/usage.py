"""Where a tag or a publisher stands: how often in which year, the newest events, and what goes with it."""

from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import ExtractYear

from events.models import Citation, Event, EventTag, Tag
from sources.models import Publisher

NEWEST, BESIDE = 5, 12
SAMPLE = 2000  # of the newest events, to find what goes with a tag: the most used ones stand at very many


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """`years` are pairs of a year and a number of events, `beside` pairs of a tag's id, its name and a number."""

    query: str  # of the list of these events
    events: int
    years: list[tuple[int, int]]
    newest: list[Event]
    beside: list[tuple[int, str, int]]


def tag_usage(tag: Tag) -> Usage:
    """In five queries."""
    rows = EventTag.objects.filter(tag=tag)
    events = Event.objects.filter(event_tags__tag=tag)
    by_year = rows.order_by().annotate(year=ExtractYear("date")).values_list("year").annotate(count=Count("pk"))
    years = list(by_year.order_by("-year"))
    beside = EventTag.objects.beside(tag, newest=SAMPLE, limit=BESIDE)
    return Usage(
        query=f"tag={tag.pk}",
        events=sum(count for _, count in years),
        years=years,
        newest=list(events.newest_first()[:NEWEST]),
        beside=[(other.pk, other.name, number) for other, number in beside],
    )


def publisher_usage(publisher: Publisher) -> Usage:
    """Events that cite its articles, or have a label that names it; in two queries."""
    events = Event.objects.filter(pk__in=Citation.objects.naming(publisher.pk))
    counted = events.order_by().annotate(year=ExtractYear("date")).values_list("year").annotate(count=Count("pk"))
    years = list(counted.order_by("-year"))
    return Usage(
        query=f"publisher={publisher.pk}",
        events=sum(count for _, count in years),
        years=years,
        newest=list(events.newest_first()[:NEWEST]),
        beside=[],
    )
