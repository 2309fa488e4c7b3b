"""What a contributor changes in a public event: proposed, accepted or rejected; and who reviews what."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from events import services
from events.choices import RevisionKind
from events.models import Claim, Event, Proposal
from tests.events.desk import add, form_data, messages, new_citation, person, save
from tests.events.test_admin_conflicts import conflict_form
from tests.events.test_admin_conflicts import decide as conflict_decide
from tests.events.test_scheduling import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return person("Editor")


@pytest.fixture
def contributor() -> Client:
    return person("Contributor")


@pytest.fixture
def event(editor: Client) -> Event:
    return add(editor, _move="publish", tag_names="River", **new_citation(0, label="Reuters"))


def propose(contributor: Client, event: Event, **changes: Any) -> Proposal:
    event = Event.objects.get(pk=event.pk)
    assert save(contributor, event, _move="propose", **changes).status_code == 302
    return Proposal.objects.latest("pk")


def decide(client: Client, proposal: Proposal, choice: str, **data: Any) -> Any:
    version = Event.objects.get(pk=proposal.event_id).version
    address = reverse("admin:events_event_decide_proposal", args=[proposal.pk])
    return client.post(address, {"choice": choice, "version": version} | data)


def page(client: Client, proposal: Proposal) -> Any:
    return client.get(reverse("admin:events_event_proposal", args=[proposal.pk]))


def test_a_contributors_save_of_a_public_event_changes_nothing_but_waits(contributor: Client, event: Event) -> None:
    rows = new_citation(1, label="BBC")
    proposal = propose(contributor, event, summary="More.", tag_names="River, Sea", comment="Two more facts", **rows)
    now = Event.objects.get()
    assert (now.summary, now.version, now.citations.count(), now.event_tags.count()) == ("", 2, 1, 1)
    assert (proposal.base, proposal.author.username, proposal.decided_at) == (1, "contributor", None)
    revision = proposal.revision
    assert (revision.number, revision.kind, revision.comment) == (2, RevisionKind.PROPOSED, "Two more facts")
    assert "More." in revision.document and "Sea" in revision.document and "BBC" in revision.document
    assert now.last_link == revision.link
    assert "More." not in Client().get(event.get_absolute_url()).content.decode()


def test_a_proposal_makes_nobodys_form_stale(contributor: Client, editor: Client, event: Event) -> None:
    opened = form_data(Event.objects.get())
    propose(contributor, event, summary="More.")
    response = editor.post(reverse("admin:events_event_change", args=[event.pk]), opened | {"headline": "A dam opens."})
    assert response.status_code == 302
    assert Event.objects.get().headline == "A dam opens."


def test_an_accepted_proposal_is_a_revision_of_its_author_that_names_who_accepted_it(
    contributor: Client, editor: Client, event: Event
) -> None:
    proposal = propose(contributor, event, summary="More.", tag_names="River, Sea", comment="A fact")
    assert "More." in page(editor, proposal).content.decode()
    assert decide(editor, proposal, "accept", reply="Thank you").status_code == 302
    now = Event.objects.get()
    assert now.summary == "More."
    assert {row.spelling for row in now.event_tags.all()} == {"River", "Sea"}
    newest = now.revisions.latest("number")
    assert (newest.contributor, newest.comment) == ("contributor", "Accepted by editor: A fact")
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.reply, str(proposal.decided_by)) == ("Accepted", "Thank you", "editor")
    assert "decided meanwhile" in messages(decide(editor, proposal, "accept"))
    assert now.revisions.count() == 3


def test_a_rejection_tells_why_and_leaves_the_event(contributor: Client, editor: Client, event: Event) -> None:
    proposal = propose(contributor, event, summary="More.")
    assert "Tell the author why" in messages(decide(editor, proposal, "reject"))
    assert Proposal.objects.get().decided_at is None
    decide(editor, proposal, "reject", reply="No source says so.")
    assert Event.objects.get().summary == ""
    assert Proposal.objects.get().outcome == "Rejected"
    for html in (contributor.get(reverse("admin:index")), page(contributor, proposal)):
        assert "No source says so." in html.content.decode()


def test_what_does_not_overlap_is_merged_when_it_is_accepted(contributor: Client, editor: Client, event: Event) -> None:
    proposal = propose(contributor, event, summary="More.", tag_names="River, Sea")
    save(editor, Event.objects.get(), headline="A dam opens.", tag_names="River, Lake")
    shown = page(editor, proposal)
    assert [field.name for field in shown.context["meanwhile"]] == ["Headline", "Tags"]
    decide(editor, proposal, "accept")
    now = Event.objects.get()
    assert (now.headline, now.summary) == ("A dam opens.", "More.")
    assert {row.spelling for row in now.event_tags.all()} == {"River", "Lake", "Sea"}


def test_what_both_changed_is_decided_in_the_form(contributor: Client, editor: Client, event: Event) -> None:
    source_row = new_citation(1, label="BBC")
    proposal = propose(contributor, event, headline="A small dam is opened.", comment="Small", **source_row)
    save(editor, Event.objects.get(), headline="A big dam is opened.")
    shown = page(editor, proposal)
    assert shown.context["overlaps"] == ["headline"]
    assert 'value="accept"' not in shown.content.decode()
    assert "Nothing was decided" in messages(decide(editor, proposal, "accept"))
    assert Event.objects.get().headline == "A big dam is opened."

    form = editor.post(reverse("admin:events_event_proposal_form", args=[proposal.pk]))
    assert form.context["adminform"].form["headline"].value() == "A small dam is opened."
    in_hand = f'<input type="hidden" name="in_hand" value="{proposal.pk}">'
    assert in_hand in form.content.decode()
    going_on = conflict_form(form) | conflict_decide(form, "mine") | {"in_hand": proposal.pk}
    response = editor.post(reverse("admin:events_event_change", args=[event.pk]), going_on)
    assert response.status_code == 302, response.context["errors"]
    now = Event.objects.get()
    assert now.headline == "A small dam is opened."
    assert [row.label for row in now.citations.all()] == ["Reuters", "BBC"]
    assert now.revisions.latest("number").comment == "With what contributor proposed: Small"
    assert Proposal.objects.get().outcome == "Accepted"


def test_a_newer_proposal_of_the_author_replaces_the_open_one_and_both_stay(
    contributor: Client, editor: Client, event: Event
) -> None:
    first = propose(contributor, event, summary="One.")
    second = propose(contributor, event, summary="Two.")
    first.refresh_from_db()
    assert (first.outcome, second.outcome) == ("Replaced", "Not yet decided")
    assert event.revisions.filter(kind=RevisionKind.PROPOSED).count() == 2
    decide(editor, second, "accept")
    assert Event.objects.get().summary == "Two."


def test_an_author_goes_on_with_a_proposal_in_the_form(contributor: Client, event: Event) -> None:
    proposal = propose(contributor, event, summary="One.")
    form = contributor.post(reverse("admin:events_event_proposal_form", args=[proposal.pk]))
    assert form.context["adminform"].form["summary"].value() == "One."
    going_on = conflict_form(form) | {"summary": "One and more.", "_move": "propose"}
    assert contributor.post(reverse("admin:events_event_change", args=[event.pk]), going_on).status_code == 302
    assert Event.objects.get().summary == ""
    assert [row.outcome for row in Proposal.objects.order_by("pk")] == ["Replaced", "Not yet decided"]


def test_a_proposal_that_changes_nothing_or_takes_the_last_source_away_is_refused(
    contributor: Client, event: Event
) -> None:
    event = Event.objects.get()
    nothing = save(contributor, event, _move="propose")
    assert "You changed nothing." in nothing.content.decode()
    unsourced = save(contributor, event, _move="propose", **{"citations-0-DELETE": "on"})
    assert "Cite a source" in unsourced.content.decode()
    assert (Proposal.objects.count(), Event.objects.get().version) == (0, 1)


@pytest.mark.parametrize("began", ["save", "submit"])
@pytest.mark.parametrize("state", ["publish", "schedule", "withdraw"])
def test_what_left_the_desk_while_a_contributor_typed_is_a_proposal(
    contributor: Client, editor: Client, began: str, state: str
) -> None:
    event = add(contributor, _move=began, **new_citation(0, label="Reuters"))
    opened = form_data(Event.objects.get())
    words = {"publish_at": "2999-05-05T10:30", "withdrawn_reason": "A drill."}
    for move in dict.fromkeys((state if state == "schedule" else "publish", state)):
        save(editor, Event.objects.get(), _move=move, headline="A dam opens.", **words)
    typed = opened | {"summary": "Typed.", "_move": "save"}
    response = contributor.post(reverse("admin:events_event_change", args=[event.pk]), typed)
    assert response.status_code == 302
    now = Event.objects.get()
    assert (now.headline, now.summary) == ("A dam opens.", "")
    assert "Typed." in Proposal.objects.get().revision.document


def test_only_its_author_and_editors_see_a_proposal_and_only_editors_decide(
    contributor: Client, editor: Client, event: Event
) -> None:
    proposal = propose(contributor, event, summary="More.")
    other = Client()
    user = User.objects.create_user("other", is_staff=True)
    user.groups.set(User.objects.get(username="contributor").groups.all())
    other.force_login(user)
    assert page(contributor, proposal).status_code == page(editor, proposal).status_code == 200
    assert page(other, proposal).status_code == 403
    for client in (contributor, other):
        assert decide(client, proposal, "accept").status_code == 403
        assert client.post(reverse("admin:events_event_claim", args=[event.pk])).status_code == 403
    assert other.post(reverse("admin:events_event_proposal_form", args=[proposal.pk])).status_code == 403
    assert "More." not in other.get(reverse("admin:events_event_review")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_proposal_that_several_editors_accept_at_once_is_accepted_once(
    contributor: Client, editor: Client, event: Event
) -> None:
    proposal = propose(contributor, event, summary="More.")
    editors = [User.objects.create_user(f"editor{number}") for number in range(3)]
    version = Event.objects.get().version
    results = at_once(*(lambda user=user: services.accept(proposal, version, editor=user) for user in editors))
    assert sorted(type(result).__name__ for result in results) == ["Event", "StaleVersion", "StaleVersion"], results
    assert Event.objects.get().revisions.count() == 3
    assert Proposal.objects.get().is_accepted


# --- Who reviews what ---------------------------------------------------------------------------------------------


def claim(client: Client, event: Event, **data: str) -> str:
    return messages(client.post(reverse("admin:events_event_claim", args=[event.pk]), data))


def test_the_list_shows_what_waits_longest_first_and_who_has_it(contributor: Client, editor: Client) -> None:
    public = add(editor, headline="Public.", _move="publish", is_unsourced="on")
    propose(contributor, public, summary="More.")
    event = add(contributor, headline="Sent.", _move="submit")
    claim(editor, event)
    shown = editor.get(reverse("admin:events_event_review"))
    assert [row[1].headline for row in shown.context["page"]] == ["Public.", "Sent."]
    html = shown.content.decode()
    assert html.index("Nobody has it") < html.index("You have it")


def test_who_sent_it_stays_who_sent_it_when_others_write_in_it_and_so_does_its_place(
    contributor: Client, editor: Client
) -> None:
    event = add(contributor, headline="Sent.", _move="submit", comment="The dam is new")
    add(contributor, headline="Sent later.", _move="submit")
    save(editor, Event.objects.get(pk=event.pk), summary="More.")
    shown = editor.get(reverse("admin:events_event_review"))
    assert [row[1].headline for row in shown.context["page"]] == ["Sent.", "Sent later."]
    assert "sent by editor" not in shown.content.decode()
    form = editor.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "sent by contributor" in form and "sent by editor" not in form
    assert "ago: “The dam is new”" in form

    save(editor, Event.objects.get(pk=event.pk), _move="send_back", reply="More.")
    save(editor, Event.objects.get(pk=event.pk), _move="submit")
    shown = editor.get(reverse("admin:events_event_review"))
    assert [row[1].headline for row in shown.context["page"]] == ["Sent later.", "Sent."]
    assert "sent by editor" in shown.content.decode()


def test_a_claim_tells_others_and_frees_itself(contributor: Client, editor: Client) -> None:
    event = add(contributor, _move="submit")
    other = person("Chief")
    claim(editor, event)
    assert "editor has it" in claim(other, event)
    html = other.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "<b>editor</b> has it" in html and "I review it" not in html
    Claim.objects.update(claimed_at=timezone.now() - dt.timedelta(minutes=31))
    html = other.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "I review it" in html
    claim(other, event)
    assert Claim.objects.get().editor.username == "chief"


def test_since_when_somebody_has_a_review_is_told_in_the_wikis_time(contributor: Client, editor: Client) -> None:
    event = add(contributor, _move="submit")
    claim(editor, event)
    Claim.objects.update(claimed_at=timezone.now().replace(hour=3, minute=30))
    with (
        override_settings(TIME_ZONE="Asia/Tokyo"),
        time_machine.travel(timezone.now().replace(hour=3, minute=40), tick=False),
    ):
        assert "editor has it since 12:30." in claim(person("Chief"), event)


def test_a_sign_of_life_keeps_a_claim_and_a_decision_frees_it(contributor: Client, editor: Client) -> None:
    event = add(contributor, _move="submit")
    claim(editor, event)
    Claim.objects.update(claimed_at=timezone.now() - dt.timedelta(minutes=29))
    editor.get(reverse("admin:events_event_change", args=[event.pk]))
    assert Claim.objects.get().claimed_at > timezone.now() - dt.timedelta(minutes=1)
    save(editor, event, summary="A word.")
    assert Claim.objects.exists()
    event.refresh_from_db()
    save(editor, event, _move="send_back", reply="Which dam?")
    assert not Claim.objects.exists()


def test_a_claim_is_given_back_by_its_editor_alone(contributor: Client, editor: Client) -> None:
    event = add(contributor, _move="submit")
    claim(editor, event)
    claim(person("Chief"), event, release="1")
    assert Claim.objects.exists()
    claim(editor, event, release="1")
    assert not Claim.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_editors_who_claim_at_once_are_one_who_has_it(contributor: Client) -> None:
    event = add(contributor, _move="submit")
    editors = [User.objects.create_user(f"editor{number}") for number in range(3)]
    results = at_once(*(lambda user=user: services.claim(event, editor=user).editor for user in editors))
    assert len(set(results)) == 1, results
    assert Claim.objects.count() == 1


def test_leaving_the_site_by_the_address_to_go_back_to_is_not_possible(contributor: Client, editor: Client) -> None:
    event = add(contributor, _move="submit")
    address = reverse("admin:events_event_claim", args=[event.pk])
    response = editor.post(address, {"next": "https://evil.example/"})
    assert response["Location"] == reverse("admin:events_event_review")


def test_the_list_takes_as_many_queries_for_many_as_for_few(contributor: Client, editor: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert editor.get(reverse("admin:events_event_review")).status_code == 200
        return len(found)

    def fill(numbers: range) -> None:
        for number in numbers:
            event = add(contributor, headline=f"Dam {number} is opened.", _move="submit")
            claim(editor, event)
            public = add(editor, headline=f"Bridge {number} is closed.", _move="publish", is_unsourced="on")
            propose(contributor, public, summary="More.")

    fill(range(1))
    few = queries()
    fill(range(1, 5))
    assert queries() == few
