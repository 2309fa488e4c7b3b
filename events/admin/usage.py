"""Where a tag or a publisher stands: how often in which year, the newest events, and what goes with it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
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
    """In four queries."""
    rows = EventTag.objects.filter(tag=tag)
    events = Event.objects.filter(event_tags__tag=tag)
    years = _by_year(rows.annotate(year=ExtractYear("date")))
    sample = rows.order_by("-date", "-event").values("event")[:SAMPLE]
    beside = EventTag.objects.filter(event__in=sample).exclude(tag=tag).order_by()
    counted = beside.values("tag", "tag__name").annotate(count=Count("pk")).order_by("-count", "tag__name")[:BESIDE]
    return Usage(
        query=f"tag={tag.pk}",
        events=sum(count for _, count in years),
        years=years,
        newest=list(events.newest_first()[:NEWEST]),
        beside=[(row["tag"], row["tag__name"], row["count"]) for row in counted],
    )


def publisher_usage(publisher: Publisher) -> Usage:
    """Citations by year, of its articles and of labels that name it; in three queries."""
    named = Citation.objects.filter(publisher=publisher) | Citation.objects.filter(source__publisher=publisher)
    years = _by_year(named.annotate(year=ExtractYear("event__date")))
    events = Event.objects.filter(pk__in=named.order_by().values("event")).newest_first()
    return Usage(
        query=f"publisher={publisher.pk}",
        events=sum(count for _, count in years),
        years=years,
        newest=list(events[:NEWEST]),
        beside=[],
    )


def _by_year(rows: "QuerySet[Any]") -> list[tuple[int, int]]:
    return list(rows.order_by().values_list("year").annotate(count=Count("event", distinct=True)).order_by("-year"))
