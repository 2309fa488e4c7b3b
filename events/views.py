"""Public pages. Each shows what is published in one edition, and nothing else."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import get_supported_language_variant
from django.views.decorators.cache import cache_control

from events import days, exporter, history, markup, revisions
from events.converters import edition_home, tag_address
from events.documents import jsonl, markdown, xml
from events.documents.headlines import cut_prefixes
from events.documents.records import DayDocument, EventDocument, RelatedDocument
from events.history import PublicLinks, StepKind
from events.models import Event, Tag
from events.querysets import EventQuerySet
from events.related import Related, related
from sources.documents.folding import fold
from sources.documents.urls import is_web_address
from sources.models import Publisher, Source

FRONT_DAYS = 3
PAGE_SIZE = 50
HISTORY_PAGE_SIZE = 20


# An old state may be withdrawn or erased any moment: what is kept elsewhere is kept for a minute, then asked about.
_lasts_a_minute = cache_control(public=True, max_age=60)


def front(request: HttpRequest, language: str) -> HttpResponse:
    """The newest days and the month of the newest one."""
    newest = days.newest_days(language, FRONT_DAYS)
    context: dict[str, Any] = {"days": newest}
    if newest:
        context |= _beside(language, newest[0].date)
    return show_page(request, "events/front.html", language, context)


def archive(request: HttpRequest, language: str) -> HttpResponse:
    """To the newest year."""
    newest, _ = days.neighbours(language, dt.date.max, dt.date.max)
    if not newest:
        return redirect("events:front", language=language)
    return redirect("events:year", language=language, year=newest.year)


def year(request: HttpRequest, language: str, year: int) -> HttpResponse:
    """Twelve small calendars."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    months = days.months(language, first, last)
    if not any(month.count for month in months):
        raise Http404("No events in this year.")
    before, after = days.neighbours(language, first, last)
    context = {
        "year": year,
        "months": months,
        "count": sum(month.count for month in months),
        "running": days.running(language, first, last),
        "before": before,
        "after": after,
    }
    return show_page(request, "events/year.html", language, context)


def month(request: HttpRequest, language: str, year: int, month: int) -> HttpResponse:
    """One calendar, and the topics of its month."""
    address = reverse("events:month", args=[language, year, month])
    if response := _moved(request, address):
        return response
    first, last = days.month_bounds(year, month)
    context = _beside(language, first)
    if not context["calendar"].count:
        raise Http404("No events in this month.")
    before, after = days.neighbours(language, first, last)
    return show_page(request, "events/month.html", language, context | {"before": before, "after": after})


def day(request: HttpRequest, language: str, day: dt.date) -> HttpResponse:
    """What happened on one day."""
    if response := _moved(request, reverse("events:day", args=[language, day])):
        return response
    found = days.day(language, day)
    before, after = days.neighbours(language, day, day)
    context = {"day": found, "before": before, "after": after}
    if not found.count:
        return show_page(request, "404.html", language, context, status=404)
    return show_page(request, "events/day.html", language, context | _beside(language, day))


def day_document(request: HttpRequest, language: str, day: dt.date, extension: str) -> HttpResponse:
    """The day as a document: `extension` is md, json or xml. An old page's html leads to the page."""
    if extension == "html":
        return redirect("events:day", language=language, day=day, permanent=True)
    if response := _moved(request, reverse("events:day_document", args=[language, day, extension])):
        return response
    events = list(days.public(language).on(day).with_everything().order_by("slug"))
    if not events:
        raise Http404("No events on this day.")
    document = exporter.day_document(day, language, events)
    if extension == "md":
        before, _ = days.neighbours(language, day, day)
        return _document(extension, markdown.write_day(document, before, home=edition_home(language)))
    return _document(extension, _write(document, extension))


def event(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """One event, where it comes from and what it leads to."""
    public = days.public(language)
    found = with_sources(public.on(day).filter(slug=slug)).first()
    if not found:
        found = public.once_at(day, slug).first()
        return redirect(found, permanent=True) if found else _withdrawn(request, language, day, slug)
    if response := _moved(request, found.get_absolute_url()):
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
        return _document(extension, markdown.write_event(document, computed, home=edition_home(language)))
    return _document(extension, _write(document, extension))


@_lasts_a_minute
def event_history(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """What readers saw change in an event, the newest first: when, by whom, why, and what."""
    found = _public_event(language, day, slug)
    if not found:
        return _withdrawn(request, language, day, slug)
    if response := _moved(request, reverse("events:history", args=[language, found.date, found.slug])):
        return response
    page = Paginator(history.steps(found), HISTORY_PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "event": found,
        "page": page,
        "changes": history.changes(found, list(page.object_list)),
        "corrections": exporter.correction_documents(found),
    }
    return show_page(request, "events/history.html", language, context)


@_lasts_a_minute
def event_state(request: HttpRequest, language: str, day: dt.date, slug: str, number: int) -> HttpResponse:
    """An event as readers once saw it."""
    found = _public_event(language, day, slug)
    if not found:
        return _withdrawn(request, language, day, slug)
    if response := _moved(request, reverse("events:state", args=[language, found.date, found.slug, number])):
        return response
    steps = [step for step in history.steps(found) if step.kind is not StepKind.WITHDRAWAL]
    step = next((step for step in steps if step.number == number), None)
    if not step:
        raise Http404("No such public state.")
    revision = found.revisions.select_related("erasure").get(number=number)
    document = revisions.read(revision)
    image = document.image.url if document.image else ""
    context = {
        "event": found,
        "canonical": request.build_absolute_uri(escape_uri_path(found.get_absolute_url())),
        "revision": revision,
        "state": document,
        "headline": cut_prefixes(document.headline, {fold(name) for name in document.topics})[1],
        "is_newest": step == steps[0],
        "summary": markup.render(document.summary, tag_address(language)),
        "image_is_here": markup.is_site_path(image),
        "image_is_outside": is_web_address(image),
        "citations": [(row, row.url if is_web_address(row.url) else "") for row in document.citations],
        "related": PublicLinks(language, [document]).of(document),
    }
    return show_page(request, "events/revision.html", language, context)


def _public_event(language: str, day: dt.date, slug: str) -> Event | None:
    """The public event that has or had this address."""
    public = days.public(language)
    return public.on(day).filter(slug=slug).first() or public.once_at(day, slug).first()


def _withdrawn(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """Why an event is gone that readers once saw, and nothing of what it said. Raises Http404 for any other."""
    withdrawn = Event.objects.withdrawn().in_language(language)
    found = withdrawn.on(day).filter(slug=slug).first() or withdrawn.once_at(day, slug).first()
    if not found or not history.was_public(found):
        raise Http404("No such event.")
    return show_page(request, "events/withdrawn.html", language, {"event": found}, status=410)


def _write(document: EventDocument | DayDocument, extension: str) -> str:
    if extension not in ("json", "xml"):
        raise Http404("No such format.")
    return jsonl.write_page(document) if extension == "json" else xml.write(document)


def _document(extension: str, text: str) -> HttpResponse:
    kind = {"md": "text/markdown", "json": "application/json", "xml": "application/xml"}[extension]
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8")


def _see_also(link: Related) -> RelatedDocument:
    event = link.event
    names = tuple(shared.name for shared in link.context)
    return RelatedDocument(date=event.date, slug=event.slug, headline=event.headline, context=names)


def tag(request: HttpRequest, language: str, tag: str) -> HttpResponse:
    """A tag that public events bear, with them; other names of it lead here."""
    found = Tag.objects.by_any_name(language, [tag]).get(tag)
    if not found:
        raise Http404("No such tag.")
    if response := _moved(request, found.get_absolute_url()):
        return response
    context = _events(request, days.public(language).tagged(found), found)
    context |= {"tag": found, "aliases": [alias.name for alias in found.aliases.all()]}
    return show_page(request, "events/tag.html", language, context)


def publisher(request: HttpRequest, language: str, publisher: str) -> HttpResponse:
    """A publisher that public events cite, with them; other names of it lead here."""
    found = Publisher.objects.by_any_name([publisher]).get(publisher)
    if not found:
        raise Http404("No such publisher.")
    if response := _moved(request, reverse("events:publisher", args=[language, found.key])):
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
    if response := _moved(request, reverse("events:source", args=[language, found.key])):
        return response
    context = _events(request, days.public(language).citing(found.pk))
    context |= {"source": found, "address": found.url if is_web_address(found.url) else ""}
    return show_page(request, "events/source.html", language, context)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a reader sees instead of a page that is not there."""
    prefix = request.path.split("/")[1]
    language = prefix if prefix in settings.EDITIONS else settings.EDITIONS[0]
    return show_page(request, "404.html", language, {}, status=404)


def _beside(language: str, date: dt.date) -> dict[str, Any]:
    """What stands beside the days of a month: its calendar and its topics."""
    first, last = days.month_bounds(date.year, date.month)
    [calendar] = days.months(language, first, last)
    return {"calendar": calendar, "running": days.running(language, first, last)}


def _events(request: HttpRequest, events: EventQuerySet, above: Tag | None = None) -> dict[str, Any]:
    """A page of `events`, newest first; no page without any."""
    page: Page[Event] = Paginator(events.newest_first().with_relations(), PAGE_SIZE).get_page(request.GET.get("page"))
    if not page.paginator.count:
        raise Http404("No public events.")
    return {"page": page, "entries": [days.entry(event, [above] if above else []) for event in page]}


def _moved(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect | None:
    """A permanent redirect to the page's one address, unless the reader came there."""
    if request.path == unquote(address):
        return None
    query = request.META.get("QUERY_STRING")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def show_page(
    request: HttpRequest, template: str, language: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The page with what every page holds."""
    shared = {
        "site_name": settings.SITE_NAME,
        "language": language,
        "editions": [(code, _language_name(code)) for code in settings.EDITIONS],
        "canonical": request.build_absolute_uri(escape_uri_path(request.path)),
    }
    return render(request, template, {**shared, **context}, status=status)


def _language_name(language: str) -> str:
    """The name of an edition's language in that language."""
    try:
        return str(get_language_info(get_supported_language_variant(language))["name_local"])
    except LookupError:
        return language
