"""What the desk writes and its history keeps, of whatever kind: the fields that events and editorials share."""

import datetime as dt
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from events.choices import Status
from events.documents.slugs import MAX_SLUG, RESERVED

validate_slug = RegexValidator(
    rf"^(?!(?:{'|'.join(sorted(RESERVED))})$)[^\W_]+(-+[^\W_]+)*$",
    "Use letters and digits with dashes between them; “index” and “readme” are taken.",
)


class Dated(models.Model):
    """What stands under a date of an edition, by its slug, and goes its way to readers.

    `version` grows with every write and tells a save that another came between; `last_link` is the end of the chain
    of revisions. `published_at` says since when readers know of it, null if they never did: the moment of the save, or
    what `importer` takes from an archive. `withdrawn_at` and `corrected_on` say when they were last told so, null if
    they were not.
    """

    Status = Status

    language = models.CharField(max_length=10, default="en")
    date = models.DateField()
    slug = models.CharField(
        max_length=MAX_SLUG,
        blank=True,
        validators=[validate_slug],
        help_text="The end of the event's address. Left empty, it is made from the headline.",
    )
    status = models.CharField(
        max_length=10, choices=[(status.value, status.label) for status in Status], default=Status.DRAFT.value
    )
    publish_at = models.DateTimeField(null=True, blank=True, help_text="When a scheduled event becomes public.")
    withdrawn_reason = models.TextField(blank=True, help_text="Readers see it.")
    # What readers are told was wrong: a list of {"date": "2017-02-03", "text": "…"}, the oldest first.
    corrections = models.JSONField(default=list, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    corrected_on = models.DateField(null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    last_link = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["-date", "slug"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        now = timezone.now()
        if self.is_public and not self.published_at:
            self.published_at = now
        self.withdrawn_at = (self.withdrawn_at or now) if self.status == Status.WITHDRAWN else None
        self.corrected_on = max((dt.date.fromisoformat(row["date"]) for row in self.corrections), default=None)
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str, dt.date, str]:
        return (self.language, self.date, self.slug)

    @property
    def is_public(self) -> bool:
        return self.status == Status.PUBLISHED


class FormerAddress(models.Model):
    """An address under a date that something once had."""

    language = models.CharField(max_length=10)
    date = models.DateField()
    slug = models.CharField(max_length=MAX_SLUG)

    class Meta:
        abstract = True
        ordering: ClassVar = ["date", "slug"]

    def __str__(self) -> str:
        return f"{self.date}/{self.slug}"

    def natural_key(self) -> tuple[str, dt.date, str]:
        return (self.language, self.date, self.slug)
