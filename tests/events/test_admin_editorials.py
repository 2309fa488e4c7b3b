"""Editorials at the desk: written, guarded and led to readers as events are."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from events import services
from events.choices import Move, RevisionKind, Status
from events.models import Editorial, OpenForm
from tests.events.desk import messages, person
from tests.events.making import make_editorial

pytestmark = pytest.mark.django_db
CHANGED = ("title", "author", "standfirst", "body", "slug")


def data(editorial: Editorial | None = None, **changes: Any) -> dict[str, Any]:
    """What a browser posts for an editorial as it stands, but for `changes`."""
    values: dict[str, Any] = {"date": "2017-02-02", "language": "en", "title": "Let it be", "author": "Ada Brook"}
    values["body"] = "It floods."
    if editorial:
        values = {name: getattr(editorial, name) for name in CHANGED} | {"date": editorial.date.isoformat()}
        values["version"] = editorial.version
    return values | changes


def add(desk: Client, **changes: Any) -> Editorial:
    response = desk.post(reverse("admin:events_editorial_add"), data(**changes))
    assert response.status_code == 302, response.context["errors"]
    return Editorial.objects.latest("pk")


def save(desk: Client, editorial: Editorial, **changes: Any) -> Any:
    return desk.post(reverse("admin:events_editorial_change", args=[editorial.pk]), data(editorial, **changes))


def test_a_new_editorial_is_a_draft_with_one_revision_under_its_writers_name(desk: Client) -> None:
    editorial = add(desk, title=" Let  it be ", body="It\r\nfloods. ", comment="First words")
    assert (editorial.title, editorial.body, editorial.slug) == ("Let it be", "It\nfloods.", "let-it-be")
    assert (editorial.status, editorial.version) == (Status.DRAFT, 1)
    revision = editorial.revisions.get()
    assert (revision.editor, revision.comment) == (User.objects.get(), "First words")


def test_an_address_that_another_editorial_has_is_refused(desk: Client) -> None:
    make_editorial("Let it be")
    response = desk.post(reverse("admin:events_editorial_add"), data(slug="let-it-be"))
    assert "Another editorial has or had this address" in response.content.decode()
    assert add(desk).slug.startswith("let-it-be-")


def test_changes_of_other_fields_made_side_by_side_are_merged(desk: Client) -> None:
    editorial = add(desk)
    save(desk, editorial, body="Theirs.")
    response = save(desk, editorial, title="Mine")
    assert response.status_code == 302
    assert "Merged with what ed saved" in messages(response)
    editorial.refresh_from_db()
    assert (editorial.title, editorial.body, editorial.version) == ("Mine", "Theirs.", 3)


def test_changes_of_the_same_field_are_shown_side_by_side_and_nothing_is_lost(desk: Client) -> None:
    editorial = add(desk)
    save(desk, editorial, body="Theirs.")
    response = save(desk, editorial, body="Mine.", title="Mine too")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Two versions of this editorial" in page
    [choice] = response.context["conflict"]["choices"]
    sides = ["".join(piece.text for piece in side) for side in (choice.theirs, choice.mine)]
    assert (choice.label, choice.base, *sides) == ("Body", "It floods.", "Theirs.", "Mine.")
    editorial.refresh_from_db()
    assert (editorial.title, editorial.body) == ("Let it be", "Theirs.")
    assert editorial.revisions.get(kind=RevisionKind.REFUSED).editor

    response = save(
        desk, editorial, body="Mine.", title="Mine too", version=editorial.version, **{choice.name: "theirs"}
    )
    assert response.status_code == 302
    editorial.refresh_from_db()
    assert (editorial.title, editorial.body) == ("Mine too", "Theirs.")


def test_what_is_typed_is_kept_and_offered_back(desk: Client) -> None:
    for editorial in (None, add(desk)):
        token = uuid.uuid4()
        typed = data(editorial, body="Typed") | {"_typed": "1", "_leaving": "1"}
        typed |= {"_event": editorial.pk} if editorial else {}
        assert desk.post(reverse("admin:events_editorial_open_form", args=[token]), typed).status_code == 200
        kept = OpenForm.objects.get(token=token)
        assert (kept.kind, kept.subject) == ("editorial", editorial)
        address = reverse("admin:events_editorial_change", args=[editorial.pk]) if editorial else ""
        address = address or reverse("admin:events_editorial_add")
        assert "Typed" in desk.get(address).content.decode()
        back = desk.post(address, {"_bring_back": str(token)}).content.decode()
        assert "Nothing of it is saved yet" in back
        assert "Typed" in back
        assert str(token) not in desk.get(reverse("admin:events_event_add")).content.decode()
        index = desk.get(reverse("admin:index")).content.decode()
        assert "Typed and not saved" in index
        discarded = desk.post(reverse("admin:events_editorial_discard", args=[token]))
        assert discarded.headers["Location"] == address
        assert not OpenForm.objects.exists()


def test_another_is_told_who_has_it_open(desk: Client) -> None:
    editorial = add(desk)
    other = person("Editor")
    address = reverse("admin:events_editorial_open_form", args=[uuid.uuid4()])
    other.post(address, data(editorial) | {"_event": editorial.pk})
    page = desk.get(reverse("admin:events_editorial_change", args=[editorial.pk])).content.decode()
    assert "editor has this editorial open too" in page


def test_it_goes_to_readers_by_the_buttons_of_those_who_may(desk: Client) -> None:
    writer, editor = person("Contributor"), person("Editor")
    editorial = add(writer, _move="submit")
    assert editorial.status == Status.REVIEW
    assert save(writer, editorial, _move="publish").status_code == 403
    save(editor, editorial, _move="send_back", reply="Who says so?")
    editorial.refresh_from_db()
    assert editorial.status == Status.DRAFT
    save(writer, editorial, body="It floods, says my aunt.", _move="submit")
    editorial.refresh_from_db()
    response = save(editor, editorial, _move="publish")
    assert "is public" in messages(response)
    editorial.refresh_from_db()
    assert editorial.is_public
    response = save(editor, editorial, correction="It was my uncle.")
    editorial.refresh_from_db()
    assert editorial.corrections[0]["text"] == "It was my uncle."
    save(editor, editorial, _move="withdraw", withdrawn_reason="Nobody said so.")
    editorial.refresh_from_db()
    assert (editorial.status, editorial.withdrawn_reason) == (Status.WITHDRAWN, "Nobody said so.")


def test_one_without_a_body_is_not_published(desk: Client) -> None:
    editorial = make_editorial("Empty", body="", status=Status.DRAFT)
    response = save(desk, editorial, body="", _move="publish")
    assert response.status_code == 200
    editorial.refresh_from_db()
    assert editorial.status == Status.DRAFT


def test_a_writer_may_only_look_at_what_readers_see() -> None:
    editorial = make_editorial("Let it be")
    writer = person("Contributor")
    page = writer.get(reverse("admin:events_editorial_change", args=[editorial.pk])).content.decode()
    assert "You may only look." in page
    assert save(writer, editorial, body="Mine.", version=99).status_code == 403
    restored = writer.post(
        reverse("admin:events_editorial_restore", args=[editorial.pk]), {"number": "1", "version": "1"}
    )
    assert restored.status_code == 403


def test_words_that_a_writer_saves_after_it_went_public_are_kept_as_not_taken() -> None:
    writer = person("Contributor")
    editorial = add(writer)
    opened = editorial.version
    services.change_state(editorial, None, Move.PUBLISH, editor=None)
    response = save(writer, editorial, body="My better words.", version=opened)
    assert response.status_code == 302
    assert "kept here, as not taken" in messages(response)
    refused = editorial.revisions.get(kind=RevisionKind.REFUSED)
    assert "My better words." in refused.document
    editorial.refresh_from_db()
    assert editorial.body == "It floods."


def test_its_history_is_compared_looked_at_and_restored(desk: Client) -> None:
    editorial = add(desk)
    save(desk, editorial, title="Let it not be", body="[[Kendal]] floods.")
    history = desk.get(reverse("admin:events_editorial_history", args=[editorial.pk])).content.decode()
    assert "Let it not be" in history
    compare = reverse("admin:events_editorial_compare", args=[editorial.pk])
    assert "<ins>" in desk.get(f"{compare}?one=1&two=2").content.decode()
    state = desk.get(reverse("admin:events_editorial_state", args=[editorial.pk, 2])).content.decode()
    assert 'href="/tag/kendal/"' in state
    restore = reverse("admin:events_editorial_restore", args=[editorial.pk])
    desk.post(restore, {"number": "1", "version": "2"})
    editorial.refresh_from_db()
    assert (editorial.title, editorial.version) == ("Let it be", 3)
    assert "Nothing was restored" in messages(desk.post(restore, {"number": "2", "version": "2"}))


def test_a_passage_is_erased_from_its_page_at_the_desk(desk: Client) -> None:
    editorial = add(desk, body="Zebedee did it.")
    words = {"passage": "Zebedee", "reason": "Ordered."}
    erasure = reverse("admin:events_editorial_erasure", args=[editorial.pk])
    assert "2 places" in desk.post(erasure, words).content.decode()
    desk.post(reverse("admin:events_editorial_erase", args=[editorial.pk]), words | {"version": editorial.version})
    editorial.refresh_from_db()
    assert editorial.body == "⟦erased⟧ did it."


def test_the_first_page_counts_those_on_their_way_and_lists_their_changes(desk: Client) -> None:
    add(desk, _move="submit")
    make_editorial("Waiting", status=Status.DRAFT)
    page = desk.get(reverse("admin:index")).content.decode()
    assert "editorial in review" in page
    assert "editorial in draft" in page
    assert "Let it be" in page
    assert (
        "Let it be" in desk.get(reverse("admin:events_editorial_changelist") + "?status__exact=review").content.decode()
    )
