"""Erasing a passage for legal reasons: it goes from an event, from all its past, and from what others say of it.

Hashes and links of revisions stay, so the history goes on proving all the rest; each revision that lost something
points to the erasure and its reason. What many events share, a tag or a source, is named rather than changed, but for
sources if asked. What was kept elsewhere, in backups and in logs of the database's server, is beyond reach
(docs/history.md).
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from events import importer, revisions, search
from events.documents.erasing import ERASED, Passage, Snippet, as_text
from events.documents.paths import day_path
from events.documents.slugs import slugify
from events.models import (
    BulkChange,
    Erasure,
    Event,
    EventTag,
    OpenForm,
    Proposal,
    RelatedLink,
    Revision,
    Tag,
    TagChange,
)
from events.services.editing import StaleVersion, was_saved_since
from sources import bulk
from sources.models import Fetch, Source

COMMENT = "Erased a passage for legal reasons"
MOST_SNIPPETS = 50
_OPEN = dt.timedelta(minutes=2)  # since the last sign of life of a window
_TEXTS = ("headline", "summary", "image_url", "image_caption", "image_credit", "withdrawn_reason")
_OF_SOURCES = ("title", "url", "archived_url", "section", "caption", "credit", "abstract", "copyright", "body")
_LISTS_OF_SOURCES = ("authors", "contributors", "tags")


@dataclass
class Found:
    """Where the passage stands: how often in which place, and some of the places with the words around them.

    `shared_tags` hold it in their names and stand at other events too, `other_events` are related ones that hold it in
    their headlines, `sources` are cited ones that hold it. None of them changes by itself. `open_to` have the event
    open in a window, from which the passage could come back.
    """

    places: Counter[str] = field(default_factory=Counter)
    snippets: dict[Snippet, str] = field(default_factory=dict)
    shared_tags: list[Tag] = field(default_factory=list)
    other_events: list[Event] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    open_to: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.places.total()

    @property
    def listed(self) -> list[tuple[str, int]]:
        """The places for a template, which would ask the counter how often “items” was counted."""
        return list(self.places.items())


def preview_erasure(event: Event, words: str, *, editor: User, with_sources: bool) -> Found:
    """Where an erasure would find the passage: it is done, and taken back."""
    with transaction.atomic():
        found = _Eraser(importer.lock(event), words, with_sources).run("", editor)
        transaction.set_rollback(True)
    return found


def erase(event: Event, version: int, words: str, *, reason: str, editor: User, with_sources: bool) -> Found:
    """Erase a passage wherever it stands in the event and its past; readers see `reason`.

    Nothing happens where it stands nowhere. Raises StaleVersion if the event was saved after `version`.
    """
    with transaction.atomic():
        event = importer.lock(event)
        if was_saved_since(event, version):
            raise StaleVersion(event)
        found = _Eraser(event, words, with_sources).run(reason, editor)
        if not found.count:
            transaction.set_rollback(True)
            return found
        search.refresh()  # other events that cite the same sources
        search.forget(words)
        transaction.on_commit(bulk.empty_log)
    return found


class _Eraser:
    """One erasure in one transaction, with the event locked."""

    def __init__(self, event: Event, words: str, with_sources: bool) -> None:
        self.event = event
        self.passage = Passage(words)
        self.found = Found()
        self.history = list(event.revisions.order_by("number"))
        self.documents = [revisions.read(revision) for revision in self.history]
        sources = Source.objects.filter(citations__event=event).distinct()
        self.sources = [source for source in sources if self._stands_in_source(source)]
        self.found.sources = list(self.sources)
        open_now = OpenForm.objects.filter(event=event, seen_at__gt=timezone.now() - _OPEN)
        self.found.open_to = sorted({form.editor.get_username() for form in open_now.select_related("editor")})
        targets = (link.target for link in event.related_links.all())
        self.found.other_events = [target for target in targets if self.passage.stands_in(target.headline)]
        # A source that is not to change would bring the passage back into the event's next document.
        self.with_sources = with_sources or not self.sources

    def run(self, reason: str, editor: User) -> Found:
        erasure = Erasure.objects.create(event=self.event, reason=reason, editor=editor)
        self._find_slugs()
        self._erase_tags()
        self._erase_sources()
        self._erase_event()
        for revision in self.history:
            self._erase_revision(revision, erasure, f"Revision {revision.number}")
        self._erase_in_others(erasure)
        self._erase_in_hand()
        self._erase_log()
        self.found.places = +self.found.places  # without those where it does not stand
        if self.found.count:
            self.event.version += 1
            self.event.save()
            importer.record_revision(self.event, editor=editor, comment=COMMENT)
        return self.found

    def _text(self, text: str, place: str) -> str:
        """The text without the passage, which is counted at `place`."""
        self.found.places[place] += self._note(text, place)
        return self.passage.erased(text)

    def _note(self, text: str, place: str) -> int:
        """How often the passage stands in the text; some of the places are kept with the words around them."""
        snippets = self.passage.snippets(text)
        for snippet in snippets[: MOST_SNIPPETS - len(self.found.snippets)]:
            self.found.snippets.setdefault(snippet, place)
        return len(snippets)

    # --- The event ---

    def _find_slugs(self) -> None:
        """Which addresses of the event the passage stands in, and the new one."""
        headlines = {self.event.headline, *(document.headline for document in self.documents)}
        self.headlines = {headline for headline in headlines if self.passage.stands_in(headline)}
        old = {slug.rpartition("/")[2] for document in self.documents for slug in document.old_slugs}
        slugs = {self.event.slug, *old, *(document.slug for document in self.documents)}
        slugs |= set(self.event.redirects.values_list("slug", flat=True))
        stale = {slug for slug in slugs if slug and self.passage.makes(slug, self.headlines)}
        self.slugs = slugs
        new = self.event.slug
        if new in stale:
            headline = self.passage.erased(self.event.headline)
            new = importer.slug_for(self.event, self.event.date, "", headline)
        self.passage.stale = dict.fromkeys(stale, new)
        self.found.places["Addresses"] += len(stale)
        self.event.redirects.filter(slug__in=stale).delete()

    def _erase_event(self) -> None:
        event = self.event
        for name in _TEXTS:
            setattr(event, name, self._text(getattr(event, name), name.replace("_", " ").capitalize()))
        event.corrections = [row | {"text": self._text(row["text"], "Corrections")} for row in event.corrections]
        event.slug = self.passage.erased_slug(event.slug)
        for citation in event.citations.all():
            citation.label = self._text(citation.label, "Labels of citations")
            citation.save(update_fields=["label"])
        for link in event.related_links.all():
            self._erase_link(link)

    def _erase_link(self, link: RelatedLink) -> None:
        link.note = self._text(link.note, "Notes of related events")
        link.context = [self._text(name, "Context of related events") for name in link.context]
        link.save(update_fields=["note", "context"])

    def _erase_tags(self) -> None:
        """Take the event's tags away whose names hold the passage, and those that no other event bears altogether."""
        rows = [row for row in self.event.event_tags.select_related("tag") if self._names_it(row.tag, row.spelling)]
        named = {name for document in self.documents for name in document.tags if self.passage.stands_in(name)}
        once = Tag.objects.by_any_name(self.event.language, named).values()
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

    # --- The past ---

    def _erase_revision(self, revision: Revision, erasure: Erasure, place: str) -> None:
        document = self.passage.erased_record(revision.document, with_sources=self.with_sources)
        comment = self._text(revision.comment, f"{place}, comment")
        contributor = revision.contributor
        if not revision.editor_id:
            contributor = self._text(contributor, f"{place}, contributor")
        self._write_revision(revision, erasure, document, comment, contributor, place)

    def _write_revision(
        self, revision: Revision, erasure: Erasure, document: str, comment: str, contributor: str, place: str
    ) -> None:
        """Keep what is left of the revision, if it lost something."""
        if (document, comment, contributor) == (revision.document, revision.comment, revision.contributor):
            return
        if document != revision.document:
            gaps = document.count(ERASED) - revision.document.count(ERASED)
            self.found.places[place] += max(gaps, 1)  # an address leaves no gap
            for text in set(_strings(json.loads(revision.document))) - set(_strings(json.loads(document))):
                self._note(text, place)
        Revision.objects.filter(pk=revision.pk).update(
            document=document, comment=comment[:500], contributor=contributor[:255], erasure=erasure
        )

    # --- What others say of it ---

    def _erase_in_others(self, erasure: Erasure) -> None:
        """Other events lead to it by its headline and address, and name it where they were joined with it."""
        for link in RelatedLink.objects.filter(target=self.event):
            self._erase_link(link)
        quotes = {self._quoted(headline): self._quoted(self.passage.erased(headline)) for headline in self.headlines}
        addresses = {
            f"/news/{day_path(date)}/{slug}/": f"/news/{day_path(self.event.date)}/{self.event.slug}/"
            for slug in self.passage.stale
            for date in {self.event.date, *(document.date for document in self.documents)}
        }
        said = quotes | addresses
        others = Revision.objects.exclude(event=self.event)
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
        for event in _any(Event.objects.exclude(pk=self.event.pk), [Q(withdrawn_reason__contains=one) for one in said]):
            reason = _replaced(event.withdrawn_reason, said)
            Event.objects.filter(pk=event.pk).update(withdrawn_reason=reason)

    def _erased_target(self, link: dict[str, object]) -> dict[str, object]:
        dates = {self.event.date.isoformat(), *(document.date.isoformat() for document in self.documents)}
        is_here = link["slug"] in self.slugs and link["date"] in dates
        erased: dict[str, object] = self.passage.erased_value(link) if is_here else link
        return erased

    def _quoted(self, headline: str) -> str:
        """A headline as comments name it (services.look_alikes)."""
        return f"“{Truncator(headline).chars(100)}”"

    # --- What editors have in hand ---

    def _erase_in_hand(self) -> None:
        for form in OpenForm.objects.filter(event=self.event).exclude(data=""):
            data = self._form(form.data)
            if data != form.data:
                OpenForm.objects.filter(pk=form.pk).update(data=data)
        for proposal in Proposal.objects.filter(event=self.event).exclude(reply=""):
            reply = self._text(proposal.reply, "Replies to proposals")[:500]
            Proposal.objects.filter(pk=proposal.pk).update(reply=reply)
        for change in BulkChange.objects.iterator():
            if any(self.event.pk in row[:1] for row in change.changes):
                description = self._text(change.description, "Bulk changes")[:500]
                BulkChange.objects.filter(pk=change.pk).update(description=description)

    def _form(self, data: str) -> str:
        """What is typed in an open form, as browsers post it, without the passage."""
        pairs = parse_qsl(data, keep_blank_values=True)
        erased = [(name, self._typed(value)) for name, value in pairs]
        return urlencode(erased) if erased != pairs else data

    def _typed(self, text: str) -> str:
        """A slug with the passage goes as a whole: left empty, one is made from the headline."""
        text = self._text(text, "Open forms")
        return "" if text == slugify(text) and self.passage.makes(text, ()) else text

    # --- Django's log of the admin ---

    def _erase_log(self) -> None:
        self._log_of(Event, [self.event.pk])

    def _log_of(self, model: type[Event | Tag | Source], pks: Iterable[int]) -> None:
        """The admin notes objects by their names."""
        rows = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(model), object_id__in=[str(pk) for pk in pks]
        )
        for row in rows:
            name, message = self._text(row.object_repr, "Log"), self._text(row.change_message, "Log")
            LogEntry.objects.filter(pk=row.pk).update(object_repr=name[:200], change_message=message)


def _any(rows: "QuerySet[Any]", conditions: list[Q]) -> "Iterator[Any]":
    for start in range(0, len(conditions), 50):
        wanted = conditions[start]
        for condition in conditions[start + 1 : start + 50]:
            wanted |= condition
        yield from rows.filter(wanted)


def _strings(value: object) -> Iterator[str]:
    """All texts in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _replaced(text: str, said: dict[str, str]) -> str:
    for former, now in said.items():
        text = text.replace(former, now)
    return text


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
