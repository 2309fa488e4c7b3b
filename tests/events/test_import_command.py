"""manage.py import_documents"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from events.models import Event, ReadDocument
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
    with pytest.raises(CommandError) as caught:
        call_command("import_documents", str(tmp_path / "nowhere"), stdout=StringIO(), stderr=StringIO())
    assert caught.value.returncode == 1


def test_a_database_that_is_not_set_up_is_said_to_be_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    (tmp_path / "page.md").write_text(EVENT_PAGE)
    out, err = run(tmp_path)
    assert (out, err) == ("", "This database is not set up yet. Run manage.py migrate first.")


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
