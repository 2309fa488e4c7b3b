"""What there is to find, for engines: an index, and below it maps of each month, of each block of tags, of opinion.

The map of a month changes only when something of that month does, however long the wiki lives. An engine that asks
again is told so when nothing has changed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.db.models import CharField, Count, Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import conditional_page

from events import calendars
from events.converters import edition_home, site_address
from events.models import Editorial, Event, EventTag, Tag

BLOCK = 5000  # tags in a map, by their ids
FEW = 3  # events that a tag must have to be worth finding
_SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'

Paths = Mapping[str, str]  # of the same page in several editions, by their languages


class Url(NamedTuple):
    """A page or map by its path, when it was changed, and where else the same is."""

    path: str
    changed: dt.datetime | None = None
    same: Paths = {}


@conditional_page
def index(request: HttpRequest) -> HttpResponse:
    """The maps that there are."""
    # Of a date's text, "2017-02-02", what comes before the day: the same in both engines, with nothing to convert.
    of_month = Substr(Cast("date", CharField()), 1, 7)
    months = dict(_public().order_by().annotate(month=of_month).values_list("month").annotate(Max("updated_at")))
    blocks = {pk // BLOCK for pk in _tags_worth_finding().values_list("pk", flat=True)}
    maps = [Url(reverse("events:sitemap_of_pages"))]
    if changed := _editorials().aggregate(changed=Max("updated_at"))["changed"]:
        maps += [Url(reverse("events:sitemap_of_opinion"), changed)]
    for month, changed in sorted(months.items()):
        maps.append(Url(reverse("events:sitemap_of_month", args=[int(part) for part in month.split("-")]), changed))
    maps += [Url(reverse("events:sitemap_of_tags", args=[block])) for block in sorted(blocks)]
    return _written("sitemapindex", "sitemap", maps, request)


@conditional_page
def of_pages(request: HttpRequest) -> HttpResponse:
    """The front page of each edition, its topics and its years."""
    urls = [*_in_editions("front", dict.fromkeys(settings.EDITIONS))]
    years = defaultdict(list)
    for language in settings.EDITIONS:
        for year in calendars.years(language):
            years[year].append(language)
    filled = dict.fromkeys(code for code in settings.EDITIONS if code in chain(*years.values()))
    urls += [*_in_editions("topics", filled), *_in_editions("all_topics", filled)]
    urls += [url for year in sorted(years) for url in _in_editions("year", dict.fromkeys(years[year]), year)]
    return _written("urlset", "url", urls, request)


@conditional_page
def of_opinion(request: HttpRequest) -> HttpResponse:
    """The editorials of all editions, and the pages that list them."""
    urls: list[Url] = []
    of_lists: dict[str, dt.datetime | None] = {}
    editorials = _editorials().order_by("date", "language", "slug")
    for language, date, slug, changed in editorials.values_list("language", "date", "slug", "updated_at"):
        urls.append(Url(reverse("events:editorial", args=[language, date, slug]), changed))
        of_lists[language] = max(changed, of_lists.get(language) or changed)
    if not urls:
        raise Http404("No editorials.")
    return _written("urlset", "url", [*_in_editions("opinion", of_lists), *urls], request)


@conditional_page
def of_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """A month, its days and its events, in all editions."""
    events = _public().filter(date__range=calendars.month_bounds(year, month)).order_by("date", "language", "slug")
    urls: list[Url] = []
    of_month: dict[str, dt.datetime | None] = {}
    of_days: dict[dt.date, dict[str, dt.datetime | None]] = defaultdict(dict)
    for language, date, slug, changed in events.values_list("language", "date", "slug", "updated_at"):
        urls.append(Url(reverse("events:event", args=[language, date, slug]), changed))
        for moments in (of_month, of_days[date]):
            moments[language] = max(changed, moments.get(language) or changed)
    if not urls:
        raise Http404("No events in this month.")
    of_dates = [url for date, moments in of_days.items() for url in _in_editions("day", moments, date)]
    return _written("urlset", "url", [*_in_editions("month", of_month, year, month), *of_dates, *urls], request)


@conditional_page
def of_tags(request: HttpRequest, block: int) -> HttpResponse:
    """The tags of a block that have more than a few events, each as its newest event was changed last."""
    worth_finding = _tags_worth_finding(tag__gte=block * BLOCK, tag__lt=(block + 1) * BLOCK)
    newest = EventTag.objects.filter(tag=OuterRef("pk"), is_public__in=[True]).order_by("-date", "-event_id")
    changed = Subquery(newest.values("event__updated_at")[:1])
    tags = list(worth_finding.annotate(changed=changed).order_by("pk"))
    if not tags:
        raise Http404("No such block of tags.")
    numbers = {tag.wikidata for tag in tags} - {""}
    same: dict[str, dict[str, str]] = defaultdict(dict)
    for tag in Tag.objects.filter(Exists(newest), wikidata__in=numbers, language__in=settings.EDITIONS).order_by("key"):
        same[tag.wikidata][tag.language] = tag.get_absolute_url()
    urls = []
    for tag in tags:
        path = tag.get_absolute_url()
        # Of an edition's several tags of one thing each is the same as itself.
        urls.append(Url(path, tag.changed, same[tag.wikidata] | {tag.language: path}))
    return _written("urlset", "url", urls, request)


def robots(request: HttpRequest) -> HttpResponse:
    """What engines need not look at: the desk, previews, and pages that are made of what somebody asks.

    Searches say so themselves, but for the plain page, which may be found.
    """
    closed = [reverse("admin:index")]
    for language in settings.EDITIONS:
        closed += [reverse(f"events:{name}", args=[language]) for name in ("tag_names", "choose_since")]
        closed += [f"{edition_home(language)}/preview/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {site_address(request)}{reverse('events:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _public() -> Any:
    return Event.objects.published().filter(language__in=settings.EDITIONS)


def _editorials() -> Any:
    return Editorial.objects.published().filter(language__in=settings.EDITIONS)


def _tags_worth_finding(**rows: int) -> QuerySet[Tag]:
    """The tags that have more than a few events; `rows` say which rows of theirs are counted."""
    # For "= TRUE" Django says the bare "is_public", which leads SQLite to no index.
    public = EventTag.objects.filter(is_public__in=[True], **rows).order_by()
    counted = public.values("tag").annotate(count=Count("pk")).filter(count__gte=FEW)
    return Tag.objects.filter(pk__in=counted.values("tag"), language__in=settings.EDITIONS)


def _in_editions(name: str, changed: Mapping[str, dt.datetime | None], *parts: Any) -> Iterator[Url]:
    """A page in each edition that has it, with when it was changed there."""
    paths = {language: reverse(f"events:{name}", args=[language, *parts]) for language in changed}
    for language, path in paths.items():
        yield Url(path, changed[language], paths)


def _written(root: str, element: str, urls: Iterable[Url], request: HttpRequest) -> HttpResponse:
    site = site_address(request)
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {_SPACES}>"]
    for url in urls:
        changed = f"<lastmod>{url.changed.isoformat(timespec='seconds')}</lastmod>" if url.changed else ""
        links = "".join(_links(site, url.same)) if len(url.same) > 1 else ""
        parts.append(f"<{element}><loc>{escape(site + url.path)}</loc>{changed}{links}</{element}>")
    return HttpResponse("\n".join([*parts, f"</{root}>\n"]), content_type="application/xml; charset=utf-8")


def _links(site: str, same: Paths) -> Iterator[str]:
    """The page in each edition, the first one also for those who speak the language of none."""
    first = settings.EDITIONS[0]
    named = [*same.items(), *([("x-default", same[first])] if first in same else [])]
    for language, path in named:
        yield f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(site + path)}/>'
