"""Names of publishers in labels, and tags: adopted, merged, brought back."""

from django.contrib.auth.models import User
from django.db import transaction

from events import importer, search
from events.importer import tag_merges
from events.models import Tag, TagChange
from sources.documents import DocumentError
from sources.documents.folding import collapse, fold
from sources.importer import check_name
from sources.models import Publisher, PublisherAlias


def adopt_name(name: str, publisher: Publisher | None = None) -> Publisher:
    """Let the name in labels be another name of `publisher`, or that of a new one; its citations follow.

    Raises DocumentError for what cannot be a name, and for a name that another publisher has by now.
    """
    check_name(name)
    with transaction.atomic():
        known = Publisher.objects.by_any_name([name]).get(fold(name))
        if known and publisher and known != publisher:
            raise DocumentError(f"“{name}” is a name of “{known}” by now")
        if not known and publisher:
            PublisherAlias.objects.create(publisher=publisher, name=collapse(name))
        found = known or publisher or Publisher.objects.create(name=collapse(name))
        importer.settle_labels([name])
        return found


def merge_tags(gone: Tag, kept: Tag, *, editor: User) -> TagChange:
    """Let `kept` be what `gone` was, under the names of both; imports follow. Raises MergeError."""
    with transaction.atomic():
        change = tag_merges.merge(gone, kept, editor=editor)
        search.refresh(limit=search.AT_ONCE)
        return change


def undo_merge(change: TagChange) -> Tag:
    """Bring the tag back that was merged, with its names and its events. Raises MergeError."""
    with transaction.atomic():
        tag = tag_merges.undo(change)
        search.refresh(tag.event_tags.values_list("event", flat=True))
        search.refresh(limit=search.AT_ONCE)
        return tag
