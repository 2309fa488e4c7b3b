"""The news wiki's Markdown pages of events and days (docs/formats.md, format 1)."""

from events.documents.markdown.reading import (
    is_day_page,
    is_event_page,
    labelled_language,
    language_of_script,
    read_day,
    read_event,
)
from events.documents.markdown.words import EDITIONS
from events.documents.markdown.writing import doubtful_names, write_day, write_event

__all__ = [
    "EDITIONS",
    "doubtful_names",
    "is_day_page",
    "is_event_page",
    "labelled_language",
    "language_of_script",
    "read_day",
    "read_event",
    "write_day",
    "write_event",
]
