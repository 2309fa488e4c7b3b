"""Rows → documents: one event or day, or the whole wiki, streamed."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet
from msgspec.structs import replace

from events.choices import LinkKind, Status
from events.documents.jsonl import Record
from events.documents.markdown import doubtful_names
from events.documents.records import (
    CitationDocument,
    CorrectionDocument,
    DayDocument,
    EditorialDocument,
    EventDocument,
    ImageDocument,
    RelatedDocument,
    SubjectDocument,
    TagDocument,
)
from events.models import Citation, Editorial, Event, EventTag, RelatedLink, Subject, Tag
from events.querysets import EditorialQuerySet, EventQuerySet
from sources import exporter as sources_exporter
from sources.models import Publisher, Source

CHUNK = 500  # rows in memory at once while streaming


def document(subject: Subject) -> SubjectDocument:
    """The event or editorial as a document, as editors have it."""
    return editorial_document(subject) if isinstance(subject, Editorial) else event_document(subject)


def editorial_document(editorial: Editorial) -> EditorialDocument:
    """The editorial as a document, as editors have it."""
    return EditorialDocument(
        date=editorial.date,
        slug=editorial.slug,
        language=editorial.language,
        title=editorial.title,
        author=editorial.author,
        standfirst=editorial.standfirst,
        body=editorial.body,
        status=Status(editorial.status),
        publish_at=editorial.publish_at,
        withdrawn_reason=editorial.withdrawn_reason,
        corrections=correction_documents(editorial),
        old_slugs=tuple(_old_slugs(editorial)),
    )


def event_document(event: Event) -> EventDocument:
    """The event as a document, as editors have it. Best on events of `with_everything()`."""
    image = ImageDocument(url=event.image_url, caption=event.image_caption, credit=event.image_credit)
    return EventDocument(
        date=event.date,
        slug=event.slug,
        language=event.language,
        category=event.category.name if event.category else "",
        topics=tuple(row.spelling for row in event.topics),
        headline=event.headline,
        summary=event.summary,
        image=image if event.image_url else None,
        tags=tuple(row.spelling for row in event.event_tags.all()),
        citations=tuple(citation_document(row.label, row.source) for row in event.citations.all()),
        related=tuple(related_document(link) for link in event.related_links.all()),
        status=Status(event.status),
        publish_at=event.publish_at,
        withdrawn_reason=event.withdrawn_reason,
        corrections=correction_documents(event),
        is_unsourced=event.is_unsourced,
        is_stub=event.is_stub,
        old_slugs=tuple(_old_slugs(event)),
    )


def public_document(event: Event) -> EventDocument:
    """The event as readers may have it: without links to events that are not public, and what only editors may have."""
    hidden = {(link.target.date, link.target.slug) for link in event.related_links.all() if not link.target.is_public}
    document = event_document(event)
    shown = tuple(link for link in document.related if (link.date, link.slug) not in hidden)
    return replace(document, related=shown).for_the_public()


def correction_documents(event: Subject) -> tuple[CorrectionDocument, ...]:
    return tuple(
        CorrectionDocument(date=dt.date.fromisoformat(row["date"]), text=row["text"]) for row in event.corrections
    )


def citation_document(label: str, source: Source | None) -> CitationDocument:
    if source is None:
        return CitationDocument(label=label)
    return CitationDocument(
        label=label,
        url=source.url,
        title=source.title,
        publisher=source.publisher.name if source.publisher else "",
        authors=tuple(source.authors),
        published_on=source.published_on,
    )


def related_document(link: RelatedLink) -> RelatedDocument:
    return RelatedDocument(
        date=link.target.date,
        slug=link.target.slug,
        headline=link.target.headline,
        context=tuple(link.context),
        kind=LinkKind(link.kind),
        note=link.note,
    )


def tag_document(tag: Tag) -> TagDocument:
    return TagDocument(
        name=tag.name,
        language=tag.language,
        aliases=tuple(alias.name for alias in tag.aliases.all()),
        wikidata=tag.wikidata,
        description=tag.description,
    )


def _old_slugs(event: Subject) -> Iterator[str]:
    for redirect in event.redirects.all():
        yield redirect.slug if redirect.date == event.date else f"{redirect.date}/{redirect.slug}"


def day_document(date: dt.date, language: str, events: list[Event]) -> DayDocument:
    """The day's events as readers may have them, in the order given."""
    return DayDocument(date=date, language=language, events=tuple(public_document(event) for event in events))


def records(*, public: bool) -> Iterator[Record]:
    """The whole wiki in an order in which it can be read again: names before what bears them, stubs before links.

    With `public` only what readers may have: published events, what they cite, and no articles' full texts.
    """
    publishers, tags, sources, events = _rows(public=public)
    for publisher in publishers.prefetch_related("aliases").iterator(CHUNK):
        yield sources_exporter.to_publisher_document(publisher)
    for tag in tags.prefetch_related("aliases").iterator(CHUNK):
        yield tag_document(tag)
    for source in sources.select_related("publisher", "seen_at").order_by("key").iterator(CHUNK):
        document = sources_exporter.to_document(source)
        yield replace(document, body="") if public else document
    for event in events.order_by("-is_stub", "date", "language", "slug").with_everything().iterator(CHUNK):
        yield public_document(event) if public else event_document(event)
    for editorial in _editorials(public=public).order_by("date", "language", "slug").iterator(CHUNK):
        written = editorial_document(editorial)
        yield written.for_the_public() if public else written


def editorials(language: str) -> Iterator[EditorialDocument]:
    """The public editorials of an edition, oldest first."""
    rows = _editorials(public=True).in_language(language).order_by("date", "slug")
    for editorial in rows.iterator(CHUNK):
        yield editorial_document(editorial).for_the_public()


def count_records(*, public: bool) -> int:
    return sum(rows.count() for rows in (*_rows(public=public), _editorials(public=public)))


def _editorials(*, public: bool) -> EditorialQuerySet:
    editorials = Editorial.objects.with_everything()
    return editorials.published() if public else editorials


def _rows(*, public: bool) -> tuple["QuerySet[Publisher]", "QuerySet[Tag]", "QuerySet[Source]", EventQuerySet]:
    publishers, tags, sources = Publisher.objects.all(), Tag.objects.filter(is_name_chosen=True), Source.objects.all()
    if not public:
        return publishers, tags, sources, Event.objects.all()
    shown = Event.objects.published()
    citations = Citation.objects.filter(event__in=shown)
    tags = tags.filter(pk__in=EventTag.objects.filter(event__in=shown).values("tag"))
    sources = sources.filter(pk__in=citations.values("source"))
    publishers = publishers.filter(
        Q(pk__in=citations.values("publisher"))
        | Q(pk__in=citations.values("agency"))
        | Q(pk__in=sources.values("publisher"))
        | Q(pk__in=sources.values("seen_at"))
    )
    return publishers, tags, sources, shown


def events_of_tree(language: str) -> EventQuerySet:
    """The public events of an edition that have pages in an exported tree.

    An event that is known only from a link has none where that link stands in the page of another: there reading the
    tree finds it again, as what it is.
    """
    links = RelatedLink.objects.filter(target=OuterRef("pk"), event__status=Status.PUBLISHED)
    told = Q(is_stub=True) & Exists(links.exclude(kind=LinkKind.HIDDEN))
    return Event.objects.public_in(language).exclude(told)


def days(language: str) -> Iterator[DayDocument]:
    """The days of an edition's tree, oldest first."""
    events = events_of_tree(language).order_by("date", "slug").with_everything()
    for date, of_day in groupby(events.iterator(CHUNK), key=lambda event: event.date):
        yield day_document(date, language, list(of_day))


def names_known(day: DayDocument) -> frozenset[str]:
    """Folded, the tags of the wiki among the names that readers of the day's pages may take for tags."""
    doubtful = {name for event in day.events for name in doubtful_names(event)}
    return frozenset(Tag.objects.by_any_name(day.language, doubtful))
