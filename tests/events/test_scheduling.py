"""Events that become public at their moment: once, under the name of who set it, whoever else is at work."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from events import services
from events.choices import Move, Status
from events.documents.records import CitationDocument, EventDocument
from events.importer import Report, import_document
from events.models import Event
from events.services import scheduling
from events.services.states import write_state

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(hours=2)


def schedule(headline: str, hours: int = 1) -> Event:
    """An event of today, scheduled by Ada in so many hours."""
    ada, _ = User.objects.get_or_create(username="ada")
    document = EventDocument(
        date=timezone.localdate(), headline=headline, citations=(CitationDocument(label="BBC"),), status=Status.DRAFT
    )
    import_document(document, Report())
    event = Event.objects.latest("pk")
    moment = timezone.now() + dt.timedelta(hours=hours)
    return services.change_state(event, event.version, Move.SCHEDULE, editor=ada, publish_at=moment)


def test_what_is_due_is_published_with_a_revision_under_the_name_of_who_scheduled_it() -> None:
    due, later = schedule("The Kent rises."), schedule("The Lune rises.", hours=9)
    editor = User.objects.create_user("bob")
    services.change_state(due, due.version, Move.SAVE, editor=editor, comment="A comma")
    with time_machine.travel(timezone.now() + LATER):
        call_command("publish_due")
        call_command("publish_due")
    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.status, due.publish_at) == (Status.PUBLISHED, None)
    assert later.status == Status.SCHEDULED
    newest = due.revisions.latest("number")
    assert (newest.contributor, newest.comment) == ("ada", "Published as scheduled")
    assert due.revisions.filter(comment="Published as scheduled").count() == 1


def test_one_that_cannot_be_public_goes_back_to_review_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, broken, good = schedule("No source."), schedule("Broken."), schedule("Good.")
    bad.citations.all().delete()

    def fail(event: Event, **words: object) -> Event:
        if event.pk == broken.pk and event.status == Status.PUBLISHED:
            raise RuntimeError("the disk is full")
        return write_state(event, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(scheduling, "write_state", fail)
    with time_machine.travel(timezone.now() + LATER):
        assert services.publish_due() == 1
    states = {event.headline: event.status for event in Event.objects.all()}
    assert states == {"No source.": "review", "Broken.": "review", "Good.": "published"}
    reasons = {event: event.revisions.latest("number").comment for event in (bad, broken)}
    assert reasons[bad].startswith("Not published as scheduled: Cite a source")
    assert reasons[broken] == "Not published as scheduled: it could not be saved; the log says why."
    assert good.revisions.count() == 3


def test_one_that_was_unscheduled_meanwhile_stays_as_it_is() -> None:
    event = schedule("The Kent rises.")
    services.change_state(event, event.version, Move.UNSCHEDULE, editor=None)
    with time_machine.travel(timezone.now() + LATER):
        assert scheduling._move(event, Move.PUBLISH, "") is False
    event.refresh_from_db()
    assert event.status == Status.REVIEW


def at_once(*works: Callable[[], object]) -> list[object]:
    """What the works give when they begin in the same moment, each on a connection of its own; or how they failed."""
    start = threading.Barrier(len(works))
    results: list[object] = []

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(20)
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_each_event_once() -> None:
    for number in range(6):
        schedule(f"River {number} rises.")
    Event.objects.update(publish_at=timezone.now() - LATER)
    counts = at_once(services.publish_due, services.publish_due, services.publish_due)
    assert sum(counts) == 6, counts  # type: ignore[arg-type]
    for event in Event.objects.all():
        assert event.status == Status.PUBLISHED
        assert list(event.revisions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
        assert event.version == 3
