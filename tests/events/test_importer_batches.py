"""How many documents are written at once makes no difference."""

import datetime as dt
import hashlib
from itertools import islice

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events import exporter, revisions
from events.documents import jsonl
from events.documents.files import Found
from events.documents.records import CitationDocument, EventDocument, RelatedDocument
from events.importer import Report, import_batch
from events.models import Event
from sources.documents import DocumentError
from tests.events.rows import all_rows

NAMES = ["Kent", "KENT", "Kendal", "Floods", "Kendal, Cumbria"]
DAYS = [dt.date(2031, 5, day) for day in (3, 4)]
HEADLINES = ["The Kent rises.", "Floods: The Kent rises.", "A bridge closes.", "the kent  rises."]
SLUGS = ["", "the-kent-rises", "floods-the-kent-rises", "bridge"]
CITATIONS = [
    CitationDocument(label="BBC"),
    CitationDocument(label="BBC", url="https://bbc.example/1"),
    CitationDocument(label="bbc", url="http://www.bbc.example/1/", title="Floods"),
    CitationDocument(label="Courier", title="Floods", publisher="The Courier"),
]

names = st.lists(st.sampled_from(NAMES), max_size=3).map(tuple)
links = st.builds(
    RelatedDocument,
    date=st.sampled_from(DAYS),
    slug=st.sampled_from(SLUGS[1:]),
    headline=st.sampled_from(HEADLINES),
    context=names,
)
events = st.builds(
    EventDocument,
    date=st.sampled_from(DAYS),
    slug=st.sampled_from(SLUGS),
    headline=st.sampled_from(HEADLINES),
    summary=st.sampled_from(["", "It rains.", "It rains. Much."]),
    category=st.sampled_from(["", "Sport", "A war"]),
    tags=names,
    topics=st.lists(st.sampled_from(NAMES[:4]), max_size=1).map(tuple),
    citations=st.lists(st.sampled_from(CITATIONS), max_size=2).map(tuple),
    related=st.lists(links, max_size=2).map(tuple),
    derives_topics=st.booleans(),
    derives_tags=st.booleans(),
)
TOO_LONG = f"the tag has 300 characters, at most 255 fit: “{'x' * 60}…”"
too_long = st.just(EventDocument(date=DAYS[0], headline="Bad", tags=("x" * 300,)))


def found(number: int, document: EventDocument) -> Found:
    """As a file with the same document twice would give it the second time: the same bytes."""
    return Found(f"{number}", document, number, hashlib.sha256(jsonl.write(document).encode()).hexdigest())


def load(documents: list[EventDocument], size: int) -> Report:
    report = Report()
    rest = iter([found(number, document) for number, document in enumerate(documents)])
    while batch := list(islice(rest, size)):
        import_batch(batch, report)
    return report


@pytest.mark.django_db
@settings(max_examples=60, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(events | too_long, max_size=8), st.integers(2, 9))
def test_documents_written_one_by_one_or_together_give_the_same_rows_and_report(
    documents: list[EventDocument], size: int
) -> None:
    states = []
    for batch in (1, size):
        with transaction.atomic():
            report = load(documents, batch)
            again = load(documents, batch)
            states.append((all_rows(), report.counts, sorted(place for place, _ in report.rejected)))
            assert {error.reason for _, error in report.rejected} <= {TOO_LONG}
            assert {outcome for _, outcome in again.counts} <= {"unchanged"}
            check_history()
            transaction.set_rollback(True)
    (one_by_one, *reports), (together, *other_reports) = states
    for model, rows in one_by_one.items():
        assert together[model] == rows, model
    assert other_reports == reports


def check_history() -> None:
    """Every event is what its last revision says."""
    for event in Event.objects.with_everything():
        last = event.revisions.order_by("-number").first()
        assert last is not None
        assert (last.number, last.link) == (event.version, event.last_link)
        said, is_now = revisions.read(last), exporter.event_document(event)
        assert replace(said, related=(), citations=()) == replace(is_now, related=(), citations=())
        assert [citation.label for citation in said.citations] == [citation.label for citation in is_now.citations]
        assert len(said.related) == len(is_now.related)


@pytest.mark.django_db
def test_one_document_that_the_database_refuses_does_not_take_the_batch_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = [EventDocument(date=DAYS[0], headline=headline) for headline in ("One", "Two", "Three")]
    bad = EventDocument(date=DAYS[0], headline="Bad", tags=("Bad",), slug="a" * 200)
    report = load([good[0], replace(bad, headline="x" * 3000), good[1], good[2]], 4)
    assert [event.headline for event in Event.objects.order_by("headline")] == ["One", "Three", "Two"]
    assert [(place, type(error)) for place, error in report.rejected] == [("1", DocumentError)]
