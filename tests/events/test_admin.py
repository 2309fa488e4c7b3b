"""The event form: what a save leaves behind, and what it refuses."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events.models import Citation, Event, EventTag, Redirect, RelatedLink, Tag
from sources.models import Publisher, Source
from tests.events.desk import HOSTILE, add, new_citation, save


@pytest.mark.django_db
def test_a_new_event_gets_a_slug_its_tags_and_its_first_revision(desk: Client) -> None:
    event = add(desk, topic_names="Water", tag_names='River, "Berlin, Germany"', comment="From the wire")

    assert event.slug == "a-dam-is-opened"
    assert list(event.event_tags.values_list("spelling", "topic_position")) == [
        ("River", None),
        ("Berlin, Germany", None),
        ("Water", 0),
    ]
    revision = event.revisions.get()
    assert (revision.number, revision.contributor, revision.comment) == (1, "ed", "From the wire")
    assert '"tags":["River","Berlin, Germany","Water"]' in revision.document
    assert event.version == 1


@pytest.mark.django_db
def test_a_slug_that_another_event_has_is_made_unlike_it_or_refused(desk: Client) -> None:
    add(desk)
    second = add(desk)
    assert second.slug.startswith("a-dam-is-opened-")

    response = save(desk, second, slug="a-dam-is-opened")
    assert response.status_code == 200
    assert b"Another event has or had this address" in response.content


@pytest.mark.django_db
def test_each_save_leaves_one_revision_with_editor_and_comment(desk: Client) -> None:
    event = add(desk)
    assert save(desk, event, headline="A dam is closed.", comment="It was closed").status_code == 302

    event.refresh_from_db()
    assert (event.headline, event.slug, event.version) == ("A dam is closed.", "a-dam-is-opened", 2)
    assert list(event.revisions.values_list("number", "contributor", "comment")) == [
        (2, "ed", "It was closed"),
        (1, "ed", ""),
    ]


@pytest.mark.django_db
def test_a_form_with_errors_saves_nothing_and_keeps_the_version(desk: Client) -> None:
    event = add(desk)
    response = save(desk, event, headline="", summary="Kept on the page")

    assert response.status_code == 200
    assert b"Kept on the page" in response.content
    event.refresh_from_db()
    assert (event.version, event.revisions.count()) == (1, 1)


@pytest.mark.django_db
def test_a_changed_slug_leaves_a_redirect_and_a_regained_one_frees_it(desk: Client) -> None:
    event = add(desk)
    save(desk, event, slug="dam")
    assert Redirect.objects.get().slug == "a-dam-is-opened"

    event.refresh_from_db()
    save(desk, event, slug="a-dam-is-opened")
    assert Redirect.objects.get().slug == "dam"


@pytest.mark.django_db
def test_a_citation_clears_the_unsourced_flag_and_a_save_the_stub(desk: Client) -> None:
    event = add(desk, is_unsourced="on")
    Event.objects.update(is_stub=True)
    event.refresh_from_db()
    assert event.is_unsourced

    save(desk, event, **new_citation(0, label="Reuters"))
    event.refresh_from_db()
    assert not event.is_unsourced
    assert not event.is_stub


@pytest.mark.django_db
def test_rows_are_numbered_in_the_editors_order_and_empty_ones_ignored(desk: Client) -> None:
    source = Source.objects.create(title="Dam opened", url="https://example.org/dam")
    event = add(desk)
    rows = new_citation(0, label="Second", position=7) | new_citation(1, source=source.pk, label="First", position=3)
    save(desk, event, **rows | new_citation(2, position=9))

    assert list(event.citations.values_list("label", "position")) == [("First", 1), ("Second", 2)]


@pytest.mark.django_db
def test_the_label_follows_another_source_unless_an_editor_wrote_it(desk: Client) -> None:
    sources = [
        Source.objects.create(title=f"By {name}", publisher=Publisher.objects.create(name=name))
        for name in ("Old Wire", "New Wire")
    ]
    event = add(desk, **new_citation(0, source=sources[0].pk))
    assert event.citations.get().label == "Old Wire"
    save(desk, event, **{"citations-0-source": sources[1].pk})
    assert event.citations.get().label == "New Wire"

    event.refresh_from_db()
    save(desk, event, **{"citations-0-source": sources[0].pk, "citations-0-label": "The wire"})
    assert event.citations.get().label == "The wire"


@pytest.mark.django_db
def test_a_tag_that_stays_keeps_its_row_and_one_that_nobody_bears_goes(desk: Client) -> None:
    event = add(desk, tag_names="River, Dam")
    row = EventTag.objects.get(spelling="River")
    save(desk, event, tag_names="River, Sea")

    assert EventTag.objects.get(spelling="River").pk == row.pk
    assert not Tag.objects.filter(key="dam").exists()


@pytest.mark.django_db
def test_an_event_leads_neither_to_itself_nor_to_another_language(desk: Client) -> None:
    event = add(desk)
    other = Event.objects.create(language="zh", date=event.date, slug="x", headline="水库")
    for target, error in ((event, "lead to itself"), (other, "same language")):
        row = {"related_links-0-target": target.pk, "related_links-0-kind": "pinned", "related_links-0-position": 0}
        response = save(desk, event, **row, **{"related_links-TOTAL_FORMS": 1})
        assert error in response.content.decode()
    assert not RelatedLink.objects.exists()


@pytest.mark.django_db
def test_withdrawing_needs_a_reason_for_readers(desk: Client) -> None:
    event = add(desk, is_unsourced="on", _move="publish")
    assert "Tell readers why" in save(desk, event, _move="withdraw").content.decode()
    assert save(desk, event, _move="withdraw", withdrawn_reason="It was a drill.").status_code == 302


@pytest.mark.django_db
def test_the_preview_is_the_sites_own_rendering_and_nothing_in_it_is_alive(desk: Client) -> None:
    address = f"{reverse('admin:markdownx_markdownify')}?language=en"
    html = desk.post(address, {"content": f"[[River]] {HOSTILE} [x](javascript:alert(1))"}).content.decode()

    assert '<a href="/tag/river"' in html.replace("/river/", "/river")
    assert "<script>" not in html
    assert 'href="javascript' not in html


@pytest.mark.django_db
def test_script_in_headlines_and_names_is_shown_as_text(desk: Client) -> None:
    event = add(desk, headline=HOSTILE, tag_names=HOSTILE, comment=HOSTILE, summary=HOSTILE)
    save(desk, event, headline=f"{HOSTILE}!", comment=HOSTILE)
    name = Tag.objects.get().pk
    for address in (
        reverse("admin:index"),
        reverse("admin:events_event_changelist"),
        reverse("admin:events_event_change", args=[event.pk]),
        reverse("admin:events_event_history", args=[event.pk]),
        reverse("admin:events_event_state", args=[event.pk, 1]),
        f"{reverse('admin:events_event_compare', args=[event.pk])}?one=1&two=2",
        reverse("admin:events_tag_changelist"),
        reverse("admin:events_tag_change", args=[name]),
    ):
        html = desk.get(address).content.decode()
        assert HOSTILE not in html
        assert "&lt;script&gt;" in html


@pytest.mark.django_db
def test_names_are_completed_with_the_most_used_first(desk: Client) -> None:
    add(desk, tag_names="Berlin wall")
    add(desk, tag_names="Berlin", headline="Another.")
    add(desk, tag_names="Berlin", headline="A third.")
    names = desk.get(reverse("admin:events_event_names"), {"q": "BERL", "language": "en"}).json()["names"]
    assert names == ["Berlin", "Berlin wall"]


@pytest.mark.django_db
def test_the_list_finds_words_and_tags_and_takes_as_many_queries_for_many_events(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add(desk, tag_names="Berlin")
    address = reverse("admin:events_event_changelist")
    assert "A dam is opened." in desk.get(address, {"q": "dam berlin"}).content.decode()
    assert "A dam is opened." not in desk.get(address, {"q": "dam paris"}).content.decode()
    for words in ('"dam is" opening', "berl", "dam -river"):
        assert "A dam is opened." in desk.get(address, {"q": words}).content.decode()
    for words in ("dam -berlin", '"is dam"', "?"):
        assert "A dam is opened." not in desk.get(address, {"q": words}).content.decode()

    with django_assert_num_queries(6):
        desk.get(address)
    for number in range(5):
        add(desk, headline=f"Event {number}", tag_names=f"Tag {number}")
    with django_assert_num_queries(6):
        desk.get(address)


@pytest.mark.django_db
def test_an_event_to_link_is_offered_with_its_date(desk: Client) -> None:
    add(desk)
    query = {"app_label": "events", "model_name": "relatedlink", "field_name": "target", "term": "dam"}
    [result] = desk.get(reverse("admin:autocomplete"), query).json()["results"]
    assert result["text"] == "2021-03-04 · A dam is opened."


@pytest.mark.django_db
def test_nothing_is_deleted_in_the_admin_of_events(desk: Client) -> None:
    event = add(desk)
    assert desk.post(reverse("admin:events_event_delete", args=[event.pk]), {"post": "yes"}).status_code == 403
    assert Citation.objects.count() == 0


# --- Permissions --------------------------------------------------------------------------------------------------


def _addresses(event: Event) -> list[tuple[str, str]]:
    names = {
        "admin:events_event_changelist": ("get", []),
        "admin:events_event_add": ("get", []),
        "admin:events_event_names": ("get", []),
        "admin:markdownx_markdownify": ("post", []),
        "admin:markdownx_upload": ("post", []),
        "admin:events_event_unfiled": ("get", []),
        "admin:events_event_cite": ("post", []),
        "admin:events_event_change": ("post", [event.pk]),
        "admin:events_event_review": ("get", []),
        "admin:events_event_claim": ("post", [event.pk]),
        "admin:events_event_preview": ("get", [event.pk]),
        "admin:events_event_history": ("get", [event.pk]),
        "admin:events_event_compare": ("get", [event.pk]),
        "admin:events_event_state": ("get", [event.pk, 1]),
        "admin:events_event_restore": ("post", [event.pk]),
        "admin:events_tag_changelist": ("get", []),
        "admin:sources_source_changelist": ("get", []),
        "admin:autocomplete": ("get", []),
    }
    return [(method, reverse(name, args=args)) for name, (method, args) in names.items()]


@pytest.mark.django_db
def test_every_view_asks_for_a_login_and_then_for_permission(desk: Client, django_user_model: type[User]) -> None:
    event = add(desk)
    anonymous, staff = Client(), Client()
    staff.force_login(django_user_model.objects.create_user("plain", is_staff=True))
    for method, address in _addresses(event):
        response = getattr(anonymous, method)(address)
        assert (response.status_code, address) == (302, address)
        assert response["Location"].startswith("/admin/login/")
        assert (getattr(staff, method)(address).status_code, address) == (403, address)


@pytest.mark.django_db
def test_who_may_only_look_sees_the_event_and_its_history_but_changes_nothing(
    desk: Client, django_user_model: type[User]
) -> None:
    event = add(desk, tag_names="River")
    viewer = Client()
    user = django_user_model.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(_permissions("view_event"))
    viewer.force_login(user)

    html = viewer.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "River" in html
    assert 'name="comment"' not in html
    assert viewer.get(reverse("admin:events_event_history", args=[event.pk])).status_code == 200
    assert "Restore" not in viewer.get(reverse("admin:events_event_state", args=[event.pk, 1])).content.decode()
    for name in ("change", "restore"):
        address = reverse(f"admin:events_event_{name}", args=[event.pk])
        assert viewer.post(address, {"number": 1, "version": 1}).status_code == 403


def _permissions(*names: str) -> Any:
    return Permission.objects.filter(codename__in=names)
