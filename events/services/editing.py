"""An editor's save, and every other write of a whole event; each leaves one revision under a person's name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from msgspec.structs import replace

from events import exporter, importer, revisions
from events.documents.erasing import without_lost_names
from events.documents.records import EventDocument
from events.models import Citation, Conflict, Event, RelatedLink, Revision
from events.services.claims import release_decided
from events.services.publishing import check, faults
from sources.models import Publisher, Source
from sources.querysets import NOBODY


class StaleVersion(Exception):
    """Somebody else saved the event after it was opened. `event` is the saved one."""

    def __init__(self, event: Event) -> None:
        self.event = event
        super().__init__(f"version {event.version} of “{event.headline[:60]}” was saved by somebody else")


@contextmanager
def editing(event: Event, version: int, *, editor: User, comment: str) -> Iterator[Event]:
    """A transaction in which the caller writes the rows of an event that was opened at `version`.

    Raises StaleVersion before anything is written if another save came between. At the end the former address is
    kept as a redirect, and the rows are recorded as a revision; raises NotReady for what readers may not see so.
    """
    with transaction.atomic():
        claim_version(event, version)
        former = Event.objects.get(pk=event.pk)
        known = faults(former)
        event.version = former.version
        yield event
        check(event, known)
        release_decided(event, former.status)
        importer.keep_address(event, former.natural_key())
        importer.date_tags(event)
        importer.record_revision(event, editor=editor, comment=comment)
        _forget_settled_conflicts(event)


def claim_version(event: Event, version: int) -> None:
    """Lock the event's row and let its version grow. Raises StaleVersion if it was saved since it was at `version`."""
    if Event.objects.filter(pk=event.pk, version=version).update(version=F("version") + 1):
        return
    locked = importer.lock(event)
    if was_saved_since(locked, version):
        raise StaleVersion(locked)
    Event.objects.filter(pk=event.pk).update(version=F("version") + 1)


def was_saved_since(event: Event, version: int) -> bool:
    """Whether the event says something else than at `version`. What was only proposed or refused changes nothing.

    A version that the event never had counts as an old one.
    """
    if event.version == version:
        return False
    newest = event.revisions.only("number").newest()
    return newest is None or not newest.number <= version <= event.version


def check_version(event: Event, version: int | None) -> None:
    """Raise StaleVersion if the event, whose row is locked, was saved after `version`; None is always right."""
    if version is not None and was_saved_since(event, version):
        raise StaleVersion(event)


def begin(event: Event, *, tags: Sequence[str], topics: Sequence[str], editor: User, comment: str) -> None:
    """Complete a new event whose rows a form wrote, and record its first revision. In the form's transaction.

    Raises NotReady for what readers may not see so.
    """
    complete(event, tags=tags, topics=topics)
    check(event)
    event.version = 1
    event.save(update_fields=["version"])
    importer.record_revision(event, editor=editor, comment=comment)


def complete(event: Event, *, tags: Sequence[str], topics: Sequence[str]) -> None:
    """Write what follows from the rows of an event that a form has written: tags, order, flags.

    `topics` are among `tags`. To be called inside `editing`, or by `begin`.
    """
    importer.write_tags(event, tags, topics)
    citations = list(event.citations.order_by("position", "pk"))
    labels = Publisher.objects.by_label(row.label for row in citations)
    settled: list[Citation] = []
    for position, row in enumerate(citations, start=1):
        named = labels.get(row.label, NOBODY)
        before = row.position, row.publisher_id, row.agency_id
        row.position, row.publisher, row.agency = position, None if row.source_id else named.publisher, named.agency
        settled += [row] if before != (row.position, row.publisher_id, row.agency_id) else []
    Citation.objects.bulk_update(settled, ["position", "publisher", "agency"])
    moved: list[RelatedLink] = []
    for position, link in enumerate(event.related_links.order_by("position", "pk"), start=1):
        moved += [link] if link.position != position else []
        link.position = position
    RelatedLink.objects.bulk_update(moved, ["position"])
    event.is_stub = False
    event.is_unsourced = event.is_unsourced and not citations
    event.save(update_fields=["is_stub", "is_unsourced"])


def rewrite(event: Event, version: int | None, document: EventDocument, *, editor: User | None, comment: str) -> Event:
    """Make `event` say what `document` says.

    `version` is the one that the editor saw, or None where the change holds whatever the event says by now.
    Raises StaleVersion, DocumentError for a document that cannot be stored, and NotReady for what readers may not
    see so. Names of tags of which something was erased name nothing any more and are left out.
    """
    document = without_lost_names(document)
    with transaction.atomic():
        event = importer.lock(event)
        check_version(event, version)
        known, former = faults(event), event.status
        event = importer.write_event(event, document, editor=editor, comment=comment)
        check(event, known)
        release_decided(event, former)
        _forget_settled_conflicts(event)
        return event


def restore(revision: Revision, version: int, *, editor: User) -> Event:
    """Make the event again what it was at `revision`, in a new revision. Raises StaleVersion.

    What was erased from it stays erased, and what readers were told was wrong stays told.
    """
    comment = f"Restored revision {revision.number}"
    document = revisions.read(revision)
    with transaction.atomic():
        event = importer.lock(revision.event)
        told = dict.fromkeys((*document.corrections, *exporter.correction_documents(event)))
        document = replace(document, corrections=tuple(told))
        return rewrite(event, version, document, editor=editor, comment=comment)


def cite(event: Event, source: Source, *, editor: User | None = None) -> Event:
    """File `source` under the event as its last citation; nothing happens if the event cites it already."""
    with transaction.atomic():
        event = importer.lock(event)
        if event.citations.filter(source=source).exists():
            return event
        document = exporter.event_document(event)
        label = source.publisher.name if source.publisher else ""
        citation = exporter.citation_document(label, source)
        document = replace(document, citations=(*document.citations, citation), is_unsourced=False, is_stub=False)
        return rewrite(event, None, document, editor=editor, comment=f"Cited {source}")


def as_archived(document: EventDocument, conflict: Conflict) -> EventDocument:
    """The event's document with what the archive says in the field of the conflict."""
    archived = revisions.read(conflict.revision)
    document = replace(document, **{conflict.field: getattr(archived, conflict.field)})
    # Without its reason nothing is withdrawn, and what is not withdrawn has none.
    return replace(document, withdrawn_reason=archived.withdrawn_reason) if conflict.field == "status" else document


def _forget_settled_conflicts(event: Event) -> None:
    """A conflict ends when the event says what the archive says."""
    conflicts = list(event.conflicts.select_related("revision"))
    if conflicts:
        document = exporter.event_document(Event.objects.with_everything().get(pk=event.pk))
        settled = [conflict.pk for conflict in conflicts if as_archived(document, conflict) == document]
        event.conflicts.filter(pk__in=settled).delete()
