"""The events of the days that some documents touch, in memory: what they say, and what they are to say."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from events import exporter
from events.choices import LinkKind, Status
from events.documents.headlines import is_same_event
from events.documents.merging import merge
from events.documents.paths import parse_day
from events.documents.records import CitationDocument, EventDocument, RelatedDocument
from events.documents.resolving import resolve
from events.documents.slugs import free_slug
from events.importer.tags import TagNames
from events.models import Citation, Event, Redirect
from sources.documents import ArticleDocument
from sources.importer import Outcome, SourceShelf
from sources.models import Source

Day = tuple[str, dt.date]
Address = tuple[str, dt.date, str]


@dataclass(slots=True, eq=False)
class Draft:
    """An event on the desk: its row, what it says, each state to be recorded with its comment, where its links lead."""

    document: EventDocument
    row: Event
    states: list[tuple[EventDocument, str]] = field(default_factory=list)
    targets: dict[tuple[dt.date, str], "Draft"] = field(default_factory=dict)
    is_new: bool = False

    @property
    def day(self) -> Day:
        return self.document.language, self.document.date

    @property
    def address(self) -> Address:
        return self.document.language, self.document.date, self.document.slug


class Desk:
    """Takes documents one after the other; what they change is left in `changed`, for `rows.write`.

    `load` must have been called for the days of every document and link. With `is_locking` the events of those days
    are kept from other writers, and stubs learn from links to them; without it only the caller's own event may change,
    which it has locked itself: two editors who lock one another's days in different order would block each other.
    """

    def __init__(self, names: TagNames, shelf: SourceShelf, *, is_locking: bool = True) -> None:
        self.names = names
        self._is_locking = is_locking
        self.shelf = shelf
        self.changed: dict[int, Draft] = {}
        self.stubs = 0
        self._days: dict[Day, list[Draft]] = {}
        self._addresses: dict[Address, Draft] = {}
        self._rows: dict[int, Draft] = {}

    # --- What is there ---

    def load(self, days: Collection[Day]) -> None:
        """Lay out the events of these days, and those that had an address there."""
        for language in {language for language, _ in days}:
            dates = sorted({date for of, date in days if of == language and (of, date) not in self._days})
            self._days |= {(language, date): [] for date in dates}
            for start in range(0, len(dates), 500):
                self._load(language, dates[start : start + 500])

    def _load(self, language: str, dates: list[dt.date]) -> None:
        redirects = Redirect.objects.filter(language=language, date__in=dates)
        moved = Event.objects.filter(pk__in=redirects.values("event"))
        events = Event.objects.in_language(language).filter(date__in=dates) | moved
        if self._is_locking:
            events = events.select_for_update(of=("self",))
        for event in events.with_everything().order_by("id"):
            self.put(event)

    def put(self, event: Event) -> Draft:
        """The draft of an event of `with_everything()`."""
        if known := self._rows.get(event.pk):
            return known
        draft = self._rows[event.pk] = Draft(exporter.event_document(event), event)
        self._days.setdefault(draft.day, []).append(draft)
        self._note_addresses(draft)
        return draft

    def _note_addresses(self, draft: Draft) -> None:
        self._addresses[draft.address] = draft
        for address in addresses(draft.document):
            self._addresses.setdefault(address, draft)

    def find(self, document: EventDocument) -> Draft | None:
        """The event that the document tells: by its address, now or once, else by what it says on the same day."""
        if document.slug and (draft := self._addresses.get((document.language, document.date, document.slug))):
            return draft
        same_day = self._days[document.language, document.date]
        return next((draft for draft in same_day if is_same_event(draft.document, document)), None)

    # --- What comes in ---

    def take(self, document: EventDocument, comment: str) -> Outcome:
        """Merge a resolved document into the event that it tells, or lay it out as a new one."""
        draft = self.find(document)
        if draft is None:
            draft = self._add(replace(document, related=()))
            self._say(draft, replace(draft.document, related=self._links(draft, document.related)), comment)
            return Outcome.CREATED
        linked = replace(document, related=self._links(draft, document.related))
        self._refresh(draft)
        return Outcome.UPDATED if self._say(draft, merge(draft.document, linked), comment) else Outcome.UNCHANGED

    def _refresh(self, draft: Draft) -> None:
        """Let the event say what its rows would give back by now: events it leads to and sources may have changed."""
        document = draft.document
        draft.document = replace(
            document,
            citations=tuple(cited(citation, self.shelf.find) for citation in document.citations),
            related=tuple(self._link_now(draft, link) for link in document.related),
        )

    def _link_now(self, draft: Draft, link: RelatedDocument) -> RelatedDocument:
        address = draft.document.language, link.date, link.slug
        target = draft.targets.get((link.date, link.slug)) or self._addresses.get(address)
        return linked_to(draft, target, link) if target else link

    def rewrite(self, draft: Draft, document: EventDocument, comment: str) -> None:
        """Let an event say what the document says, whatever it said before."""
        document = replace(document, related=self._links(draft, document.related))
        self._say(draft, document, comment, even_if_same=True)

    def _add(self, document: EventDocument) -> Draft:
        slug = self._free_slug(document, None)
        draft = Draft(replace(document, slug=slug), Event(language=document.language), is_new=True)
        self._days[draft.day].append(draft)
        self._addresses[draft.address] = draft
        self.changed[id(draft)] = draft  # here already, so that rows are numbered in the order of the desk
        return draft

    def _say(self, draft: Draft, document: EventDocument, comment: str, *, even_if_same: bool = False) -> bool:
        """Whether the event says something new with `document`, which then becomes its next state."""
        document = self._as_stored(document, draft)
        is_first = draft.is_new and not draft.states
        if document == draft.document and not is_first and not even_if_same:
            return False
        if draft.address != (document.language, document.date, document.slug):
            self._days[draft.day].remove(draft)
            self._days.setdefault((document.language, document.date), []).append(draft)
        draft.document = document
        draft.states.append((document, comment))
        self.names.add(document.language, document.tags)
        self._note_addresses(draft)
        self.changed[id(draft)] = draft
        return True

    def _as_stored(self, document: EventDocument, draft: Draft) -> EventDocument:
        """The document as the rows will give it back: one spelling a tag, a free slug, the old ones in order."""
        tags, topics = self.names.once_each(document.language, document.tags, document.topics)
        slug = self._free_slug(document, draft)
        document = replace(document, tags=tags, topics=topics, slug=slug)
        return replace(document, old_slugs=self._old_slugs(document, draft))

    def _old_slugs(self, document: EventDocument, draft: Draft) -> tuple[str, ...]:
        """The addresses that lead to the event from elsewhere, in the order of the rows; never another event's.

        One that readers may have kept is never given up, whatever the document says.
        """
        now = (document.language, document.date, document.slug)
        once = {draft.address, *addresses(draft.document), *addresses(document)} - {now}
        free = sorted(address for address in once if self._is_free(address, draft))
        return tuple(slug if date == document.date else f"{date}/{slug}" for _, date, slug in free)

    def _is_free(self, address: Address, draft: Draft | None) -> bool:
        return self._addresses.get(address) in (None, draft)

    def _free_slug(self, document: EventDocument, draft: Draft | None) -> str:
        def is_free(slug: str) -> bool:
            return self._is_free((document.language, document.date, slug), draft)

        return free_slug(document.slug, document.headline, document.language, is_free)

    # --- Links ---

    def _links(self, draft: Draft, links: Iterable[RelatedDocument]) -> tuple[RelatedDocument, ...]:
        """The links by the address and headline of the events that they lead to, each once and none to itself."""
        found: dict[int, tuple[Draft, RelatedDocument]] = {}
        for link in links:
            target = self._target(draft.document, link)
            if target is not draft:
                found.setdefault(id(target), (target, link))
        # Only now, because a link may have moved the stub that an earlier one leads to.
        return tuple(linked_to(draft, target, link) for target, link in found.values())

    def _target(self, source: EventDocument, link: RelatedDocument) -> Draft:
        """The event that a link leads to, made as a stub if the wiki does not have it: public if `source` is.

        Only a stub learns its tags from links to it; any other event's own documents say what it is about.
        """
        stub = resolve(stub_of(source, link), self.names.known_in(source.language))
        draft = self.find(stub)
        if draft is None:
            self.stubs += 1
            draft = self._add(replace(stub, tags=()))
            self._say(draft, replace(stub, slug=draft.document.slug), "Known from a link to it")
        elif self._is_locking and draft.document.is_stub and link.kind == LinkKind.IMPORTED:
            known = merge(draft.document, stub)
            if stub.status.is_public and known.status == Status.DRAFT:
                known = replace(known, status=stub.status)
            self._say(draft, known, "Known from another link to it")
        return draft


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
    return exporter.citation_document(Citation(label=citation.label, source=source)) if source else citation


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


def addresses(document: EventDocument) -> Iterator[Address]:
    """The addresses that the event once had."""
    for old in document.old_slugs:
        day, _, slug = old.rpartition("/")
        yield document.language, parse_day(day.replace("-", "/")) if day else document.date, slug


def days_of(document: EventDocument) -> Iterator[Day]:
    """The days whose events decide what becomes of a document."""
    yield document.language, document.date
    yield from ((document.language, link.date) for link in document.related)
    yield from ((language, date) for language, date, _ in addresses(document))
