"""Since when readers know of an event, that it is gone, and what was wrong in it."""

import datetime as dt
import importlib
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import User

from events import services
from events.choices import Move, Status
from events.documents.files import Found
from events.documents.records import CitationDocument, CorrectionDocument, EventDocument, PageDocument, StateDocument
from events.importer import Report, import_batch, import_document
from events.models import Event
from tests.events.making import DAY

pytestmark = pytest.mark.django_db
BEGAN = dt.datetime(2017, 2, 2, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def bring(**fields: Any) -> Event:
    values = {"date": DAY, "headline": "The river rises.", "citations": (CitationDocument(label="BBC"),), **fields}
    import_document(EventDocument(**values), Report())
    return Event.objects.get()


def bring_page(*states: tuple[dt.timedelta, Status]) -> Event:
    """An event of a page with its past: after how long from the beginning of its date it had which state."""
    said = tuple(
        StateDocument(
            document=EventDocument(date=DAY, headline=f"The river rises {number}.", language="en", status=status),
            as_of=BEGAN + after,
        )
        for number, (after, status) in enumerate(states)
    )
    import_batch([Found("page", PageDocument(date=DAY, language="en", events=(said,)))], Report())
    return Event.objects.get()


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


def test_what_a_person_publishes_is_known_from_that_moment_on_and_stays_so(now: Any) -> None:
    ada = User.objects.create_user("ada")
    event = bring(status=Status.DRAFT)
    assert event.published_at is None
    event = services.change_state(event, None, Move.PUBLISH, editor=ada)
    assert event.published_at == NOW
    now.shift(hours(1))
    event = services.change_state(event, None, Move.WITHDRAW, editor=ada, reason="It never was.")
    assert (event.published_at, event.withdrawn_at) == (NOW, NOW + hours(1))
    now.shift(hours(1))
    event = services.change_state(event, None, Move.PUBLISH, editor=ada)
    assert (event.published_at, event.withdrawn_at) == (NOW, None)


def test_what_an_archive_tells_is_known_from_the_beginning_of_its_date() -> None:
    assert bring().published_at == BEGAN


def test_what_an_archive_tells_of_tomorrow_is_known_now() -> None:
    assert bring(date=dt.date(2026, 11, 23)).published_at == NOW


def test_an_archives_moment_counts_while_the_page_of_the_day_still_grows() -> None:
    event = bring_page((hours(30), Status.PUBLISHED), (hours(40), Status.PUBLISHED))
    assert event.published_at == BEGAN + hours(30)


def test_a_moment_long_after_only_says_when_somebody_touched_the_page() -> None:
    assert bring_page((hours(24 * 400), Status.PUBLISHED)).published_at == BEGAN


def test_what_left_its_page_is_gone_since_then() -> None:
    event = bring_page((hours(1), Status.PUBLISHED), (hours(5), Status.WITHDRAWN))
    assert (event.published_at, event.withdrawn_at) == (BEGAN + hours(1), BEGAN + hours(5))


def test_the_newest_correction_counts() -> None:
    told = [CorrectionDocument(date=DAY + dt.timedelta(days), text=f"No. {days}") for days in (3, 1)]
    assert bring(corrections=tuple(told)).corrected_on == DAY + dt.timedelta(3)


def test_the_first_days_of_the_calendar_have_moments_too() -> None:
    event = bring(date=dt.date(1, 1, 1))
    assert event.published_at == dt.datetime(1, 1, 2, tzinfo=dt.UTC)


def test_the_migration_tells_the_moments_of_what_was_there() -> None:
    ada = User.objects.create_user("ada")
    bring(corrections=(CorrectionDocument(date=DAY, text="It was the Kent."),))
    import_document(EventDocument(date=DAY, headline="Never seen.", status=Status.DRAFT), Report())
    citations = (CitationDocument(label="BBC"),)
    draft = EventDocument(date=DAY, headline="By hand.", citations=citations, status=Status.DRAFT)
    import_document(draft, Report())
    event = Event.objects.get(headline="By hand.")
    for move in (Move.PUBLISH, Move.WITHDRAW):
        event = services.change_state(event, None, move, editor=ada, reason="No.")
    before = list(Event.objects.order_by("pk").values_list("published_at", "withdrawn_at", "corrected_on"))
    Event.objects.update(published_at=None, withdrawn_at=None, corrected_on=None)

    importlib.import_module("events.migrations.0008_moments").tell_moments(apps, None)

    assert list(Event.objects.order_by("pk").values_list("published_at", "withdrawn_at", "corrected_on")) == before
