"""What readers may see of the past of an event, or of an editorial."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import escape_uri_path

from events import days, exporter, history, markup, revisions
from events.converters import site_address, tag_address
from events.documents.headlines import cut_prefixes
from events.documents.records import EventDocument
from events.history import PublicLinks, StepKind
from events.models import Event, Subject
from events.views.event import picture
from events.views.pages import lasts_a_minute, moved, show_page, withdrawn
from sources.documents.folding import fold

PAGE_SIZE = 20


@lasts_a_minute
def event_history(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """What readers saw change in an event."""
    found = Event.objects.public_in(language).found_at(day, slug)
    if not found:
        return withdrawn(request, Event, language, day, slug)
    return history_page(request, found, "events/history.html")


def history_page(request: HttpRequest, subject: Subject, template: str) -> HttpResponse:
    """What readers saw change in it, the newest first: when, by whom, why, and what."""
    if response := moved(request, f"{subject.get_absolute_url()}history/"):
        return response
    page = Paginator(history.steps(subject), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "event": subject,
        "page": page,
        "changes": history.changes(subject, list(page.object_list)),
        "corrections": exporter.correction_documents(subject),
    }
    return show_page(request, template, subject.language, context)


@lasts_a_minute
def event_state(request: HttpRequest, language: str, day: dt.date, slug: str, number: int) -> HttpResponse:
    """An event as readers once saw it."""
    found = Event.objects.public_in(language).found_at(day, slug)
    if not found:
        return withdrawn(request, Event, language, day, slug)
    if response := moved(request, reverse("events:state", args=[language, found.date, found.slug, number])):
        return response
    context = state_of(request, found, number)
    document = context["state"]
    assert isinstance(document, EventDocument)  # noqa: S101  # that of an event
    context |= {
        "headline": cut_prefixes(document.headline, {fold(name) for name in document.topics})[1],
        "summary": markup.render(document.summary, tag_address(language)),
        "picture": picture(document.image),
        "references": days.document_references(document.citations),
        "related": PublicLinks(language, [document]).of(document),
    }
    return show_page(request, "events/revision.html", language, context)


def state_of(request: HttpRequest, subject: Subject, number: int) -> dict[str, Any]:
    """What the page of an old state tells of it. Raises Http404 for one that readers never saw."""
    steps = [step for step in history.steps(subject) if step.kind is not StepKind.WITHDRAWAL]
    step = next((step for step in steps if step.number == number), None)
    if not step:
        raise Http404("No such public state.")
    revision = subject.revisions.select_related("erasure").get(number=number)
    return {
        "event": subject,
        "canonical": site_address(request) + escape_uri_path(subject.get_absolute_url()),
        "revision": revision,
        "state": revisions.read_any(revision),
        "is_newest": step == steps[0],
    }
