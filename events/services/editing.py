"""An editor's save, and every other write of a whole event; each leaves one revision under a person's name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from msgspec.structs import replace

from events import exporter, importer, revisions
from events.documents.erasing import without_lost_names
from events.documents.records import EventDocument, SubjectDocument
from events.importer import AnySubject
from events.models import Citation, Conflict, Event, RelatedLink, Revision, Subject
from events.services.claims import release_decided
from events.services.publishing import check, faults
from sources.models import Publisher, Source
from sources.querysets import NOBODY


class StaleVersion(Exception):
    """Somebody else saved the event or editorial after it was opened. `subject` is the saved one."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        super().__init__(f"version {subject.version} of “{str(subject)[:60]}” was saved by somebody else")


@contextmanager
def editing(subject: AnySubject, version: int, *, editor: User, comment: str) -> Iterator[AnySubject]:
    """A transaction in which the caller writes the rows of an event or editorial that was opened at `version`.

    Raises StaleVersion before anything is written if another save came between. At the end the former address is
    kept as a redirect, and the rows are recorded as a revision; raises NotReady for what readers may not see so.
    """
    with transaction.atomic():
        claim_version(subject, version)
        former = type(subject).objects.get(pk=subject.pk)
        known = faults(former)
        subject.version = former.version
        yield subject
        check(subject, known)
        importer.keep_address(subject, former.natural_key())
        if isinstance(subject, Event):
            importer.date_tags(subject)
        importer.record_revision(subject, editor=editor, comment=comment)
        _forget_settled(subject, former.status)


def claim_version(subject: Subject, version: int) -> None:
    """Lock the row and let its version grow. Raises StaleVersion if it was saved since it was at `version`."""
    rows = type(subject).objects.filter(pk=subject.pk)
    if rows.filter(version=version).update(version=F("version") + 1):
        return
    locked = importer.lock(subject)
    if was_saved_since(locked, version):
        raise StaleVersion(locked)
    rows.update(version=F("version") + 1)


def was_saved_since(subject: Subject, version: int) -> bool:
    """Whether it says something else than at `version`. What was only proposed or refused changes nothing.

    A version that it never had counts as an old one.
    """
    if subject.version == version:
        return False
    newest = subject.revisions.only("number").newest()
    return newest is None or not newest.number <= version <= subject.version


def check_version(subject: Subject, version: int | None) -> None:
    """Raise StaleVersion if what is locked was saved after `version`; None is always right."""
    if version is not None and was_saved_since(subject, version):
        raise StaleVersion(subject)


def begin(event: Event, *, tags: Sequence[str], topics: Sequence[str], editor: User, comment: str) -> None:
    """Complete a new event whose rows a form wrote, and record its first revision. In the form's transaction.

    Raises NotReady for what readers may not see so.
    """
    complete(event, tags=tags, topics=topics)
    record_first(event, editor=editor, comment=comment)


def record_first(subject: Subject, *, editor: User, comment: str) -> None:
    """Record the first revision of what a form has made, in the form's transaction. Raises NotReady."""
    check(subject)
    subject.version = 1
    subject.save(update_fields=["version"])
    importer.record_revision(subject, editor=editor, comment=comment)


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


def rewrite(
    subject: AnySubject, version: int | None, document: SubjectDocument, *, editor: User | None, comment: str
) -> AnySubject:
    """Make the event or editorial say what `document`, which is one of its kind, says.

    `version` is the one that the editor saw, or None where the change holds whatever is said by now.
    Raises StaleVersion, DocumentError for a document that cannot be stored, and NotReady for what readers may not
    see so. Names of tags of which something was erased name nothing any more and are left out.
    """
    document = without_lost_names(document)
    with transaction.atomic():
        subject = importer.lock(subject)
        check_version(subject, version)
        known, former = faults(subject), subject.status
        subject = importer.write(subject, document, editor=editor, comment=comment)
        check(subject, known)
        _forget_settled(subject, former)
        return subject


def restore(revision: Revision, version: int, *, editor: User) -> Subject:
    """Make the event or editorial again what it was at `revision`, in a new revision. Raises StaleVersion.

    What was erased from it stays erased, and what readers were told was wrong stays told.
    """
    comment = f"Restored revision {revision.number}"
    document = revisions.read_any(revision)
    with transaction.atomic():
        subject = importer.lock(revision.subject)
        told = dict.fromkeys((*document.corrections, *exporter.correction_documents(subject)))
        document = replace(document, corrections=tuple(told))
        return rewrite(subject, version, document, editor=editor, comment=comment)


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


def _forget_settled(subject: Subject, former: str) -> None:
    """End the review that is decided, and the conflicts with an archive in which the event says what that says."""
    if not isinstance(subject, Event):
        return
    release_decided(subject, former)
    conflicts = list(subject.conflicts.select_related("revision"))
    if conflicts:
        document = exporter.event_document(importer.read(subject))
        settled = [conflict.pk for conflict in conflicts if as_archived(document, conflict) == document]
        subject.conflicts.filter(pk__in=settled).delete()
