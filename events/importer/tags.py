"""Names → tags."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings
from django.db.models import Count

from events.choices import Status
from events.documents.records import EventDocument, TagDocument
from events.documents.resolving import Known
from events.importer.changes import Changes
from events.models import Event, EventTag, Tag, TagAlias, TagChange
from sources import bulk
from sources.documents import DocumentError
from sources.documents.folding import fold
from sources.importer import Outcome, check_name

MAX_KEPT = 100_000  # tags in memory, some 30 MB
Name = tuple[str, str]  # a language and a folded name


def check_language(language: str) -> None:
    """Raise DocumentError for a language in which this wiki has no edition: nobody could read it."""
    if language not in settings.EDITIONS:
        editions = ", ".join(settings.EDITIONS)
        raise DocumentError(f"the language “{language}” is no edition of this wiki ({editions}; see EDITIONS)")


class TagNames:
    """What the wiki calls things: of the names asked for, those that are tags, and by which tag's key.

    `alone` are folded names with commas that stand alone elsewhere in the same run: as good as known. A run keeps one
    of these from batch to batch; `tags` are the rows found so far.
    """

    def __init__(self, alone: Collection[str] = ()) -> None:
        self._alone = alone
        self._renamings: object = None
        self.forget()

    def forget(self) -> None:
        """Start anew: what was noted may not be true any more."""
        self._coming: set[Name] = set()
        self._asked: set[Name] = set()
        self.tags: dict[Name, Tag] = {}
        self._rows: dict[int, Tag] = {}

    def begin(self) -> None:
        """Begin a batch. Forgets everything if editors gave tags other names since the last one."""
        renamings = (
            list(TagAlias.objects.order_by("id").values_list("id", "key", "tag")),
            TagChange.objects.aggregate(Count("id"), Count("undone_at")),
        )
        if renamings != self._renamings or len(self.tags) > MAX_KEPT:
            self.forget()
        self._renamings = renamings
        self._coming = set()

    def ask(self, language: str, names: Iterable[str]) -> None:
        """Look up names that have not been asked for."""
        new = {name for name in names if (language, fold(name)) not in self._asked}
        if not new:
            return
        self._asked |= {(language, fold(name)) for name in new}
        self.note({(language, key): tag for key, tag in Tag.objects.by_any_name(language, new).items()})

    def respell(self, names: Mapping[int, str]) -> None:
        """Tags, by their primary keys, that are shown by other names from now on."""
        for pk in names.keys() & self._rows.keys():
            self._rows[pk].name = names[pk]

    def note(self, tags: Mapping[Name, Tag]) -> None:
        """Rows that were found or made; each tag is one object, by whichever of its names."""
        self.tags |= {name: self._rows.setdefault(tag.pk, tag) for name, tag in tags.items()}

    def add(self, language: str, names: Iterable[str]) -> None:
        """Names that documents of the batch bear, which will be tags when it is written."""
        self._coming |= {(language, fold(name)) for name in names}

    def known_in(self, language: str, before: Iterable[EventDocument] = ()) -> Known:
        """What tells the names that are known in a language; also those that documents `before` bear."""
        told = {fold(name) for document in before if document.language == language for name in document.tags}

        def known(names: Collection[str]) -> Collection[str]:
            self.ask(language, names)
            keys = {fold(name) for name in names}
            return {key for key in keys if key in self._alone or key in told or self._has(language, key)}

        return known

    def once_each(
        self, language: str, tags: Sequence[str], topics: Sequence[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The tags without names of the same tag but the first, and the topics in the spelling of the tags."""
        spellings: dict[str, str] = {}
        for name in tags:
            spellings.setdefault(self.key(language, name), name)
        leading = dict.fromkeys(self.key(language, name) for name in topics)
        return tuple(spellings.values()), tuple(spellings[key] for key in leading)

    def key(self, language: str, name: str) -> str:
        """The key of the tag that the name names, its own if it names none."""
        key = fold(name)
        tag = self.tags.get((language, key))
        return tag.key if tag else key

    def _has(self, language: str, key: str) -> bool:
        return (language, key) in self.tags or (language, key) in self._coming


def ensure_tags(names: dict[str, set[str]], known: TagNames) -> None:
    """Let `known` have a tag for every name of each language: found by name or alias, or newly made."""
    for language, wanted in names.items():
        known.ask(language, wanted)
        # Two spellings of one new tag: the first by code point, whatever the order of the documents.
        names_by_key = {fold(name): name for name in sorted(wanted, reverse=True)}
        missing = {key: name for key, name in names_by_key.items() if (language, key) not in known.tags}
        new = [Tag(language=language, name=name, key=key) for key, name in sorted(missing.items())]
        if new:  # another writer may have made the same by now: then its tags are the ones to use
            found = _insert(new) or Tag.objects.by_any_name(language, missing.values())
            known.note({(language, key): tag for key, tag in found.items()})


def _insert(tags: Sequence[Tag]) -> dict[str, Tag]:
    """The new tags by their keys; nothing if another writer made one of them at the same moment."""
    for tag, pk in zip(tags, bulk.reserve(Tag, len(tags)), strict=True):
        tag.pk = pk
    columns = [field.attname for field in Tag._meta.concrete_fields]
    bulk.insert(Tag, columns, [[getattr(tag, name) for name in columns] for tag in tags], skips_known=True)
    is_written = Tag.objects.filter(pk__gte=tags[0].pk, pk__in=[tag.pk for tag in tags]).count() == len(tags)
    return {tag.key: tag for tag in tags} if is_written else {}


def write_tags(event: Event, names: Sequence[str], topic_names: Sequence[str]) -> None:
    """Make `names` the tags of an event whose rows a form has written, `topic_names` in the leading role."""
    known = TagNames()
    ensure_tags({event.language: {*names, *topic_names}}, known)
    changes = TagChanges(known)
    document = EventDocument(
        date=event.date,
        language=event.language,
        headline=event.headline,
        tags=(*names, *topic_names),
        topics=tuple(topic_names),
        status=Status(event.status),
    )
    changes.plan(event.pk, document, event)
    changes.write()


def date_tags(event: Event) -> None:
    """Let the rows of an event's tags repeat its date and whether it is public, after a form has written these."""
    stale = event.event_tags.exclude(date=event.date, is_public=event.is_public)
    stale.update(date=event.date, is_public=event.is_public)


class TagChanges:
    """The rows of EventTag to make, change and take away. The one place that writes them."""

    def __init__(self, known: TagNames) -> None:
        self._known = known
        fields = ["position", "topic_position", "spelling", "date", "is_public"]
        self._changes = Changes(EventTag, ["event_id", "tag_id"], fields)
        self._respelt: set[int] = set()

    def plan(self, event_id: int, document: EventDocument, event: Event | None) -> None:
        """Give an event the tags of its document, in that order. Without `event` it has no rows yet.

        All names must be known; two of one tag are one, at the first place. The rows repeat the event's date, and
        whether it is public.
        """
        tags, language = self._known.tags, document.language
        leading = dict.fromkeys(tags[language, fold(name)].pk for name in document.topics)
        topics = {pk: position for position, pk in enumerate(leading)}
        named: dict[int, tuple[Tag, str]] = {}
        for name in document.tags:
            tag = tags[language, fold(name)]
            named.setdefault(tag.pk, (tag, name))
        rows = {row.tag_id: row for row in event.event_tags.all()} if event else {}
        for position, (pk, (tag, spelling)) in enumerate(named.items()):
            values = (position, topics.get(pk), spelling, document.date, document.status.is_public)
            row = rows.pop(pk, None)
            if row is None:
                self._changes.add(event_id, pk, *values)
            if row.spelling != spelling if row else event or spelling != tag.name:
                self._respelt.add(pk)
            if row:
                self._changes.change(row, *values)
        self._changes.gone += rows.values()

    def write(self) -> None:
        """A tag lives as long as an event bears it or an editor said something of it."""
        lost = {row.tag_id for row in self._changes.gone}
        self._changes.write()
        if lost:
            Tag.objects.filter(pk__in=lost, event_tags=None, is_name_chosen=False).delete()
            self._known.forget()
        self._known.respell(refresh_names(self._respelt | lost))


def refresh_names(tag_ids: Collection[int]) -> dict[int, str]:
    """Show each tag by the spelling that most events use, of equals the first by code point, unless one was chosen.

    The new names of those that had another one.
    """
    if not tag_ids:
        return {}
    spellings = (
        EventTag.objects.filter(tag__in=tag_ids, tag__is_name_chosen=False)
        .order_by()
        .values("tag", "tag__name", "tag__key", "spelling")
        .annotate(uses=Count("id"))
    )
    best: dict[int, tuple[int, str]] = {}
    names: dict[int, str] = {}
    for row in spellings:
        if fold(row["spelling"]) == row["tag__key"]:
            candidate = (-row["uses"], row["spelling"])
            best[row["tag"]] = min(best.get(row["tag"], candidate), candidate)
            names[row["tag"]] = row["tag__name"]
    changed = {tag_id: spelling for tag_id, (_, spelling) in best.items() if names[tag_id] != spelling}
    for tag_id, spelling in changed.items():
        Tag.objects.filter(pk=tag_id).update(name=spelling)
    return changed


def save_tag(document: TagDocument) -> tuple[Tag, Outcome]:
    """Merge what editors of a wiki say of a tag: the spelling they chose, and what was missing of the rest."""
    language = document.language or settings.EDITIONS[0]
    names = (document.name, *document.aliases)
    check_language(language)
    for name in names:
        check_name(name)
    known = Tag.objects.by_any_name(language, names)
    tag = known.get(fold(document.name))
    outcome = Outcome.UNCHANGED if tag else Outcome.CREATED
    tag = tag or Tag(language=language)
    before = (tag.name, tag.is_name_chosen, tag.description, tag.wikidata)
    if not tag.is_name_chosen and tag.key in ("", fold(document.name)):
        tag.name, tag.is_name_chosen = document.name, True
    tag.description = tag.description or document.description
    tag.wikidata = tag.wikidata or document.wikidata
    if before != (tag.name, tag.is_name_chosen, tag.description, tag.wikidata):
        tag.save()
        outcome = outcome if outcome is Outcome.CREATED else Outcome.UPDATED
    for alias in document.aliases:
        if fold(alias) not in known:
            TagAlias.objects.create(tag=tag, name=alias)
            outcome = outcome if outcome is Outcome.CREATED else Outcome.UPDATED
    return tag, outcome
