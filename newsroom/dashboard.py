"""What waits at the desk, in numbers that lead to their lists; each person sees what those lists would show them.

The number of queries is fixed, and no query reads the whole wiki: each stands on an index of the few rows that wait.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from events import filing, permissions, waiting
from events.choices import Status
from events.models import Conflict, Editorial, Event, OpenForm, Proposal, Revision, SavedFilter
from sources.models import Source

SHOWN = 6  # rows of a list that is shown in part
RECENT = 10  # changes
MAX_NAMES = 500  # unknown names that are counted: there may be very many, and each is taken from its label
ANSWERED = dt.timedelta(days=14)  # how long an answer to a proposal is news


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number, what it counts, and the list that it leads to."""

    count: int
    name: str
    address: str
    note: str = ""
    is_least: bool = False  # there are at least so many


def read(user: User) -> dict[str, Any]:
    """What the template of the first page shows to somebody who may see events."""
    by_state, proposals = _by_state(), waiting.proposals()
    if not permissions.may_publish(user):  # those of others are for editors
        proposals = proposals.filter(author=user)
    figures = [*_figures(user, by_state)]
    return {
        "today": timezone.localdate(),
        "of_today": _of_today(),
        "waits": [figure for figure in figures if figure.count],
        "settled": [figure for figure in figures if not figure.count],
        "review": waiting.in_review()[:SHOWN],
        "review_count": by_state[Status.REVIEW]["count"],
        "review_address": events_list(status__exact=Status.REVIEW),
        "proposals": proposals[:SHOWN],
        "proposal_count": proposals.count(),
        "own_drafts": _own_drafts(user)[:SHOWN],
        "own_drafts_address": events_list(status__exact=Status.DRAFT, by="me"),
        "own_forms": _own_forms(user)[:SHOWN],
        "own_proposals": _own_proposals(user)[:SHOWN],
        "saved_filters": SavedFilter.objects.seen_by(user),
        "revisions": _recent(user)[:RECENT],
    }


def events_list(**query: Any) -> str:
    """The address of the list of events that the query leaves."""
    return f"{reverse('admin:events_event_changelist')}?{urlencode(query)}"


# --- Numbers ------------------------------------------------------------------------------------------------------


def _of_today() -> list[Figure]:
    """The events of the wiki's present day, by their states."""
    today = timezone.localdate()
    rows = dict(Event.objects.on(today).order_by().values_list("status").annotate(Count("pk")))
    return [
        Figure(count=rows[status], name=status.label.lower(), address=events_list(day=today, status__exact=status))
        for status in Status
        if status in rows
    ]


def _by_state() -> dict[Status, dict[str, Any]]:
    """How many events are on their way, and when the first scheduled one is due."""
    # Both conditions: by the first SQLite knows that the partial index holds all of them.
    waiting_ones = Event.objects.exclude(status=Status.PUBLISHED).exclude(status=Status.WITHDRAWN).order_by()
    rows = waiting_ones.values("status").annotate(count=Count("pk"), due=Min("publish_at"))
    found: dict[Status, dict[str, Any]] = {status: {"count": 0, "due": None} for status in Status}
    for row in rows:
        found[Status(row["status"])] = {**row}
    return found


def _figures(user: User, by_state: dict[Status, dict[str, Any]]) -> Iterator[Figure]:
    """What waits, the most urgent first."""
    scheduled = by_state[Status.SCHEDULED]
    yield Figure(
        count=scheduled["count"],
        name="scheduled",
        address=events_list(status__exact=Status.SCHEDULED),
        note=_due(scheduled["due"]),
    )
    conflicts = Conflict.objects.count()
    yield Figure(
        count=conflicts, name=_plural(conflicts, "import conflict"), address=reverse("admin:events_event_conflicts")
    )
    pairs = waiting.look_alikes().count()
    yield Figure(count=pairs, name=_plural(pairs, "look-alike"), address=reverse("admin:events_event_look_alikes"))
    if user.has_perm("sources.view_source"):
        count = filing.unfiled().count()
        yield Figure(count=count, name=_plural(count, "unfiled source"), address=reverse("admin:events_event_unfiled"))
        dead, address = Source.objects.dead().count(), reverse("admin:sources_source_changelist")
        yield Figure(count=dead, name=_plural(dead, "dead source"), address=f"{address}?reach=dead")
    if user.has_perm("sources.view_publisher"):
        names, is_all = waiting.count_unknown_names(MAX_NAMES)
        yield Figure(
            count=names,
            name=_plural(names, "unknown label"),
            address=reverse("admin:sources_publisher_labels"),
            is_least=not is_all,
        )
    drafts = by_state[Status.DRAFT]["count"]
    yield Figure(count=drafts, name=_plural(drafts, "draft"), address=events_list(status__exact=Status.DRAFT))
    if user.has_perm("events.view_editorial"):
        yield from _editorials()
    flags = dict(Event.objects.filter(is_unsourced=True).order_by().values_list("is_stub").annotate(Count("pk")))
    yield Figure(
        count=flags.get(False, 0), name="unsourced", address=events_list(is_unsourced__exact=1, is_stub__exact=0)
    )
    stubs = flags.get(True, 0)
    yield Figure(count=stubs, name=_plural(stubs, "stub"), address=events_list(is_unsourced__exact=1, is_stub__exact=1))


def _editorials() -> Iterator[Figure]:
    """The editorials on their way, by state."""
    rows = dict(Editorial.objects.order_by().values_list("status").annotate(Count("pk")))
    for status, name in ((Status.REVIEW, "in review"), (Status.SCHEDULED, "scheduled"), (Status.DRAFT, "in draft")):
        count = rows.get(status, 0)
        address = f"{reverse('admin:events_editorial_changelist')}?status__exact={status}"
        yield Figure(count=count, name=f"{_plural(count, 'editorial')} {name}", address=address)


def _plural(count: int, name: str) -> str:
    return name if count == 1 else f"{name}s"


def _due(moment: dt.datetime | None) -> str:
    if moment is None:
        return ""
    shown = date_format(timezone.localtime(moment), "j M, H:i")
    return f"the next on {shown}" if moment > timezone.now() else f"overdue since {shown}"


# --- Rows ---------------------------------------------------------------------------------------------------------


def _own_drafts(user: User) -> QuerySet[Event]:
    """The drafts that the person wrote or changed, each with who sent it back and why, if somebody did."""
    of_event, returned = {"event": OuterRef("pk")}, waiting.sent_back()
    drafts = Event.objects.exclude(status=Status.PUBLISHED).filter(status=Status.DRAFT)
    own = drafts.filter(Exists(waiting.written_by(user.get_username()).filter(**of_event)))
    said = {name: Subquery(returned.filter(**of_event).values(name)[:1]) for name in ("contributor", "comment")}
    return own.annotate(**said).order_by("-updated_at", "pk")


def _own_forms(user: User) -> QuerySet[OpenForm]:
    """The person's forms with words that are not saved."""
    return (
        OpenForm.objects.filter(editor=user).exclude(data="").select_related("event", "editorial").order_by("-typed_at")
    )


def _own_proposals(user: User) -> QuerySet[Proposal]:
    """What the person proposed: what is undecided, and what was decided lately."""
    lately = timezone.now() - ANSWERED
    own = Proposal.objects.filter(author=user).exclude(decided_at__lt=lately)
    return own.select_related("event", "decided_by", "revision").defer("revision__document")


def _recent(user: User) -> QuerySet[Revision]:
    """The newest changes of all that the person may look at."""
    rows = Revision.objects.select_related("event", "editorial", "editor").defer("document").order_by("-pk")
    return rows if user.has_perm("events.view_editorial") else rows.filter(editorial=None)
