"""Events and editorials that become public at a set moment."""

import logging

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from events import importer, revisions
from events.choices import Move, Status
from events.models import Editorial, Event, Subject
from events.services.states import set_state, write_state
from sources.documents import DocumentError

logger = logging.getLogger(__name__)


def publish_due() -> int:
    """Publish what is due, each in a transaction of its own, and say how many.

    What cannot be public goes back to review with the reason. Any number of processes may do this at once.
    """
    now = timezone.now()
    events = Event.objects.filter(status=Status.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")
    editorials = Editorial.objects.filter(status=Status.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")
    return sum(map(_publish, [*events.only("pk"), *editorials.only("pk")]))


def _publish(subject: Subject) -> bool:
    try:
        return _move(subject, Move.PUBLISH, "Published as scheduled")
    except DocumentError as error:
        reason = str(error)
    except Exception:
        logger.exception("%s %s could not be published as scheduled", type(subject).__name__, subject.pk)
        reason = "it could not be saved; the log says why."
    try:
        _move(subject, Move.UNSCHEDULE, f"Not published as scheduled: {reason}")
    except Exception:
        logger.exception("%s %s could not be sent back to review", type(subject).__name__, subject.pk)
    return False


def _move(subject: Subject, move: Move, comment: str) -> bool:
    """Whether it was still due, and so was moved on."""
    with transaction.atomic():
        subject = importer.lock(subject)
        if subject.status != Status.SCHEDULED or not subject.publish_at or subject.publish_at > timezone.now():
            return False
        editor = _scheduler(subject)
        set_state(subject, move)
        write_state(subject, editor=editor, comment=comment)
        return True


def _scheduler(subject: Subject) -> User | None:
    """Who set the moment; None if an archive did."""
    found = None
    for revision in subject.revisions.saved().filter(is_imported=False).select_related("editor").order_by("-number"):
        document = revisions.read_any(revision)
        if document.status is not Status.SCHEDULED or document.publish_at != subject.publish_at:
            break
        found = revision.editor
    return found
