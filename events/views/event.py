"""The page of one event, in every format."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from events import days, exporter, history, markup, metadata, timelines
from events.converters import edition_home, site_address, tag_address
from events.documents import citing, markdown
from events.documents.records import ImageDocument, RelatedDocument
from events.models import Event, Tag
from events.querysets import EventQuerySet
from events.related import Related, related
from events.views.pages import document_response, formats, leads_to, moved, show_page, withdrawn, write_document
from sources.documents.urls import is_web_address
from sources.models import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that readers see if it is one of ours, and are led to otherwise."""

    url: str
    caption: str
    credit: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What led to an event along its narrowest topic, and what followed: events and what their headlines add to it."""

    topic: Tag
    before: list[tuple[Event, str]]
    after: list[tuple[Event, str]]


def event(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """One event, where it comes from and what it leads to."""
    public = Event.objects.public_in(language)
    found = with_sources(public.on(day).filter(slug=slug)).first()
    if not found:
        found = public.once_at(day, slug).first()
        return leads_to(found.get_absolute_url()) if found else withdrawn(request, Event, language, day, slug)
    if response := moved(request, found.get_absolute_url()):
        return response
    return event_page(request, found, "events/event.html")


def with_sources(events: EventQuerySet) -> EventQuerySet:
    """Events with all that their pages show."""
    return events.with_relations().prefetch_related("citations__source__seen_at")


def event_page(request: HttpRequest, event: Event, template: str, **context: Any) -> HttpResponse:
    """What `event` and its preview show, in the template of either, which may ask for more."""
    topics = [row.tag for row in event.topics]
    image = ImageDocument(url=event.image_url, caption=event.image_caption, credit=event.image_credit)
    cited = cited_page(request, event, topics)
    entry, standing = days.entry(event, topics), history.standing(event)
    summary = markup.render(event.summary, tag_address(event.language))
    shown = picture(image)
    context |= {
        "entry": entry,
        "are_unlinked": not any(reference.url or reference.archived_url for reference in entry.references),
        "topics": topics,
        "standing": standing,
        "summary": summary,
        "picture": shown,
        "dead": set(Source.objects.dead().filter(citations__event=event).values_list("pk", flat=True)),
        "related": related(event),
        "thread": _thread(event, topics),
        "corrections": exporter.correction_documents(event),
        "cited": cited,
        "formats": formats("event_document", event.language, event.date, event.slug),
        "forms": [(form, form.write(cited)) for form in citing.FORMS],
        "things": lambda site: metadata.of_event(
            site, entry, changed=standing.since, summary=summary, image=shown.url if shown and shown.is_here else ""
        ),
    }
    return show_page(request, template, event.language, context)


def picture(image: ImageDocument | None) -> Picture | None:
    """The picture of a page, if its address is one to which a page may lead."""
    if not image or not (markup.is_site_path(image.url) or is_web_address(image.url)):
        return None
    return Picture(url=image.url, caption=image.caption, credit=image.credit, is_here=markup.is_site_path(image.url))


def cited_page(request: HttpRequest, event: Event, topics: list[Tag]) -> citing.CitedPage:
    """The event's page as others cite it, read today."""
    return citing.CitedPage(
        title=days.without_topics(event.headline, topics),
        site=settings.SITE_NAME,
        date=event.date,
        slug=event.slug,
        language=event.language,
        address=site_address(request) + event.get_absolute_url(),
        accessed=timezone.localdate(),
    )


def _thread(event: Event, topics: list[Tag]) -> Thread | None:
    if not topics:
        return None
    along = Event.objects.public_in(event.language).bearing(topics[-1])
    before, after = (
        [(other, days.without_topics(other.headline, topics)) for other in side]
        for side in timelines.around(along, event)
    )
    return Thread(topic=topics[-1], before=before, after=after) if before or after else None


def event_document(request: HttpRequest, language: str, day: dt.date, slug: str, extension: str) -> HttpResponse:
    """The event as a document: `extension` is md, json or xml, or that of a record by which others cite it.

    An old page's html leads to the page.
    """
    if extension == "html":
        return redirect("events:event", language=language, day=day, slug=slug, permanent=True)
    found = Event.objects.public_in(language).with_everything().found_at(day, slug)
    if not found:
        raise Http404("No such event.")
    address = reverse("events:event_document", args=[language, found.date, found.slug, extension])
    if response := moved(request, address):
        return response
    if form := citing.FILES.get(extension):
        return _citation_file(request, found, form)
    document = exporter.public_document(found)
    if extension == "md":
        computed = [_see_also(link) for link in related(found) if link.kind == "computed"]
        return document_response(extension, markdown.write_event(document, computed, home=edition_home(language)))
    return document_response(extension, write_document(document, extension))


def _citation_file(request: HttpRequest, event: Event, form: citing.Form) -> HttpResponse:
    """The record as a file to keep, which browsers hand to a reference manager."""
    text = form.write(cited_page(request, event, [row.tag for row in event.topics]))
    name = content_disposition_header(as_attachment=True, filename=f"{event.slug}.{form.extension}")
    headers = {"Content-Disposition": name} if name else None
    return HttpResponse(text, content_type=f"{form.content_type}; charset=utf-8", headers=headers)


def _see_also(link: Related) -> RelatedDocument:
    event = link.event
    names = tuple(shared.name for shared in link.context)
    return RelatedDocument(date=event.date, slug=event.slug, headline=event.headline, context=names)
