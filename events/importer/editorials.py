"""Documents → editorials: the one writer of them, for archives and for people."""

from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from msgspec.structs import replace

from events import exporter, revisions
from events.choices import RevisionKind, Status
from events.documents.records import EditorialDocument, EventDocument, SubjectDocument
from events.documents.three_way import merge_editorials
from events.importer.drafts import addresses
from events.importer.rows import told_at, write_event
from events.importer.subjects import (
    AnySubject,
    check_slugs,
    holder_of,
    keep_address,
    lock,
    old_slugs,
    read,
    record_revision,
    slug_for,
    too_long,
)
from events.importer.tags import check_language
from events.models import MAX_TITLE, Editorial, Event
from sources.documents import DocumentError
from sources.documents.folding import collapse
from sources.documents.names import MAX_NAME
from sources.importer import Outcome, check_name

_PLAIN = ("date", "title", "author", "standfirst", "body", "publish_at", "withdrawn_reason")


def validate_editorial(document: EditorialDocument) -> None:
    """Raise DocumentError unless the document can be stored."""
    for name, limit in (("title", MAX_TITLE), ("author", MAX_NAME)):
        if len(getattr(document, name)) > limit:
            raise too_long(name, getattr(document, name), limit)
    check_name(document.author)
    check_language(document.language)
    if document.status is Status.SCHEDULED and not document.publish_at:
        raise DocumentError("a scheduled editorial needs “publish_at”, the moment at which it becomes public")
    check_slugs((document.slug, *old_slugs(document)))


def write_editorial(
    editorial: Editorial,
    document: EditorialDocument,
    *,
    editor: User | None = None,
    comment: str = "",
    is_imported: bool = False,
) -> Editorial:
    """Make the rows of `editorial` equal to a document, and record the revision.

    To be called in a transaction with the row locked, or for one that is still to be made. Raises DocumentError for
    what cannot be stored.
    """
    document = tidied(document)
    validate_editorial(document)
    former = editorial.natural_key()
    for name in _PLAIN:
        setattr(editorial, name, getattr(document, name))
    editorial.status = document.status.value
    editorial.corrections = [{"date": row.date.isoformat(), "text": row.text} for row in document.corrections]
    editorial.slug = slug_for(editorial, document.date, document.slug, document.title)
    editorial.version += 1
    if is_imported and document.status.is_public and not editorial.published_at:
        editorial.published_at = told_at(document.date, None, timezone.now())
    editorial.save()
    if former[1]:
        keep_address(editorial, former)
    known = {row.natural_key(): row for row in editorial.redirects.all()}
    for language, date, slug in set(addresses(document)) - known.keys():
        if holder_of(Editorial, language, date, slug) is None:
            editorial.redirects.create(language=language, date=date, slug=slug)
    record_revision(editorial, editor=editor, comment=comment, is_imported=is_imported)
    return read(editorial)


def write(
    subject: AnySubject, document: SubjectDocument, *, editor: User | None = None, comment: str = ""
) -> AnySubject:
    """`write_event` or `write_editorial`, by what it is."""
    if isinstance(subject, Event) and isinstance(document, EventDocument):
        return cast("AnySubject", write_event(subject, document, editor=editor, comment=comment))
    assert isinstance(subject, Editorial)  # noqa: S101  # both are of one kind
    assert isinstance(document, EditorialDocument)  # noqa: S101
    return cast("AnySubject", write_editorial(subject, document, editor=editor, comment=comment))


def tidied(document: EditorialDocument) -> EditorialDocument:
    """The document as its rows give it back: what is one line is one, and the wiki's first language unless it says."""
    return replace(
        document,
        language=document.language or str(settings.EDITIONS[0]),
        title=collapse(document.title),
        author=collapse(document.author),
        standfirst=collapse(document.standfirst),
    )


# --- From archives ------------------------------------------------------------------------------------------------


def save_editorial(document: EditorialDocument) -> Outcome:
    """The editorial at the document's address, new or with what the archive changed since it last told of it.

    What a person edited stays. To be called in a transaction; raises DocumentError for what cannot be stored.
    """
    document = tidied(document)
    validate_editorial(document)
    slug = document.slug or slug_for(Editorial(language=document.language), document.date, "", document.title)
    document = replace(document, slug=slug)
    held = holder_of(Editorial, document.language, document.date, slug)
    if held is None:
        write_editorial(Editorial(language=document.language), document, comment="Imported", is_imported=True)
        return Outcome.CREATED
    return _renew(lock(held), document)


def _renew(editorial: Editorial, told: EditorialDocument) -> Outcome:
    """Take what the archive changed since it last told of a locked editorial.

    Where an editor changed the same field, what is saved stays, and what the archive says is kept as refused. Of an
    editorial made here an archive has told nothing yet: its first word only is what the next one is compared with.
    """
    saved, last = exporter.editorial_document(editorial), _last_told(editorial)
    if told == last or (last and told == saved):
        return Outcome.UNCHANGED
    base = last or told
    merged, overlaps = merge_editorials(base, saved, told)
    if overlaps:
        merged, _ = merge_editorials(base, saved, told, decided=[overlap.id for overlap in overlaps])
    if merged != told or told == saved:
        editorial.version += 1
        editorial.save(update_fields=["version"])
        kind = RevisionKind.SAVED if told == saved else RevisionKind.REFUSED
        revisions.record(editorial, told, comment="Imported", kind=kind, is_imported=True)
    if merged == saved:
        return Outcome.UNCHANGED
    write_editorial(editorial, merged, comment="Imported", is_imported=merged == told)
    return Outcome.UPDATED


def _last_told(editorial: Editorial) -> EditorialDocument | None:
    revision = editorial.revisions.filter(is_imported=True).order_by("-number").first()
    document = revisions.read_any(revision) if revision else None
    return document if isinstance(document, EditorialDocument) else None
