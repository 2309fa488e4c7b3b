"""The way of an event to readers: who may take which step, and what each step asks for."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import replace

from events import exporter, permissions, services
from events.choices import Move, Status
from events.documents.records import CitationDocument, EventDocument
from events.importer import Report, import_document
from events.models import Event
from tests.events.desk import add, form_data, new_citation, person, save

pytestmark = pytest.mark.django_db
CITED = new_citation(0, label="Reuters")


def told(**fields: object) -> Event:
    """An event that an archive tells: public, with a citation, unless `fields` say otherwise."""
    known = {"date": dt.date(2021, 5, 4), "headline": "The Kent rises.", "citations": (CitationDocument(label="BBC"),)}
    import_document(EventDocument(**(known | fields)), Report())  # type: ignore[arg-type]
    return Event.objects.latest("pk")


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("ed")


# --- The services -------------------------------------------------------------------------------------------------


def test_the_way_to_readers_and_back_is_one_revision_for_each_step(editor: User) -> None:
    event = told(status=Status.DRAFT)
    tomorrow = timezone.now() + dt.timedelta(days=1)
    for move, words in (
        (Move.SUBMIT, {}),
        (Move.SEND_BACK, {"comment": "Which river?"}),
        (Move.SUBMIT, {}),
        (Move.SCHEDULE, {"publish_at": tomorrow}),
        (Move.UNSCHEDULE, {}),
        (Move.PUBLISH, {}),
        (Move.WITHDRAW, {"reason": "It was the Lune."}),
    ):
        event = services.change_state(event, event.version, move, editor=editor, **words)
        assert event.status == move.target
        assert bool(event.publish_at) is (move is Move.SCHEDULE)
    assert event.withdrawn_reason == "It was the Lune."
    comments = event.revisions.order_by("number").values_list("comment", flat=True)
    assert list(comments)[1:] == [
        "Submitted for review",
        "Sent back to the author: Which river?",
        "Submitted for review",
        "Scheduled",
        "No longer scheduled",
        "Published",
        "Withdrawn",
    ]


@pytest.mark.parametrize(
    ("fields", "move", "words", "field"),
    [
        ({"citations": ()}, Move.PUBLISH, {}, "is_unsourced"),
        ({"date": dt.date(2999, 1, 1)}, Move.PUBLISH, {}, "date"),
        ({}, Move.SCHEDULE, {}, "publish_at"),
        ({}, Move.SCHEDULE, {"publish_at": dt.datetime(2021, 5, 5, tzinfo=dt.UTC)}, "publish_at"),
        ({"date": dt.date(2999, 1, 1)}, Move.SCHEDULE, {"publish_at": dt.datetime(2998, 1, 1, tzinfo=dt.UTC)}, "date"),
        ({}, Move.WITHDRAW, {"reason": "  "}, "withdrawn_reason"),
        ({}, Move.SEND_BACK, {}, "reply"),
    ],
)
def test_a_step_without_what_it_needs_is_refused_and_changes_nothing(
    editor: User, fields: dict[str, object], move: Move, words: dict[str, object], field: str
) -> None:
    event = told(status=Status.REVIEW, is_unsourced=False, **fields)
    with pytest.raises(services.NotReady) as caught:
        services.change_state(event, event.version, move, editor=editor, **words)  # type: ignore[arg-type]
    assert list(caught.value.faults) == [field]
    event.refresh_from_db()
    assert (event.status, event.revisions.count()) == (Status.REVIEW, 1)


def test_an_event_of_tomorrow_can_be_scheduled_for_tomorrow(editor: User) -> None:
    tomorrow = timezone.now() + dt.timedelta(days=1)
    event = told(status=Status.DRAFT, date=timezone.localdate(tomorrow))
    event = services.change_state(event, event.version, Move.SCHEDULE, editor=editor, publish_at=tomorrow)
    assert event.status == Status.SCHEDULED


def test_the_wikis_day_decides_what_is_the_future(editor: User) -> None:
    with timezone.override("Pacific/Kiritimati"):  # fourteen hours before UTC
        event = told(status=Status.DRAFT, date=timezone.localdate() + dt.timedelta(days=1))
        with pytest.raises(services.NotReady, match="lies in the future"):
            services.change_state(event, event.version, Move.PUBLISH, editor=editor)


def test_a_public_event_keeps_a_citation_or_says_that_it_has_none(editor: User) -> None:
    event = told()
    document = exporter.event_document(Event.objects.with_everything().get())
    with pytest.raises(services.NotReady, match="Cite a source"):
        services.rewrite(event, event.version, replace(document, citations=()), editor=editor, comment="")
    flagged = replace(document, citations=(), is_unsourced=True)
    assert services.rewrite(event, event.version, flagged, editor=editor, comment="").is_unsourced


def test_what_an_archive_published_so_can_be_edited_all_the_same(editor: User) -> None:
    event = told(date=dt.date(2999, 1, 1), citations=(), is_unsourced=False)
    document = exporter.event_document(Event.objects.with_everything().get())
    event = services.rewrite(event, None, replace(document, summary="More."), editor=editor, comment="")
    assert event.summary == "More."
    with pytest.raises(services.NotReady):  # but not moved to another day in the future
        services.rewrite(event, None, replace(document, date=dt.date(2998, 1, 1)), editor=editor, comment="")


def test_a_step_on_top_of_a_save_that_was_not_seen_is_refused(editor: User) -> None:
    event = told(status=Status.DRAFT)
    services.change_state(event, event.version, Move.SUBMIT, editor=editor)
    with pytest.raises(services.StaleVersion):
        services.change_state(event, event.version, Move.PUBLISH, editor=editor)


# --- The form -----------------------------------------------------------------------------------------------------


def labels(client: object, event: Event | None = None) -> list[str]:
    address = reverse("admin:events_event_change", args=[event.pk]) if event else reverse("admin:events_event_add")
    response = client.get(address)  # type: ignore[attr-defined]
    return [button.label for button in response.context["buttons"]]


def test_the_buttons_are_what_the_person_may_do_with_the_event_in_its_state() -> None:
    contributor, editor = person("Contributor"), person("Editor")
    assert labels(contributor) == ["Save draft", "Submit for review"]
    assert labels(editor) == ["Save draft", "Submit for review", "Publish", "Publish at"]
    event = add(contributor, _move="submit", **CITED)
    assert labels(contributor, event) == ["Save"]
    assert labels(editor, event) == ["Save", "Publish", "Publish at", "Send back"]
    for status, expected in (
        (Status.SCHEDULED, ["Save", "Publish now", "Change the time", "Do not publish"]),
        (Status.PUBLISHED, ["Save", "Withdraw"]),
        (Status.WITHDRAWN, ["Save", "Publish again", "Change the reason"]),
    ):
        Event.objects.update(status=status)
        assert labels(editor, event) == expected
        assert labels(contributor, event) == ["Propose this change"]
    Event.objects.get().event_tags.update(is_public=False)


def test_the_server_decides_the_same_whatever_is_posted() -> None:
    contributor, editor = person("Contributor"), person("Editor")
    address = reverse("admin:events_event_add")
    for move in (Move.PUBLISH, Move.SCHEDULE, Move.WITHDRAW, Move.SEND_BACK, Move.UNSCHEDULE, "nonsense", ""):
        response = contributor.post(address, form_data(_move=move, **CITED))
        assert response.status_code == 403
    assert not Event.objects.exists()
    event = add(contributor, **CITED)
    for status in Status:
        Event.objects.update(status=status)
        for client, user in ((contributor, "contributor"), (editor, "editor")):
            allowed = permissions.moves(User.objects.get(username=user), Event.objects.get())
            # A save of what became public meanwhile is a proposal (test_proposals.py).
            for move in set(Move) - set(allowed) - ({Move.SAVE} if Move.PROPOSE in allowed else set()):
                assert (save(client, event, _move=move).status_code, status, move) == (403, status, move)
    assert Event.objects.get().version == 1


def test_an_event_is_written_and_published_with_one_press() -> None:
    event = add(person("Editor"), _move="publish", comment="From the wire", **CITED)
    assert (event.status, event.is_unsourced) == (Status.PUBLISHED, False)
    revision = event.revisions.get()
    assert (revision.contributor, revision.comment) == ("editor", "Published: From the wire")


def test_what_is_missing_for_readers_is_said_at_the_field_and_nothing_is_saved() -> None:
    editor = person("Editor")
    response = editor.post(reverse("admin:events_event_add"), form_data(_move="publish", summary="Kept"))
    assert response.context["adminform"].form.errors["is_unsourced"] == [
        "Cite a source, or tick that it is unsourced; readers see that."
    ]
    assert "Kept</textarea>" in response.content.decode()
    assert not Event.objects.exists()
    event = add(editor, is_unsourced="on")
    past = save(editor, event, _move="schedule", publish_at="2021-05-05T10:00")
    assert past.context["adminform"].form.errors["publish_at"] == ["Choose a moment in the future."]
    event.refresh_from_db()
    assert (event.version, event.status) == (1, Status.DRAFT)


def test_a_draft_without_a_citation_is_not_unsourced_unless_somebody_says_so() -> None:
    editor = person("Editor")
    assert not add(editor).is_unsourced
    event = add(editor, headline="Another.", is_unsourced="on", _move="publish")
    assert event.is_unsourced and event.is_public
    assert save(editor, event, **CITED).status_code == 302
    event.refresh_from_db()
    assert not event.is_unsourced


def test_a_time_is_given_in_the_wikis_own() -> None:
    editor = person("Editor")
    with timezone.override("Asia/Kolkata"):
        event = add(editor, _move="schedule", publish_at="2999-05-05T10:30", **CITED)
    assert event.publish_at == dt.datetime(2999, 5, 5, 5, tzinfo=dt.UTC)
    assert save(editor, event, summary="More.").status_code == 302
    event.refresh_from_db()
    assert (event.summary, event.publish_at) == ("More.", dt.datetime(2999, 5, 5, 5, tzinfo=dt.UTC))


def test_a_reason_or_moment_that_was_typed_for_another_button_does_nothing() -> None:
    editor = person("Editor")
    event = add(editor, _move="publish", **CITED)
    save(editor, event, withdrawn_reason="Typed, and thought better of", publish_at="2999-05-05T10:30")
    event.refresh_from_db()
    assert (event.status, event.withdrawn_reason, event.publish_at) == (Status.PUBLISHED, "", None)


def test_what_is_sent_back_tells_its_author_why() -> None:
    event = add(person("Contributor"), _move="submit", **CITED)
    editor = person("Editor")
    assert save(editor, event, _move="send_back").status_code == 200
    assert save(editor, event, _move="send_back", reply="Which dam?").status_code == 302
    event.refresh_from_db()
    assert event.status == Status.DRAFT
    assert event.revisions.latest("number").comment == "Sent back to the author: Which dam?"
    contributor = person("Contributor")
    assert save(contributor, event, summary="The big one.").status_code == 302
    form = contributor.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "Sent back to the author: Which dam?" in form


def test_the_desk_tells_the_author_why_it_came_back_and_makes_it_nobody_elses() -> None:
    event = add(person("Contributor"), _move="submit", **CITED)
    save(person("Editor"), event, _move="send_back", reply="Which dam?")
    assert "editor: <b>Sent back to the author: Which dam?</b>" in own(person("Contributor"))
    assert not own(person("Editor"))
    listed = person("Editor").get(reverse("admin:events_event_changelist"), {"by": "me"})
    assert not listed.context["cl"].result_list


def own(client: Client) -> str:
    """What the desk's first page says of what is one's own."""
    html = client.get(reverse("admin:index")).content.decode()
    return html.partition('id="yours"')[2].partition('id="changes"')[0]


# --- Who may do what ----------------------------------------------------------------------------------------------


def test_what_readers_see_is_changed_by_nobody_who_may_not_publish() -> None:
    contributor, editor = person("Contributor"), person("Editor")
    event = add(editor, _move="publish", **CITED)
    save(contributor, event, summary="Slipped in")
    assert Event.objects.get().summary == ""
    save(editor, event, summary="By an editor")
    event.refresh_from_db()
    for name, data in (
        ("events_event_restore", {"number": 1, "version": event.version}),
        ("events_event_decide", {}),
        ("events_event_one_or_two", {}),
        ("events_event_cite", {}),
    ):
        address = reverse(f"admin:{name}", args=[event.pk] if name.endswith("restore") else [])
        assert (contributor.post(address, data).status_code, name) == (403, name)
    assert Event.objects.get().summary == "By an editor"


def test_a_contributor_restores_a_draft_but_no_state_that_was_public() -> None:
    contributor, editor = person("Contributor"), person("Editor")
    event = add(contributor, summary="First")
    save(contributor, event, summary="Second")
    address = reverse("admin:events_event_restore", args=[event.pk])
    assert contributor.post(address, {"number": 1, "version": 2}).status_code == 302
    assert Event.objects.get().summary == "First"
    event.refresh_from_db()
    save(editor, event, _move="publish", is_unsourced="on")
    services.restore(event.revisions.get(number=1), 4, editor=User.objects.get(username="editor"))
    assert contributor.post(address, {"number": 4, "version": 5}).status_code == 403
    assert Event.objects.get().status == Status.DRAFT
