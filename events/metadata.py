"""What engines are told of a page, in the words of schema.org. Rows → structures; no query is made.

The rows are those that the page itself shows, with what they were fetched with. Dates in words are in the language that
is active.
"""

import datetime as dt
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import gettext

from events import exporter
from events.converters import site_address
from events.days import Day, Entry, Reference
from events.models import Editorial, Subject, Tag
from sources.documents.folding import collapse

LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"
WIKIDATA = "https://www.wikidata.org/entity/"

Thing = dict[str, Any]
Step = tuple[str, str]  # of a path: a page's name and address


@dataclass(frozen=True, slots=True)
class Site:
    """An edition of the wiki at the address at which readers reach it."""

    address: str
    language: str

    @classmethod
    def of(cls, request: HttpRequest, language: str) -> "Site":
        return cls(site_address(request), language)

    def url(self, name: str, *parts: Any) -> str:
        """The complete address of a page of the edition."""
        return self.address + reverse(f"events:{name}", args=[self.language, *parts])

    @property
    def publisher(self) -> Thing:
        return {"@type": "Organization", "name": settings.SITE_NAME, "url": f"{self.address}/"}


def of_front(site: Site) -> list[Thing]:
    """The edition as a whole, and how it is searched."""
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{site.url('search')}?q={{q}}"},
        "query-input": "required name=q",
    }
    website = {"name": settings.SITE_NAME, "publisher": site.publisher, "potentialAction": search}
    return [_page("WebSite", site, site.url("front"), **website)]


def of_year(site: Site, year: int) -> list[Thing]:
    return [_page("CollectionPage", site, site.url("year", year), name=str(year)), _path(_year(site, year))]


def of_month(site: Site, first: dt.date) -> list[Thing]:
    """A month by its first day."""
    name, address = _month(site, first)
    return [_page("CollectionPage", site, address, name=name), _path(_year(site, first.year), (name, address))]


def of_day(site: Site, day: Day) -> list[Thing]:
    """A day with the addresses of its events."""
    name, address = _day(site, day.date)
    events = [f"{site.address}{entry.event.get_absolute_url()}" for entry in day.entries]
    listed = [{"@type": "ListItem", "position": place, "url": url} for place, url in enumerate(events, start=1)]
    items = {"@type": "ItemList", "numberOfItems": len(listed), "itemListElement": listed}
    page = _page("CollectionPage", site, address, name=name, temporalCoverage=day.date.isoformat(), mainEntity=items)
    return [page, _path(_year(site, day.date.year), _month(site, day.date), (name, address))]


def of_tag(site: Site, tag: Tag) -> list[Thing]:
    """A tag as what its page is about."""
    address = site.address + tag.get_absolute_url()
    about = {**_tag(site, tag), "description": tag.description}
    page = _page("CollectionPage", site, address, name=tag.name, about=_said(about))
    return [page, _path((settings.SITE_NAME, site.url("front")), (tag.name, address))]


def of_event(site: Site, entry: Entry, *, changed: dt.datetime | None, summary: str, image: str) -> list[Thing]:
    """An event with what it rests on.

    `changed` is when readers saw it change last, if that is known, `summary` its summary as HTML, `image` the path of a
    picture of ours; both may be empty.
    """
    event = entry.event
    address = site.address + event.get_absolute_url()
    published = event.published_at or event.created_at
    changed = max(published, changed or published)
    about = {
        "headline": entry.headline,
        "description": collapse(unescape(strip_tags(summary))),
        "datePublished": localtime(published).isoformat(timespec="seconds"),
        "dateModified": localtime(changed).isoformat(timespec="seconds"),
        "temporalCoverage": event.date.isoformat(),
        "articleSection": gettext(event.category.name) if event.category else "",
        "about": [_tag(site, row.tag) for row in event.event_tags.all()],
        "citation": [_cited(reference) for reference in entry.references],
        "correction": _corrections(event),
        "image": f"{site.address}{iri_to_uri(image)}" if image else "",
        "author": site.publisher,
        "publisher": site.publisher,
        "isAccessibleForFree": True,
    }
    _, of_day = day = _day(site, event.date)
    article = _page("NewsArticle", site, address, mainEntityOfPage=address, **_said(about))
    article["isPartOf"] = {"@type": "CollectionPage", "@id": of_day}
    return [article, _path(_year(site, event.date.year), _month(site, event.date), day, (entry.headline, address))]


def of_editorial(site: Site, editorial: Editorial, *, changed: dt.datetime | None) -> list[Thing]:
    """An editorial as its author's opinion; `changed` is when readers saw it change last, if that is known.

    The licence of the events is not said of it: its text is its author's.
    """
    address = site.address + editorial.get_absolute_url()
    published = editorial.published_at or editorial.created_at
    about = {
        "headline": editorial.title,
        "description": editorial.standfirst,
        "datePublished": localtime(published).isoformat(timespec="seconds"),
        "dateModified": localtime(max(published, changed or published)).isoformat(timespec="seconds"),
        "correction": _corrections(editorial),
        "author": {"@type": "Person", "name": editorial.author},
        "publisher": site.publisher,
        "isAccessibleForFree": True,
    }
    article = _page("OpinionNewsArticle", site, address, mainEntityOfPage=address, **_said(about))
    del article["license"]
    return [article, _path((gettext("Opinion"), site.url("opinion")), (editorial.title, address))]


def _corrections(subject: Subject) -> list[Thing]:
    return [
        {"@type": "CorrectionComment", "text": row.text, "datePublished": row.date.isoformat()}
        for row in exporter.correction_documents(subject)
    ]


def _page(kind: str, site: Site, address: str, **said: Any) -> Thing:
    return {"@type": kind, "@id": address, "url": address, "inLanguage": site.language, "license": LICENCE, **said}


def _path(*steps: Step) -> Thing:
    listed = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": listed}


def _year(site: Site, year: int) -> Step:
    return str(year), site.url("year", year)


def _month(site: Site, date: dt.date) -> Step:
    return date_format(date, "YEAR_MONTH_FORMAT"), site.url("month", date.year, date.month)


def _day(site: Site, date: dt.date) -> Step:
    return date_format(date, "DATE_FORMAT"), site.url("day", date)


def _tag(site: Site, tag: Tag) -> Thing:
    same = f"{WIKIDATA}{tag.wikidata}" if tag.wikidata else ""
    return _said({"@type": "Thing", "name": tag.name, "url": site.address + tag.get_absolute_url(), "sameAs": same})


def _cited(reference: Reference) -> Thing:
    """What an event cites: an article of somebody, or who reported it without one."""
    source, publisher = reference.source, reference.publisher
    return _said(
        {
            "@type": "NewsArticle" if source and publisher else "CreativeWork",
            "name": reference.title or reference.label,
            "url": reference.url if reference.is_outside else "",
            "publisher": {"@type": "Organization", "name": publisher.name} if publisher else None,
            "author": [{"@type": "Person", "name": name} for name in source.authors] if source else [],
            "datePublished": reference.published_on.isoformat() if reference.published_on else "",
        }
    )


def _said(thing: Thing) -> Thing:
    """Without what is empty."""
    return {name: value for name, value in thing.items() if value not in ("", [], None)}
