"""The history of an event: every saved state, numbered and chained."""

import datetime as dt
import hashlib

from django.contrib.auth.models import User
from django.db.models import Max
from django.utils import timezone

from events.documents import jsonl
from events.documents.records import EventDocument
from events.models import Event, Revision
from sources.documents import DocumentError


def record(
    event: Event,
    document: EventDocument,
    *,
    editor: User | None = None,
    comment: str = "",
    as_of: dt.datetime | None = None,
) -> Revision:
    """Add `document` as the event's newest revision and extend the event's chain by it.

    To be called in the transaction that writes the rows, after the event's row was locked by its version's update.
    `as_of` is the moment from which the state held, now by default.
    """
    now = timezone.now()
    text = jsonl.write(document)
    last = event.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = Revision(
        event=event,
        number=last + 1,
        document=text,
        schema=jsonl.SCHEMA,
        as_of=as_of or now,
        recorded_at=now,
        editor=editor,
        contributor=editor.get_username() if editor else "",
        comment=comment[:500],
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
    )
    revision.link = chain(event.last_link, revision)
    revision.save(force_insert=True)
    event.last_link = revision.link
    Event.objects.filter(pk=event.pk).update(last_link=revision.link)
    return revision


def chain(previous_link: str, revision: Revision) -> str:
    """SHA-256 over the previous link, number, time, editor, comment and text hash: a later change anywhere shows."""
    moment = revision.recorded_at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    parts = (
        previous_link,
        str(revision.number),
        moment,
        revision.contributor,
        revision.comment,
        revision.text_hash,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def read(revision: Revision) -> EventDocument:
    """The state that a revision holds."""
    document = jsonl.read(revision.document)
    if not isinstance(document, EventDocument):
        raise DocumentError("a revision holds an event")
    return document
