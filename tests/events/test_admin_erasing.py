"""The page on which a chief erases a passage, and what the desk shows of it afterwards."""

import datetime as dt
import uuid

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.documents.erasing import ERASED
from events.models import Erasure, Event, OpenForm
from sources.models import Source
from tests.events.desk import add, confirm, messages, new_citation, save
from tests.events.making import make_editorial

pytestmark = pytest.mark.django_db
PASSAGE, REASON = "Zebedee Quux", "Names a minor."


@pytest.fixture
def event(desk: Client) -> Event:
    event = add(desk, headline=f"{PASSAGE} is blamed.", tag_names="River", comment="Begun")
    save(desk, event, summary="More.")
    return Event.objects.get(pk=event.pk)


def form(event: Event, **changes: object) -> dict[str, object]:
    return {"passage": PASSAGE, "reason": REASON, "version": event.version} | changes


def look(event: Event) -> str:
    return reverse("admin:events_event_erasure", args=[event.pk])


def now(event: Event) -> str:
    return reverse("admin:events_event_erase", args=[event.pk])


def test_the_page_shows_first_where_the_passage_stands_and_changes_nothing(desk: Client, event: Event) -> None:
    html = desk.post(look(event), form(event)).content.decode()

    assert f"<mark>{PASSAGE}</mark> is blamed." in html
    assert "Revision 1: 1" in html
    assert "Erase it for good" in html
    assert not Erasure.objects.exists()
    assert PASSAGE in Event.objects.get(pk=event.pk).headline


def test_the_page_names_those_from_whose_windows_the_passage_could_come_back(desk: Client, event: Event) -> None:
    for name, minutes in (("ada", 1), ("bob", 5)):
        seen = timezone.now() - dt.timedelta(minutes=minutes)
        OpenForm.objects.create(
            token=uuid.uuid4(), editor=User.objects.create_user(name), event=event, seen_at=seen, data=""
        )

    html = desk.post(look(event), form(event)).content.decode()

    assert "ada has this event open" in html
    assert "bob" not in html


def test_a_passage_is_erased_with_its_reason(desk: Client, event: Event) -> None:
    response = desk.post(now(event), form(event))

    assert "The passage was erased in" in messages(response)
    assert Event.objects.get(pk=event.pk).headline == f"{ERASED} is blamed."
    assert Erasure.objects.get().reason == REASON
    html = desk.get(reverse("admin:events_event_history", args=[event.pk])).content.decode()
    assert html.count("a passage erased") == 2
    assert REASON in html


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"passage": ""}, "This field is required"),
        ({"reason": " "}, "This field is required"),
        ({"passage": "ab"}, "at least 3 characters"),
        ({"passage": ERASED}, "erased already"),
        ({"passage": "erased"}, "erased already"),
        ({"reason": "It names zebedee  QUUX."}, "The reason repeats the passage"),
    ],
)
def test_nothing_is_erased_without_a_passage_and_a_reason(
    desk: Client, event: Event, changes: dict[str, str], fault: str
) -> None:
    for address in (look(event), now(event)):
        response = desk.post(address, form(event, **changes))
        assert fault in response.content.decode()
    assert not Erasure.objects.exists()


def test_an_event_that_was_saved_meanwhile_is_looked_at_again(desk: Client, event: Event) -> None:
    save(desk, event, summary="Meanwhile.")

    response = desk.post(now(event), form(event))

    assert "somebody else saved this event meanwhile" in messages(response)
    assert not Erasure.objects.exists()


def test_a_passage_that_stands_nowhere_is_not_erased(desk: Client, event: Event) -> None:
    assert "stands nowhere" in desk.post(look(event), form(event, passage="Nobody")).content.decode()
    assert "stands nowhere" in messages(desk.post(now(event), form(event, passage="Nobody")))
    assert not Erasure.objects.exists()


def test_the_page_leads_to_the_editorials_that_hold_it(desk: Client, event: Event) -> None:
    editorial = make_editorial("Of a minor", body=f"{PASSAGE} speaks.")
    page = desk.post(look(event), form(event)).content.decode()
    assert f'href="{reverse("admin:events_editorial_erasure", args=[editorial.pk])}"' in page


def test_a_source_that_holds_it_is_offered_and_not_touched_unasked(desk: Client, event: Event) -> None:
    source = Source.objects.create(title=f"{PASSAGE} blamed", url="https://example.org/1")
    save(desk, event, **new_citation(0, source=source.pk))
    event.refresh_from_db()

    html = desk.post(look(event), form(event)).content.decode()
    assert "Sources that hold it, which stay as they are" in html
    desk.post(now(event), form(event, with_sources="on"))

    source.refresh_from_db()
    assert source.title == f"{ERASED} blamed"


@pytest.mark.parametrize("permission", ["change_event", "publish_event", "merge_tag"])
def test_only_a_chief_may_look_or_erase(client: Client, event: Event, permission: str) -> None:
    person = User.objects.create_user("bob", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["view_event", permission]))
    client.force_login(person)
    confirm(client)

    for response in (
        client.get(look(event)),
        client.post(look(event), form(event)),
        client.post(now(event), form(event)),
    ):
        assert response.status_code == 403
    assert not Erasure.objects.exists()
    html = client.get(reverse("admin:events_event_history", args=[event.pk])).content.decode()
    assert "Erase a passage" not in html


def test_erasing_asks_for_the_password_again(client: Client, event: Event) -> None:
    client.force_login(User.objects.create_superuser("chief", password="a long enough password"))

    assert "Confirm that it is you" in client.post(now(event), form(event)).content.decode()
    assert not Erasure.objects.exists()


def test_an_event_that_is_not_there_is_not_found(desk: Client) -> None:
    assert desk.get("/admin/events/event/77/erasure/").status_code == 404


def test_a_state_with_gaps_is_restored_only_by_who_knows_what_is_missing(desk: Client, event: Event) -> None:
    desk.post(now(event), form(event))
    event.refresh_from_db()
    restore = reverse("admin:events_event_restore", args=[event.pk])
    html = desk.get(reverse("admin:events_event_state", args=[event.pk, 1])).content.decode()
    assert "it is missing from: headline" in html
    assert 'name="gaps" required' in html

    response = desk.post(restore, {"number": 1, "version": event.version})
    assert "something was erased from this state" in messages(response)
    assert Event.objects.get(pk=event.pk).summary == "More."

    response = desk.post(restore, {"number": 1, "version": event.version, "gaps": "on"})
    assert "Revision 1 was restored" in messages(response)
    event.refresh_from_db()
    assert (event.headline, event.summary) == (f"{ERASED} is blamed.", "")
