"""The pages of topics, tags, publishers and sources: each with the events that lead to it, along time."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from events import calendars, days, metadata, timelines
from events.models import Citation, Event, EventTag, Tag
from events.querysets import days_before
from events.views.pages import elsewhere, moved, said, show_page
from sources.documents.folding import fold
from sources.documents.names import MAX_NAME
from sources.documents.urls import is_web_address
from sources.models import Fetch, Publisher, Source

TOPICS, TOPICS_ON_A_PAGE = 40, 120
BESIDE, NEWEST = 12, 500  # tags that stand beside one, at so many of its newest events
FREQUENT = 2000  # citations from which on a publisher's events are found by their dates
MOST_CITED = 10


def topics(request: HttpRequest, language: str) -> HttpResponse:
    """The topics that most events of the last month and of the last year belong to, up to the newest day."""
    newest = calendars.newest(language)
    if not newest:
        raise Http404("No events yet.")
    month, year = (days.running(language, days_before(newest, span), newest, TOPICS) for span in (30, 365))
    context = {"newest": newest, "month": month, "year": year, "elsewhere": _elsewhere(language, "topics")}
    return show_page(request, "events/topics.html", language, context)


def all_topics(request: HttpRequest, language: str) -> HttpResponse:
    """All topics that there ever were, or those with some letters in a name, page by page: the most frequent first."""
    text = said(request, "q", MAX_NAME)
    topics = Tag.objects.topics(language)
    found = topics.named_with(fold(text)) if text else topics
    page = Paginator(found, TOPICS_ON_A_PAGE).get_page(request.GET.get("page"))
    query = {"q": text} if text else {}
    context = {
        "text": text,
        "page": page,
        "page_query": urlencode(query),
        "own_query": urlencode(query | ({"page": page.number} if page.number > 1 else {})),
        "topics": [days.Running(tag=tag, count=tag.count) for tag in page],  # type: ignore[attr-defined]
        "elsewhere": _elsewhere(language, "all_topics"),
    }
    return show_page(request, "events/all_topics.html", language, context)


def tag(request: HttpRequest, language: str, tag: str) -> HttpResponse:
    """A tag that public events bear, with them; other names of it lead here."""
    found = Tag.objects.public().by_any_name(language, [tag]).get(tag)
    if not found:
        raise Http404("No such tag.")
    if response := moved(request, found.get_absolute_url()):
        return response
    rows = EventTag.objects.filter(is_public=True)
    numbers = timelines.by_day(rows.filter(tag=found), "date")
    context = _timeline(request, numbers)
    entries = _entries(context, Event.objects.public_in(language).bearing(found), found)
    beside = rows.beside(found, newest=NEWEST, limit=BESIDE)
    likes = list(Tag.objects.in_other_editions(found))
    context |= {
        "tag": found,
        "entries": entries,
        "first": timelines.first(Event.objects.public_in(language).bearing(found), numbers),
        "chart": timelines.chart(numbers),
        "aliases": [alias.name for alias in found.aliases.all()],
        "likes": likes,
        "elsewhere": {like.language: like.get_absolute_url() for like in likes},
        "things": lambda site: metadata.of_tag(site, found),
        "beside": [days.Running(tag=other, count=number) for other, number in beside if number > 1],
    }
    return show_page(request, "events/tag.html", language, context)


def publisher(request: HttpRequest, language: str, publisher: str) -> HttpResponse:
    """A publisher that public events cite, with them and what they cite most; other names of it lead here."""
    found = Publisher.objects.by_any_name([publisher]).get(publisher)
    if not found:
        raise Http404("No such publisher.")
    citations = Citation.objects.public(language)
    numbers = timelines.citations_by_day(citations, found)
    context = _timeline(request, numbers)
    if response := moved(request, reverse("events:publisher", args=[language, found.key])):
        return response
    events = Event.objects.public_in(language).reported_by(found.pk, by_date=context["count"] > FREQUENT)
    context |= {
        "publisher": found,
        "entries": _entries(context, events),
        "chart": timelines.chart(numbers),
        "aliases": [alias.name for alias in found.aliases.all()],
        "homepage": found.homepage if is_web_address(found.homepage) else "",
        "most_cited": citations.most_cited(found, limit=MOST_CITED),
    }
    return show_page(request, "events/publisher.html", language, context)


def source(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """The record of a source that public events cite, with them. The article's text is never shown."""
    sources = Source.objects.select_related("publisher", "seen_at").defer("body")
    found = sources.filter(key=key).first() or sources.at(key).first()
    if not found:
        raise Http404("No such source.")
    events = Event.objects.public_in(language).citing(found.pk)
    context = _timeline(request, timelines.by_day(events, "date"))
    if response := moved(request, reverse("events:source", args=[language, found.key])):
        return response
    context |= {
        "source": found,
        "entries": _entries(context, events),
        "address": found.url if is_web_address(found.url) else "",
        "archived": found.archived_url if is_web_address(found.archived_url) else "",
        "fetch": Fetch.objects.filter(key=found.key).first(),
    }
    return show_page(request, "events/source.html", language, context)


def _elsewhere(language: str, page: str) -> dict[str, str]:
    """The addresses of the same page in the other editions that have events."""
    others = [other for other in settings.EDITIONS if other != language and Event.objects.public_in(other).exists()]
    return elsewhere(language, page, among=others)


def _timeline(request: HttpRequest, numbers: timelines.Numbers) -> dict[str, Any]:
    """The days that the address asks for by `before`, and the numbers of all; no page where there are none."""
    window = timelines.window(numbers, _day(request.GET.get("before", "")))
    if not window:
        raise Http404("No public events.")
    oldest = timelines.oldest(numbers)
    return {
        "window": window,
        "own_query": f"before={window.before}" if window.before else "",
        "count": sum(numbers.values()),
        "years": timelines.years(numbers) if oldest else [],
        "oldest": oldest,
    }


def _entries(context: dict[str, Any], events: timelines.DatedEvents, above: Tag | None = None) -> list[days.Entry]:
    return [days.entry(event, [above] if above else []) for event in context["window"].of(events)]


def _day(text: str) -> dt.date | None:
    """The day that a text like "2019-03-04" says; anything else says none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
