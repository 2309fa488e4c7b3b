"""A wiki at work: the seed, and a morning on which four people write at once. Pictures show it, tests walk over it.

Everybody and everything in it is made up, but for the seed's own event.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events import services
from events.choices import Status
from events.models import Category, Event, LookAlike, Proposal, SavedFilter
from events.services import BulkAction, BulkKind
from sources.models import Fetch, Source
from tests.events.desk import add, contradict, form_data, person, save
from tests.events.making import make_event, make_publisher, make_tag

ISLAND, PORT, STRIKE, UNION = "Carrow Island", "Port Ellis", "Port Ellis dock strike", "Dockers’ Union"
WATER = "The reservoir above Lowmoor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who is at the desk, by name, and the events on their way to readers and back."""

    people: dict[str, Client]
    public: Event  # with citations, a summary, a proposal, an archive's contradiction and a past
    review: Event  # that `ed` has
    returned: Event  # to its author, `cora`
    scheduled: Event
    withdrawn: Event
    proposal: Proposal


def make() -> Situation:
    """Fill a database that was migrated and holds nothing yet."""
    call_command("loaddata", "seed", verbosity=0)
    groups = {"cora": "Contributor", "ed": "Editor", "ann": "Editor", "cleo": "Chief"}
    people = {name: person(group, name) for name, group in groups.items()}
    leave_names_to_decide(User.objects.get(username="cleo"))
    public = tell_of_the_strike(people)
    review, returned = send_to_review(people)
    scheduled, withdrawn = schedule(people["ed"]), withdraw(people["ed"])
    leave_events_to_decide(public)
    change_many(User.objects.get(username="ann"))
    leave_words_unsaved(User.objects.get(username="cora"))
    return Situation(
        people=people,
        public=public,
        review=review,
        returned=returned,
        scheduled=scheduled,
        withdrawn=withdrawn,
        proposal=Proposal.objects.get(decided_at=None),
    )


def days_ago(number: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(number)


def article(publisher: str, title: str, age: int = 0, **fields: Any) -> Source:
    """A source of some days ago."""
    url = f"https://{publisher.lower().replace(' ', '')}.example/{title.lower().replace(' ', '-')}"
    return Source.objects.create(
        publisher=make_publisher(publisher), title=title, url=url, published_on=days_ago(age), **fields
    )


def citing(*sources: Source | str) -> dict[str, Any]:
    """What the form posts for citations of sources, or of labels alone."""
    rows: dict[str, Any] = {"citations-TOTAL_FORMS": len(sources)}
    for number, source in enumerate(sources):
        label = source if isinstance(source, str) else str(source.publisher)
        rows |= {f"citations-{number}-id": "", f"citations-{number}-position": number}
        rows |= {f"citations-{number}-source": getattr(source, "pk", ""), f"citations-{number}-label": label}
    return rows


def again(event: Event) -> Event:
    return Event.objects.with_everything().get(pk=event.pk)


# --- The events ---------------------------------------------------------------------------------------------------


def tell_of_the_strike(people: dict[str, Client]) -> Event:
    """A running story, whose newest event was changed by several people."""
    ed, names = people["ed"], {"topic_names": STRIKE, "category": category("Business and economy")}
    for age, headline, tags in (
        (11, "Dockers in Port Ellis stop work after talks about night shifts fail.", (PORT, UNION)),
        (7, "The last ferry of the week leaves Carrow Island without passengers.", (PORT, ISLAND)),
        (2, "The Dockers’ Union and the harbour authority agree to a mediator.", (PORT, UNION, "Harbour authority")),
    ):
        facts = {"date": days_ago(age), "headline": headline, "tag_names": ", ".join(tags), "is_unsourced": "on"}
        add(ed, **names | facts, _move="publish")
    event = add(
        ed,
        **names,
        date=days_ago(0),
        headline="Dockers in Port Ellis end a strike of eleven days, and ferries to Carrow Island sail again.",
        summary="The [[Dockers’ Union]] accepts fewer night shifts for the same pay. The first ferry left at dawn.",
        tag_names=", ".join((PORT, ISLAND, UNION, "Ferries")),
        **citing(
            article("Harbour Post", "Ferries sail again after eleven days"),
            article("Northern Wire", "Dockers accept fewer night shifts"),
        ),
        _move="publish",
    )
    save(people["ann"], again(event), comment="Who went first", summary=f"{event.summary} It carried mail and bread.")
    save(
        people["cora"],
        again(event),
        summary=f"{again(event).summary} The strike had begun over night shifts.",
        correction="The strike lasted twelve days, not eleven.",
        comment="As the union counts",
        _move="propose",
    )
    return again(event)


def send_to_review(people: dict[str, Client]) -> tuple[Event, Event]:
    """One event that an editor has, one that waits, and one that went back."""
    cora, ed = people["cora"], people["ed"]
    review = add(
        cora,
        date=days_ago(0),
        headline="The lifeboat of Carrow Island rescues nine people from a trawler that drifts towards the rocks.",
        summary="All nine are well. The trawler is towed to [[Port Ellis]].",
        tag_names=f"{ISLAND}, Lifeboats, Trawlers",
        category=category("Disasters and accidents"),
        **citing(article("Harbour Post", "Nine saved off Carrow Island")),
        _move="submit",
    )
    ed.post(reverse("admin:events_event_claim", args=[review.pk]))
    add(
        cora,
        date=days_ago(1),
        headline="Lowmoor asks its people to save water, as the reservoir above the town is half empty.",
        tag_names="Lowmoor, Drought",
        **citing("Carrow Radio"),
        _move="submit",
    )
    returned = add(
        cora,
        date=days_ago(1),
        headline="The council of Port Ellis votes for a new breakwater.",
        tag_names=f"{PORT}, Breakwaters",
        **citing("Carrow Radio"),
        _move="submit",
    )
    save(ed, again(returned), _move="send_back", reply="How did they vote? The minutes are on the council’s site.")
    return again(review), again(returned)


def schedule(ed: Client) -> Event:
    tomorrow = timezone.localtime() + dt.timedelta(1)
    event = add(
        ed,
        date=tomorrow.date(),
        headline="The first night train between Port Ellis and the capital leaves.",
        tag_names=f"{PORT}, Night trains",
        **citing(article("Northern Wire", "A night train for the coast")),
        publish_at=f"{tomorrow:%Y-%m-%d}T06:00",
        _move="schedule",
    )
    return again(event)


def withdraw(ed: Client) -> Event:
    event = add(
        ed,
        date=days_ago(3),
        headline="The lighthouse of Carrow Island goes dark.",
        tag_names=ISLAND,
        **citing(article("Harbour Post", "Lighthouse goes dark", age=3)),
        _move="publish",
    )
    reason = "It was an exercise: the light was never off."
    save(ed, again(event), _move="withdraw", withdrawn_reason=reason)
    return again(event)


def category(name: str) -> int:
    return Category.objects.get(name=name).pk


# --- What waits ---------------------------------------------------------------------------------------------------


def leave_names_to_decide(chief: User) -> None:
    """Merges that can be undone, names that are no publisher's, a source that no event cites, and one that is gone."""
    for gone, kept in (("Dock workers’ union", UNION), ("Port-Ellis", PORT)):
        services.merge_tags(make_tag(gone), make_tag(kept), editor=chief)
    services.merge_publishers(make_publisher("The Harbour Post"), make_publisher("Harbour Post"), editor=chief)
    abstract = "Crews were trained for a week."
    article("Northern Wire", "Lifeboat crews of Carrow Island", tags=[ISLAND, "Lifeboats"], abstract=abstract)
    lost = article("Harbour Post", "What the mediator said", age=2)
    Fetch.objects.create(key=lost.key, url=lost.url, outcome=Fetch.Outcome.DEAD, reason="404 Not Found")


def leave_events_to_decide(public: Event) -> None:
    """An archive that says otherwise, and two events that may be one."""
    contradict(again(public), "summary", summary="The union accepts fewer night shifts. The ferries sailed at noon.")
    one, other = (
        make_event(headline, days_ago(4), tags=["Lowmoor"], summary=summary)
        for headline, summary in (
            ("The reservoir above Lowmoor is half empty.", "It was full in May."),
            ("The reservoir above Lowmoor is half-empty after a dry summer.", ""),
        )
    )
    LookAlike.objects.create(one=one, other=other, likeness=86)


def change_many(editor: User) -> None:
    """A change of many events that can be undone, and a filter that is asked again."""
    lowmoor = Event.objects.filter(headline__startswith=WATER)
    action = BulkAction(kind=BulkKind.TAG, names=("Drought",))
    services.make_bulk_change([(event.pk, event.version) for event in lowmoor], action, editor=editor)
    query = urlencode({"status__exact": Status.PUBLISHED, "is_unsourced__exact": 1})
    SavedFilter.objects.create(editor=editor, name="Public without a source", query=query, is_shared=True)


def leave_words_unsaved(editor: User) -> None:
    """A form of a new event that was closed before it was saved."""
    typed = form_data(date=days_ago(0), headline="A whale is seen off Carrow Island", tag_names=ISLAND)
    services.keep_form(uuid.uuid4(), editor=editor, event=None, version=0, data=urlencode(typed), is_leaving=True)
