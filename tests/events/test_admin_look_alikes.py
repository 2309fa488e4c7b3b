"""Events that look alike: whether they are one or two is decided with one press, and undone in the history."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events import exporter, services
from events.choices import LinkKind, Move, Status
from events.documents.records import CitationDocument, EventDocument, RelatedDocument
from events.importer import Report, import_document
from events.models import Event, LookAlike, RelatedLink
from tests.events.desk import HOSTILE, messages

pytestmark = pytest.mark.django_db
LIST, DECIDE = "admin:events_event_look_alikes", "admin:events_event_one_or_two"
DAY = dt.date(2021, 5, 4)


def told(slug: str, headline: str, **fields: Any) -> Event:
    document = EventDocument(date=DAY, slug=slug, language="en", headline=headline, **fields)
    import_document(document, Report())
    return Event.objects.with_everything().get(slug=slug)


def said(event: Event) -> EventDocument:
    return exporter.event_document(Event.objects.with_everything().get(pk=event.pk))


@pytest.fixture
def first() -> Event:
    citations = (CitationDocument(label="BBC"),)
    return told("rises", "The Kent rises.", tags=("Kent",), citations=citations, summary="It rains.")


@pytest.fixture
def second() -> Event:
    citations = (CitationDocument(label="Courier"), CitationDocument(label="BBC", url="https://bbc.example/kent"))
    return told("rising", "The Kent is rising.", tags=("Kent", "Kendal"), citations=citations, category="Sports")


def alike(one: Event, other: Event, likeness: int) -> LookAlike:
    """A pair, whether the import has found it or not."""
    return LookAlike.objects.update_or_create(one=one, other=other, defaults={"likeness": likeness})[0]


@pytest.fixture
def pair(first: Event, second: Event) -> LookAlike:
    return alike(first, second, 91)


def decide(desk: Client, pair: LookAlike, kept: Event | None, **changes: Any) -> Any:
    """Press one of the buttons as the page shows them now."""
    pair = LookAlike.objects.select_related("one", "other").get(pk=pair.pk)
    shown = {"pair": pair.pk, "one_version": pair.one.version, "other_version": pair.other.version}
    return desk.post(reverse(DECIDE), shown | {"kept": kept.pk if kept else ""} | changes)


def test_both_events_stand_side_by_side(desk: Client, pair: LookAlike) -> None:
    html = desk.get(reverse(LIST)).content.decode()
    assert "1 pair of events" in html
    assert "91 of 100 alike" in html
    assert "The Kent <mark>rises</mark>." in html
    assert "The Kent <mark>is rising</mark>." in html
    assert "Kent<mark>, Kendal</mark>" in html
    for event in (pair.one, pair.other):
        assert reverse("admin:events_event_change", args=[event.pk]) in html
        assert event.get_absolute_url() in html


def test_two_events_stay_as_they_are_and_the_pair_is_not_shown_again(desk: Client, pair: LookAlike) -> None:
    before = said(pair.one), said(pair.other)
    decide(desk, pair, None)
    pair.refresh_from_db()
    assert pair.decided_at and str(pair.decided_by) == "ed"
    assert (said(pair.one), said(pair.other)) == before
    assert "0 pairs of events" in desk.get(reverse(LIST)).content.decode()
    assert "decided meanwhile" in messages(decide(desk, pair, pair.one))
    assert (said(pair.one), said(pair.other)) == before


def test_the_kept_event_keeps_its_text_and_gains_what_the_other_adds(
    desk: Client, pair: LookAlike, first: Event, second: Event
) -> None:
    decide(desk, pair, first)
    kept, gone = said(first), said(second)
    assert (kept.headline, kept.slug, kept.summary) == ("The Kent rises.", "rises", "It rains.")
    assert (kept.tags, kept.category, kept.status) == (("Kent", "Kendal"), "Sports", Status.PUBLISHED)
    assert [(citation.label, citation.url) for citation in kept.citations] == [
        ("BBC", "https://bbc.example/kent"),
        ("Courier", ""),
    ]
    assert gone.status is Status.WITHDRAWN
    assert gone.withdrawn_reason == "The same event as “The Kent rises.”, /news/2021/05/4/rises/"
    assert LookAlike.objects.get().decided_at
    for event in (first, second):
        assert event.revisions.count() == 2
        newest = event.revisions.first()
        assert newest and newest.contributor == "ed" and newest.comment.startswith("Joined with “The Kent")


def test_the_second_event_can_be_the_kept_one(desk: Client, pair: LookAlike, first: Event, second: Event) -> None:
    decide(desk, pair, second)
    assert said(second).headline == "The Kent is rising."
    assert said(second).summary == "It rains."
    assert said(first).status is Status.WITHDRAWN


def test_the_history_undoes_a_join(desk: Client, pair: LookAlike, first: Event, second: Event) -> None:
    before = said(first), said(second)
    decide(desk, pair, first)
    editor = User.objects.get()
    for event in (first, second):
        event.refresh_from_db()
        services.restore(event.revisions.get(number=1), event.version, editor=editor)
    assert (said(first), said(second)) == before


def test_what_led_to_the_withdrawn_event_leads_to_the_kept_one_and_a_note_stays(
    desk: Client, pair: LookAlike, first: Event, second: Event
) -> None:
    pinned, both = told("a-bridge", "A bridge closes."), told("a-road", "A road closes.")
    RelatedLink.objects.create(event=pinned, target=second, kind=LinkKind.PINNED, note="Why", context=["Kent"])
    RelatedLink.objects.create(event=both, target=first, kind=LinkKind.IMPORTED, context=["Kent"], position=1)
    RelatedLink.objects.create(event=both, target=second, kind=LinkKind.PINNED, note="Water", position=2)

    decide(desk, pair, first)

    lead = {"date": DAY, "slug": "rises", "headline": "The Kent rises.", "context": ("Kent",), "kind": LinkKind.PINNED}
    assert said(pinned).related == (RelatedDocument(**lead, note="Why"),)  # type: ignore[arg-type]
    assert said(both).related == (RelatedDocument(**lead, note="Water"),)  # type: ignore[arg-type]
    assert [event.revisions.count() for event in (pinned, both)] == [2, 2]


def test_the_two_do_not_lead_to_each_other_once_they_are_one(
    desk: Client, pair: LookAlike, first: Event, second: Event
) -> None:
    other = told("a-road", "A road closes.")
    for event, target in ((first, second), (second, first), (second, other)):
        RelatedLink.objects.create(event=event, target=target, kind=LinkKind.PINNED)
    decide(desk, pair, first)
    assert [link.slug for link in said(first).related] == ["a-road"]


def test_a_join_over_an_unseen_change_is_refused(desk: Client, pair: LookAlike, first: Event, second: Event) -> None:
    before = said(first), said(second)
    for changes in ({"one_version": 0}, {"other_version": "x"}):
        assert "Nothing was joined" in messages(decide(desk, pair, first, **changes))
    assert (said(first), said(second)) == before
    assert not LookAlike.objects.get().decided_at


def test_what_looks_like_the_withdrawn_event_is_asked_of_the_kept_one(
    desk: Client, pair: LookAlike, first: Event, second: Event
) -> None:
    third, fourth = told("a-mill", "A mill burns."), told("a-road", "A road closes.")
    alike(second, third, 90)
    alike(second, fourth, 89)
    services.tell_apart(alike(first, fourth, 88), editor=User.objects.get())
    decide(desk, pair, first)
    [row] = desk.get(reverse(LIST)).context["rows"]
    assert (row[0].one, row[0].other, row[0].likeness) == (first, third, 90)


def test_a_withdrawn_event_is_nothing_to_decide_about(desk: Client, pair: LookAlike, first: Event) -> None:
    services.change_state(first, None, Move.WITHDRAW, reason="A drill.", editor=User.objects.get())
    assert desk.get(reverse(LIST)).context["rows"] == []


def test_only_who_may_change_events_decides(client: Client, pair: LookAlike, first: Event) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    client.force_login(reader)
    assert client.get(reverse(LIST)).status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    page = client.get(reverse(LIST))
    assert "91 of 100" in page.content.decode()
    assert "Two events" not in page.content.decode()
    for kept in (None, first):
        assert decide(client, pair, kept).status_code == 403
    assert not LookAlike.objects.get().decided_at


def test_only_one_of_the_two_can_be_kept(desk: Client, pair: LookAlike) -> None:
    decide(desk, pair, told("a-road", "A road closes."))
    assert not LookAlike.objects.get().decided_at
    assert desk.post(reverse(DECIDE), {"pair": "x"}).status_code == 404
    assert desk.get(reverse(DECIDE)).status_code == 405


def test_script_in_a_headline_is_shown_as_text(desk: Client, pair: LookAlike) -> None:
    Event.objects.update(headline=HOSTILE)
    assert HOSTILE not in desk.get(reverse(LIST)).content.decode()


def test_a_page_of_the_list_takes_the_same_queries_with_one_pair_and_with_many(
    desk: Client, pair: LookAlike, first: Event, second: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for event in (first, second):
        RelatedLink.objects.create(event=event, target=told("a-road", "A road closes."))
    desk.get(reverse(LIST))
    with django_assert_num_queries(14) as few:
        desk.get(reverse(LIST))
    for number in range(30):
        other = told(f"road-{number}", f"Road {number} closes.", tags=("Kent",))
        alike(first, other, 60)
    with django_assert_num_queries(len(few)):
        page = desk.get(reverse(LIST))
    assert len(page.context["rows"]) == 20
