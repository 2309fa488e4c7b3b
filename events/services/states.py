"""The way of an event or editorial from its author to readers, and back: each move is one revision."""

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction
from msgspec.structs import replace

from events import exporter, importer
from events.choices import Move, Status
from events.importer import AnySubject
from events.models import Subject
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
    subject: AnySubject,
    version: int | None,
    move: Move,
    *,
    editor: User | None,
    comment: str = "",
    publish_at: dt.datetime | None = None,
    reason: str = "",
) -> AnySubject:
    """Submit, send back, publish, schedule, unschedule or withdraw the event or editorial, which else stays as it is.

    `publish_at` is the moment of SCHEDULE, `reason` what readers are told by WITHDRAW, `comment` what the author is
    told by SEND_BACK. Raises StaleVersion if somebody saved it after `version`, and NotReady.
    """
    with transaction.atomic():
        subject = importer.lock(subject)
        check_version(subject, version)
        set_state(subject, move, comment=comment, publish_at=publish_at, reason=reason)
        return write_state(subject, editor=editor, comment=describe(move, comment))


def write_state(subject: AnySubject, *, editor: User | None, comment: str) -> AnySubject:
    """Save the state that what is locked was given, as a revision. Raises NotReady."""
    document = replace(
        exporter.document(subject),
        status=Status(subject.status),
        publish_at=subject.publish_at,
        withdrawn_reason=subject.withdrawn_reason,
    )
    return rewrite(subject, None, document, editor=editor, comment=comment)


def set_state(
    subject: Subject, move: Move, *, comment: str = "", publish_at: dt.datetime | None = None, reason: str = ""
) -> None:
    """Give it the state that `move` leads to; nothing is written. Raises NotReady for a move without a word."""
    if move is Move.SEND_BACK and not comment.strip():
        raise NotReady([Fault(subject.status, "reply", "", "Tell the author what is missing.")])
    if move is Move.SCHEDULE and not publish_at:
        raise NotReady([Fault(subject.status, "publish_at", "", "Choose a moment in the future.")])
    if move.target is None:
        return
    subject.status = move.target.value
    subject.publish_at = publish_at if move is Move.SCHEDULE else None
    subject.withdrawn_reason = reason.strip() if move is Move.WITHDRAW else ""


def describe(move: Move, comment: str) -> str:
    """The comment of a revision: what was done to the state, and what the person says about it."""
    return ": ".join(filter(None, (SAYING.get(move, ""), comment.strip())))


def said(move: Move, comment: str) -> str:
    """What the person said when `describe` wrote the comment; all of it if that was another move."""
    begin = describe(move, "")
    return comment.removeprefix(begin).removeprefix(": ") if begin else comment
