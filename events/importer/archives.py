"""What was read from an archive → the desk → rows, in batches."""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

from django.conf import settings
from django.db import DatabaseError, transaction
from msgspec.structs import replace

from events.choices import LinkKind
from events.documents.cleaning import clean_document
from events.documents.files import Found
from events.documents.jsonl import Record
from events.documents.records import (
    DayDocument,
    EditorialDocument,
    EventDocument,
    PageDocument,
    StateDocument,
    TagDocument,
)
from events.documents.resolving import questions, resolve
from events.importer import rows
from events.importer.desk import Desk
from events.importer.drafts import Draft, Telling, cited, days_of
from events.importer.editorials import save_editorial
from events.importer.labels import settle_labels
from events.importer.tags import TagNames, save_tag
from events.models import Category, ReadDocument, Tag
from sources.documents import ArticleDocument, DocumentError, PublisherDocument
from sources.documents.folding import fold
from sources.documents.names import unique_names
from sources.importer import Outcome, SourceShelf, save_article, save_publisher

Document = Record | PageDocument
Fresh = tuple[Found, Document]


@dataclass(frozen=True, slots=True)
class Options:
    """How a run imports.

    `tag_names` is what the run knows of tags so far. `keeps_related` says that lists of related events are kept as
    archives have them; otherwise they only tell tags, and the wiki computes its own.
    """

    tag_names: TagNames = field(default_factory=TagNames)
    keeps_related: bool = True


@dataclass(slots=True)
class Report:
    """What an import did, per kind of document, what it could not read, and what people should know of the rest.

    `seconds` says how long it matched and wrote.
    """

    counts: dict[tuple[str, Outcome], int] = field(default_factory=dict)
    rejected: list[tuple[str, DocumentError]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    seconds: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def timing(self, what: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[what] += time.perf_counter() - start  # type: ignore[assignment]  # seconds are no whole number

    def add(self, kind: str, outcome: Outcome, count: int = 1) -> None:
        self.counts[kind, outcome] = self.counts.get((kind, outcome), 0) + count

    def count(self, kind: str, outcome: Outcome) -> int:
        return self.counts.get((kind, outcome), 0)

    def include(self, other: "Report") -> None:
        self.rejected += other.rejected
        self.notes += other.notes
        for (kind, outcome), count in other.counts.items():
            self.add(kind, outcome, count)


def kind_of(document: object) -> str:
    """The plural that reports use for a kind of document."""
    kinds: dict[type, str] = {
        EventDocument: "events",
        DayDocument: "day pages",
        PageDocument: "day pages",
        ArticleDocument: "sources",
        PublisherDocument: "publishers",
        TagDocument: "tags",
        EditorialDocument: "editorials",
    }
    return kinds[type(document)]


def import_batch(batch: Sequence[Found], report: Report, options: Options | None = None) -> None:
    """Write the documents in one transaction. A bad one is reported and leaves nothing behind."""
    options = options or Options()
    first = {found.sha256: found for found in reversed(batch)}
    repeats = [found for found in batch if found.sha256 and first[found.sha256] is not found]
    if repeats:  # whether the same bytes bring nothing new or are refused again, the first of them decides
        import_batch([found for found in batch if not found.sha256 or first[found.sha256] is found], report, options)
        for found in repeats:
            import_batch([found], report, options)
        return
    done = Report(seconds=report.seconds)
    knew_tags = bool(options.tag_names.tags)
    try:
        with transaction.atomic():
            _import(batch, done, options)
    except (DocumentError, DatabaseError) as error:
        options.tag_names.forget()  # with the transaction went the tags that it made
        if knew_tags:  # which an editor may have taken away meanwhile
            import_batch(batch, report, options)
            return
        if len(batch) > 1:  # one of them: find it by taking each alone
            for found in batch:
                import_batch([found], report, options)
            return
        report.rejected.append((batch[0].place, _as_document_error(error, batch[0].line)))
    else:
        report.include(done)


def _as_document_error(error: DocumentError | DatabaseError, line: int | None) -> DocumentError:
    if isinstance(error, DocumentError):
        return DocumentError(error.reason, error.line or line)
    return DocumentError(f"the database refused it: {str(error).strip().splitlines()[0]}", line)


def _import(batch: Sequence[Found], report: Report, options: Options) -> None:
    read = set(ReadDocument.objects.filter(pk__in={found.sha256 for found in batch}).values_list("pk", flat=True))
    fresh: list[Fresh] = []
    for found in batch:
        if isinstance(found.document, DocumentError):
            report.rejected.append((found.place, found.document))
        elif found.sha256 in read:
            report.add(kind_of(found.document), Outcome.UNCHANGED)
        else:
            fresh.append((found, found.document))
            report.notes += ((found.place, note) for note in found.notes)
    accepted: list[Found] = []
    for are_events, run in groupby(fresh, lambda one: isinstance(one[1], EventDocument | DayDocument | PageDocument)):
        accepted += (_import_events if are_events else _import_records)(list(run), report, options)
    with report.timing("writing"):
        rows.note_read(found.sha256 for found in accepted if found.sha256)


def import_document(document: Record, report: Report, options: Options | None = None) -> None:
    """Merge a document into the rows, in a transaction of its own. Raises DocumentError if it cannot be stored."""
    found = Found("", document)
    rejected = Report()
    with transaction.atomic():
        write = _import_events if isinstance(document, EventDocument | DayDocument) else _import_records
        write([(found, document)], rejected, options or Options())
    for _, error in rejected.rejected:
        raise error
    report.include(rejected)


# --- Sources, publishers, tags, editorials -------------------------------------------------------------------------


def _import_records(run: Sequence[Fresh], report: Report, options: Options) -> list[Found]:
    accepted = []
    for found, document in run:
        try:
            with transaction.atomic():
                report.add(kind_of(document), _save(document))
        except DocumentError as error:
            report.rejected.append((found.place, _as_document_error(error, found.line)))
        else:
            accepted.append(found)
    saved = [found.document for found in accepted]
    settle_labels(name for one in saved if isinstance(one, PublisherDocument) for name in (one.name, *one.aliases))
    if any(isinstance(one, TagDocument) for one in saved):
        options.tag_names.forget()
    return accepted


def _save(document: Document) -> Outcome:
    match document:
        case ArticleDocument():
            return save_article(document, known_names=_known_tag_names)[1]
        case PublisherDocument():
            return save_publisher(document)[1]
        case TagDocument():
            return save_tag(document)[1]
        case EditorialDocument():
            return save_editorial(document)
        case _:
            raise TypeError(f"{type(document)} is an event")


def _known_tag_names(candidates: Collection[str]) -> Collection[str]:
    found = Tag.objects.by_any_name(settings.EDITIONS[0], candidates)
    return [name for name in candidates if fold(name) in found]


# --- Events -------------------------------------------------------------------------------------------------------


def _import_events(run: Sequence[Fresh], report: Report, options: Options) -> list[Found]:
    """Taken one after the other, so that each is read with the names of those before it; written together."""
    with report.timing("matching"):
        told = [
            (found, tellings) for found, document in run if (tellings := _valid(found, document, report)) is not None
        ]
        documents = [telling.document for _, tellings in told for telling in tellings]
        tag_names = options.tag_names
        _ask((state.document for _, tellings in told for one in tellings for state in one.states), tag_names)
        desk = Desk(tag_names, SourceShelf())
        desk.load({day for event in documents for day in days_of(event)})
        desk.shelf.load([cited for event in documents for cited in rows.sources_of(event.citations)])
        categories = Category.objects.all().by_any_name()
        accepted = []
        for found, tellings in told:
            try:
                resolved = _resolved(tellings, tag_names, categories)
            except DocumentError as error:
                report.rejected.append((found.place, _as_document_error(error, found.line)))
                continue
            _take(found, (_as_stored(telling, desk, options) for telling in resolved), desk, report)
            accepted.append(found)
        if desk.stubs:
            report.add("stubs", Outcome.CREATED, desk.stubs)
    with report.timing("writing"):
        rows.write(desk)
    return accepted


def _take(found: Found, tellings: Iterable[Telling], desk: Desk, report: Report) -> None:
    taken: list[Draft] = []
    for telling in tellings:
        outcome, draft = desk.take(telling, taken)
        taken += [draft] if telling.is_page else []
        report.add("events", outcome)
    report.notes += ((found.place, note) for note in desk.notes)
    desk.notes.clear()


def _tellings(document: Document) -> Iterator[Telling]:
    """What the document tells of events, cleaned, in the wiki's first language unless it names another.

    Where something was cleaned away, the text as it came is an earlier state.
    """
    language = getattr(document, "language", "") or settings.EDITIONS[0]
    match document:
        case PageDocument():
            for states in document.events:
                yield Telling(tuple(_cleaned(state, language) for state in states), is_page=True)
        case DayDocument():
            yield from (_telling(_in_language(event, language), renews=False) for event in document.events)
        case EventDocument():
            yield _telling(_in_language(document, language), renews=bool(document.slug))


def _in_language(event: EventDocument, language: str) -> EventDocument:
    return event if event.language == language else replace(event, language=language)


def _telling(event: EventDocument, *, renews: bool) -> Telling:
    state = StateDocument(document=event, comment="Imported")
    cleaned = clean_document(event)
    if cleaned == event:
        return Telling((state,), renews)
    return Telling((replace(state, comment="As the archive has it"), replace(state, document=cleaned)), renews)


def _cleaned(state: StateDocument, language: str) -> StateDocument:
    return replace(state, document=clean_document(_in_language(state.document, language)))


def _ask(events: Iterable[EventDocument], tag_names: TagNames) -> None:
    """Let `tag_names` know what the wiki calls all that the documents name, or may name."""
    tag_names.begin()
    by_language: dict[str, set[str]] = defaultdict(set)
    for event in events:
        by_language[event.language].update(questions(event), event.tags, event.topics, {event.category} - {""})
        by_language[event.language].update(name for link in event.related for name in link.context)
    for language, asked in by_language.items():
        tag_names.ask(language, asked)


def _valid(found: Found, document: Document, report: Report) -> list[Telling] | None:
    """What the document tells if it can be stored; else it is rejected. An earlier state that cannot be is left out."""
    try:
        tellings = list(_tellings(document))
        for telling in tellings:
            rows.validate(telling.document)
    except DocumentError as error:
        report.rejected.append((found.place, _as_document_error(error, found.line)))
        return None
    return [_without_faults(found, telling, report) for telling in tellings]


def _without_faults(found: Found, telling: Telling, report: Report) -> Telling:
    *earlier, last = telling.states
    kept = []
    for state in earlier:
        try:
            rows.validate(state.document)
        except DocumentError as error:
            report.notes.append(
                (found.place, f"an earlier state of “{last.document.headline[:60]}” was left out: {error}")
            )
        else:
            kept.append(state)
    return telling if kept == earlier else replace(telling, states=(*kept, last))


def _resolved(tellings: Sequence[Telling], tag_names: TagNames, categories: Mapping[str, Category]) -> list[Telling]:
    """The tellings with their names split and their categories known, each with the names of those before it.

    Raises DocumentError for names that a line holds and that cannot be tags.
    """
    found: list[Telling] = []
    for telling in tellings:
        known = tag_names.known_in(telling.document.language, [one.document for one in found])
        states = []
        for state in telling.states:
            event = _with_category(resolve(state.document, known), categories)
            if event.tags is not state.document.tags:
                rows.validate_names(event)
            states.append(state if event is state.document else replace(state, document=event))
        found.append(replace(telling, states=tuple(states)))
    return found


def _as_stored(telling: Telling, desk: Desk, options: Options) -> Telling:
    """What holds as the wiki cites, and without the related lists that are not wanted.

    Sources that only earlier states cite are not made: nothing shows them.
    """
    *earlier, last = telling.states
    event = last.document
    desk.names.add(event.language, event.tags)
    citations = tuple(cited(citation, desk.shelf.source) for citation in event.citations)
    related = event.related
    if not options.keeps_related:
        related = tuple(link for link in related if link.kind is not LinkKind.IMPORTED)
    if citations == event.citations and related == event.related:
        return telling
    event = replace(event, citations=citations, related=related)
    return replace(telling, states=(*earlier, replace(last, document=event)))


def _with_category(event: EventDocument, categories: Mapping[str, Category]) -> EventDocument:
    """The document with its category as the wiki has it.

    A category that is none of the list becomes the broadest topic: older archives head their lists by running
    stories, and say "Uncategorized" where they have no category.
    """
    known = categories.get(fold(event.category))
    if known or not event.category or fold(event.category) == "uncategorized":
        name = known.name if known else ""
        return event if name == event.category else replace(event, category=name)
    return replace(
        event,
        category="",
        topics=unique_names((event.category, *event.topics)),
        tags=unique_names((*event.tags, event.category)),
    )
