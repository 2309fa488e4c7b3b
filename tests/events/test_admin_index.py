"""The first page of the desk: what waits, in numbers that lead to their lists, in a fixed number of queries."""

import datetime as dt
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from events import exporter, revisions, services, waiting
from events.choices import Move, RevisionKind, Status
from events.models import Claim, Event, LookAlike, OpenForm, Proposal
from sources.models import Fetch, Source
from tests.events.desk import HOSTILE, add, contradict
from tests.events.making import cite, make_event

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2021, 3, 4, 12, tzinfo=dt.UTC)
TODAY = NOW.date()


def index(desk: Client) -> str:
    return unescape(desk.get(reverse("admin:index")).content.decode())


def shown(html: str) -> dict[str, tuple[str, str]]:
    """The numbers of the page by what they count, each with the address that it leads to."""
    links = re.findall(r'<a href="([^"]+)"><strong>([^<]+)</strong> ([^<]+)</a>', html)
    return {name: (count, address) for address, count, name in links}


def propose(event: Event, author: User, headline: str) -> Proposal:
    document = exporter.event_document(Event.objects.with_everything().get(pk=event.pk))
    event.version += 1
    entry = revisions.make(
        event.pk, event.version, event.last_link, document, timezone.now(), editor=author, kind=RevisionKind.PROPOSED
    )
    revision = event.revisions.create(**entry._asdict())
    event.save()
    return Proposal.objects.create(revision=revision, event=event, author=author, base=event.version - 1)


def test_every_number_is_that_of_the_list_to_which_it_leads(desk: Client) -> None:
    with time_machine.travel(NOW):
        for number, status in enumerate([*Status, Status.PUBLISHED]):
            make_event(f"Event {number}.", TODAY, status=status, is_unsourced=number % 2 == 0)
        make_event("An event of another day.", status=Status.DRAFT)
        make_event("A stub.", is_stub=True, is_unsourced=True)
        event = add(desk)
        contradict(event, "headline", headline="A big dam is opened.")
        LookAlike.objects.create(one=event, other=make_event("A dam opens."), likeness=90)
        for label in ("The Courier", "the courier", "Echo"):
            cite(event, label)
        Source.objects.create(title="An article")
        figures = shown(index(desk))
        for name, (count, address) in figures.items():
            response = desk.get(address)
            listed = response.context["page"].paginator.count if "page" in response.context else None
            listed = response.context["cl"].result_count if listed is None else listed
            assert str(listed) == count, name
        assert {name: count for name, (count, _) in figures.items()} == {
            "draft": "2",
            "in review": "1",
            "scheduled": "1",
            "published": "2",
            "withdrawn": "1",
            "event in review": "1",
            "import conflict": "1",
            "look-alike": "1",
            "unfiled source": "1",
            "unknown labels": "2",
            "drafts": "3",
            "unsourced": "3",
            "stub": "1",
        }


def test_today_is_the_day_of_the_wiki_not_of_greenwich(desk: Client) -> None:
    make_event("An early event.", TODAY + dt.timedelta(days=1))
    with time_machine.travel(dt.datetime(2021, 3, 4, 23, tzinfo=dt.UTC)):
        assert "published" not in shown(index(desk))
        with override_settings(TIME_ZONE="Asia/Tokyo"):
            count, address = shown(index(desk))["published"]
    assert (count, parse_qs(urlsplit(address).query)["day"]) == ("1", ["2021-03-05"])


def test_what_is_empty_is_said_in_one_quiet_line(desk: Client) -> None:
    html = index(desk)
    assert shown(html) == {}
    assert "No event yet." in html
    quiet = re.sub(r"<[^>]+>", "", html.partition("Nothing in: ")[2].partition("</p>")[0])
    assert quiet.startswith(
        "scheduled, import conflicts, look-alikes, unfiled sources, dead sources, unknown labels, drafts"
    )


def test_what_waits_for_review_says_who_has_it_and_the_longest_waiting_comes_first(desk: Client) -> None:
    ann = User.objects.create_user("ann")
    events = [make_event(f"Dam {number} is opened.", status=Status.DRAFT) for number in range(2)]
    for event in events:
        services.change_state(event, None, Move.SUBMIT, editor=ann)
    Claim.objects.create(event=events[0], editor=User.objects.get(username="ed"), claimed_at=timezone.now())
    html = index(desk)
    first, second = html.index("Dam 0 is opened."), html.index("Dam 1 is opened.")
    assert first < second
    assert "<b>ed</b> has it" in html[first:second]
    assert "sent by ann" in html[second:] and "nobody has it" in html[second:]


def test_proposals_wait_for_editors_and_their_answers_for_authors(client: Client, desk: Client) -> None:
    ann = User.objects.create_user("ann", is_staff=True)
    ann.user_permissions.add(Permission.objects.get(codename="view_event"))
    proposal = propose(make_event("A dam is opened."), ann, "A big dam is opened.")
    html = index(desk)
    assert "<strong>1</strong> proposed change of published events" in html
    ours = Client()
    ours.force_login(ann)
    assert "not yet decided" in index(ours)
    proposal.decided_at, proposal.decided_by = timezone.now(), User.objects.get(username="ed")
    proposal.reply = HOSTILE
    proposal.save()
    assert "proposed change" not in index(desk)
    assert "<b>Rejected</b> by ed" in index(ours)
    assert HOSTILE not in ours.get(reverse("admin:index")).content.decode()


def test_ones_own_drafts_and_unsaved_words_are_at_hand_and_nobody_elses(desk: Client) -> None:
    ed, other = User.objects.get(username="ed"), User.objects.create_user("other")
    mine = add(desk)
    theirs = make_event("Somebody else's draft.", status=Status.DRAFT)
    services.rewrite(theirs, None, exporter.event_document(theirs), editor=other, comment="")
    for editor, event, data in ((ed, mine, "headline=x"), (ed, None, "headline=y"), (ed, None, ""), (other, None, "z")):
        OpenForm.objects.create(token=uuid4(), editor=editor, event=event, data=data, seen_at=timezone.now())
    html = index(desk)
    own = html[html.index('id="yours"') : html.index('id="changes"')]
    assert own.count("Typed and not saved") == 2
    assert own.count("A dam is opened.") == 2 and "Somebody else" not in own
    listed = desk.get(unescape(re.findall(r'<a href="([^"]+)">All your drafts', own)[0])).context["cl"].result_list
    assert [event.pk for event in listed] == [mine.pk]


def test_a_scheduled_event_says_when_it_is_due(desk: Client) -> None:
    with time_machine.travel(NOW):
        event = make_event("A dam is opened.", status=Status.SCHEDULED, publish_at=NOW + dt.timedelta(hours=2))
        assert "the next on 4 Mar, 14:00" in index(desk)
        Event.objects.filter(pk=event.pk).update(publish_at=NOW - dt.timedelta(hours=2))
        assert "overdue since 4 Mar, 10:00" in index(desk)


def test_a_source_whose_article_is_gone_is_counted_and_listed(desk: Client) -> None:
    cite(make_event("A dam is opened."), "Reuters", url="https://example.org/gone", title="Gone")
    cite(make_event("A dam is closed."), "Reuters", url="https://example.org/there", title="There")
    source = Source.objects.get(title="Gone")
    Fetch.objects.create(key=source.key, url=source.url, outcome=Fetch.Outcome.DEAD)
    count, address = shown(index(desk))["dead source"]
    assert count == "1"
    assert [row.pk for row in desk.get(address).context["cl"].result_list] == [source.pk]


def test_very_many_unknown_names_are_counted_up_to_a_limit() -> None:
    event = make_event("A dam is opened.")
    for name in ("Courier", "courier", "Echo", "Kurier", "2017"):
        cite(event, name)
    assert waiting.count_unknown_names(3) == (3, True)
    assert waiting.count_unknown_names(2) == (2, False)
    assert len(waiting.unknown_names()) == 3


def test_who_may_not_see_publishers_and_sources_is_not_told_of_them(client: Client) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    client.force_login(reader)
    html = index(client)
    assert "import conflicts" in html
    assert "unknown label" not in html and "unfiled" not in html
    assert "Add event" not in html
    reader.user_permissions.clear()
    assert "Recent changes" not in index(client)


def test_the_first_page_takes_the_same_queries_with_one_event_and_with_many(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ed = User.objects.get(username="ed")
    contradict(add(desk), "headline", headline="A big dam is opened.")
    make_event("A dam is closed.", status=Status.REVIEW)
    index(desk)
    with django_assert_num_queries(19) as few:
        index(desk)
    for number in range(12):
        event = make_event(f"Dam {number} is opened.", status=list(Status)[number % 5])
        contradict(event, "headline", headline="A big dam is opened.")
        cite(event, f"Courier {number}")
        LookAlike.objects.create(one=Event.objects.earliest("pk"), other=event, likeness=80)
        Claim.objects.create(event=event, editor=ed, claimed_at=timezone.now())
        propose(event, ed, "A big dam is opened.")
        OpenForm.objects.create(token=uuid4(), editor=ed, event=event, data="x", seen_at=timezone.now())
    with django_assert_num_queries(len(few)):
        index(desk)
