"""What others published, and who published it."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from sources.documents.folding import digest, fold
from sources.documents.names import MAX_NAME, name_fault
from sources.documents.urls import is_web_address, normalise_url, short_address
from sources.querysets import FetchQuerySet, PublisherAliasQuerySet, PublisherQuerySet, SourceQuerySet


def validate_web_address(value: str) -> None:
    """Raise ValidationError unless `value` is a complete http or https address."""
    if not is_web_address(value):
        raise ValidationError("Give a complete web address that begins with http:// or https://.")


def validate_name(value: str) -> None:
    """Raise ValidationError unless `value` can name something: a tag, a publisher, a category."""
    if fault := name_fault(value):
        raise ValidationError(fault)


class Publisher(models.Model):
    """Who publishes: a newspaper, an agency, a station. Known by its folded name."""

    name = models.CharField(
        max_length=MAX_NAME,
        validators=[validate_name],
        help_text="As readers should see it: Reuters, The Hill, KCUR.",
    )
    key = models.CharField(max_length=MAX_NAME, unique=True, editable=False)
    homepage = models.CharField(max_length=2000, blank=True, validators=[validate_web_address])

    objects = PublisherQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["key"]
        permissions: ClassVar = [("merge_publisher", "Can merge publishers, and undo it")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if Publisher.objects.exclude(pk=self.pk).by_any_name([self.name]):
            raise ValidationError({"name": "Another publisher has this name or alias."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(self.name)
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.key,)

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called, its own name first."""
        return (self.name, *(alias.name for alias in self.aliases.all()))

    def rekey_sources(self) -> None:
        """Let the keys of what it published follow its changed name.

        Where another source has the new key already, the source keeps its own, so that both stay.
        """
        sources = list(self.published_sources.exclude(title="").defer("body"))
        wanted = {title_key(self.key, source.title) for source in sources if not source.url}
        taken = set(Source.objects.filter(key__in=wanted).values_list("key", flat=True))
        for source in sources:
            former = source.key
            source.derive()
            if source.key in taken:
                source.key = former
            taken.add(source.key)
        Source.objects.bulk_update(sources, ["key", "title_key"], batch_size=500)


class PublisherAlias(models.Model):
    """Another name that a publisher signs with, by which its articles and labels are recognised."""

    publisher = models.ForeignKey(Publisher, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=MAX_NAME, validators=[validate_name])
    key = models.CharField(max_length=MAX_NAME, unique=True, editable=False)

    objects = PublisherAliasQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["key"]
        verbose_name_plural = "publisher aliases"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if Publisher.objects.exclude(pk=self.publisher_id).filter(key=fold(self.name)).exists():
            raise ValidationError({"name": "A publisher of its own has this name."})
        if PublisherAlias.objects.exclude(publisher=self.publisher_id).filter(key=fold(self.name)).exists():
            raise ValidationError({"name": "Another publisher has this name."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(self.name)
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.key,)


class PublisherChange(models.Model):
    """A merge of two publishers: all that the undo needs.

    `gone` is the publisher that was merged into `publisher`, as it was: its own fields, its aliases, and the ids of its
    sources.
    """

    publisher = models.ForeignKey(Publisher, models.CASCADE, related_name="changes")
    gone = models.JSONField()
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="publisher_changes"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.gone['name']} → {self.publisher}"


class Source(models.Model):
    """One item that somebody published.

    `key` is its identity: its normalised address, else its publisher and folded title (docs/formats.md). `title_key`
    is the latter in any case, so that a source is still found after its address became known.
    """

    title = models.TextField(max_length=2000, blank=True)
    url = models.CharField("address", max_length=2000, blank=True, validators=[validate_web_address])
    archived_url = models.CharField(
        "archived copy",
        max_length=2000,
        blank=True,
        validators=[validate_web_address],
        help_text="Where a copy of the article is kept: https://web.archive.org/web/2017…",
    )
    publisher = models.ForeignKey(Publisher, models.PROTECT, null=True, blank=True, related_name="published_sources")
    seen_at = models.ForeignKey(
        Publisher,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="syndicated_sources",
        help_text="Whose site it was read on, where that is not the publisher's own.",
    )
    section = models.CharField(max_length=255, blank=True)
    authors = models.JSONField(default=list, blank=True)
    contributors = models.JSONField(default=list, blank=True)
    published_on = models.DateField(null=True, blank=True)
    updated = models.CharField(max_length=255, blank=True, help_text="As the article has it, for example “2:52 p.m.”.")
    tags = models.JSONField(default=list, blank=True, help_text="The publisher's own tags.")
    caption = models.TextField(blank=True)
    credit = models.TextField(blank=True)
    abstract = models.TextField(blank=True, help_text="What the article says, in your own words. Readers see it.")
    copyright = models.CharField(max_length=500, blank=True, help_text="Year and holder: 2023 Nexstar Media Inc.")
    body = models.TextField(blank=True, help_text="The full text, for editors only. It is never shown to readers.")
    key = models.CharField(max_length=32, unique=True, editable=False)
    title_key = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def shown_title(self) -> str:
        """Its title as readers see it, else its address."""
        return self.title or short_address(self.url)

    def clean(self) -> None:
        if not self.title and not self.url:
            raise ValidationError("A source needs a title or an address.")
        self.derive()
        if Source.objects.exclude(pk=self.pk).filter(key=self.key).exists():
            raise ValidationError("This source is in the wiki already.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("events:source", kwargs={"language": settings.EDITIONS[0], "key": self.key})

    def derive(self) -> None:
        """Set the fields that follow from the others."""
        self.title_key = title_key(self.publisher.key if self.publisher else "", self.title)
        self.key = url_key(self.url) or self.title_key

    def natural_key(self) -> tuple[str]:
        return (self.key,)


class Fetch(models.Model):
    """What is known of asking for the page of an address: it is asked for in the background, by `manage.py work`.

    `key` is that of a source with the address, which may be still to be made. `due_at` is when to try next, null when
    that is over. `found` is what the page says, in the words of `ArticleDocument`, until a source has it.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        FOUND = "found"
        NOTHING = "nothing", "No article"
        DEAD = "dead"
        FAILED = "failed", "Given up"

    key = models.CharField(max_length=32, unique=True)
    url = models.CharField("address", max_length=2000)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(max_length=255, blank=True)
    found = models.JSONField(default=dict, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = FetchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        verbose_name_plural = "fetches"
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="fetch_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["outcome"], name="fetch_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.url[:100]}: {self.get_outcome_display()}"

    def natural_key(self) -> tuple[str]:
        return (self.key,)


def url_key(url: str) -> str:
    """The identity of a source with an address; empty without one."""
    return digest("url", normalise_url(url)) if url else ""


def title_key(publisher_key: str, title: str) -> str:
    """The identity of a source without an address; empty without a title."""
    return digest("title", publisher_key, fold(title)) if title else ""
