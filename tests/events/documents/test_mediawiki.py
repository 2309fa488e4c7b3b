"""MediaWiki's export XML (docs/formats.md, format 7)."""

import datetime as dt
import gzip
import io
import tracemalloc
from collections.abc import Iterable, Iterator
from html import escape
from itertools import chain, repeat
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from events.documents import mediawiki, wikitext
from events.documents.mediawiki import PageRevision, Tally
from events.documents.records import EventDocument
from sources.documents import DocumentError

CORPORA = Path(settings.BASE_DIR).parent / "shared" / "corpora"
QUARTER = CORPORA / "mediawiki-export-2025-q1.xml.gz"
HISTORY = CORPORA / "mediawiki-export-history.xml.gz"

HEAD = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">\n'
REVISION = """<revision><id>7</id><parentid>6</parentid><timestamp>2031-05-04T10:20:30Z</timestamp>
<contributor><username>A. Writer</username><id>99</id></contributor>
<comment>More &amp; better</comment><origin>7</origin>
<text bytes="9" xml:space="preserve">*[[Rain]] &lt;!-- falls --&gt;</text><sha1>x</sha1></revision>"""


def page(*revisions: str, title: str = "Portal:Current events/2031 May 4") -> str:
    return f"<page><title>{escape(title)}</title><ns>100</ns><id>1</id>{''.join(revisions)}</page>\n"


def export(*pages: str) -> str:
    return HEAD + "".join(pages) + "</mediawiki>"


def read(xml: str | bytes, tally: Tally | None = None) -> list[PageRevision | DocumentError]:
    return list(mediawiki.read_export(io.BytesIO(xml.encode() if isinstance(xml, str) else xml), tally))


def revision(xml: str) -> PageRevision:
    (only,) = read(xml)
    assert isinstance(only, PageRevision)
    return only


def error(xml: str | bytes) -> DocumentError:
    (only,) = read(xml)
    assert isinstance(only, DocumentError)
    return only


def test_a_revision_has_everything_that_its_page_says() -> None:
    assert revision(export(page(REVISION))) == PageRevision(
        title="Portal:Current events/2031 May 4",
        date=dt.date(2031, 5, 4),
        revision_id="7",
        timestamp=dt.datetime(2031, 5, 4, 10, 20, 30, tzinfo=dt.UTC),
        contributor="A. Writer",
        comment="More & better",
        text="*[[Rain]] <!-- falls -->",
        line=2,
    )


def test_a_page_may_have_many_revisions_and_a_contributor_only_an_address() -> None:
    second = REVISION.replace("<username>A. Writer</username><id>99</id>", "<ip>192.0.2.1</ip>").replace(">7<", ">8<")
    tally = Tally()
    found = read(export(page(REVISION, second)), tally)
    assert [(one.revision_id, one.contributor) for one in found if isinstance(one, PageRevision)] == [
        ("7", "A. Writer"),
        ("8", "192.0.2.1"),
    ]
    assert tally == Tally(pages=1, revisions=2, passed_over=0)


def test_what_was_deleted_is_empty_and_said() -> None:
    found = revision(
        export(
            page(
                "<revision><id>7</id><timestamp>2031-05-04T10:20:30+02:00</timestamp>"
                '<contributor deleted="deleted" /><comment deleted="deleted" /><text deleted="deleted" /></revision>'
            )
        )
    )
    assert (found.contributor, found.comment, found.text, found.is_deleted) == ("", "", "", True)
    assert found.timestamp == dt.datetime(2031, 5, 4, 8, 20, 30, tzinfo=dt.UTC)
    assert not revision(export(page(REVISION))).is_deleted


def test_text_in_another_slot_of_a_revision_is_not_the_page() -> None:
    slot = '<content><role>style</role><text deleted="deleted">other</text></content></revision>'
    found = revision(export(page(REVISION.replace("</revision>", slot))))
    assert (found.text, found.is_deleted) == ("*[[Rain]] <!-- falls -->", False)


@pytest.mark.parametrize("title", ["Portal:Current events/2031 December 24", "Portal:Current_events/2031_December_24"])
def test_day_pages_are_known_by_their_title(title: str) -> None:
    assert revision(export(page(REVISION, title=title))).date == dt.date(2031, 12, 24)


@pytest.mark.parametrize(
    "title",
    ["Portal:Current events", "Portal:Current events/May 2031", "Portal talk:Current events/2031 May 4", "Rain & Snow",
     "Portal:Current events/2031 Mayday 4", "Portal:Current events/2031 May 4/Sandbox", ""],
)  # fmt: skip
def test_pages_with_other_titles_are_passed_over_and_counted(title: str) -> None:
    tally = Tally()
    found = read(export(page(REVISION, title=title), page(REVISION)), tally)
    assert len(found) == 1
    assert tally == Tally(pages=1, revisions=1, passed_over=1)


def test_a_title_with_a_date_that_does_not_exist_is_an_error_and_the_rest_goes_on() -> None:
    first, second = read(export(page(REVISION, title="Portal:Current events/2031 May 32"), page(REVISION)))
    assert isinstance(first, DocumentError)
    assert "does not exist" in first.reason
    assert isinstance(second, PageRevision)


def test_a_broken_timestamp_costs_one_revision() -> None:
    first, second = read(export(page(REVISION.replace("2031-05-04T", "yesterday "), REVISION)))
    assert isinstance(first, DocumentError)
    assert first.line == 2
    assert isinstance(second, PageRevision)


def test_a_title_wins_over_the_date_in_the_text_and_the_difference_is_told() -> None:
    text = "{{Current events|year=2031|month=05|day=%s|content=}}"
    other = revision(export(page(REVISION.replace("*[[Rain]]", text % "05"))))
    assert other.date == dt.date(2031, 5, 4)
    assert mediawiki.other_date(other) == dt.date(2031, 5, 5)
    for day in ("04", "32"):
        assert mediawiki.other_date(revision(export(page(REVISION.replace("*[[Rain]]", text % day))))) is None


# --- Bad input ---


@pytest.mark.parametrize(
    "declared", ['<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">', "<!ELEMENT a ANY>", ""]
)
def test_a_doctype_is_refused(declared: str) -> None:
    found = error(f'<?xml version="1.0"?>\n<!DOCTYPE mediawiki [{declared}]>\n{export(page(REVISION))}')
    assert "DOCTYPE" in found.reason
    assert found.line == 2


def test_an_entity_that_nobody_declared_is_an_error_with_its_line() -> None:
    found = read(export(page(REVISION), page(REVISION.replace("&amp;", "&rain;"))))
    assert isinstance(found[0], PageRevision)
    assert str(found[1]) == "line 8: this is not well-formed XML: undefined entity"


def test_a_truncated_export_gives_what_stands_before_the_end_and_one_error() -> None:
    *before, last = read(export(page(REVISION), page(REVISION, REVISION[:150])).removesuffix("</page>\n</mediawiki>"))
    assert len(before) == 2
    assert all(isinstance(one, PageRevision) for one in before)
    assert isinstance(last, DocumentError)
    assert last.line


def test_a_truncated_archive_gives_what_stands_before_the_end_and_one_error() -> None:
    pages = [page(REVISION.replace("Rain", f"{number}" * 50)) for number in range(5000)]
    data = gzip.compress(export(*pages).encode())
    with gzip.open(io.BytesIO(data[: len(data) // 2])) as stream:
        *before, last = mediawiki.read_export(cast(BinaryIO, stream))
    assert len(before) > 100
    assert isinstance(last, DocumentError)
    assert last.line


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("", "no element found"),
        ("Rain", "syntax error"),
        ("<html><page/></html>", "begins with <mediawiki>"),
        ('<?xml version="1.0" encoding="rain"?><mediawiki/>', "encoding"),
        ('<?xml version="1.0" encoding="big5"?><mediawiki/>', "encoding"),
        (HEAD + "<a>" * 100, "nested too deeply"),
        (HEAD + "<!--" + "a" * 9_000_000, "too long"),
        (HEAD + page(REVISION).replace("*[[Rain]]", "\0"), "not well-formed"),
    ],
)
def test_what_is_no_export_is_one_error(xml: str, reason: str) -> None:
    assert reason in str(error(xml))


def test_a_text_too_long_for_any_wiki_costs_one_revision() -> None:
    first, second = read(export(page(REVISION.replace("*[[Rain]]", "a" * (mediawiki.MAX_TEXT + 1)), REVISION)))
    assert str(first) == "line 2: <text> has more than 8,388,608 characters"
    assert isinstance(second, PageRevision)


def test_an_export_is_known_by_its_first_element() -> None:
    assert mediawiki.looks_like(b'<?xml version="1.0"?>\n' + HEAD.encode())
    assert not mediawiki.looks_like(b"<html><body>")


class Endless(io.RawIOBase):
    """A stream that makes its bytes while it is read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)

    def read(self, size: int | None = -1) -> bytes:
        return next(self._chunks, b"")


def test_memory_does_not_grow_with_the_export() -> None:
    one = page(REVISION.replace("Rain", "Rain " * 5000)).encode()
    passed_over = page(REVISION, title="Rain").encode()
    stream = Endless(chain([HEAD.encode()], repeat(one + passed_over, 2000), [b"</mediawiki>"]))  # 50 MB
    tally = Tally()
    tracemalloc.start()
    try:
        count = sum(isinstance(found, PageRevision) for found in mediawiki.read_export(cast(BinaryIO, stream), tally))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (count, tally.passed_over) == (2000, 2000)
    assert peak < 2_000_000


PARTS = st.sampled_from(
    [HEAD, REVISION, "<page>", "</page>", "<title>Portal:Current events/2031 May 4</title>", "<revision>",
     "</revision>", "<text>", "</text>", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#0;", "&a;", "<x:title>", "\xff"]
)  # fmt: skip


@given(st.lists(st.one_of(PARTS, st.text(max_size=5)), max_size=12).map("".join), st.sampled_from(["utf-8", "utf-16"]))
def test_any_xml_gives_revisions_and_at_the_end_at_most_one_fault(xml: str, encoding: str) -> None:
    read(xml.encode(encoding, errors="ignore"))
    read((HEAD + xml).encode(encoding, errors="ignore"))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert all(isinstance(found, PageRevision | DocumentError) for found in read(data))


# --- Real exports ---


def read_events(path: Path) -> Iterator[tuple[PageRevision, tuple[EventDocument, ...] | DocumentError]]:
    with gzip.open(path) as stream:
        for found in mediawiki.read_export(cast(BinaryIO, stream)):
            assert isinstance(found, PageRevision)
            try:
                yield found, wikitext.read_day(found.text, found.date).events
            except DocumentError as fault:
                yield found, fault


def cited(events: Iterable[EventDocument]) -> set[str]:
    return {citation.url for event in events for citation in event.citations}


@pytest.mark.skipif(not QUARTER.is_file(), reason="the export of a quarter is not here")
def test_a_real_quarter_is_read_whole() -> None:
    days = list(read_events(QUARTER))
    events = [event for _, found in days if not isinstance(found, DocumentError) for event in found]
    assert len(days) == 91
    assert len(events) == 1492
    assert {event.category for event in events} <= {
        "Armed conflicts and attacks", "Attacks and armed conflicts", "Arts and culture", "Business and economy",
        "Disasters and accidents", "Health and environment", "International relations", "Law and crime",
        "Politics and elections", "Science and technology", "Science and Technology", "Sports",
    }  # fmt: skip
    assert sum(event.is_unsourced for event in events) < 10
    assert not [event.headline for event in events if set("[]{}<|*") & set(event.headline) or "''" in event.headline]
    assert not [label for event in events for label in event.citations if not label.label]
    assert all(mediawiki.other_date(revision) is None for revision, _ in days)


@pytest.mark.skipif(not HISTORY.is_file(), reason="the export with history is not here")
def test_a_real_history_is_read_but_for_pages_saved_as_a_browser_shows_them() -> None:
    revisions = list(read_events(HISTORY))
    refused = [(revision.date, found) for revision, found in revisions if isinstance(found, DocumentError)]
    assert len(revisions) == 473
    assert len(refused) == 5
    assert all("browser" in fault.reason for _, fault in refused)
    newest = {revision.date: found for revision, found in revisions if not isinstance(found, DocumentError)}
    assert len(newest) == 8
    assert sum(len(found) for found in newest.values()) == 132
    for revision, found in revisions:
        if not isinstance(found, DocumentError):
            urls = [link.split()[0].rstrip("]") for link in revision.text.split("[http")[1:]]
            missing = {f"http{url}" for url in urls} - cited(found)
            assert all("wiki" in url for url in missing)
