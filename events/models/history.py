"""What makes events provable and undoable: their states, what imports say otherwise, what was merged or erased."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.choices import RevisionKind
from events.models.opinion import Editorial
from events.models.wiki import Event, Tag
from events.querysets import RevisionQuerySet


def one_subject(name: str) -> models.CheckConstraint:
    """That a row is of one event or of one editorial."""
    either = Q(event__isnull=False, editorial=None) | Q(event=None, editorial__isnull=False)
    return models.CheckConstraint(condition=either, name=name)


def subject_of(row: "Revision | Erasure") -> Event | Editorial:
    """The event or editorial that the row is of."""
    subject = row.editorial or row.event
    assert subject is not None  # noqa: S101  # `one_subject`
    return subject


class Revision(models.Model):
    """One state of an event or an editorial as a whole: its document as canonical JSON text.

    Never changed, but for an erasure. `as_of` says when the state held, `recorded_at` when it came in. `is_imported`
    marks what archives say, untouched by editors: the newest such state is what the next import is compared with.
    `kind` tells states from what somebody only wanted it to say. `link` chains each to the one before (see
    events/revisions.py). With an `erasure` a passage is gone from the document, and `text_hash` is that of the text as
    it was.
    """

    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="revisions")
    editorial = models.ForeignKey(
        Editorial, models.CASCADE, null=True, blank=True, related_name="revisions", db_index=False
    )  # the beginning of an index below
    number = models.PositiveIntegerField()
    document = models.TextField()
    schema = models.PositiveSmallIntegerField()
    as_of = models.DateTimeField()
    recorded_at = models.DateTimeField()
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="event_revisions"
    )
    contributor = models.CharField(max_length=255, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    is_imported = models.BooleanField(default=False)
    kind = models.CharField(
        max_length=10,
        choices=[(kind.value, kind.label) for kind in RevisionKind],
        default=RevisionKind.SAVED.value,
        db_default=RevisionKind.SAVED.value,
    )
    erasure = models.ForeignKey("Erasure", models.PROTECT, null=True, blank=True, related_name="revisions")
    text_hash = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "number"], name="revision_number"),
            # In a wiki of very many events and few editorials.
            models.UniqueConstraint(
                fields=["editorial", "number"], name="editorial_number", condition=Q(editorial__isnull=False)
            ),
            one_subject("revision_of_one"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.number})"

    def natural_key(self) -> tuple[object, ...]:
        """That of the event and the number; of an editorial with its kind behind it."""
        key = (*self.subject.natural_key(), self.number)
        return (*key, "editorial") if self.editorial_id else key

    natural_key.dependencies = ["events.event", "events.editorial"]  # type: ignore[attr-defined]

    @property
    def subject(self) -> Event | Editorial:
        return subject_of(self)


class Conflict(models.Model):
    """A field of an event that an archive changed after an editor did. The editor's text stays until one decides.

    `revision` holds what the archive says. The row goes when an editor has decided.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=30)
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="conflicts")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "field"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.event}: {self.field}"


class LookAlike(models.Model):
    """Two events of one day whose headlines look alike: one event told twice, or two events; an editor decides.

    `one` is the older row. A decided pair stays, so that no import proposes it again.
    """

    one = models.ForeignKey(Event, models.CASCADE, related_name="look_alikes")
    other = models.ForeignKey(Event, models.CASCADE, related_name="look_alikes_before")
    likeness = models.PositiveSmallIntegerField(help_text="How alike the headlines are, of 100.")
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="decided_look_alikes"
    )

    objects = models.Manager()

    class Meta:
        ordering: ClassVar = ["-likeness", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["one", "other"], name="look_alike_once")]
        indexes: ClassVar = [models.Index(fields=["decided_at", "-likeness"], name="look_alike_open")]

    def __str__(self) -> str:
        return f"{self.one} / {self.other}"


class TagChange(models.Model):
    """A merge of two tags: all that the undo needs, without a revision of any event.

    `gone` is the tag that was merged into `tag`, as it was: its own fields, its aliases, and the rows of its events.
    """

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="changes")
    gone = models.JSONField()
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tag_changes"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.gone['name']} → {self.tag}"


class ReadDocument(models.Model):
    """The SHA-256 of a document that was imported: the same bytes bring nothing new, whatever was edited since."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    read_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256


class Erasure(models.Model):
    """A passage that was taken out of something and its whole history for legal reasons; what it was is not kept."""

    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="erasures")
    editorial = models.ForeignKey(Editorial, models.PROTECT, null=True, blank=True, related_name="erasures")
    reason = models.TextField(help_text="Readers of the history see it.")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="erasures")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [one_subject("erasure_of_one")]

    def __str__(self) -> str:
        return f"{subject_of(self)}: {self.reason}"
