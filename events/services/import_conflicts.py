"""What archives say otherwise than editors: decided by a person."""

from django.contrib.auth.models import User
from django.db import transaction

from events import exporter, importer
from events.models import Conflict, Event
from events.services.editing import as_archived, rewrite


def take_archived(conflict: Conflict, version: int, *, editor: User) -> Event:
    """Let the event say in the field of the conflict what the archive says; this decides the conflict.

    Raises StaleVersion if the event was saved after the editor saw it, and DocumentError if it cannot be stored.
    """
    with transaction.atomic():
        event = importer.lock(conflict.event)
        document = as_archived(exporter.event_document(event), conflict)
        comment = f"Took the archive's {conflict.field.removeprefix('is_').replace('_', ' ')}"
        return rewrite(event, version, document, editor=editor, comment=comment)  # which settles the conflict


def keep_ours(conflict: Conflict) -> None:
    """Decide the conflict for what the event says. The archive's word stays in the history."""
    # A later import may have put another word into the same row.
    Conflict.objects.filter(pk=conflict.pk, revision=conflict.revision_id).delete()
