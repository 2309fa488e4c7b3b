"""Documents → rows. The one room that writes events, for archives and for people."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Count, F

from events import exporter, revisions
from events.documents.files import Found
from events.documents.headlines import is_same_event
from events.documents.merging import merge
from events.documents.names import unique_names
from events.documents.paths import parse_day
from events.documents.records import (
    CitationDocument,
    DayDocument,
    EventDocument,
    RelatedDocument,
    TagDocument,
)
from events.documents.resolving import Known, resolve
from events.documents.slugs import hashed_slug, headline_slug
from events.models import (
    MAX_HEADLINE,
    Category,
    Citation,
    Event,
    EventTag,
    ReadDocument,
    Redirect,
    RelatedLink,
    Tag,
    TagAlias,
    validate_slug,
)
from sources.documents import ArticleDocument, DocumentError, PublisherDocument
from sources.documents.folding import fold
from sources.importer import Outcome, find_or_create_source, save_article, save_publisher
from sources.models import Publisher, Source


@dataclass(slots=True)
class Report:
    """What an import did, per kind of document, and what it could not read."""

    counts: dict[tuple[str, Outcome], int] = field(default_factory=dict)
    rejected: list[tuple[str, DocumentError]] = field(default_factory=list)

    def add(self, kind: str, outcome: Outcome) -> None:
        self.counts[kind, outcome] = self.counts.get((kind, outcome), 0) + 1

    def count(self, kind: str, outcome: Outcome) -> int:
        return self.counts.get((kind, outcome), 0)


# --- Archives -----------------------------------------------------------------------------------------------------


def import_found(found: Found, report: Report, names: Collection[str] = ()) -> None:
    """Write one document in a transaction of its own, so that a bad one leaves nothing behind.

    `names` are folded names with commas that stand alone elsewhere in the same run.
    """
    if isinstance(found.document, DocumentError):
        report.rejected.append((found.place, found.document))
        return
    outcomes = Report()
    try:
        with transaction.atomic():
            _import_once(found, outcomes, names)
    except DocumentError as error:
        report.rejected.append((found.place, DocumentError(error.reason, error.line or found.line)))
    except DatabaseError as error:
        reason = f"the database refused it: {str(error).strip().splitlines()[0]}"
        report.rejected.append((found.place, DocumentError(reason, found.line)))
    else:
        for key, count in outcomes.counts.items():
            report.counts[key] = report.counts.get(key, 0) + count


def _import_once(found: Found, report: Report, names: Collection[str]) -> None:
    if not isinstance(found.document, DocumentError):
        _, is_new = ReadDocument.objects.get_or_create(sha256=found.sha256)
        if is_new:
            import_document(found.document, report, names)
        else:
            report.add(kind_of(found.document), Outcome.UNCHANGED)


def kind_of(document: object) -> str:
    """The plural that reports use for a kind of document."""
    if isinstance(document, EventDocument):
        return "events"
    if isinstance(document, DayDocument):
        return "day pages"
    return {ArticleDocument: "sources", PublisherDocument: "publishers", TagDocument: "tags"}[type(document)]


def import_document(
    document: EventDocument | DayDocument | ArticleDocument | PublisherDocument | TagDocument,
    report: Report,
    names: Collection[str] = (),
) -> None:
    """Merge a document into the rows. Raises DocumentError for one that cannot be stored."""
    match document:
        case EventDocument():
            report.add("events", _import_event(document, report, names))
        case DayDocument():
            for event in document.events:
                event = replace(event, language=document.language)
                report.add("events", _import_event(event, report, names))
        case ArticleDocument():
            report.add("sources", save_article(document, known_names=_known_tag_names)[1])
        case PublisherDocument():
            report.add("publishers", save_publisher(document)[1])
        case TagDocument():
            report.add("tags", save_tag(document)[1])


def _import_event(document: EventDocument, report: Report, names: Collection[str]) -> Outcome:
    document = replace(document, language=document.language or settings.EDITIONS[0])
    document = _as_stored(resolve(document, _known_names(document.language, names)))
    event = find_event(document)
    if event is None:
        write_event(None, document, comment="Imported", report=report)
        return Outcome.CREATED
    event = lock(event)
    before = exporter.event_document(event)
    after = merge(before, document)
    if after == before:
        return Outcome.UNCHANGED
    write_event(event, after, comment="Imported", report=report)
    return Outcome.UPDATED


def _known_names(language: str, names: Collection[str]) -> Known:
    def known(candidates: Collection[str]) -> Collection[str]:
        if not candidates:
            return ()
        return {*Tag.objects.by_any_name(language, candidates), *names}

    return known


def _known_tag_names(candidates: Collection[str]) -> Collection[str]:
    found = Tag.objects.by_any_name(settings.EDITIONS[0], candidates)
    return [name for name in candidates if fold(name) in found]


def _as_stored(document: EventDocument) -> EventDocument:
    """The document with its category by the name in use; one that is none of the list becomes the broadest topic.

    Older archives head their lists by running stories, and say "Uncategorized" where they have no category.
    """
    if not document.category:
        return document
    known = Category.objects.all().by_any_name().get(fold(document.category))
    if known or fold(document.category) == "uncategorized":
        return replace(document, category=known.name if known else "")
    return replace(
        document,
        category="",
        topics=unique_names((document.category, *document.topics)),
        tags=unique_names((*document.tags, document.category)),
    )


# --- Finding ------------------------------------------------------------------------------------------------------


def find_event(document: EventDocument) -> Event | None:
    """The event that the document tells: by its address, now or once, else by what it says on the same day."""
    if document.slug and (event := at_address(document.language, document.date, document.slug)):
        return event
    same_day = Event.objects.in_language(document.language).on(document.date).with_everything().order_by("id")
    return next((event for event in same_day if is_same_event(exporter.event_document(event), document)), None)


def at_address(language: str, date: object, slug: str) -> Event | None:
    """The event that has or had this address."""
    address = {"language": language, "date": date, "slug": slug}
    return (
        Event.objects.filter(**address).first()
        or Event.objects.filter(**{f"redirects__{key}": value for key, value in address.items()}).first()
    )


def lock(event: Event) -> Event:
    """The event with everything, read anew and kept from other writers until the transaction ends."""
    Event.objects.filter(pk=event.pk).update(version=F("version"))
    return Event.objects.with_everything().get(pk=event.pk)


# --- Writing ------------------------------------------------------------------------------------------------------


def write_event(
    event: Event | None,
    document: EventDocument,
    *,
    editor: User | None = None,
    comment: str = "",
    report: Report | None = None,
) -> Event:
    """Make the rows of `event`, or of a new one, equal to a resolved document, and record the revision.

    To be called in a transaction with the event's row locked. Raises DocumentError for what cannot be stored.
    """
    _validate(document)
    event = event or Event(language=document.language, date=document.date)
    _write_fields(event, document)
    write_tags(event, document.tags, document.topics)
    _write_citations(event, document.citations)
    _write_related(event, document.related, report)
    _write_redirects(event, document.old_slugs)
    record_revision(event, editor=editor, comment=comment)
    return event


def record_revision(event: Event, *, editor: User | None, comment: str) -> None:
    """Record the rows of the event, as they stand now, as its newest revision."""
    current = Event.objects.with_everything().get(pk=event.pk)
    revisions.record(current, exporter.event_document(current), editor=editor, comment=comment)


def _validate(document: EventDocument) -> None:
    limits = [
        ("headline", document.headline, MAX_HEADLINE),
        *(("tag", name, 255) for name in document.tags),
        *(("citation label", citation.label, 255) for citation in document.citations),
        *(("image address", image.url, 2000) for image in [document.image] if image),
    ]
    for name, value, limit in limits:
        if len(value) > limit:
            raise DocumentError(f"the {name} has {len(value)} characters, at most {limit} fit: “{value[:60]}…”")
    if not document.headline:
        raise DocumentError("the event has no headline")
    for slug in filter(None, (document.slug, *(link.slug for link in document.related))):
        try:
            validate_slug(slug)
        except ValidationError as error:
            raise DocumentError(f"the slug “{slug[:60]}” cannot stand in an address. {error.messages[0]}") from None


def _write_fields(event: Event, document: EventDocument) -> None:
    former = event.natural_key()
    image = document.image
    event.date = document.date
    event.slug = free_slug(event, document.date, document.slug, document.headline)
    event.headline = document.headline
    event.summary = document.summary
    event.category = Category.objects.filter(key=fold(document.category)).first() if document.category else None
    event.image_url = image.url if image else ""
    event.image_caption = image.caption if image else ""
    event.image_credit = image.credit if image else ""
    event.status = document.status
    event.withdrawn_reason = document.withdrawn_reason
    event.is_unsourced = document.is_unsourced
    event.is_stub = document.is_stub
    event.version += 1
    event.save()
    keep_address(event, former)


def keep_address(event: Event, former: tuple[str, dt.date, str]) -> None:
    """Let the address that the event had lead to it, and free its own address of a redirect."""
    language, date, slug = former
    event.redirects.filter(date=event.date, slug=event.slug).delete()
    if slug and former != event.natural_key():
        Redirect.objects.create(event=event, language=language, date=date, slug=slug)


def free_slug(event: Event, date: dt.date, slug: str, headline: str) -> str:
    """`slug`, else one made of the headline; with a short hash if another event has or had that address."""
    slug = slug or headline_slug(headline, event.language)
    holder = at_address(event.language, date, slug)
    if holder is None or holder.pk == event.pk:
        return slug
    return hashed_slug(slug, fold(headline))


def write_tags(event: Event, names: Sequence[str], topic_names: Sequence[str]) -> None:
    """Make `names` the tags of the event, in that order, those of `topic_names` in the leading role.

    The one place that writes EventTag. A tag that no event bears any more goes, unless an editor described it.
    """
    tags = ensure_tags(event.language, names)
    topics = {tags[fold(name)].pk: position for position, name in reversed(list(enumerate(topic_names)))}
    rows = {row.tag_id: row for row in event.event_tags.all()}
    wanted: dict[int, EventTag] = {}
    for name in names:
        tag = tags[fold(name)]
        row = wanted.get(tag.pk) or rows.get(tag.pk) or EventTag(event=event, tag=tag)
        if tag.pk not in wanted:  # two names can be one tag by an alias: the first place and spelling count
            row.position, row.spelling, row.topic_position = len(wanted), name, topics.get(tag.pk)
            wanted[tag.pk] = row
    for tag_id, row in rows.items():
        if tag_id not in wanted:
            row.delete()
    for row in wanted.values():
        row.save()
    refresh_names({*rows, *wanted})
    # A tag lives as long as an event bears it or an editor said something of it.
    Tag.objects.filter(pk__in=rows.keys() - wanted.keys(), event_tags=None, is_name_chosen=False).delete()


def ensure_tags(language: str, names: Iterable[str]) -> dict[str, Tag]:
    """The tags of the names, found by name or alias or newly made, by the folded name."""
    names = list(names)
    tags = Tag.objects.by_any_name(language, names)
    for name in names:
        if fold(name) not in tags:
            tags[fold(name)] = Tag.objects.create(language=language, name=name)
    return tags


def refresh_names(tag_ids: Collection[int]) -> None:
    """Show each tag by the spelling that most events use, of equals the first by code point, unless one was chosen."""
    spellings = (
        EventTag.objects.filter(tag__in=tag_ids, tag__is_name_chosen=False)
        .values("tag", "tag__name", "spelling")
        .annotate(uses=Count("id"))
        .order_by("tag", "-uses", "spelling")
    )
    best: dict[int, tuple[str, str]] = {}
    for row in spellings:
        best.setdefault(row["tag"], (row["tag__name"], row["spelling"]))
    for tag_id, (name, spelling) in best.items():
        if name != spelling and fold(name) == fold(spelling):
            Tag.objects.filter(pk=tag_id).update(name=spelling)


def _write_citations(event: Event, documents: Iterable[CitationDocument]) -> None:
    rows = list(event.citations.all())
    documents = list(documents)
    publishers = Publisher.objects.by_any_name(citation.label for citation in documents if not citation.names_a_source)
    for position, document in enumerate(documents):
        row = rows[position] if position < len(rows) else Citation(event=event)
        row.position = position + 1
        row.label = document.label
        row.source = _source(document) if document.names_a_source else None
        row.publisher = None if row.source else publishers.get(fold(document.label))
        row.save()
    for row in rows[len(documents) :]:
        row.delete()


def _source(citation: CitationDocument) -> Source:
    return find_or_create_source(
        url=citation.url,
        title=citation.title,
        publisher_name=citation.publisher,
        label=citation.label,
        authors=citation.authors,
        published_on=citation.published_on,
    )


def _write_related(event: Event, documents: Iterable[RelatedDocument], report: Report | None) -> None:
    rows = {row.target_id: row for row in event.related_links.all()}
    wanted: dict[int, RelatedLink] = {}
    for document in documents:
        target = _target(event.language, document, report)
        if target.pk == event.pk or target.pk in wanted:
            continue
        row = rows.get(target.pk) or RelatedLink(event=event, target=target)
        row.position = len(wanted) + 1
        row.kind, row.note, row.context = document.kind, document.note, list(document.context)
        wanted[target.pk] = row
    for target_id, row in rows.items():
        if target_id not in wanted:
            row.delete()
    for row in wanted.values():
        row.save()


def _target(language: str, link: RelatedDocument, report: Report | None) -> Event:
    """The event that a link leads to, made as a stub if the wiki does not have it.

    Only a stub learns its tags from links to it; any other event's own documents say what it is about.
    """
    stub = EventDocument(
        date=link.date,
        slug=link.slug,
        language=language,
        headline=link.headline,
        tags=link.context,
        is_unsourced=True,
        is_stub=True,
        derives_topics=True,
    )
    stub = resolve(stub, _known_names(language, ()))
    event = find_event(stub)
    if event is None:
        if report:
            report.add("stubs", Outcome.CREATED)
        return write_event(None, stub, comment="Known from a link to it")
    if event.is_stub:
        event = lock(event)
        before = exporter.event_document(event)
        after = merge(before, stub)
        if after != before:
            return write_event(event, after, comment="Known from another link to it")
    return event


def _write_redirects(event: Event, old_slugs: Iterable[str]) -> None:
    for old in old_slugs:
        day, _, slug = old.rpartition("/")
        date = parse_day(day.replace("-", "/")) if day else event.date
        if at_address(event.language, date, slug) is None:
            Redirect.objects.create(event=event, language=event.language, date=date, slug=slug)


# --- Tags ---------------------------------------------------------------------------------------------------------


def save_tag(document: TagDocument) -> tuple[Tag, Outcome]:
    """Merge what editors of a wiki say of a tag: the spelling they chose, and what was missing of the rest."""
    language = document.language or settings.EDITIONS[0]
    names = (document.name, *document.aliases)
    known = Tag.objects.by_any_name(language, names)
    tag = known.get(fold(document.name))
    outcome = Outcome.UNCHANGED if tag else Outcome.CREATED
    tag = tag or Tag(language=language)
    before = (tag.name, tag.is_name_chosen, tag.description, tag.wikidata)
    if not tag.is_name_chosen and tag.key in ("", fold(document.name)):
        tag.name, tag.is_name_chosen = document.name, True
    tag.description = tag.description or document.description
    tag.wikidata = tag.wikidata or document.wikidata
    if before != (tag.name, tag.is_name_chosen, tag.description, tag.wikidata):
        tag.save()
        outcome = outcome if outcome is Outcome.CREATED else Outcome.UPDATED
    for alias in document.aliases:
        if fold(alias) not in known:
            TagAlias.objects.create(tag=tag, name=alias)
            outcome = outcome if outcome is Outcome.CREATED else Outcome.UPDATED
    return tag, outcome
