"""Documents → rows. The one room that writes events, for archives and for people.

A batch of documents is matched and merged on the desk (`desk.py`), in memory, and written at once (`rows.py`).
"""

from events.importer.archives import Options, Report, import_batch, import_document
from events.importer.editorials import write
from events.importer.labels import labels_in_use, settle_labels
from events.importer.rows import write_event
from events.importer.subjects import (
    AnySubject,
    at_address,
    holder_of,
    keep_address,
    lock,
    read,
    record_revision,
    slug_for,
)
from events.importer.tags import TagNames, date_tags, write_tags

__all__ = [
    "AnySubject",
    "Options",
    "Report",
    "TagNames",
    "at_address",
    "date_tags",
    "holder_of",
    "import_batch",
    "import_document",
    "keep_address",
    "labels_in_use",
    "lock",
    "read",
    "record_revision",
    "settle_labels",
    "slug_for",
    "write",
    "write_event",
    "write_tags",
]
