"""The events that an event leads to, and what they share."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count

from events.choices import LinkKind
from events.models import Event, EventTag, RelatedLink, Tag
from sources.documents.folding import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedName:
    """One name of a context, and the tag that it names if the event bears it."""

    name: str
    tag: Tag | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """One related event: what both share, an editor's note why, and how it came here."""

    event: Event
    context: tuple[SharedName, ...]
    note: str = ""
    kind: Literal["pinned", "imported", "computed"]


def related(event: Event, limit: int = 10) -> list[Related]:
    """Return at most `limit` public events of the same language, the closest first.

    Pinned ones come first; then the imported ones as the archive ordered them or, where there are none, those
    that share tags: most shared tags, then newest, then by slug. Hidden ones never come. Takes at most five
    queries.
    """
    rows = list(event.event_tags.select_related("tag"))
    links = list(event.related_links.all())
    public = Event.objects.published().in_language(event.language).filter(related_from__event=event).in_bulk()
    pinned = [link for link in links if link.kind == LinkKind.PINNED]
    imported = [link for link in links if link.kind == LinkKind.IMPORTED]
    stored = [_stored(link, public[link.target_id], rows) for link in pinned + imported if link.target_id in public]
    if imported or len(stored) >= limit:
        return stored[:limit]
    known = {link.target_id for link in links}
    return stored + _computed(event, rows, known, limit - len(stored))


def _stored(link: RelatedLink, target: Event, rows: Iterable[EventTag]) -> Related:
    tags = {fold(row.spelling): row.tag for row in rows} | {row.tag.key: row.tag for row in rows}
    return Related(
        event=target,
        context=tuple(SharedName(name=name, tag=tags.get(fold(name))) for name in link.context),
        note=link.note,
        kind="pinned" if link.kind == LinkKind.PINNED else "imported",
    )


def _computed(event: Event, rows: list[EventTag], without: set[int], limit: int) -> list[Related]:
    """The events that share most of the tags in `rows`, but for those whose ids are in `without`."""
    tags = [row.tag_id for row in rows]
    found = list(
        Event.objects.published()
        .in_language(event.language)
        .filter(event_tags__tag__in=tags)
        .exclude(pk__in={event.pk, *without})
        .annotate(shared=Count("event_tags"))
        .order_by("-shared", "-date", "slug")[:limit]
    )
    shared = defaultdict(set)
    for event_id, tag_id in EventTag.objects.filter(event__in=found, tag__in=tags).values_list("event", "tag"):
        shared[event_id].add(tag_id)
    return [
        Related(
            event=other,
            context=tuple(SharedName(name=row.tag.name, tag=row.tag) for row in rows if row.tag_id in shared[other.pk]),
            kind="computed",
        )
        for other in found
    ]
