"""All that pages need to list the events of days. Every function takes a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from events.choices import Status
from events.documents.headlines import cut_prefixes
from events.documents.records import CitationDocument
from events.models import Category, Citation, Event, Tag
from events.prominence import by_prominence
from sources.documents.urls import is_web_address, short_address
from sources.models import Publisher, Source

LEADING = 10  # events of a day that stand for it
LONG = 15  # those that are more than a screen or two


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A citation as readers see it.

    `url` is the article's own address, else that of the source's page, else empty; `archived_url` that of a copy.
    """

    label: str
    title: str = ""
    published_on: dt.date | None = None
    url: str
    is_outside: bool
    archived_url: str = ""
    source: Source | None = None
    publisher: Publisher | None = None

    @property
    def words(self) -> str:
        """What says which article it is: its title, else its address, if that is known."""
        return self.title or (short_address(self.url) if self.is_outside else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as lists show it: its sentence, where it comes from, and its tags but for those said above it."""

    event: Event
    headline: str
    references: Sequence[Reference]
    context: Sequence[Tag]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The events of a topic, or below it of a path of topics. Never deeper than two levels."""

    topics: tuple[Tag, ...]
    entries: Sequence[Entry]
    stories: "Sequence[Story]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The events of one category, or those without one: below their topics, then those that have none."""

    category: Category | None
    stories: Sequence[Story]
    entries: Sequence[Entry]

    @property
    def all_entries(self) -> list[Entry]:
        """In the order of the page."""
        stories = (one for story in self.stories for one in (story, *story.stories))
        return [*(entry for story in stories for entry in story.entries), *self.entries]

    @property
    def count(self) -> int:
        return len(self.all_entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What happened on one date of an edition: its events as they stand out, and as they stand on the page."""

    date: dt.date
    events: Sequence[Event]
    sections: Sequence[Section]

    @property
    def count(self) -> int:
        return len(self.events)

    @property
    def leading(self) -> list[Entry]:
        """A few that stand for it, on a page that shows no topics."""
        return [entry(event) for event in self.events[:LEADING]]

    @property
    def is_long(self) -> bool:
        """Whether readers need more than the order of its events to find their way."""
        return self.count > LONG

    @property
    def entries(self) -> list[Entry]:
        """All in one list, for who shows no topics."""
        return [entry for section in self.sections for entry in section.all_entries]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A topic and how many events it has had."""

    tag: Tag
    count: int


def day(language: str, date: dt.date) -> Day:
    """The day's events; none are no error."""
    return _day(date, by_prominence(Event.objects.public_in(language).on(date).with_relations()))


def unpublished(language: str, date: dt.date) -> list[Event]:
    """What readers do not see of a day, for editors: what is on its way to them."""
    on_its_way = Event.objects.in_language(language).on(date).exclude(status__in=[Status.PUBLISHED, Status.WITHDRAWN])
    return list(on_its_way.order_by("slug", "pk"))


def newest_days(language: str, limit: int) -> tuple[list[Day], dt.date | None]:
    """The newest days that have events, and the one before them, if there is any."""
    newest = Event.objects.public_in(language).order_by("-date").values_list("date", flat=True).distinct()
    dates = list(newest[: limit + 1])
    before = dates.pop() if len(dates) > limit else None
    by_date: dict[dt.date, list[Event]] = {date: [] for date in dates}
    for event in by_prominence(Event.objects.public_in(language).filter(date__in=dates).with_relations()):
        by_date[event.date].append(event)
    return [_day(date, events) for date, events in by_date.items()], before


def running(language: str, first: dt.date, last: dt.date, limit: int = 8) -> list[Running]:
    """The topics with most events from `first` to `last`."""
    tags = Tag.objects.topics(language, (first, last))[:limit]
    return [Running(tag=tag, count=tag.count) for tag in tags]  # type: ignore[attr-defined]


def entry(event: Event, above: Collection[Tag] = ()) -> Entry:
    """The event for a list that has said the tags `above` already. For events of `with_relations()`."""
    return Entry(
        event=event,
        headline=without_topics(event.headline, above),
        references=references(event),
        context=[row.tag for row in event.event_tags.all() if row.tag not in above],
    )


def references(event: Event) -> list[Reference]:
    """The event's citations as readers see them. For events of `with_relations()`."""
    return [_reference(citation, event.language) for citation in event.citations.all()]


def without_topics(headline: str, topics: Iterable[Tag]) -> str:
    """The headline without the topics that stand before it as in "A: B: what happened"."""
    return cut_prefixes(headline, {topic.key for topic in topics})[1]


def _reference(citation: Citation, language: str) -> Reference:
    source = citation.source
    publisher = (source.publisher if source else None) or citation.publisher
    label = citation.label or (publisher.name if publisher else "") or (str(source) if source else "")
    if is_web_address(label):
        label = short_address(label).partition("/")[0]
    if not source:
        return Reference(label=label, url="", is_outside=False, publisher=publisher)
    is_outside = is_web_address(source.url)
    return Reference(
        label=label,
        title=source.title,
        published_on=source.published_on,
        url=source.url if is_outside else reverse("events:source", args=[language, source.key]),
        is_outside=is_outside,
        archived_url=source.archived_url if is_web_address(source.archived_url) else "",
        source=source,
        publisher=publisher,
    )


def document_references(citations: Iterable[CitationDocument]) -> list[Reference]:
    """The citations of a document, which know no pages of sources, as readers see them."""
    return [_document_reference(citation) for citation in citations]


def _document_reference(citation: CitationDocument) -> Reference:
    is_outside = is_web_address(citation.url)
    return Reference(
        label=citation.label or citation.publisher or citation.title or citation.url,
        title=citation.title,
        published_on=citation.published_on,
        url=citation.url if is_outside else "",
        is_outside=is_outside,
    )


def _day(date: dt.date, events: Sequence[Event]) -> Day:
    """The day of its events, which come in the order of their prominence."""
    by_category: dict[Category | None, list[Event]] = defaultdict(list)
    for event in events:
        by_category[event.category].append(event)
    # Events without a category come last.
    order = sorted(by_category, key=lambda c: (c is None, c.position if c else 0, c.name if c else ""))
    return Day(
        date=date,
        events=events,
        sections=[_section(category, by_category[category]) for category in order],
    )


def _section(category: Category | None, events: Iterable[Event]) -> Section:
    single, stories = _split(events, level=0)
    return Section(
        category=category,
        stories=[_story(topics, events) for topics, events in stories.items()],
        entries=[entry(event) for event in single],
    )


def _story(topics: tuple[Tag, ...], events: Iterable[Event]) -> Story:
    single, below = _split(events, level=1)
    return Story(
        topics=topics,
        entries=[entry(event, topics) for event in single],
        stories=[
            Story(topics=more, entries=[entry(event, topics + more) for event in its]) for more, its in below.items()
        ],
    )


def _split(events: Iterable[Event], level: int) -> tuple[list[Event], dict[tuple[Tag, ...], list[Event]]]:
    """The events that have no topic of this level, and the others by theirs, all in the order in which they come.

    Level 0 is the broadest topic; level 1 is the path of all the others.
    """
    single: list[Event] = []
    by_topics: dict[tuple[Tag, ...], list[Event]] = defaultdict(list)
    for event in events:
        tags = tuple(row.tag for row in event.topics)
        if path := tags[:1] if level == 0 else tags[1:]:
            by_topics[path].append(event)
        else:
            single.append(event)
    return single, by_topics
