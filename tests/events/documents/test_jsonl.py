"""Newsroom's exchange format (docs/formats.md, format 3)."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.choices import LinkKind, Status
from events.documents import jsonl
from events.documents.records import (
    CitationDocument,
    CorrectionDocument,
    DayDocument,
    EventDocument,
    ImageDocument,
    RelatedDocument,
    TagDocument,
)
from sources.documents import ArticleDocument, DocumentError, PublisherDocument

EVENT = EventDocument(
    date=dt.date(2031, 5, 4),
    slug="the-river-kent",
    language="en",
    category="Disasters and accidents",
    topics=("Lake District flood",),
    headline="The river Kent leaves its bed.",
    summary="Rain fell.",
    image=ImageDocument(url="/media/kent.webp", caption="The Kent", credit="A. Person"),
    tags=("Lake District flood", "Kendal, Cumbria"),
    citations=(
        CitationDocument(
            label="The Courier",
            url="https://courier.example/1",
            title="Two bridges close",
            publisher="The Courier",
            authors=("A. Writer",),
            published_on=dt.date(2031, 5, 5),
        ),
        CitationDocument(label="BBC"),
    ),
    related=(
        RelatedDocument(
            date=dt.date(2031, 5, 3),
            slug="schools-close",
            headline="Schools close.",
            context=("Kendal, Cumbria",),
            kind=LinkKind.PINNED,
            note="The day before.",
        ),
    ),
    status=Status.WITHDRAWN,
    withdrawn_reason="It was another river.",
    is_unsourced=False,
    is_stub=True,
    old_slugs=("kent", "2031-05-03/kent"),
)


def test_a_record_has_the_keys_of_the_format_in_their_order() -> None:
    assert list(json.loads(jsonl.write(EVENT))) == [
        "date",
        "slug",
        "language",
        "category",
        "topics",
        "headline",
        "summary",
        "image",
        "tags",
        "citations",
        "related",
        "status",
        "withdrawn_reason",
        "is_stub",
        "old_slugs",
    ]


def test_a_public_record_has_nothing_that_only_editors_may_have() -> None:
    record = jsonl.to_record(EVENT.for_the_public())
    assert not record.keys() & {"status", "withdrawn_reason", "is_unsourced", "is_stub", "old_slugs"}
    assert record["related"][0].keys() == {"date", "slug", "headline", "context"}


def test_hidden_links_are_not_public() -> None:
    hidden = replace(EVENT, related=(replace(EVENT.related[0], kind=LinkKind.HIDDEN),))
    assert hidden.for_the_public().related == ()


@pytest.mark.parametrize(
    "document",
    [
        EVENT,
        replace(EVENT, citations=(), is_unsourced=True),
        replace(EVENT, citations=(), is_unsourced=False),
        EventDocument(date=dt.date(1066, 10, 14), headline="A battle", is_unsourced=True),
        EventDocument(
            date=dt.date(2031, 5, 4),
            headline="Soon",
            status=Status.SCHEDULED,
            publish_at=dt.datetime(2031, 5, 4, 9, 30, tzinfo=dt.UTC),
            corrections=(CorrectionDocument(date=dt.date(2031, 5, 5), text="It was the Lune."),),
        ),
        DayDocument(date=dt.date(2031, 5, 4), language="en", events=(EVENT,)),
        TagDocument(name="Kendal", language="en", aliases=("Kendal, Cumbria",), wikidata="Q1", description="A town"),
        PublisherDocument(name="The Courier", aliases=("Courier",), homepage="https://courier.example"),
        ArticleDocument(
            url="https://courier.example/1",
            title="Two bridges close",
            publisher="The Courier",
            authors=("A. Writer",),
            published_on=dt.date(2031, 5, 5),
            body="Text",
        ),
    ],
    ids=lambda document: type(document).__name__,
)
def test_every_kind_of_record_is_read_as_it_was_written(document: jsonl.Record) -> None:
    assert jsonl.read(jsonl.write(document)) == document
    assert jsonl.read(jsonl.write_page(document)) == document


def test_a_date_and_a_headline_are_enough() -> None:
    event = jsonl.read('{"date": "2031-05-04", "headline": "Rain", "category": null}')
    assert event == EventDocument(date=dt.date(2031, 5, 4), headline="Rain", is_unsourced=True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "a JSON object"),
        ("[" * 100_000, "not JSON|nested too deeply"),
        ('{"date": "2031-02-30", "headline": "x"}', "“date” is '2031-02-30'"),
        ('{"date": "20310204", "headline": "x"}', "“date”"),
        ('{"date": "2031-02-03"}', "“headline” is missing"),
        ('{"date": "2031-02-03", "headline": "  "}', "“headline” is empty"),
        ('{"date": "2031-02-03", "headline": 5}', "“headline” must be text"),
        ('{"date": "2031-02-03", "headline": "x", "tags": "y"}', "“tags” must be a list"),
        ('{"date": "2031-02-03", "headline": "x", "citations": [{"lable": "y"}]}', r"“citations\[0\].lable”"),
        (
            '{"date": "2031-02-03", "headline": "x", "status": "secret"}',
            "draft, review, scheduled, published, withdrawn",
        ),
        ('{"date": "2031-02-03", "headline": "x", "publish_at": "2031-02-03T09:00"}', "no moment like"),
        ('{"date": "2031-02-03", "headline": "x", "tag_lines": ["a, b"]}', "unknown key “tag_lines”"),
        ('{"date": "2031-02-03", "headline": "x\\u0000"}', "NUL"),
        ('{"date": "2031-02-03", "headline": "x\\ud800"}', "surrogate"),
        ('{"type": "secret"}', "known types are"),
        ('{"type": {}}', "known types are"),
        ('{"type": "day", "date": "2031-02-03", "events": [3]}', "must be an object"),
    ],
)
def test_what_is_wrong_with_a_record_is_said_with_its_key(line: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        jsonl.read(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
KEYS = ["type", "date", "headline", "tags", "image", "citations", "related", "events", "status", "is_unsourced"]


@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_any_json_is_read_or_refused_with_a_reason(record: dict[str, object]) -> None:
    try:
        document = jsonl.read(json.dumps(record))
    except DocumentError as error:
        assert error.reason
    else:
        assert jsonl.read(jsonl.write(document)) == document
