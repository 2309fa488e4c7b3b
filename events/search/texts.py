"""What is indexed of events: read from their rows as they are now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from events.choices import Status
from events.search.schema import edition_numbers, fetch
from events.search.words import SEPARATOR, fold_words

# A key is a number that says the edition, whether readers may see the event, its date and its id, in this order: so
# what readers of an edition may see is one range of keys, a year is a range in it, and the newest have the highest.
_ID_BITS, _DAY_BITS = 31, 22


class Row(NamedTuple):
    """An event in the index: its key, its words in headline, tags, summary and sources, where its year is too.

    Facets are its category, tags and publishers by their ids, as "c3 t12 p45"; the digest is that of all but the key.
    """

    event: int
    key: int
    texts: list[str]
    facets: str
    digest: str


class Hit(NamedTuple):
    """A row that was found: the more it weighs, the better."""

    key: int
    weight: float
    facets: str

    @property
    def event(self) -> int:
        return self.key & ((1 << _ID_BITS) - 1)

    @property
    def day(self) -> int:
        """The ordinal of its date."""
        return day_of(self.key)


def make_key(edition: int, is_public: bool, date: dt.date, event: int) -> int:
    return (((edition << 1 | is_public) << _DAY_BITS | date.toordinal()) << _ID_BITS) | event


def day_of(key: int) -> int:
    """The ordinal of the date in a key."""
    return (key >> _ID_BITS) & ((1 << _DAY_BITS) - 1)


def public_keys(edition: int, first: dt.date = dt.date.min, last: dt.date = dt.date.max) -> tuple[int, int]:
    """The lowest and the highest key of what readers of an edition may see, from one date to another."""
    return make_key(edition, True, first, 0), make_key(edition, True, last, (1 << _ID_BITS) - 1)


def read(events: Collection[int]) -> list[Row]:
    """The rows that the events with these ids are to have."""
    if not events:
        return []
    ids = ", ".join(map(str, map(int, events)))
    columns = "id, language, CAST(date AS text), status, category_id, headline, summary"
    found = fetch(f"SELECT {columns} FROM events_event WHERE id IN ({ids}) ORDER BY id")
    editions = edition_numbers({row[1] for row in found})
    tags, facets = _tags(ids)
    sources, publishers = _sources(ids)
    rows = []
    for pk, language, date, status, category, headline, summary in found:
        cited = " ".join((*sources.get(pk, ()), date[:4] + "年" * (language == "zh")))
        text = SEPARATOR.join((headline, " ".join(tags.get(pk, ())), summary, cited))
        text = fold_words(text)
        of = " ".join([*([f"c{category}"] if category else ()), *facets.get(pk, ()), *publishers.get(pk, ())])
        digest = blake2b(f"{text}{of}".encode(), digest_size=12).hexdigest()
        key = make_key(editions[language], status == Status.PUBLISHED, _day(date), pk)
        rows.append(Row(pk, key, text.split(SEPARATOR), of, digest))
    return rows


_day = lru_cache(maxsize=1024)(dt.date.fromisoformat)


def _tags(ids: str) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """By event the names of its tags, with all other names of theirs, and its tags as facets."""
    aliases: dict[int, list[str]] = defaultdict(list)
    borne = f"SELECT tag_id FROM events_eventtag WHERE event_id IN ({ids})"
    for tag, key in fetch(f"SELECT tag_id, key FROM events_tagalias WHERE tag_id IN ({borne}) ORDER BY key"):
        aliases[tag].append(key)
    names: dict[int, list[str]] = defaultdict(list)
    facets: dict[int, list[str]] = defaultdict(list)
    rows = fetch(
        f"""SELECT event_id, tag_id, key FROM events_eventtag JOIN events_tag ON events_tag.id = tag_id
        WHERE event_id IN ({ids}) ORDER BY event_id, position"""
    )
    for event, tag, key in rows:
        names[event].append(key)
        if tag in aliases:
            names[event] += aliases[tag]
        facets[event].append(f"t{tag}")
    return names, facets


def _sources(ids: str) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """By event the labels, titles and publishers of what it cites, and the publishers as facets."""
    texts: dict[int, list[str]] = defaultdict(list)
    facets: dict[int, dict[str, None]] = defaultdict(dict)
    rows = fetch(
        f"""SELECT event_id, label, publisher.id, publisher.name, title FROM events_citation AS citation
        LEFT JOIN sources_source AS source ON source.id = source_id
        LEFT JOIN sources_publisher AS publisher ON publisher.id = COALESCE(source.publisher_id, citation.publisher_id)
        WHERE event_id IN ({ids}) ORDER BY event_id, position, citation.id"""
    )
    for event, label, publisher, name, title in rows:
        texts[event] += [text for text in (label, name if name != label else "", title) if text]
        if publisher:
            facets[event][f"p{publisher}"] = None
    return texts, {event: list(of) for event, of in facets.items()}


def spellings(rows: Iterable[Row]) -> set[str]:
    """The words of the names of tags, for who mistypes one."""
    words = set(" ".join(row.texts[1] for row in rows).split())
    return {word for word in words if 4 <= len(word) <= 24 and word.isascii() and word.isalpha()}
