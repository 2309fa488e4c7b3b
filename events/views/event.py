"""The page of one event, in every format."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from events import days, exporter, history, markup
from events.converters import edition_home, tag_address
from events.documents import markdown
from events.documents.records import RelatedDocument
from events.models import Event
from events.querysets import EventQuerySet
from events.related import Related, related
from events.views.pages import document_response, moved, show_page, write_document
from sources.documents.urls import is_web_address


def event(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """One event, where it comes from and what it leads to."""
    public = days.public(language)
    found = with_sources(public.on(day).filter(slug=slug)).first()
    if not found:
        found = public.once_at(day, slug).first()
        return redirect(found, permanent=True) if found else withdrawn(request, language, day, slug)
    if response := moved(request, found.get_absolute_url()):
        return response
    return event_page(request, found, "events/event.html")


def with_sources(events: EventQuerySet) -> EventQuerySet:
    """Events with all that their pages show."""
    return events.with_relations().prefetch_related("citations__source__seen_at")


def event_page(request: HttpRequest, event: Event, template: str, **context: Any) -> HttpResponse:
    """What `event` and its preview show, in the template of either, which may ask for more."""
    topics = [row.tag for row in event.topics]
    context |= {
        "entry": days.entry(event, topics),
        "topics": topics,
        "summary": markup.render(event.summary, tag_address(event.language)),
        "image_is_here": markup.is_site_path(event.image_url),
        "image_is_outside": is_web_address(event.image_url),
        "related": related(event),
        "corrections": exporter.correction_documents(event),
    }
    return show_page(request, template, event.language, context)


def event_document(request: HttpRequest, language: str, day: dt.date, slug: str, extension: str) -> HttpResponse:
    """The event as a document: `extension` is md, json or xml. An old page's html leads to the page."""
    if extension == "html":
        return redirect("events:event", language=language, day=day, slug=slug, permanent=True)
    found = days.public(language).on(day).filter(slug=slug).with_everything().first()
    if not found:
        found = days.public(language).once_at(day, slug).first()
        if not found:
            raise Http404("No such event.")
        return redirect("events:event_document", language, found.date, found.slug, extension, permanent=True)
    document = exporter.public_document(found)
    if extension == "md":
        computed = [_see_also(link) for link in related(found) if link.kind == "computed"]
        return document_response(extension, markdown.write_event(document, computed, home=edition_home(language)))
    return document_response(extension, write_document(document, extension))


def public_event(language: str, day: dt.date, slug: str) -> Event | None:
    """The public event that has or had this address."""
    public = days.public(language)
    return public.on(day).filter(slug=slug).first() or public.once_at(day, slug).first()


def withdrawn(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """Why an event is gone that readers once saw, and nothing of what it said. Raises Http404 for any other."""
    gone = Event.objects.withdrawn().in_language(language)
    found = gone.on(day).filter(slug=slug).first() or gone.once_at(day, slug).first()
    if not found or not history.was_public(found):
        raise Http404("No such event.")
    return show_page(request, "events/withdrawn.html", language, {"event": found}, status=410)


def _see_also(link: Related) -> RelatedDocument:
    event = link.event
    names = tuple(shared.name for shared in link.context)
    return RelatedDocument(date=event.date, slug=event.slug, headline=event.headline, context=names)
