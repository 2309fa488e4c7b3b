"""Exports with several revisions of a page: the past comes along, and is never current by itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from events import revisions
from events.importer import Report
from events.models import Event, Revision
from sources.importer import Outcome
from tests.events.documents.test_files import DAY, export
from tests.events.rows import all_rows

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]
MAYBE, SURE = DAY.replace("leaves", "may leave"), DAY
COMET = DAY.replace("|}}", "*A comet is seen. [https://comet.example/ (Sky)]\n|}}")


@pytest.fixture
def load_export(tmp_path: Path, load: Load) -> Callable[..., Report]:
    def load_export(*texts: str) -> Report:
        path = tmp_path / "export.xml"
        path.write_bytes(export(*texts))
        return load(path)

    return load_export


def history(event: Event) -> list[tuple[int, str, str]]:
    """Number, day and headline of the event's revisions."""
    return [
        (revision.number, f"{revision.as_of:%d}", revisions.read(revision).headline)
        for revision in event.revisions.order_by("number")
    ]


def test_an_event_comes_with_its_earlier_states_and_says_the_newest(load_export: Load) -> None:
    assert load_export(MAYBE, SURE).count("events", Outcome.CREATED) == 1
    event = Event.objects.get()
    assert event.headline == "The River Kent leaves its bed."
    assert event.version == 2
    assert history(event) == [
        (1, "04", "The River Kent may leave its bed."),
        (2, "05", "The River Kent leaves its bed."),
    ]
    assert set(event.revisions.values_list("contributor", flat=True)) == {"A"}
    assert [revisions.read(revision).slug for revision in event.revisions.all()] == [event.slug] * 2


def test_a_past_that_arrives_late_is_recorded_and_the_event_goes_on_saying_what_it_said(load_export: Load) -> None:
    load_export(SURE)
    event = Event.objects.get()
    document = event.revisions.get().document
    Revision.objects.update(as_of="2031-05-05T00:00Z")  # the export of one revision dates it by that revision
    load_export(MAYBE, SURE)
    event.refresh_from_db()
    assert event.headline == "The River Kent leaves its bed."
    assert event.revisions.get(number=event.version).document == document
    assert [day for _, day, _ in history(event)] == ["05", "04", "05"]


def test_a_later_export_adds_only_the_states_that_are_new(load_export: Load) -> None:
    load_export(MAYBE)
    report = load_export(MAYBE, SURE)
    assert report.count("events", Outcome.UPDATED) == 1
    event = Event.objects.get()
    assert [headline for _, _, headline in history(event)] == [
        "The River Kent may leave its bed.",
        "The River Kent leaves its bed.",
    ]
    assert event.slug == "the-river-kent-may-leave-its-bed"
    before = all_rows()
    assert load_export(MAYBE, SURE).count("day pages", Outcome.UNCHANGED) == 1
    assert all_rows() == before


def test_an_older_export_changes_nothing_of_what_the_event_says(load_export: Load) -> None:
    load_export(MAYBE, SURE)
    load_export(MAYBE)
    event = Event.objects.get()
    assert event.headline == "The River Kent leaves its bed."
    assert event.version == 2


def test_an_event_that_disappears_is_withdrawn_and_returns_with_a_later_export(load_export: Load) -> None:
    load_export(COMET)
    load_export(COMET, SURE)
    comet = Event.objects.get(headline__contains="comet")
    assert (comet.status, comet.withdrawn_reason) == ("withdrawn", "Removed from the page of its day on 2031-05-05.")
    assert comet.revisions.count() == 2
    load_export(COMET, SURE, COMET)
    comet.refresh_from_db()
    assert (comet.status, comet.withdrawn_reason) == ("published", "")
    assert Event.objects.count() == 2


def test_an_event_told_twice_on_a_page_is_not_withdrawn_with_its_double(load_export: Load) -> None:
    double = DAY.replace("|}}", "*The River Kent leaves its bed. [https://other.example/ (Other)]\n|}}")
    load_export(double, SURE)
    event = Event.objects.get()
    assert event.status == "published"
