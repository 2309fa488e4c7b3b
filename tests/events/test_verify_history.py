"""`manage.py verify_history`: what was changed behind the history's back shows, whatever it was."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from events import revisions, services, verifying
from events.choices import LinkKind, RevisionKind
from events.models import Category, Citation, Erasure, Event, EventTag, RelatedLink, Revision, Tag, TagAlias
from sources.models import Source
from tests.events.desk import add, new_citation, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(desk: Client) -> Event:
    """Three revisions, with all that an event can have."""
    other = add(desk, headline="A dam is planned.")
    source = Source.objects.create(title="The dam", url="https://example.org/dam")
    event = add(desk, tag_names="River, Sea", topic_names="Water", summary="The first text.")
    save(desk, event, **new_citation(0, source=source.pk, label="Reuters"), comment="Cited")
    event.refresh_from_db()
    services.rewrite(event, None, read(event), editor=User.objects.get(), comment="Linked")
    RelatedLink.objects.create(event=event, target=other, kind=LinkKind.PINNED, context=["River"], position=1)
    event = Event.objects.get(pk=event.pk)
    save(desk, event, category=Category.objects.all()[0].pk)
    event.refresh_from_db()
    return event


def read(event: Event) -> Any:
    newest = event.revisions.first()
    assert newest
    return revisions.read(newest)


def verify(*arguments: str) -> str:
    """What the command says; it fails if it found a fault."""
    out = StringIO()
    call_command("verify_history", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def faults(*arguments: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="not whole"):
        call_command("verify_history", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_what_was_written_by_its_own_ways_is_whole(event: Event) -> None:
    assert "2 histories are whole" in verify()
    assert "1 history is whole" in verify("--event", str(event.pk))


def test_an_unknown_event_is_an_error() -> None:
    with pytest.raises(CommandError, match="no event 7"):
        call_command("verify_history", "--event", "7")


REVISION = {
    "number": F("number") + 10,
    "document": '{"date":"2021-03-04","headline":"Something else."}',
    "schema": 9,
    "as_of": dt.datetime(2001, 1, 1, tzinfo=dt.UTC),
    "recorded_at": dt.datetime(2001, 1, 1, tzinfo=dt.UTC),
    "contributor": "somebody",
    "comment": "Never said",
    "text_hash": "0" * 64,
    "link": "0" * 64,
}


@pytest.mark.parametrize("number", [1, 2, 4])
@pytest.mark.parametrize("column", REVISION)
def test_a_changed_column_of_a_revision_shows(event: Event, column: str, number: int) -> None:
    event.revisions.filter(number=number).update(**{column: REVISION[column]})

    found = faults()

    assert f"event {event.pk} " in found
    assert f"revision {number}" in found
    assert "1 of 2" not in found


def test_every_column_of_a_revision_is_tampered_with_or_said_not_to_be_proved() -> None:
    not_proved = {"id", "event", "editorial", "editor", "is_imported", "kind", "erasure"}
    assert {field.name for field in Revision._meta.concrete_fields} == REVISION.keys() | not_proved


def test_the_newest_state_cannot_be_passed_off_as_a_proposal(event: Event) -> None:
    event.revisions.filter(number=event.version).update(kind=RevisionKind.PROPOSED)

    assert "category" in faults()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_revision_that_was_taken_out_shows(event: Event, number: int) -> None:
    event.revisions.filter(number=number).delete()

    assert f"revision {number}: it is missing" in faults()


def test_a_tail_that_was_cut_off_shows(event: Event) -> None:
    event.revisions.filter(number=event.version).delete()
    found = faults()
    assert f"ends with revision {event.version - 1}, the event is at version {event.version}" in found

    Event.objects.filter(pk=event.pk).update(version=event.version - 1)
    assert "the link that the event keeps is not that of its last revision" in faults()


def test_an_event_without_any_history_shows(event: Event) -> None:
    event.revisions.all().delete()
    Event.objects.filter(pk=event.pk).update(version=0, last_link="")

    assert "no revision holds a state of it" in faults()


def test_a_revision_moved_to_another_event_shows(event: Event) -> None:
    other = Event.objects.exclude(pk=event.pk).get()
    event.revisions.filter(number=2).update(event=other)

    found = faults()

    assert f"event {event.pk} " in found
    assert f"event {other.pk} " in found


ROWS: dict[str, Any] = {
    "date": dt.date(1999, 1, 1),
    "headline": "Not so.",
    "summary": "Not so.",
    "category": None,
    "image_url": "https://example.org/a.jpg",
    "status": "review",
    "withdrawn_reason": "None.",
    "slug": "not-so",
    "corrections": [{"date": "2021-01-01", "text": "Not so."}],
    "publish_at": dt.datetime(2031, 1, 1, tzinfo=dt.UTC),
    "is_unsourced": True,
    "is_stub": True,
    "version": 9,
    "last_link": "0" * 64,
}


@pytest.mark.parametrize("column", ROWS)
def test_a_changed_column_of_an_event_shows(event: Event, column: str) -> None:
    Event.objects.filter(pk=event.pk).update(**{column: ROWS[column]})
    if column == "date":
        EventTag.objects.filter(event=event).update(date=ROWS["date"])

    found = faults("--event", str(event.pk))

    name = {"version": "at version 9", "last_link": "the link that the event keeps", "image_url": "image"}
    assert name.get(column, column) in found


def test_changed_rows_beside_an_event_show(event: Event) -> None:
    Citation.objects.filter(event=event).update(label="Nobody")
    EventTag.objects.filter(event=event, spelling="Sea").delete()
    RelatedLink.objects.filter(event=event).update(note="Because.")

    assert "the event's rows say something else in: tags, citations, related" in faults()


def test_a_citation_that_was_turned_to_another_source_shows(event: Event) -> None:
    other = Source.objects.create(title="Another", url="https://example.org/another")
    Source.objects.update(updated_at=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    Citation.objects.filter(event=event).update(source=other)

    assert "in: citations" in faults()


def test_what_changed_elsewhere_is_no_fault(event: Event, desk: Client) -> None:
    """Tags merged, categories renamed, sources edited, related events moved: none of it makes a revision here."""
    river, sea = Tag.objects.get(key="river"), Tag.objects.get(key="sea")
    services.merge_tags(sea, river, editor=User.objects.get())
    TagAlias.objects.create(tag=river, name="Stream")
    category = event.category
    assert category
    category.aliases, category.name = [*category.aliases, category.name], "Another name"
    category.save()
    source = Source.objects.get()
    source.title, source.url = "Another title", "https://example.org/elsewhere"
    source.save()
    other = Event.objects.get(headline="A dam is planned.")
    save(desk, other, headline="Two dams are planned.", slug="two-dams")

    assert "2 histories are whole" in verify()


def test_an_erased_passage_is_told_with_its_reason_and_is_no_fault(event: Event) -> None:
    erasure = Erasure.objects.create(event=event, reason="A court said so.", editor=User.objects.get())
    event.revisions.filter(number=1).update(document='{"date":"2021-03-04","headline":"⟦erased⟧"}', erasure=erasure)

    found = verify()

    assert "revision 1: a passage was erased on" in found
    assert "A court said so." in found

    event.revisions.filter(number=1).update(comment="Never said")
    assert "its link does not follow" in faults()


@pytest.mark.parametrize("size", [2, 20])
def test_it_takes_as_many_queries_for_many_events_as_for_few(
    desk: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        add(desk, headline=f"Number {number}", tag_names="River")

    with django_assert_num_queries(8):
        assert all(not findings for _, findings in verifying.verify())
