"""Erasing a passage for legal reasons: it goes from an event or editorial, from all its past, and from what others say.

Hashes and links of revisions stay, so the history goes on proving all the rest; each revision that lost something
points to the erasure and its reason. What many events share, a tag or a source, is named rather than changed, but for
sources if asked. What was kept elsewhere, in backups and in logs of the database's server, is beyond reach
(docs/history.md).
"""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import Truncator

from events import importer, search
from events.documents.erasing import as_text
from events.documents.paths import day_path
from events.documents.records import EventDocument
from events.models import (
    BulkChange,
    Editorial,
    Erasure,
    Event,
    EventTag,
    Proposal,
    RelatedLink,
    Revision,
    Subject,
    Tag,
    TagChange,
)
from events.services.editing import StaleVersion, was_saved_since
from events.services.eraser import Eraser, Found, strings
from sources import bulk
from sources.models import Fetch, Source

_OF_SOURCES = ("title", "url", "archived_url", "section", "caption", "credit", "abstract", "copyright", "body")
_LISTS_OF_SOURCES = ("authors", "contributors", "tags")


def preview_erasure(subject: Subject, words: str, *, editor: User, with_sources: bool) -> Found:
    """Where an erasure would find the passage: it is done, and taken back."""
    with transaction.atomic():
        found = _eraser(importer.lock(subject), words, with_sources).run("", editor)
        transaction.set_rollback(True)
    return found


def erase(subject: Subject, version: int, words: str, *, reason: str, editor: User, with_sources: bool) -> Found:
    """Erase a passage wherever it stands in the event or editorial and its past; readers see `reason`.

    Nothing happens where it stands nowhere. Raises StaleVersion if it was saved after `version`.
    """
    with transaction.atomic():
        subject = importer.lock(subject)
        if was_saved_since(subject, version):
            raise StaleVersion(subject)
        found = _eraser(subject, words, with_sources).run(reason, editor)
        if not found.count:
            transaction.set_rollback(True)
            return found
        search.refresh()  # other events that cite the same sources
        search.forget(words)
        transaction.on_commit(bulk.empty_log)
    return found


def _eraser(subject: Subject, words: str, with_sources: bool) -> Eraser:
    if isinstance(subject, Event):
        return EventEraser(subject, words, with_sources=with_sources)
    return Eraser(subject, words)


class EventEraser(Eraser):
    """An erasure from an event, from what it cites, and from what others say of it."""

    subject: Event
    documents: list[EventDocument]  # type: ignore[assignment]  # those of an event

    def __init__(self, event: Event, words: str, *, with_sources: bool) -> None:
        super().__init__(event, words)
        sources = Source.objects.filter(citations__event=event).distinct()
        self.sources = [source for source in sources if self._stands_in_source(source)]
        self.found.sources = list(self.sources)
        targets = (link.target for link in event.related_links.all())
        self.found.other_events = [target for target in targets if self.passage.stands_in(target.headline)]
        self.found.editorials = list(Editorial.objects.filter(pk__in=set(self._editorials())))
        # A source that is not to change would bring the passage back into the event's next document.
        self.with_sources = with_sources or not self.sources

    def _editorials(self) -> "Iterator[int]":
        """The ids of the editorials that hold the passage in some revision; the newest says what they say now."""
        for revision in Revision.objects.filter(editorial__isnull=False).iterator():
            if revision.editorial_id and any(map(self.passage.stands_in, strings(json.loads(revision.document)))):
                yield revision.editorial_id

    def _erase_around(self, erasure: Erasure) -> None:
        self._erase_tags()
        self._erase_sources()

    # --- The event ---

    def _erase_fields(self) -> None:
        super()._erase_fields()
        for citation in self.subject.citations.all():
            citation.label = self._text(citation.label, "Labels of citations")
            citation.save(update_fields=["label"])
        for link in self.subject.related_links.all():
            self._erase_link(link)

    def _erase_link(self, link: RelatedLink) -> None:
        link.note = self._text(link.note, "Notes of related events")
        link.context = [self._text(name, "Context of related events") for name in link.context]
        link.save(update_fields=["note", "context"])

    def _erase_tags(self) -> None:
        """Take the event's tags away whose names hold the passage, and those that no other event bears altogether."""
        rows = [row for row in self.subject.event_tags.select_related("tag") if self._names_it(row.tag, row.spelling)]
        named = {name for document in self.documents for name in document.tags if self.passage.stands_in(name)}
        once = Tag.objects.by_any_name(self.subject.language, named).values()
        tags = {tag.pk: tag for tag in (*(row.tag for row in rows), *once) if self._names_it(tag)}
        self.found.places["Tags"] += len(rows)
        EventTag.objects.filter(pk__in=[row.pk for row in rows]).delete()
        elsewhere = set(EventTag.objects.filter(tag__in=tags).values_list("tag", flat=True))
        self.found.shared_tags = [tag for pk, tag in tags.items() if pk in elsewhere]
        gone = tags.keys() - elsewhere
        for change in TagChange.objects.filter(tag__in=gone):
            self._log_of(Tag, [change.gone["id"]])
        self._log_of(Tag, gone)
        Tag.objects.filter(pk__in=gone).delete()

    def _names_it(self, tag: Tag, spelling: str = "") -> bool:
        names = (tag.name, spelling, *(alias.name for alias in tag.aliases.all()))
        return any(map(self.passage.stands_in, names))

    # --- What it cites ---

    def _stands_in_source(self, source: Source) -> bool:
        lists = (text for name in _LISTS_OF_SOURCES for text in getattr(source, name))
        return any(map(self.passage.stands_in, (*(getattr(source, name) for name in _OF_SOURCES), *lists)))

    def _erase_sources(self) -> None:
        """A source keeps its key, a hash, so that archives still find it and bring nothing back."""
        for source in self.sources if self.with_sources else ():
            for name in _OF_SOURCES:
                setattr(source, name, self._text(getattr(source, name), "Sources"))
            for name in _LISTS_OF_SOURCES:
                setattr(source, name, [self._text(text, "Sources") for text in getattr(source, name)])
            Source.objects.filter(pk=source.pk).update(
                **{name: getattr(source, name) for name in (*_OF_SOURCES, *_LISTS_OF_SOURCES)}
            )
        if self.with_sources:
            Fetch.objects.filter(key__in=[source.key for source in self.sources]).delete()
            self._log_of(Source, [source.pk for source in self.sources])

    # --- What others say of it ---

    def _erase_in_others(self, erasure: Erasure) -> None:
        """Other events lead to it by its headline and address, and name it where they were joined with it."""
        for link in RelatedLink.objects.filter(target=self.subject):
            self._erase_link(link)
        quotes = {self._quoted(headline): self._quoted(self.passage.erased(headline)) for headline in self.headlines}
        addresses = {
            f"/news/{day_path(date)}/{slug}/": f"/news/{day_path(self.subject.date)}/{self.subject.slug}/"
            for slug in self.passage.stale
            for date in {self.subject.date, *(document.date for document in self.documents)}
        }
        said = quotes | addresses
        others = Revision.objects.exclude(event=self.subject)
        at = [Q(document__contains=f'"slug":"{slug}"') for slug in self.slugs if slug]
        at += [Q(document__contains=_in_json(quote)) | Q(comment__contains=quote) for quote in said]
        for revision in _any(others, at):
            document = json.loads(revision.document)
            document["related"] = [self._erased_target(link) for link in document.get("related", [])]
            if not document["related"]:
                del document["related"]
            if reason := document.get("withdrawn_reason"):
                document["withdrawn_reason"] = _replaced(reason, said)
            text = as_text(document)
            comment = _replaced(revision.comment, said)
            place = "Other events that lead to it or name it"
            self._write_revision(revision, erasure, text, comment, revision.contributor, place)
        for event in _any(
            Event.objects.exclude(pk=self.subject.pk), [Q(withdrawn_reason__contains=one) for one in said]
        ):
            reason = _replaced(event.withdrawn_reason, said)
            Event.objects.filter(pk=event.pk).update(withdrawn_reason=reason)

    def _erased_target(self, link: dict[str, object]) -> dict[str, object]:
        dates = {self.subject.date.isoformat(), *(document.date.isoformat() for document in self.documents)}
        is_here = link["slug"] in self.slugs and link["date"] in dates
        erased: dict[str, object] = self.passage.erased_value(link) if is_here else link
        return erased

    def _quoted(self, headline: str) -> str:
        """A headline as comments name it (services.look_alikes)."""
        return f"“{Truncator(headline).chars(100)}”"

    # --- What editors have in hand ---

    def _erase_in_hand(self) -> None:
        super()._erase_in_hand()
        for proposal in Proposal.objects.filter(event=self.subject).exclude(reply=""):
            reply = self._text(proposal.reply, "Replies to proposals")[:500]
            Proposal.objects.filter(pk=proposal.pk).update(reply=reply)
        for change in BulkChange.objects.iterator():
            if any(self.subject.pk in row[:1] for row in change.changes):
                description = self._text(change.description, "Bulk changes")[:500]
                BulkChange.objects.filter(pk=change.pk).update(description=description)


def _any(rows: "QuerySet[Any]", conditions: list[Q]) -> "Iterator[Any]":
    for start in range(0, len(conditions), 50):
        wanted = conditions[start]
        for condition in conditions[start + 1 : start + 50]:
            wanted |= condition
        yield from rows.filter(wanted)


def _replaced(text: str, said: dict[str, str]) -> str:
    for former, now in said.items():
        text = text.replace(former, now)
    return text


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
