"""Where in time the wiki has events: its years, months and days. Every function takes a fixed number of queries."""

import calendar
import datetime as dt
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.conf import settings
from django.db import connection
from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import RawSQL

from events.models import Citation, Event
from events.prominence import echo
from events.querysets import EventQuerySet

STRENGTHS = 4  # of a calendar's days, from the quietest to the busiest
SENTENCES = 3  # of each day in the list of its month
YEARS_APART = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One date in a calendar: how many events it has, and how strong that is, from 0 to STRENGTHS."""

    date: dt.date
    count: int
    strength: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month in weeks from Monday to Sunday, None for the dates of its neighbours."""

    first: dt.date
    count: int
    weeks: Sequence[Sequence[Cell | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfMonth:
    """A day in the list of its month: how many events it has, and those that stand out."""

    date: dt.date
    count: int
    events: Sequence[Event]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameDay:
    """A day of the same date in another year, by one event of it."""

    year: int
    event: Event


def newest(language: str) -> dt.date | None:
    """The newest date with events."""
    return Event.objects.public_in(language).order_by("-date").values_list("date", flat=True).first()


def neighbours(language: str, first: dt.date, last: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The nearest dates with events before `first` and after `last`."""
    dates = Event.objects.public_in(language).values_list("date", flat=True)
    before = dates.filter(date__lt=first).order_by("-date").first()
    return before, dates.filter(date__gt=last).order_by("date").first()


def months(language: str, first: dt.date, last: dt.date) -> list[Month]:
    """The calendars of all months from that of `first` to that of `last`, in which both days must be the ends."""
    counts = dict(
        Event.objects.public_in(language)
        .filter(date__range=(first, last))
        .order_by("date")
        .values_list("date")
        .annotate(count=Count("pk"))
    )
    starts = [
        dt.date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= dt.date(year, month, 1) <= last
    ]
    counted = sorted(counts.values())
    return [_month(start, counts, counted) for start in starts]


def month(language: str, year: int, month: int) -> Month:
    """The calendar of a month."""
    return months(language, *month_bounds(year, month))[0]


def month_bounds(year: int, month: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of a month."""
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def other_editions(language: str, first: dt.date, last: dt.date) -> list[str]:
    """The other languages in which something happened from `first` to `last`."""
    others = [other for other in settings.EDITIONS if other != language]
    found = Event.objects.published().filter(language__in=others, date__range=(first, last)).order_by()
    return list(found.values_list("language", flat=True).distinct()) if others else []


def years(language: str) -> list[int]:
    """The years that have events, the first one first."""
    dates = Event.objects.public_in(language).values_list("date", flat=True)
    first, last = dates.order_by("date").first(), dates.order_by("-date").first()
    if first is None or last is None:
        return []
    # A look into the index for each year, where a list of all years would go through all events. As SQL: Django takes
    # ten times as long as the database to put so many subqueries together.
    span = RawSQL("first", ()), RawSQL("last", ())
    of_year = Event.objects.public_in(language).filter(date__range=span).order_by("date")
    found, params = of_year.values("pk")[:1].query.sql_with_params()
    day = connection.ops.adapt_datefield_value
    spans = [(y, day(dt.date(y, 1, 1)), day(dt.date(y, 12, 31))) for y in range(first.year, last.year + 1)]
    rows = ", ".join(["(%s, %s, %s)"] * len(spans))
    sql = f"WITH years (year, first, last) AS (VALUES {rows}) SELECT year FROM years WHERE ({found}) IS NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*chain.from_iterable(spans), *params])
        return sorted(year for (year,) in cursor.fetchall())


def other_years(language: str, date: dt.date) -> list[SameDay]:
    """What stands out of the same day in other years, up to YEARS_APART away, the newest first."""
    span = range(max(date.year - YEARS_APART, 1), min(date.year + YEARS_APART, 9999) + 1)
    is_leap = (date.month, date.day) == (2, 29)
    dates = [date.replace(year=y) for y in span if y != date.year and (calendar.isleap(y) or not is_leap)]
    found = _most_prominent(Event.objects.public_in(language).filter(date__in=dates), 1)
    return [SameDay(year=event.date.year, event=event) for event in reversed(found)]


def days_of_month(language: str, month: Month) -> list[DayOfMonth]:
    """The days of a month that have events, with the sentences that stand out, the first one most."""
    first, last = month_bounds(month.first.year, month.first.month)
    found = defaultdict(list)
    for event in _most_prominent(Event.objects.public_in(language).filter(date__range=(first, last)), SENTENCES):
        found[event.date].append(event)
    cells = [cell for week in month.weeks for cell in week if cell and cell.count]
    return [DayOfMonth(date=cell.date, count=cell.count, events=found[cell.date]) for cell in cells]


def _most_prominent(events: EventQuerySet, limit: int) -> list[Event]:
    """Of each date of `events` the `limit` ones that stand out most, with what a line leading to them says."""
    # Counted for each event alone: joined, PostgreSQL would read the citations of the whole wiki.
    cited = Citation.objects.filter(event=OuterRef("pk")).order_by().values("event").annotate(count=Count("*"))
    rows = events.annotate(cited=Subquery(cited.values("count"))).order_by("date", "slug")
    by_date: dict[dt.date, list[tuple[int, int]]] = defaultdict(list)
    for date, pk, number in rows.values_list("date", "pk", "cited"):
        by_date[date].append((pk, number or 0))
    echoes = echo([pk for of_date in by_date.values() for pk, _ in of_date])
    chosen = [
        pk
        for of_date in by_date.values()
        for pk, _ in sorted(of_date, key=lambda one: -one[1] - echoes[one[0]])[:limit]
    ]
    found = Event.objects.only("language", "date", "slug", "headline").in_bulk(chosen)
    return [found[pk] for pk in chosen if pk in found]


def _month(first: dt.date, counts: Mapping[dt.date, int], counted: Sequence[int]) -> Month:
    def cell(day: int) -> Cell | None:
        if not day:
            return None
        date = first.replace(day=day)
        count = counts.get(date, 0)
        # By rank, so that one very busy day does not make all others look alike.
        strength = math.ceil(STRENGTHS * bisect_right(counted, count) / len(counted)) if count else 0
        return Cell(date=date, count=count, strength=strength)

    weeks = [[cell(day) for day in week] for week in calendar.monthcalendar(first.year, first.month)]
    return Month(first=first, count=sum(c.count for week in weeks for c in week if c), weeks=weeks)
