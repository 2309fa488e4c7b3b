"""What happened: events and what they consist of."""

import datetime as dt
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from events.choices import LinkKind, Status
from events.models.dated import Dated, FormerAddress
from events.querysets import (
    CategoryQuerySet,
    CitationQuerySet,
    EventQuerySet,
    EventTagQuerySet,
    RedirectQuerySet,
    RelatedLinkQuerySet,
    TagAliasQuerySet,
    TagQuerySet,
)
from sources.documents.folding import fold
from sources.documents.names import MAX_NAME
from sources.models import Publisher, Source, validate_name

MAX_HEADLINE = 2000
_LEADS = Q(is_public=True, topic_position__isnull=False)  # of a public event's tags those that are topics of it


class Category(models.Model):
    """One of a short fixed list. `aliases` are the spellings by which archives name it."""

    name = models.CharField(max_length=MAX_NAME, unique=True, validators=[validate_name])
    key = models.CharField(max_length=MAX_NAME, unique=True, editable=False)
    aliases = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(self.name)
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.key,)


class Tag(models.Model):
    """Who, where or what an event is about. Known by its language and folded name.

    `name` is the spelling that readers see: the editor's if `is_name_chosen`, else the one most used by events.
    """

    language = models.CharField(max_length=10, default="en")
    name = models.CharField(max_length=MAX_NAME, validators=[validate_name])
    key = models.CharField(max_length=MAX_NAME, editable=False)
    is_name_chosen = models.BooleanField(
        default=False, help_text="Whether an editor chose this spelling, so that imports leave it."
    )
    description = models.TextField(blank=True, help_text="One line: what this is.")
    wikidata = models.CharField(
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^Q[1-9]\d*$", "A Wikidata number looks like Q42.")],
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["language", "key"], name="tag_key")]
        indexes: ClassVar = [models.Index(fields=["wikidata"], name="tag_wikidata", condition=~Q(wikidata=""))]
        permissions: ClassVar = [("merge_tag", "Can merge tags, and undo it")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("events:tag", kwargs={"language": self.language, "tag": self.key})

    def natural_key(self) -> tuple[str, str]:
        return (self.language, self.key)

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called, its own name first."""
        return (self.name, *(alias.name for alias in self.aliases.all()))


class TagAlias(models.Model):
    """Another name of a tag; imports and old documents are read through it."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="aliases")
    language = models.CharField(max_length=10, editable=False)
    name = models.CharField(max_length=MAX_NAME, validators=[validate_name])
    key = models.CharField(max_length=MAX_NAME, editable=False)

    objects = TagAliasQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["key"]
        verbose_name_plural = "tag aliases"
        constraints: ClassVar = [models.UniqueConstraint(fields=["language", "key"], name="tag_alias_key")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(self.name)
        self.language = self.tag.language
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str, str]:
        return (self.language, self.key)


class Event(Dated):
    """What happened on one date of the wiki.

    `is_stub` says that the event is known only from links to it: its own document replaces what they say.
    """

    headline = models.TextField(max_length=MAX_HEADLINE, help_text="What happened, in one to three sentences.")
    summary = models.TextField(
        blank=True,
        help_text="More, in Markdown. [[Name]] links to a tag's page, [[Name|words]] under other words.",
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="events", db_index=False
    )  # the beginning of an index below
    tags = models.ManyToManyField(Tag, through="EventTag", related_name="events")
    image_url = models.CharField("image", max_length=2000, blank=True)
    image_caption = models.TextField(blank=True)
    image_credit = models.TextField(blank=True)
    is_unsourced = models.BooleanField("unsourced", default=False, help_text="Readers see that no source is cited.")
    is_stub = models.BooleanField("stub", default=False, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["language", "date", "slug"], name="event_identity")]
        indexes: ClassVar = [
            # With when each was changed, so that the sitemap's index need not read the rows; and with its id, so that
            # PostgreSQL need not either, to know the dates of what a publisher is cited for.
            models.Index(fields=["language", "status", "date", "updated_at", "id"], name="event_public"),
            models.Index(fields=["language", "status", "published_at"], name="event_published"),
            models.Index(fields=["category", "language", "status", "published_at"], name="event_of_category"),
            models.Index(fields=["-date", "slug"], name="event_newest"),
            # The few that are on their way or lack something, in a wiki of very many that are public.
            models.Index(fields=["status", "date"], name="event_unpublished", condition=~Q(status=Status.PUBLISHED)),
            models.Index(fields=["is_stub", "date"], name="event_unsourced", condition=Q(is_unsourced=True)),
            models.Index(
                fields=["language", "corrected_on"], name="event_corrected", condition=Q(corrected_on__isnull=False)
            ),
            models.Index(
                fields=["language", "withdrawn_at"], name="event_withdrawn", condition=Q(withdrawn_at__isnull=False)
            ),
        ]
        permissions: ClassVar = [
            ("publish_event", "Can publish and withdraw events, and decide what others propose"),
            ("erase_event", "Can erase a passage from an event and its whole history"),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return reverse("events:event", kwargs={"language": self.language, "day": self.date, "slug": self.slug})

    @property
    def topics(self) -> "list[EventTag]":
        """The event's leading tags, broadest first; from the prefetched rows where there are some."""
        leading = [row for row in self.event_tags.all() if row.topic_position is not None]
        return sorted(leading, key=lambda row: row.topic_position or 0)


class EventTag(models.Model):
    """An event's tag. `position` orders all, `topic_position` the leading ones; null says a mention.

    `spelling` is the name as the event's own documents write it. `date` and `is_public` are the event's, said again
    so that one index knows the newest public events of a tag; whoever writes an event's tags writes them along.
    """

    # Each foreign key is the beginning of an index below, and needs none of its own.
    event = models.ForeignKey(Event, models.CASCADE, related_name="event_tags", db_index=False)
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="event_tags", db_index=False)
    spelling = models.CharField(max_length=255)
    position = models.PositiveSmallIntegerField()
    topic_position = models.PositiveSmallIntegerField(null=True, blank=True)
    date = models.DateField(editable=False)
    is_public = models.BooleanField(editable=False)

    objects = EventTagQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "tag"], name="event_tag_once")]
        indexes: ClassVar = [
            models.Index(fields=["tag", "is_public", "date", "event"], name="event_tag_newest"),
            # A quarter of the rows: the topics of some days, and those of all time.
            models.Index(fields=["date", "tag"], name="event_tag_running", condition=_LEADS),
            models.Index(fields=["tag"], name="event_tag_leading", condition=_LEADS),
        ]

    def __str__(self) -> str:
        return self.spelling

    def natural_key(self) -> tuple[str, dt.date, str, str]:
        return (*self.event.natural_key(), self.tag.key)

    natural_key.dependencies = ["events.event", "events.tag"]  # type: ignore[attr-defined]


class Citation(models.Model):
    """Event → source, under the label that readers see.

    An archive may have the label alone; then `publisher` says whom it names, if that is known. `agency` says whose
    report it is where the label reads "Agency via Publisher".
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="citations")
    # Source and publisher are the beginnings of indexes below, and need none of their own.
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="citations", db_index=False)
    publisher = models.ForeignKey(
        Publisher, models.PROTECT, null=True, blank=True, related_name="citations", editable=False, db_index=False
    )
    agency = models.ForeignKey(
        Publisher, models.PROTECT, null=True, blank=True, related_name="agency_citations", editable=False
    )
    label = models.CharField(max_length=255, blank=True, help_text="As readers see it: Reuters.")
    position = models.PositiveSmallIntegerField(default=0)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        indexes: ClassVar = [
            models.Index(fields=["source", "event"], name="citation_of_source"),
            models.Index(fields=["publisher", "event"], name="citation_of_publisher"),
            # The labels that name nobody: a list for editors, and its length on their first page. SQLite takes
            # the index of a foreign key instead unless both stand in this one.
            models.Index(
                fields=["source", "publisher", "label"],
                name="citation_nameless",
                condition=Q(source=None, publisher=None),
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.source or "")

    def natural_key(self) -> tuple[str, dt.date, str, int]:
        return (*self.event.natural_key(), self.position)

    natural_key.dependencies = ["events.event"]  # type: ignore[attr-defined]


class RelatedLink(models.Model):
    """A stored link from one event to another; `context` are the shared names as the archive or editor wrote them."""

    Kind = LinkKind

    event = models.ForeignKey(Event, models.CASCADE, related_name="related_links")
    target = models.ForeignKey(Event, models.CASCADE, related_name="related_from")
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.label) for kind in LinkKind], default=LinkKind.PINNED.value
    )
    context = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True, help_text="Why, in one sentence. Readers see it.")
    position = models.PositiveSmallIntegerField(default=0)

    objects = RelatedLinkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "target"], name="related_once"),
            models.CheckConstraint(condition=~Q(event=models.F("target")), name="related_not_to_itself"),
        ]

    def __str__(self) -> str:
        return str(self.target)

    def natural_key(self) -> tuple[str, dt.date, str, dt.date, str]:
        return (*self.event.natural_key(), self.target.date, self.target.slug)

    natural_key.dependencies = ["events.event"]  # type: ignore[attr-defined]


class Redirect(FormerAddress):
    """An address that an event once had."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="redirects")

    objects = RedirectQuerySet.as_manager()

    class Meta(FormerAddress.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["language", "date", "slug"], name="redirect_from")]
