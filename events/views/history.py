"""What readers may see of an event's past."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import escape_uri_path

from events import days, exporter, history, markup, revisions
from events.converters import site_address, tag_address
from events.documents.headlines import cut_prefixes
from events.history import PublicLinks, StepKind
from events.views.event import picture, public_event, withdrawn
from events.views.pages import lasts_a_minute, moved, show_page
from sources.documents.folding import fold

PAGE_SIZE = 20


@lasts_a_minute
def event_history(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """What readers saw change in an event, the newest first: when, by whom, why, and what."""
    found = public_event(language, day, slug)
    if not found:
        return withdrawn(request, language, day, slug)
    if response := moved(request, reverse("events:history", args=[language, found.date, found.slug])):
        return response
    page = Paginator(history.steps(found), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "event": found,
        "page": page,
        "changes": history.changes(found, list(page.object_list)),
        "corrections": exporter.correction_documents(found),
    }
    return show_page(request, "events/history.html", language, context)


@lasts_a_minute
def event_state(request: HttpRequest, language: str, day: dt.date, slug: str, number: int) -> HttpResponse:
    """An event as readers once saw it."""
    found = public_event(language, day, slug)
    if not found:
        return withdrawn(request, language, day, slug)
    if response := moved(request, reverse("events:state", args=[language, found.date, found.slug, number])):
        return response
    steps = [step for step in history.steps(found) if step.kind is not StepKind.WITHDRAWAL]
    step = next((step for step in steps if step.number == number), None)
    if not step:
        raise Http404("No such public state.")
    revision = found.revisions.select_related("erasure").get(number=number)
    document = revisions.read(revision)
    context = {
        "event": found,
        "canonical": site_address(request) + escape_uri_path(found.get_absolute_url()),
        "revision": revision,
        "state": document,
        "headline": cut_prefixes(document.headline, {fold(name) for name in document.topics})[1],
        "is_newest": step == steps[0],
        "summary": markup.render(document.summary, tag_address(language)),
        "picture": picture(document.image),
        "references": days.document_references(document.citations),
        "related": PublicLinks(language, [document]).of(document),
    }
    return show_page(request, "events/revision.html", language, context)
