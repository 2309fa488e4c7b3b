"""What readers may see of the past: the states that were public, and how each differs from the one before."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop
from msgspec.structs import replace

from events import revisions
from events.choices import LinkKind, Status
from events.documents.records import (
    CitationDocument,
    CorrectionDocument,
    EditorialDocument,
    EventDocument,
    ImageDocument,
    RelatedDocument,
    SubjectDocument,
)
from events.models import Event, Redirect, Revision, Subject
from events.revisions import FieldDiff

DEVELOPING = dt.timedelta(days=2)
Place = tuple[dt.date, str]


class StepKind(StrEnum):
    """What a step in the history was to readers."""

    FIRST = "first"
    CHANGE = "change"
    RETURN = "return"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A moment at which readers saw something else: the revision's number, and that of the public state before it."""

    number: int
    kind: StepKind
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDiff:
    """What left a list and what came into it; neither if only the order changed."""

    name: str
    gone: Sequence[str]
    new: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A step as its page shows it. `reason` is that of a withdrawal."""

    step: Step
    revision: Revision
    texts: Sequence[FieldDiff] = ()
    lists: Sequence[ListDiff] = ()
    reason: str = ""


def steps(subject: Subject) -> list[Step]:
    """All that readers saw happen to the event or editorial, the newest first.

    Of several states of one moment only the last one held: an import records what an archive says before what comes
    of it. A withdrawal counts where something public was withdrawn.
    """
    states = subject.revisions.saved().order_by("as_of", "number").statuses()
    held = {as_of: (number, status) for number, as_of, status in states}
    found: list[Step] = []
    before: int | None = None
    was_public = False
    for number, value in held.values():
        status = Status(value)
        if status.is_public:
            kind = StepKind.FIRST if before is None else StepKind.CHANGE if was_public else StepKind.RETURN
            found.append(Step(number=number, kind=kind, before=before))
            before = number
        elif status is Status.WITHDRAWN and was_public:
            found.append(Step(number=number, kind=StepKind.WITHDRAWAL, before=before))
        was_public = status.is_public
    return found[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Since when readers see what an event says, None if they do not; whether that is not what they saw at first; and
    whether it is still developing.
    """

    since: dt.datetime | None
    is_changed: bool
    is_developing: bool


def standing(subject: Subject) -> Standing:
    """How it stands with its readers.

    It is developing as long as it is news of the last DEVELOPING days and readers saw it change. Nobody has to say so,
    nor to remember to take it back.
    """
    moments = set(subject.revisions.public().values_list("as_of", flat=True))
    is_changed = len(moments) > 1
    is_news = timezone.localdate() - subject.date < DEVELOPING
    return Standing(since=max(moments, default=None), is_changed=is_changed, is_developing=is_news and is_changed)


def was_public(subject: Subject) -> bool:
    """Whether readers ever saw it."""
    return subject.revisions.public().exists()


def changes(subject: Subject, shown: Collection[Step]) -> list[Change]:
    """The steps with their revisions and with what changed in each."""
    numbers = {number for step in shown for number in (step.number, step.before) if number}
    found = {row.number: row for row in subject.revisions.filter(number__in=numbers).select_related("erasure")}
    documents = {number: revisions.read_any(revision) for number, revision in found.items()}
    links = PublicLinks(
        subject.language, [document for document in documents.values() if isinstance(document, EventDocument)]
    )
    return [_change(step, found[step.number], documents, links) for step in shown]


def _change(step: Step, revision: Revision, documents: Mapping[int, SubjectDocument], links: "PublicLinks") -> Change:
    now = documents[step.number]
    if step.kind is StepKind.WITHDRAWAL:
        return Change(step=step, revision=revision, reason=now.withdrawn_reason)
    if step.before is None:
        return Change(step=step, revision=revision)
    before = documents[step.before]
    return Change(
        step=step,
        revision=revision,
        texts=revisions.compare_texts(_texts(before), _texts(now)),
        lists=_compare_lists(_lists(before, links), _lists(now, links)),
    )


def _texts(document: SubjectDocument) -> dict[str, str]:
    """The fields that are one text each, by names that the page translates."""
    if isinstance(document, EditorialDocument):
        return {
            gettext_noop("Title"): document.title,
            gettext_noop("Author"): document.author,
            gettext_noop("Standfirst"): document.standfirst,
            gettext_noop("Text"): document.body,
            gettext_noop("Date"): document.date.isoformat(),
            gettext_noop("Address"): document.slug,
        }
    image = document.image or ImageDocument(url="")
    return {
        gettext_noop("Headline"): document.headline,
        gettext_noop("Summary"): document.summary,
        gettext_noop("Date"): document.date.isoformat(),
        gettext_noop("Category"): document.category,
        gettext_noop("Picture"): image.url,
        gettext_noop("Caption"): image.caption,
        gettext_noop("Credit"): image.credit,
        gettext_noop("Address"): document.slug,
    }


def _lists(document: SubjectDocument, links: "PublicLinks") -> dict[str, tuple[str, ...]]:
    corrections = {gettext_noop("Corrections"): tuple(map(_correction_text, document.corrections))}
    if isinstance(document, EditorialDocument):
        return corrections
    return {
        **corrections,
        gettext_noop("Topics"): document.topics,
        gettext_noop("Tags"): document.tags,
        gettext_noop("Sources"): tuple(map(_citation_text, document.citations)),
        gettext_noop("Related events"): tuple(map(_related_text, links.of(document))),
    }


def _correction_text(correction: CorrectionDocument) -> str:
    return f"{correction.date}: {correction.text}"


def _citation_text(citation: CitationDocument) -> str:
    """A publisher that the label names already, and that a source may have learnt since, is not said again."""
    is_named = citation.publisher == citation.label
    return revisions.citation_text(replace(citation, publisher="") if is_named else citation)


def _related_text(link: RelatedDocument) -> str:
    context = ", ".join(link.context)
    return " · ".join(filter(None, (f"{link.date} {link.headline}", context, link.note)))


def _compare_lists(one: Mapping[str, Sequence[str]], two: Mapping[str, Sequence[str]]) -> list[ListDiff]:
    return [
        ListDiff(
            name=name,
            gone=[item for item in one[name] if item not in now],
            new=[item for item in now if item not in one[name]],
        )
        for name, now in two.items()
        if one[name] != now
    ]


class PublicLinks:
    """Which related events of some documents readers may see today, under today's headlines. Takes two queries."""

    def __init__(self, language: str, documents: Iterable[EventDocument]) -> None:
        places = {(link.date, link.slug) for document in documents for link in document.related}
        at = Q(date__in={date for date, _ in places}, slug__in={slug for _, slug in places})
        moved = Redirect.objects.filter(at, language=language).select_related("event")
        self._targets: dict[Place, Event] = {(row.date, row.slug): row.event for row in moved if row.event.is_public}
        public = Event.objects.public_in(language).filter(at)
        self._targets |= {(event.date, event.slug): event for event in public}

    def of(self, document: EventDocument) -> list[RelatedDocument]:
        """The document's links that lead to something public, each by the address and headline of today."""
        shown = (link for link in document.related if link.kind is not LinkKind.HIDDEN)
        found = ((link, self._targets.get((link.date, link.slug))) for link in shown)
        return [
            replace(link, date=target.date, slug=target.slug, headline=target.headline)
            for link, target in found
            if target
        ]
