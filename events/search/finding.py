"""What readers of an edition find: hits in their order, and what they have in common."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from django.db.models.expressions import RawSQL

from events.search.engine import engine
from events.search.query import Query
from events.search.rows import follow
from events.search.schema import known_editions
from events.search.texts import Hit, day_of, public_keys

MOST = 2000
CAUGHT_UP = 100  # changed events that a search brings up to date before it begins
RECENT = 0.01  # how much more the newest of the hits weighs than a very old one
HALF_LIFE = 5 * 365  # days in which that halves
FIRST = 0.1  # how much more those hits weigh with which something began
STIR = 21  # days after which what is told of the same is told anew

Order = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What hits must have besides the words: a year, a category, tags and a publisher, by their ids."""

    year: int | None = None
    category: int | None = None
    tags: tuple[int, ...] = ()
    publisher: int | None = None

    @property
    def facets(self) -> list[str]:
        return [
            *(f"t{tag}" for tag in self.tags),
            *([f"p{self.publisher}"] if self.publisher else ()),
            *([f"c{self.category}"] if self.category else ()),
        ]

    def __bool__(self) -> bool:
        return bool(self.year or self.facets)


@dataclass(frozen=True)
class Found:
    """The hits in their order; of those that are `is_more` than MOST the newest, and `since` when there are any."""

    hits: Sequence[Hit] = ()
    is_more: bool = False
    since: dt.date | None = None

    def __len__(self) -> int:
        return len(self.hits)

    @cached_property
    def years(self) -> Counter[int]:
        days = Counter(hit.day for hit in self.hits)
        found: Counter[int] = Counter()
        for day, count in days.items():
            found[dt.date.fromordinal(day).year] += count
        return found

    @cached_property
    def _facets(self) -> Counter[str]:
        return Counter(" ".join(hit.facets for hit in self.hits).split())

    def common(self, kind: Literal["c", "t", "p"], limit: int, without: Collection[int] = ()) -> list[tuple[int, int]]:
        """The ids of the categories, tags or publishers that most of the hits have, and how many have them."""
        counts = {int(facet[1:]): count for facet, count in self._facets.items() if facet[0] == kind}
        for one in without:
            counts.pop(one, None)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]


NOTHING = Found()


def find(language: str, query: Query, narrowed: Narrowed | None = None, order: Order = "relevance") -> Found:
    """What readers of the edition find. A query for nothing finds all that has the facets and nothing excluded."""
    follow(CAUGHT_UP)
    narrowed = narrowed or Narrowed()
    if not query and not narrowed.facets:
        return NOTHING
    edition = known_editions().get(language)
    if edition is None or {term.words for term in query.wanted} & {term.words for term in query.excluded}:
        return NOTHING  # nothing was ever written in it, or nothing can both have a word and not have it
    year = narrowed.year
    span = (dt.date(year, 1, 1), dt.date(year, 12, 31)) if year else (dt.date.min, dt.date.max)
    is_ranked = order == "relevance" and bool(query)
    keys = public_keys(edition, *span)
    hits = engine.newest(query, narrowed.facets, keys, MOST + 1, is_ranked=is_ranked)
    is_more = len(hits) > MOST
    hits = hits[:MOST]
    oldest = engine.oldest(query, narrowed.facets, keys) if is_more else None
    since = dt.date.fromordinal(day_of(oldest)) if oldest else None
    return Found(_ranked(hits) if is_ranked else hits, is_more, since)


def has_hits(language: str, query: Query, editions: Mapping[str, int] | None = None) -> bool:
    """Whether readers of the edition find anything. Who asks often tells the numbers of the editions."""
    edition = (known_editions() if editions is None else editions).get(language)
    if not query or edition is None:
        return False
    return engine.has_any(query, public_keys(edition))


def hit_words(query: Query, headlines: Sequence[str]) -> set[str]:
    """The words of the hits' folded headlines by which they were found."""
    return engine.hit_words(query, headlines) if headlines and query else set()


def select_events(query: Query) -> RawSQL:
    """The ids of all events that the query finds, of every edition and in every state, for `pk__in`."""
    follow(CAUGHT_UP)
    return RawSQL(*engine.select_events(query))  # noqa: S611  # put together from letters and digits alone


def _ranked(hits: list[Hit]) -> list[Hit]:
    """By weight, a little by how new they are, and by whether others followed them; of equals the newest first."""
    if not hits:
        return hits
    newest = hits[0].day
    days = sorted({hit.day for hit in hits})
    factors = {day: 1 + RECENT * 0.5 ** ((newest - day) / HALF_LIFE) for day in days}
    for day in _beginnings(days):
        factors[day] *= 1 + FIRST
    return sorted(hits, key=lambda hit: hit.weight * factors[hit.day], reverse=True)


def _beginnings(days: Sequence[int]) -> list[int]:
    """Of the days, in their order, those soon followed by others and not preceded.

    Who searches for an earthquake means the day on which it struck, not the weeks of what was said of it.
    """
    long = STIR + 1
    gaps = [long, *(after - before for before, after in pairwise(days)), long]
    return [day for day, (before, after) in zip(days, pairwise(gaps), strict=True) if after <= STIR < before]
