"""What happened, what its writers think of it, how it became known, and what editors have in hand."""

from events.models.dated import validate_slug
from events.models.desk import BulkChange, Claim, OpenForm, Proposal, SavedFilter
from events.models.history import Conflict, Erasure, LookAlike, ReadDocument, Revision, TagChange
from events.models.opinion import MAX_TITLE, Editorial, EditorialRedirect
from events.models.wiki import (
    MAX_HEADLINE,
    Category,
    Citation,
    Event,
    EventTag,
    Redirect,
    RelatedLink,
    Tag,
    TagAlias,
)

Subject = Event | Editorial  # what a history, or an open form, is of

__all__ = [
    "MAX_HEADLINE",
    "MAX_TITLE",
    "BulkChange",
    "Category",
    "Citation",
    "Claim",
    "Conflict",
    "Editorial",
    "EditorialRedirect",
    "Erasure",
    "Event",
    "EventTag",
    "LookAlike",
    "OpenForm",
    "Proposal",
    "ReadDocument",
    "Redirect",
    "RelatedLink",
    "Revision",
    "SavedFilter",
    "Subject",
    "Tag",
    "TagAlias",
    "TagChange",
    "validate_slug",
]
