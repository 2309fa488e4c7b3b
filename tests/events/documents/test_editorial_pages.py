"""Editorials as Markdown, JSON and XML pages: what is written is read as the same."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.documents import editorial_pages, jsonl, xml
from events.documents.files import read_file
from events.documents.records import CorrectionDocument, EditorialDocument
from sources.documents import DocumentError

KENT = EditorialDocument(
    date=dt.date(2031, 5, 4),
    slug="let-the-river-be",
    language="en",
    title="Let the river be",
    author="Ada Brook",
    standfirst="Walls move the flood, they do not end it.",
    body="The [[River Kent|Kent]] rose.\n\n> It always does.\n\n### Corrections: a history\n\n    code",
    corrections=(CorrectionDocument(date=dt.date(2031, 5, 5), text="The wall is 3 m high."),),
)
PAGE = """\
### [2031-05-4](/opinion/)

# Let the river be

_By: Ada Brook_

> Walls move the flood, they do not end it.

The [[River Kent|Kent]] rose.

> It always does.

\\### Corrections: a history

    code

### Corrections:

1. 2031-05-05: The wall is 3 m high.
"""


def test_an_editorial_is_written_as_a_page_and_read_again() -> None:
    assert editorial_pages.write(KENT) == PAGE
    assert editorial_pages.looks_like(PAGE)
    assert editorial_pages.read(PAGE, KENT.slug, "en") == KENT


LINE = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", min_codepoint=10)
)
STRUCTURE = st.sampled_from(
    ["> quoted", "\\> quoted", "### Corrections:", "\\### 更正：", "_By: Nobody_", "# Title", "---"]
)


@given(body=st.lists(LINE | STRUCTURE).map(lambda lines: "\n".join(lines).strip()), has_standfirst=st.booleans())
def test_any_body_comes_back_as_it_was(body: str, has_standfirst: bool) -> None:
    editorial = EditorialDocument(
        date=KENT.date, title="T", author="A", standfirst="It says." if has_standfirst else "", body=body
    )
    assert editorial_pages.read(editorial_pages.write(editorial)) == editorial


def test_blank_lines_before_a_quotation_do_not_make_it_the_standfirst() -> None:
    page = editorial_pages.write(replace(KENT, standfirst="", body="\n> It always does.\n\nThe Kent rose."))
    back = editorial_pages.read(page)
    assert (back.standfirst, back.body) == ("", "> It always does.\n\nThe Kent rose.")


def test_the_page_of_another_edition_says_so() -> None:
    page = editorial_pages.write(KENT, home="/zh")
    assert page.startswith("### [2031-05-4](/zh/opinion/)")
    assert editorial_pages.edition(page) == "zh"
    assert editorial_pages.edition(PAGE) == ""


@pytest.mark.parametrize(
    ("page", "line", "said"),
    [
        (PAGE.replace("2031-05-4]", "2031-02-30]"), 1, "does not exist"),
        (PAGE.replace("# Let the river be", "#"), 3, "no title"),
        (PAGE.replace("_By: Ada Brook_", "Ada Brook"), 5, "names its author"),
        (PAGE.replace("1. 2031-05-05", "1. 2031-05-50"), 19, "a correction looks like"),
    ],
)
def test_what_is_missing_is_said_with_its_line(page: str, line: int, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as caught:
        editorial_pages.read(page)
    assert caught.value.line == line


def test_json_and_xml_hold_all_of_it() -> None:
    assert jsonl.read(jsonl.write(KENT)) == KENT
    assert '"type":"editorial","date":"2031-05-04"' in jsonl.write(KENT)
    assert xml.looks_like(xml.write(KENT))
    assert xml.read(xml.write(KENT)) == KENT


@pytest.mark.parametrize("field", ["title", "author"])
def test_an_editorial_without_a_title_or_an_author_is_refused(field: str) -> None:
    with pytest.raises(DocumentError, match=field):
        jsonl.from_record({**jsonl.to_record(KENT), field: ""})


@pytest.mark.parametrize("name", ["let-the-river-be.md", "let-the-river-be.xml", "let-the-river-be.json"])
def test_a_file_is_known_for_an_editorial_by_what_it_holds(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "opinion/2031/05/4"
    folder.mkdir(parents=True)
    page = {"md": PAGE, "xml": xml.write(KENT), "json": jsonl.write_page(KENT)}[name.rpartition(".")[2]]
    (folder / name).write_text(page)
    [found] = read_file(folder / name)
    assert found.document == KENT
