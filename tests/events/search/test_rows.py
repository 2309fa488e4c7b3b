"""The rows of the search say what is public now, whoever writes."""

import datetime as dt
import sqlite3
import time
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client

from events import search, services
from events.choices import Move, Status
from events.documents.records import CitationDocument, EventDocument
from events.importer import Report, import_document
from events.models import Event, Tag, TagAlias
from sources.models import Publisher, Source
from tests.events.desk import add, save
from tests.events.making import DAY, make_event

pytestmark = pytest.mark.django_db


def found(text: str, language: str = "en") -> list[str]:
    """The headlines that readers find; every row must say what its event says without any catching up."""
    assert search.check(repairs=False).is_whole
    hits = search.find(language, search.parse(text)).hits
    headlines = Event.objects.in_bulk([hit.event for hit in hits])
    return [headlines[hit.event].headline for hit in hits]


def told(headline: str, **fields: Any) -> Event:
    fields = {"is_unsourced": "citations" not in fields, **fields}
    document = EventDocument(date=DAY, headline=headline, language="en", **fields)
    import_document(document, Report())
    return Event.objects.latest("pk")


@pytest.fixture
def editor() -> User:
    return User.objects.create_superuser("editor")


# --- Every way to write -------------------------------------------------------------------------------------------


def test_an_import_is_found_by_headline_tag_summary_label_and_title_at_once() -> None:
    told(
        "The Kent rises.",
        tags=("Kendal",),
        summary="Bridges are closed.",
        citations=(CitationDocument(label="Gazette", title="Flooding again", url="https://gazette.example/1"),),
    )
    for text in ("kent", "kendal", "bridges", "gazette", "flooding", '"kent rises"'):
        assert found(text) == ["The Kent rises."]


def test_what_another_import_changes_is_found_as_it_is_now() -> None:
    told("The Kent rises.", slug="kent")
    told("The Lune rises.", slug="kent")
    assert (found("kent"), found("lune")) == ([], ["The Lune rises."])


def test_drafts_and_scheduled_and_withdrawn_events_are_nobodys(editor: User) -> None:
    for status in Status:
        scheduled = dt.datetime(2099, 1, 1, tzinfo=dt.UTC) if status is Status.SCHEDULED else None
        told(f"It is {status.value}.", status=status, publish_at=scheduled)
    assert found("it") == ["It is published."]
    assert search.help_with("en", search.parse("scheduled")).fewer is None


def test_a_save_at_the_desk_is_followed_at_once(desk: Client) -> None:
    event = add(desk, headline="A dam is opened.", tag_names="Kendal", is_unsourced="on", status="published")
    assert found("dam kendal") == []  # a new event is a draft
    event = services.change_state(event, None, Move.PUBLISH, editor=User.objects.get())
    assert found("dam kendal") == ["A dam is opened."]
    save(desk, event, headline="A weir is opened.", tag_names="Burneside", topic_names="")
    assert (found("dam"), found("kendal"), found("weir burneside")) == ([], [], ["A weir is opened."])


def test_what_is_withdrawn_is_gone_and_what_is_restored_is_back(editor: User) -> None:
    event = told("The Kent rises.")
    event = services.change_state(event, None, Move.WITHDRAW, editor=editor, reason="Wrong river.")
    assert found("kent") == []
    services.restore(event.revisions.get(number=1), event.version, editor=editor)
    assert found("kent") == ["The Kent rises."]


def test_a_bulk_change_and_its_undo_are_followed(editor: User) -> None:
    event = told("The Kent rises.", citations=(CitationDocument(label="BBC"),))
    action = services.BulkAction(kind=services.BulkKind.TAG, names=("Westmorland",))
    change, _ = services.make_bulk_change([(event.pk, event.version)], action, editor=editor)
    assert found("westmorland") == ["The Kent rises."]
    assert change
    services.undo_bulk_change(change, editor=editor)
    assert found("westmorland") == []


def test_a_merge_of_tags_and_its_undo_are_followed(editor: User) -> None:
    told("One.", tags=("Bombay",))
    told("Two.", tags=("Mumbai",))
    change = services.merge_tags(Tag.objects.get(key="bombay"), Tag.objects.get(key="mumbai"), editor=editor)
    assert sorted(found("bombay")) == sorted(found("mumbai")) == ["One.", "Two."]
    services.undo_merge(change)
    assert (found("bombay"), found("mumbai")) == (["One."], ["Two."])


def test_a_merge_of_publishers_and_its_undo_are_followed(editor: User) -> None:
    gone, kept = (Publisher.objects.create(name=name) for name in ("Old Gazette", "New Herald"))
    told("One.", citations=(CitationDocument(label="Old Gazette", title="A", url="https://gazette.example/1"),))
    assert found("herald") == []
    change = services.merge_publishers(gone, kept, editor=editor)
    assert found("herald") == ["One."]
    services.undo_publisher_merge(change)
    assert found("herald") == []


def test_other_names_and_titles_given_at_the_desk_are_followed_by_the_worker(desk: Client) -> None:
    event = told(
        "One.", tags=("Bombay",), citations=(CitationDocument(label="W", title="A", url="https://w.example/"),)
    )
    TagAlias.objects.create(tag=Tag.objects.get(), name="Slumbai")
    Source.objects.update(title="Monsoon")
    Publisher.objects.create(name="Wire Service", homepage="https://w.example/")
    Source.objects.update(publisher=Publisher.objects.get(name="Wire Service"))
    Publisher.objects.filter(name="Wire Service").update(name="Cable Service")
    search.catch_up()
    for text in ("slumbai", "monsoon", "cable"):
        assert found(text) == [event.headline]
    assert found("wire") == []


def test_an_erased_passage_is_found_no_more_and_in_no_part_of_the_index(editor: User) -> None:
    event = told("Fire: Zebedee Quux is blamed.", tags=("Zebedee Quux",), summary="Zebedee was seen.")
    assert found("zebedee") == [event.headline]
    services.erase(event, event.version, "Zebedee Quux", reason="Ordered.", editor=editor, with_sources=True)
    assert found("quux") == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, events_search, row)")
            cursor.execute("SELECT term FROM temp.terms WHERE term LIKE '%%quux%%'")
            assert cursor.fetchall() == []
            cursor.execute("DROP TABLE temp.terms")


def test_words_of_an_erased_passage_that_tags_hold_are_suggested_further(editor: User) -> None:
    told("A prize is given.", tags=("Barack Obama",))
    event = told("Zebedee Obama is blamed.", tags=("Zebedee Obama",))
    services.erase(event, event.version, "Zebedee Obama", reason="Ordered.", editor=editor, with_sources=True)

    def meant(text: str) -> str:
        return str(search.help_with("en", search.parse(text)).spelt or "")

    assert meant("obamma") == "obama"
    assert meant("zebedde") == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere many write at a time")
def test_no_reader_waits_for_who_is_writing(client: Client) -> None:
    event = make_event("A quake in Haiti.")
    Event.objects.filter(pk=event.pk).update(headline="A quake in Cuba.")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()

        assert client.get("/search/", {"q": "haiti"}).status_code == 200

        assert time.monotonic() - start < 5
        assert search.check(repairs=False).repaired == 1
        other.execute("ROLLBACK")
    assert "<mark>Cuba</mark>" in client.get("/search/", {"q": "cuba"}).content.decode()


def test_an_event_that_moves_to_another_day_or_goes_is_found_there_or_nowhere() -> None:
    event = make_event("The Kent rises.")
    Event.objects.filter(pk=event.pk).update(date="2020-02-02")
    search.refresh()
    assert found("kent") == ["The Kent rises."]
    assert search.find("en", search.parse("kent")).years == {2020: 1}
    event.delete()
    search.refresh()
    assert found("kent") == []


def test_an_edition_finds_its_own_events() -> None:
    make_event("The Kent rises.")
    make_event("肯特河 Kent 上涨。", language="zh", slug="kent")
    assert (found("kent"), found("kent", "zh"), found("kent", "fr")) == (
        ["The Kent rises."],
        ["肯特河 Kent 上涨。"],
        [],
    )


# --- Missing rows -------------------------------------------------------------------------------------------------


def test_loaded_data_is_found_by_the_next_search_or_by_the_worker(tmp_path: Path) -> None:
    event = told("The Kent rises.", tags=("Kendal",))
    fixture = tmp_path / "one.json"
    with fixture.open("w") as file:
        call_command("dumpdata", "events", "sources", natural_foreign=True, natural_primary=True, stdout=file)
    event.delete()
    search.refresh()
    call_command("loaddata", fixture, verbosity=0)
    assert [hit.event for hit in search.find("en", search.parse("kendal")).hits] == [Event.objects.get().pk]
    assert found("kent kendal") == ["The Kent rises."]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM events_search",
        "DELETE FROM events_searchrow",
        "UPDATE events_searchrow SET digest = 'x'",
        "UPDATE events_searchrow SET key = key + 1",
    ],
)
def test_rows_that_are_missing_or_wrong_are_put_right_by_the_command(statement: str) -> None:
    told("The Kent rises.")
    with connection.cursor() as cursor:
        cursor.execute(statement)
    out = StringIO()
    call_command("check_search", dry_run=True, stdout=out)
    assert "1 events: 1 rows missing or old" in out.getvalue()
    call_command("check_search", stdout=out)
    assert "put right" in out.getvalue()
    assert found("kent") == ["The Kent rises."]


def test_a_migration_finds_no_triggers_and_leaves_them_all() -> None:
    plan = [("a migration", False)]
    app = apps.get_app_config("events")
    search.uninstall(plan=plan, sender=app)
    Event.objects.filter(pk=told("The Kent rises.").pk).update(headline="The Lune rises.")
    search.install(plan=plan, sender=app)
    assert found("lune") == ["The Lune rises."]
    search.install(plan=plan, sender=app)
    Event.objects.update(headline="The Eden rises.")
    search.refresh()
    assert found("eden") == ["The Eden rises."]
