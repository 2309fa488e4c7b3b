"""The events of the days that some documents touch, in memory: what they say, and what they are to say."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import partial
from typing import cast

from django.db.models import F
from msgspec.structs import replace

from events import exporter, revisions
from events.choices import LinkKind, Status
from events.documents.headlines import is_same_event, look_alikes
from events.documents.merging import has_other_summary, merge, merge_edited
from events.documents.records import EventDocument, RelatedDocument, StateDocument
from events.documents.resolving import resolve
from events.documents.slugs import free_slug
from events.importer.drafts import Address, Clues, Day, Draft, State, Telling, addresses, cited, linked_to, stub_of
from events.importer.tags import TagNames
from events.models import Event, Redirect, Revision
from sources.importer import Outcome, SourceShelf


class Desk:
    """Takes documents one after the other; what they change is left in `changed`, for `rows.write`.

    `load` must have been called for the days of every document and link. With `is_locking` the events of those days
    are kept from other writers, and stubs learn from links to them; without it only the caller's own event may change,
    which it has locked itself: two editors who lock one another's days in different order would block each other.
    """

    def __init__(self, names: TagNames, shelf: SourceShelf, *, is_locking: bool = True) -> None:
        self.names = names
        self._is_locking = is_locking
        self.shelf = shelf
        self.changed: dict[int, Draft] = {}
        self.look_alikes: list[tuple[Draft, Draft, int]] = []
        self.notes: list[str] = []
        self.stubs = 0
        self._days: dict[Day, list[Draft]] = {}
        self._moved: dict[Day, list[Draft]] = defaultdict(list)
        self._addresses: dict[Address, Draft] = {}
        self._rows: dict[int, Draft] = {}

    # --- What is there ---

    def load(self, days: Collection[Day]) -> None:
        """Lay out the events of these days, and those that had an address there."""
        for language in {language for language, _ in days}:
            dates = sorted({date for of, date in days if of == language and (of, date) not in self._days})
            self._days |= {(language, date): [] for date in dates}
            for start in range(0, len(dates), 500):
                self._load(language, dates[start : start + 500])

    def _load(self, language: str, dates: list[dt.date]) -> None:
        redirects = Redirect.objects.filter(language=language, date__in=dates)
        moved = Event.objects.filter(pk__in=redirects.values("event"))
        events = Event.objects.in_language(language).filter(date__in=dates) | moved
        if self._is_locking:
            events = events.select_for_update(of=("self",))
        drafts = [self.put(event) for event in events.with_everything().order_by("id")]
        if self._is_locking:
            self._load_history({draft.pk: draft for draft in drafts})
        known = [document for draft in drafts for document in (draft.document, draft.told) if document]
        self.names.ask(language, {name for document in known for name in document.tags})

    def _load_history(self, drafts: dict[int, Draft]) -> None:
        """What the next import is to be compared with: the archives' last word, and the moments of pages."""
        written = Revision.objects.filter(event__in=drafts).order_by()
        edited = set(written.saved().filter(editor__isnull=False).values_list("event", flat=True))
        for revision in written.filter(event__in=edited, is_imported=True).order_by("number"):
            drafts[cast("int", revision.event_id)].told = revisions.read(revision)
        for pk in edited:
            drafts[pk].is_edited = True
        # Asked for those without an editor, SQLite would read the index of editors, in which nearly all are alike.
        moments = written.exclude(as_of=F("recorded_at"))
        for pk, moment, editor in moments.values_list("event", "as_of", "editor"):
            if editor is None:
                drafts[pk].moments.add(moment)

    def put(self, event: Event) -> Draft:
        """The draft of an event of `with_everything()`."""
        if known := self._rows.get(event.pk):
            return known
        document = exporter.event_document(event)
        draft = Draft(document, event, event.pk, event.version, event.last_link)
        self._rows[event.pk] = draft
        self._days.setdefault(draft.day, []).append(draft)
        self._note_addresses(draft)
        return draft

    def _note_addresses(self, draft: Draft) -> None:
        self._addresses[draft.address] = draft
        for language, date, slug in addresses(draft.document):
            self._addresses.setdefault((language, date, slug), draft)
            if date != draft.document.date and draft not in self._moved[language, date]:
                self._moved[language, date].append(draft)

    def find(self, document: EventDocument) -> Draft | None:
        """The event that the document tells: by its address, else by what it says on its day; now or once."""
        if document.slug and (draft := self._addresses.get((document.language, document.date, document.slug))):
            return draft
        clues = Clues.of(document)
        day = document.language, document.date
        for draft in (*self._days[day], *self._moved[day]):
            if self._clues(draft).may_be(clues) and is_same_event(draft.document, document):
                return draft
        return None

    def _clues(self, draft: Draft) -> Clues:
        if draft.clues is None or draft.clues.document is not draft.document:
            draft.clues = Clues.of(draft.document)
        return draft.clues

    # --- What comes in ---

    def take(self, telling: Telling, taken: Collection[Draft] = ()) -> tuple[Outcome, Draft]:
        """Merge what a resolved document tells into its event, or lay it out as a new one.

        Events of `taken`, of which the same document told before, only learn their past from this telling.
        """
        draft = next((draft for state in telling.states[::-1] if (draft := self.find(state.document))), None)
        if draft is None:
            return Outcome.CREATED, self._take_new(telling)
        *earlier, last = telling.states
        if telling.is_page:
            earlier = [state for state in earlier if state.as_of not in draft.moments]
            is_older = last.as_of and any(moment >= last.as_of for moment in draft.moments)
            if draft in taken or is_older:
                is_known = last.as_of in draft.moments or _says(last.document) == _says(draft.document)
                return self._take_past(draft, earlier if is_known else [*earlier, last]), draft
        before = len(draft.states)
        is_changed = self._take_known(draft, last, telling)
        if not telling.is_page and not is_changed:
            return Outcome.UNCHANGED, draft
        if earlier:
            draft.states[before:before] = self._past(draft, earlier)
            if not is_changed:
                self._say_again(draft)
        return (Outcome.UPDATED if is_changed or earlier else Outcome.UNCHANGED), draft

    def _take_new(self, telling: Telling) -> Draft:
        *earlier, last = telling.states
        draft = self._add(last.document)
        self._note_look_alikes(draft)
        draft.states += self._past(draft, earlier)
        document = draft.document
        if last.document.related:
            document = replace(document, related=self._links(draft, last.document.related))
        self._say(draft, last if document is last.document else replace(last, document=document), is_imported=True)
        return draft

    def _take_past(self, draft: Draft, earlier: list[StateDocument]) -> Outcome:
        """Let the event keep as history what it once said, and go on saying what it says."""
        if not earlier:
            return Outcome.UNCHANGED
        self._refresh(draft)
        draft.states += self._past(draft, earlier)
        self._say_again(draft)
        return Outcome.UPDATED

    def _past(self, draft: Draft, earlier: Iterable[StateDocument]) -> list[State]:
        """The states as they are recorded: under the event's own slug if they came without one."""
        found = []
        for state in earlier:
            document = replace(state.document, slug=state.document.slug or draft.document.slug)
            found.append(State(replace(state, document=document)))
            if state.as_of:
                draft.moments.add(state.as_of)
        return found

    def _say_again(self, draft: Draft) -> None:
        """Record the event's present state once more, so that its newest revision is what it says."""
        as_of = max(draft.moments, default=None) if not draft.is_edited else None
        state = StateDocument(document=draft.document, as_of=as_of, comment="As it was, after an import of its past")
        self._say(draft, state, is_imported=not draft.is_edited, even_if_same=True)

    def _take_known(self, draft: Draft, state: StateDocument, telling: Telling) -> bool:
        """Whether the event says, or archives say of it, something new with the state."""
        document = replace(state.document, related=self._links(draft, state.document.related))
        self._refresh(draft)
        if draft.told:
            links = tuple(self._link_now(draft, link) for link in draft.told.related)
            draft.told = replace(draft.told, related=links)
        told = draft.told if draft.is_edited else draft.document
        if told is None:  # an editor made the event
            told, former = replace(document, slug=document.slug or draft.document.slug), None
        else:
            former = told
            if telling.is_page and told.status is Status.WITHDRAWN:
                told = replace(told, status=document.status, withdrawn_reason=document.withdrawn_reason)
            is_at_address = self._addresses.get((document.language, document.date, document.slug)) is draft
            if telling.is_page and not document.slug:
                document = replace(document, slug=told.slug)
            renews = bool(draft.moments) if telling.is_page else telling.renews and is_at_address
            told = merge(told, document, renews=renews)
        if told == former:
            return self._keep_other_summary(draft, told, state)
        if former and has_other_summary(former, document):
            self.notes.append(f"“{told.headline[:60]}” is described in another way than before; both are kept")
        if not draft.is_edited:
            return self._say(draft, replace(state, document=told), is_imported=True)
        self._merge_edited(draft, former, replace(state, document=told))
        return True

    def _merge_edited(self, draft: Draft, former: EventDocument | None, state: StateDocument) -> None:
        """Record what archives tell by now, then what the event says with it, its editor's words first."""
        key = partial(self.names.key, state.document.language)
        merged, conflicts = merge_edited(former, state.document, draft.document, key)
        told = self._past(draft, [state])[0].said
        draft.told = told.document
        draft.states.append(State(told, is_imported=True, conflicts=conflicts))
        comment = "Merged what archives tell into what editors wrote"
        self._say(draft, StateDocument(document=merged, comment=comment), even_if_same=True)
        for name in conflicts:
            self.notes.append(f"“{told.document.headline[:60]}”: its {name} was edited and differs; the editor's stays")

    def _keep_other_summary(self, draft: Draft, told: EventDocument, state: StateDocument) -> bool:
        """Whether the event is described in another way, which is kept as a revision because the first one stands."""
        if not has_other_summary(told, state.document):
            return False
        other = replace(told, summary=state.document.summary)
        if draft.row and draft.row.revisions.filter(text_hash=revisions.text_hash(other)).exists():
            return False
        if any(known.said.document.summary == other.summary for known in draft.states):
            return False
        self.notes.append(f"“{told.headline[:60]}” is described in another way than before; both are kept")
        comment = "Another description, which did not replace the first"
        draft.states += self._past(draft, [replace(state, document=other, comment=comment)])
        self._say_again(draft)
        return True

    def _note_look_alikes(self, draft: Draft) -> None:
        clues = self._clues(draft)
        others = [other for other in self._days[draft.day] if other is not draft]
        known = [self._clues(other) for other in others]
        citing_the_same = {place for place, one in enumerate(known) if not one.addresses.isdisjoint(clues.addresses)}
        found = look_alikes(clues.headline, [one.headline for one in known], citing_the_same)
        self.look_alikes += ((others[place], draft, alike) for place, alike in found.items())

    def _refresh(self, draft: Draft) -> None:
        """Let the event say what its rows would give back by now: events it leads to and sources may have changed."""
        document = draft.document
        draft.document = replace(
            document,
            citations=tuple(cited(citation, self.shelf.find) for citation in document.citations),
            related=tuple(self._link_now(draft, link) for link in document.related),
        )

    def _link_now(self, draft: Draft, link: RelatedDocument) -> RelatedDocument:
        address = draft.document.language, link.date, link.slug
        target = draft.targets.get((link.date, link.slug)) or self._addresses.get(address)
        return linked_to(draft, target, link) if target else link

    def rewrite(self, draft: Draft, document: EventDocument, comment: str) -> None:
        """Let an event say what the document says, whatever it said before."""
        document = replace(document, related=self._links(draft, document.related))
        self._say(draft, StateDocument(document=document, comment=comment), even_if_same=True)

    def _add(self, document: EventDocument) -> Draft:
        """Lay out a new event; its links are still to be made."""
        slug = self._free_slug(document, None)
        if slug != document.slug or document.related:
            document = replace(document, slug=slug, related=())
        draft = Draft(document)
        self._days[draft.day].append(draft)
        self._addresses[draft.address] = draft
        self.changed[id(draft)] = draft  # here already, so that rows are numbered in the order of the desk
        return draft

    def _say(
        self, draft: Draft, state: StateDocument, *, is_imported: bool = False, even_if_same: bool = False
    ) -> bool:
        """Whether the event says something new with `state`, which then becomes its next one."""
        document = self._as_stored(state.document, draft)
        is_first = draft.is_new and not any(known.is_imported for known in draft.states)
        if document == draft.document and not is_first and not even_if_same:
            return False
        if draft.address != (document.language, document.date, document.slug):
            self._days[draft.day].remove(draft)
            self._days.setdefault((document.language, document.date), []).append(draft)
        draft.document = document
        draft.states.append(
            State(state if document is state.document else replace(state, document=document), is_imported)
        )
        if state.as_of:
            draft.moments.add(state.as_of)
        self.names.add(document.language, document.tags)
        self._note_addresses(draft)
        self.changed[id(draft)] = draft
        return True

    def _as_stored(self, document: EventDocument, draft: Draft) -> EventDocument:
        """The document as the rows will give it back: one spelling a tag, a free slug, the old ones in order."""
        tags, topics = self.names.once_each(document.language, document.tags, document.topics)
        slug = self._free_slug(document, draft)
        old_slugs = self._old_slugs(document, slug, draft)
        if (tags, topics, slug, old_slugs) == (document.tags, document.topics, document.slug, document.old_slugs):
            return document
        return replace(document, tags=tags, topics=topics, slug=slug, old_slugs=old_slugs)

    def _old_slugs(self, document: EventDocument, slug: str, draft: Draft) -> tuple[str, ...]:
        """The addresses that lead to the event from elsewhere, in the order of the rows; never another event's.

        One that readers may have kept is never given up, whatever the document says.
        """
        now = (document.language, document.date, slug)
        once = {draft.address, *addresses(draft.document), *addresses(document)} - {now}
        if not once:
            return ()
        free = sorted(address for address in once if self._is_free(address, draft))
        return tuple(slug if date == document.date else f"{date}/{slug}" for _, date, slug in free)

    def _is_free(self, address: Address, draft: Draft | None) -> bool:
        return self._addresses.get(address) in (None, draft)

    def _free_slug(self, document: EventDocument, draft: Draft | None) -> str:
        def is_free(slug: str) -> bool:
            return self._is_free((document.language, document.date, slug), draft)

        return free_slug(document.slug, document.headline, document.language, is_free)

    # --- Links ---

    def _links(self, draft: Draft, links: Iterable[RelatedDocument]) -> tuple[RelatedDocument, ...]:
        """The links by the address and headline of the events that they lead to, each once and none to itself."""
        found: dict[int, tuple[Draft, RelatedDocument]] = {}
        for link in links:
            target = self._target(draft.document, link)
            if target is not draft:
                found.setdefault(id(target), (target, link))
        # Only now, because a link may have moved the stub that an earlier one leads to.
        return tuple(linked_to(draft, target, link) for target, link in found.values())

    def _target(self, source: EventDocument, link: RelatedDocument) -> Draft:
        """The event that a link leads to, made as a stub if the wiki does not have it: public if `source` is.

        Only a stub learns its tags from links to it; any other event's own documents say what it is about.
        """
        stub = resolve(stub_of(source, link), self.names.known_in(source.language))
        draft = self.find(stub)
        if draft is None:
            self.stubs += 1
            draft = self._add(stub)
            said = StateDocument(document=draft.document, comment="Known from a link to it")
            self._say(draft, said, is_imported=True)
        elif self._is_locking and draft.document.is_stub and not draft.is_edited and link.kind == LinkKind.IMPORTED:
            known = merge(draft.document, stub)
            if stub.status.is_public and known.status == Status.DRAFT:
                known = replace(known, status=stub.status)
            self._say(draft, StateDocument(document=known, comment="Known from another link to it"), is_imported=True)
        return draft


def _says(document: EventDocument) -> tuple[object, ...]:
    """What a page can say of an event: for telling whether two exports hold the same state."""
    citations = tuple((citation.label, citation.url) for citation in document.citations)
    return document.status, document.headline, document.category, document.topics, document.tags, citations
