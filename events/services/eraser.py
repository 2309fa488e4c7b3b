"""A passage taken out of one event or editorial, its past, and what editors have in hand of it."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from events import importer, revisions
from events.documents.erasing import ERASED, Passage, Snippet
from events.documents.records import EditorialDocument, SubjectDocument
from events.documents.slugs import slugify
from events.models import Editorial, Erasure, Event, OpenForm, Revision, Subject, Tag
from sources.models import Source

COMMENT = "Erased a passage for legal reasons"
MOST_SNIPPETS = 50
_OPEN = dt.timedelta(minutes=2)  # since the last sign of life of a window
_TEXTS: dict[type[Subject], tuple[str, ...]] = {
    Event: ("headline", "summary", "image_url", "image_caption", "image_credit", "withdrawn_reason"),
    Editorial: ("title", "author", "standfirst", "body", "withdrawn_reason"),
}


@dataclass
class Found:
    """Where the passage stands: how often in which place, and some of the places with the words around them.

    `shared_tags` hold it in their names and stand at other events too, `other_events` are related ones that hold it in
    their headlines, `editorials` hold it now or did once, `sources` are cited ones that hold it. None of them changes
    by itself. `open_to` have it open in a window, from which the passage could come back.
    """

    places: Counter[str] = field(default_factory=Counter)
    snippets: dict[Snippet, str] = field(default_factory=dict)
    shared_tags: list[Tag] = field(default_factory=list)
    other_events: list[Event] = field(default_factory=list)
    editorials: list[Editorial] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    open_to: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.places.total()

    @property
    def listed(self) -> list[tuple[str, int]]:
        """The places for a template, which would ask the counter how often “items” was counted."""
        return list(self.places.items())


def headline_of(document: SubjectDocument) -> str:
    """That of which an address is made."""
    return document.title if isinstance(document, EditorialDocument) else document.headline


class Eraser:
    """One erasure in one transaction, with the event or editorial locked."""

    def __init__(self, subject: Subject, words: str, *, with_sources: bool = True) -> None:
        self.subject = subject
        self.passage = Passage(words)
        self.with_sources = with_sources
        self.found = Found()
        self.history = list(subject.revisions.order_by("number"))
        self.documents = [revisions.read_any(revision) for revision in self.history]
        open_now = subject.open_forms.filter(seen_at__gt=timezone.now() - _OPEN)
        self.found.open_to = sorted({form.editor.get_username() for form in open_now.select_related("editor")})

    def run(self, reason: str, editor: User) -> Found:
        erasure = self._begin(reason, editor)
        self._find_slugs()
        self._erase_around(erasure)
        self._erase_fields()
        for revision in self.history:
            self._erase_revision(revision, erasure, f"Revision {revision.number}")
        self._erase_in_others(erasure)
        self._erase_in_hand()
        self._log_of(type(self.subject), [self.subject.pk])
        self.found.places = +self.found.places  # without those where it does not stand
        if self.found.count:
            self.subject.version += 1
            self.subject.save()
            importer.record_revision(self.subject, editor=editor, comment=COMMENT)
        return self.found

    def _begin(self, reason: str, editor: User) -> Erasure:
        return Erasure.objects.create(
            **{str(self.subject._meta.model_name): self.subject}, reason=reason, editor=editor
        )

    def _erase_around(self, erasure: Erasure) -> None:
        """What belongs to it and has rows of its own."""

    def _erase_in_others(self, erasure: Erasure) -> None:
        """What others say of it."""

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

    # --- The rows ---

    def _find_slugs(self) -> None:
        """In which addresses the passage stands in, and the new one."""
        headline = str(self.subject)
        headlines = {headline, *map(headline_of, self.documents)}
        self.headlines = {headline for headline in headlines if self.passage.stands_in(headline)}
        old = {slug.rpartition("/")[2] for document in self.documents for slug in document.old_slugs}
        slugs = {self.subject.slug, *old, *(document.slug for document in self.documents)}
        slugs |= set(self.subject.redirects.values_list("slug", flat=True))
        stale = {slug for slug in slugs if slug and self.passage.makes(slug, self.headlines)}
        self.slugs = slugs
        new = self.subject.slug
        if new in stale:
            new = importer.slug_for(self.subject, self.subject.date, "", self.passage.erased(headline))
        self.passage.stale = dict.fromkeys(stale, new)
        self.found.places["Addresses"] += len(stale)
        self.subject.redirects.filter(slug__in=stale).delete()

    def _erase_fields(self) -> None:
        subject = self.subject
        for name in _TEXTS[type(subject)]:
            setattr(subject, name, self._text(getattr(subject, name), name.replace("_", " ").capitalize()))
        subject.corrections = [row | {"text": self._text(row["text"], "Corrections")} for row in subject.corrections]
        subject.slug = self.passage.erased_slug(subject.slug)

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
            for text in set(strings(json.loads(revision.document))) - set(strings(json.loads(document))):
                self._note(text, place)
        Revision.objects.filter(pk=revision.pk).update(
            document=document, comment=comment[:500], contributor=contributor[:255], erasure=erasure
        )

    # --- What editors have in hand ---

    def _erase_in_hand(self) -> None:
        for form in self.subject.open_forms.exclude(data=""):
            data = self._form(form.data)
            if data != form.data:
                OpenForm.objects.filter(pk=form.pk).update(data=data)

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

    def _log_of(self, model: type[Subject | Tag | Source], pks: Iterable[int]) -> None:
        """The admin notes objects by their names."""
        rows = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(model), object_id__in=[str(pk) for pk in pks]
        )
        for row in rows:
            name, message = self._text(row.object_repr, "Log"), self._text(row.change_message, "Log")
            LogEntry.objects.filter(pk=row.pk).update(object_repr=name[:200], change_message=message)


def strings(value: object) -> Iterator[str]:
    """All texts in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
