"""The events that may tell already what somebody is about to enter."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from events.documents.headlines import look_alikes
from events.models import Citation, Event
from sources.documents.folding import fold
from sources.models import url_key

DAYS = 3  # to either side
TELLING = 15  # characters from which a headline is compared; a shorter one begins as many do
_WIDE = 3  # a Chinese character says as much as so many letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An event of these days, how alike its headline is, of 100, and whether it cites the same."""

    event: Event
    likeness: int
    cites_the_same: bool


def nearby(
    language: str, date: dt.date, headline: str, urls: Collection[str], *, without: int = 0, limit: int = 5
) -> list[Nearby]:
    """The events within a few days with almost the same headline or that cite one of `urls`, the closest first."""
    days = (date - dt.timedelta(DAYS), date + dt.timedelta(DAYS))
    events = Event.objects.in_language(language).filter(date__range=days).exclude(pk=without)
    known = list(events.only("date", "headline", "language", "slug", "status").order_by("date", "slug"))
    citing = _citing(known, urls)
    alike = _alike(headline, known, citing)
    places = sorted(alike.keys() | citing, key=lambda place: (place not in citing, -alike.get(place, 0)))
    return [
        Nearby(event=known[place], likeness=alike.get(place, 0), cites_the_same=place in citing)
        for place in places[:limit]
    ]


def _citing(events: Sequence[Event], urls: Collection[str]) -> set[int]:
    """The places of the events that cite one of the addresses."""
    keys = [url_key(url) for url in urls]
    if not keys or not events:
        return set()
    rows = Citation.objects.filter(source__key__in=keys).order_by().values_list("event", flat=True)
    cited = set(rows)
    return {place for place, event in enumerate(events) if event.pk in cited}


def _alike(headline: str, events: Sequence[Event], citing: set[int]) -> dict[int, int]:
    key = fold(headline)
    if sum(_WIDE if letter > "\u2e80" else 1 for letter in key) < TELLING:
        return {}
    return look_alikes(key, [fold(event.headline) for event in events], citing)
