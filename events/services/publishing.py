"""What a person's save must hold before readers see it. Imports are not asked."""

from collections.abc import Collection
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format

from events.choices import Status
from events.models import Event
from sources.documents import DocumentError


class Fault(NamedTuple):
    """What hinders an event with `status`: the field, what it holds, and what to do about it."""

    status: str
    field: str
    value: str
    message: str


class NotReady(DocumentError):
    """The event cannot have the state that it was to have. `faults` are the messages by the names of the fields."""

    def __init__(self, faults: Collection[Fault]) -> None:
        self.faults = {fault.field: fault.message for fault in faults}
        super().__init__(" ".join(self.faults.values()))


def faults(event: Event) -> frozenset[Fault]:
    """What hinders the event from being in the state that it is in."""
    found: dict[str, str] = {}
    if event.status == Status.WITHDRAWN and not event.withdrawn_reason.strip():
        found["withdrawn_reason"] = "Tell readers why it was withdrawn."
    if event.status in (Status.PUBLISHED, Status.SCHEDULED):
        if not event.headline.strip():
            found["headline"] = "Say what happened."
        if not event.is_unsourced and not event.citations.all():
            found["is_unsourced"] = "Cite a source, or tick that it is unsourced; readers see that."
        moment = timezone.now()
        if event.status == Status.SCHEDULED:
            if not event.publish_at or event.publish_at <= moment:
                found["publish_at"] = "Choose a moment in the future."
            moment = event.publish_at or moment
        if event.date > timezone.localdate(moment):
            day = date_format(timezone.localdate(moment), "j F Y")
            found["date"] = f"It lies in the future: it is {day} then."
    return frozenset(
        Fault(event.status, field, str(getattr(event, field)), message) for field, message in found.items()
    )


def check(event: Event, known: Collection[Fault] = ()) -> None:
    """Raise NotReady if something hinders the event that did not hinder it before: `known` are its former faults."""
    if new := faults(event) - frozenset(known):
        raise NotReady(sorted(new))
