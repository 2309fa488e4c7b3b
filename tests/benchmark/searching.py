"""How long readers wait for what they search: mixed queries, with all that the page shows of what is found."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Max

from events import search
from events.models import Event

FREQUENT = 50  # words
PAGE = 25
CHINESE = "中国北京美国总统政府地震选举"


@dataclass(frozen=True, slots=True)
class Asked:
    language: str
    text: str
    narrowed: search.Narrowed = field(default_factory=search.Narrowed)


def search_times(seed: int, count: int) -> list[float]:
    """The seconds of each of `count` mixed queries: hits, counts, marked words, and help where nothing is found."""
    queries = mixed_queries(random.Random(seed), count)
    for asked in queries[:20]:  # for warming up
        ask(asked)
    return [_seconds(asked) for asked in queries]


def ask(asked: Asked) -> search.Found:
    """What the page of the search asks, but for the rows of the events that it shows."""
    query = search.parse(asked.text)
    found = search.find(asked.language, query, asked.narrowed)
    _ = found.years, found.common("c", 10), found.common("t", 10), found.common("p", 10)
    search.hit_words(query, ["nothing of it"] * min(PAGE, len(found)))
    if not found.hits:
        search.help_with(asked.language, query, ["zh"])
    return found


def mixed_queries(chance: random.Random, count: int) -> list[Asked]:
    """Queries of every kind that people type, taken from random events of the wiki."""
    public = Event.objects.published()
    last = public.aggregate(last=Max("pk"))["last"]
    ids = [chance.randint(1, last) for _ in range(3 * count)]
    events = list(public.filter(pk__in=ids).order_by("pk").prefetch_related("event_tags"))
    chance.shuffle(events)
    words = Counter(word for event in events for word in search.fold_words(event.headline).split())
    frequent = [word for word, _ in words.most_common(FREQUENT)]
    kinds = [_one, _several, _phrase, _without, _tag, _narrowed, _misspelt]
    queries: list[Asked] = []
    for number in range(count):
        event = events[number % len(events)]
        kind = number % (len(kinds) + 2)
        if kind == len(kinds):
            queries.append(Asked(event.language, chance.choice(frequent)))
        elif kind == len(kinds) + 1:
            at = chance.randrange(len(CHINESE) - 2)
            queries.append(Asked(chance.choice(["zh", event.language]), CHINESE[at : at + 2]))
        else:
            queries.append(kinds[kind](event, chance))
    return queries


def _words(event: Event) -> list[str]:
    return search.fold_words(event.headline).split() or ["news"]


def _one(event: Event, chance: random.Random) -> Asked:
    return Asked(event.language, chance.choice(_words(event)))


def _several(event: Event, chance: random.Random) -> Asked:
    words = _words(event)
    return Asked(event.language, " ".join(chance.sample(words, min(len(words), chance.randint(2, 4)))))


def _phrase(event: Event, chance: random.Random) -> Asked:
    words = _words(event)
    at = chance.randrange(len(words))
    return Asked(event.language, f'"{" ".join(words[at : at + 2])}"')


def _without(event: Event, chance: random.Random) -> Asked:
    one, *others = chance.sample(_words(event), min(2, len(_words(event))))
    return Asked(event.language, " ".join([one, *(f"-{other}" for other in others)]))


def _tag(event: Event, chance: random.Random) -> Asked:
    names = [row.spelling for row in event.event_tags.all()] or _words(event)
    return Asked(event.language, chance.choice(names))


def _narrowed(event: Event, chance: random.Random) -> Asked:
    tags = tuple(row.tag_id for row in event.event_tags.all())[:1]
    ways: list[Callable[[], search.Narrowed]] = [
        lambda: search.Narrowed(year=event.date.year),
        lambda: search.Narrowed(category=event.category_id),
        lambda: search.Narrowed(tags=tags),
    ]
    return Asked(event.language, chance.choice(_words(event)), chance.choice(ways)())


def _misspelt(event: Event, chance: random.Random) -> Asked:
    word = max(_words(event), key=len)
    at = chance.randrange(max(len(word) - 1, 1))
    return Asked(event.language, f"{word[:at]}{word[at + 1 : at + 2]}{word[at : at + 1]}q{word[at + 2 :]}")


def _seconds(asked: Asked) -> float:
    start = time.perf_counter()
    ask(asked)
    return time.perf_counter() - start
