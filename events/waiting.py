"""What waits for editors: what is to be reviewed, and what imports leave to them."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from events import services
from events.choices import Move, Status
from events.importer import labels_in_use
from events.models import Citation, Event, LookAlike, Proposal, Revision
from events.querysets import STATUS_TEXT
from sources.documents.folding import fold
from sources.documents.labels import agency_and_publisher
from sources.documents.names import name_fault

SENT_BACK = services.describe(Move.SEND_BACK, "")


def in_review() -> QuerySet[Event]:
    """The events that wait for an editor, the one that waits longest first, each with who sent it and who has it."""
    sending = since_sent(OuterRef("pk"))
    events = Event.objects.exclude(status=Status.PUBLISHED).filter(status=Status.REVIEW)
    who_and_when = {name: Subquery(sending.values(name)[:1]) for name in ("contributor", "recorded_at")}
    sent = events.select_related("claim__editor").annotate(**who_and_when)
    return sent.order_by(F("recorded_at"), "pk")


def since_sent(event: Event | OuterRef) -> QuerySet[Revision]:
    """Of an event in review the saved revisions since it last came there; the first of them sent it."""
    of_event = Revision.objects.saved().filter(event=OuterRef("event")).order_by("-number")
    before = Subquery(of_event.exclude(document__contains=STATUS_TEXT.format(Status.REVIEW)).values("number")[:1])
    return Revision.objects.saved().filter(event=event, number__gt=Coalesce(before, 0)).order_by("number")


def sent_back() -> QuerySet[Revision]:
    """The revisions that sent an event back to its author, each with why, the newest first."""
    return Revision.objects.saved().filter(comment__startswith=SENT_BACK).order_by("-number")


def written_by(name: str) -> QuerySet[Revision]:
    """The revisions in which that account wrote. Who only sends an event back to its author does not make it theirs."""
    return Revision.objects.saved().filter(editor__username=name).exclude(comment__startswith=SENT_BACK)


def proposals() -> QuerySet[Proposal]:
    """The changes that somebody proposes, the one that waits longest first."""
    undecided = Proposal.objects.filter(decided_at=None).order_by("made_at", "pk")
    return undecided.select_related("event__claim__editor", "author", "revision").defer("revision__document")


def look_alikes() -> QuerySet[LookAlike]:
    """The pairs that nobody has decided, the most alike first. A withdrawn event is nothing to decide about."""
    pairs = LookAlike.objects.filter(decided_at=None)
    return pairs.exclude(one__status=Status.WITHDRAWN).exclude(other__status=Status.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """A name in labels that is nobody's, as the most frequent label spells it, and in how many citations it stands."""

    name: str
    key: str
    uses: int


def unknown_names() -> list[UnknownName]:
    """The publishers that citations of a label alone name and the wiki does not know, the most frequent first.

    Of "Agency via Publisher" the publisher. What has no letter, as a year, or is too long names nobody. One query.
    """
    labels = _nameless_labels().annotate(Count("id"))
    spellings: dict[str, str] = {}
    uses: Counter[str] = Counter()
    for label, count in sorted(labels, key=lambda row: (-row[1], row[0])):
        if name := _unknown_name(label):
            key = fold(name)
            spellings.setdefault(key, name)
            uses[key] += count
    return [UnknownName(name=spellings[key], key=key, uses=count) for key, count in uses.most_common()]


def count_unknown_names(limit: int) -> tuple[int, bool]:
    """How many unknown names there are, at most `limit`, and whether these are all. One query, of a bounded size."""
    labels = [label for (label,) in _nameless_labels().order_by("label").distinct()[: 2 * limit]]
    names = {fold(name) for label in labels if (name := _unknown_name(label))}
    return min(len(names), limit), len(labels) < 2 * limit and len(names) <= limit


def _nameless_labels() -> "QuerySet[Citation, tuple[str]]":
    """The labels of citations that stand alone and name nobody, as the partial index holds them."""
    return Citation.objects.filter(source=None, publisher=None).exclude(label="").order_by().values_list("label")


def _unknown_name(label: str) -> str:
    """The publisher that the label names; empty if it names nobody."""
    _, name = agency_and_publisher(label)
    return name.strip() if any(map(str.isalpha, name)) and not name_fault(name) else ""


def labels_naming(key: str) -> list[str]:
    """The labels in use whose publisher has this folded name."""
    return [label for label in labels_in_use() if fold(agency_and_publisher(label)[1]) == key]
