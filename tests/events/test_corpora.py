"""The shared archives load together, as they are: nothing is rejected, and a second run changes nothing."""

import gzip
import json
import os
import re
import shutil
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import DateTimeField, Max, Model, Sum

from events.models import Conflict, Event, LookAlike, ReadDocument, Revision
from tests.events.conftest import SHARED
from tests.events.rows import wiki_models

pytestmark = pytest.mark.django_db

CORPORA = SHARED / "corpora"
LONG = "current-events-2002-2024.jsonl.gz"
IS_WHOLE = os.environ.get("CORPORA") == "all"
EVERY = 20  # days: of the long corpus the ordinary run takes one in so many, whole, so that its events meet


@dataclass(frozen=True)
class Expected:
    """What a load of the archives gives, beside what the other three give alone."""

    long: int  # events of the long corpus, each a line
    cleaned: int  # of which wiki leftovers were cleaned away, so that the text as it came is a revision before
    look_alikes: int  # pairs of one day, nearly all of the form "… reports a record …" (judged_pairs.tsv)


# No event of the long corpus is told twice in the words that the rule merges, so each of its lines is an event.
EXPECTED = Expected(107_567, 926, 284) if IS_WHOLE else Expected(5_388, 47, 15)

# --- The other three archives, which are always whole ---

# 91 pages of 2025, and 2020 December 20, whose text tells of 2025 but whose title's date wins; one revision each.
NEW_PAGES, ON_NEW_PAGES = 91, 1492
# 8 of these pages again with up to 75 revisions. 132 of their events are the pages' own: 121 gain a past, the other 11
# are as they were when they came. 14 more had left their page by the last revision: they come in withdrawn.
OLD_PAGES, GAIN_A_PAST, HAVE_NONE, WITHDRAWN = 8, 121, 11, 14
# The Chinese year: 633 event pages, and 291 day pages with 617 entries, which stand there twice, as index.md and as
# README.md. 1,181 stubs come from links; 202 of them are filled by pages and entries, which make the other 431 events
# that have a page (202 + 431 = 633). What a page or an entry tells of an event that is there by then updates it, or
# says nothing new (431 + 747 + 72 = 633 + 617).
CHINESE_PAGES, CHINESE_DAYS = 633, 291
CHINESE = {"created": 431, "updated": 747, "unchanged": 72}
STUBS, STUBS_LEFT = 1181, 979
# What the three add to the revisions and to the pairs of look-alikes.
REVISIONS, LOOK_ALIKES = 4821, 16
# 5 earlier revisions of old pages hold the HTML of a browser in place of wikitext, each replaced soon after.
LEFT_OUT = 5


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """A folder with the four archives, of which the long corpus is cut to some of its days unless CORPORA=all."""
    if not CORPORA.is_dir():
        pytest.skip("the archives are not here")
    if IS_WHOLE:
        return CORPORA
    for archive in CORPORA.iterdir():
        if archive.name != LONG:
            shutil.copyfile(archive, tmp_path / archive.name)
    with gzip.open(CORPORA / LONG) as lines, gzip.open(tmp_path / LONG, "w", compresslevel=1) as part:
        part.writelines(line for line in lines if is_taken(line))
    return tmp_path


def is_taken(line: bytes) -> bool:
    return date.fromisoformat(json.loads(line)["date"]).toordinal() % EVERY == 0


def load(folder: Path) -> tuple[dict[str, dict[str, int]], list[str]]:
    """What the command prints: the counts by kind and outcome, and the notes; "rejected" counts itself."""
    out = StringIO()
    call_command("import_documents", str(folder), stdout=out)
    *notes_and_counts, rejected, _ = out.getvalue().splitlines()
    counts: dict[str, dict[str, int]] = {"rejected": {"": int(rejected.removeprefix("rejected: "))}}
    notes = []
    for line in notes_and_counts:
        if found := re.fullmatch(r"([\w ]+): (\d+) created, (\d+) updated, (\d+) unchanged", line):
            numbers = map(int, found.groups()[1:])
            counts[found[1]] = dict(zip(("created", "updated", "unchanged"), numbers, strict=True))
        else:
            notes.append(line)
    return counts, notes


def state_of(model: type[Model]) -> dict[str, Any]:
    """How many rows a model has, the sum of their versions, and their latest moments: any change shows in one."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    latest = {name: Max(name) for name, field in fields.items() if isinstance(field, DateTimeField)}
    versions = {"versions": Sum("version")} if "version" in fields else {}
    return {"rows": model._default_manager.count(), **model._default_manager.aggregate(**latest, **versions)}


def test_the_archives_load_together_without_a_reject_and_a_second_run_changes_nothing(archives: Path) -> None:
    counts, notes = load(archives)
    assert counts == {
        "events": {
            "created": EXPECTED.long + ON_NEW_PAGES + WITHDRAWN + CHINESE["created"],
            "updated": GAIN_A_PAST + CHINESE["updated"],
            "unchanged": HAVE_NONE + CHINESE["unchanged"],
        },
        "stubs": {"created": STUBS, "updated": 0, "unchanged": 0},
        "day pages": {"created": 0, "updated": 0, "unchanged": CHINESE_DAYS},  # each README.md, the same bytes again
        "rejected": {"": 0},
    }
    assert [note for note in notes if not note.startswith("language: ")] == [
        note for note in notes if "a later one replaced it: " in note and "as a browser shows it" in note
    ]
    assert len(notes) == LEFT_OUT + 2  # and two lines that say how the language of Chinese pages was known

    created = counts["events"]["created"] + STUBS
    assert Event.objects.count() == created
    assert Event.objects.filter(is_stub=True).count() == STUBS_LEFT
    assert Event.objects.filter(status="withdrawn").count() == WITHDRAWN
    assert Event.objects.filter(status="published").count() == created - WITHDRAWN
    assert Revision.objects.count() == EXPECTED.long + EXPECTED.cleaned + REVISIONS
    assert LookAlike.objects.count() == EXPECTED.look_alikes + LOOK_ALIKES
    assert Conflict.objects.count() == 0
    documents = EXPECTED.long + NEW_PAGES + OLD_PAGES + CHINESE_PAGES + CHINESE_DAYS
    assert ReadDocument.objects.count() == documents

    before = {model: state_of(model) for model in wiki_models()}
    again, notes = load(archives)
    assert again == {
        "events": {"created": 0, "updated": 0, "unchanged": EXPECTED.long + CHINESE_PAGES},
        "day pages": {"created": 0, "updated": 0, "unchanged": NEW_PAGES + OLD_PAGES + 2 * CHINESE_DAYS},
        "rejected": {"": 0},
    }
    assert {model: state_of(model) for model in wiki_models()} == before
