"""Two tags → one, and back. No event gets a revision: a document's names are read through the aliases of the day.

A merge leaves one TagChange, whose `gone` holds all that the undo needs (`Gone`). Rows of EventTag that pointed to the
gone tag point to the kept one and keep their spelling; of an event that bears both, the kept tag's row stays, and
leads if either did. Undone, a row returns to the tag that is back if its event still bears it:

- a row that moved returns unless it was spelt anew since; so does every later one spelt by a name of that tag;
- where the event bore both, the lost row returns at its place if the other is as the merge left it; if it was written
  since, it stays as it is, and the lost one returns behind all others;
- an event that no longer bears the kept tag gets nothing back.

Merges of tags without common events are undone in any order; otherwise the later one first.
"""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from django.contrib.auth.models import User
from django.utils import timezone

from events.importer.tags import refresh_names
from events.models import EventTag, Tag, TagAlias, TagChange
from sources.bulk import STATEMENT, chunks
from sources.documents.folding import fold


class Place(NamedTuple):
    """How an event bears a tag."""

    spelling: str
    position: int
    topic_position: int | None


class Doubled(TypedDict):
    """An event that bore both tags: the row that went, and the one that stayed, as both were."""

    event: int
    gone: Place
    kept: Place


class Kept(TypedDict):
    """The kept tag's own fields before."""

    is_name_chosen: bool
    description: str
    wikidata: str


class Gone(TypedDict):
    """What a TagChange keeps: the tag as it was, and what it changed in the kept one."""

    id: int
    name: str
    is_name_chosen: bool
    description: str
    wikidata: str
    aliases: list[str]
    events: int
    moved: list[tuple[int, str]]  # an event, and the row's spelling
    doubled: list[Doubled]
    kept: Kept
    changes: list[int]  # earlier merges into the gone tag, which the kept one has taken over


class MergeError(Exception):
    """Why two tags or publishers cannot be merged, or a merge not be undone, in words for an editor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a merge would do."""

    events: int
    both: int
    names: tuple[str, ...]


def preview(gone: Tag, kept: Tag) -> Preview:
    """How many events bear the gone tag, how many both, and which names the kept one would gain."""
    rows = EventTag.objects.filter(tag=gone)
    return Preview(
        events=rows.count(),
        both=rows.filter(event__event_tags__tag=kept).count(),
        names=gone.names,
    )


# --- Two → one ----------------------------------------------------------------------------------------------------


def merge(gone: Tag, kept: Tag, *, editor: User | None = None) -> TagChange:
    """Let `kept` be what `gone` was. To be called in a transaction. Raises MergeError."""
    gone, kept = _locked(gone, kept)
    if gone.language != kept.language:
        raise MergeError("Only tags of one language can be merged.")
    record = Gone(
        id=gone.pk,
        name=gone.name,
        is_name_chosen=gone.is_name_chosen,
        description=gone.description,
        wikidata=gone.wikidata,
        aliases=[alias.name for alias in gone.aliases.all()],
        events=gone.event_tags.count(),
        doubled=_join_rows(gone, kept),
        moved=list(EventTag.objects.filter(tag=gone).values_list("event", "spelling")),
        kept=Kept(is_name_chosen=_was_chosen(kept), description=kept.description, wikidata=kept.wikidata),
        changes=list(gone.changes.values_list("pk", flat=True)),
    )
    EventTag.objects.filter(tag=gone).update(tag=kept)
    gone.aliases.update(tag=kept)
    gone.changes.update(tag=kept)
    Tag.objects.filter(pk=gone.pk).delete()
    TagAlias.objects.update_or_create(language=kept.language, key=gone.key, defaults={"name": gone.name, "tag": kept})
    kept.description = kept.description or gone.description
    kept.wikidata = kept.wikidata or gone.wikidata
    kept.is_name_chosen = True  # a tag with other names stays without events too, and is exported
    kept.save()
    return TagChange.objects.create(tag=kept, gone=record, editor=editor)


def _locked(gone: Tag, kept: Tag) -> tuple[Tag, Tag]:
    """Both, read anew and kept from whoever would let an event bear them, until the transaction ends."""
    if gone.pk == kept.pk:
        raise MergeError("A tag is not merged into itself.")
    tags = {tag.pk: tag for tag in Tag.objects.select_for_update().filter(pk__in=(gone.pk, kept.pk)).order_by("pk")}
    if len(tags) < 2:
        raise MergeError("One of the two tags is no longer there.")
    return tags[gone.pk], tags[kept.pk]


def _join_rows(gone: Tag, kept: Tag) -> list[Doubled]:
    """Let every event that bears both bear the kept tag alone."""
    lost = {row.event_id: row for row in EventTag.objects.filter(tag=gone, event__event_tags__tag=kept)}
    doubled, stayed = [], []
    for ids in chunks(lost):
        for row in EventTag.objects.filter(tag=kept, event__in=ids):
            twin = lost[row.event_id]
            doubled.append(Doubled(event=row.event_id, gone=_place(twin), kept=_place(row)))
            row.topic_position = _joined(_place(row), _place(twin)).topic_position
            stayed.append(row)
    EventTag.objects.bulk_update(stayed, ["topic_position"], batch_size=STATEMENT)
    for ids in chunks(lost):
        EventTag.objects.filter(tag=gone, event__in=ids).delete()
    return doubled


def _was_chosen(kept: Tag) -> bool:
    """Whether an editor chose the name of `kept`, apart from merges into it."""
    standing = _standing(kept)
    return bool(standing[0].gone["kept"]["is_name_chosen"]) if standing else kept.is_name_chosen


def _standing(kept: Tag) -> list[TagChange]:
    """The merges into the tag itself that are not undone, the earliest first."""
    changes = list(kept.changes.filter(undone_at=None).order_by("pk"))
    inner = {pk for change in changes for pk in change.gone["changes"]}
    return [change for change in changes if change.pk not in inner]


def keep_chosen(tag: Tag) -> None:
    """An editor has chosen the tag's name: no undo makes it a machine's again."""
    for change in _standing(tag):
        change.gone["kept"]["is_name_chosen"] = True
        change.save(update_fields=["gone"])


# --- One → two ----------------------------------------------------------------------------------------------------


def undo(change: TagChange) -> Tag:
    """Bring the gone tag back and return it. To be called in a transaction. Raises MergeError."""
    kept = Tag.objects.select_for_update().filter(pk=change.tag_id).first()
    found = TagChange.objects.select_for_update().filter(pk=change.pk, tag=kept, undone_at=None).first()
    if not kept or not found:
        raise MergeError("This merge was undone or merged on meanwhile. Look again.")
    change = found
    record: Gone = change.gone
    _check_undo(change, kept)
    kept.aliases.filter(key=fold(record["name"])).delete()
    tag = Tag(
        pk=record["id"],
        language=kept.language,
        name=record["name"],
        is_name_chosen=record["is_name_chosen"],
        description=record["description"],
        wikidata=record["wikidata"],
    )
    tag.save(force_insert=True)
    kept.aliases.filter(key__in={fold(name) for name in record["aliases"]}).update(tag=tag)
    _return_rows(record, tag, kept)
    _part_rows(record["doubled"], tag, kept)
    kept.changes.filter(pk__in=record["changes"]).update(tag=tag)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    _restore_kept(record, kept)
    refresh_names({kept.pk, tag.pk})
    return tag


def _check_undo(change: TagChange, kept: Tag) -> None:
    record: Gone = change.gone
    events = _events(record)
    for later in kept.changes.filter(undone_at=None, pk__gt=change.pk).order_by("-pk"):
        if change.pk in later.gone["changes"]:
            name = later.gone["name"]
            raise MergeError(f"“{name}” itself was merged into “{kept.name}” afterwards. Undo that first.")
        if events & _events(later.gone):
            name = later.gone["name"]
            raise MergeError(f"“{name}”, merged afterwards, stood at some of the same events. Undo that first.")
    key = fold(record["name"])
    holder = Tag.objects.by_any_name(kept.language, [record["name"]]).get(key)
    if holder and (holder != kept or kept.key == key):
        raise MergeError(f"“{record['name']}” is a name of “{holder.name}” by now. Rename that first.")


def _events(record: Gone) -> set[int]:
    """The events that bore the gone tag."""
    return {event for event, _ in record["moved"]} | {row["event"] for row in record["doubled"]}


def _return_rows(record: Gone, tag: Tag, kept: Tag) -> None:
    """Give `tag` the rows that the merge moved, and later ones that are spelt by its names."""
    moved = dict(record["moved"])
    names = {tag.key, *tag.aliases.values_list("key", flat=True)}
    rows = EventTag.objects.filter(tag=kept).values_list("pk", "event", "spelling")
    returning = [pk for pk, event, spelling in rows if moved.get(event) == spelling or fold(spelling) in names]
    for ids in chunks(returning):
        EventTag.objects.filter(pk__in=ids).update(tag=tag)


def _part_rows(doubled: Iterable[Doubled], tag: Tag, kept: Tag) -> None:
    """Let the events that bore both tags bear both again, as far as they still bear the kept one."""
    lost = {record["event"]: record for record in doubled}
    stayed, returning = [], []
    for ids in chunks(lost):
        borne: dict[int, dict[int, EventTag]] = defaultdict(dict)
        for row in EventTag.objects.filter(event__in=ids):
            borne[row.event_id][row.tag_id] = row
        for event, rows in borne.items():
            if kept.pk in rows and tag.pk not in rows:
                stayed.append(rows[kept.pk])
                returning.append(_parted(rows[kept.pk], lost[event], rows.values(), tag))
    EventTag.objects.bulk_update(stayed, ["topic_position"], batch_size=STATEMENT)
    EventTag.objects.bulk_create(returning, batch_size=STATEMENT)


def _parted(row: EventTag, record: Doubled, rows: Iterable[EventTag], tag: Tag) -> EventTag:
    """The row of `tag` beside that of the kept tag, which loses what it had from it. Nothing is saved."""
    twin = copy(row)  # with what both repeat of their event
    twin.pk, twin.tag, twin.spelling = None, tag, record["gone"][0]
    gone, kept = (Place(*place) for place in (record["gone"], record["kept"]))
    if _place(row) == _joined(kept, gone):
        row.topic_position = kept.topic_position
        twin.position, twin.topic_position = gone.position, gone.topic_position
    else:
        leading = [other.topic_position for other in rows if other.topic_position is not None]
        leads = gone.topic_position is not None and row.topic_position is not None
        twin.position = max(other.position for other in rows) + 1
        twin.topic_position = max(leading) + 1 if leads else None
    return twin


def _restore_kept(record: Gone, kept: Tag) -> None:
    """Take from the kept tag what the merge gave it, unless it was changed since."""
    before = record["kept"]
    if not before["description"] and kept.description == record["description"]:
        kept.description = ""
    if not before["wikidata"] and kept.wikidata == record["wikidata"]:
        kept.wikidata = ""
    if not _standing(kept):
        kept.is_name_chosen = before["is_name_chosen"]
    kept.save()


def _place(row: EventTag) -> Place:
    return Place(row.spelling, row.position, row.topic_position)


def _joined(kept: Place, gone: Place) -> Place:
    """How an event that bore both bears the kept tag after the merge: it leads if either did."""
    leads = kept.topic_position if kept.topic_position is not None else gone.topic_position
    return kept._replace(topic_position=leads)
