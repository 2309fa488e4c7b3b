"""What is new in an edition, in a category or with a tag, as RSS 2.0 and Atom.

Front and categories begin with what readers came to know last, so that an event which is told late is seen too. A tag's
feed holds its newest dates, which its index knows however many events it has. Whoever has a feed already is told so
after one query.
"""

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.xmlutils import SimplerXMLGenerator

from events import days, markup
from events.converters import site_address, tag_address
from events.documents.xml import legal
from events.metadata import LICENCE
from events.models import Category, Editorial, Event, EventTag, Tag
from events.views.pages import lasts_a_minute, leads_to, moved, spoken

ENTRIES = 50
RIGHTS = f"CC BY-SA 4.0, {LICENCE}"
_LINK_HERE = re.compile('(<a href=")(?=/)')  # in text every < is escaped

# The id of an event or editorial, and its version.
Row = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed is of: its own address, that of the page to go to, and a name where it does not hold everything.

    `about` says what it holds and `rights` whose that is, if that is no events.
    """

    address: str
    page: str
    name: str = ""
    about: str = ""
    rights: str = ""


class AtomFeed(Atom1Feed):
    """Atom in which what is said of an event is the entry's content: it is all there is, and no summary of more."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("content", item["description"], {"type": "html"})


@lasts_a_minute
def newest(request: HttpRequest, language: str, kind: str) -> HttpResponseBase:
    """The feed of an edition; `kind` is rss or atom."""
    address, page = reverse("events:feed", args=[language, kind]), reverse("events:front", args=[language])
    rows = Event.objects.public_in(language).latest_first().values_list("pk", "version")[:ENTRIES]
    return _feed(request, language, kind, list(rows), lambda: Channel(address=address, page=page))


@lasts_a_minute
def of_opinion(request: HttpRequest, language: str, kind: str) -> HttpResponseBase:
    """The feed of an edition's editorials."""
    address, page = reverse("events:opinion_feed", args=[language, kind]), reverse("events:opinion", args=[language])
    rows = list(Editorial.objects.public_in(language).latest_first().values_list("pk", "version")[:ENTRIES])

    def channel() -> Channel:
        about = gettext("What named authors think of the events: opinion, not news.")
        rights = gettext("Each editorial belongs to its author.")
        return Channel(address=address, page=page, name=gettext("Opinion"), about=about, rights=rights)

    def fill(feed: SyndicationFeed, site: str) -> None:
        for editorial in Editorial.objects.public_in(language).filter(pk__in=[row[0] for row in rows]).latest_first():
            _add_editorial(feed, editorial, site)

    return _feed(request, language, kind, rows, channel, fill)


@lasts_a_minute
def of_category(request: HttpRequest, language: str, category: str, kind: str) -> HttpResponseBase:
    """The feed of a category by its folded name."""
    address = reverse("events:category_feed", args=[language, category, kind])
    page = reverse("events:front", args=[language])  # it has none of its own
    if response := moved(request, address):
        return response
    known = Category.objects.filter(key=category)
    events = Event.objects.public_in(language).filter(category=Subquery(known.values("pk"))).latest_first()

    def channel() -> Channel:
        return Channel(address=address, page=page, name=gettext(get_object_or_404(known).name))

    rows = list(events.values_list("pk", "version")[:ENTRIES])
    return _feed(request, language, kind, rows, channel)


@lasts_a_minute
def of_tag(request: HttpRequest, language: str, tag: str, kind: str) -> HttpResponseBase:
    """The feed of a tag, which may be a topic; its other names lead here."""
    address = reverse("events:tag_feed", args=[language, tag, kind])
    if response := moved(request, address):
        return response
    known = Tag.objects.filter(language=language, key=tag)
    # Asked whether it "is true", SQLite would read all events of the tag.
    bearing = EventTag.objects.filter(tag=Subquery(known.values("pk")), is_public__in=[True])
    newest = bearing.order_by("-date", "-event_id").values_list("event_id", "event__version")
    rows = list(newest[:ENTRIES])
    if not rows:
        found = Tag.objects.public().by_any_name(language, [tag]).get(tag)
        if not found or found.key == tag:
            raise Http404("No such tag.")
        return leads_to(reverse("events:tag_feed", args=[language, found.key, kind]))

    def channel() -> Channel:
        found = get_object_or_404(known)
        return Channel(address=address, page=found.get_absolute_url(), name=found.name)

    return _feed(request, language, kind, rows, channel)


def _feed(
    request: HttpRequest,
    language: str,
    kind: str,
    rows: Collection[Row],
    channel: Callable[[], Channel],
    fill: Callable[[SyndicationFeed, str], None] | None = None,
) -> HttpResponseBase:
    """The feed of `rows`, or that the reader has it already. They are events, unless `fill` adds something else."""
    # No Last-Modified: when the newest row is withdrawn, that of the others is an earlier one.
    etag = _etag(rows)
    response = HttpResponse(headers={"ETag": etag})
    answer = get_conditional_response(request, etag, response=response)
    if answer and answer is not response:
        return answer
    with spoken(language):
        feed = _begin(site_address(request), language, kind, channel())
        if fill:
            fill(feed, site_address(request))
        else:
            _add_events(feed, language, rows, site_address(request))
    response["Content-Type"] = f"application/{kind}+xml; charset=utf-8"
    feed.write(response, "utf-8")
    return response


def _add_events(feed: SyndicationFeed, language: str, rows: Collection[Row], site: str) -> None:
    events = Event.objects.public_in(language).filter(pk__in=[row[0] for row in rows])
    for event in events.latest_first().with_relations():
        _add(feed, event, site)


def _etag(rows: Collection[Row]) -> str:
    """Weak: the name of a tag or publisher may change without a new version of an event."""
    return f'W/"{hashlib.sha256(repr(rows).encode()).hexdigest()[:32]}"'


def _begin(site: str, language: str, kind: str, channel: Channel) -> SyndicationFeed:
    make = AtomFeed if kind == "atom" else Rss201rev2Feed
    return make(
        title=legal(f"{settings.SITE_NAME}: {channel.name}" if channel.name else settings.SITE_NAME),
        link=f"{site}{channel.page}",
        description=channel.about or gettext("What happened, day by day, in sourced sentences."),
        language=language,
        author_name=settings.SITE_NAME,
        feed_url=f"{site}{channel.address}",
        feed_guid=f"{site}{channel.address}",
        feed_copyright=channel.rights or RIGHTS,
    )


def _add(feed: SyndicationFeed, event: Event, site: str) -> None:
    """Add an event of `with_relations()`, known by its address."""
    topics = [row.tag for row in event.topics]
    entry = days.entry(event, topics)
    address = f"{site}{event.get_absolute_url()}"
    summary = markup.render(event.summary, tag_address(event.language)) if event.summary else ""
    html = render_to_string("events/feed_entry.html", {"entry": entry, "topics": topics, "summary": summary})
    names = [gettext(event.category.name)] if event.category else []
    feed.add_item(
        title=legal(entry.headline),
        link=address,
        description=legal(_LINK_HERE.sub(rf"\g<1>{site}", html)),
        unique_id=address,
        unique_id_is_permalink=True,
        pubdate=localtime(event.published_at),
        updateddate=localtime(event.updated_at),
        categories=[legal(name) for name in (*names, *(row.tag.name for row in event.event_tags.all()))],
    )


def _add_editorial(feed: SyndicationFeed, editorial: Editorial, site: str) -> None:
    """Add an editorial, whose title says that it is opinion and by whom wherever the entry is shown alone."""
    address = f"{site}{editorial.get_absolute_url()}"
    body = markup.render(editorial.body, tag_address(editorial.language))
    html = render_to_string("opinion/feed_entry.html", {"editorial": editorial, "body": body})
    title = gettext("Opinion: {title}, by {author}").format(title=editorial.title, author=editorial.author)
    feed.add_item(
        title=legal(title),
        link=address,
        description=legal(_LINK_HERE.sub(rf"\g<1>{site}", html)),
        author_name=legal(editorial.author),
        unique_id=address,
        unique_id_is_permalink=True,
        pubdate=localtime(editorial.published_at),
        updateddate=localtime(editorial.updated_at),
    )
