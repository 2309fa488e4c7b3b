"""What editors have in hand: open forms with what is typed in them, reviews, proposals, bulk changes, filters."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from events.models.history import Revision
from events.models.opinion import Editorial
from events.models.wiki import Event
from events.querysets import OpenFormQuerySet, SavedFilterQuerySet

CLAIM_LASTS = dt.timedelta(minutes=30)


class OpenForm(models.Model):
    """A form of an event or an editorial that somebody has open, and what is typed in it so far.

    `token` names the one form in the one window. `kind` is the name of the model of which it is a form; the row of it
    is null while it is still to be made. `version` is the one
    that was opened. `data` is the form as a browser would post it, empty until something is typed. `seen_at` is the
    last sign of life of the window: who was seen a moment ago has the event open.
    """

    token = models.UUIDField(primary_key=True)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_forms")
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="open_forms")
    editorial = models.ForeignKey(Editorial, models.CASCADE, null=True, blank=True, related_name="open_forms")
    kind = models.CharField(max_length=10, default="event", db_default="event")
    version = models.PositiveIntegerField(default=0)
    data = models.TextField(blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    typed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField()

    objects = OpenFormQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-seen_at"]
        indexes: ClassVar = [models.Index(fields=["event", "seen_at"], name="open_form_presence")]

    def __str__(self) -> str:
        return f"{self.editor}: {self.subject or f'a new {self.kind}'}"

    @property
    def subject(self) -> Event | Editorial | None:
        """What it is a form of; None while that is still to be made."""
        return self.editorial or self.event


class Claim(models.Model):
    """An editor who reviews an event. `claimed_at` is the last sign of life."""

    event = models.OneToOneField(Event, models.CASCADE, related_name="claim")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims")
    claimed_at = models.DateTimeField()

    objects = models.Manager()

    def __str__(self) -> str:
        return f"{self.editor}: {self.event}"

    @property
    def holds(self) -> bool:
        return self.claimed_at > timezone.now() - CLAIM_LASTS


class Proposal(models.Model):
    """A change of a public event by somebody who may not publish; an editor accepts or rejects it.

    `revision` holds the event as its author wants it, `base` is the number of the saved revision that the author had
    opened. `reply` is the editor's word to the author. Undecided while `decided_at` is null.
    """

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="proposal")
    event = models.ForeignKey(Event, models.CASCADE, related_name="proposals")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals")
    base = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decided_proposals"
    )
    is_accepted = models.BooleanField(default=False)
    reply = models.CharField(max_length=500, blank=True)

    objects = models.Manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["decided_at", "made_at"], name="proposal_open")]

    def __str__(self) -> str:
        return f"{self.author}: {self.event}"

    @property
    def outcome(self) -> str:
        """What became of it, in a word or two."""
        if not self.decided_at:
            return "Not yet decided"
        if self.is_accepted:
            return "Accepted"
        return "Replaced" if self.decided_by_id == self.author_id else "Rejected"


class BulkChange(models.Model):
    """One action on many events. `changes` are [event, number before, number after] of each, for the undo."""

    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_changes")
    description = models.CharField(max_length=500)
    changes = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.description


class SavedFilter(models.Model):
    """A question to the list of events that somebody asks again: the query of its address, under a name."""

    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=1000)
    is_shared = models.BooleanField(default=False, help_text="Whether the other editors see it too.")

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["editor", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name
