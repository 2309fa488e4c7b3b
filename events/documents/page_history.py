"""The revisions of a day page → the events that it ever held, each with its states (docs/formats.md, format 7).

The events of a revision stand for those of the one before where their words or citations say so. What the next
revision no longer has is withdrawn, and comes back if a later one has it again.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from msgspec.structs import replace
from rapidfuzz import fuzz

from events.choices import Status
from events.documents.headlines import cited_addresses
from events.documents.mediawiki import PageRevision, other_date, read_export
from events.documents.records import DayDocument, EventDocument, PageDocument, StateDocument
from events.documents.wikitext import read_day
from sources.documents import DocumentError
from sources.documents.folding import fold

ALIKE = 70  # of 100: from here on, headlines of consecutive revisions tell one event
ALIKE_WITH_SOURCE = 40  # the same where both cite the same address
MAX_PAIRS = 250_000  # more headlines are not compared: no real page changes hundreds of events at once


@dataclass(slots=True, eq=False)
class _Thread:
    """One event through the revisions of its page."""

    states: list[StateDocument] = field(default_factory=list)

    @property
    def last(self) -> EventDocument:
        return self.states[-1].document

    @property
    def is_gone(self) -> bool:
        return self.last.status is Status.WITHDRAWN

    def say(self, revision: PageRevision, document: EventDocument) -> None:
        if not self.states or self.last != document:
            self.states.append(
                StateDocument(
                    document=document,
                    as_of=revision.timestamp,
                    contributor=revision.contributor,
                    comment=revision.comment,
                )
            )


def follow(revisions: Iterable[tuple[PageRevision, DayDocument]]) -> PageDocument:
    """The page with the history of its events: those of its newest state in the order of the page, then what is gone.

    `revisions` are those of one page, at least one, in any order.
    """
    ordered = sorted(revisions, key=lambda one: (one[0].timestamp, len(one[0].revision_id), one[0].revision_id))
    threads: list[_Thread] = []
    shown: list[_Thread] = []
    for revision, day in ordered:
        shown = _follow_revision(threads, revision, day.events)
    gone = [thread for thread in threads if thread.is_gone]
    newest = ordered[-1][1]
    return PageDocument(
        date=newest.date,
        language=newest.language,
        events=tuple(tuple(thread.states) for thread in (*shown, *gone)),
    )


def _follow_revision(threads: list[_Thread], revision: PageRevision, events: Sequence[EventDocument]) -> list[_Thread]:
    """The thread of each of the revision's events, with its state noted; new ones are added to `threads`."""
    found = _assign(threads, events)
    shown = [found.get(index) or _Thread() for index in range(len(events))]
    for thread, event in zip(shown, events, strict=True):
        thread.say(revision, event)
    for thread in threads:
        if thread not in shown and not thread.is_gone:
            reason = f"Removed from the page of its day on {revision.timestamp:%Y-%m-%d}."
            thread.say(revision, replace(thread.last, status=Status.WITHDRAWN, withdrawn_reason=reason))
    threads += [thread for index, thread in enumerate(shown) if index not in found]
    return shown


# --- Which event is which -----------------------------------------------------------------------------------------


def _assign(threads: Sequence[_Thread], events: Sequence[EventDocument]) -> dict[int, _Thread]:
    """The thread of each event that has one, by the event's index: first by the same words, then the most alike.

    What is gone comes back only under its own headline.
    """
    found: dict[int, _Thread] = {}
    free = sorted(threads, key=lambda thread: thread.is_gone)  # what is on the page goes before what is gone
    for key in (_words, _headline):
        free = _assign_same(free, events, found, key)
    left = [thread for thread in free if not thread.is_gone]
    new = [index for index in range(len(events)) if index not in found]
    for _, index, place in sorted(_scores(left, events, new), key=lambda one: (-one[0], one[1], one[2])):
        if index not in found and left[place] not in found.values():
            found[index] = left[place]
    return found


def _words(document: EventDocument) -> Hashable:
    return replace(document, status=Status.PUBLISHED, withdrawn_reason="")


def _headline(document: EventDocument) -> Hashable:
    return fold(document.headline)


def _assign_same(
    free: Iterable[_Thread],
    events: Sequence[EventDocument],
    found: dict[int, _Thread],
    key: Callable[[EventDocument], Hashable],
) -> list[_Thread]:
    """Note in `found` the events with the same key as a free thread; the threads that are still free."""
    by_key: dict[Hashable, list[_Thread]] = {}
    for thread in free:
        by_key.setdefault(key(thread.last), []).append(thread)
    for index, event in enumerate(events):
        if index not in found and (same := by_key.get(key(event))):
            found[index] = same.pop(0)
    return sorted((thread for same in by_key.values() for thread in same), key=lambda thread: thread.is_gone)


def _scores(
    threads: Sequence[_Thread], events: Sequence[EventDocument], new: Collection[int]
) -> Iterator[tuple[float, int, int]]:
    """How alike each new event and each thread are, if enough to be one: score, the event's index, the thread's."""
    if len(threads) * len(new) > MAX_PAIRS:
        return
    headlines = [fold(thread.last.headline) for thread in threads]
    addresses = [cited_addresses(thread.last) for thread in threads]
    for index in new:
        headline, cited = fold(events[index].headline), cited_addresses(events[index])
        for place, known in enumerate(headlines):
            has_source = not cited.isdisjoint(addresses[place])
            likeness = fuzz.ratio(headline, known, score_cutoff=ALIKE_WITH_SOURCE if has_source else ALIKE)
            if likeness:
                yield likeness + (100 - ALIKE_WITH_SOURCE if has_source else 0), index, place


# --- Reading ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Page:
    """All that an export holds of one page: its document, unless no revision could be read, and what is to be said.

    `error` is the one of the newest revision, if it could not be read. `text` is the newest revision's, `sha256` over
    the texts of all.
    """

    title: str
    document: PageDocument | None = None
    error: DocumentError | None = None
    notes: tuple[str, ...] = ()
    text: str = ""
    sha256: str = ""


def read_pages(stream: BinaryIO, language: str) -> Iterator[Page | DocumentError]:
    """The pages of an export, each as soon as all its revisions are read; what is no page comes as a DocumentError.

    Of a page, memory holds each event's different states once, however many revisions repeat them.
    """
    reading: _Reading | None = None
    for revision in read_export(stream):
        if isinstance(revision, DocumentError):
            yield revision
            continue
        if reading and reading.title != revision.title:
            yield reading.page()
            reading = None
        reading = reading or _Reading(revision.title, language)
        reading.read(revision)
    if reading:
        yield reading.page()


class _Reading:
    """A page whose revisions are being read."""

    def __init__(self, title: str, language: str) -> None:
        self.title = title
        self._language = language
        self._days: list[tuple[PageRevision, DayDocument]] = []
        self._events: dict[EventDocument, EventDocument] = {}
        self._faults: list[tuple[PageRevision, DocumentError]] = []
        self._newest: PageRevision | None = None
        self._hash = hashlib.sha256(f"{language}\0{title}".encode())

    def read(self, revision: PageRevision) -> None:
        self._hash.update(f"\0{revision.timestamp}\0{revision.is_deleted}\0{revision.text}".encode())
        if revision.is_deleted:
            return
        bare = replace(revision, text="")
        if not self._newest or self._newest.timestamp <= revision.timestamp:
            self._newest = revision
        try:
            day = read_day(revision.text, revision.date, self._language)
        except DocumentError as error:
            self._faults.append((bare, error))
        else:
            events = tuple(self._events.setdefault(event, event) for event in day.events)
            self._days.append((bare, replace(day, events=events)))

    def page(self) -> Page:
        """What was read of the page."""
        newest = self._newest
        if newest is None:
            return Page(self.title, error=DocumentError("the texts of all its revisions were deleted"))
        errors = {(revision.timestamp, revision.revision_id): error for revision, error in self._faults}
        return Page(
            self.title,
            follow(self._days) if self._days else None,
            errors.pop((newest.timestamp, newest.revision_id), None),
            tuple(self._notes(newest, errors)),
            newest.text,
            self._hash.hexdigest(),
        )

    def _notes(self, newest: PageRevision, errors: Mapping[tuple[dt.datetime, str], DocumentError]) -> Iterator[str]:
        if date := other_date(newest):
            yield f"its text says {date}; the date of its title, {newest.date}, was taken"
        for (moment, _), error in errors.items():
            yield f"its revision of {moment:%Y-%m-%d %H:%M} was left out, a later one replaced it: {error}"
