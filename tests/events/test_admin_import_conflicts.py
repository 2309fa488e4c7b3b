"""What archives say otherwise than an editor: shown beside it, and decided with one press."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events import exporter
from events.choices import Status
from events.documents.records import EventDocument, ImageDocument
from events.importer import Report, import_document
from events.models import Conflict, Event, RelatedLink
from tests.events.desk import HOSTILE, add, contradict, messages, save
from tests.events.making import cite, make_event

pytestmark = pytest.mark.django_db
LIST, DECIDE = "admin:events_event_conflicts", "admin:events_event_decide"


@pytest.fixture
def event(desk: Client) -> Event:
    return add(desk, headline="A small dam is opened.", tag_names="River", summary="It holds water.")


def decide(desk: Client, conflict: Conflict, choice: str, **changes: Any) -> Any:
    """Press one of the buttons as the page shows them now."""
    shown = {"conflict": conflict.pk, "revision": conflict.revision_id, "version": conflict.event.version}
    return desk.post(reverse(DECIDE), shown | {"choice": choice} | changes)


def test_both_texts_stand_side_by_side_word_by_word(desk: Client, event: Event) -> None:
    contradict(event, "headline", headline="A big dam is opened.")
    html = desk.get(reverse(LIST)).content.decode()
    assert "1 field that" in html
    assert "A <del>small</del> dam is opened." in html
    assert "A <ins>big</ins> dam is opened." in html
    assert '<th scope="row">Summary' not in html


def test_keeping_ours_changes_nothing_but_the_list(desk: Client, event: Event) -> None:
    conflict = contradict(event, "headline", headline="A big dam is opened.")
    version = Event.objects.get().version
    assert decide(desk, conflict, "ours").status_code == 302
    assert not Conflict.objects.exists()
    saved = Event.objects.get()
    assert (saved.headline, saved.version) == ("A small dam is opened.", version)


def test_taking_the_archives_is_a_new_revision_of_that_field_alone(desk: Client, event: Event) -> None:
    conflict = contradict(event, "headline", headline="A big dam is opened.", summary="Other.", tags=("Sea",))
    decide(desk, conflict, "archived")
    assert not Conflict.objects.exists()
    saved = Event.objects.get()
    assert (saved.headline, saved.summary) == ("A big dam is opened.", "It holds water.")
    assert [row.spelling for row in saved.event_tags.all()] == ["River"]
    newest = saved.revisions.first()
    assert newest and (newest.contributor, newest.comment) == ("ed", "Took the archive's headline")


@pytest.mark.parametrize(
    ("field", "archived", "names"),
    [
        ("summary", {"summary": "It holds much water."}, ["Summary"]),
        ("category", {"category": "Sports"}, ["Category"]),
        (
            "image",
            {"image": ImageDocument(url="https://example.org/dam.jpg", caption="The dam")},
            ["Image", "Image caption"],
        ),
        (
            "status",
            {"status": Status.WITHDRAWN, "withdrawn_reason": "A drill."},
            ["Status", "Reason for withdrawal"],
        ),
    ],
)
def test_every_field_in_which_archives_contradict_can_be_taken(
    desk: Client, event: Event, field: str, archived: dict[str, Any], names: list[str]
) -> None:
    conflict = contradict(event, field, **archived)
    [(_, fields)] = desk.get(reverse(LIST)).context["rows"]
    assert [diff.name for diff in fields] == names
    decide(desk, conflict, "archived")
    document = exporter.event_document(Event.objects.get())
    assert {name: getattr(document, name) for name in archived} == archived
    assert not Conflict.objects.exists()


def test_a_decision_on_what_has_changed_since_is_not_taken_but_shown_anew(desk: Client, event: Event) -> None:
    conflict = contradict(event, "headline", headline="A big dam is opened.")
    version = conflict.event.version
    save(desk, event, headline="A tiny dam is opened.")

    response = decide(desk, conflict, "archived", version=version)
    assert "has changed meanwhile" in messages(response)
    assert Event.objects.get().headline == "A tiny dam is opened."
    html = desk.get(response["Location"]).content.decode()
    assert "A <del>tiny</del> dam" in html


def test_a_decision_against_an_archive_that_has_spoken_again_is_not_taken(desk: Client, event: Event) -> None:
    conflict = contradict(event, "headline", headline="A big dam is opened.")
    for choice in ("ours", "archived"):
        response = decide(desk, conflict, choice, revision=conflict.revision_id + 1)
        assert "has changed meanwhile" in messages(response)
    assert Conflict.objects.count() == 1


def test_a_conflict_ends_by_itself_when_an_editor_writes_what_the_archive_says(desk: Client, event: Event) -> None:
    contradict(event, "headline", headline="A big dam is opened.")
    contradict(event, "summary", summary="It holds much water.")
    save(desk, event, headline="A big dam is opened.")
    assert Conflict.objects.get().field == "summary"
    assert desk.get(reverse(LIST)).context["page"].paginator.count == 1


def test_an_archives_word_that_cannot_be_stored_is_refused_with_the_reason(desk: Client, event: Event) -> None:
    conflict = contradict(event, "category", category="A category of old")
    assert "is none of the categories" in messages(decide(desk, conflict, "archived"))
    assert Conflict.objects.count() == 1


def test_an_editor_comes_back_to_the_page_of_the_list_that_the_button_stood_on(desk: Client, event: Event) -> None:
    conflict = contradict(event, "headline", headline="A big dam is opened.")
    assert decide(desk, conflict, "ours", page="3")["Location"].endswith("/conflicts/?page=3")
    assert decide(desk, conflict, "ours", page="x")["Location"].endswith("/conflicts/")


def test_only_who_may_change_events_decides(client: Client, event: Event) -> None:
    conflict = contradict(event, "headline", headline="A big dam is opened.")
    reader = User.objects.create_user("reader", is_staff=True)
    client.force_login(reader)
    assert client.get(reverse(LIST)).status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    page = client.get(reverse(LIST))
    assert "A <ins>big</ins> dam" in page.content.decode()
    assert "Keep ours" not in page.content.decode()
    for choice in ("ours", "archived"):
        assert decide(client, conflict, choice).status_code == 403
    assert Conflict.objects.count() == 1


def test_what_decides_is_posted_with_a_token(event: Event, client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert strict.post(reverse(DECIDE), {}).status_code == 403
    assert client.get(reverse(DECIDE)).status_code == 405


def test_script_in_an_archive_is_shown_as_text(desk: Client, event: Event) -> None:
    contradict(event, "headline", headline=HOSTILE)
    html = desk.get(reverse(LIST)).content.decode()
    assert HOSTILE not in html
    assert "&lt;" in html


def test_a_page_of_the_list_takes_the_same_queries_with_one_conflict_and_with_many(
    desk: Client, event: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def contradicted(number: int) -> None:
        dam = make_event(f"Dam {number} is opened.", tags=["River"], category="Sports")
        cite(dam, "Reuters", "Reuters", url=f"https://example.org/{number}")
        RelatedLink.objects.create(event=dam, target=event)
        contradict(dam, "headline", headline=f"Dam {number} is closed.")

    contradicted(0)
    desk.get(reverse(LIST))
    with django_assert_num_queries(9) as few:
        desk.get(reverse(LIST))
    for number in range(1, 30):
        contradicted(number)
    with django_assert_num_queries(len(few)):
        page = desk.get(reverse(LIST))
    assert len(page.context["rows"]) == 20
    assert "page=2" in page.content.decode()


def test_a_conflict_that_an_import_finds_is_decided_for_good(desk: Client) -> None:
    def told(headline: str) -> None:
        document = EventDocument(date=dt.date(2031, 5, 4), slug="kent", language="en", headline=headline)
        import_document(document, Report())

    told("The Kent rises.")
    event = Event.objects.get()
    save(desk, event, headline="The Kent rises to five metres.")
    told("The Kent rises to six metres in Kendal.")

    [(conflict, fields)] = desk.get(reverse(LIST)).context["rows"]
    assert [field.name for field in fields] == ["Headline"]
    decide(desk, conflict, "ours")
    told("The Kent rises to six metres in Kendal.")
    assert not Conflict.objects.exists()

    told("The Kent falls.")
    decide(desk, Conflict.objects.get(), "archived")
    told("The Kent falls.")
    assert not Conflict.objects.exists()
    event.refresh_from_db()
    assert event.headline == "The Kent falls."
