"""Real archives in, out and in again: the same rows, and nearly the same pages (docs/round-trip.md)."""

import difflib
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.events.conftest import SHARED
from tests.events.rows import digests
from tests.events.test_export_command import FIELDS_LEFT_OUT, MODELS_LEFT_OUT, empty_the_wiki, export
from tests.events.test_export_trees import PUBLISHERS

pytestmark = pytest.mark.django_db

CHINESE_YEAR = SHARED / "corpora/news-wiki-zh-2018.tar.gz"
CORPUS = SHARED / "corpora/current-events-2002-2024.jsonl.gz"
PAGE = (settings.BASE_DIR / "docs/round-trip.md").read_text()
CUT = 40  # characters of a line that a list of differences shows


def code_of(page: str) -> Callable[[str, str], str]:
    """The normaliser, as the page shows it."""
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 (our own page)
    assert len(code.splitlines()) <= 20
    normalise: Callable[[str, str], str] = names["normalise"]
    return normalise


normalise = code_of(PAGE)


def load(path: Path) -> None:
    call_command("import_documents", str(path), stdout=StringIO())


def rows(*fields_left_out: str) -> dict[str, tuple[int, str]]:
    return digests(frozenset(MODELS_LEFT_OUT), frozenset({*FIELDS_LEFT_OUT, *fields_left_out}))


@pytest.fixture
def chinese_year(tmp_path: Path) -> Path:
    """The archive's own pages in a folder; the wiki has imported them."""
    if not CHINESE_YEAR.exists():
        pytest.skip("the Chinese archive is not here")
    load(CHINESE_YEAR)
    with tarfile.open(CHINESE_YEAR) as archive:
        archive.extractall(tmp_path / "originals", filter="data")
    return tmp_path / "originals"


Pair = tuple[str, str, str]  # the path of a page, the page of the archive, the page of the tree


def pairs(originals: Path, tree: Path) -> Iterator[Pair]:
    """The pages of an archive beside those of the tree, both normalised; nothing where the tree has none."""
    for path in sorted(originals.rglob("*.md")):
        name = path.relative_to(originals)
        page, ours = (normalise(one.read_text(), "zh") if one.exists() else "" for one in (path, tree / name))
        yield name.as_posix(), page, ours


def difference(pair: Pair) -> str:
    """The path of the page and the beginnings of the lines that differ by more than the number of an item."""
    name, *pages = pair
    page, ours = (re.sub(r"(?m)^\d+\. ", "", text).split("\n") for text in pages)
    diff = list(difflib.unified_diff(page, ours, n=0, lineterm=""))[2:]
    lines = [name, *(line for line in diff if not line.startswith("@@"))]
    return "\n".join(f"{line[:CUT]}…" if len(line) > CUT else line for line in lines)


def entries(page: str) -> list[str]:
    """The parts of a day page in any order."""
    return sorted(page.split("\n\n"))


def test_the_pages_of_the_chinese_year_are_their_originals_but_for_those_that_are_listed(
    chinese_year: Path, tmp_path: Path
) -> None:
    tree = export(tmp_path / "out", "--format", "markdown", "--links", "archive") / "zh"
    pages = list(pairs(chinese_year, tree))
    events = [pair for pair in pages if not pair[0].endswith(("/index.md", "/README.md"))]
    days = [pair for pair in pages if pair[0].endswith("/index.md")]
    others = [pair for pair in events if pair[1] != pair[2]]
    assert len(others) <= len(events) * 0.02
    figures = (
        f"{len(events) - len(others)} of {len(events)} event pages",
        f"{sum(page == ours for _, page, ours in days)} of {len(days)} day pages",
        f"{sum(entries(page) == entries(ours) for _, page, ours in days)} have the same entries",
        "```diff\n{}\n```".format("\n".join(map(difference, others))),
    )
    missing = [said for said in figures if said not in PAGE]
    assert not missing, "docs/round-trip.md should say:\n" + "\n".join(missing)


def test_the_chinese_year_is_the_same_wiki_when_it_comes_back(chinese_year: Path, tmp_path: Path) -> None:
    before, before_in_xml = rows(), rows("position")
    lines, pages, xml = (export(tmp_path / name, "--format", name) for name in ("jsonl", "markdown", "xml"))
    empty_the_wiki()
    load(lines)
    assert rows() == before
    again = export(tmp_path / "again")
    assert (again / "newsroom.jsonl").read_bytes() == (lines / "newsroom.jsonl").read_bytes()

    empty_the_wiki(but=PUBLISHERS)  # their names are no part of pages
    load(pages)
    assert rows() == before

    empty_the_wiki(but=PUBLISHERS)
    load(xml)  # where pages of days tell links too, which stubs take their tags from in the order of reading
    assert rows("position") == before_in_xml


@pytest.mark.skipif(not os.environ.get("ROUND_TRIP_CORPUS"), reason="it takes minutes: ROUND_TRIP_CORPUS=1 runs it")
def test_twenty_years_of_events_as_json_lines_are_the_same_wiki(tmp_path: Path) -> None:
    load(CORPUS)
    before, folder = rows(), export(tmp_path / "out")
    assert before["events.Event"][0] == 107_567
    empty_the_wiki()
    load(folder)
    assert rows() == before
    again = export(tmp_path / "again")
    assert (again / "newsroom.jsonl").read_bytes() == (folder / "newsroom.jsonl").read_bytes()
