"""What was read from an archive → the desk → rows, in batches."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.conf import settings
from django.db import DatabaseError, transaction

from events.documents.files import Found
from events.documents.jsonl import Record
from events.documents.records import DayDocument, EventDocument, TagDocument
from events.documents.resolving import questions, resolve
from events.importer import rows
from events.importer.desk import Desk, cited, days_of
from events.importer.tags import TagNames, save_tag
from events.models import Category, ReadDocument, Tag
from sources.documents import ArticleDocument, DocumentError, PublisherDocument
from sources.documents.folding import fold
from sources.documents.names import unique_names
from sources.importer import Outcome, SourceShelf, save_article, save_publisher

Fresh = tuple[Found, Record]


@dataclass(slots=True)
class Report:
    """What an import did, per kind of document, and what it could not read."""

    counts: dict[tuple[str, Outcome], int] = field(default_factory=dict)
    rejected: list[tuple[str, DocumentError]] = field(default_factory=list)

    def add(self, kind: str, outcome: Outcome, count: int = 1) -> None:
        self.counts[kind, outcome] = self.counts.get((kind, outcome), 0) + count

    def count(self, kind: str, outcome: Outcome) -> int:
        return self.counts.get((kind, outcome), 0)

    def include(self, other: "Report") -> None:
        self.rejected += other.rejected
        for (kind, outcome), count in other.counts.items():
            self.add(kind, outcome, count)


def kind_of(document: object) -> str:
    """The plural that reports use for a kind of document."""
    kinds = {
        EventDocument: "events",
        DayDocument: "day pages",
        ArticleDocument: "sources",
        PublisherDocument: "publishers",
        TagDocument: "tags",
    }
    return kinds[type(document)]


def import_batch(batch: Sequence[Found], report: Report, names: Collection[str] = ()) -> None:
    """Write the documents in one transaction. A bad one is reported and leaves nothing behind.

    `names` are folded names with commas that stand alone elsewhere in the same run.
    """
    first = {found.sha256: found for found in reversed(batch)}
    repeats = [found for found in batch if found.sha256 and first[found.sha256] is not found]
    if repeats:  # whether the same bytes bring nothing new or are refused again, the first of them decides
        import_batch([found for found in batch if not found.sha256 or first[found.sha256] is found], report, names)
        for found in repeats:
            import_batch([found], report, names)
        return
    done = Report()
    try:
        with transaction.atomic():
            _import(batch, done, names)
    except (DocumentError, DatabaseError) as error:
        if len(batch) > 1:  # one of them: find it by taking each alone
            for found in batch:
                import_batch([found], report, names)
            return
        report.rejected.append((batch[0].place, _as_document_error(error, batch[0].line)))
    else:
        report.include(done)


def _as_document_error(error: DocumentError | DatabaseError, line: int | None) -> DocumentError:
    if isinstance(error, DocumentError):
        return DocumentError(error.reason, error.line or line)
    return DocumentError(f"the database refused it: {str(error).strip().splitlines()[0]}", line)


def _import(batch: Sequence[Found], report: Report, names: Collection[str]) -> None:
    read = set(ReadDocument.objects.filter(pk__in={found.sha256 for found in batch}).values_list("pk", flat=True))
    fresh: list[Fresh] = []
    for found in batch:
        if isinstance(found.document, DocumentError):
            report.rejected.append((found.place, found.document))
        elif found.sha256 in read:
            report.add(kind_of(found.document), Outcome.UNCHANGED)
        else:
            fresh.append((found, found.document))
    accepted: list[Found] = []
    for are_events, run in groupby(fresh, lambda one: isinstance(one[1], EventDocument | DayDocument)):
        accepted += (_import_events if are_events else _import_records)(list(run), report, names)
    ReadDocument.objects.bulk_create(ReadDocument(sha256=found.sha256) for found in accepted)


def import_document(document: Record, report: Report, names: Collection[str] = ()) -> None:
    """Merge a document into the rows, in a transaction of its own. Raises DocumentError if it cannot be stored."""
    found = Found("", document)
    rejected = Report()
    with transaction.atomic():
        write = _import_events if isinstance(document, EventDocument | DayDocument) else _import_records
        write([(found, document)], rejected, names)
    for _, error in rejected.rejected:
        raise error
    report.include(rejected)


# --- Sources, publishers, tags ------------------------------------------------------------------------------------


def _import_records(run: Sequence[Fresh], report: Report, names: Collection[str]) -> list[Found]:
    accepted = []
    for found, document in run:
        try:
            with transaction.atomic():
                report.add(kind_of(document), _save(document))
        except DocumentError as error:
            report.rejected.append((found.place, _as_document_error(error, found.line)))
        else:
            accepted.append(found)
    return accepted


def _save(document: Record) -> Outcome:
    match document:
        case ArticleDocument():
            return save_article(document, known_names=_known_tag_names)[1]
        case PublisherDocument():
            return save_publisher(document)[1]
        case TagDocument():
            return save_tag(document)[1]
        case _:
            raise TypeError(f"{type(document)} is an event")


def _known_tag_names(candidates: Collection[str]) -> Collection[str]:
    found = Tag.objects.by_any_name(settings.EDITIONS[0], candidates)
    return [name for name in candidates if fold(name) in found]


# --- Events -------------------------------------------------------------------------------------------------------


def _import_events(run: Sequence[Fresh], report: Report, names: Collection[str]) -> list[Found]:
    """Taken one after the other, so that each is read with the names of those before it; written together."""
    told = [(found, _events(document)) for found, document in run]
    tag_names = _ask([event for _, events in told for event in events], names)
    told = [(found, events) for found, events in told if _are_valid(found, events, tag_names, report)]
    shelf = rows.shelf_of(citation for _, events in told for event in events for citation in event.citations)
    categories = Category.objects.all().by_any_name()
    desk = Desk(tag_names, shelf)
    desk.load({day for _, events in told for event in events for day in days_of(event)})
    for _, events in told:
        for event in events:
            event = _as_stored(resolve(event, tag_names.known_in(event.language)), categories, shelf)
            report.add("events", desk.take(event, "Imported"))
    if desk.stubs:
        report.add("stubs", Outcome.CREATED, desk.stubs)
    rows.write(desk)
    return [found for found, _ in told]


def _events(document: Record) -> list[EventDocument]:
    default = settings.EDITIONS[0]
    if isinstance(document, DayDocument):
        return [replace(event, language=document.language or default) for event in document.events]
    if isinstance(document, EventDocument):
        return [replace(document, language=document.language or default)]
    return []


def _ask(events: Iterable[EventDocument], names: Collection[str]) -> TagNames:
    """What the wiki calls all that the documents name, or may name, in one query a language."""
    by_language: dict[str, set[str]] = defaultdict(set)
    for event in events:
        by_language[event.language].update(questions(event), event.tags, event.topics)
        by_language[event.language].update(name for link in event.related for name in link.context)
    tag_names = TagNames(names)
    for language, asked in by_language.items():
        tag_names.ask(language, asked)
    return tag_names


def _are_valid(found: Found, events: Iterable[EventDocument], tag_names: TagNames, report: Report) -> bool:
    try:
        for event in events:
            rows.validate(resolve(event, tag_names.known_in(event.language)))
    except DocumentError as error:
        report.rejected.append((found.place, _as_document_error(error, found.line)))
        return False
    return True


def _as_stored(event: EventDocument, categories: Mapping[str, Category], shelf: SourceShelf) -> EventDocument:
    """The document with its sources and its category as the wiki has them.

    A category that is none of the list becomes the broadest topic: older archives head their lists by running
    stories, and say "Uncategorized" where they have no category.
    """
    event = replace(event, citations=tuple(cited(citation, shelf.source) for citation in event.citations))
    known = categories.get(fold(event.category))
    if known or not event.category or fold(event.category) == "uncategorized":
        return replace(event, category=known.name if known else "")
    return replace(
        event,
        category="",
        topics=unique_names((event.category, *event.topics)),
        tags=unique_names((*event.tags, event.category)),
    )
