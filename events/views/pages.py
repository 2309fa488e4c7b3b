"""What every public page is made of."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.translation.trans_real import get_supported_language_variant
from django.views.decorators.cache import cache_control

from events.converters import edition_name, site_address
from events.documents import jsonl, xml
from events.history import was_public
from events.metadata import Site
from events.models import Editorial, Event

# An old state or an entry of a feed may be withdrawn or erased any moment, and whoever changed it wants to see it:
# browsers ask again each time, and what stands between keeps an answer for a minute.
lasts_a_minute = cache_control(public=True, max_age=0, s_maxage=60)
_FORMATS = {
    "md": ("Markdown", "text/markdown"),
    "json": ("JSON", "application/json"),
    "xml": ("XML", "application/xml"),
}


def show_page(
    request: HttpRequest, template: str, language: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The page with what every page holds, its words and dates in the edition's language.

    `elsewhere` in the context gives the address of the same page in other editions, by their languages; `own_query` is
    what belongs to the page's own address behind its path; `formats` are those of its document; `things` says what
    engines are told, for a site. Words that a view gives to the page are translated late (`gettext_lazy`), so that they
    are in that language too.
    """
    path, query = escape_uri_path(request.path), context.get("own_query", "")
    own = f"{path}?{query}" if query else path
    here: dict[str, str] = {**context.get("elsewhere", {}), language: own}
    shared = {
        "site_name": settings.SITE_NAME,
        "language": language,
        "editions": [_edition(code, here.get(code, "")) for code in settings.EDITIONS],
        "canonical": site_address(request) + own,
        "first_page": site_address(request) + path,
        "site_address": site_address(request),
    }
    with spoken(language):
        things = context["things"](Site.of(request, language)) if "things" in context else []
        return render(request, template, {**shared, **context, "things": things}, status=status)


def elsewhere(language: str, name: str, *parts: Any, among: Iterable[str] | None = None) -> dict[str, str]:
    """The addresses of the page of that name in the other editions, or in those `among` them that have it."""
    others = settings.EDITIONS if among is None else among
    return {other: reverse(f"events:{name}", args=[other, *parts]) for other in others if other != language}


def said(request: HttpRequest, name: str, longest: int) -> str:
    """What the address says by a name, without what no text holds; cut where it is longer than anything known."""
    return " ".join(request.GET.get(name, "").replace("\0", "").split())[:longest]


def spoken(language: str) -> translation.override:
    """While this context lasts, gettext and dates are in the language of the edition, if there is a catalogue of it."""
    try:
        return translation.override(get_supported_language_variant(language))
    except LookupError:
        return translation.override(settings.LANGUAGE_CODE)


def _edition(language: str, address: str) -> dict[str, str]:
    """An edition with the name of its language in that language, and its page at `address`, else its front page."""
    home = reverse("events:front", args=[language])
    return {"language": language, "name": edition_name(language), "address": address or home}


def moved(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect | None:
    """A redirect to the page's one address, unless the reader came there."""
    if request.path == unquote(address):
        return None
    query = request.META.get("QUERY_STRING")
    return leads_to(f"{address}?{query}" if query else address)


def leads_to(address: str) -> HttpResponsePermanentRedirect:
    """A redirect for good, of which browsers ask again: an editor may give the old address back."""
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "max-age=300"})


def withdrawn(
    request: HttpRequest, kind: type[Event] | type[Editorial], language: str, day: dt.date, slug: str
) -> HttpResponse:
    """Why what readers once saw there is gone, and nothing of what it said. Raises Http404 if they never did."""
    found = kind.objects.withdrawn().in_language(language).found_at(day, slug)
    if not found or not was_public(found):
        raise Http404("Nothing was ever public here.")
    template = "opinion/withdrawn.html" if isinstance(found, Editorial) else "events/withdrawn.html"
    return show_page(request, template, language, {"event": found}, status=410)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a reader sees instead of a page that is not there."""
    return show_page(request, "404.html", _edition_of(request), {}, status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What somebody sees who may not do this."""
    return _plain(request, "403.html", 403)


def broken(request: HttpRequest) -> HttpResponse:
    """What somebody sees when the site fails. Asks nothing of the database, which may be what fails."""
    return _plain(request, "500.html", 500)


def _plain(request: HttpRequest, template: str, status: int) -> HttpResponse:
    language = _edition_of(request)
    with spoken(language):
        return HttpResponse(get_template(template).render({"language": language}), status=status)


def _edition_of(request: HttpRequest) -> str:
    """The edition that the address says, whether there is such a page or not."""
    prefix = request.path.split("/")[1]
    return prefix if prefix in settings.EDITIONS else str(settings.EDITIONS[0])


class Format(NamedTuple):
    """A format of a page's document: its name, its type, and where the page is in it."""

    name: str
    type: str
    address: str


def formats(name: str, *parts: Any) -> list[Format]:
    """The formats of a page, whose documents have this name and these parts in their addresses."""
    return [
        Format(title, kind, reverse(f"events:{name}", args=[*parts, extension]))
        for extension, (title, kind) in _FORMATS.items()
    ]


def write_document(document: xml.Page, extension: str) -> str:
    if extension not in ("json", "xml"):
        raise Http404("No such format.")
    return jsonl.write_page(document) if extension == "json" else xml.write(document)


def document_response(extension: str, text: str) -> HttpResponse:
    _, kind = _FORMATS[extension]
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8")
