"""What is typed into a form is kept on the server until it is saved, and offered back after a crash."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events import services
from events.admin.open_forms import MAX_DATA
from events.models import Event, OpenForm, Revision
from tests.events.desk import HOSTILE, add, form_data, messages, new_citation, save
from tests.events.test_admin_conflicts import conflict_form, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Client:
    """A second editor."""
    client = Client()
    client.force_login(User.objects.create_superuser("ann"))
    return client


def keep(client: Client, event: Event | None, token: uuid.UUID, *flags: str, **typed: Any) -> Any:
    """What the script of a form sends: what was typed into it, or a sign of life."""
    data = form_data(event, **typed) | {"_typed": "1"} if typed else {"version": event.version if event else 0}
    data |= {"_event": event.pk if event else ""} | dict.fromkeys(flags, "1")
    return client.post(reverse("admin:events_event_open_form", args=[token]), data)


def change(event: Event | None) -> str:
    return reverse("admin:events_event_change", args=[event.pk]) if event else reverse("admin:events_event_add")


def offers(client: Client, event: Event | None) -> list[list[str]]:
    """The names of the fields in each offer of the form."""
    shown = client.get(change(event)).context["open_form"]["offers"]
    return [[field.name for field in fields] for _, fields in shown]


def test_what_is_typed_is_kept_and_nothing_else_is_written(desk: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    assert keep(desk, event, token, summary="Half a sent").status_code == 200
    assert keep(desk, event, token, "_known", summary="Half a sentence").status_code == 200

    row = OpenForm.objects.get()
    assert (row.token, row.event, row.version, row.editor.username) == (token, event, 1, "ed")
    assert "summary=Half+a+sentence" in row.data
    assert "csrf" not in row.data
    assert Event.objects.get().summary == ""
    assert Revision.objects.count() == 1


def test_a_sign_of_life_keeps_what_was_typed_before(desk: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    keep(desk, event, token, summary="Typed")
    keep(desk, event, token, "_known")
    assert "summary=Typed" in OpenForm.objects.get().data


def test_what_was_typed_is_offered_back_when_the_form_is_closed_and_not_before(desk: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    keep(desk, event, token, summary="Typed", tag_names="Sea")
    assert offers(desk, event) == []
    keep(desk, event, token, "_leaving")
    assert offers(desk, event) == [["Tags", "Summary"]]

    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        assert offers(desk, event) == [["Tags", "Summary"]]


def test_after_a_crash_without_a_word_the_form_counts_as_closed(desk: Client) -> None:
    event = add(desk)
    keep(desk, event, uuid.uuid4(), summary="Typed")
    with time_machine.travel(timezone.now() + services.ALIVE + dt.timedelta(seconds=1)):
        assert offers(desk, event) == [["Summary"]]


def test_nobody_else_is_offered_it_nor_may_bring_it_back_discard_it_or_write_to_it(desk: Client, ann: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    keep(desk, event, token, "_leaving", summary="Typed")
    assert offers(ann, event) == []
    assert ann.post(change(event), {"_bring_back": str(token)}).status_code == 404
    assert ann.post(reverse("admin:events_event_discard", args=[token])).status_code == 404
    assert keep(ann, event, token, summary="Another's").status_code == 403
    assert keep(desk, None, token, summary="Of another event").status_code == 403
    assert "summary=Typed" in OpenForm.objects.get().data


def test_who_may_not_change_the_event_keeps_nothing(desk: Client) -> None:
    event, reader = add(desk), User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    client = Client()
    client.force_login(reader)
    assert keep(client, event, uuid.uuid4(), summary="Typed").status_code == 403
    assert keep(client, None, uuid.uuid4(), summary="Typed").status_code == 403
    assert not OpenForm.objects.exists()
    assert keep(Client(), event, uuid.uuid4(), summary="Typed").status_code == 302
    assert client.get(reverse("admin:events_event_open_form", args=[uuid.uuid4()])).status_code == 200
    assert not OpenForm.objects.exists()


def test_a_form_that_is_too_long_is_refused_and_says_so(desk: Client) -> None:
    event = add(desk)
    response = keep(desk, event, uuid.uuid4(), summary="x" * MAX_DATA)
    assert (response.status_code, "too long" in response.json()["error"]) == (413, True)
    assert not OpenForm.objects.exists()


def test_it_comes_back_into_the_form_and_a_save_ends_it(desk: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    keep(desk, event, token, "_leaving", summary="Typed", **new_citation(0, label="AP"))
    response = desk.post(change(event), {"_bring_back": str(token)})
    assert response.status_code == 200
    html = response.content.decode()
    assert "What you had typed is back" in html
    assert "Typed</textarea>" in html
    assert f'name="open_form" value="{token}"' in html
    assert Event.objects.get().version == 1

    assert desk.post(change(event), conflict_form(response) | {"open_form": str(token)}).status_code == 302
    event.refresh_from_db()
    assert (event.summary, event.citations.get().label) == ("Typed", "AP")
    assert not OpenForm.objects.exists()


def test_it_comes_back_on_top_of_what_was_saved_since(desk: Client, ann: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    keep(desk, event, token, "_leaving", summary="Typed", headline="Mine.")
    save(ann, event, headline="Theirs.", tag_names="Sea")
    response = desk.post(change(event), {"_bring_back": str(token)})
    form = response.context["adminform"].form
    assert [form[name].value() for name in ("summary", "headline", "tag_names")] == ["Typed", "Mine.", "Sea"]
    assert [choice.label for choice in response.context["conflict"]["choices"]] == ["Headline"]

    assert desk.post(change(event), conflict_form(response) | decide(response, "theirs")).status_code == 302
    event.refresh_from_db()
    assert (event.summary, event.headline) == ("Typed", "Theirs.")
    assert "Mine." in event.revisions.get(kind="refused").document


def test_a_new_event_that_was_never_saved_is_offered_where_events_are_added(desk: Client) -> None:
    token = uuid.uuid4()
    keep(desk, None, token, "_leaving", headline="A dam bursts.", **new_citation(0, label="AP"))
    assert offers(desk, None) == [["Headline", "Citations"]]
    response = desk.post(change(None), {"_bring_back": str(token)})
    assert "A dam bursts.</textarea>" in response.content.decode()

    add(desk, headline="A dam bursts.", open_form=str(token))
    assert not OpenForm.objects.exists()


def test_what_says_only_what_is_saved_is_not_offered(desk: Client) -> None:
    keep(desk, None, uuid.uuid4(), "_leaving", headline="A dam bursts.")
    event = add(desk, headline="A dam bursts.")
    keep(desk, event, uuid.uuid4(), "_leaving", summary="Typed")
    save(desk, event, summary="Typed")
    assert (offers(desk, None), offers(desk, event)) == ([], [])


def test_what_arrives_after_the_save_of_its_form_is_not_kept(desk: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    keep(desk, event, token, summary="Typed")
    save(desk, event, summary="Typed", open_form=str(token))
    assert keep(desk, event, token, "_known", summary="Typed").status_code == 200
    assert not OpenForm.objects.exists()


def test_a_form_with_errors_stays_kept_under_its_token(desk: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    keep(desk, event, token, summary="Typed")
    response = save(desk, event, headline="", open_form=str(token))
    html = response.content.decode()
    assert f'name="open_form" value="{token}"' in html
    assert "data-typed" in html
    assert OpenForm.objects.filter(token=token).exists()
    assert save(desk, event, headline="", open_form="no token").status_code == 200


def test_discarding_forgets_it(desk: Client) -> None:
    event, token = add(desk), uuid.uuid4()
    keep(desk, event, token, "_leaving", summary="Typed")
    response = desk.post(reverse("admin:events_event_discard", args=[token]))
    assert response["Location"] == change(event)
    assert "discarded" in messages(response)
    assert not OpenForm.objects.exists()


def test_editors_see_who_else_is_at_the_event_and_who_saved_it(desk: Client, ann: Client) -> None:
    event = add(desk)
    assert keep(desk, event, uuid.uuid4()).json()["news"] == ""
    assert keep(ann, event, uuid.uuid4()).json()["news"] == "ed has this event open too."
    assert "ann has this event open too." in keep(desk, event, uuid.uuid4()).json()["news"]
    assert desk.get(change(event)).context["open_form"]["news"].startswith("ann has this event open too.")

    opened = Event.objects.get()
    save(ann, event, summary="Saved.")
    with time_machine.travel(timezone.now() + services.ALIVE + dt.timedelta(seconds=1)):
        assert keep(desk, opened, uuid.uuid4()).json()["news"].startswith("ann saved it at ")


def test_ones_own_other_window_is_told_too(desk: Client) -> None:
    event, token, other = add(desk), uuid.uuid4(), uuid.uuid4()
    keep(desk, event, token)
    assert keep(desk, event, other).json()["news"] == "You have it open in another window."
    keep(desk, event, token, "_leaving")
    keep(desk, event, other, "_leaving")
    assert desk.get(change(event)).context["open_form"]["news"] == ""


def test_hostile_text_is_offered_as_text(desk: Client) -> None:
    event = add(desk)
    keep(desk, event, uuid.uuid4(), "_leaving", summary=HOSTILE)
    html = desk.get(change(event)).content.decode()
    assert HOSTILE not in html
    assert "&lt;script&gt;alert" in html


def test_old_forms_are_forgotten_empty_ones_after_a_day_typed_ones_after_thirty(desk: Client) -> None:
    event = add(desk)
    keep(desk, event, uuid.uuid4())
    keep(desk, event, uuid.uuid4(), summary="Typed")
    for days, left in ((0.9, 2), (1.1, 1), (29, 1), (31, 0)):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days)):
            services.forget_old_forms()
        assert OpenForm.objects.count() == left


def test_the_dashboard_knows_what_somebody_has_not_saved(desk: Client, ann: Client) -> None:
    event = add(desk)
    keep(desk, event, uuid.uuid4(), "_leaving", summary="Typed")
    keep(desk, None, uuid.uuid4(), "_leaving", headline="A dam bursts.")
    keep(desk, event, uuid.uuid4(), summary="Open")
    keep(ann, event, uuid.uuid4(), "_leaving", summary="Ann's")
    assert [row.event for row in services.unsaved_forms(User.objects.get(username="ed"))] == [None, event]
