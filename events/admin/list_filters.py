"""The filters of the list of events."""

import datetime as dt
import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from events import waiting
from events.choices import Status
from events.forms import editions, posted_number
from events.models import Citation, Event, EventTag, Tag
from sources.documents.folding import fold
from sources.models import Publisher


class StateFilter(admin.SimpleListFilter):
    """Events in a state."""

    title = "state"
    parameter_name = "status__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status.value, status.label) for status in Status]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        if not (value := self.value()):
            return queryset
        # Said twice, SQLite knows that the partial index of what is not public holds all of them.
        few = queryset if value == Status.PUBLISHED else queryset.exclude(status=Status.PUBLISHED)
        return few.filter(status=value)


class LanguageFilter(admin.SimpleListFilter):
    """Events of an edition; asking the events themselves for their languages would read all of them."""

    title = "language"
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return editions()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(language=value) if (value := self.value()) else queryset


class DayFilter(admin.SimpleListFilter):
    """Events of a day, month or year, as `2017-02-02`, `2017-02` or `2017`, or near today, the wiki's day."""

    title = "day"
    parameter_name = "day"
    template = "admin/events/event/day_filter.html"
    NEAR = (("today", "Today"), ("yesterday", "Yesterday"), ("week", "Last seven days"), ("coming", "After today"))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = str(self.used_parameters.get(self.parameter_name) or "")
        return [*self.NEAR] if not value or value in dict(self.NEAR) else [*self.NEAR, (value, value)]

    def choices(self, changelist: ChangeList) -> Any:
        """The links; the first also carries what the field for a day of one's own has to keep."""
        kept = changelist.get_filters_params()
        kept.pop(self.parameter_name, None)
        if changelist.query:
            kept["q"] = [changelist.query]
        found: list[Any] = list(super().choices(changelist))
        found[0]["kept"] = [(name, value) for name, values in kept.items() for value in values]
        found[0]["typed"] = value if (value := self.value()) not in dict(self.NEAR) else ""
        return found

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        if not (value := (self.value() or "").strip()):
            return queryset
        first, last = days_of(value, timezone.localdate())
        return queryset.filter(date__gte=first, date__lte=last)


def days_of(value: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day that a value of the filter names. Raises IncorrectLookupParameters for nonsense."""
    day = dt.timedelta(days=1)
    near = {
        "today": (today, today),
        "yesterday": (today - day, today - day),
        "week": (today - 6 * day, today),
        "coming": (today + day, dt.date.max),
    }
    if value in near:
        return near[value]
    if not (match := re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", value, re.ASCII)):
        raise IncorrectLookupParameters(f"“{value}” is no day, month or year")
    year, month, number = (int(part) if part else None for part in match.groups())
    try:
        first = dt.date(year or 0, month or 1, number or 1)
        if number:
            return first, first
        if month:
            return first, (first + 31 * day).replace(day=1) - day
        return first, dt.date(first.year, 12, 31)
    except (ValueError, OverflowError) as error:
        raise IncorrectLookupParameters(error) from error


class EditorFilter(admin.SimpleListFilter):
    """Events that somebody wrote or changed; `me` is whoever asks."""

    title = "who wrote it"
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = str(self.used_parameters.get(self.parameter_name) or "")
        return [("me", "Me")] if value in ("", "me") else [("me", "Me"), (value, value)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        if not (value := self.value()):
            return queryset
        name = request.user.get_username() if value == "me" else value
        return queryset.filter(Exists(waiting.written_by(name).filter(event=OuterRef("pk"))))


class HiddenFilter(admin.SimpleListFilter):
    """A filter for what is chosen elsewhere: shown only where a link from there led to it."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = self.used_parameters.get(self.parameter_name or "")
        return [(value, self.name_of(value))] if value else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(pk__in=self.events(value)) if (value := self.value()) else queryset

    def name_of(self, value: str) -> str:
        """What the value stands for."""
        return value

    def events(self, value: str) -> "QuerySet[Any]":
        """The ids of the events."""
        raise NotImplementedError


class TagFilter(HiddenFilter):
    """Events that bear a tag, by its id: the tag's own page leads here."""

    title = "tag"
    parameter_name = "tag"

    def name_of(self, value: str) -> str:
        return str(Tag.objects.filter(pk=posted_number(value)).first() or value)

    def events(self, value: str) -> "QuerySet[Any]":
        return EventTag.objects.filter(tag=posted_number(value)).values("event")


class PublisherFilter(HiddenFilter):
    """Events that cite a publisher, by its id: the publisher's own page leads here."""

    title = "publisher"
    parameter_name = "publisher"

    def name_of(self, value: str) -> str:
        return str(Publisher.objects.filter(pk=posted_number(value)).first() or value)

    def events(self, value: str) -> "QuerySet[Any]":
        return Citation.objects.naming(posted_number(value))


class LabelFilter(HiddenFilter):
    """Events that cite under a label: the list of unknown labels leads here."""

    title = "label"
    parameter_name = "label"

    def events(self, value: str) -> "QuerySet[Any]":
        return Citation.objects.filter(label__in=waiting.labels_naming(fold(value))).values("event")
