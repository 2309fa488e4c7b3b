"""What the engine of the database finds, however frequent it is."""

import datetime as dt

import pytest

from events import search
from events.choices import Status
from events.models import Event
from events.search import postgresql
from events.search.engine import engine
from events.search.postgresql import FREQUENT
from events.search.texts import Hit, day_of, public_keys
from tests.events.making import DAY

pytestmark = pytest.mark.django_db


def tell(headlines: list[str]) -> None:
    """Public events on days that follow one another."""
    rows = [
        Event(
            headline=headline,
            slug=f"event-{number}",
            date=DAY + dt.timedelta(number),
            language="en",
            status=Status.PUBLISHED,
        )
        for number, headline in enumerate(headlines)
    ]
    Event.objects.bulk_create(rows)
    search.refresh(Event.objects.values_list("pk", flat=True))


def newest(text: str, limit: int) -> list[int]:
    """How many days after the first the newest hits happened."""
    hits: list[Hit] = engine.newest(search.parse(text), (), public_keys(1), limit, is_ranked=True)
    assert all(hit.weight for hit in hits)
    return [hit.day - DAY.toordinal() for hit in hits]


@pytest.mark.parametrize("times", [FREQUENT // 10, FREQUENT])
def test_the_newest_that_hold_a_phrase_are_found_whether_it_is_rare_or_frequent(times: int) -> None:
    tell(["The Kent and the Lune rise.", "And the Kent falls.", "The Lune rises."] * times)
    holding = list(reversed(range(0, 3 * times, 3)))
    assert newest('"kent and"', 10) == holding[:10]
    assert newest('"kent and"', 10 * times) == holding
    assert newest('"kent and" -lune', 10) == []
    assert newest('"kent and" "the lune"', 10) == holding[:10]
    assert len(newest("kent", 10 * times)) == 2 * times


@pytest.mark.parametrize("early", [1, 10_000])
def test_the_oldest_hit_is_found_among_the_oldest_rows_and_behind_them(
    early: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "EARLY", early)
    tell(["The Lune rises.", "The Kent rises.", "The Lune falls.", "The Kent falls."])
    for text, day in (("kent", 1), ("kent -rises", 3), ("lune", 0)):
        key = engine.oldest(search.parse(text), (), public_keys(1))
        assert key
        assert day_of(key) - DAY.toordinal() == day
    assert engine.oldest(search.parse("nothing"), (), public_keys(1)) is None
