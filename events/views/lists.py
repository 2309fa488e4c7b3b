"""The pages of tags, publishers and sources: each with the events that lead to it."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from events import days
from events.models import Event, Tag
from events.querysets import EventQuerySet
from events.views.pages import moved, show_page
from sources.documents.urls import is_web_address
from sources.models import Publisher, Source

PAGE_SIZE = 50


def tag(request: HttpRequest, language: str, tag: str) -> HttpResponse:
    """A tag that public events bear, with them; other names of it lead here."""
    found = Tag.objects.by_any_name(language, [tag]).get(tag)
    if not found:
        raise Http404("No such tag.")
    if response := moved(request, found.get_absolute_url()):
        return response
    context = _events(request, days.public(language).bearing(found), found)
    context |= {"tag": found, "aliases": [alias.name for alias in found.aliases.all()]}
    return show_page(request, "events/tag.html", language, context)


def publisher(request: HttpRequest, language: str, publisher: str) -> HttpResponse:
    """A publisher that public events cite, with them; other names of it lead here."""
    found = Publisher.objects.by_any_name([publisher]).get(publisher)
    if not found:
        raise Http404("No such publisher.")
    if response := moved(request, reverse("events:publisher", args=[language, found.key])):
        return response
    context = _events(request, days.public(language).reported_by(found.pk))
    homepage = found.homepage if is_web_address(found.homepage) else ""
    context |= {"publisher": found, "homepage": homepage}
    return show_page(request, "events/publisher.html", language, context)


def source(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """The record of a source that public events cite, with them. The article's text is never shown."""
    sources = Source.objects.select_related("publisher", "seen_at").defer("body")
    found = sources.filter(key=key).first() or sources.at(key).first()
    if not found:
        raise Http404("No such source.")
    if response := moved(request, reverse("events:source", args=[language, found.key])):
        return response
    context = _events(request, days.public(language).citing(found.pk))
    context |= {"source": found, "address": found.url if is_web_address(found.url) else ""}
    return show_page(request, "events/source.html", language, context)


def _events(request: HttpRequest, events: EventQuerySet, above: Tag | None = None) -> dict[str, Any]:
    """A page of `events`, newest first; no page without any."""
    page: Page[Event] = Paginator(events.newest_first().with_relations(), PAGE_SIZE).get_page(request.GET.get("page"))
    if not page.paginator.count:
        raise Http404("No public events.")
    return {"page": page, "entries": [days.entry(event, [above] if above else []) for event in page]}
