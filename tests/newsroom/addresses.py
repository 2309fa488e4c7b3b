"""Every address of the site, with what a wiki holds for its parts."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from events.models import BulkChange, Category, Event, Proposal, TagChange
from sources.models import PublisherChange, Source


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site, by its name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry


def address_of(name: str, pattern: URLPattern, event: Event) -> str:
    """The address with what a wiki with this event, which has a tag and cites a source, holds for its parts."""
    source = Source.objects.filter(citations__event=event).exclude(publisher=None)[0]
    assert source.publisher
    tag = event.tags.all()[0]
    rows: dict[str, Model | None] = {"event": event, "tag": tag, "category": Category.objects.first(), "source": source}
    rows |= {"publisher": source.publisher, "user": User.objects.first(), "group": Group.objects.first()}
    rows |= {"proposal": Proposal.objects.first(), "bulk_undo": BulkChange.objects.first()}
    rows |= {"tag_undo": TagChange.objects.first(), "publisher_undo": PublisherChange.objects.first()}
    # The end of the address's name says whose number stands in it.
    words = name.split("_")
    row = next((rows[key] for key in ("_".join(words[-2:]), *reversed(words)) if key in rows), None)
    key = row.pk if row else 0
    values: dict[str, Any] = {"object_id": key, "id": key, "pk": key, "number": 1, "language": event.language}
    values |= {"year": event.date.year, "month": event.date.month, "day": event.date, "slug": event.slug}
    values |= {"tag": tag.key, "publisher": source.publisher.key, "key": source.key}
    values |= {"category": "sports", "kind": "rss", "extension": "json", "app_label": "events", "token": uuid4()}
    parts = pattern.pattern.converters or pattern.pattern.regex.groupindex
    address = reverse(name, kwargs={part: values[part] for part in parts} or None)
    return f"{address}?app_label=events&model_name=citation&field_name=source" if "autocomplete" in name else address
