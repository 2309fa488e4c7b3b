"""Public pages. Each shows what is published in one edition, and nothing else."""

from events.views.calendar import archive, day, day_document, front, month, year
from events.views.event import event, event_document, event_page, with_sources
from events.views.follow import follow
from events.views.history import event_history, event_state
from events.views.lists import all_topics, publisher, source, tag, topics
from events.views.opinion import (
    editorial,
    editorial_document,
    editorial_history,
    editorial_page,
    editorial_state,
)
from events.views.opinion import index as opinion
from events.views.pages import broken, not_found, refused, show_page
from events.views.search import search_page, tag_names
from events.views.since import choose_since, since, tag_since

__all__ = [
    "all_topics",
    "archive",
    "broken",
    "choose_since",
    "day",
    "day_document",
    "editorial",
    "editorial_document",
    "editorial_history",
    "editorial_page",
    "editorial_state",
    "event",
    "event_document",
    "event_history",
    "event_page",
    "event_state",
    "follow",
    "front",
    "month",
    "not_found",
    "opinion",
    "publisher",
    "refused",
    "search_page",
    "show_page",
    "since",
    "source",
    "tag",
    "tag_names",
    "tag_since",
    "topics",
    "with_sources",
    "year",
]
