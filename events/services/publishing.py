"""What a person's save must hold before readers see it. Imports are not asked."""

from collections.abc import Collection
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format

from events.choices import Status
from events.models import Editorial, Subject
from sources.documents import DocumentError


class Fault(NamedTuple):
    """What hinders an event or editorial with `status`: the field, what it holds, and what to do about it."""

    status: str
    field: str
    value: str
    message: str


class NotReady(DocumentError):
    """It cannot have the state that it was to have. `faults` are the messages by the names of the fields."""

    def __init__(self, faults: Collection[Fault]) -> None:
        self.faults = {fault.field: fault.message for fault in faults}
        super().__init__(" ".join(self.faults.values()))


def faults(subject: Subject) -> frozenset[Fault]:
    """What hinders the event or editorial from being in the state that it is in."""
    found: dict[str, str] = {}
    if subject.status == Status.WITHDRAWN and not subject.withdrawn_reason.strip():
        found["withdrawn_reason"] = "Tell readers why it was withdrawn."
    if subject.status in (Status.PUBLISHED, Status.SCHEDULED):
        found |= _missing(subject)
        moment = timezone.now()
        if subject.status == Status.SCHEDULED:
            if not subject.publish_at or subject.publish_at <= moment:
                found["publish_at"] = "Choose a moment in the future."
            moment = subject.publish_at or moment
        if subject.date > timezone.localdate(moment):
            day = date_format(timezone.localdate(moment), "j F Y")
            found["date"] = f"It lies in the future: it is {day} then."
    return frozenset(
        Fault(subject.status, field, str(getattr(subject, field)), message) for field, message in found.items()
    )


def _missing(subject: Subject) -> dict[str, str]:
    if isinstance(subject, Editorial):
        return {} if subject.body.strip() else {"body": "Say what the author thinks."}
    found = {}
    if not subject.headline.strip():
        found["headline"] = "Say what happened."
    if not subject.is_unsourced and not subject.citations.all():
        found["is_unsourced"] = "Cite a source, or tick that it is unsourced; readers see that."
    return found


def check(subject: Subject, known: Collection[Fault] = ()) -> None:
    """Raise NotReady if something hinders it that did not hinder it before: `known` are its former faults."""
    if new := faults(subject) - frozenset(known):
        raise NotReady(sorted(new))
