"""manage.py import_documents"""

import gzip
import io
import json
import sys
import tarfile
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from events.documents.files import Found
from events.management.commands.import_documents import batches
from events.models import Event, ReadDocument
from sources import bulk
from sources.documents import DocumentError
from tests.events.conftest import SHARED
from tests.events.documents.samples import CHINESE_PAGE, DAY_PAGE, EVENT_PAGE

pytestmark = pytest.mark.django_db


def run(*args: str | Path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("import_documents", *map(str, args), stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def test_it_prints_what_was_created_and_how_the_language_was_known(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(EVENT_PAGE)
    out, err = run(tmp_path)
    assert "events: 1 created, 0 updated, 0 unchanged" in out
    assert "stubs: 2 created" in out
    assert "language: en, known by its labels (1 pages)" in out
    assert err == ""


def test_it_names_file_line_and_reason_of_every_rejected_document_and_fails(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(EVENT_PAGE)
    (tmp_path / "bad.md").write_text(EVENT_PAGE.replace("2031-05-4]", "2031-02-30]"))
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "list.txt").write_text("milk\n")
    (tmp_path / "lines.jsonl").write_text('{"date": "2031-05-05", "headline": "Rain"}\n{"date": "2031-05-05"}\n')
    out, err = run(tmp_path)
    assert f"{tmp_path}/bad.md: line 1: the date 2031-02-30 does not exist" in err
    assert f"{tmp_path}/empty.md: the file is empty" in err
    assert f"{tmp_path}/list.txt: line 1: this is of no known kind" in err
    assert f"{tmp_path}/lines.jsonl: line 2: the key “headline” is missing" in err
    assert "4 documents were rejected" in err
    assert "events: 2 created" in out and "rejected: 4" in out


def test_the_command_line_ends_with_1_if_anything_was_rejected(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("milk\n")
    with pytest.raises(CommandError) as caught:
        call_command("import_documents", str(tmp_path), stdout=StringIO(), stderr=StringIO())
    assert caught.value.returncode == 1


def test_one_rejected_document_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("milk\n")
    assert run(tmp_path)[1].endswith("1 document was rejected.")


def test_a_path_that_leads_nowhere_is_no_document_and_stops_the_import_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(EVENT_PAGE)
    out, err = run(tmp_path, tmp_path / "nowhere")
    assert (out, err) == ("", f"There is no such file or folder: {tmp_path / 'nowhere'}. Nothing was imported.")
    assert not Event.objects.exists()


def test_the_last_line_comes_last_in_a_log_too(tmp_path: Path) -> None:
    """Python holds back what goes into a pipe or file."""
    (tmp_path / "list.txt").write_text("milk\n")
    log = io.BytesIO()
    out = io.TextIOWrapper(io.BufferedWriter(cast(io.RawIOBase, log)))
    with pytest.raises(CommandError, match="was rejected"):
        call_command("import_documents", str(tmp_path), stdout=out, stderr=StringIO())
    assert b"rejected: 1" in log.getvalue()


def test_a_dry_run_reports_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(EVENT_PAGE)
    out, _ = run(tmp_path, "--dry-run")
    assert "events: 1 created" in out and "nothing was changed" in out
    assert not Event.objects.exists() and not ReadDocument.objects.exists()


def test_pages_of_two_editions_come_in_together(tmp_path: Path) -> None:
    (tmp_path / "en.md").write_text(EVENT_PAGE)
    (tmp_path / "day.md").write_text(DAY_PAGE)
    (tmp_path / "zh.md").write_text(CHINESE_PAGE)
    run(tmp_path)
    assert Event.objects.in_language("zh").count() == 2
    assert Event.objects.in_language("en").count() == 5


def test_hostile_bytes_in_names_and_files_are_reported_not_raised(tmp_path: Path) -> None:
    (tmp_path / "nul.txt").write_bytes(b"### [2031-05-4](/x)\n\0")
    (tmp_path / "latin.md").write_bytes(b"### [2031-05-4](/x)\n\n# Caf\xe9\n")
    _, err = run(tmp_path)
    assert "nul.txt: line 2" in err
    assert "latin.md: line 3: byte 0xe9 is not UTF-8 text" in err


# --- Archives and reject lists ------------------------------------------------------------------------------------

GOOD = b'{"date": "2031-05-05", "headline": "Rain"}\n'
BAD = b'{"date": "2031-05-05", "headlin": "Snow \xe9"}\n'


def tar(path: Path, pages: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in pages.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a reject list that say why."""
    lines = path.read_bytes().splitlines()
    return [json.loads(line) for line in lines if line.startswith(b'{"type": "reject"')]


def test_archives_and_folders_of_archives_come_in_and_name_their_bad_members(tmp_path: Path) -> None:
    bad = EVENT_PAGE.replace("2031-05-4]", "2031-02-30]").encode()
    archive = tar(tmp_path / "a.tar.gz", {"news/2031/05/4/kent.md": EVENT_PAGE.encode(), "bad.md": bad, "../x": GOOD})
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(GOOD))
    out, err = run(tmp_path)
    assert "events: 2 created" in out and "rejected: 2" in out
    assert f"{archive}:bad.md: line 1: the date 2031-02-30 does not exist" in err
    assert f"{archive}:../x: this name leads out of the archive" in err
    assert Event.objects.filter(slug="kent").exists()


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD)))
    out, err = run("-")
    assert "events: 1 created" in out and err == ""


def test_control_characters_of_names_do_not_reach_the_terminal(tmp_path: Path) -> None:
    _, err = run(tar(tmp_path / "a.tar.gz", {"\x1b[2J.md": GOOD}))
    assert "\x1b[2J.md" not in err and "a.tar.gz:\\x1b[2J.md" in err


def test_long_documents_are_written_in_small_batches() -> None:
    found = [Found("x", DocumentError(""), raw=bytes(2**20)) for _ in range(40)]
    assert [len(batch) for batch in batches(found)] == [16, 16, 8]
    assert [len(batch) for batch in batches(Found("x", DocumentError("")) for _ in range(4100))] == [2000, 2000, 100]


def test_a_reject_list_can_be_mended_and_imported(tmp_path: Path) -> None:
    page = EVENT_PAGE.replace("2031-05-4]", "2031-02-30]").encode() + b"\xff"
    archive = tar(tmp_path / "a.tar.gz", {"news/2031/05/4/kent.md": page, "x.jsonl": GOOD + BAD, "x.gif": b"GIF\0"})
    rejects = tmp_path / "rejects.jsonl"
    run(archive, "--rejects", rejects)
    assert [(one["place"], one.get("line")) for one in records(rejects)] == [
        (f"{archive}:news/2031/05/4/kent.md", 19),
        (f"{archive}:x.jsonl", 2),
        (f"{archive}:x.gif", 1),
    ]
    assert BAD in rejects.read_bytes()

    again = tmp_path / "again.jsonl"  # unmended, both are refused again and handed back as they were
    out, _ = run(rejects, "--rejects", again)
    assert "rejected: 2" in out
    whole = [line for line in rejects.read_bytes().splitlines() if b'"reject"' not in line]
    assert [line for line in again.read_bytes().splitlines() if b'"reject"' not in line] == whole
    assert "kent.md: line 19: byte 0xff is not UTF-8 text" in records(again)[0]["reason"]

    mended = rejects.read_bytes().replace(rb"\udcff", b"").replace(b"2031-02-30]", b"2031-05-4]")
    rejects.write_bytes(mended.replace(b'"headlin"', b'"headline"').replace(b"\xe9", b""))
    out, err = run(rejects)
    assert "events: 2 created" in out and err == ""
    assert Event.objects.filter(slug="kent", language="en").exists()


def test_what_the_importer_refuses_is_on_the_reject_list_too(tmp_path: Path) -> None:
    line = b'{"date": "2031-05-05", "headline": "Snow", "tags": ["' + b"x" * 300 + b'"]}\n'
    (tmp_path / "x.jsonl").write_bytes(GOOD + line)
    run(tmp_path / "x.jsonl", "--rejects", tmp_path / "rejects.jsonl")
    assert (tmp_path / "rejects.jsonl").read_bytes().endswith(b"}\n" + line)
    assert "300 characters" in records(tmp_path / "rejects.jsonl")[0]["reason"]


def test_a_list_that_is_being_mended_is_not_overwritten_but_an_empty_one_is(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(GOOD)
    (tmp_path / "rejects").write_text("mine")
    _, err = run(tmp_path / "x.jsonl", "--rejects", tmp_path / "rejects")
    assert "is there already" in err and (tmp_path / "rejects").read_text() == "mine"
    (tmp_path / "rejects").write_text("")
    assert run(tmp_path / "x.jsonl", "--rejects", tmp_path / "rejects")[1] == ""
    assert "cannot be written" in run(tmp_path / "x.jsonl", "--rejects", tmp_path / "no/rejects")[1]


def test_the_chinese_year_comes_in_from_its_archive_without_a_rejected_page() -> None:
    archive = SHARED / "corpora/news-wiki-zh-2018.tar.gz"
    if not archive.exists():
        pytest.skip("the corpus is not here")
    out, err = run(archive)
    assert err == "" and "rejected: 0" in out
    assert "zh, known by its labels (1195 pages)" in out and "zh, known by its folder (20 pages)" in out


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other engines count by themselves")
@pytest.mark.parametrize(
    ("hardly_begun", "tables"), [(1, {"events_event", "events_eventtag"}), (1000, set[str]())], ids=["many", "few"]
)
def test_an_import_leaves_the_numbers_to_plan_by_unless_they_are_too_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hardly_begun: int, tables: set[str]
) -> None:
    monkeypatch.setattr(bulk, "HARDLY_BEGUN", hardly_begun)
    (tmp_path / "in.jsonl").write_text('{"date": "2031-05-04", "headline": "Kent", "tags": ["Kendal"]}\n')
    call_command("import_documents", str(tmp_path), stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        found = {table for (table,) in cursor.fetchall()}
    assert found & {"events_event", "events_eventtag"} == tables
