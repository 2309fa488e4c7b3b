"""Every address of the site, with what a wiki holds for its parts."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group, User
from django.db.models import Count, Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from events import sitemaps
from events.models import BulkChange, Category, Editorial, Event, Proposal, Tag, TagChange
from sources.models import PublisherChange, Source


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site, by its name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry


def rows_behind(event: Event) -> dict[str, Any]:
    """What a wiki with this event, which has a tag and cites a source, holds for the parts of addresses."""
    source = Source.objects.filter(citations__event=event).exclude(publisher=None).select_related("publisher")[0]
    rows: dict[str, Model | None] = {"event": event, "tag": event.tags.all()[0], "category": Category.objects.first()}
    rows |= {"source": source, "publisher": source.publisher, "user": User.objects.first()}
    rows |= {"group": Group.objects.first(), "proposal": Proposal.objects.first()}
    rows |= {"bulk_undo": BulkChange.objects.first(), "tag_undo": TagChange.objects.first()}
    rows |= {"editorial": Editorial.objects.first()}
    rows |= {"block": Tag.objects.annotate(count=Count("event_tags")).order_by("-count")[0]}
    return rows | {"publisher_undo": PublisherChange.objects.first()}


def address_of(name: str, pattern: URLPattern, rows: dict[str, Any]) -> str:
    """The address with what stands behind it for its parts."""
    event, source = rows["event"], rows["source"]
    # The end of the address's name says whose number stands in it.
    words = name.split("_")
    row = next((rows[key] for key in ("_".join(words[-2:]), *reversed(words)) if key in rows), None)
    key = row.pk if row else 0
    values: dict[str, Any] = {"object_id": key, "id": key, "pk": key, "number": 1, "language": event.language}
    values |= {"year": event.date.year, "month": event.date.month, "day": event.date, "slug": event.slug}
    values |= {"tag": rows["tag"].key, "publisher": source.publisher.key, "key": source.key}
    values |= {"block": rows["block"].pk // sitemaps.BLOCK, "category": "sports", "kind": "rss"}
    values |= {"extension": "json", "app_label": "events", "token": uuid4()}
    parts = pattern.pattern.converters or pattern.pattern.regex.groupindex
    address = reverse(name, kwargs={part: values[part] for part in parts} or None)
    return f"{address}?app_label=events&model_name=citation&field_name=source" if "autocomplete" in name else address
