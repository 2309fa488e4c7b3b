"""Opinion: the list of editorials, and the page of one in every format, with its past."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from events import exporter, history, markup, metadata
from events.converters import edition_home, tag_address
from events.documents import editorial_pages
from events.documents.records import EditorialDocument
from events.models import Editorial
from events.views.history import history_page, state_of
from events.views.pages import document_response, formats, lasts_a_minute, moved, show_page, withdrawn, write_document

PAGE_SIZE = 30


def index(request: HttpRequest, language: str) -> HttpResponse:
    """The editorials of an edition, the newest first."""
    found = Editorial.objects.public_in(language).newest_first().defer("body")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "own_query": f"page={page.number}" if page.number > 1 else ""}
    return show_page(request, "opinion/index.html", language, context)


def editorial(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """One editorial."""
    found = _public(language, day, slug)
    if not found:
        return withdrawn(request, Editorial, language, day, slug)
    if response := moved(request, found.get_absolute_url()):
        return response
    return editorial_page(request, found, "opinion/editorial.html")


def editorial_page(request: HttpRequest, editorial: Editorial, template: str, **context: Any) -> HttpResponse:
    """What the page of an editorial and its preview show, in the template of either."""
    standing = history.standing(editorial)
    context |= {
        "editorial": editorial,
        "body": markup.render(editorial.body, tag_address(editorial.language)),
        "standing": standing,
        "corrections": exporter.correction_documents(editorial),
        "formats": formats("editorial_document", editorial.language, editorial.date, editorial.slug),
        "things": lambda site: metadata.of_editorial(site, editorial, changed=standing.since),
    }
    return show_page(request, template, editorial.language, context)


def editorial_document(request: HttpRequest, language: str, day: dt.date, slug: str, extension: str) -> HttpResponse:
    """The editorial as a document: `extension` is md, json or xml. An old page's html leads to the page."""
    if extension == "html":
        return redirect("events:editorial", language=language, day=day, slug=slug, permanent=True)
    found = _public(language, day, slug)
    if not found:
        raise Http404("No such editorial.")
    address = reverse("events:editorial_document", args=[language, found.date, found.slug, extension])
    if response := moved(request, address):
        return response
    document = exporter.editorial_document(found).for_the_public()
    if extension == "md":
        return document_response(extension, editorial_pages.write(document, home=edition_home(language)))
    return document_response(extension, write_document(document, extension))


@lasts_a_minute
def editorial_history(request: HttpRequest, language: str, day: dt.date, slug: str) -> HttpResponse:
    """What readers saw change in an editorial."""
    found = _public(language, day, slug)
    if not found:
        return withdrawn(request, Editorial, language, day, slug)
    return history_page(request, found, "opinion/history.html")


@lasts_a_minute
def editorial_state(request: HttpRequest, language: str, day: dt.date, slug: str, number: int) -> HttpResponse:
    """An editorial as readers once saw it."""
    found = _public(language, day, slug)
    if not found:
        return withdrawn(request, Editorial, language, day, slug)
    if response := moved(request, f"{found.get_absolute_url()}history/{number}/"):
        return response
    context = state_of(request, found, number)
    document = context["state"]
    assert isinstance(document, EditorialDocument)  # noqa: S101  # that of an editorial
    context |= {"body": markup.render(document.body, tag_address(language))}
    return show_page(request, "opinion/state.html", language, context)


def _public(language: str, day: dt.date, slug: str) -> Editorial | None:
    """The public editorial that has or had this address."""
    return Editorial.objects.public_in(language).with_everything().found_at(day, slug)
