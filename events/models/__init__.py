"""What happened, how it became known, and what editors have in hand."""

from events.models.desk import BulkChange, Claim, OpenForm, Proposal, SavedFilter
from events.models.history import Conflict, Erasure, LookAlike, ReadDocument, Revision, TagChange
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
    validate_slug,
)

__all__ = [
    "MAX_HEADLINE",
    "BulkChange",
    "Category",
    "Citation",
    "Claim",
    "Conflict",
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
    "Tag",
    "TagAlias",
    "TagChange",
    "validate_slug",
]
