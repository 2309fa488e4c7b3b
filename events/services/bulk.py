"""One change of many events: looked at before, made event by event, and taken back with one press.

Each event that changes gets one revision under the editor's name, in a transaction of its own: one that cannot be
changed stops no other, and what was saved between the preview and the press of the button is left alone.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from msgspec.structs import replace

from events import exporter, importer, permissions, revisions
from events.choices import Move, Status
from events.documents.names import join_names
from events.documents.records import EventDocument
from events.models import BulkChange, Event
from events.revisions import FieldDiff
from events.services.editing import StaleVersion, check_version, rewrite
from events.services.publishing import faults
from events.services.side_by_side import merge_onto
from sources.documents import DocumentError

logger = logging.getLogger(__name__)

MAX_EVENTS = 500  # of one change: about as many as one looks over, and as one request writes in seconds
SAVED_MEANWHILE = "somebody else saved it meanwhile"


class BulkKind(StrEnum):
    """What is done to every event of a bulk change."""

    TAG = "tag"
    UNTAG = "untag"
    CATEGORISE = "categorise"
    SUBMIT = "submit"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"

    @property
    def move(self) -> Move | None:
        """What it does to the state of an event, if it does anything to it."""
        return Move(self.value) if self in (BulkKind.SUBMIT, BulkKind.PUBLISH, BulkKind.WITHDRAW) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """A bulk change before it is made: its kind, and the tags, the category or the reason that it needs."""

    kind: BulkKind
    names: tuple[str, ...] = ()
    category: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """What it does to an event, for the history."""
        words = {
            BulkKind.TAG: f"Added the tags {join_names(self.names)}",
            BulkKind.UNTAG: f"Removed the tags {join_names(self.names)}",
            BulkKind.CATEGORISE: f"Set the category to {self.category or 'none'}",
            BulkKind.SUBMIT: "Submitted for review",
            BulkKind.PUBLISH: "Published",
            BulkKind.WITHDRAW: f"Withdrawn: {self.reason}",
        }
        return words[self.kind][:500]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a bulk change would do to an event, or why it leaves the event alone."""

    event: Event
    fields: Sequence[FieldDiff] = ()
    hindrance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """An event that a bulk change or its undo did not write, and why."""

    event: Event
    why: str


class AlreadyUndone(Exception):
    """Somebody has undone the bulk change already."""


# --- Looked at ----------------------------------------------------------------------------------------------------


def plan_bulk(events: Iterable[Event], action: BulkAction, *, editor: User) -> list[Planned]:
    """What the action would do to each of the events, which are best of `with_everything()`. Nothing is written."""
    names, planned = importer.TagNames(), []
    documents = [(event, exporter.event_document(event)) for event in events]
    for language in {event.language for event, _ in documents}:
        borne = {name for event, document in documents if event.language == language for name in document.tags}
        names.ask(language, borne.union(action.names))
    for event, document in documents:
        hindrance, changed = _change(event, document, action, names, editor)
        fields = [] if hindrance else revisions.compare(document, changed)
        planned.append(Planned(event=event, fields=fields, hindrance=hindrance))
    return planned


def _change(
    event: Event, document: EventDocument, action: BulkAction, names: importer.TagNames, editor: User
) -> tuple[str, EventDocument]:
    """What hinders the action, empty if nothing does, and what the event would say after it."""
    names.ask(event.language, (*action.names, *document.tags))
    changed = _changed(document, action, names)
    if changed == document:
        return "it says so already", changed
    if not permissions.may_write(editor, event):
        return "you may not change it", changed
    if action.kind.move and action.kind.move not in permissions.moves(editor, event):
        return f"it is {Status(event.status).label.lower()}", changed
    return _fault(event, changed), changed


def _fault(event: Event, changed: EventDocument) -> str:
    """What readers may not see so in the event with the state that it would have, and did not hinder it before."""
    known, former = faults(event), (event.status, event.withdrawn_reason)
    event.status, event.withdrawn_reason = changed.status.value, changed.withdrawn_reason
    new = faults(event) - known
    event.status, event.withdrawn_reason = former
    return " ".join(sorted(fault.message for fault in new))


def _changed(document: EventDocument, action: BulkAction, names: importer.TagNames) -> EventDocument:
    """The document after the action."""

    def key(name: str) -> str:
        return names.key(document.language, name)

    keys = {key(name) for name in action.names}
    match action.kind:
        case BulkKind.TAG:
            borne = {key(name) for name in document.tags}
            return replace(document, tags=(*document.tags, *(name for name in action.names if key(name) not in borne)))
        case BulkKind.UNTAG:
            kept = tuple(name for name in document.tags if key(name) not in keys)
            return replace(document, tags=kept, topics=tuple(name for name in document.topics if key(name) not in keys))
        case BulkKind.CATEGORISE:
            return replace(document, category=action.category)
    target = action.kind.move.target if action.kind.move else None
    if target is None or (document.status is target and target is not Status.WITHDRAWN):
        return document
    return replace(document, status=target, publish_at=None, withdrawn_reason=action.reason)


# --- Made ---------------------------------------------------------------------------------------------------------


def make_bulk_change(
    seen: Iterable[tuple[int, int]], action: BulkAction, *, editor: User
) -> tuple[BulkChange | None, list[LeftAlone]]:
    """Make the change to the events, each known by its id and the version that the editor saw.

    Returns what was made, None if nothing was, and the events that were left alone. The undo knows every event that is
    written, also when the process ends in the middle.
    """
    change = BulkChange.objects.create(editor=editor, description=str(action))
    left = []
    for pk, version in seen:
        if why := _change_one(change, pk, version, action, editor):
            left += [LeftAlone(event=event, why=why) for event in Event.objects.filter(pk=pk)]
    if not change.changes:
        change.delete()
        return None, left
    return change, left


def _change_one(change: BulkChange, pk: int, version: int, action: BulkAction, editor: User) -> str:
    """Make the change to one event and note it; returns why not, if it is not made."""
    noted = len(change.changes)
    try:
        with transaction.atomic():
            event = importer.lock(Event(pk=pk))
            check_version(event, version)
            document = exporter.event_document(event)
            hindrance, changed = _change(event, document, action, importer.TagNames(), editor)
            if hindrance:
                return hindrance
            before = event.revisions.opened_at(event.version)
            event = rewrite(event, None, changed, editor=editor, comment=str(action))
            change.changes.append([pk, before.number if before else 0, event.version])
            change.save(update_fields=["changes"])
            return ""
    except Exception as error:
        del change.changes[noted:]
        return _why(error, pk)


def _why(error: Exception, pk: int) -> str:
    """The error in words for an editor; raises what is none of an event's own."""
    if isinstance(error, Event.DoesNotExist):
        return "it is no longer there"
    if isinstance(error, StaleVersion):
        return SAVED_MEANWHILE
    if isinstance(error, DocumentError):
        return str(error)
    if isinstance(error, DatabaseError):
        logger.warning("A bulk change could not write event %s", pk, exc_info=error)
        return "the database did not take it; try it once more"
    raise error


# --- Taken back ---------------------------------------------------------------------------------------------------


def may_undo(person: Any, change: BulkChange) -> bool:
    """Whoever made it, and whoever decides what readers see."""
    return permissions.may_publish(person) or change.editor_id == getattr(person, "pk", None)


def undo_bulk_change(change: BulkChange, *, editor: User) -> tuple[int, list[LeftAlone]]:
    """Put every event back to its revision before the change; returns how many, and those that were left alone.

    Of an event that was saved since, only what the change did is taken back, where nobody else has changed that too.
    Raises AlreadyUndone.
    """
    if not BulkChange.objects.filter(pk=change.pk, undone_at=None).update(undone_at=timezone.now()):
        raise AlreadyUndone
    left, undone = [], 0
    for pk, before, after in change.changes:
        try:
            why = _undo_one(pk, before, after, editor, f"Undid: {change.description}"[:500])
        except Exception as error:
            why = _why(error, pk)
        undone += not why
        left += [LeftAlone(event=event, why=why) for event in Event.objects.filter(pk=pk) if why]
    return undone, left


def _undo_one(pk: int, before: int, after: int, editor: User, comment: str) -> str:
    """Take back what the change did to one event; returns why not, if it is not."""
    with transaction.atomic():
        event = importer.lock(Event(pk=pk))
        states = {row.number: row for row in event.revisions.saved().filter(number__in=(before, after))}
        if before not in states or after not in states:
            return "its history does not hold the state before"
        mine, base = revisions.read(states[before]), revisions.read(states[after])
        if not permissions.may_restore(editor, event, mine.status):
            return "you may not change it"
        newest = event.revisions.opened_at(event.version)
        if newest and newest.number == after:
            rewrite(event, None, mine, editor=editor, comment=comment)
            return ""
        merged, overlaps = merge_onto(event, base, mine)
        if overlaps:
            return "what was changed was changed again since"
        if merged == exporter.event_document(event):
            return "it no longer says what was changed"
        rewrite(event, None, merged, editor=editor, comment=comment)
        return ""
