"""What a form posted, on top of what was saved after it was opened."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.contrib.auth.models import User
from django.http import QueryDict
from msgspec.structs import replace

from events import importer, revisions, services
from events.admin import posted, posted_editorial
from events.admin.posted import CHOICE
from events.choices import RevisionKind
from events.documents.records import EditorialDocument, EventDocument, SubjectDocument
from events.documents.three_way import Overlap, merge_documents
from events.forms import posted_number
from events.models import Event, Revision, Subject

_DAWN = dt.date(1, 1, 1)
NO_EVENT = EventDocument(date=_DAWN, headline="")
NO_EDITORIAL = EditorialDocument(date=_DAWN, title="", author="")


class Merge(NamedTuple):
    """What was posted on top of what is saved: the data of a form of the saved version, and what both changed.

    `opened` is the revision that the editor began with, None if the form does not say; `newest` what was saved last;
    `mine` what was posted; `decided` are the ids of the overlaps for which the form chose what is saved.
    """

    data: QueryDict
    saved: Subject
    opened: Revision | None
    newest: Revision | None
    mine: SubjectDocument
    document: SubjectDocument
    overlaps: Sequence[Overlap]
    decided: Collection[str]

    def drops_new_words(self, editor: User) -> bool:
        """Whether the editor chose what is saved, but had typed into the form beside it what is kept nowhere yet."""
        if not self.decided:
            return False
        kept = self.saved.revisions.filter(kind=RevisionKind.REFUSED, editor=editor).first()
        shown = revisions.read_any(kept) if kept else self.document
        return merge_documents(shown, shown, self.mine, decided=self.decided)[0] != self.mine


def merge(post: QueryDict, saved: Subject) -> Merge:
    """Merge three ways what was posted with what was saved after its version was opened.

    An overlap for which the form posted a choice is decided by it; in the others the editor's text stands.
    """
    saved = importer.read(saved)
    began, newest = opened(post, saved), saved.revisions.newest()
    decided = [name.removeprefix(CHOICE) for name in post if name.startswith(CHOICE) and post[name] == "theirs"]
    base = revisions.read_any(began) if began else nothing(type(saved), saved.language)
    if isinstance(saved, Event) and isinstance(base, EventDocument):
        read = posted.read(post, base, saved)
        event, overlaps = services.merge_onto(saved, base, read.document, decided)
        data = posted.written(post, read, event, saved)
        return Merge(data, saved, began, newest, read.document, event, overlaps, decided)
    mine, unread = posted_editorial.read(post, base)
    document, overlaps = services.merge_any(saved, base, mine, decided)
    data = posted_editorial.written(post, mine, document, saved, unread)
    return Merge(data, saved, began, newest, mine, document, overlaps, decided)


def read_new(post: QueryDict, model: type[Subject]) -> SubjectDocument:
    """What was posted for a new event or editorial."""
    base = nothing(model)
    return posted.read(post, base).document if isinstance(base, EventDocument) else posted_editorial.read(post, base)[0]


def nothing(model: type[Subject], language: str = "") -> SubjectDocument:
    """A document of the model that says nothing yet."""
    return replace(NO_EVENT if model is Event else NO_EDITORIAL, language=language)


def opened(post: QueryDict, saved: Subject) -> Revision | None:
    """The state that the editor had opened; None if what was posted does not say."""
    version = posted_number(post.get("version"))
    return saved.revisions.opened_at(version) if version <= saved.version else None


def has_choices(post: QueryDict) -> bool:
    """Whether the form was that of a conflict."""
    return any(name.startswith(CHOICE) for name in post)


def as_sent(post: QueryDict, document: SubjectDocument) -> SubjectDocument:
    """The document with the words for a move that was not made, so that they are kept too."""
    reason = posted.text_of(post, "withdrawn_reason")
    return replace(document, withdrawn_reason=reason) if reason else document
