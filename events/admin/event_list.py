"""The list of events: its columns, its filters and its search."""

import datetime as dt
import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator

from events.admin.labels import LabelFilter
from events.admin.usage import citing
from events.choices import Status
from events.forms import editions, posted_number
from events.models import Event, EventTag, Revision, Tag
from sources.documents.folding import fold
from sources.models import Publisher

MAX_FEW = 1000  # events found by rare words


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
        written = Revision.objects.saved().filter(event=OuterRef("pk"), editor__username=name)
        return queryset.filter(Exists(written))


class HiddenFilter(admin.SimpleListFilter):
    """A filter for what is chosen elsewhere: shown only where a link from there led to it."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, value)] if (value := self.used_parameters.get(self.parameter_name or "")) else []


class TagFilter(HiddenFilter):
    """Events that bear a tag, by its id: the tag's own page leads here."""

    title = "tag"
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = super().lookups(request, model_admin)
        return [(value, _name(Tag, value)) for value, _ in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        if not (value := self.value()):
            return queryset
        return queryset.filter(pk__in=EventTag.objects.filter(tag=posted_number(value)).values("event"))


class PublisherFilter(HiddenFilter):
    """Events that cite a publisher, by its id: the publisher's own page leads here."""

    title = "publisher"
    parameter_name = "publisher"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = super().lookups(request, model_admin)
        return [(value, _name(Publisher, value)) for value, _ in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        if not (value := self.value()):
            return queryset
        return queryset.filter(pk__in=citing(posted_number(value)))


def _name(model: type[Tag | Publisher], value: str) -> str:
    return str(model._default_manager.filter(pk=posted_number(value)).first() or value)


class EventChangeList(ChangeList):
    """The list with who wrote the last state of each event, looked up for the rows of the page alone."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Event]:
        events: QuerySet[Event] = super().get_queryset(request, exclude_parameters)
        last = Revision.objects.saved().filter(event=OuterRef("pk")).order_by("-number")
        return events.annotate(
            changed_by=Subquery(last.values("contributor")[:1]), changed_at=Subquery(last.values("recorded_at")[:1])
        )


class EventList(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """What the list of events shows, and how it is asked."""

    list_display = ("day", "short_headline", "category", "state", "changed")
    list_display_links = ("short_headline",)
    list_filter = (
        LabelFilter,
        TagFilter,
        PublisherFilter,
        StateFilter,
        DayFilter,
        EditorFilter,
        "is_unsourced",
        "is_stub",
        "category",
        LanguageFilter,
    )
    list_select_related = ("category",)
    search_fields = ("headline", "event_tags__tag__key")
    show_full_result_count = False
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EventChangeList

    @admin.display(description="Headline", ordering="headline")
    def short_headline(self, event: Event) -> str:
        return Truncator(event.headline).chars(200)

    @admin.display(description="Date", ordering="date")
    def day(self, event: Event) -> str:
        return date_format(event.date, "j M Y")

    @admin.display(description="State", ordering="status")
    def state(self, event: Event) -> str:
        flags = {"unsourced": event.is_unsourced, "stub": event.is_stub}
        return ", ".join([event.get_status_display(), *(flag for flag, is_set in flags.items() if is_set)])

    @admin.display(description="Last change")
    def changed(self, event: Event) -> str:
        """Who wrote the state that the event is in, and when."""
        at = getattr(event, "changed_at", None)
        if at is None:
            return ""
        who = getattr(event, "changed_by", "") or "import"
        return f"{who}, {date_format(timezone.localtime(at), 'j M Y, H:i')}"

    def describe(self, event: Event) -> str:
        """The event in a list to choose from."""
        return f"{event.date} · {Truncator(event.headline).chars(160)}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """Events that have every word in the headline or in a tag; without the joins that would double them.

        Rare words are looked up once, and not again for the number of hits and for each page of them.
        """
        found = queryset
        for word in search_term.split():
            tagged = EventTag.objects.filter(tag__key__contains=fold(word)).values("event")
            found = found.filter(Q(headline__icontains=word) | Q(pk__in=tagged))
        if found is queryset:
            return queryset, False
        few = list(found.order_by().values_list("pk", flat=True)[: MAX_FEW + 1])
        return (queryset.filter(pk__in=few) if len(few) <= MAX_FEW else found), False
