"""The events that an event leads to, and what they share."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, Literal, NamedTuple

from django.db import connection
from django.db.models import prefetch_related_objects

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
    that share tags: most shared tags, then newest, then by slug. Hidden ones never come. Takes at most twelve
    queries, however large the wiki is.
    """
    prefetch_related_objects([event], "event_tags__tag")  # nothing happens if a page has them already
    rows = list(event.event_tags.all())
    links = list(event.related_links.all())
    stored = _shown(event, links, rows)
    if len(stored) >= limit or any(link.kind == LinkKind.IMPORTED for link in links):
        return stored[:limit]
    without = [event.pk, *(link.target_id for link in links)]
    return stored + related_by(event.language, [row.tag for row in rows], without, limit - len(stored))


def _shown(event: Event, links: Sequence[RelatedLink], rows: Sequence[EventTag]) -> list[Related]:
    """The stored links that readers see: the pinned ones, then the imported ones."""
    if not links:
        return []
    public = Event.objects.public_in(event.language).filter(related_from__event=event).in_bulk()
    ordered = [link for kind in (LinkKind.PINNED, LinkKind.IMPORTED) for link in links if link.kind == kind]
    return [_stored(link, public[link.target_id], rows) for link in ordered if link.target_id in public]


def _stored(link: RelatedLink, target: Event, rows: Iterable[EventTag]) -> Related:
    tags = {fold(row.spelling): row.tag for row in rows} | {row.tag.key: row.tag for row in rows}
    return Related(
        event=target,
        context=tuple(SharedName(name=name, tag=tags.get(fold(name))) for name in link.context),
        note=link.note,
        kind="pinned" if link.kind == LinkKind.PINNED else "imported",
    )


def related_by(language: str, tags: Sequence[Tag], without: Collection[int], limit: int = 10) -> list[Related]:
    """The public events that share most of `tags`, but for those with the ids `without`: what `related` computes."""
    ids = [tag.pk for tag in tags]
    numbers = Sharing(ids, [*without] or [0], limit).most() if ids else {}
    events = Event.objects.public_in(language).filter(pk__in=numbers).order_by("-date", "slug")
    found = sorted(events, key=lambda other: numbers[other.pk], reverse=True)[:limit]
    shared = _shared([other.pk for other in found], ids)
    return [
        Related(
            event=other,
            context=tuple(SharedName(name=tag.name, tag=tag) for tag in tags if (other.pk, tag.pk) in shared),
            kind="computed",
        )
        for other in found
    ]


# --- Which events share most tags (docs/related.md) ---------------------------------------------------------------

FEW = 8000  # rows of tags: so many are counted at once
REACH = 2000  # otherwise the rarest tags that have so many rows together are counted first
MANY = 4000  # rows of one tag: further its size is not asked for
SCANNED = 2000  # newest rows of a frequent tag among which events with all frequent tags are looked for


class Near(NamedTuple):
    """An event by the number of tags that it shares and its date: the greater, the closer."""

    shared: int
    date: str
    event: int


class Sharing:
    """The search for the `limit` public events that share most of `tags`; never one of the events in `without`.

    Only the index `event_tag_newest` is read, in raw SQL: the ORM cannot say what is counted here.
    """

    def __init__(self, tags: Sequence[int], without: Sequence[int], limit: int) -> None:
        self._tags = list(tags)
        self._without = list(without)
        self._limit = limit

    def most(self) -> dict[int, int]:
        """The numbers of shared tags by event: of the closest, and of all that share as many as the last on its date.

        The rarest tags are counted first. An event that bears none of them shares at most the frequent ones: if
        enough events share more, no other can come before them.
        """
        sizes = self._sizes()
        self._tags = sorted(self._tags, key=lambda tag: sizes[tag])
        rare = _rare([sizes[tag][0] for tag in self._tags])
        frequent = self._tags[rare:]
        best = self._count(self._tags[:rare], frequent)
        if frequent and self._last(best).shared <= len(frequent):
            best = self._with_the_frequent(best, frequent)
        return {near.event: near.shared for near in (*best, *self._like(best[-1:]))}

    def _with_the_frequent(self, best: list[Near], frequent: list[int]) -> list[Near]:
        """`best` with those events that come before them though they bear none of the rare tags.

        If the last shares n tags, such an event shares n too and is newer, or shares more. If n is the number of
        the frequent tags, it bears them all. If not, enough new events may still bear them all.
        """
        last = self._last(best)
        since = last.date if last.shared == len(frequent) else ""
        newest = self._newest(frequent, since)
        best = self._best(best, newest)
        if since or len(frequent) == 1 or len(newest) == self._limit:
            return best
        last = self._last(best)
        if last.shared < 2:
            return self._count(self._tags, [])
        # One that shares more bears at least two of the tags that are left when the n - 1 most frequent are spared.
        kept = len(self._tags) - (last.shared - 1)
        closer = self._count(self._tags[:kept], self._tags[kept:], least=2)
        newer = self._count(self._tags, [], since=last.date)
        return self._best(best, closer, newer)

    def _best(self, *found: list[Near]) -> list[Near]:
        return sorted(set(chain(*found)), reverse=True)[: self._limit]

    def _last(self, best: list[Near]) -> Near:
        """The one that others must come before; one that shares nothing as long as there is room."""
        return best[-1] if len(best) == self._limit else Near(0, "", 0)

    def _sizes(self) -> dict[int, tuple[int, str]]:
        """How many events bear each tag, up to MANY; then the date to which so many go back."""
        newest = "SELECT date FROM events_eventtag WHERE tag_id = %s AND is_public = TRUE ORDER BY date DESC LIMIT %s"
        one = f"SELECT %s, COUNT(*), CAST(MIN(date) AS text) FROM ({newest}) AS newest"
        params = [value for tag in self._tags for value in (tag, tag, MANY)]
        rows = _fetch(" UNION ALL ".join([one] * len(self._tags)), params)
        return {int(tag): (size, date or "") for tag, size, date in rows}

    def _count(self, rare: list[int], frequent: list[int], *, least: int = 1, since: str = "") -> list[Near]:
        """The closest events after `since` that bear `least` of the `rare` tags. Their `frequent` tags count too."""
        if not rare:
            return []
        after = " AND date > %s" if since else ""
        dates: list[int | str] = [since] if since else []
        sql = f"""
            SELECT event_id, date, COUNT(*) AS shared FROM events_eventtag
            WHERE tag_id IN ({_marks(rare)}) AND is_public = TRUE{after} AND event_id NOT IN ({_marks(self._without)})
            GROUP BY event_id, date HAVING COUNT(*) >= %s"""
        params = [*rare, *dates, *self._without, least]
        if frequent:
            sql = f"""
                SELECT event_id, date, shared + (
                    SELECT COUNT(*) FROM events_eventtag AS other
                    WHERE other.event_id = bearing.event_id AND other.tag_id IN ({_marks(frequent)})
                ) AS shared FROM ({sql}) AS bearing"""
        sql = f"""
            SELECT shared, CAST(date AS text), event_id FROM ({sql}) AS counted
            ORDER BY shared DESC, counted.date DESC LIMIT %s"""
        return [Near(*row) for row in _fetch(sql, [*frequent, *params, self._limit])]

    def _newest(self, frequent: list[int], since: str) -> list[Near]:
        """The newest of the events that bear all of the `frequent` tags, after `since`.

        Without it, and with more than one tag, only the newest rows of one tag are gone through: there may be more.
        """
        first, *others = frequent
        rows = "SELECT event_id, date FROM events_eventtag WHERE tag_id = %s AND is_public = TRUE"
        params: list[int | str] = [first]
        if since:
            rows, params = f"{rows} AND date > %s", [first, since]
        elif others:
            rows, params = f"{rows} ORDER BY date DESC LIMIT %s", [first, SCANNED]
        # A subquery each, and no join: so that a planner goes through the rows by date and stops.
        bears = " AND (SELECT TRUE FROM events_eventtag WHERE event_id = one.event_id AND tag_id = %s)" * len(others)
        sql = f"""
            SELECT (SELECT COUNT(*) FROM events_eventtag
                    WHERE event_id = one.event_id AND tag_id IN ({_marks(self._tags)})),
                CAST(date AS text), event_id
            FROM ({rows}) AS one WHERE event_id NOT IN ({_marks(self._without)}){bears}
            ORDER BY one.date DESC LIMIT %s"""
        return [Near(*row) for row in _fetch(sql, [*self._tags, *params, *self._without, *others, self._limit])]

    def _like(self, last: list[Near]) -> list[Near]:
        """All events that share as many tags as the `last` one and have its date."""
        if not last:
            return []
        sql = f"""
            SELECT COUNT(*), CAST(date AS text), event_id FROM events_eventtag
            WHERE tag_id IN ({_marks(self._tags)}) AND is_public = TRUE AND date = %s
                AND event_id NOT IN ({_marks(self._without)})
            GROUP BY event_id, date HAVING COUNT(*) = %s"""
        return [Near(*row) for row in _fetch(sql, [*self._tags, last[0].date, *self._without, last[0].shared])]


def _shared(events: Sequence[int], tags: Sequence[int]) -> set[tuple[int, int]]:
    """Which of the events bear which of the tags."""
    if not events:
        return set()
    sql = f"""
        SELECT event_id, tag_id FROM events_eventtag
        WHERE event_id IN ({_marks(events)}) AND tag_id IN ({_marks(tags)})"""
    return {(event, tag) for event, tag in _fetch(sql, [*events, *tags])}


def _rare(sizes: Sequence[int]) -> int:
    """How many of the tags, the rarest first, are counted first."""
    if sum(sizes) < FEW and all(size < MANY for size in sizes):
        return len(sizes)
    return bisect_left(list(accumulate(sizes)), min(REACH, MANY))


def _marks(values: Collection[int]) -> str:
    return ", ".join(["%s"] * len(values))


def _fetch(sql: str, params: Sequence[int | str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
