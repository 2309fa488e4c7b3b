"""What is new since a reader's last visit: what happened, what was corrected, what was withdrawn."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate

from events import days, exporter
from events.documents.records import CorrectionDocument
from events.models import Event, Tag
from events.querysets import EventQuerySet
from events.views.pages import moved, said, show_page
from sources.documents.characters import is_text
from sources.documents.folding import fold
from sources.documents.names import MAX_NAME

PAGE_SIZE = 50
LONGEST = 100  # characters of a date that somebody types
AGO = {"day": 1, "week": 7, "month": 30}  # how many days back readers look most


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What readers came to know on one day, the last first."""

    date: dt.date
    entries: Sequence[days.Entry]

    @property
    def has_its_own(self) -> bool:
        """Whether some of it happened on that day too, so that the day has a page."""
        return any(entry.event.date == self.date for entry in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """An event with what readers were told of it since."""

    event: Event
    corrections: Sequence[CorrectionDocument]


def choose_since(request: HttpRequest, language: str) -> HttpResponse:
    """The form to choose a day, of the edition or of one of its tags; and from there to the page of that day."""
    asked, name = request.GET.get("date", "")[:LONGEST], said(request, "tag", MAX_NAME)
    tags = Tag.objects.public().by_any_name(language, [name]) if name and is_text(name) else {}
    tag = tags.get(fold(name))
    try:
        date = dt.date.fromisoformat(asked)
    except ValueError:
        context = {**_choosing(language, tag), "asked": asked}
        return show_page(request, "events/choose_since.html", language, context, status=400 if asked else 200)
    return redirect(_address(language, date, tag))


def since(request: HttpRequest, language: str, day: dt.date) -> HttpResponse:
    """What is new in the edition since the beginning of a day."""
    return _since(request, language, day, None)


def tag_since(request: HttpRequest, language: str, day: dt.date, tag: str) -> HttpResponse:
    """What is new with a tag that public events bear; its other names lead here."""
    found = Tag.objects.public().by_any_name(language, [tag]).get(tag)
    if not found:
        raise Http404("No such tag.")
    return _since(request, language, day, found)


def _since(request: HttpRequest, language: str, day: dt.date, tag: Tag | None) -> HttpResponse:
    if response := moved(request, _address(language, day, tag)):
        return response
    context: dict[str, Any] = {"date": day, **_choosing(language, tag)}
    if day > context["today"]:
        return show_page(request, "events/since.html", language, context)
    known, of_edition = Event.objects.public_in(language), Event.objects.in_language(language)
    if tag:
        known, of_edition = known.bearing(tag), of_edition.filter(event_tags__tag=tag)
    events: EventQuerySet = known.known_since(day).latest_first()
    page = Paginator(events.values_list("pk", flat=True), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = Event.objects.filter(pk__in=list(page)).latest_first().with_relations()
    context |= {
        "page": page,
        "limit": PAGE_SIZE,
        "told": _by_day(shown, [tag] if tag else []),
        "corrected": [_corrected(event, day) for event in known.corrected_since(day)[:PAGE_SIZE]],
        "withdrawn": of_edition.withdrawn_since(day).only("date", "withdrawn_at", "withdrawn_reason")[:PAGE_SIZE],
    }
    return show_page(request, "events/since.html", language, context)


def _address(language: str, day: dt.date, tag: Tag | None) -> str:
    if tag:
        return reverse("events:tag_since", args=[language, day, tag.key])
    return reverse("events:since", args=[language, day])


def _choosing(language: str, tag: Tag | None) -> dict[str, Any]:
    """What the form needs: today, the page to open next time, and the days that readers ask for most."""
    today = localdate()
    ago = {name: _address(language, today - dt.timedelta(back), tag) for name, back in AGO.items()}
    return {"tag": tag, "today": today, "next_time": _address(language, today, tag), "ago": ago}


def _by_day(events: Iterable[Event], above: Sequence[Tag]) -> list[Told]:
    return [
        Told(date=date, entries=[days.entry(event, above) for event in of_day])
        for date, of_day in groupby(events, key=lambda event: localdate(event.published_at))
    ]


def _corrected(event: Event, day: dt.date) -> Corrected:
    corrections = exporter.correction_documents(event)
    return Corrected(event=event, corrections=[row for row in corrections if row.date >= day])
