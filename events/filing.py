"""Which events an article may report: proposals for the editor who files it, with what speaks for each.

The headline and tags of an event are compared with the article's title first, then with the rest of it. Every word
and name that both share counts by its rarity in the wiki; days between the two weaken it. Nothing is filed by itself.
"""

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from events.choices import Status
from events.documents.likeness import initials, names, path_words, stated_date, terms
from events.models import Event, EventTag, Tag
from events.querysets import EventQuerySet
from sources.models import Source

# How much each part of an article tells. Its text names much beside what it reports, its lead less so.
TITLE, LEAD, BODY = 1.0, 0.5, 0.15
LEAD_LENGTH, BODY_LENGTH = 600, 4000  # in characters
NAME = 0.5  # a shared name, beside the words it consists of
LENGTH = 20  # in words: long events share more by chance, which matters less among short ones
PER_DAY, FAR, FAR_AWAY = 0.3, 10, 0.1  # days weaken a proposal; from FAR days on all are as good as FAR_AWAY
NEAR = dt.timedelta(days=3)
# How many rows are looked at, so that the time does not grow with the wiki.
MAX_TAGGED, MAX_ALIKE, SAMPLE, MAX_TAGS = 6000, 400, 300, 300
MAX_EVIDENCE = 8

Key = TypeVar("Key", int, str)
Row = tuple[int, dt.date, str, str]  # an event's id, date, slug and headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An event that a source may report; the names and words that both share, and the days from event to article."""

    event: Event
    score: float
    names: tuple[str, ...]
    words: tuple[str, ...]
    days: int | None

    @property
    def evidence(self) -> str:
        """What speaks for the event, as a sentence."""
        sentence = "; ".join(self._reasons())
        return sentence[:1].upper() + sentence[1:] + "."

    def _reasons(self) -> Iterator[str]:
        if self.names:
            yield f"both name {', '.join(self.names)}"
        if self.words:
            yield f"both say {', '.join(self.words)}"
        if self.days == 0:
            yield "the article is of the same day"
        elif self.days is not None:
            count = f"{abs(self.days)} day{'s' * (abs(self.days) > 1)}"
            yield f"the article came {count} {'later' if self.days > 0 else 'earlier'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clues:
    """What an article is compared by: terms and possible names, each with its weight, and the day if it is known."""

    terms: Mapping[str, float]
    names: Mapping[str, float]
    date: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """An event, the terms of its headline and tags, and those of its tags that the article may name.

    `is_typical` says that it is not here for its tags, so that it shows how common a word is.
    """

    pk: int
    date: dt.date
    slug: str
    terms: Mapping[str, str]
    tags: Collection[int]
    is_typical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wiki:
    """What every article is compared with: about how many events there are, and some spread evenly over all."""

    editions: list[str]
    count: int
    spread: Collection[Row]


def unfiled() -> "QuerySet[Source]":
    """The sources that no event cites."""
    return Source.objects.filter(citations=None)


def propose(source: Source, limit: int = 5, language: str = "") -> list[Proposal]:
    """Return at most `limit` events that the source most likely reports, the likeliest first.

    They are of any edition, or of `language`; drafts too, but none withdrawn. An event that shares neither a word nor
    a name with the source is not proposed. The number of queries depends on the number of editions alone.
    """
    return propose_each([source], limit, language)[0]


def propose_each(sources: Iterable[Source], limit: int = 5, language: str = "") -> list[list[Proposal]]:
    """What `propose` returns, for each of the sources; the wiki is looked at once."""
    wiki = _look_at([language] if language else list(settings.EDITIONS))
    return [_propose(source, limit, wiki) for source in sources]


def _propose(source: Source, limit: int, wiki: _Wiki) -> list[Proposal]:
    clues = _read(source)
    tags = _named_tags(clues, wiki.editions)
    worth_of_tags = _worth_of_tags(tags, wiki)
    candidates = _candidates(clues, worth_of_tags, wiki)
    worth_of_terms = _worth_of_terms(clues, candidates)
    scores = {row.pk: _score(row, clues, worth_of_terms, worth_of_tags) for row in candidates}
    candidates.sort(key=lambda row: (-scores[row.pk], -row.date.toordinal(), row.slug, row.pk))
    best = [row for row in candidates[:limit] if scores[row.pk]]
    events = Event.objects.in_bulk([row.pk for row in best])
    return [
        Proposal(
            event=events[row.pk],
            score=scores[row.pk],
            names=tuple(tags[tag][0].name for tag in _worthiest(row.tags, worth_of_tags)),
            words=tuple(row.terms[term] for term in _worthiest(row.terms, worth_of_terms)),
            days=(clues.date - row.date).days if clues.date else None,
        )
        for row in best
    ]


# --- What the article says ----------------------------------------------------------------------------------------


def _read(source: Source) -> _Clues:
    lead = (path_words(source.url), source.abstract, source.body[:LEAD_LENGTH], "\n".join(source.tags))
    found_terms: dict[str, float] = dict.fromkeys(terms(source.body[LEAD_LENGTH:BODY_LENGTH]), BODY)
    found_names: dict[str, float] = {}
    for weight, text in (*((LEAD, part) for part in lead), (TITLE, source.title)):
        found_terms |= dict.fromkeys(terms(text), weight)
        found_names |= dict.fromkeys(names(text), weight)
    return _Clues(terms=found_terms, names=found_names, date=source.published_on or stated_date(source.url))


def _named_tags(clues: _Clues, editions: Iterable[str]) -> dict[int, tuple[Tag, float]]:
    """The tags that the article may name, with the weight of the place where it does."""
    found: dict[int, tuple[Tag, float]] = {}
    for language in editions:
        for key, tag in Tag.objects.by_any_name(language, clues.names).items():
            weight = max(clues.names[key], found[tag.pk][1] if tag.pk in found else 0)
            found[tag.pk] = (tag, weight)
    return found


# --- What it is compared with -------------------------------------------------------------------------------------


def _look_at(editions: list[str]) -> _Wiki:
    """The ids of events begin and end somewhere; between the two there are about as many events."""
    ends = Event.objects.aggregate(first=Min("pk"), last=Max("pk"))
    first, last = ends["first"] or 0, ends["last"] or 0
    count = last - first + 1
    spread = range(first, last + 1, math.ceil(count / SAMPLE))
    return _Wiki(editions=editions, count=count, spread=_rows(_events(editions).filter(pk__in=spread)))


def _events(editions: list[str]) -> EventQuerySet:
    """The events that can be proposed."""
    return Event.objects.exclude(status=Status.WITHDRAWN).filter(language__in=editions).order_by()


def _rows(events: EventQuerySet) -> set[Row]:
    return set(events.values_list("pk", "date", "slug", "headline"))


def _candidates(clues: _Clues, worth_of_tags: Mapping[int, float], wiki: _Wiki) -> list[_Candidate]:
    """The events of the days around the article's, those whose tags it names, and some spread over the whole wiki.

    The last show how common a word is; in a small wiki they are all of its events. If the article's day is unknown,
    events are also sought by the words of their tags.
    """
    named = defaultdict(set)
    rows = EventTag.objects.filter(tag__in=worth_of_tags).order_by()
    for event, tag in rows.values_list("event_id", "tag_id"):
        named[event].add(tag)
    worth = {} if clues.date else _worth_by_words(clues, wiki)
    for event, tags in named.items():
        worth[event] = worth.get(event, 0) + sum(worth_of_tags[tag] for tag in tags)
    alike = sorted(worth, key=lambda event: (-worth[event], -event))[:MAX_ALIKE]
    events = _events(wiki.editions)
    near = events.filter(date__range=(clues.date - NEAR, clues.date + NEAR)) if clues.date else events.none()
    typical = _rows(near).union(wiki.spread)
    found = typical | _rows(events.filter(pk__in=alike))
    names_of = defaultdict(list)
    spellings = EventTag.objects.filter(event__in=[row[0] for row in found]).order_by("event_id", "position")
    for event, name in spellings.values_list("event_id", "spelling"):
        names_of[event].append(name)
    return [
        _Candidate(
            pk=row[0],
            date=row[1],
            slug=row[2],
            terms=_terms(row[3], names_of[row[0]]),
            tags=named.get(row[0], ()),
            is_typical=row in typical,
        )
        for row in found
    ]


def _worth_by_words(clues: _Clues, wiki: _Wiki) -> dict[int, float]:
    """What it is worth that an event's tags hold words of the title: "Treasury" in the Department of the Treasury.

    No index helps to find words inside of names, so this reads all names of tags, which grow slower than events.
    """
    wanted = {term for term, weight in clues.terms.items() if weight == TITLE and term.isalpha() and len(term) > 1}
    if not wanted:
        return {}
    holding = reduce(or_, (Q(key__contains=term) for term in wanted))
    terms_of: dict[int, set[str]] = {}
    for tag, key in Tag.objects.filter(holding, language__in=wiki.editions).order_by().values_list("pk", "key"):
        terms_of[tag] = wanted & terms(key).keys()
    uses = Counter(term for found in terms_of.values() for term in found)
    rare = {term for term in uses if uses[term] <= MAX_TAGS}
    tags = [tag for tag, found in terms_of.items() if found & rare]
    events_of = defaultdict(set)
    links = EventTag.objects.filter(tag__in=tags).order_by("-pk").values_list("event_id", "tag_id")
    for event, tag in links[:MAX_TAGGED]:
        for term in terms_of[tag] & rare:
            events_of[term].add(event)
    worth: dict[int, float] = defaultdict(float)
    for term in sorted(events_of):
        for event in events_of[term]:
            worth[event] += math.log(1 + wiki.count / len(events_of[term]))
    return worth


def _terms(headline: str, tags: list[str]) -> dict[str, str]:
    found = {short: name for name in tags if (short := initials(name))}
    for text in (*reversed(tags), headline):
        found.update(terms(text))
    return found


# --- What it is worth ---------------------------------------------------------------------------------------------


def _worth_of_tags(tags: Mapping[int, tuple[Tag, float]], wiki: _Wiki) -> dict[int, float]:
    """What sharing each tag is worth: the more, the fewer events bear it. The most frequent ones are left out."""
    counts = EventTag.objects.filter(tag__in=tags).order_by().values_list("tag_id").annotate(count=Count("id"))
    worth: dict[int, float] = {}
    looked_at = 0
    for tag, count in sorted(counts, key=lambda row: (row[1], row[0])):
        looked_at += count
        if looked_at > MAX_TAGGED:
            break
        worth[tag] = NAME * tags[tag][1] * math.log(1 + wiki.count / count)
    return worth


def _worth_of_terms(clues: _Clues, candidates: Iterable[_Candidate]) -> dict[str, float]:
    """What sharing each term of the article is worth: the more, the fewer typical events have it."""
    typical = [row.terms.keys() & clues.terms.keys() for row in candidates if row.is_typical]
    counts = Counter(term for found in typical for term in found)
    return {term: weight * math.log(1 + len(typical) / (1 + counts[term])) for term, weight in clues.terms.items()}


def _score(
    row: _Candidate, clues: _Clues, worth_of_terms: Mapping[str, float], worth_of_tags: Mapping[int, float]
) -> float:
    shared = math.fsum(worth_of_terms[term] for term in row.terms.keys() & worth_of_terms.keys())
    score = (shared + math.fsum(worth_of_tags[tag] for tag in row.tags)) / math.sqrt(LENGTH + len(row.terms))
    return score * _closeness(abs((clues.date - row.date).days)) if clues.date else score


def _closeness(days: int) -> float:
    return 1 / (1 + PER_DAY * days) if days < FAR else FAR_AWAY


def _worthiest(found: Iterable[Key], worth: Mapping[Key, float]) -> list[Key]:
    """The most telling of what is shared, at most MAX_EVIDENCE."""
    return sorted((key for key in found if key in worth), key=lambda key: (-worth[key], key))[:MAX_EVIDENCE]
