"""An import that is killed at any moment goes on with the next run, and ends in the same database."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from events import exporter
from events.documents import jsonl
from events.models import Event, LookAlike, ReadDocument, Revision, Tag
from tests.fresh import start_over

BATCH = 400  # smaller ones than usual, so that several take no minutes
RECORDS = 6 * BATCH
# The command, as `manage.py` runs it.
COMMAND = f"""\
import sys, django
django.setup()
from django.core.management import call_command
from events.management.commands import import_documents
import_documents.BATCH = {BATCH}
call_command("import_documents", sys.argv[1])
"""


def record(number: int) -> dict[str, object]:
    """An event of a made-up archive: days with several, tags that recur, links back, sources that two events cite."""
    chosen = random.Random(number)  # noqa: S311  # the same archive in every run
    day, before = (f"2031-{one // 10 % 12 + 1:02}-{one // 120 % 28 + 1:02}" for one in (number, number - 1))
    names = [f"Name {chosen.randrange(400)}" for _ in range(5)]
    return {
        "date": day,
        "slug": f"event-{number}",
        "headline": f"{names[0]} meets {names[1]} for the {number}th time",
        "topics": names[:1],
        "tags": names,
        "citations": [{"label": "BBC", "url": f"https://bbc.example/{number // 2}"}, {"label": "Sky"}],
        "related": [{"date": before, "slug": f"event-{number - 1}", "headline": "Before", "context": names[:2]}],
    }


def import_in_background(archive: Path) -> subprocess.Popen[bytes]:
    """The command in a process of its own, on the database of the tests."""
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, archive],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "newsroom.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(archive: Path) -> None:
    process = import_in_background(archive)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, (out, err)


def run_and_kill(archive: Path, moments: random.Random) -> None:
    """Import, and kill the process at a random moment: of its start, or while it writes the batch after the next."""
    read = ReadDocument.objects.count()
    process = import_in_background(archive)
    if moments.random() < 0.5:
        time.sleep(moments.uniform(0, 2))
    else:
        while process.poll() is None and ReadDocument.objects.count() == read:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.5))
    process.kill()
    process.communicate()


def wiki() -> list[object]:
    """All that the wiki holds, but for numbers of rows and times."""
    return [
        [jsonl.write(record) for record in exporter.records(public=False)],
        sorted(Tag.objects.values_list("language", "key", "name")),
        sorted(Revision.objects.values_list("event__slug", "number", "text_hash", "comment", "is_imported")),
        sorted(LookAlike.objects.values_list("one__slug", "other__slug", "likeness")),
        sorted(ReadDocument.objects.values_list("sha256", flat=True)),
    ]


@pytest.mark.django_db(transaction=True)
def test_killed_ten_times_at_random_moments_it_ends_in_the_same_database(tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    archive.write_text("".join(json.dumps(record(number)) + "\n" for number in range(RECORDS)))
    run(archive)
    expected = wiki()
    assert Event.objects.count() == RECORDS + 1  # and a stub before the first
    start_over()
    moments = random.Random()  # noqa: S311
    read = []
    for _ in range(10):
        run_and_kill(archive, moments)
        read.append(ReadDocument.objects.count())
    assert read == sorted(read)
    assert any(0 < count < RECORDS for count in read), f"it was never killed half-way: {read}"
    run(archive)
    assert wiki() == expected
