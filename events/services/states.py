"""The way of an event from its author to readers, and back: each move is one revision."""

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction
from msgspec.structs import replace

from events import exporter, importer
from events.choices import Move, Status
from events.models import Event
from events.services.editing import check_version, rewrite
from events.services.publishing import Fault, NotReady

SAYING = {
    Move.SUBMIT: "Submitted for review",
    Move.SEND_BACK: "Sent back to the author",
    Move.PUBLISH: "Published",
    Move.SCHEDULE: "Scheduled",
    Move.UNSCHEDULE: "No longer scheduled",
    Move.WITHDRAW: "Withdrawn",
}


def change_state(
    event: Event,
    version: int | None,
    move: Move,
    *,
    editor: User | None,
    comment: str = "",
    publish_at: dt.datetime | None = None,
    reason: str = "",
) -> Event:
    """Submit, send back, publish, schedule, unschedule or withdraw the event, which else stays as it is.

    `publish_at` is the moment of SCHEDULE, `reason` what readers are told by WITHDRAW, `comment` what the author is
    told by SEND_BACK. Raises StaleVersion if somebody saved the event after `version`, and NotReady.
    """
    with transaction.atomic():
        event = importer.lock(event)
        check_version(event, version)
        set_state(event, move, comment=comment, publish_at=publish_at, reason=reason)
        return write_state(event, editor=editor, comment=describe(move, comment))


def write_state(event: Event, *, editor: User | None, comment: str) -> Event:
    """Save the state that a locked event was given, as a revision. Raises NotReady."""
    document = replace(
        exporter.event_document(event),
        status=Status(event.status),
        publish_at=event.publish_at,
        withdrawn_reason=event.withdrawn_reason,
    )
    return rewrite(event, None, document, editor=editor, comment=comment)


def set_state(
    event: Event, move: Move, *, comment: str = "", publish_at: dt.datetime | None = None, reason: str = ""
) -> None:
    """Give the event the state that `move` leads to; nothing is written. Raises NotReady for a move without a word."""
    if move is Move.SEND_BACK and not comment.strip():
        raise NotReady([Fault(event.status, "reply", "", "Tell the author what is missing.")])
    if move is Move.SCHEDULE and not publish_at:
        raise NotReady([Fault(event.status, "publish_at", "", "Choose a moment in the future.")])
    if move.target is None:
        return
    event.status = move.target.value
    event.publish_at = publish_at if move is Move.SCHEDULE else None
    event.withdrawn_reason = reason.strip() if move is Move.WITHDRAW else ""


def describe(move: Move, comment: str) -> str:
    """The comment of a revision: what was done to the event's state, and what the person says about it."""
    return ": ".join(filter(None, (SAYING.get(move, ""), comment.strip())))
