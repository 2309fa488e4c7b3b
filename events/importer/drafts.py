"""What lies on the desk: events with all that is known of them, and what documents tell of one."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from events import exporter
from events.choices import Status
from events.documents.headlines import cited_addresses, ending
from events.documents.paths import parse_day
from events.documents.records import CitationDocument, EventDocument, RelatedDocument, StateDocument, SubjectDocument
from events.models import Event
from sources.documents import ArticleDocument
from sources.documents.folding import fold
from sources.models import Source

Day = tuple[str, dt.date]
Address = tuple[str, dt.date, str]


@dataclass(slots=True)
class State:
    """A state of an event that is to be recorded, with the fields in which it contradicts the event's editor."""

    said: StateDocument
    is_imported: bool = False
    conflicts: tuple[str, ...] = ()


class Telling(Struct, frozen=True):
    """What a document tells of one event: the states that it went through, of which the last one holds.

    `renews` says that the texts replace what archives told before under the same slug; `is_page` that the states are
    those of a page, each with its moment.
    """

    states: tuple[StateDocument, ...]
    renews: bool = False
    is_page: bool = False

    @property
    def document(self) -> EventDocument:
        return self.states[-1].document


class Clues(Struct, frozen=True):
    """By what an event is recognised on its day: its folded headline and what it cites."""

    document: EventDocument
    headline: str
    addresses: frozenset[str]

    @classmethod
    def of(cls, document: EventDocument) -> "Clues":
        return cls(document, fold(document.headline), cited_addresses(document))

    def may_be(self, other: "Clues") -> bool:
        """Whether it is worth a closer look if both tell the same; a quick test that spares nearly all looks."""
        return ending(self.headline) == ending(other.headline) or not self.addresses.isdisjoint(other.addresses)


@dataclass(slots=True, eq=False)
class Draft:
    """An event on the desk: its row unless it is new, what it says, each state to be recorded, where its links lead.

    `pk`, `version` and `last_link` are the row's, also of one that is still to be made. `is_edited` says that a person
    wrote to it; then `told` is what archives had told of it, None if nothing. `moments` are those of its states on
    pages.
    """

    document: EventDocument
    row: Event | None = None
    pk: int = 0
    version: int = 0
    last_link: str = ""
    states: list[State] = field(default_factory=list)
    targets: dict[tuple[dt.date, str], "Draft"] = field(default_factory=dict)
    is_edited: bool = False
    told: EventDocument | None = None
    moments: set[dt.datetime] = field(default_factory=set)
    clues: Clues | None = None

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def day(self) -> Day:
        return self.document.language, self.document.date

    @property
    def address(self) -> Address:
        return self.document.language, self.document.date, self.document.slug


def linked_to(draft: Draft, target: Draft, link: RelatedDocument) -> RelatedDocument:
    """The link by the address and headline that the event it leads to has by now."""
    at = target.document
    draft.targets[at.date, at.slug] = target
    return replace(link, date=at.date, slug=at.slug, headline=at.headline)


def cited(citation: CitationDocument, find: Callable[[ArticleDocument, str], Source | None]) -> CitationDocument:
    """The citation as its rows will give it back, if `find` gives its source; a label alone stays one."""
    if not citation.names_a_source:
        return CitationDocument(label=citation.label or citation.publisher)
    source = find(article_of(citation), citation.label)
    return exporter.citation_document(citation.label, source) if source else citation


def article_of(citation: CitationDocument) -> ArticleDocument:
    return ArticleDocument(
        url=citation.url,
        title=citation.title,
        publisher=citation.publisher,
        authors=citation.authors,
        published_on=citation.published_on,
    )


def stub_of(source: EventDocument, link: RelatedDocument) -> EventDocument:
    """What a link of `source` says of the event that it leads to."""
    return EventDocument(
        date=link.date,
        slug=link.slug,
        language=source.language,
        headline=link.headline,
        tags=link.context,
        status=Status.PUBLISHED if source.status.is_public else Status.DRAFT,
        is_unsourced=True,
        is_stub=True,
        derives_topics=True,
    )


def addresses(document: SubjectDocument) -> Iterator[Address]:
    """The addresses that the event or editorial once had."""
    for old in document.old_slugs:
        day, _, slug = old.rpartition("/")
        yield document.language, parse_day(day.replace("-", "/")) if day else document.date, slug


def days_of(document: EventDocument) -> Iterator[Day]:
    """The days whose events decide what becomes of a document."""
    yield document.language, document.date
    yield from ((document.language, link.date) for link in document.related)
    yield from ((language, date) for language, date, _ in addresses(document))
