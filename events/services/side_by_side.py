"""Changes that were made side by side: merged by one rule wherever they meet, and kept where they are not taken."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from msgspec.structs import replace

from events import exporter, importer, revisions
from events.choices import RevisionKind
from events.documents.records import EventDocument, RelatedDocument, SubjectDocument
from events.documents.three_way import Overlap, merge_documents, merge_three, related_key
from events.importer import AnySubject
from events.models import Category, Event, Subject
from sources.documents.folding import fold


def merge_any(
    saved: Subject, base: SubjectDocument, mine: SubjectDocument, decided: Collection[str] = ()
) -> tuple[SubjectDocument, tuple[Overlap, ...]]:
    """`merge_onto`, of an event or of an editorial."""
    if isinstance(base, EventDocument) and isinstance(mine, EventDocument) and isinstance(saved, Event):
        return merge_onto(saved, base, mine, decided)
    return merge_documents(base, exporter.document(saved), mine, decided=decided)


def merge_onto(
    saved: Event, base: EventDocument, mine: EventDocument, decided: Collection[str] = ()
) -> tuple[EventDocument, tuple[Overlap, ...]]:
    """What the event is to say when the change from `base` to `mine` is made to what it says now, and the overlaps.

    `saved` is best of `with_everything()`. Names in the two documents are read as they are known today. In overlaps,
    `mine` stands; where the overlap's id is among `decided`, what the event says.
    """
    theirs = exporter.event_document(saved)
    names = importer.TagNames()
    names.ask(saved.language, {name for document in (base, theirs, mine) for name in document.tags})
    base, mine = (as_known_today(document, theirs) for document in (base, mine))
    return merge_three(base, theirs, mine, lambda name: names.key(saved.language, name), decided=decided)


def as_known_today(document: EventDocument, saved: EventDocument) -> EventDocument:
    """An older document of the event `saved`, with its category by today's name and its links by today's addresses."""
    if document.category != saved.category:
        category = Category.objects.all().by_any_name().get(fold(document.category))
        document = replace(document, category=category.name if category else document.category)
    known = {related_key(link) for link in saved.related}
    links = (
        link if related_key(link) in known else _at_todays_address(link, saved.language) for link in document.related
    )
    return replace(document, related=tuple(links))


def _at_todays_address(link: RelatedDocument, language: str) -> RelatedDocument:
    target = importer.at_address(language, link.date, link.slug)
    return replace(link, date=target.date, slug=target.slug) if target else link


def keep_refused(subject: AnySubject, document: SubjectDocument, *, editor: User, comment: str = "") -> AnySubject:
    """Keep what a save held that was not taken as a revision beside the states; returns what was saved, with it.

    The same words, refused again before anything else was saved, are kept once.
    """
    with transaction.atomic():
        subject = importer.lock(subject)
        newest = subject.revisions.newest()
        refused = subject.revisions.filter(kind=RevisionKind.REFUSED, editor=editor)
        same = refused.filter(text_hash=revisions.text_hash(document), number__gt=newest.number if newest else 0)
        if not same.exists():
            type(subject).objects.filter(pk=subject.pk).update(version=F("version") + 1)
            subject.version += 1
            revisions.record(subject, document, editor=editor, comment=comment, kind=RevisionKind.REFUSED)
        return subject
