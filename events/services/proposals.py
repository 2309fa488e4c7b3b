"""Changes of what is public by those who may not publish: proposed, and accepted or rejected by an editor."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from events import exporter, importer, revisions
from events.choices import RevisionKind
from events.documents.records import EventDocument
from events.documents.three_way import Overlap
from events.models import Event, Proposal
from events.services.claims import release
from events.services.editing import check_version, claim_version, rewrite
from events.services.publishing import Fault, NotReady, check, faults
from events.services.side_by_side import merge_onto

REPLACED = "Replaced by a newer proposal"


class Decided(Exception):
    """Somebody decided the proposal meanwhile."""


class Overlapping(Exception):
    """What the proposal changes was changed otherwise since; a person has to choose."""

    def __init__(self, overlaps: Sequence[Overlap]) -> None:
        self.overlaps = overlaps
        super().__init__(", ".join(sorted({overlap.field for overlap in overlaps})))


@contextmanager
def proposing(event: Event, version: int, *, author: User, comment: str) -> Iterator[Event]:
    """A transaction in which the caller writes the rows of an event as the author wants it; they do not stay.

    What they say becomes a revision that only proposes, and replaces what the author had proposed before. Raises
    StaleVersion before anything is written, NotReady for what readers may not see so, or where nothing was changed.
    """
    with transaction.atomic():
        claim_version(event, version)
        former = Event.objects.with_everything().get(pk=event.pk)
        known, before = faults(former), exporter.event_document(former)
        rows = transaction.savepoint()
        yield event
        wanted = Event.objects.with_everything().get(pk=event.pk)
        check(wanted, known)
        document = exporter.event_document(wanted)
        transaction.savepoint_rollback(rows)
        if document == before:
            raise NotReady([Fault(former.status, "comment", "", "You changed nothing.")])
        _record(former, document, author, comment)


def _record(event: Event, document: EventDocument, author: User, comment: str) -> None:
    event.proposals.filter(author=author, decided_at=None).update(
        decided_at=timezone.now(), decided_by=author, reply=REPLACED
    )
    base = event.revisions.newest()
    revision = revisions.record(event, document, editor=author, comment=comment, kind=RevisionKind.PROPOSED)
    Proposal.objects.create(revision=revision, event=event, author=author, base=base.number if base else 0)


def accept(proposal: Proposal, version: int, *, editor: User, reply: str = "") -> Event:
    """Make the proposed change to what the event says now, as a revision of its author that names who accepted it.

    Raises Decided, StaleVersion if the event was saved after `version`, Overlapping where both changed the same, and
    NotReady or DocumentError for what cannot be saved.
    """
    with transaction.atomic():
        event = importer.lock(proposal.event)
        check_version(event, version)
        proposal = _undecided(proposal)
        document, overlaps = merge_onto(event, base_of(proposal), revisions.read(proposal.revision))
        if overlaps:
            raise Overlapping(overlaps)
        said = ": ".join(filter(None, (f"Accepted by {editor}", proposal.revision.comment)))
        event = rewrite(event, None, document, editor=proposal.author, comment=said)
        _decide(proposal, editor, reply, is_accepted=True)
        return event


def reject(proposal: Proposal, *, editor: User, reply: str) -> None:
    """Leave the event as it is, and tell the author why. Raises Decided, and NotReady without a reply."""
    if not reply.strip():
        raise NotReady([Fault("", "reply", "", "Tell the author why.")])
    with transaction.atomic():
        importer.lock(proposal.event)
        _decide(_undecided(proposal), editor, reply, is_accepted=False)


def settle(proposal: Proposal, *, editor: User) -> None:
    """Note that the editor has saved the event with the proposal in hand. In the transaction that saves it."""
    if Proposal.objects.filter(pk=proposal.pk, decided_at=None).exists():
        _decide(proposal, editor, "", is_accepted=True)


def base_of(proposal: Proposal) -> EventDocument:
    """The state of the event that the author began with."""
    revision = proposal.event.revisions.filter(number=proposal.base).first()
    return revisions.read(revision or proposal.revision)


def _undecided(proposal: Proposal) -> Proposal:
    """The proposal, read anew with the row of its event locked."""
    found = Proposal.objects.select_related("revision", "author", "event").get(pk=proposal.pk)
    if found.decided_at:
        raise Decided
    return found


def _decide(proposal: Proposal, editor: User, reply: str, *, is_accepted: bool) -> None:
    proposal.decided_at, proposal.decided_by = timezone.now(), editor
    proposal.is_accepted, proposal.reply = is_accepted, reply.strip()[:500]
    proposal.save(update_fields=["decided_at", "decided_by", "is_accepted", "reply"])
    release(proposal.event)
