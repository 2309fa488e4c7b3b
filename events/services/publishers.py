"""Two publishers → one, and back.

The kept one takes over the names, so that imports and labels follow, and the sources. No event gets a revision: labels
stay as they are written, and whom they name follows from the names of the day. A source known by publisher and title
alone gets the key that this gives it, unless another has that; then both stay.
"""

from dataclasses import dataclass
from typing import TypedDict

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from events import importer, search
from events.importer.tag_merges import MergeError
from events.models import Citation
from sources.bulk import chunks
from sources.documents.folding import fold
from sources.models import Publisher, PublisherAlias, PublisherChange, Source


class GonePublisher(TypedDict):
    """What a PublisherChange keeps."""

    id: int
    name: str
    homepage: str
    aliases: list[str]
    published: list[int]  # sources
    seen_at: list[int]  # sources
    took_homepage: bool
    changes: list[int]  # earlier merges into the gone publisher, which the kept one has taken over


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherPreview:
    """What a merge would do."""

    sources: int
    citations: int
    names: tuple[str, ...]


def preview_publishers(gone: Publisher) -> PublisherPreview:
    """How many sources and bare labels are the gone publisher's, and which names the kept one would gain."""
    return PublisherPreview(
        sources=gone.published_sources.count(),
        citations=Citation.objects.filter(source=None, publisher=gone).count(),
        names=gone.names,
    )


@transaction.atomic
def merge_publishers(gone: Publisher, kept: Publisher, *, editor: User) -> PublisherChange:
    """Let `kept` be what `gone` was, under the names of both. Raises MergeError."""
    if gone.pk == kept.pk:
        raise MergeError("A publisher is not merged into itself.")
    gone, kept = (_locked(publisher.pk) for publisher in (gone, kept))
    names = gone.names
    record = GonePublisher(
        id=gone.pk,
        name=gone.name,
        homepage=gone.homepage,
        aliases=[alias.name for alias in gone.aliases.all()],
        published=list(gone.published_sources.order_by("pk").values_list("pk", flat=True)),
        seen_at=list(gone.syndicated_sources.order_by("pk").values_list("pk", flat=True)),
        took_homepage=bool(gone.homepage and not kept.homepage),
        changes=list(gone.changes.values_list("pk", flat=True)),
    )
    gone.published_sources.update(publisher=kept)
    gone.syndicated_sources.update(seen_at=kept)
    Citation.objects.filter(publisher=gone).update(publisher=kept)
    Citation.objects.filter(agency=gone).update(agency=kept)
    gone.aliases.update(publisher=kept)
    gone.changes.update(publisher=kept)
    gone.delete()
    PublisherAlias.objects.create(publisher=kept, name=record["name"])
    kept.homepage = kept.homepage or record["homepage"]
    kept.save()
    kept.rekey_sources()
    importer.settle_labels(names)
    search.refresh(limit=search.AT_ONCE)
    return PublisherChange.objects.create(publisher=kept, gone=record, editor=editor)


@transaction.atomic
def undo_publisher_merge(change: PublisherChange) -> Publisher:
    """Bring the publisher back that was merged, with its names and sources. Raises MergeError."""
    kept = _locked(change.publisher_id)
    found = PublisherChange.objects.select_for_update().filter(pk=change.pk, publisher=kept, undone_at=None).first()
    if not found:
        raise MergeError("This merge was undone or merged on meanwhile. Look again.")
    record: GonePublisher = found.gone
    _check_undo(found, kept, record)
    kept.aliases.filter(key=fold(record["name"])).delete()
    publisher = Publisher(pk=record["id"], name=record["name"], homepage=record["homepage"])
    publisher.save(force_insert=True)
    kept.aliases.filter(key__in={fold(name) for name in record["aliases"]}).update(publisher=publisher)
    for ids in chunks(record["published"]):
        Source.objects.filter(pk__in=ids, publisher=kept).update(publisher=publisher)
    for ids in chunks(record["seen_at"]):
        Source.objects.filter(pk__in=ids, seen_at=kept).update(seen_at=publisher)
    kept.changes.filter(pk__in=record["changes"]).update(publisher=publisher)
    if record["took_homepage"] and kept.homepage == record["homepage"]:
        kept.homepage = ""
        kept.save()
    publisher.rekey_sources()
    importer.settle_labels(publisher.names)
    search.refresh(limit=search.AT_ONCE)
    found.undone_at = timezone.now()
    found.save(update_fields=["undone_at"])
    return publisher


def _check_undo(change: PublisherChange, kept: Publisher, record: GonePublisher) -> None:
    for later in kept.changes.filter(undone_at=None, pk__gt=change.pk):
        if change.pk in later.gone["changes"]:
            name = later.gone["name"]
            raise MergeError(f"“{name}” itself was merged into “{kept}” afterwards. Undo that first.")
    holder = Publisher.objects.by_any_name([record["name"]]).get(fold(record["name"]))
    if holder and (holder != kept or kept.key == fold(record["name"])):
        raise MergeError(f"“{record['name']}” is a name of “{holder}” by now. Rename that first.")


def _locked(pk: int) -> Publisher:
    """The publisher, read anew and kept from other writers until the transaction ends."""
    if not (publisher := Publisher.objects.select_for_update().filter(pk=pk).first()):
        raise MergeError("One of the two publishers is no longer there.")
    return publisher
