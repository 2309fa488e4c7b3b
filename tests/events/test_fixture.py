"""fixtures/seed.json is what the three seed documents say. `make fixture` writes it anew."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.db.models import Model
from django.test import Client

from events import exporter, revisions
from events.documents import jsonl
from events.documents.files import read_file
from events.importer import Report, import_batch
from events.models import Citation, Event, EventTag, ReadDocument, RelatedLink, Revision, Tag
from events.services import cite
from sources.documents import ArticleDocument
from sources.importer import Outcome, save_article
from sources.models import Source
from tests.events.rows import all_rows, rows_of

pytestmark = pytest.mark.django_db
FIXTURE = Path(settings.BASE_DIR) / "fixtures/seed.json"
ADDITIONS = Path(settings.BASE_DIR) / "fixtures/additions.jsonl"
MOMENT = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)  # a fixed time, so that the same documents make the same file
ADDED = {"url", "published_on", "abstract"}
MODELS: list[type[Model]] = [Source, Tag, Event, EventTag, Citation, RelatedLink, Revision, ReadDocument]


def build(seeds: list[Path]) -> str:
    """The fixture's text: the documents imported, the additions entered, the articles filed by the service."""
    with time_machine.travel(MOMENT, tick=False):
        report = Report()
        for path in seeds:
            for found in read_file(path):
                import_batch([found], report)
        assert not report.rejected
        event = Event.objects.get(is_stub=False)
        for addition in additions():
            source, outcome = save_article(addition)
            assert outcome is Outcome.UPDATED, f"no document tells of “{addition.title}”"
            cite(event, source)
    rows = [row for model in MODELS for row in model._default_manager.order_by("pk")]
    for row in rows:
        if isinstance(row, Source):
            row.body = ""  # the publishers' copyright
    options = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
    return str(serializers.serialize("json", rows, indent=1, ensure_ascii=False, **options)) + "\n"


def additions() -> list[ArticleDocument]:
    documents = [jsonl.read(line) for line in ADDITIONS.read_text(encoding="utf-8").splitlines()]
    return [document for document in documents if isinstance(document, ArticleDocument)]


def test_the_fixture_is_the_three_documents_imported_and_filed(seeds: list[Path]) -> None:
    text = build(seeds)
    if os.environ.get("WRITE_FIXTURE"):
        FIXTURE.write_text(text, encoding="utf-8")
    assert json.loads(FIXTURE.read_text(encoding="utf-8")) == json.loads(text)


def test_nothing_was_added_by_hand_but_what_the_fixtures_readme_notes(seeds: list[Path]) -> None:
    readme = (FIXTURE.parent / "README.md").read_text(encoding="utf-8")
    for addition in additions():
        keys = jsonl.to_record(addition).keys()
        assert keys == {"type", "title", "publisher", *ADDED}
        assert addition.title in readme
    assert all(f"`{key}`" in readme for key in ADDED)


def test_loading_the_fixture_twice_gives_one_wiki_without_full_texts() -> None:
    call_command("loaddata", "seed", verbosity=0)
    once = all_rows()
    call_command("loaddata", "seed", verbosity=0)
    assert all_rows() == once
    assert (Event.objects.count(), Source.objects.count()) == (11, 3)
    assert not Source.objects.exclude(body="").exists()


def test_after_loading_every_event_has_the_history_that_its_state_came_from() -> None:
    call_command("loaddata", "seed", verbosity=0)
    for event in Event.objects.with_everything():
        history = list(event.revisions.order_by("number"))
        assert [revision.number for revision in history] == list(range(1, event.version + 1))
        assert revisions.read(history[-1]) == exporter.event_document(event)
        link = ""
        for revision in history:
            link = revisions.chain(link, revision)
            assert revision.link == link
        assert event.last_link == link


def test_after_loading_the_page_of_the_event_differs_from_the_seed_by_the_two_added_sources(
    seeds: list[Path], client: Client
) -> None:
    call_command("loaddata", "seed", verbosity=0)
    event = Event.objects.get(is_stub=False)
    page = client.get(event.get_absolute_url().rstrip("/") + ".md").content.decode()

    def lines(text: str) -> list[str]:
        return text.replace(". [ ", ". [").replace(" ](", "](").replace(" \n", "\n").splitlines()

    original = lines(seeds[0].read_text())
    added = [line for line in lines(page) if line not in original]
    assert [line for line in lines(page) if line not in added] == original
    assert [line.split("]")[0] for line in added] == ["2. [The Hill", "3. [NPR"]


def test_importing_the_documents_again_after_loading_adds_only_the_full_texts(seeds: list[Path]) -> None:
    call_command("loaddata", "seed", verbosity=0)
    ReadDocument.objects.all().delete()
    before = all_rows(frozenset({"events.ReadDocument", "sources.Source"}))
    report = Report()
    for path in seeds:
        for found in read_file(path):
            import_batch([found], report)
    assert not report.rejected
    assert all_rows(frozenset({"events.ReadDocument", "sources.Source"})) == before
    assert [bool(row["body"]) for row in rows_of(Source)].count(True) == 2
