"""Files and folders: what is found, recognised and refused."""

import datetime as dt
import gzip
import html
from pathlib import Path

import pytest

from events.documents import files
from events.documents.files import Found
from events.documents.records import DayDocument, EventDocument, PageDocument
from sources.documents import ArticleDocument, DocumentError
from tests.events.documents.samples import CHINESE_PAGE, DAY_PAGE, EVENT_PAGE


def read(path: Path, language: str = "") -> list[Found]:
    return list(files.read_file(path, language))


def error_of(path: Path) -> DocumentError:
    (found,) = read(path)
    assert isinstance(found.document, DocumentError)
    return found.document


def test_an_event_page_takes_its_slug_from_a_path_of_the_archive(tmp_path: Path) -> None:
    page = tmp_path / "news/2031/05/4/the-river-kent.md"
    page.parent.mkdir(parents=True)
    page.write_text(EVENT_PAGE)
    (found,) = read(page)
    assert isinstance(found.document, EventDocument)
    assert (found.document.slug, found.document.language, found.language) == ("the-river-kent", "en", "its labels")


def test_any_other_path_gives_no_slug(tmp_path: Path) -> None:
    page = tmp_path / "seed.txt"
    page.write_text(EVENT_PAGE)
    (found,) = read(page)
    assert isinstance(found.document, EventDocument)
    assert found.document.slug == ""


def test_pages_and_records_are_told_apart_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(DAY_PAGE)
    (tmp_path / "b.data").write_text('\ufeff{"date": "2031-05-04", "headline": "Rain"}\n\n{"x": 1}\n')
    (day,) = read(tmp_path / "a.md")
    event, bad = read(tmp_path / "b.data")
    assert isinstance(day.document, DayDocument)
    assert isinstance(event.document, EventDocument)
    assert isinstance(bad.document, DocumentError)
    assert bad.document.line == 3


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", None, "empty"),
        (b" \n", None, "empty"),
        (b"milk\nbread\n", 1, "no known kind"),
        (b"# fine\n\xff\n", 2, "not UTF-8"),
        (b"GIF89a\n\0\0", 2, "no text"),
        (b"x" * (files.MAX_PAGE + 1), None, "too many"),
    ],
)
def test_a_file_that_is_no_document_is_refused_with_line_and_reason(
    tmp_path: Path, data: bytes, line: int | None, reason: str
) -> None:
    (tmp_path / "file.md").write_bytes(data)
    error = error_of(tmp_path / "file.md")
    assert reason in error.reason
    assert error.line == line


def test_a_record_longer_than_any_document_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    long = b'{"date": "2031-05-04", "headline": "' + b"x" * (2 * files.MAX_LINE) + b'"}\n'
    (tmp_path / "x.jsonl").write_bytes(long + b'{"date": "2031-05-04", "headline": "Rain"}\n')
    bad, good = read(tmp_path / "x.jsonl")
    assert isinstance(bad.document, DocumentError)
    assert bad.document.line == 1 and f"{len(long):,} bytes" in bad.document.reason
    assert isinstance(good.document, EventDocument)
    assert good.line == 2


def test_a_link_out_of_the_folder_is_refused_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(EVENT_PAGE)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    (folder / ".hidden").write_text("x")
    (folder / "in.md").write_text(EVENT_PAGE)
    entries = list(files.list_files(folder))
    assert [entry for entry in entries if isinstance(entry, Path)] == [folder / "in.md"]
    problems = [entry for entry in entries if isinstance(entry, Found)]
    assert [Path(problem.place).name for problem in problems] == ["out.md", "up"]
    assert all("out of the folder" in str(problem.document) for problem in problems)


def test_a_missing_path_is_said_to_be_missing(tmp_path: Path) -> None:
    (problem,) = files.list_files(tmp_path / "nowhere")
    assert isinstance(problem, Found)
    assert "no such file" in str(problem.document)


def test_a_page_without_labels_speaks_its_folders_language_unless_another_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(CHINESE_PAGE)
    (tmp_path / "b.md").write_text("### [2031-05-4](/news/2031/05/4/index.md)\n\n# No label here\n")
    majority = files.survey(sorted(tmp_path.iterdir())).language
    assert majority == "zh"
    (found,) = files.read_file(tmp_path / "b.md", "", majority)
    assert isinstance(found.document, EventDocument)
    assert (found.document.language, found.language) == ("zh", "its folder")
    (found,) = read(tmp_path / "b.md", "en")
    assert found.language == "--language"


def test_the_same_bytes_have_the_same_hash_only_in_the_same_language_and_place(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "news/2031/05/4/c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(EVENT_PAGE)
    first, second, placed = (read(tmp_path / name)[0].sha256 for name in ("a.md", "b.md", "news/2031/05/4/c.md"))
    assert first == second != placed
    assert read(tmp_path / "a.md", "zh")[0].sha256 != first


DAY = """{{Current events|year=2031|month=05|day=04|content=
'''Disasters and accidents'''
*[[Lake District flood]]
**The [[River Kent]] leaves its bed. [https://lakeland.example/flood (Lakeland News)]
|}}
"""


def export(*texts: str, title: str = "Portal:Current events/2031 May 4") -> bytes:
    """A MediaWiki export of one page with these revisions."""
    revisions = "".join(
        f"<revision><id>{number}</id><timestamp>2031-05-0{number}T00:00:00Z</timestamp>"
        f"<contributor><username>A</username></contributor><text>{html.escape(text)}</text></revision>"
        for number, text in enumerate(texts, 4)
    )
    return f"<mediawiki><page><title>{title}</title>{revisions}</page></mediawiki>".encode()


def test_the_days_of_a_mediawiki_export_are_read_with_their_histories(tmp_path: Path) -> None:
    path = tmp_path / "export.xml.gz"
    path.write_bytes(gzip.compress(export(DAY.replace("leaves", "may leave"), DAY)))
    (found,) = read(path)
    assert isinstance(found.document, PageDocument)
    (states,) = found.document.events
    assert [state.document.headline for state in states] == [
        "The River Kent may leave its bed.",
        "The River Kent leaves its bed.",
    ]
    event = states[-1].document
    assert (event.category, event.topics) == ("Disasters and accidents", ("Lake District flood",))
    assert found.place == f"{path}:Portal:Current events/2031 May 4"


def test_a_page_of_wikitext_is_a_day_by_its_template_or_its_name(tmp_path: Path) -> None:
    (tmp_path / "day.txt").write_text(DAY)
    (found,) = read(tmp_path / "day.txt")
    assert isinstance(found.document, DayDocument)
    assert found.document.date == dt.date(2031, 5, 4)


def test_an_export_that_declares_entities_is_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + export(DAY)
    (tmp_path / "export.xml").write_bytes(bomb)
    assert any(isinstance(found.document, DocumentError) for found in read(tmp_path / "export.xml"))
    assert not any(isinstance(found.document, PageDocument) for found in read(tmp_path / "export.xml"))


def test_an_article_in_html_is_read_in_the_charset_that_it_declares(tmp_path: Path) -> None:
    text = """<!doctype html><meta charset="iso-8859-1"><meta property="og:type" content="article">
    <title>Crue à Kendal</title><article><p>La rivière Kent a quitté son lit.</p></article>"""
    (tmp_path / "saved.txt").write_bytes(text.encode("cp1252"))
    (found,) = read(tmp_path / "saved.txt")
    assert isinstance(found.document, ArticleDocument)
    assert found.document.title == "Crue à Kendal"
    assert found.sha256


def test_a_page_without_an_article_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.html").write_text("<!doctype html><title>Our shop</title><p>Buy now.")
    assert "no article" in error_of(tmp_path / "shop.html").reason


@pytest.mark.parametrize(("page", "name"), [(EVENT_PAGE, "the-river-kent.md"), (DAY_PAGE, "index.md")])
def test_the_date_of_a_pages_path_wins_over_its_texts_and_the_difference_is_noted(
    page: str, name: str, tmp_path: Path
) -> None:
    for day in ("4", "5"):
        path = tmp_path / f"news/2031/05/{day}/{name}"
        path.parent.mkdir(parents=True)
        path.write_text(page)
    (same,) = read(tmp_path / f"news/2031/05/4/{name}")
    (other,) = read(tmp_path / f"news/2031/05/5/{name}")
    assert same.notes == ()
    assert other.notes == ("its text says 2031-05-04; the date of its path, 2031-05-05, was taken",)
    assert isinstance(other.document, EventDocument | DayDocument)
    assert other.document.date == dt.date(2031, 5, 5)
    assert other.sha256 != same.sha256
