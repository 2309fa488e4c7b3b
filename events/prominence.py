"""Which events stand out: what most sources report, and what most others followed.

An event that sets something off is told of again: its tags stand at more events of the week that begins with it than
of the week before. Sources alone leave most days tied, above all in archives that kept one or two for each.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from math import sqrt
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, DateField, Func, OuterRef, Subquery
from django.db.models.sql.compiler import SQLCompiler

from events.models import Event, EventTag

DAYS = 7
TELLING = 3  # tags of an event: those of which it set off most


class _Later(Func):
    """The date `days` later, as an index of dates can be asked for it."""

    output_field = DateField()

    def __init__(self, date: Any, days: int) -> None:
        super().__init__(date)
        self.days = days

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"date(%(expressions)s, '{self.days:+d} days')")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        return self.as_sql(compiler, connection, template=f"(%(expressions)s + {self.days})")


def by_prominence(events: Iterable[Event]) -> list[Event]:
    """Events of `with_relations()`, those that stand out most first, and of equals by their slugs. One query."""
    listed = list(events)
    echoes = echo([event.pk for event in listed])
    return sorted(listed, key=lambda event: (-len(event.citations.all()) - echoes[event.pk], event.slug))


def echo(events: Collection[int]) -> defaultdict[int, float]:
    """By the id of an event how much it set off, from 0. One query, whose cost does not grow with the wiki.

    For each tag the difference of the two weeks counts in units of how much such a number varies by chance (its square
    root), so that a country that is always in the news outweighs nothing.
    """
    rows = EventTag.objects.filter(event__in=events).annotate(
        after=_number(date__gte=OuterRef("date"), date__lt=_Later(OuterRef("date"), DAYS)),
        before=_number(date__gte=_Later(OuterRef("date"), -DAYS), date__lt=OuterRef("date")),
    )
    of_tags: dict[int, list[float]] = defaultdict(list)
    for event, after, before in rows.values_list("event", "after", "before"):
        after, before = after or 0, before or 0
        of_tags[event].append(max(0, after - before) / sqrt(after + before + 1))
    found: defaultdict[int, float] = defaultdict(float)
    found |= {event: sum(sorted(numbers)[-TELLING:]) for event, numbers in of_tags.items()}
    return found


def _number(**dates: Any) -> Subquery:
    """How many public events of these dates bear the tag of the row."""
    rows = EventTag.objects.filter(tag=OuterRef("tag"), is_public__in=[True], **dates).order_by()
    return Subquery(rows.values("tag").annotate(number=Count("*")).values("number"))
