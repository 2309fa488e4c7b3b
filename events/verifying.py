"""Whether every history is whole: numbered without gaps, chained, and ending in what the rows say.

What the chain proves and what it does not stands in docs/history.md.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from events import exporter, revisions
from events.choices import RevisionKind
from events.documents import jsonl
from events.documents.erasing import ERASED
from events.documents.records import CitationDocument, EventDocument, SubjectDocument
from events.exporter import CHUNK
from events.models import Category, Editorial, Event, Redirect, Revision, Subject, Tag
from sources.documents import DocumentError
from sources.documents.folding import fold
from sources.documents.urls import normalise_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a history, at a revision's number if it is there; or a gap that has its reason."""

    subject: Subject
    number: int | None
    text: str
    is_fault: bool = True

    def __str__(self) -> str:
        revision = f", revision {self.number}" if self.number is not None else ""
        name = self.subject._meta.model_name
        return f"{name} {self.subject.pk} ({self.subject.language}, {self.subject}){revision}: {self.text}"


def verify(pk: int | None = None) -> Iterator[tuple[Subject, list[Finding]]]:
    """Every event and editorial, or the one event, with what is found in its history.

    Rows are streamed: memory does not grow with them. What looks wrong while somebody writes is looked at again with
    the event or editorial kept from writers.
    """
    events = Event.objects.order_by("pk")
    history = Revision.objects.filter(event__isnull=False).order_by("event_id", "number")
    if pk is not None:
        events, history = events.filter(pk=pk), history.filter(event=pk)
    yield from _verify(events.with_everything(), history, "event_id")
    if pk is None:
        history = Revision.objects.filter(editorial__isnull=False).order_by("editorial_id", "number")
        yield from _verify(Editorial.objects.order_by("pk").with_everything(), history, "editorial_id")


def _verify(
    subjects: "QuerySet[Any]", history: "QuerySet[Revision]", key: str
) -> Iterator[tuple[Subject, list[Finding]]]:
    by_subject = groupby(history.select_related("erasure").iterator(CHUNK), key=attrgetter(key))
    following = next(by_subject, None)
    for subject in subjects.iterator(CHUNK):
        while following and following[0] < subject.pk:  # one that is newer than the list of them
            following = next(by_subject, None)
        own: Iterable[Revision] = ()
        if following and following[0] == subject.pk:
            own = following[1]
        found = list(_check(subject, own))
        if own:
            following = next(by_subject, None)
        yield subject, _again(subject) if any(finding.is_fault for finding in found) else found


def _again(subject: Subject) -> list[Finding]:
    with transaction.atomic():
        rows = type(subject).objects.select_for_update(of=("self",)).with_everything()
        locked = rows.get(pk=subject.pk)
        history = locked.revisions.select_related("erasure").order_by("number")
        return list(_check(locked, history.iterator(CHUNK)))


def _check(subject: Subject, history: Iterable[Revision]) -> Iterator[Finding]:
    """All findings of one, from its revisions in the order of their numbers. Reads `history` to its end."""
    link, number, newest = "", 0, None
    name = subject._meta.model_name
    for revision in history:
        if revision.number != number + 1:
            yield Finding(subject=subject, number=number + 1, text="it is missing, and the chain has a gap here")
        number = revision.number
        yield from _check_revision(subject, revision, link)
        link = revision.link
        if revision.kind == RevisionKind.SAVED:
            newest = revision
    if number != subject.version:
        yield Finding(
            subject=subject,
            number=None,
            text=f"the history ends with revision {number}, the {name} is at version {subject.version}; a tail was cut "
            "off, or the version was changed",
        )
    if link != subject.last_link:
        yield Finding(
            subject=subject, number=None, text=f"the link that the {name} keeps is not that of its last revision"
        )
    if newest is None:
        yield Finding(subject=subject, number=None, text="no revision holds a state of it")
    else:
        yield from _check_rows(subject, newest)


def _check_revision(subject: Subject, revision: Revision, previous_link: str) -> Iterator[Finding]:
    def fault(text: str) -> Finding:
        return Finding(subject=subject, number=revision.number, text=text)

    erasure = revision.erasure
    if erasure:
        text = f"a passage was erased on {erasure.made_at:%Y-%m-%d}, so its text cannot be checked: {erasure.reason}"
        yield Finding(subject=subject, number=revision.number, text=text, is_fault=False)
    elif not revisions.holds_its_text(revision):
        yield fault("its text is not the one that was recorded")
    if revision.schema != jsonl.SCHEMA:
        yield fault(f"its schema is {revision.schema}, which no version of Newsroom wrote")
    if revision.editor_id and revision.as_of != revision.recorded_at:
        yield fault("its state does not hold from the moment at which its editor saved it")
    is_reworded = bool(erasure) and ERASED in revision.comment + revision.contributor
    if not is_reworded and revisions.chain(previous_link, revision) != revision.link:
        yield fault("its link does not follow from the one before it, its number, time, editor, comment and text")


# --- What the rows say --------------------------------------------------------------------------------------------


def _check_rows(subject: Subject, newest: Revision) -> Iterator[Finding]:
    document = exporter.document(subject)
    if not newest.erasure_id and revisions.text_hash(document) == newest.text_hash:
        return
    try:
        recorded = revisions.read_any(newest)
    except DocumentError as error:
        yield Finding(subject=subject, number=newest.number, text=f"its text cannot be read: {error}")
        return
    if names := ", ".join(_differing(subject, newest, recorded)):
        text = f"the {subject._meta.model_name}'s rows say something else in: {names}"
        yield Finding(subject=subject, number=newest.number, text=text)


def _differing(subject: Subject, newest: Revision, recorded: SubjectDocument) -> list[str]:
    """The fields in which what was recorded is not what the rows say, both as they would be read again."""
    now = jsonl.from_record(jsonl.to_record(exporter.document(subject)))
    if isinstance(subject, Event) and isinstance(recorded, EventDocument) and isinstance(now, EventDocument):
        sides = _Sides(subject, newest, recorded, now)
        return [name for name, is_same in _SAME.items() if not is_same(sides)]
    return [name for name in recorded.__struct_fields__ if getattr(recorded, name) != getattr(now, name, None)]


class _Sides:
    """What an event's newest state says, and what its rows say, both as they would be read again."""

    def __init__(self, event: Event, revision: Revision, recorded: EventDocument, now: EventDocument) -> None:
        self.event = event
        self.revision = revision
        self.recorded = recorded
        self.now = now

    def agree(self, name: str) -> bool:
        return bool(getattr(self.recorded, name) == getattr(self.now, name))

    def agree_in_category(self) -> bool:
        """A category may have another name by now, and keeps the former one as an alias."""
        categories: dict[str, Any] = Category.objects.all().by_any_name()
        keys = [fold(document.category) for document in (self.recorded, self.now)]
        return len({categories.get(key, key) for key in keys}) == 1

    def agree_in_tags(self) -> bool:
        rows = sorted(self.event.event_tags.all(), key=lambda row: row.position)
        return self._tags(self.recorded.tags) == list(dict.fromkeys(row.tag_id for row in rows))

    def agree_in_topics(self) -> bool:
        return self._tags(self.recorded.topics) == [row.tag_id for row in self.event.topics]

    def _tags(self, names: tuple[str, ...]) -> list[object]:
        """The tags that the names mean by today's aliases, each once."""
        known = Tag.objects.by_any_name(self.event.language, names)
        return list(dict.fromkeys(known[fold(name)].pk if fold(name) in known else name for name in names))

    def agree_in_citations(self) -> bool:
        rows = list(self.event.citations.all())
        if len(rows) != len(self.recorded.citations):
            return False
        sides = zip(self.recorded.citations, self.now.citations, rows, strict=True)
        return all(self._same_citation(then, now, row.source) for then, now, row in sides)

    def _same_citation(self, then: CitationDocument, now: CitationDocument, source: Any) -> bool:
        """Whether both cite the same under one label. What is known of a source is edited with the source."""
        if then.label != now.label or then.names_a_source != now.names_a_source:
            return False
        is_same = (
            source is None
            or (then.url and normalise_url(then.url) == normalise_url(now.url))
            or (then.title and fold(then.title) == fold(now.title))
        )
        return bool(is_same) or source.updated_at > self.revision.recorded_at

    def agree_in_related(self) -> bool:
        """Events that it leads to may have another headline or address by now."""
        now = [(link.target_id, link.kind, tuple(link.context), link.note.strip()) for link in self._links()]
        then = [
            (self._target(link.date, link.slug), link.kind.value, link.context, link.note)
            for link in self.recorded.related
        ]
        return then == now

    def _links(self) -> Iterable[Any]:
        return self.event.related_links.all()

    def _target(self, date: Any, slug: str) -> int | None:
        for link in self._links():
            if (link.target.date, link.target.slug) == (date, slug):
                return int(link.target_id)
        moved = Redirect.objects.filter(language=self.event.language, date=date, slug=slug).first()
        return moved.event_id if moved else None

    def agree_in_old_slugs(self) -> bool:
        return set(self.recorded.old_slugs) == set(self.now.old_slugs)


def _plain(name: str) -> Callable[[_Sides], bool]:
    return lambda sides: sides.agree(name)


_PLAIN = """
date slug language headline summary image status publish_at withdrawn_reason corrections is_unsourced is_stub
""".split()
_SAME: dict[str, Callable[[_Sides], bool]] = {
    **{name: _plain(name) for name in _PLAIN},
    "category": _Sides.agree_in_category,
    "tags": _Sides.agree_in_tags,
    "topics": _Sides.agree_in_topics,
    "citations": _Sides.agree_in_citations,
    "related": _Sides.agree_in_related,
    "old_slugs": _Sides.agree_in_old_slugs,
}
