"""Saves that once lost what an editor wrote, or ended in an error: popups, swapped rows, clashes with other writers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events import forms
from events.choices import LinkKind
from events.models import Event, RelatedLink
from tests.events.desk import add, form_data, save


@pytest.fixture
def links(desk: Client) -> list[RelatedLink]:
    """An event's two links."""
    event = add(desk)
    targets = [add(desk, headline=headline) for headline in ("A dam is planned.", "A dam is built.")]
    return [
        RelatedLink.objects.create(event=event, target=target, kind=LinkKind.PINNED, note=target.slug, position=number)
        for number, target in enumerate(targets, start=1)
    ]


def notes(event: Event) -> list[tuple[str, str]]:
    return [(link.target.slug, link.note) for link in event.related_links.select_related("target")]


@pytest.mark.django_db
def test_what_is_changed_in_a_popup_is_saved(desk: Client) -> None:
    event = add(desk)
    response = save(desk, event, summary="From the popup.", _popup=1)
    assert response.status_code == 200
    assert "popup_response" in response.content.decode()
    event.refresh_from_db()
    assert (event.summary, event.version, event.revisions.count()) == ("From the popup.", 2, 2)


@pytest.mark.django_db
def test_errors_in_a_popup_save_nothing(desk: Client) -> None:
    event = add(desk)
    assert b"Kept on the page" in save(desk, event, headline="", summary="Kept on the page", _popup=1).content
    event.refresh_from_db()
    assert (event.version, event.revisions.count()) == (1, 1)


@pytest.mark.django_db
def test_two_related_events_can_be_swapped(desk: Client, links: list[RelatedLink]) -> None:
    event, (one, two) = links[0].event, links
    targets = {"related_links-0-target": two.target_id, "related_links-1-target": one.target_id}
    response = save(desk, event, **targets)
    assert response.status_code == 302, response.context["errors"]
    assert notes(event) == [(two.target.slug, one.note), (one.target.slug, two.note)]


@pytest.mark.django_db
def test_a_row_takes_the_event_of_a_deleted_one(desk: Client, links: list[RelatedLink]) -> None:
    event, (one, two) = links[0].event, links
    response = save(desk, event, **{"related_links-0-target": two.target_id, "related_links-1-DELETE": "on"})
    assert response.status_code == 302, response.context["errors"]
    assert notes(event) == [(two.target.slug, one.note)]


@pytest.mark.django_db
def test_a_new_row_takes_the_event_of_a_deleted_or_changed_one(desk: Client, links: list[RelatedLink]) -> None:
    event, (one, two) = links[0].event, links
    third = add(desk, headline="A dam is sold.")
    rows = {"related_links-0-DELETE": "on", "related_links-1-target": third.pk, "related_links-TOTAL_FORMS": 4}
    for number, target in ((2, one.target_id), (3, two.target_id)):
        rows |= {f"related_links-{number}-{name}": value for name, value in _row(target, number).items()}
    response = save(desk, event, **rows)
    assert response.status_code == 302, response.context["errors"]
    assert sorted(notes(event)) == sorted(
        [(third.slug, two.note), (one.target.slug, "New."), (two.target.slug, "New.")]
    )


def _row(target: int, position: int) -> dict[str, Any]:
    return {"id": "", "target": target, "kind": "pinned", "note": "New.", "position": position + 1}


@pytest.mark.django_db
def test_one_event_stands_in_one_row_only(desk: Client, links: list[RelatedLink]) -> None:
    response = save(desk, links[0].event, **{"related_links-0-target": links[1].target_id})
    assert response.status_code == 200
    assert links[0].event.related_links.count() == 2


@pytest.mark.django_db
def test_an_address_taken_at_the_same_moment_shows_the_form_again(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(desk)
    address = reverse("admin:events_event_add")
    typed = form_data(summary="Typed with care.", slug="")
    with monkeypatch.context() as blind:
        blind.setattr(forms, "slug_for", lambda *args: "a-dam-is-opened")
        blind.setattr(Event, "validate_constraints", lambda *args, **kwargs: None)
        response = desk.post(address, typed)
    assert response.status_code == 409
    html = response.content.decode()
    assert "Typed with care.</textarea>" in html
    assert "save it again" in html
    assert Event.objects.count() == 1
    assert desk.post(address, typed).status_code == 302


@pytest.mark.django_db
def test_a_change_that_clashes_shows_the_form_again_and_claims_no_version(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(desk)
    event = add(desk, headline="A dam is closed.")
    with monkeypatch.context() as blind:
        blind.setattr(forms, "holder_of", lambda *args: None)
        response = save(desk, event, slug="a-dam-is-opened", summary="Typed with care.")
    assert response.status_code == 409
    assert "Typed with care.</textarea>" in response.content.decode()
    event.refresh_from_db()
    assert (event.slug, event.version, event.revisions.count()) == ("a-dam-is-closed", 1, 1)
    assert save(desk, event, summary="Typed with care.").status_code == 302


@pytest.mark.django_db
def test_a_headline_is_one_line(desk: Client) -> None:
    assert add(desk, headline="A dam\r\n  is opened.\n").headline == "A dam is opened."


@pytest.mark.parametrize("field", ["topic_names", "tag_names", "related_links-0-context"])
@pytest.mark.django_db
def test_a_name_whose_key_is_too_long_is_refused(desk: Client, links: list[RelatedLink], field: str) -> None:
    response = save(desk, links[0].event, **{field: "\ufdfa" * 50})
    assert response.status_code == 200
    assert "fit" in response.content.decode()


@pytest.mark.django_db
def test_a_nul_is_looked_for_and_not_found(desk: Client) -> None:
    add(desk, tag_names="Berlin")
    names = reverse("admin:events_event_names")
    assert desk.get(names, {"q": "\0", "language": "en"}).json() == {"names": []}
    assert desk.get(names, {"q": "Berlin", "language": "\0"}).json() == {"names": []}
    for model, field in (("relatedlink", "target"), ("citation", "source")):
        query = {"app_label": "events", "model_name": model, "field_name": field, "term": "\0"}
        assert desk.get(reverse("admin:autocomplete"), query).json()["results"] == []
    for name in ("events_event", "events_tag", "sources_source", "sources_publisher"):
        assert desk.get(reverse(f"admin:{name}_changelist"), {"q": "\0"}).status_code in (200, 302)


@pytest.mark.parametrize("name", ["events_event", "events_tag", "sources_source", "auth_user"])
@pytest.mark.django_db
def test_the_way_home_names_no_app(desk: Client, name: str) -> None:
    for page in ("changelist", "add"):
        html = desk.get(reverse(f"admin:{name}_{page}")).content.decode()
        crumbs = html.split('<div class="breadcrumbs">')[1].split("</div>")[0]
        assert f'/admin/{name.split("_")[0]}/"' not in crumbs
        assert "Home" in crumbs


@pytest.mark.django_db
def test_a_year_with_too_few_digits_is_asked_back(desk: Client) -> None:
    response = desk.post(reverse("admin:events_event_add"), form_data(date="0217-02-02"))
    assert "This is in the year 0217. Write a year from 1000 on." in response.content.decode()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_an_event_of_such_a_year_from_an_archive_can_be_edited(desk: Client) -> None:
    event = add(desk)
    Event.objects.update(date="0217-02-02")
    event.refresh_from_db()
    assert save(desk, event, summary="Long ago.").status_code == 302
