"""Events along time: what came before one and after, their numbers day by day, pages named by days, and charts."""

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast

from events.models import Event
from events.prominence import echo
from events.querysets import CitationQuerySet
from sources.models import Publisher

# A queryset of events that have their date as `at` too (`EventQuerySet.bearing` and its like), of which no type tells.
DatedEvents = Any
# Of days, as texts like "2017-02-02", the numbers of what is on them; those without anything are left out.
Numbers = Mapping[str, int]

PAGE_SIZE = 40
FEW = 5  # events that say more as a list
MONTHS_SHOWN = 15 * 12  # of a longer time the years are shown: a bar has to be seen on a phone
NEAR = 9  # events on either side of one, of which a few are shown
_HEIGHT = 100  # of a chart, in units of its own


def around(events: DatedEvents, event: Event, limit: int = 3) -> tuple[list[Event], list[Event]]:
    """Of `events` on the days before the event and after it those that stand out, each list from the oldest on.

    Those of its own day are in neither: what came first on a day nobody has written down.
    """
    events = events.only("language", "date", "slug", "headline")
    before = list(events.filter(at__lt=event.date).order_by("-at", "slug")[:NEAR])
    after = list(events.filter(at__gt=event.date).order_by("at", "slug")[:NEAR])
    echoes = echo([one.pk for one in (*before, *after)])

    def chosen(near: list[Event]) -> list[Event]:
        return sorted(sorted(near, key=lambda one: -echoes[one.pk])[:limit], key=lambda one: (one.date, one.slug))

    return chosen(before), chosen(after)


def by_day(rows: QuerySet[Any], date: str) -> Numbers:
    """How many `rows` there are of each day, by the column `date`."""
    day = Cast(date, CharField())  # a date's text is the same in both engines, and there is nothing to convert
    return dict(rows.order_by().annotate(day=day).values_list("day").annotate(number=Count("*")))


def citations_by_day(citations: CitationQuerySet, publisher: Publisher) -> Numbers:
    """How often `citations` cite the publisher: by its articles, and by labels that name it without one."""
    by_label = citations.filter(publisher=publisher)  # which it says of no citation of an article
    numbers = Counter(by_day(by_label, "event__date"))
    numbers.update(by_day(citations.filter(source__publisher=publisher), "event__date"))
    return numbers


# --- Pages --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Whole days: from `since` to the one before `before`, or to the newest.

    `newer` and `older` are the `before` of the windows beside it, None where there is none; the newest window has no
    name, and `is_second` says that it is the newer one.
    """

    since: dt.date
    before: dt.date | None
    newer: dt.date | None
    is_second: bool
    older: dt.date | None

    def of(self, events: DatedEvents) -> list[Event]:
        """Those of `events` that are in it, the newest first."""
        events = events.filter(at__gte=self.since)
        events = events.filter(at__lt=self.before) if self.before else events
        return list(events.order_by("-at", "slug").with_relations())


def window(numbers: Numbers, before: dt.date | None) -> Window | None:
    """The newest days before one on which there is PAGE_SIZE altogether, or all there are; None if there are none."""
    days = sorted(numbers)
    end = bisect_left(days, before.isoformat()) if before else len(days)
    if end == len(days):
        before = None  # the newest window, by whatever later day it was asked for
    start, total = end, 0
    while start and total < PAGE_SIZE:
        start -= 1
        total += numbers[days[start]]
    if not end:
        return None
    # The newer window must reach down to this one: without its first day it is not full.
    stop, total = min(end + 1, len(days)), 0
    while stop < len(days) and (total := total + numbers[days[stop]]) < PAGE_SIZE:
        stop += 1
    return Window(
        since=dt.date.fromisoformat(days[start]),
        before=before,
        newer=dt.date.fromisoformat(days[stop]) if stop < len(days) else None,
        is_second=end < stop == len(days),
        older=dt.date.fromisoformat(days[start]) if start else None,
    )


def first(events: DatedEvents, numbers: Numbers) -> Event | None:
    """The first of `events`, for a line that leads to it."""
    begun = events.filter(at=dt.date.fromisoformat(min(numbers))).order_by("slug")
    found: Event | None = begun.only("language", "date", "slug", "headline").first()
    return found


def years(numbers: Numbers) -> list[tuple[int, dt.date]]:
    """The years that have something, the newest first, each with the `before` of the window that ends with it."""
    found = sorted({int(day[:4]) for day in numbers}, reverse=True)
    return [(year, _later(dt.date(year, 1, 1), 12)) for year in found]


def oldest(numbers: Numbers) -> dt.date | None:
    """The `before` of the oldest full window, None if all is in one."""
    total = 0
    for day in sorted(numbers):
        if total >= PAGE_SIZE:
            return dt.date.fromisoformat(day)
        total += numbers[day]
    return None


# --- Charts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month or year, by its first day and the day after it; its number, and how high its bar reaches."""

    first: dt.date
    end: dt.date
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The months, or years, from the first to the last that has something."""

    bars: Sequence[Bar]
    is_by_year: bool
    height: int = _HEIGHT

    @property
    def busiest(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.count)

    @property
    def filled(self) -> list[Bar]:
        """The newest first, without those that have nothing."""
        return [bar for bar in reversed(self.bars) if bar.count]


def chart(numbers: Numbers) -> Chart | None:
    """The chart of the months or years; None for so little that a chart says nothing: one month, or a few events."""
    months = Counter[str]()
    for day, number in numbers.items():
        months[day[:7]] += number
    if len(months) < 2 or months.total() < FEW:
        return None
    first, last = (dt.date.fromisoformat(f"{month}-01") for month in (min(months), max(months)))
    by_year = _later(first, MONTHS_SHOWN) <= last
    counts = Counter[dt.date]()
    for month, number in months.items():
        counts[dt.date(int(month[:4]), 1 if by_year else int(month[5:]), 1)] += number
    start, most = min(counts), max(counts.values())
    bars: list[Bar] = []
    while start <= last:
        end = _later(start, 12 if by_year else 1)
        height = max(2, round(_HEIGHT * counts[start] / most)) if counts[start] else 0
        bars.append(Bar(first=start, end=end, count=counts[start], x=len(bars), y=_HEIGHT - height, height=height))
        start = end
    return Chart(bars=bars, is_by_year=by_year)


def _later(month: dt.date, months: int) -> dt.date:
    """The first of the month so many months later; the last of all days if there is no such month."""
    years, number = divmod(month.month - 1 + months, 12)
    year = month.year + years
    return dt.date(year, number + 1, 1) if year <= dt.MAXYEAR else dt.date.max
