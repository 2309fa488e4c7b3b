"""Every write by a person. Each that changes an event leaves one revision under the person's name."""

from events.importer.tag_merges import MergeError
from events.services.bulk import (
    MAX_EVENTS,
    AlreadyUndone,
    BulkAction,
    BulkKind,
    LeftAlone,
    Planned,
    make_bulk_change,
    may_undo,
    plan_bulk,
    undo_bulk_change,
)
from events.services.claims import claim, holding, keep_claim, release
from events.services.corrections import correct
from events.services.editing import (
    StaleVersion,
    as_archived,
    begin,
    cite,
    complete,
    editing,
    record_first,
    restore,
    rewrite,
    was_saved_since,
)
from events.services.erasing import erase, preview_erasure
from events.services.import_conflicts import keep_ours, take_archived
from events.services.look_alikes import join, tell_apart
from events.services.names import adopt_name, merge_tags, undo_merge
from events.services.open_forms import (
    ALIVE,
    NotYours,
    close_form,
    forget_old_forms,
    keep_form,
    open_forms,
    unsaved_forms,
)
from events.services.proposals import Decided, Overlapping, accept, base_of, proposing, reject, settle
from events.services.publishers import (
    merge_publishers,
    preview_publishers,
    undo_publisher_merge,
)
from events.services.publishing import NotReady
from events.services.scheduling import publish_due
from events.services.side_by_side import as_known_today, keep_refused, merge_any, merge_onto
from events.services.states import change_state, describe, said, set_state

__all__ = [
    "ALIVE",
    "MAX_EVENTS",
    "AlreadyUndone",
    "BulkAction",
    "BulkKind",
    "Decided",
    "LeftAlone",
    "MergeError",
    "NotReady",
    "NotYours",
    "Overlapping",
    "Planned",
    "StaleVersion",
    "accept",
    "adopt_name",
    "as_archived",
    "as_known_today",
    "base_of",
    "begin",
    "change_state",
    "cite",
    "claim",
    "close_form",
    "complete",
    "correct",
    "describe",
    "editing",
    "erase",
    "forget_old_forms",
    "holding",
    "join",
    "keep_claim",
    "keep_form",
    "keep_ours",
    "keep_refused",
    "make_bulk_change",
    "may_undo",
    "merge_any",
    "merge_onto",
    "merge_publishers",
    "merge_tags",
    "open_forms",
    "plan_bulk",
    "preview_erasure",
    "preview_publishers",
    "proposing",
    "publish_due",
    "record_first",
    "reject",
    "release",
    "restore",
    "rewrite",
    "said",
    "set_state",
    "settle",
    "take_archived",
    "tell_apart",
    "undo_bulk_change",
    "undo_merge",
    "undo_publisher_merge",
    "unsaved_forms",
    "was_saved_since",
]
