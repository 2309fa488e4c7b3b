"""A tag is merged into another at the desk: chosen, looked at, done, undone."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events import services
from events.models import EventTag, Tag, TagAlias, TagChange
from tests.events.desk import HOSTILE, confirm, messages
from tests.events.making import make_event, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def tags() -> tuple[Tag, Tag]:
    """Bombay, which two events bear, and Mumbai, which one of them bears too."""
    make_event("A port opens.", tags=["Bombay"])
    make_event("A railway opens.", tags=["Bombay", "Mumbai"])
    gone, kept = make_tag("Bombay"), make_tag("Mumbai")
    TagAlias.objects.create(tag=gone, name="Bom")
    Tag.objects.filter(pk=gone.pk).update(wikidata="Q1156", description="A city.")
    Tag.objects.filter(pk=kept.pk).update(description="A port.")
    return gone, kept


def choose(desk: Client, gone: Tag, **query: Any) -> str:
    return str(desk.get(reverse("admin:events_tag_choose", args=[gone.pk]), query).content.decode())


def merge(desk: Client, gone: Tag, kept: Tag) -> Any:
    return desk.post(reverse("admin:events_tag_merge", args=[gone.pk]), {"into": kept.pk})


def undo(desk: Client, change: TagChange) -> Any:
    return desk.post(reverse("admin:events_tag_undo", args=[change.pk]))


def test_what_a_merge_would_change_is_shown_before(desk: Client, tags: tuple[Tag, Tag]) -> None:
    gone, kept = tags
    assert (
        reverse("admin:events_tag_choose", args=[gone.pk])
        in desk.get(reverse("admin:events_tag_change", args=[gone.pk])).content.decode()
    )
    assert "Merge them" not in choose(desk, gone)
    html = choose(desk, gone, into=kept.pk)
    assert "2 events bear “Bombay”, 1 of them “Mumbai” too" in html
    assert "“Mumbai” gains the names “Bombay”, “Bom”." in html
    assert "A city." in html and "A port." in html
    assert "Q1156 <em>(taken over)</em>" in html
    assert "Merge them" in html
    assert Tag.objects.count() == 2


def test_a_merge_is_made_noted_and_listed_at_the_kept_tag(desk: Client, tags: tuple[Tag, Tag]) -> None:
    gone, kept = tags
    response = merge(desk, gone, kept)
    assert response["Location"] == reverse("admin:events_tag_change", args=[kept.pk])
    assert "“Bombay” was merged into “Mumbai”." in messages(response)
    assert set(EventTag.objects.values_list("tag__name", flat=True)) == {"Mumbai"}
    html = desk.get(response["Location"]).content.decode()
    assert "Merged into this tag" in html
    assert "<strong>Bombay</strong>" in html
    assert "2 events" in html
    history = desk.get(reverse("admin:events_tag_history", args=[kept.pk])).content.decode()
    assert "Merged “Bombay” into it." in history
    assert str(TagChange.objects.get().editor) == "ed"


def test_a_merge_is_undone_with_one_press(desk: Client, tags: tuple[Tag, Tag]) -> None:
    gone, kept = tags
    before = set(EventTag.objects.values_list("event", "tag", "position", "spelling"))
    merge(desk, gone, kept)
    response = undo(desk, TagChange.objects.get())
    assert "“Bombay” is a tag of its own again" in messages(response)
    assert set(EventTag.objects.values_list("event", "tag", "position", "spelling")) == before
    html = desk.get(response["Location"]).content.decode()
    assert "undone on" in html
    assert reverse("admin:events_tag_undo", args=[TagChange.objects.get().pk]) not in html
    assert "Nothing was undone" in messages(undo(desk, TagChange.objects.get()))


def test_an_undo_that_has_to_wait_says_for_what(desk: Client, tags: tuple[Tag, Tag]) -> None:
    gone, kept = tags
    merge(desk, gone, kept)
    merge(desk, kept, make_tag("India"))
    response = undo(desk, TagChange.objects.earliest("pk"))
    assert "“Mumbai” itself was merged into “India” afterwards." in messages(response)


@pytest.mark.parametrize("into", ["", "x", "999999"])
def test_only_another_tag_of_the_same_language_is_taken(desk: Client, tags: tuple[Tag, Tag], into: str) -> None:
    gone, _ = tags
    other = Tag.objects.create(language="zh", name="孟买")
    for choice in (into, str(gone.pk), str(other.pk)):
        assert "Merge them" not in choose(desk, gone, into=choice)
        response = desk.post(reverse("admin:events_tag_merge", args=[gone.pk]), {"into": choice})
        assert "Nothing was merged" in messages(response)
    assert Tag.objects.count() == 3
    assert "Choose another tag of the same language." in choose(desk, gone, into=other.pk)


def test_the_list_to_choose_from_says_what_is_most_used_and_in_which_language(
    desk: Client, tags: tuple[Tag, Tag]
) -> None:
    make_tag("A bombay duck")
    query = {"app_label": "events", "model_name": "eventtag", "field_name": "tag", "term": "Bom"}
    found = desk.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [entry["text"] for entry in found] == ["Bombay · en · 2 events", "A bombay duck · en · 0 events"]
    listed = desk.get(reverse("admin:events_tag_changelist")).context["cl"].result_list
    assert [tag.name for tag in listed] == ["A bombay duck", "Bombay", "Mumbai"]


def test_a_name_that_an_editor_chose_since_is_not_undone(desk: Client, tags: tuple[Tag, Tag]) -> None:
    gone, kept = tags
    merge(desk, gone, kept)
    data = {"name": "Mumbai", "description": "", "wikidata": ""}
    rows = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    assert desk.post(reverse("admin:events_tag_change", args=[kept.pk]), data | rows).status_code == 302
    undo(desk, TagChange.objects.get())
    assert Tag.objects.get(key="mumbai").is_name_chosen
    assert not Tag.objects.get(key="bombay").is_name_chosen


def test_only_who_may_change_tags_merges_them(client: Client, tags: tuple[Tag, Tag]) -> None:
    gone, kept = tags
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_tag"))
    client.force_login(reader)
    confirm(client)
    change = TagChange(pk=1)
    assert client.get(reverse("admin:events_tag_choose", args=[gone.pk])).status_code == 403
    assert merge(client, gone, kept).status_code == 403
    change = services.merge_tags(gone, kept, editor=reader)
    assert undo(client, change).status_code == 403
    html = client.get(reverse("admin:events_tag_change", args=[kept.pk])).content.decode()
    assert "<strong>Bombay</strong>" in html
    assert "Undo" not in html
    assert "Merge into another tag" not in html


def test_what_merges_is_posted_with_a_token_to_tags_that_are_there(desk: Client, tags: tuple[Tag, Tag]) -> None:
    gone, kept = tags
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert merge(strict, gone, kept).status_code == 403
    assert desk.get(reverse("admin:events_tag_merge", args=[gone.pk])).status_code == 405
    for name in ("merge", "undo"):
        assert desk.post(reverse(f"admin:events_tag_{name}", args=[999_999])).status_code == 404


def test_script_in_a_tag_is_shown_as_text(desk: Client, tags: tuple[Tag, Tag]) -> None:
    gone, kept = tags
    Tag.objects.update(description=HOSTILE)
    Tag.objects.filter(pk=gone.pk).update(name=HOSTILE)
    gone.refresh_from_db()
    assert HOSTILE not in choose(desk, gone, into=kept.pk)
    response = merge(desk, gone, kept)
    assert HOSTILE not in desk.get(response["Location"]).content.decode()


def test_the_preview_takes_the_same_queries_with_few_events_and_many(
    desk: Client, tags: tuple[Tag, Tag], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    gone, kept = tags
    choose(desk, gone, into=kept.pk)
    with django_assert_num_queries(8) as few:
        choose(desk, gone, into=kept.pk)
    for number in range(30):
        make_event(f"Event {number}.", tags=["Bombay", "Mumbai"])
    with django_assert_num_queries(len(few)):
        choose(desk, gone, into=kept.pk)


def test_a_merge_takes_the_same_statements_with_few_events_and_many(
    desk: Client, tags: tuple[Tag, Tag], django_assert_max_num_queries: Any
) -> None:
    gone, kept = tags
    for number in range(200):
        make_event(f"Event {number}.", tags=["Bombay", "Mumbai"] if number % 2 else ["Bombay"])
    editor = User.objects.get()
    with django_assert_max_num_queries(50):
        change = services.merge_tags(gone, kept, editor=editor)
    with django_assert_max_num_queries(40):
        services.undo_merge(change)
