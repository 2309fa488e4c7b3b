"""Two changes of one event, made side by side from the same state → one document, and where the two overlap."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from events.documents.records import (
    CitationDocument,
    EditorialDocument,
    EventDocument,
    RelatedDocument,
    SubjectDocument,
)
from sources.documents.folding import digest, fold
from sources.documents.urls import normalise_url

T = TypeVar("T")
Key = tuple[object, ...]
ORDER: Key = ("order",)  # stands for the order of a list as a whole
# What is decided as one: a reason belongs to its state.
STATE = ("status", "publish_at", "withdrawn_reason")
_UNITS = (("date",), ("slug",), ("headline",), ("category",), ("summary",), ("image",), STATE, ("is_stub",))
_UNITS_OF_EDITORIALS = (("date",), ("slug",), ("title",), ("author",), ("standfirst",), ("body",), STATE)


class Overlap(NamedTuple):
    """What both sides changed, each in its own way: a field, a row of a list by its `key`, or the order of a list.

    The values are those of the field, or of the row (None where there is none); of the state a tuple of the fields of
    `STATE`, of an order the keys of the rows.
    """

    field: str
    key: Key
    base: Any
    theirs: Any
    mine: Any

    @property
    def id(self) -> str:
        """By which a choice between the two names it."""
        return digest(self.field, repr(self.key))[:16]


def merge_three(
    base: EventDocument,
    theirs: EventDocument,
    mine: EventDocument,
    key: Callable[[str], str] = fold,
    *,
    decided: Collection[str] = (),
) -> tuple[EventDocument, tuple[Overlap, ...]]:
    """`theirs` with what `mine` changed since `base`, and what both changed differently, in which `mine` stands.

    Decided field by field, and row by row of citations and links: a row is the same if it cites the same source, or
    under the same label no source; or leads to the same event. Of tags, topics and corrections both sides' additions
    and removals hold, so they never overlap. `key` tells by which key a name is known. In fields and rows whose
    overlap's id is among `decided`, `theirs` stands, also where only `mine` changed.
    """
    values, overlaps = _merge_units(_UNITS, base, theirs, mine, decided)
    citations = _Rows("citations", citation_key, _same_citation, decided)
    links = _Rows("related", related_key, _same_link, decided)
    values["citations"] = citations.merge(base.citations, theirs.citations, mine.citations)
    values["related"] = links.merge(base.related, theirs.related, mine.related)
    for name in ("topics", "tags"):
        sides = (getattr(document, name) for document in (base, theirs, mine))
        values[name] = _Rows[str](name, lambda text: (key(text),), _same, ()).merge(*sides)
    values["tags"] = _once((*values["tags"], *values["topics"]), key)
    values |= _both(theirs, mine)
    values["is_unsourced"] = not values["citations"] and (
        (mine.is_unsourced if theirs.is_unsourced == base.is_unsourced else theirs.is_unsourced)
        or bool(theirs.citations and mine.citations)  # each side took away what the other had left
    )
    return replace(theirs, **values), (*overlaps, *citations.overlaps, *links.overlaps)


def merge_editorials(
    base: EditorialDocument,
    theirs: EditorialDocument,
    mine: EditorialDocument,
    *,
    decided: Collection[str] = (),
) -> tuple[EditorialDocument, tuple[Overlap, ...]]:
    """The same of two changes of one editorial."""
    values, overlaps = _merge_units(_UNITS_OF_EDITORIALS, base, theirs, mine, decided)
    return replace(theirs, **values, **_both(theirs, mine)), tuple(overlaps)


def merge_documents(
    base: SubjectDocument, theirs: SubjectDocument, mine: SubjectDocument, *, decided: Collection[str] = ()
) -> tuple[SubjectDocument, tuple[Overlap, ...]]:
    """`merge_three` or `merge_editorials`; the three are states of one event or editorial."""
    if isinstance(base, EventDocument) and isinstance(theirs, EventDocument) and isinstance(mine, EventDocument):
        return merge_three(base, theirs, mine, decided=decided)
    assert isinstance(base, EditorialDocument)  # noqa: S101  # so are all three
    assert isinstance(theirs, EditorialDocument)  # noqa: S101
    assert isinstance(mine, EditorialDocument)  # noqa: S101
    return merge_editorials(base, theirs, mine, decided=decided)


def _merge_units(
    units: Iterable[tuple[str, ...]],
    base: SubjectDocument,
    theirs: SubjectDocument,
    mine: SubjectDocument,
    decided: Collection[str],
) -> tuple[dict[str, Any], list[Overlap]]:
    """The fields of what is decided as one, and in which of them both sides differ."""
    values: dict[str, Any] = {}
    overlaps: list[Overlap] = []
    for names in units:
        found = _unit(names, base, theirs, mine)
        was, their, my = found
        if _same(my, was) or Overlap(names[0], (), *found).id in decided:
            my = their
        elif not _same(their, was) and not _same(their, my):
            overlaps.append(Overlap(names[0], (), *found))
        values |= dict(zip(names, my if len(names) > 1 else (my,), strict=True))
    return values, overlaps


def _both(theirs: SubjectDocument, mine: SubjectDocument) -> dict[str, Any]:
    """The fields in which what both sides say holds."""
    return {
        name: tuple(dict.fromkeys((*getattr(theirs, name), *getattr(mine, name))))
        for name in ("corrections", "old_slugs")
    }


def citation_key(citation: CitationDocument) -> Key:
    """By which a citation is the same in two states of an event, whatever its label."""
    if citation.url:
        return ("url", normalise_url(citation.url))
    if citation.title:
        return ("title", fold(citation.title), fold(citation.publisher))
    return ("label", fold(citation.label))


def related_key(link: RelatedDocument) -> Key:
    """By which a link is the same in two states of an event."""
    return (link.date.isoformat(), link.slug)


def _unit(names: tuple[str, ...], *documents: SubjectDocument) -> list[Any]:
    found = [tuple(getattr(document, name) for name in names) for document in documents]
    return found if len(names) > 1 else [value for (value,) in found]


def _same(one: Any, other: Any) -> bool:
    """Whether both are equal; texts but for the ends of lines, which browsers write in their own way."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _same_citation(one: CitationDocument, other: CitationDocument) -> bool:
    """Of one source; what is said of the source itself is no matter of the event."""
    return one.label == other.label


def _same_link(one: RelatedDocument, other: RelatedDocument) -> bool:
    return (one.kind, one.context, _plain(one.note)) == (other.kind, other.context, _plain(other.note))


def _once(names: Iterable[str], key: Callable[[str], str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(key(name), name)
    return tuple(found.values())


class _Rows(Generic[T]):
    """Merges one list, and keeps in `overlaps` what both sides changed in it."""

    def __init__(
        self, field: str, key: Callable[[T], Key], same: Callable[[T, T], bool], decided: Collection[str]
    ) -> None:
        self._field, self._key, self._is_same, self._decided = field, key, same, decided
        self.overlaps: list[Overlap] = []

    def merge(self, base: Sequence[T], theirs: Sequence[T], mine: Sequence[T]) -> tuple[T, ...]:
        was, their, my = (self._by_key(rows) for rows in (base, theirs, mine))
        kept = {}
        for key in dict.fromkeys((*their, *my)):
            row = self._row(key, was.get(key), their.get(key), my.get(key))
            if row is not None:
                kept[key] = row
        return tuple(kept[key] for key in self._ordered(kept, list(was), list(their), list(my)))

    def _by_key(self, rows: Iterable[T]) -> dict[Key, T]:
        """The rows by their keys; what stands several times is counted."""
        found: dict[Key, T] = {}
        for row in rows:
            key, times = self._key(row), 1
            while (*self._key(row), times) in found:
                times += 1
            found[*key, times] = row
        return found

    def _row(self, key: Key, was: T | None, their: T | None, my: T | None) -> T | None:
        overlap = Overlap(self._field, key, was, their, my)
        if self._same(my, was) or self._same(my, their) or overlap.id in self._decided:
            return their
        if not self._same(their, was):
            self.overlaps.append(overlap)
        return my

    def _same(self, one: T | None, other: T | None) -> bool:
        return one is other if one is None or other is None else self._is_same(one, other)

    def _ordered(self, kept: Mapping[Key, T], was: list[Key], their: list[Key], my: list[Key]) -> list[Key]:
        """The order of the side that changed it, with what the other one added behind what it had put it behind."""
        shared = kept.keys() & set(was) & set(their) & set(my)
        before, theirs, mine = ([key for key in side if key in shared] for side in (was, their, my))
        overlap = Overlap(self._field, ORDER, tuple(was), tuple(their), tuple(my))
        leads_theirs = mine in (before, theirs) or overlap.id in self._decided
        if not leads_theirs and theirs != before:
            self.overlaps.append(overlap)
        leader, follower = (their, my) if leads_theirs else (my, their)
        order = [key for key in leader if key in kept]
        place = 0
        for key in (key for key in follower if key in kept):
            if key in order:
                place = order.index(key) + 1
                continue
            while place < len(order) and order[place] not in follower:
                place += 1
            order.insert(place, key)
            place += 1
        return order
