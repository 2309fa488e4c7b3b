"""The list of events: its columns and its search."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator

from events import search
from events.admin.list_filters import (
    DayFilter,
    EditorFilter,
    LabelFilter,
    LanguageFilter,
    PublisherFilter,
    StateFilter,
    TagFilter,
)
from events.models import Event, Revision

MAX_FEW = 1000  # events found by rare words


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
        """Events in any state that have every word, or one that begins like it, as readers search for them.

        Rare words are looked up once, and not again for the number of hits and for each page of them.
        """
        query = search.parse(search_term).beginning()
        if not query:
            return (queryset.none() if search_term.strip() else queryset), False
        events = search.select_events(query)
        few = list(queryset.filter(pk__in=events).order_by().values_list("pk", flat=True)[: MAX_FEW + 1])
        return (queryset.filter(pk__in=few if len(few) <= MAX_FEW else events)), False
