"""The words for asking, where the database sets limits."""

import pytest

from events import exporter
from events.documents.records import EventDocument, RelatedDocument
from events.importer import Report, import_document
from events.models import Event
from tests.events.making import DAY

pytestmark = pytest.mark.django_db


def test_events_that_name_more_than_a_thousand_tags_and_events_are_read_at_once() -> None:
    names = tuple(f"Name {number}" for number in range(1100))
    links = tuple(
        RelatedDocument(date=DAY, slug=f"event-{number}", headline=f"Event {number}") for number in range(1100)
    )
    document = EventDocument(date=DAY, slug="all", language="en", headline="All", tags=names, related=links)
    import_document(document, Report())
    written = exporter.event_document(Event.objects.with_everything().get(slug="all"))
    assert (written.tags, written.related) == (names, links)
