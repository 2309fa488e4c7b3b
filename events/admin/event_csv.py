"""The list of events as a table for a spreadsheet: streamed, as RFC 4180 has it."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from events.documents.names import join_names
from events.models import Event

CHUNK = 500  # events in memory at once
BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page
# What a spreadsheet takes for a formula at the beginning of a cell, also in full width.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
COLUMNS = (
    "date",
    "headline",
    "category",
    "topics",
    "tags",
    "sources",
    "addresses of the sources",
    "state",
    "unsourced",
    "stub",
    "language",
    "last changed by",
    "last changed at",
    "address",
)


class _Line:
    """What csv writes a row into, and is then handed on."""

    def write(self, text: str) -> str:
        return text


class CsvViews(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """The list as it is filtered and ordered, all of its pages."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_GET(self.csv_view))
        return [path("export.csv", view, name="events_event_csv"), *super().get_urls()]

    def csv_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            events = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect("admin:events_event_changelist")
        response = StreamingHttpResponse(_lines(request, events), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="events-{timezone.localdate()}.csv"'
        return response


def _lines(request: HttpRequest, events: Any) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    yield BOM + writer.writerow(COLUMNS)
    for event in events.with_relations().iterator(CHUNK):
        yield writer.writerow([safe(value) for value in _row(request, event)])


def _row(request: HttpRequest, event: Any) -> list[str]:
    citations = event.citations.all()
    changed_at = timezone.localtime(event.changed_at).isoformat(" ", "minutes") if event.changed_at else ""
    return [
        event.date.isoformat(),
        event.headline,
        event.category.name if event.category else "",
        join_names(row.spelling for row in event.topics),
        join_names(row.spelling for row in event.event_tags.all()),
        join_names(str(citation) for citation in citations),
        " ".join(citation.source.url for citation in citations if citation.source),
        event.status,
        "yes" if event.is_unsourced else "",
        "yes" if event.is_stub else "",
        event.language,
        event.changed_by or "",
        changed_at,
        request.build_absolute_uri(Event.get_absolute_url(event)),
    ]


def safe(value: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula: an apostrophe before it says that it is text."""
    return f"'{value}" if value.startswith(FORMULA) else value
