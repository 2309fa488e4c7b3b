"""Many events are changed at once: looked at first, one revision each, and undone with one press."""

from collections.abc import Iterable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from msgspec.structs import replace
from pytest_django import DjangoAssertNumQueries

from events import exporter, services
from events.choices import Status
from events.models import BulkChange, Category, Event, Revision, TagAlias
from events.services import BulkAction, BulkKind
from tests.events.desk import HOSTILE, messages, save
from tests.events.making import DAY, cite, make_event, make_tag

pytestmark = pytest.mark.django_db
BULK, CHANGES = "admin:events_event_bulk", "admin:events_event_bulk_changes"


@pytest.fixture
def ed(desk: Client) -> User:
    return User.objects.get(username="ed")


@pytest.fixture
def contributor(client: Client) -> Client:
    """A client of somebody who may write, and not publish."""
    ann = User.objects.create_user("ann", is_staff=True)
    ann.user_permissions.set(Permission.objects.filter(codename__in=["view_event", "change_event", "add_event"]))
    ours = Client()
    ours.force_login(ann)
    return ours


def make(number: int, **fields: Any) -> Event:
    """An event with a history and a citation."""
    event = make_event(f"Dam {number} is opened.", **fields)
    cite(event, "Reuters")
    editor = User.objects.get_or_create(username="first")[0]
    document = exporter.event_document(Event.objects.with_everything().get(pk=event.pk))
    return services.rewrite(event, None, document, editor=editor, comment="First")


def seen(events: Iterable[Event]) -> str:
    return " ".join(f"{event.pk}:{Event.objects.get(pk=event.pk).version}" for event in events)


def bulk(desk: Client, events: Iterable[Event], kind: str, **fields: Any) -> Any:
    return desk.post(reverse(BULK), {"events": seen(events), "kind": kind, **fields})


def apply(desk: Client, events: Iterable[Event], kind: str, **fields: Any) -> Any:
    return bulk(desk, events, kind, _apply="1", **fields)


def undo(desk: Client) -> Any:
    return desk.post(reverse("admin:events_event_bulk_undo", args=[BulkChange.objects.latest("pk").pk]))


def tags(event: Event) -> list[str]:
    return list(event.event_tags.order_by("position").values_list("spelling", flat=True))


def test_the_list_leads_to_what_a_change_needs_and_the_preview_says_what_it_would_do(desk: Client) -> None:
    events = [make(number, tags=["River"] if number else ["Dam"]) for number in range(3)]
    chosen = {"action": "tag", "index": 0, "_selected_action": [event.pk for event in events] + ["x"]}
    response = desk.post(reverse("admin:events_event_changelist"), chosen)
    html = unescape(response.content.decode())
    assert "3 events chosen." in html and "Show what would change" in html and 'name="_apply"' not in html
    html = unescape(bulk(desk, events, "tag", names="dam, Water").content.decode())
    assert "3 events would change" in html
    assert "<ins>, dam, Water</ins>" in html
    html = unescape(bulk(desk, events, "tag", names="Dam").content.decode())
    assert "2 events would change" in html
    assert "1 event: it says so already" in html
    assert Revision.objects.count() == 3


def test_all_that_the_filter_leaves_are_chosen_up_to_a_limit(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        make(number)
    make(9, status=Status.DRAFT)
    monkeypatch.setattr(services, "MAX_EVENTS", 4)
    chosen = {"action": "untag", "index": 0, "select_across": "1"}
    html = desk.post(reverse("admin:events_event_changelist") + "?status__exact=published", chosen).content.decode()
    assert "4 events chosen. These are the newest of 5: one change takes at most 4." in unescape(html)


def test_every_event_gets_one_revision_and_one_press_undoes_it_all(desk: Client, ed: User) -> None:
    events = [make(number, tags=["River"]) for number in range(3)]
    response = apply(desk, events, "tag", names="Water, River")
    assert "3 events were changed." in messages(response)
    assert [tags(event) for event in events] == [["River", "Water"]] * 3
    newest = [event.revisions.first() for event in events]
    assert {(row.editor, row.comment) for row in newest if row} == {(ed, "Added the tags Water, River")}
    html = desk.get(reverse(CHANGES)).content.decode()
    assert "Added the tags Water, River" in html and "3 events" in html
    assert "undone for 3 events" in messages(undo(desk))
    assert [tags(event) for event in events] == [["River"]] * 3
    assert Revision.objects.count() == 9
    assert "This was undone already." in messages(undo(desk))
    assert "undone" in desk.get(reverse(CHANGES)).content.decode()


def test_tags_are_known_by_all_their_names(desk: Client) -> None:
    event = make(1, tags=["Mumbai", "River"], topics=["Ports"])
    TagAlias.objects.create(tag=make_tag("Mumbai"), name="Bombay")
    assert "No event would change" in bulk(desk, [event], "tag", names="Bombay").content.decode()
    apply(desk, [event], "untag", names="bombay, ports")
    event.refresh_from_db()
    assert (tags(event), event.topics) == (["River"], [])
    undo(desk)
    assert set(tags(event)) == {"Ports", "Mumbai", "River"}
    assert [row.spelling for row in event.topics] == ["Ports"]


def test_a_category_is_set_and_taken_away(desk: Client) -> None:
    event, category = make(1), Category.objects.all()[0]
    apply(desk, [event], "categorise", category=category.pk)
    event.refresh_from_db()
    assert event.category == category
    apply(desk, [event], "categorise", category="")
    event.refresh_from_db()
    assert event.category is None


def test_what_is_published_so_passes_the_checks_of_every_publication(desk: Client) -> None:
    good, bare = make(1, status=Status.DRAFT), make(2, status=Status.REVIEW)
    bare.citations.all().delete()
    future = make(3, status=Status.DRAFT)
    Event.objects.filter(pk=future.pk).update(date=DAY.replace(year=2999))
    html = unescape(bulk(desk, [good, bare, future], "publish").content.decode())
    assert "1 event would change" in html
    assert "Cite a source" in html and "It lies in the future" in html
    assert "1 event was changed." in messages(apply(desk, [good, bare, future], "publish"))
    states = {event.pk: Event.objects.get(pk=event.pk).status for event in (good, bare, future)}
    assert states == {good.pk: "published", bare.pk: "review", future.pk: "draft"}
    undo(desk)
    good.refresh_from_db()
    assert good.status == Status.DRAFT


def test_withdrawing_needs_a_reason_that_readers_see_and_hits_only_what_is_public(desk: Client) -> None:
    public, draft = make(1), make(2, status=Status.DRAFT)
    assert "This field is required" in apply(desk, [public, draft], "withdraw").content.decode()
    response = apply(desk, [public, draft], "withdraw", reason=HOSTILE)
    assert "it is draft" in messages(response)
    public.refresh_from_db()
    assert (public.status, public.withdrawn_reason) == (Status.WITHDRAWN, HOSTILE)
    assert HOSTILE not in desk.get(reverse(CHANGES)).content.decode()
    undo(desk)
    public.refresh_from_db()
    assert (public.status, public.withdrawn_reason) == (Status.PUBLISHED, "")


def test_what_was_saved_between_preview_and_button_is_left_alone_and_named(desk: Client) -> None:
    event, other = make(1), make(2)
    before = seen([event, other])
    save(desk, event, headline="Dam 1 is opened at last.")
    response = desk.post(reverse(BULK), {"events": before, "kind": "tag", "names": "Water", "_apply": "1"})
    assert "1 event was changed." in messages(response)
    assert "“Dam 1 is opened at last.”: somebody else saved it meanwhile" in messages(response)
    assert (tags(event), tags(other)) == ([], ["Water"])


def test_an_undo_takes_from_an_event_that_was_saved_since_only_what_the_change_did(desk: Client, ed: User) -> None:
    edited, overruled = make(1, tags=["River"]), make(2, tags=["River"])
    apply(desk, [edited, overruled], "categorise", category=Category.objects.all()[0].pk)
    for event, changes in ((edited, {"headline": "Dam 1 is closed."}), (overruled, {"category": ""})):
        event = Event.objects.with_everything().get(pk=event.pk)
        document = exporter.event_document(event)
        services.rewrite(event, None, replace(document, **changes), editor=ed, comment="")
    response = undo(desk)
    assert "undone for 1 event." in messages(response)
    assert "it no longer says what was changed" in messages(response)
    edited.refresh_from_db()
    assert (edited.headline, edited.category) == ("Dam 1 is closed.", None)


def test_one_event_that_cannot_be_written_stops_no_other(desk: Client, ed: User) -> None:
    events = [make(number) for number in range(3)]
    action = BulkAction(kind=BulkKind.TAG, names=("Water",))
    pairs = [(events[0].pk, events[0].version), (10**8, 1), (events[2].pk, events[2].version)]
    change, left = services.make_bulk_change(pairs, action, editor=ed)
    assert change and [pk for pk, _, _ in change.changes] == [events[0].pk, events[2].pk]
    assert left == []
    action = BulkAction(kind=BulkKind.CATEGORISE, category="None of the list")
    assert services.make_bulk_change(pairs, action, editor=ed)[0] is None
    assert BulkChange.objects.get() == change


def test_a_contributor_changes_many_drafts_and_nothing_that_readers_see(contributor: Client, desk: Client) -> None:
    draft, public = make(1, status=Status.DRAFT), make(2)
    actions = contributor.get(reverse("admin:events_event_changelist")).content.decode()
    assert 'value="tag"' in actions and 'value="publish"' not in actions
    assert bulk(contributor, [draft], "publish").status_code == 403
    assert "you may not change it" in bulk(contributor, [draft, public], "tag", names="Water").content.decode()
    response = apply(contributor, [draft, public], "tag", names="Water")
    assert "1 event was changed." in messages(response)
    assert (tags(draft), tags(public)) == (["Water"], [])
    apply(desk, [public], "tag", names="Sea")
    assert undo(contributor).status_code == 403
    assert "Undo" in contributor.get(reverse(CHANGES)).content.decode()


def test_who_may_only_look_changes_nothing(desk: Client) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    event = make(1)
    apply(desk, [event], "tag", names="Water")
    ours = Client()
    ours.force_login(reader)
    assert bulk(ours, [event], "tag", names="Water").status_code == 403
    assert undo(ours).status_code == 403
    assert ours.get(reverse(CHANGES)).status_code == 200
    assert "With the chosen events" not in ours.get(reverse("admin:events_event_changelist")).content.decode()


def test_a_preview_takes_as_many_queries_for_many_events_as_for_few(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    events = [make(number, tags=[f"River {number}", "Dam"]) for number in range(12)]
    two, all_of_them = seen(events[:2]), seen(events)
    posted = {"kind": "tag", "names": "Water"}
    desk.post(reverse(BULK), {"events": two, **posted})
    with django_assert_num_queries(10) as few:
        desk.post(reverse(BULK), {"events": two, **posted})
    with django_assert_num_queries(len(few)):
        desk.post(reverse(BULK), {"events": all_of_them, **posted})
