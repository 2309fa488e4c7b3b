"""Events that become public at a set moment."""

import logging

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from events import importer, revisions
from events.choices import Move, Status
from events.models import Event
from events.services.states import set_state, write_state
from sources.documents import DocumentError

logger = logging.getLogger(__name__)


def publish_due() -> int:
    """Publish the events whose moment has come, each in a transaction of its own, and say how many.

    One that cannot be public goes back to review with the reason. Any number of processes may do this at once.
    """
    due = Event.objects.filter(status=Status.SCHEDULED, publish_at__lte=timezone.now()).order_by("publish_at", "pk")
    return sum(_publish(pk) for pk in list(due.values_list("pk", flat=True)))


def _publish(pk: int) -> bool:
    try:
        return _move(pk, Move.PUBLISH, "Published as scheduled")
    except DocumentError as error:
        reason = str(error)
    except Exception:
        logger.exception("Event %s could not be published as scheduled", pk)
        reason = "it could not be saved; the log says why."
    try:
        _move(pk, Move.UNSCHEDULE, f"Not published as scheduled: {reason}")
    except Exception:
        logger.exception("Event %s could not be sent back to review", pk)
    return False


def _move(pk: int, move: Move, comment: str) -> bool:
    """Whether the event was still due, and so was moved on."""
    with transaction.atomic():
        event = importer.lock(Event(pk=pk))
        if event.status != Status.SCHEDULED or not event.publish_at or event.publish_at > timezone.now():
            return False
        editor = _scheduler(event)
        set_state(event, move)
        write_state(event, editor=editor, comment=comment)
        return True


def _scheduler(event: Event) -> User | None:
    """Who set the moment; None if an archive did."""
    found = None
    for revision in event.revisions.saved().filter(is_imported=False).select_related("editor").order_by("-number"):
        document = revisions.read(revision)
        if document.status is not Status.SCHEDULED or document.publish_at != event.publish_at:
            break
        found = revision.editor
    return found
