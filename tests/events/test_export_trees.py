"""manage.py export_documents --format markdown|xml: trees of pages, as this site or the archives have them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError

from events.importer import Report
from events.models import Event, EventTag
from tests.events.documents.samples import CHINESE_PAGE
from tests.events.rows import all_rows
from tests.events.test_export_command import FIELDS_LEFT_OUT, MODELS_LEFT_OUT, empty_the_wiki, export

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]

PUBLISHERS = ("sources.Publisher", "sources.PublisherAlias")

KENT = """\
{"date": "2031-05-04", "slug": "kent", "headline": "Kent", "tags": ["Floods", "Kendal"], "topics": ["Floods"],\
 "related": [{"date": "2031-05-02", "slug": "rain", "headline": "Rain", "context": ["Kendal"]}]}
"""


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def rows_of_trees() -> dict[str, list[dict[str, object]]]:
    """The rows that trees of public events carry: all but the names of publishers, which each wiki knows by itself."""
    return all_rows(frozenset({*MODELS_LEFT_OUT, *PUBLISHERS}), frozenset(FIELDS_LEFT_OUT))


def load_lines(tmp_path: Path, load: Load, lines: str) -> None:
    (tmp_path / "in.jsonl").write_text(lines)
    assert not load(tmp_path / "in.jsonl").rejected


def test_what_the_page_of_the_day_says_is_not_repeated_on_that_of_the_event(tmp_path: Path, load: Load) -> None:
    load_lines(tmp_path, load, KENT)
    folder = export(tmp_path / "out", "--format", "markdown") / "news/2031/05/4"
    assert "_Context: Floods, Kendal_" in (folder / "index.md").read_text()
    assert "_Tags:" not in (folder / "kent.md").read_text()
    assert "_Topics:" not in (folder / "kent.md").read_text()


def test_a_name_with_a_comma_and_a_topic_that_no_page_could_tell_are_said(tmp_path: Path, load: Load) -> None:
    load_lines(
        tmp_path,
        load,
        KENT.replace('"Kendal"]', '"Kendal, Cumbria", "Sand"]').replace('s": ["Floods"]', 's": ["Sand"]'),
    )
    page = (export(tmp_path / "out", "--format", "markdown") / "news/2031/05/4/kent.md").read_text()
    assert '_Tags: Floods, "Kendal, Cumbria", Sand_' in page
    assert "_Topics:" not in page  # it leads on the page of the day


def test_a_headline_with_a_colon_needs_no_line_of_topics_unless_the_words_before_it_are_a_tag(
    tmp_path: Path, load: Load
) -> None:
    lines = '{"date": "2031-05-04", "slug": "a", "headline": "He says: no", "tags": ["Kendal"]}\n'
    load_lines(tmp_path, load, lines + lines.replace('"a"', '"b"').replace("He says", "Kendal"))
    folder = export(tmp_path / "out", "--format", "markdown") / "news/2031/05/4"
    assert "_Topics:" not in (folder / "a.md").read_text()
    assert "_Topics: _" in (folder / "b.md").read_text()


def test_links_name_the_edition_as_the_site_does_or_leave_it_out_as_archives_do(tmp_path: Path, load: Load) -> None:
    (tmp_path / "zh.md").write_text(CHINESE_PAGE)
    load(tmp_path / "zh.md")
    slug = Event.objects.get(is_stub=False).slug
    page = f"zh/news/2031/05/4/{slug}.md"
    site = export(tmp_path / "site", "--format", "markdown")
    assert "### [2031-05-4](/zh/news/2031/05/4/index.md)" in (site / page).read_text()
    assert "](/zh/news/2031/05/3/" in (site / page).read_text()
    archive = export(tmp_path / "archive", "--format", "markdown", "--links", "archive")
    assert "### [2031-05-4](/news/2031/05/4/index.md)" in (archive / page).read_text()
    assert "](/news/2031/05/3/" in (archive / page).read_text()


def test_an_event_known_only_from_a_link_has_no_page_where_the_link_has_one(tmp_path: Path, load: Load) -> None:
    load_lines(tmp_path, load, KENT)
    assert Event.objects.get(slug="rain").is_stub
    told = export(tmp_path / "told", "--format", "markdown")
    assert paths(told) == {"news/2031/05/4/index.md", "news/2031/05/4/kent.md"}
    Event.objects.filter(slug="kent").update(status="withdrawn")
    EventTag.objects.filter(event__slug="kent").update(is_public=False)
    alone = export(tmp_path / "alone", "--format", "markdown")
    assert paths(alone) == {"news/2031/05/2/index.md", "news/2031/05/2/rain.md"}


def test_a_tree_in_xml_has_a_page_for_every_event_and_day_and_brings_all_that_is_public_back(
    tmp_path: Path, load: Load
) -> None:
    load_lines(
        tmp_path,
        load,
        KENT
        + """{"date": "2031-05-04", "slug": "full", "category": "Sports", "headline": "Full", "summary": "One\\nTwo",\
 "image": {"url": "/media/a.webp", "caption": "Ca", "credit": "Cr"}, "tags": ["A, B", "C"],\
 "citations": [{"label": "Courier", "url": "https://courier.example/1", "title": "Flood", "publisher": "The Courier",\
 "authors": ["A. Writer"], "published_on": "2031-05-05"}, {"label": "BBC"}]}
""",
    )
    before = rows_of_trees()
    folder = export(tmp_path / "out", "--format", "xml")
    assert paths(folder) == {f"news/2031/05/4/{name}.xml" for name in ("index", "kent", "full")}
    empty_the_wiki(but=PUBLISHERS)
    assert not load(folder).rejected
    assert rows_of_trees() == before


def test_links_are_a_matter_of_markdown(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="by date and slug"):
        export(tmp_path / "out", "--links", "site")


def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="file/out cannot be written: Not a directory"):
        export(tmp_path / "file" / "out")


def test_a_page_whose_name_is_too_long_for_a_file_is_named_and_the_others_are_written(
    tmp_path: Path, load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "肯" * 100
    load_lines(tmp_path, load, KENT + KENT.replace("kent", long).replace("Kent", "Kendal"))
    with pytest.raises(CommandError, match="1 pages were not written, 2 were"):
        export(tmp_path / "out", "--format", "markdown")
    assert f"{long}.md: this name is too long for a file here" in capsys.readouterr().err


def test_two_exports_are_the_same_bytes(tmp_path: Path, load: Load) -> None:
    (tmp_path / "zh.md").write_text(CHINESE_PAGE)
    load(tmp_path / "zh.md")
    load_lines(tmp_path, load, KENT)
    for format in ("jsonl", "markdown", "xml"):
        one, other = (export(tmp_path / f"{format}{number}", "--format", format) for number in (1, 2))
        assert paths(one) == paths(other)
        assert all((one / path).read_bytes() == (other / path).read_bytes() for path in paths(one))
