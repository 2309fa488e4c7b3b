"""What the wiki's writers think of what happened, apart from the events."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from events.models.dated import Dated, FormerAddress
from events.querysets import EditorialQuerySet, RedirectQuerySet
from sources.documents.names import MAX_NAME
from sources.models import validate_name

MAX_TITLE = 300


class Editorial(Dated):
    """A piece of opinion by a named author."""

    title = models.CharField(max_length=MAX_TITLE)
    author = models.CharField(
        max_length=MAX_NAME, validators=[validate_name], help_text="Whose opinion it is, as readers see the name."
    )
    standfirst = models.TextField(blank=True, help_text="What it says, in one or two sentences.")
    body = models.TextField(
        help_text="In Markdown. [[Name]] links to a tag's page, [[Name|words]] under other words.",
    )

    objects = EditorialQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "date", "slug"], name="editorial_identity")
        ]
        indexes: ClassVar = [models.Index(fields=["language", "status", "date"], name="editorial_public")]
        permissions: ClassVar = [
            ("publish_editorial", "Can publish and withdraw editorials"),
            ("erase_editorial", "Can erase a passage from an editorial and its whole history"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:editorial", kwargs={"language": self.language, "day": self.date, "slug": self.slug})


class EditorialRedirect(FormerAddress):
    """An address that an editorial once had."""

    editorial = models.ForeignKey(Editorial, models.CASCADE, related_name="redirects")

    objects = RedirectQuerySet.as_manager()

    class Meta(FormerAddress.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "date", "slug"], name="editorial_redirect_from")
        ]
