"""Every write by a person. Each that changes an event leaves one revision under the person's name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from msgspec.structs import replace

from events import exporter, importer, revisions
from events.choices import LinkKind, Status
from events.documents.merging import merge
from events.documents.records import EventDocument, RelatedDocument
from events.importer import tag_merges
from events.models import Conflict, Event, LookAlike, Revision, Tag, TagChange
from sources.documents import DocumentError
from sources.documents.folding import collapse, fold
from sources.importer import check_name
from sources.models import Publisher, PublisherAlias, Source
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
    kept as a redirect, and the rows are recorded as a revision.
    """
    with transaction.atomic():
        if not Event.objects.filter(pk=event.pk, version=version).update(version=F("version") + 1):
            raise StaleVersion(Event.objects.get(pk=event.pk))
        former = Event.objects.get(pk=event.pk)
        event.version = former.version
        yield event
        importer.keep_address(event, former.natural_key())
        importer.date_tags(event)
        importer.record_revision(event, editor=editor, comment=comment)
        _forget_settled_conflicts(event)


def begin(event: Event, *, tags: Sequence[str], topics: Sequence[str], editor: User, comment: str) -> None:
    """Complete a new event whose rows a form wrote, and record its first revision. In the form's transaction."""
    complete(event, tags=tags, topics=topics)
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
    for position, row in enumerate(citations, start=1):
        named = labels.get(row.label, NOBODY)
        row.position = position
        row.publisher = None if row.source_id else named.publisher
        row.agency = named.agency
        row.save(update_fields=["position", "publisher", "agency"])
    for position, link in enumerate(event.related_links.order_by("position", "pk"), start=1):
        link.position = position
        link.save(update_fields=["position"])
    event.is_stub = False
    event.is_unsourced = not citations
    event.save(update_fields=["is_stub", "is_unsourced"])


def rewrite(event: Event, version: int | None, document: EventDocument, *, editor: User | None, comment: str) -> Event:
    """Make `event` say what `document` says.

    `version` is the one that the editor saw, or None where the change holds whatever the event says by now.
    Raises StaleVersion, and DocumentError for a document that cannot be stored.
    """
    with transaction.atomic():
        event = importer.lock(event)
        if version is not None and event.version != version:
            raise StaleVersion(event)
        event = importer.write_event(event, document, editor=editor, comment=comment)
        _forget_settled_conflicts(event)
        return event


def restore(revision: Revision, version: int, *, editor: User) -> Event:
    """Make the event again what it was at `revision`, in a new revision. Raises StaleVersion."""
    comment = f"Restored revision {revision.number}"
    return rewrite(revision.event, version, revisions.read(revision), editor=editor, comment=comment)


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


def set_status(event: Event, status: Status, *, reason: str = "", editor: User) -> Event:
    """Publish or withdraw the event, or make it a draft again; `reason` is shown to readers of a withdrawn one."""
    with transaction.atomic():
        event = importer.lock(event)
        document = replace(exporter.event_document(event), status=status, withdrawn_reason=reason)
        return rewrite(event, None, document, editor=editor, comment=status.label)


# --- What archives say otherwise ----------------------------------------------------------------------------------


def as_archived(document: EventDocument, conflict: Conflict) -> EventDocument:
    """The event's document with what the archive says in the field of the conflict."""
    archived = revisions.read(conflict.revision)
    document = replace(document, **{conflict.field: getattr(archived, conflict.field)})
    # Without its reason nothing is withdrawn, and what is not withdrawn has none.
    return replace(document, withdrawn_reason=archived.withdrawn_reason) if conflict.field == "status" else document


def take_archived(conflict: Conflict, version: int, *, editor: User) -> Event:
    """Let the event say in the field of the conflict what the archive says; this decides the conflict.

    Raises StaleVersion if the event was saved after the editor saw it, and DocumentError if it cannot be stored.
    """
    with transaction.atomic():
        event = importer.lock(conflict.event)
        document = as_archived(exporter.event_document(event), conflict)
        comment = f"Took the archive's {conflict.field.removeprefix('is_').replace('_', ' ')}"
        return rewrite(event, version, document, editor=editor, comment=comment)  # which settles the conflict


def keep_ours(conflict: Conflict) -> None:
    """Decide the conflict for what the event says. The archive's word stays in the history."""
    # A later import may have put another word into the same row.
    Conflict.objects.filter(pk=conflict.pk, revision=conflict.revision_id).delete()


def _forget_settled_conflicts(event: Event) -> None:
    """A conflict ends when the event says what the archive says."""
    conflicts = list(event.conflicts.select_related("revision"))
    if conflicts:
        document = exporter.event_document(Event.objects.with_everything().get(pk=event.pk))
        settled = [conflict.pk for conflict in conflicts if as_archived(document, conflict) == document]
        event.conflicts.filter(pk__in=settled).delete()


# --- Events that look alike ---------------------------------------------------------------------------------------


def tell_apart(pair: LookAlike, *, editor: User) -> None:
    """Decide that the two are two events."""
    _decide(LookAlike.objects.filter(pk=pair.pk), editor)


def join(pair: LookAlike, kept: Event, seen: Mapping[int, int], *, editor: User) -> Event:
    """Decide that the two are one event: `kept` gains what the other adds, and the other is withdrawn.

    What leads to the other leads to the kept one from then on. Every event that changes gets one revision, so the
    history undoes it. `seen` are the versions of both that the editor saw, by their ids; raises StaleVersion, with
    nothing written, if one of them was saved since.
    """
    gone = pair.other if kept == pair.one else pair.one
    with transaction.atomic():
        leading = Event.objects.filter(related_links__target=gone).exclude(pk=kept.pk)
        # In one order everywhere, so that no two editors wait for one another.
        wanted = sorted({kept.pk, gone.pk, *leading.values_list("pk", flat=True)})
        locked = {pk: importer.lock(Event(pk=pk)) for pk in wanted}
        kept, gone = locked.pop(kept.pk), locked.pop(gone.pk)
        for event in (kept, gone):
            if seen.get(event.pk) != event.version:
                raise StaleVersion(event)
        document, added = exporter.event_document(kept), exporter.event_document(gone)
        kept = rewrite(kept, None, _joined(document, added), editor=editor, comment=f"Joined with {_name(gone)}")
        reason = f"The same event as {_name(kept)}, {kept.get_absolute_url()}"
        withdrawn = replace(added, status=Status.WITHDRAWN, withdrawn_reason=reason)
        rewrite(gone, None, withdrawn, editor=editor, comment=f"Joined with {_name(kept)}")
        for event in locked.values():
            document = exporter.event_document(event)
            document = replace(document, related=_led_to(kept, gone, document.related))
            rewrite(event, None, document, editor=editor, comment=f"Leads to {_name(kept)}, which is the same event")
        _pass_on(gone, kept, editor)
        return kept


def _name(event: Event) -> str:
    return f"“{Truncator(event.headline).chars(100)}”"


def _joined(kept: EventDocument, gone: EventDocument) -> EventDocument:
    """`kept` with what `gone` adds; its own text, address and state stand."""
    merged = merge(kept, gone)
    both = {(document.date, document.slug) for document in (kept, gone)}
    return replace(
        merged,
        headline=kept.headline,
        slug=kept.slug,
        old_slugs=kept.old_slugs,
        status=kept.status,
        withdrawn_reason=kept.withdrawn_reason,
        related=tuple(link for link in merged.related if (link.date, link.slug) not in both),
    )


def _led_to(kept: Event, gone: Event, links: Iterable[RelatedDocument]) -> tuple[RelatedDocument, ...]:
    """The links with those to `gone` leading to `kept`; of two that lead there an editor's stands, not an archive's."""
    found: dict[tuple[object, str], RelatedDocument] = {}
    for link in links:
        if (link.date, link.slug) == (gone.date, gone.slug):
            link = replace(link, date=kept.date, slug=kept.slug, headline=kept.headline)
        known = found.setdefault((link.date, link.slug), link)
        first, second = (link, known) if known.kind == LinkKind.IMPORTED else (known, link)
        found[link.date, link.slug] = replace(
            first, context=first.context or second.context, note=first.note or second.note
        )
    return tuple(found.values())


def _pass_on(gone: Event, kept: Event, editor: User) -> None:
    """What still looks like the withdrawn event looks like the kept one."""
    pairs = LookAlike.objects.filter(Q(one=gone) | Q(other=gone), decided_at=None)
    for pair in pairs:
        third = pair.other_id if pair.one_id == gone.pk else pair.one_id
        if third != kept.pk:
            one, other = sorted((kept.pk, third))
            LookAlike.objects.get_or_create(one_id=one, other_id=other, defaults={"likeness": pair.likeness})
    _decide(pairs, editor)


def _decide(pairs: QuerySet[LookAlike], editor: User) -> None:
    pairs.filter(decided_at=None).update(decided_at=timezone.now(), decided_by=editor)


# --- Labels that name a publisher ---------------------------------------------------------------------------------


def adopt_name(name: str, publisher: Publisher | None = None) -> Publisher:
    """Let the name in labels be another name of `publisher`, or that of a new one; its citations follow.

    Raises DocumentError for what cannot be a name, and for a name that another publisher has by now.
    """
    check_name(name)
    with transaction.atomic():
        known = Publisher.objects.by_any_name([name]).get(fold(name))
        if known and publisher and known != publisher:
            raise DocumentError(f"“{name}” is a name of “{known}” by now")
        if not known and publisher:
            PublisherAlias.objects.create(publisher=publisher, name=collapse(name))
        found = known or publisher or Publisher.objects.create(name=collapse(name))
        importer.settle_labels([name])
        return found


# --- Tags ---------------------------------------------------------------------------------------------------------


def merge_tags(gone: Tag, kept: Tag, *, editor: User) -> TagChange:
    """Let `kept` be what `gone` was, under the names of both; imports follow. Raises tag_merges.TagMergeError."""
    with transaction.atomic():
        return tag_merges.merge(gone, kept, editor=editor)


def undo_merge(change: TagChange) -> Tag:
    """Bring the tag back that was merged, with its names and its events. Raises tag_merges.TagMergeError."""
    with transaction.atomic():
        return tag_merges.undo(change)
