"""The history of an event in the admin, and the filing of sources."""

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from events.models import Event, Redirect, Tag, TagAlias
from sources.models import Source
from tests.events.desk import add, form_data, save


def messages(response: object) -> str:
    return " ".join(map(str, get_messages(response.wsgi_request)))  # type: ignore[attr-defined]


@pytest.fixture
def event(desk: Client) -> Event:
    """Saved twice."""
    event = add(desk, tag_names="River", summary="The first text.")
    save(desk, event, headline="A dam is closed.", slug="closed", summary="The second text.", comment="Closed")
    event.refresh_from_db()
    return event


@pytest.mark.django_db
def test_the_history_lists_revisions_with_the_newest_two_chosen(desk: Client, event: Event) -> None:
    html = desk.get(reverse("admin:events_event_history", args=[event.pk])).content.decode()
    assert html.index("Closed") < html.index('value="1"')
    assert 'name="one" value="1" checked' in html
    assert 'name="two" value="2" checked' in html


@pytest.mark.django_db
def test_two_revisions_are_compared_in_the_order_of_time_whichever_is_named_first(desk: Client, event: Event) -> None:
    address = reverse("admin:events_event_compare", args=[event.pk])
    for query in ({"one": 1, "two": 2}, {"one": 2, "two": 1}):
        html = desk.get(address, query).content.decode()
        assert "The <del>first</del> text." in html
        assert "The <ins>second</ins> text." in html
        assert '<th scope="row">Tags' not in html
    assert "The two say the same" in desk.get(address, {"one": 2, "two": 2}).content.decode()
    for wrong in ({}, {"one": 1, "two": 9}, {"one": "x", "two": "²"}):
        assert desk.get(address, wrong).status_code == 404


@pytest.mark.django_db
def test_an_old_state_is_restored_as_a_new_revision(desk: Client, event: Event) -> None:
    assert "The first text." in desk.get(reverse("admin:events_event_state", args=[event.pk, 1])).content.decode()
    desk.post(reverse("admin:events_event_restore", args=[event.pk]), {"number": 1, "version": event.version})

    event.refresh_from_db()
    assert (event.headline, event.slug, event.summary) == ("A dam is opened.", "a-dam-is-opened", "The first text.")
    assert list(event.revisions.values_list("number", "contributor")) == [(3, "ed"), (2, "ed"), (1, "ed")]
    assert Redirect.objects.filter(event=event, slug="closed").exists()


@pytest.mark.django_db
def test_a_restore_over_an_unseen_change_is_refused(desk: Client, event: Event) -> None:
    version = event.version
    save(desk, event, summary="Unseen.")
    for posted in (version, "x"):
        address = reverse("admin:events_event_restore", args=[event.pk])
        response = desk.post(address, {"number": 1, "version": posted})
        assert "Nothing was restored" in messages(response)
    event.refresh_from_db()
    assert event.summary == "Unseen."


@pytest.mark.django_db
def test_a_source_is_cited_with_one_press(desk: Client, event: Event) -> None:
    source = Source.objects.create(title="The dam is opened", url="https://example.org/dam")
    assert "The dam is opened" in desk.get(reverse("admin:events_event_unfiled")).content.decode()

    response = desk.post(reverse("admin:events_event_cite"), {"source": source.pk, "event": event.pk})
    assert "is filed under" in messages(response)
    assert event.citations.get().source == source
    assert event.revisions.count() == 3
    assert "0 sources" in desk.get(reverse("admin:events_event_unfiled")).content.decode()
    assert desk.post(reverse("admin:events_event_cite"), {"source": "x", "event": event.pk}).status_code == 404


@pytest.mark.django_db
def test_the_desk_counts_what_waits_and_shows_who_changed_what(desk: Client, event: Event) -> None:
    Source.objects.create(title="Unfiled")
    html = desk.get(reverse("admin:index")).content.decode()
    assert "<strong>1</strong> unfiled source<" in html
    assert "<strong>1</strong> draft<" in html
    assert "A dam is closed." in html
    assert "Closed" in html


@pytest.mark.django_db
def test_a_tags_name_is_the_editors_from_the_first_save_and_the_former_one_stays_an_alias(
    desk: Client, event: Event
) -> None:
    tag = Tag.objects.get()
    data = {"name": "The River", "description": "", "wikidata": "", "aliases-TOTAL_FORMS": 1}
    data |= {"aliases-INITIAL_FORMS": 0, "aliases-0-name": "Stream", "aliases-0-id": ""}
    assert desk.post(reverse("admin:events_tag_change", args=[tag.pk]), data).status_code == 302

    tag.refresh_from_db()
    assert (tag.name, tag.is_name_chosen) == ("The River", True)
    assert set(TagAlias.objects.values_list("key", flat=True)) == {"river", "stream"}
    assert desk.post(reverse("admin:events_tag_delete", args=[tag.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.django_db
def test_two_tags_never_share_a_name(desk: Client, event: Event) -> None:
    save(desk, event, tag_names="River, Sea")
    tag = Tag.objects.get(key="sea")
    for changes in ({"name": "RIVER"}, {"aliases-0-name": "River"}):
        data = {"name": "Sea", "description": "", "wikidata": "", "aliases-TOTAL_FORMS": 1, "aliases-INITIAL_FORMS": 0}
        response = desk.post(reverse("admin:events_tag_change", args=[tag.pk]), data | changes)
        assert "Another tag has this name" in response.content.decode()


@pytest.mark.django_db
def test_names_read_through_an_alias_write_the_tag_they_mean(desk: Client, event: Event) -> None:
    TagAlias.objects.create(tag=Tag.objects.get(), name="Stream")
    response = desk.post(
        reverse("admin:events_event_change", args=[event.pk]), form_data(event, tag_names="Stream, river")
    )
    assert response.status_code == 302
    assert event.event_tags.get().tag.key == "river"
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_an_old_state_says_what_restoring_it_would_change(desk: Client, event: Event) -> None:
    save(desk, event, headline="A dam is closed.")
    page = desk.get(reverse("admin:events_event_state", args=[event.pk, 1]))
    assert "Headline" in [field.name for field in page.context["changes"]]
    assert "What restoring it would change" in page.content.decode()
    newest = desk.get(reverse("admin:events_event_state", args=[event.pk, Event.objects.get(pk=event.pk).version]))
    assert "This is how the event stands now." in newest.content.decode()
