"""What readers are told was wrong in a published event."""

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client, override_settings

from events import services
from events.models import Event
from tests.events.desk import add, form_data, save

pytestmark = pytest.mark.django_db

NOTE = "One bridge closed, not two."


@pytest.fixture
def event(desk: Client) -> Event:
    """A published one."""
    event = add(desk, headline="Two bridges close.", is_unsourced="on", _move="publish")
    response = save(desk, event, headline="One bridge closes.", correction=f"  {NOTE}\n", comment="A letter")
    assert response.status_code == 302
    return Event.objects.get(pk=event.pk)


def test_a_correction_stays_through_later_saves(desk: Client, event: Event) -> None:
    save(desk, event, correction="It was the other bridge.")
    event.refresh_from_db()
    save(desk, event, comment="Nothing to correct")

    event.refresh_from_db()
    assert [row["text"] for row in event.corrections] == [NOTE, "It was the other bridge."]


def test_a_correction_bears_the_day_of_the_wiki_on_which_it_was_made() -> None:
    event = Event()
    with override_settings(TIME_ZONE="Asia/Shanghai"), time_machine.travel("2031-05-06T20:00:00Z"):
        services.correct(event, NOTE)

    assert event.corrections == [{"date": "2031-05-07", "text": NOTE}]


def test_readers_see_it_on_the_page_in_the_history_and_in_every_format(client: Client, event: Event) -> None:
    address = event.get_absolute_url()
    for path in (address, f"{address}history/", *(f"{address[:-1]}.{name}" for name in ("md", "json", "xml"))):
        html = client.get(path).content.decode()
        assert NOTE in html, path


def test_lists_say_that_an_event_was_corrected(client: Client, event: Event) -> None:
    assert "Corrected" in client.get("/news/2021/03/4/").content.decode()
    Event.objects.filter(pk=event.pk).update(corrections=[])
    assert "Corrected" not in client.get("/news/2021/03/4/").content.decode()


def test_what_readers_have_not_seen_needs_no_correction(desk: Client) -> None:
    event = add(desk)
    response = save(desk, event, correction=NOTE)

    assert "A correction is for what readers have seen" in response.content.decode()
    assert Event.objects.get().corrections == []
    response = desk.post("/admin/events/event/add/", form_data(headline="Another.", correction=NOTE))
    assert "A correction is for what readers have seen" in response.content.decode()


def test_only_the_form_of_a_published_event_offers_it(desk: Client, event: Event) -> None:
    draft = add(desk)

    assert 'name="correction"' in desk.get(f"/admin/events/event/{event.pk}/change/").content.decode()
    assert 'name="correction"' not in desk.get(f"/admin/events/event/{draft.pk}/change/").content.decode()


def test_a_restored_state_keeps_what_readers_were_told(desk: Client, event: Event) -> None:
    services.restore(event.revisions.get(number=1), event.version, editor=User.objects.get())

    event.refresh_from_db()
    assert event.headline == "Two bridges close."
    assert [row["text"] for row in event.corrections] == [NOTE]
