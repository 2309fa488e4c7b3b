"""The search page, and the names of tags for a field in which somebody types one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control

from events import calendars, days, search
from events.documents.dates import span_of
from events.models import Category, Event, Tag
from events.views.pages import said, show_page
from sources.documents.folding import fold
from sources.documents.names import MAX_NAME
from sources.models import Publisher

PAGE_SIZE = 25
MAX_TEXT = 300
MOST_TAGS = 3  # that one search is narrowed to
NAMED, LIKELY = 3, 5  # tags that the words may mean, and those that a name may mean which is none
SHOWN = 10  # tags and publishers in the sidebar, names below a field
Name = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that the address of the page says: what is searched for, and to what it is narrowed."""

    language: str
    text: str = ""
    year: int | None = None
    category: Category | None = None
    tags: tuple[Tag, ...] = ()
    publisher: Publisher | None = None
    order: search.Order = "relevance"

    @property
    def narrowed(self) -> search.Narrowed:
        return search.Narrowed(
            year=self.year,
            category=self.category.pk if self.category else None,
            tags=tuple(tag.pk for tag in self.tags),
            publisher=self.publisher.pk if self.publisher else None,
        )

    def query_string(self, page: int = 1) -> str:
        """The address's query, its parts always in the same order."""
        said: list[tuple[str, Any]] = [("q", self.text), ("year", self.year)]
        said.append(("category", self.category.key if self.category else ""))
        said += (("tag", tag.key) for tag in self.tags)
        said.append(("publisher", self.publisher.key if self.publisher else ""))
        said += [("sort", "date" if self.order == "date" else ""), ("page", page if page > 1 else "")]
        return urlencode([(name, value) for name, value in said if value])

    @property
    def url(self) -> str:
        address, query = reverse("events:search", args=[self.language]), self.query_string()
        return f"{address}?{query}" if query else address

    def changed(self, **changes: Any) -> str:
        """The address of the same search with other choices."""
        return replace(self, **changes).url

    @property
    def chips(self) -> list[tuple[Name, str]]:
        """What the search is narrowed to, each with the address without it."""
        found: list[tuple[Name, str]] = []
        if self.year:
            found.append((str(self.year), self.changed(year=None)))
        if self.category:
            found.append((gettext_lazy(self.category.name), self.changed(category=None)))
        for tag in self.tags:
            found.append((tag.name, self.changed(tags=tuple(other for other in self.tags if other != tag))))
        if self.publisher:
            found.append((self.publisher.name, self.changed(publisher=None)))
        return found


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the search: its name, how many hits are left, if that was counted, and where it leads."""

    name: Name
    count: int | None
    url: str


def search_page(request: HttpRequest, language: str) -> HttpResponse:
    """What readers find, and ways to find less or more."""
    choices, unknown_tags, unknown = _choices(request, language)
    query = search.parse(choices.text)
    found = search.find(language, query, choices.narrowed, choices.order)
    page: Page[search.Hit] = Paginator(found.hits, PAGE_SIZE).get_page(request.GET.get("page"))
    tags = _common_tags(found, choices)
    context: dict[str, Any] = {
        "choices": choices,
        "query": query,
        "unknown": [*unknown_tags, *unknown],
        "unknown_tag": "".join(unknown_tags[-1:]),
        "likely": _likely(choices, unknown_tags),
        "is_asked": bool(query or choices.narrowed.facets),
        "named": _named(choices, tags) if page.number == 1 else [],
        "asked_days": _asked_days(choices),
        "found": found,
        "page": page,
        "page_query": choices.query_string(),
        "entries": _entries(language, query, list(page)),
        "facets": _facets(found, choices, tags),
        "by_relevance": choices.changed(order="relevance"),
        "by_date": choices.changed(order="date"),
        "most": search.MOST,
        "elsewhere": {code: Choices(language=code, text=choices.text).url for code in _others(language)},
        "own_query": choices.query_string(page.number),
        "is_variant": bool(choices.narrowed) or choices.order == "date" or page.number > 1 or not found.hits,
    }
    if query and not found.hits:
        context["help"] = _help(choices, query)
    return show_page(request, "events/search.html", language, context)


@cache_control(public=True, max_age=60)
def tag_names(request: HttpRequest, language: str) -> JsonResponse:
    """Tags of public events whose names, or words in them, begin with `q`: the most used first."""
    found = Tag.objects.public_named_like(language, fold(said(request, "q", MAX_NAME)))[:SHOWN]
    tags = [{"name": tag.name, "count": tag.uses} for tag in found]  # type: ignore[attr-defined]
    return JsonResponse({"tags": tags})


def _choices(request: HttpRequest, language: str) -> tuple[Choices, list[str], list[str]]:
    """What the address says, and the names in it, of tags and others, that name nothing that readers know."""

    def all_said(name: str) -> list[str]:
        texts = (" ".join(text.replace("\0", "").split()) for text in request.GET.getlist(name))
        return [text[:MAX_TEXT] for text in texts if text]

    names = all_said("tag")[:MOST_TAGS]
    categories, publishers = all_said("category")[:1], all_said("publisher")[:1]
    tags = {name: tag for name in names for tag in Tag.objects.public().by_any_name(language, [name]).values()}
    of_list = Category.objects.all().by_any_name() if categories else {}
    category = next((of_list[fold(name)] for name in categories if fold(name) in of_list), None)
    publisher = _publisher(language, *publishers)
    unknown = [*(categories if not category else ()), *(publishers if not publisher else ())]
    choices = Choices(
        language=language,
        text=said(request, "q", MAX_TEXT),
        year=_year(said(request, "year", MAX_TEXT)),
        category=category,
        tags=tuple({tag.pk: tag for tag in tags.values()}.values()),
        publisher=publisher,
        order="date" if said(request, "sort", MAX_TEXT) == "date" else "relevance",
    )
    return choices, [name for name in names if name not in tags], unknown


def _publisher(language: str, name: str = "") -> Publisher | None:
    """The publisher of that name, if a public event cites it."""
    found = Publisher.objects.by_any_name([name]).get(fold(name)) if name else None
    return found if found and Event.objects.public_in(language).reported_by(found.pk).exists() else None


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) else None


def _entries(language: str, query: search.Query, hits: Sequence[search.Hit]) -> list[days.Entry]:
    """The events of the hits, in their order, with the words marked by which they were found."""
    events = Event.objects.public_in(language).filter(pk__in=[hit.event for hit in hits]).with_relations()
    rows: dict[int, Event] = {event.pk: event for event in events}
    shown = [rows[hit.event] for hit in hits if hit.event in rows]
    words = search.hit_words(query, [search.fold_words(event.headline) for event in shown])
    entries = [days.entry(event) for event in shown]
    return [replace(entry, headline=search.mark(entry.headline, words, query.runs)) for entry in entries]


def _likely(choices: Choices, unknown: Sequence[str]) -> list[Facet]:
    """The tags that a name may mean which is none."""
    key = fold(unknown[-1]) if unknown else ""
    tags = Tag.objects.public_named_like(choices.language, key)[:LIKELY]
    return [Facet(tag.name, tag.uses, choices.changed(tags=(*choices.tags, tag))) for tag in tags]  # type: ignore[attr-defined]


def _named(choices: Choices, tags: Mapping[Tag, int]) -> list[Facet]:
    """The tag of which somebody types a name, then those of the most common ones in which a word begins so."""
    key = fold(choices.text)
    if not key or choices.narrowed:
        return []
    exact = Tag.objects.public().by_any_name(choices.language, [key]).values()
    alike = [tag for tag in tags if f" {key}" in f" {tag.key}"]
    return [Facet(tag.name, None, tag.get_absolute_url()) for tag in list(dict.fromkeys([*exact, *alike]))[:NAMED]]


def _asked_days(choices: Choices) -> dict[str, Any] | None:
    """The day or month that is all that somebody types, with its events and where it stands, if it has any."""
    span = span_of(choices.text)
    count = Event.objects.public_in(choices.language).filter(date__range=span).count() if span else 0
    if not span or not count:
        return None
    first, last = span
    is_day = first == last
    where = reverse("events:day", args=[choices.language, first])
    if not is_day:
        where = reverse("events:month", args=[choices.language, first.year, first.month])
    return {"date": first, "is_day": is_day, "count": count, "url": where}


def _common_tags(found: search.Found, choices: Choices) -> dict[Tag, int]:
    """The tags that most of the hits have, and how many have them, but for those the search is narrowed to."""
    counts = dict(found.common("t", SHOWN, without=[tag.pk for tag in choices.tags]))
    rows = Tag.objects.in_bulk(counts)
    return {rows[pk]: count for pk, count in counts.items() if pk in rows}


def _facets(found: search.Found, choices: Choices, tags: Mapping[Tag, int]) -> list[tuple[Name, list[Facet]]]:
    """Groups of facets; none for what the search is narrowed to already."""
    categories = dict(found.common("c", 100)) if not choices.category else {}
    publishers = dict(found.common("p", SHOWN)) if not choices.publisher else {}
    publisher_rows = Publisher.objects.in_bulk(publishers)
    groups = [
        (
            gettext_lazy("Category"),
            [
                Facet(gettext_lazy(row.name), categories[row.pk], choices.changed(category=row))
                for row in Category.objects.filter(pk__in=categories)
            ],
        ),
        (gettext_lazy("Year"), _years(found, choices) if not choices.year else []),
        (
            gettext_lazy("Tag"),
            [
                Facet(tag.name, count, choices.changed(tags=(*choices.tags, tag)))
                for tag, count in tags.items()
                if len(choices.tags) < MOST_TAGS
            ],
        ),
        (
            gettext_lazy("Publisher"),
            [
                Facet(publisher_rows[pk].name, count, choices.changed(publisher=publisher_rows[pk]))
                for pk, count in publishers.items()
                if pk in publisher_rows
            ],
        ),
    ]
    return [(name, facets) for name, facets in groups if facets]


def _years(found: search.Found, choices: Choices) -> list[Facet]:
    """The years of the hits, the newest first; where only the newest are counted, those before without a number."""
    counted: list[tuple[int, int | None]] = sorted(found.years.items(), reverse=True)
    if found.since:
        last = counted[-1][0]
        # Of the oldest counted year there may be more.
        counted[-1] = (last, None)
        years = reversed(calendars.years(choices.language))
        counted += ((year, None) for year in years if found.since.year <= year < last)
    return [Facet(str(year), count, choices.changed(year=year)) for year, count in counted]


def _help(choices: Choices, query: search.Query) -> dict[str, Any]:
    """What may help, each with where it leads."""
    told = search.help_with(choices.language, query, _others(choices.language))
    plain = Choices(language=choices.language)
    queries = {"spelt": told.spelt, "unexcluded": told.unexcluded, "fewer": told.fewer}
    found: dict[str, Any] = {
        name: (str(other), replace(plain, text=str(other)).url) for name, other in queries.items() if other
    }
    found["without_hits"] = [term.text for term in told.without_hits]
    found["editions"] = [(code, replace(plain, language=code, text=choices.text).url) for code in told.editions]
    if choices.narrowed and search.has_hits(choices.language, query):
        found["widened"] = replace(plain, text=choices.text).url
    return found


def _others(language: str) -> list[str]:
    """The other editions."""
    return [code for code in settings.EDITIONS if code != language]
