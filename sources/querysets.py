"""The words in which the other rooms ask for sources and publishers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlsplit

from django.apps import apps
from django.db import models

from sources.documents.folding import fold
from sources.documents.labels import agency_and_publisher

if TYPE_CHECKING:
    import datetime as dt

    from sources.models import Fetch, Publisher, PublisherAlias, Source


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
        rows = apps.get_model("sources", "PublisherAlias")._default_manager.filter(key__in=keys)
        aliases = dict(rows.values_list("key", "publisher"))
        publishers = self.in_bulk(aliases.values()) if aliases else {}
        found |= {key: publishers[pk] for key, pk in aliases.items() if pk in publishers and key not in found}
        return found

    def at_home(self, url: str) -> "Publisher | None":
        """The publisher whose homepage is on the host of an address, if it is the only one."""
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        homes = self.filter(homepage__icontains=f"/{host}") | self.filter(homepage__icontains=f"www.{host}")
        found = [one for one in homes if (urlsplit(one.homepage).hostname or "").removeprefix("www.") == host]
        return found[0] if host and len(found) == 1 else None

    def by_label(self, labels: Iterable[str]) -> dict[str, "Labelled"]:
        """Whom each of the labels of citations names, if it is known; a whole label before its parts."""
        parts = {label: agency_and_publisher(label) for label in labels if label}
        known = self.by_any_name(name for label, both in parts.items() for name in (label, *both) if name)
        found = {}
        for label, (agency, publisher) in parts.items():
            if whole := known.get(fold(label)):
                found[label] = Labelled(whole, None)
            else:
                found[label] = Labelled(known.get(fold(publisher)), known.get(fold(agency)) if agency else None)
        return found


class Labelled(NamedTuple):
    """The publisher and the agency that a label names."""

    publisher: "Publisher | None"
    agency: "Publisher | None"


NOBODY = Labelled(None, None)


class SourceQuerySet(models.QuerySet["Source"]):
    def get_by_natural_key(self, key: str) -> "Source":
        return self.get(key=key)

    def at(self, key: str) -> Self:
        """The source that `key` names, also by what was its key before its address was known."""
        return self.filter(models.Q(key=key) | models.Q(title_key=key))

    def dead(self) -> Self:
        """Those whose servers say that the article is gone."""
        fetches = apps.get_model("sources", "Fetch")._default_manager
        return self.filter(models.Exists(fetches.filter(key=models.OuterRef("key"), outcome="dead")))


class FetchQuerySet(models.QuerySet["Fetch"]):
    def get_by_natural_key(self, key: str) -> "Fetch":
        return self.get(key=key)

    def due(self, now: "dt.datetime") -> Self:
        """Those to try now, the longest waiting first."""
        return self.filter(due_at__lte=now).order_by("due_at")
