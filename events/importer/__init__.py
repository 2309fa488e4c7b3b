"""Documents → rows. The one room that writes events, for archives and for people.

A batch of documents is matched and merged on the desk (`desk.py`), in memory, and written at once (`rows.py`).
"""

from events.importer.archives import Options, Report, import_batch, import_document
from events.importer.labels import labels_in_use, settle_labels
from events.importer.rows import at_address, keep_address, lock, record_revision, slug_for, write_event
from events.importer.tags import TagNames, date_tags, write_tags

__all__ = [
    "Options",
    "Report",
    "TagNames",
    "at_address",
    "date_tags",
    "import_batch",
    "import_document",
    "keep_address",
    "labels_in_use",
    "lock",
    "record_revision",
    "settle_labels",
    "slug_for",
    "write_event",
    "write_tags",
]
