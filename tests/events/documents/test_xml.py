"""Pages as XML (docs/formats.md, format 4)."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.documents import xml
from events.documents.records import CitationDocument, DayDocument, EventDocument
from sources.documents import DocumentError
from tests.events.documents.test_jsonl import EVENT
from tests.events.documents.test_markdown import events

PAGE = """<?xml version="1.0" encoding="utf-8"?>
<event xml:lang="zh">
  <date>2031-05-04</date>
  <headline>Rain</headline>
</event>
"""


def test_a_page_of_xml_has_the_keys_as_elements_and_lists_as_repeated_ones() -> None:
    root = ElementTree.fromstring(xml.write(EVENT.for_the_public()))  # noqa: S314 (our own text)
    assert root.tag == "event"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert [tag.text for tag in root.findall("tag")] == ["Lake District flood", "Kendal, Cumbria"]
    assert [label.text for label in root.findall("citation/label")] == ["The Courier", "BBC"]
    assert root.findtext("related/context") == "Kendal, Cumbria"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_makes_well_formed_xml(text: str) -> None:
    event = EventDocument(date=dt.date(2031, 5, 4), language="en", headline=text, summary="<script>&")
    root = ElementTree.fromstring(xml.write(event))  # noqa: S314 (our own text)
    assert root.findtext("summary") == "<script>&"


@pytest.mark.parametrize(
    "document",
    [
        EVENT,
        EVENT.for_the_public(),
        replace(EVENT, citations=(), is_unsourced=False),
        replace(EVENT, citations=(CitationDocument(),), is_unsourced=True),
        replace(EVENT, summary="One\r\nTwo\u2028three & <four>"),
        DayDocument(date=EVENT.date, language="en", events=(EVENT, replace(EVENT, slug="other"))),
        DayDocument(date=EVENT.date),
    ],
)
def test_a_page_is_read_as_it_was_written(document: EventDocument | DayDocument) -> None:
    page = xml.write(document)
    assert xml.looks_like(page)
    assert xml.read(page) == document


@given(events())
def test_every_event_survives_being_written_and_read(event: EventDocument) -> None:
    # No text of this format has blanks around it.
    event = replace(event, is_unsourced=not event.citations, summary=event.summary.strip())
    page = xml.write(event)
    assume("\ufffd" not in page)  # what stands for the few characters that XML cannot hold
    assert xml.read(page) == event


def test_the_language_of_the_root_is_enough() -> None:
    assert xml.read(PAGE) == EventDocument(date=dt.date(2031, 5, 4), language="zh", headline="Rain", is_unsourced=True)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("</event>", "", 6, "not well-formed XML: no element found"),
        ("Rain", "&rain;", 4, "not well-formed XML: undefined entity"),
        ("<event", "<!DOCTYPE event [<!ENTITY rain 'x'>]><event", 2, "no DOCTYPE"),
        ("event", "tag", 2, "begins with <event>, <day> or <editorial>, not <tag>"),
        ("Rain", "<b>Rain</b>", 4, "<headline> holds text and no elements"),
        ("<headline>", "Rain<headline>", 4, "<event> holds elements and no text"),
        ("<headline>", "<date>2031-05-05</date><headline>", 4, "<date> stands here twice"),
        ("<headline>", "<head>x</head><headline>", None, "unknown key “head”"),
        ("<headline>", "<type>source</type><headline>", None, "unknown key “type”"),
        ("<headline>", "<citation><lable/></citation><headline>", None, r"unknown key “citations\[0\].lable”"),
        ("<headline>", "<is_stub>maybe</is_stub><headline>", None, "“is_stub” must be true or false"),
        ("2031-05-04", "2031-02-30", None, "no date like"),
    ],
)
def test_what_is_wrong_with_a_page_is_said(old: str, new: str, line: int | None, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        xml.read(PAGE.replace(old, new))
    assert caught.value.line == line


@given(st.data())
def test_any_damaged_page_is_read_or_refused_with_a_reason(data: st.DataObject) -> None:
    page = xml.write(EVENT)
    cut = data.draw(st.integers(0, len(page)))
    damaged = page[:cut] + data.draw(st.text(max_size=5)) + page[cut + data.draw(st.integers(0, 30)) :]
    try:
        xml.read(damaged)
    except DocumentError as error:
        assert error.reason
