"""The words in which the other rooms ask for sources and publishers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models

from sources.documents.folding import fold

if TYPE_CHECKING:
    from sources.models import Publisher, PublisherAlias, Source


class PublisherAliasQuerySet(models.QuerySet["PublisherAlias"]):
    def get_by_natural_key(self, key: str) -> "PublisherAlias":
        return self.get(key=key)


class PublisherQuerySet(models.QuerySet["Publisher"]):
    def get_by_natural_key(self, key: str) -> "Publisher":
        return self.get(key=key)

    def by_any_name(self, names: Iterable[str]) -> dict[str, "Publisher"]:
        """The publishers known under one of `names` or an alias of theirs, by the folded name."""
        keys = {fold(name) for name in names if name}
        found = {publisher.key: publisher for publisher in self.filter(key__in=keys)}
        for publisher in self.filter(aliases__key__in=keys).distinct().prefetch_related("aliases"):
            found |= {alias.key: publisher for alias in publisher.aliases.all() if alias.key in keys - found.keys()}
        return found


class SourceQuerySet(models.QuerySet["Source"]):
    def get_by_natural_key(self, key: str) -> "Source":
        return self.get(key=key)

    def at(self, key: str) -> Self:
        """The source that `key` names, also by what was its key before its address was known."""
        return self.filter(models.Q(key=key) | models.Q(title_key=key))
