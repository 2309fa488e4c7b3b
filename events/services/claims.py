"""Who reviews an event, so that no two editors do the same work. A claim hinders nobody: it tells."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from events import importer
from events.choices import Status
from events.models import Claim, Event


def holding(event: Event) -> Claim | None:
    """The claim that holds, if somebody reviews the event."""
    claim = Claim.objects.filter(event=event).select_related("editor").first()
    return claim if claim and claim.holds else None


def claim(event: Event, *, editor: User) -> Claim:
    """Let the editor have the review; the claim that holds afterwards, which is another's if that one was first."""
    with transaction.atomic():
        event = importer.lock(event)
        held = holding(event)
        if held and held.editor != editor:
            return held
        values = {"editor": editor, "claimed_at": timezone.now()}
        return Claim.objects.update_or_create(event=event, defaults=values)[0]


def keep_claim(event: Event, editor: User) -> None:
    """Note a sign of life of the editor, whose claim then lasts on."""
    Claim.objects.filter(event=event, editor=editor).update(claimed_at=timezone.now())


def release(event: Event) -> None:
    """Free the event: the review is decided, or its editor gives it back."""
    Claim.objects.filter(event=event).delete()


def release_decided(event: Event, former: str) -> None:
    """Free an event that was in review, in the state `former`, and is no longer."""
    if former == Status.REVIEW and event.status != Status.REVIEW:
        release(event)
