"""What is on the desk → rows, for all of it at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from msgspec.structs import replace

from events import exporter, revisions, search
from events.choices import Status
from events.documents.merging import CONTRADICTING
from events.documents.records import CitationDocument, EventDocument, ImageDocument
from events.importer.changes import Changes
from events.importer.desk import Desk
from events.importer.drafts import Draft, addresses, article_of, days_of
from events.importer.subjects import check_slugs, old_slugs, read, too_long
from events.importer.tags import TagChanges, TagNames, check_language, ensure_tags
from events.models import (
    MAX_HEADLINE,
    Category,
    Citation,
    Conflict,
    Event,
    LookAlike,
    ReadDocument,
    Redirect,
    RelatedLink,
    Revision,
)
from events.querysets import beginning
from events.revisions import Entry
from sources import bulk
from sources.documents import DocumentError
from sources.documents.folding import fold
from sources.documents.names import MAX_NAME
from sources.importer import Cited, SourceShelf, check_article, check_name
from sources.models import Publisher, Source
from sources.querysets import NOBODY

MAX_ADDRESS = 2000
LIVE = dt.timedelta(days=7)  # so long after its date the page of a day still gains events
NO_IMAGE = ImageDocument(url="")


def validate(document: EventDocument) -> None:
    """Raise DocumentError unless the document can be stored."""
    if len(document.headline) > MAX_HEADLINE:
        raise too_long("headline", document.headline, MAX_HEADLINE)
    for label in (citation.label for citation in document.citations):
        if len(label) > MAX_NAME:
            raise too_long("citation label", label, MAX_NAME)
    if document.image and len(document.image.url) > MAX_ADDRESS:
        raise too_long("image address", document.image.url, MAX_ADDRESS)
    check_language(document.language)
    if not document.headline:
        raise DocumentError("the event has no headline")
    for citation in document.citations:
        if citation.names_a_source:
            check_article(article_of(citation))
    if document.status is Status.SCHEDULED and not document.publish_at:
        raise DocumentError("a scheduled event needs “publish_at”, the moment at which it becomes public")
    validate_names(document)
    check_slugs((document.slug, *(link.slug for link in document.related), *old_slugs(document)))


def validate_names(document: EventDocument) -> None:
    """Raise DocumentError unless the document's tags can be tags."""
    for name in document.tags:
        if len(name) > MAX_NAME:
            raise too_long("tag", name, MAX_NAME)
        check_name(name)


# --- One event ----------------------------------------------------------------------------------------------------


def write_event(event: Event, document: EventDocument, *, editor: User | None = None, comment: str = "") -> Event:
    """Make the rows of `event` equal to a resolved document, and record the revision.

    To be called in a transaction with the event's row locked. Raises DocumentError for what cannot be stored.
    """
    document = with_category(document, Category.objects.all().by_any_name())
    validate(document)
    names = TagNames()
    names.ask(document.language, document.tags)
    desk = Desk(names, SourceShelf(sources_of(document.citations)), is_locking=False)
    desk.load({(event.language, event.date), *days_of(document)})
    draft = desk.put(event)
    desk.rewrite(draft, document, comment)
    write(desk, editor=editor, is_by_hand=True)
    return read(event)


def with_category(document: EventDocument, categories: Mapping[str, Category]) -> EventDocument:
    """The document with its category by the name in use. Raises DocumentError for one that is none of the list."""
    if not document.category:
        return document
    if not (known := categories.get(fold(document.category))):
        raise DocumentError(f"“{document.category[:60]}” is none of the categories")
    return replace(document, category=known.name)


# --- All that is on the desk --------------------------------------------------------------------------------------


def write(desk: Desk, *, editor: User | None = None, is_by_hand: bool = False) -> None:
    """Make the rows of every changed event equal to its draft, and record each of its states.

    `is_by_hand` says that somebody saves what readers see from now on, and no archive tells it. To be called in a
    transaction.
    """
    drafts = list(desk.changed.values())
    new = [draft for draft in drafts if draft.is_new]
    for draft, pk in zip(new, bulk.reserve(Event, len(new)), strict=True):
        draft.pk = pk
    now = timezone.now()
    history = [entry for draft in drafts for entry in _revisions(draft, editor, now)]
    _write_events(drafts, now, is_by_hand=is_by_hand)
    bulk.insert(Revision, Entry._fields, history)
    _write_conflicts(drafts)
    _write_redirects(drafts)  # first the ones to go, for the addresses of others
    _write_tags(drafts, desk.names)
    _write_citations(drafts, desk.shelf)
    _write_links(drafts)
    _write_look_alikes(desk)
    search.refresh(draft.pk for draft in drafts)


def note_read(hashes: Iterable[str]) -> None:
    """Remember the documents with these hashes as read."""
    now = timezone.now()
    bulk.insert(ReadDocument, ["sha256", "read_at"], [(sha256, now) for sha256 in hashes])


def _write_events(drafts: Iterable[Draft], now: dt.datetime, *, is_by_hand: bool) -> None:
    categories = {category.name: category.pk for category in Category.objects.all()}
    new = []
    for draft in drafts:
        values = _columns(draft, categories) | _moments(draft, now, is_by_hand=is_by_hand)
        if draft.row:
            for name, value in values.items():
                setattr(draft.row, name, value)
            draft.row.save()
        else:
            new.append((draft.pk, draft.document.language, now, now, *values.values()))
            columns = ["id", "language", "created_at", "updated_at", *values]
    if new:
        bulk.insert(Event, columns, new)


def _columns(draft: Draft, categories: Mapping[str, int]) -> dict[str, Any]:
    """What the document says in the event's own columns."""
    document = draft.document
    image = document.image or NO_IMAGE
    return {
        "date": document.date,
        "slug": document.slug,
        "headline": document.headline,
        "summary": document.summary,
        "category_id": categories[document.category] if document.category else None,
        "image_url": image.url,
        "image_caption": image.caption,
        "image_credit": image.credit,
        "status": document.status.value,
        "publish_at": document.publish_at,
        "withdrawn_reason": document.withdrawn_reason,
        "corrections": [{"date": row.date.isoformat(), "text": row.text} for row in document.corrections],
        "is_unsourced": document.is_unsourced,
        "is_stub": document.is_stub,
        "version": draft.version,
        "last_link": draft.last_link,
    }


def _moments(draft: Draft, now: dt.datetime, *, is_by_hand: bool) -> dict[str, Any]:
    """Since when readers know of the event, that it is gone, and what was wrong in it; as `Event.save` has them."""
    document, row = draft.document, draft.row
    first = next((state for state in draft.states if state.said.document.status.is_public), None)
    published_at = row.published_at if row else None
    if first and not published_at:
        published_at = now if is_by_hand else told_at(first.said.document.date, first.said.as_of, now)
    withdrawn_at = None
    if document.status is Status.WITHDRAWN:
        withdrawn_at = (row.withdrawn_at if row else None) or draft.states[-1].said.as_of or now
    return {
        "published_at": published_at,
        "withdrawn_at": withdrawn_at,
        "corrected_on": max((row.date for row in document.corrections), default=None),
    }


def told_at(date: dt.date, as_of: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """When an archive told its readers of what stands under `date`; `as_of` is the moment of the state, if known.

    That is the moment of the state if the page of the day was still growing, else the beginning of the date: a later
    moment only says when somebody touched the page last.
    """
    began = beginning(date)
    is_live = as_of is not None and abs(as_of - began) <= LIVE
    return min(as_of if as_of and is_live else began, now)


def _revisions(draft: Draft, editor: User | None, now: dt.datetime) -> Iterator[Entry]:
    """The event's new revisions; its version and its chain grow by them."""
    for state in draft.states:
        draft.version += 1
        entry = revisions.make(
            draft.pk,
            draft.version,
            draft.last_link,
            state.said.document,
            now,
            editor=editor,
            contributor=state.said.contributor,
            comment=state.said.comment,
            as_of=state.said.as_of,
            is_imported=state.is_imported,
        )
        draft.last_link = entry.link
        yield entry


def _write_conflicts(drafts: Iterable[Draft]) -> None:
    """Note the fields in which archives contradict an event's editor; where both agree, none is open."""
    for draft in drafts:
        first = draft.version - len(draft.states) + 1
        for number, state in enumerate(draft.states, first) if draft.is_edited else ():
            if not state.is_imported:
                continue
            revision = Revision.objects.get(event=draft.pk, number=number)
            for name in state.conflicts:
                Conflict.objects.update_or_create(event_id=draft.pk, field=name, defaults={"revision": revision})
            told = state.said.document
            agreed = [name for name in CONTRADICTING if getattr(told, name) == getattr(draft.document, name)]
            Conflict.objects.filter(event=draft.pk, field__in=agreed).delete()


def _write_look_alikes(desk: Desk) -> None:
    pairs = [(*sorted((one.pk, other.pk)), likeness) for one, other, likeness in desk.look_alikes]
    LookAlike.objects.bulk_create(
        (LookAlike(one_id=one, other_id=other, likeness=likeness) for one, other, likeness in pairs),
        ignore_conflicts=True,
    )


def _write_tags(drafts: Iterable[Draft], known: TagNames) -> None:
    names: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        names[draft.document.language].update(draft.document.tags)
    ensure_tags(names, known)
    changes = TagChanges(known)
    for draft in drafts:
        changes.plan(draft.pk, draft.document, draft.row)
    changes.write()


def _write_citations(drafts: Sequence[Draft], shelf: SourceShelf) -> None:
    labels = Publisher.objects.by_label({citation.label for draft in drafts for citation in draft.document.citations})
    changes = Changes(Citation, ["event_id"], ["position", "label", "source_id", "publisher_id", "agency_id"])
    sources = _sources(drafts, shelf)
    for draft in drafts:
        rows = list(draft.row.citations.all()) if draft.row else []
        for place, citation in enumerate(draft.document.citations):
            source = sources.get(citation) if citation.names_a_source else None
            named = labels.get(citation.label, NOBODY)
            values = (
                place + 1,
                citation.label,
                source.pk if source else None,
                named.publisher.pk if named.publisher and not source else None,
                named.agency.pk if named.agency else None,
            )
            if place < len(rows):
                changes.change(rows[place], *values)
            else:
                changes.add(draft.pk, *values)
        changes.gone += rows[len(draft.document.citations) :]
    changes.write()


def _sources(drafts: Sequence[Draft], shelf: SourceShelf) -> dict[CitationDocument, Source]:
    """The source of every citation that names one, saved."""
    found: dict[CitationDocument, Source] = {}
    for draft in drafts:
        for row in draft.row.citations.all() if draft.row else ():
            if row.source:
                found[exporter.citation_document(row.label, row.source)] = row.source
    wanted = {
        citation: (article_of(citation), citation.label)
        for draft in drafts
        for citation in draft.document.citations
        if citation.names_a_source and citation not in found
    }
    shelf.load(wanted.values())
    found |= {citation: shelf.source(*cited) for citation, cited in wanted.items()}
    shelf.write()
    return found


def sources_of(citations: Iterable[CitationDocument]) -> list[Cited]:
    """The articles that the citations name, each with its label."""
    return [(article_of(citation), citation.label) for citation in citations if citation.names_a_source]


def _write_links(drafts: Iterable[Draft]) -> None:
    changes = Changes(RelatedLink, ["event_id", "target_id"], ["position", "kind", "note", "context"])
    for draft in drafts:
        rows: dict[int, RelatedLink] = {}
        if draft.row:
            rows = {row.target_id: row for row in draft.row.related_links.all()}
        targets = {(row.target.date, row.target.slug): row.target_id for row in rows.values()}
        targets |= {address: target.pk for address, target in draft.targets.items()}
        for position, link in enumerate(draft.document.related, 1):
            target = targets[link.date, link.slug]
            values = (position, link.kind.value, link.note, list(link.context))
            if row := rows.pop(target, None):
                changes.change(row, *values)
            else:
                changes.add(draft.pk, target, *values)
        changes.gone += rows.values()
    changes.write()


def _write_redirects(drafts: Iterable[Draft]) -> None:
    changes = Changes(Redirect, ["event_id", "language", "date", "slug"], [])
    for draft in drafts:
        rows = {row.natural_key(): row for row in draft.row.redirects.all()} if draft.row else {}
        for address in addresses(draft.document):
            if not rows.pop(address, None):
                changes.add(draft.pk, *address)
        changes.gone += rows.values()
    changes.write()
