"""A wiki at work: the seed, and twelve days on which four people write. Pictures show it, tests walk over it.

Everybody and everything in it is made up, but for the seed's own event.
"""

import datetime as dt
import uuid
from collections.abc import Callable
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
from events.documents.records import EventDocument
from events.importer import Report, import_document
from events.models import Category, Event, LookAlike, Proposal, SavedFilter
from events.services import BulkAction, BulkKind
from sources.models import Fetch, Source
from tests.events.desk import add, form_data, person, save
from tests.events.making import make_publisher, make_tag

ISLAND, PORT, STRIKE, UNION = "Carrow Island", "Port Ellis", "Port Ellis dock strike", "Dockers’ Union"
RESERVOIR = "The reservoir above Lowmoor is half empty."
# Lets it be so many days ago, at that time of the day.
Clock = Callable[[int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who is at the desk, by name, and the events on their way to readers and back."""

    people: dict[str, Client]
    public: Event  # with citations, a summary, a proposal and a past
    review: Event  # that `ed` has
    returned: Event  # to its author, `cora`
    scheduled: Event
    withdrawn: Event
    proposal: Proposal


def stand_still(days: int, time: str) -> None:
    """Everything happens now."""


def make(clock: Clock = stand_still) -> Situation:
    """Fill a database that was migrated and holds nothing yet."""
    today = timezone.localdate()
    call_command("loaddata", "seed", verbosity=0)
    clock(11, "08:00")
    groups = {"cora": "Contributor", "ed": "Editor", "ann": "Editor", "cleo": "Chief"}
    people = {name: person(group, name) for name, group in groups.items()}
    begin_a_story(people["ed"], today, clock)
    leave_names_to_decide(User.objects.get(username="cleo"), today)
    clock(4, "09:10")
    import_the_same_twice(today)
    withdrawn = withdraw(people["ed"], today, clock)
    returned = send_to_review_and_back(people, today, clock)
    clock(1, "17:30")
    let_an_archive_contradict(people["ann"], today)
    change_many(User.objects.get(username="ann"))
    public = end_the_story(people, today, clock)
    review = send_to_review(people, today, clock)
    clock(0, "09:12")
    leave_words_unsaved(people["cora"], today)
    return Situation(
        people=people,
        public=public,
        review=review,
        returned=returned,
        scheduled=schedule(people["ed"], today, clock),
        withdrawn=withdrawn,
        proposal=Proposal.objects.get(decided_at=None),
    )


def article(publisher: str, title: str, published_on: dt.date, **fields: Any) -> Source:
    url = f"https://{publisher.lower().replace(' ', '')}.example/{title.lower().replace(' ', '-')}"
    by = make_publisher(publisher)
    return Source.objects.create(publisher=by, title=title, url=url, published_on=published_on, **fields)


def citing(*sources: Source | str) -> dict[str, Any]:
    """What the form posts for citations of sources, or of labels alone."""
    rows: dict[str, Any] = {"citations-TOTAL_FORMS": len(sources)}
    for number, source in enumerate(sources):
        label = source if isinstance(source, str) else str(source.publisher)
        values = {"id": "", "position": number, "source": getattr(source, "pk", ""), "label": label}
        rows |= {f"citations-{number}-{name}": value for name, value in values.items()}
    return rows


def category(name: str) -> int:
    return Category.objects.get(name=name).pk


def again(event: Event) -> Event:
    return Event.objects.with_everything().get(pk=event.pk)


# --- The events ---------------------------------------------------------------------------------------------------


def begin_a_story(ed: Client, today: dt.date, clock: Clock) -> None:
    for age, headline, tags in (
        (11, "Dockers in Port Ellis stop work after talks about night shifts fail.", (PORT, UNION)),
        (7, "The last ferry of the week leaves Carrow Island without passengers.", (PORT, ISLAND)),
        (5, "The Dockers’ Union and the harbour authority agree to a mediator.", (PORT, UNION, "Harbour authority")),
    ):
        clock(age, "18:20")
        facts = {"date": today - dt.timedelta(age), "headline": headline, "tag_names": ", ".join(tags)}
        facts |= {"topic_names": STRIKE, "category": category("Business and economy"), "is_unsourced": "on"}
        add(ed, **facts, _move="publish")


def end_the_story(people: dict[str, Client], today: dt.date, clock: Clock) -> Event:
    """The newest event of the story, which several people changed."""
    clock(0, "06:55")
    event = add(
        people["ed"],
        date=today,
        headline="Dockers in Port Ellis end a strike of eleven days, and ferries to Carrow Island sail again.",
        summary="The [[Dockers’ Union]] accepts fewer night shifts for the same pay. The first ferry left at dawn.",
        category=category("Business and economy"),
        topic_names=STRIKE,
        tag_names=", ".join((PORT, ISLAND, UNION, "Ferries")),
        **citing(
            article("Harbour Post", "Ferries sail again after eleven days", today),
            article("Northern Wire", "Dockers accept fewer night shifts", today),
        ),
        _move="publish",
    )
    clock(0, "07:40")
    more = f"{event.summary} It carried mail and bread."
    save(people["ann"], again(event), comment="What the first ferry carried", summary=more)
    clock(0, "08:15")
    save(
        people["cora"],
        again(event),
        headline=event.headline.replace("eleven", "twelve"),
        correction="The strike lasted twelve days, not eleven.",
        comment="As the union counts",
        _move="propose",
    )
    return again(event)


def send_to_review(people: dict[str, Client], today: dt.date, clock: Clock) -> Event:
    clock(0, "08:40")
    event = add(
        people["cora"],
        date=today,
        headline="The lifeboat of Carrow Island rescues nine people from a trawler that drifts towards the rocks.",
        summary="All nine are well. The trawler is towed to [[Port Ellis]].",
        tag_names=f"{ISLAND}, Lifeboats, Trawlers",
        category=category("Disasters and accidents"),
        **citing(article("Harbour Post", "Nine saved off Carrow Island", today)),
        _move="submit",
    )
    clock(0, "09:10")
    people["ed"].post(reverse("admin:events_event_claim", args=[event.pk]))
    return again(event)


def send_to_review_and_back(people: dict[str, Client], today: dt.date, clock: Clock) -> Event:
    """Two events of the day before: one still waits, and one went back to its author."""
    cora, yesterday = people["cora"], today - dt.timedelta(1)
    clock(1, "10:30")
    drought = "Lowmoor asks its people to save water, as the reservoir above the town is half empty."
    facts = {"date": yesterday, "headline": drought, "tag_names": "Lowmoor, Drought"}
    add(cora, **facts, **citing("Carrow Radio"), _move="submit")
    clock(1, "11:05")
    facts = {"headline": "The council of Port Ellis votes for a new breakwater.", "tag_names": f"{PORT}, Breakwaters"}
    event = add(cora, date=yesterday, **facts, **citing("Carrow Radio"), _move="submit")
    clock(1, "15:20")
    save(
        people["ed"], again(event), _move="send_back", reply="How did they vote? The minutes are on the council’s site."
    )
    return again(event)


def schedule(ed: Client, today: dt.date, clock: Clock) -> Event:
    tomorrow = today + dt.timedelta(1)
    clock(0, "09:15")
    event = add(
        ed,
        date=tomorrow,
        headline="The first night train between Port Ellis and the capital leaves.",
        tag_names=f"{PORT}, Night trains",
        **citing(article("Northern Wire", "A night train for the coast", today)),
        publish_at=f"{tomorrow}T06:00",
        _move="schedule",
    )
    return again(event)


def withdraw(ed: Client, today: dt.date, clock: Clock) -> Event:
    day = today - dt.timedelta(3)
    clock(3, "20:10")
    facts = {"headline": "The lighthouse of Carrow Island goes dark.", "tag_names": ISLAND}
    event = add(ed, date=day, **facts, **citing(article("Harbour Post", "Lighthouse goes dark", day)), _move="publish")
    clock(3, "21:00")
    save(ed, again(event), _move="withdraw", withdrawn_reason="It was an exercise: the light was never off.")
    return again(event)


# --- What waits ---------------------------------------------------------------------------------------------------


def leave_names_to_decide(chief: User, today: dt.date) -> None:
    """Merges that can be undone, a source that no event cites, and one whose article is gone."""
    for gone, kept in (("Dock workers’ union", UNION), ("Port-Ellis", PORT)):
        services.merge_tags(make_tag(gone), make_tag(kept), editor=chief)
    services.merge_publishers(make_publisher("The Harbour Post"), make_publisher("Harbour Post"), editor=chief)
    tags, abstract = [ISLAND, "Lifeboats"], "Crews were trained for a week."
    article("Northern Wire", "Lifeboat crews of Carrow Island", today, tags=tags, abstract=abstract)
    lost = article("Harbour Post", "What the mediator said", today - dt.timedelta(5))
    Fetch.objects.create(key=lost.key, url=lost.url, outcome=Fetch.Outcome.DEAD, reason="404 Not Found")


def tell(today: dt.date, headline: str, slug: str, summary: str) -> Event:
    """What an archive tells of the reservoir."""
    day = today - dt.timedelta(4)
    document = EventDocument(date=day, slug=slug, language="en", headline=headline, summary=summary, tags=("Lowmoor",))
    import_document(document, Report())
    return Event.objects.get(slug=slug)


def import_the_same_twice(today: dt.date) -> None:
    """Two events of archives that may be one."""
    one = tell(today, RESERVOIR, "reservoir", "It was full in May.")
    other = tell(today, f"{RESERVOIR[:-1]} after a dry summer.", "dry-summer", "")
    LookAlike.objects.update_or_create(one=one, other=other, defaults={"likeness": 86})


def let_an_archive_contradict(ann: Client, today: dt.date) -> None:
    """An archive changes what an editor has changed, too."""
    event = Event.objects.get(slug="reservoir")
    save(ann, again(event), summary="It was full in June.", comment="As the waterworks say")
    tell(today, RESERVOIR, "reservoir", "It was full until the end of May.")


def change_many(editor: User) -> None:
    """A change of many events that can be undone, and a filter that is asked again."""
    lowmoor = Event.objects.filter(headline__contains="reservoir above Lowmoor")
    action = BulkAction(kind=BulkKind.TAG, names=("Drought",))
    services.make_bulk_change([(event.pk, event.version) for event in lowmoor], action, editor=editor)
    query = urlencode({"status__exact": Status.PUBLISHED, "is_unsourced__exact": 1})
    SavedFilter.objects.create(editor=editor, name="Public without a source", query=query, is_shared=True)


def leave_words_unsaved(cora: Client, today: dt.date) -> None:
    """A form of a new event that was closed before it was saved."""
    typed = form_data(date=today, headline="A whale is seen off Carrow Island", tag_names=ISLAND)
    keep_form(cora, typed | {"_typed": "1", "_leaving": "1"})


def keep_form(client: Client, data: dict[str, Any]) -> None:
    """What a form that is open, or closes, says to the server."""
    client.post(reverse("admin:events_event_open_form", args=[uuid.uuid4()]), data)
