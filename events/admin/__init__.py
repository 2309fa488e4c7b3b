"""The editors' desk: events with their history, tags, categories, and the filing of sources."""

from events.admin.editorial import EditorialAdmin
from events.admin.event import EventAdmin
from events.admin.labels import LabelledPublisherAdmin
from events.admin.tag import CategoryAdmin, TagAdmin

__all__ = ["CategoryAdmin", "EditorialAdmin", "EventAdmin", "LabelledPublisherAdmin", "TagAdmin"]
