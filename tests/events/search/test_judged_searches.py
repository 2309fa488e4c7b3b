"""How well hits are ranked: searches judged by reading, of the archives where they are, and of a few made-up events.

Whoever changes what a word weighs, or how text is cut into words, sees here whether readers find better or worse. After
a change for the better the floors are raised.
"""

import datetime as dt
import gzip
import json
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from events import search
from events.models import Event
from tests.events.conftest import SHARED
from tests.events.making import cite, make_event

pytestmark = pytest.mark.django_db

CORPORA = SHARED / "corpora"
LONG = CORPORA / "current-events-2002-2024.jsonl.gz"
CHINESE = CORPORA / "news-wiki-zh-2018.tar.gz"
JUDGED = Path(__file__).parent / "judged_searches.tsv"
IS_WHOLE = os.environ.get("CORPORA") == "all"
EVERY = 20  # days: beside those of judged events, the ordinary run takes one day in so many
IS_SQLITE = connection.vendor == "sqlite"


@dataclass(frozen=True)
class Judged:
    """A search in an edition, and the events that it means: each a date and the beginning of a slug."""

    language: str
    text: str
    events: tuple[tuple[dt.date, str], ...]

    def meant(self) -> set[int]:
        found: set[int] = set()
        for date, slug in self.events:
            rows = Event.objects.public_in(self.language).on(date).filter(slug__startswith=slug)
            found |= set(rows.values_list("pk", flat=True))
        return found


def judged_searches() -> list[Judged]:
    lines = [line for line in JUDGED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found = []
    for language, text, events in (line.split("\t") for line in lines[1:]):
        addresses = (event.split("/") for event in events.split(" "))
        found.append(Judged(language, text, tuple((dt.date.fromisoformat(date), slug) for date, slug in addresses)))
    return found


def gain(hits: Iterable[int], meant: set[int]) -> float:
    """nDCG@10: 1 where the meant events come first, 0 where none of them is among the first ten."""
    found = sum(1 / math.log2(place + 1) for place, hit in enumerate(list(hits)[:10], 1) if hit in meant)
    return found / sum(1 / math.log2(place + 1) for place in range(1, min(len(meant), 10) + 1))


def gains(searches: Iterable[Judged]) -> dict[str, float]:
    found = {}
    for judged in searches:
        hits = search.find(judged.language, search.parse(judged.text)).hits
        meant = judged.meant()
        assert meant, f"no event of the archives is meant by {judged.text}"
        found[judged.text] = gain((hit.event for hit in hits), meant)
    return found


def test_searches_of_the_archives_find_what_was_meant(tmp_path: Path) -> None:
    if not LONG.is_file():
        pytest.skip("the archives are not here")
    searches = judged_searches()
    assert len(searches) >= 60
    days = {date.isoformat() for judged in searches for date, _ in judged.events}
    part = tmp_path / "part.jsonl"
    with gzip.open(LONG) as lines, part.open("wb") as file:
        file.writelines(line for line in lines if IS_WHOLE or is_taken(json.loads(line)["date"], days))
    call_command("import_documents", part, CHINESE, verbosity=0)

    found = gains(searches)

    mean = sum(found.values()) / len(found)
    print(f"nDCG@10 of {len(found)} searches: {mean:.3f}")  # noqa: T201  # pytest -rP shows it
    worst = ", ".join(f"{text}: {one:.2f}" for text, one in sorted(found.items(), key=lambda item: item[1])[:15])
    assert mean >= FLOORS[IS_WHOLE, IS_SQLITE], worst


# The mean of the gains by which ranking is judged, rounded down: of all the archives or of a part, on each engine.
FLOORS = {(True, True): 0.83, (True, False): 0.8, (False, True): 0.97, (False, False): 0.96}


def is_taken(date: str, days: set[str]) -> bool:
    return date in days or dt.date.fromisoformat(date).toordinal() % EVERY == 0


# --- Made up ------------------------------------------------------------------------------------------------------


@pytest.fixture
def events() -> None:
    """Events that share words in several places."""
    make_event("An earthquake strikes Kendal.", slug="strikes", tags=["Kendal", "Earthquake"])
    make_event("The mayor of Kendal visits those whom the earthquake of last week made homeless.", slug="mayor")
    make_event("A concert is held for victims.", slug="concert", tags=["Kendal earthquake"])
    make_event("Schools close.", slug="schools", summary="Since the earthquake, all of them near Kendal are closed.")
    cited = make_event("A bridge is repaired.", slug="bridge")
    cite(cited, "Gazette", "Gazette", title="Earthquake: Kendal goes on", url="https://gazette.example/1")
    make_event("The rivers Kent and Lune rise.", slug="rise", tags=["Kent", "Lune"])
    make_event("Clark Kent retires.", slug="retires", tags=["Clark Kent"])
    make_event("New York elects a mayor.", slug="new-york", tags=["New York City"])
    make_event("York opens a new museum.", slug="york", tags=["York"])
    make_event("北京市举行地铁开通仪式。", slug="subway", language="zh", tags=["北京"])
    make_event("南京大学庆祝校庆，北京大学致贺。", slug="university", language="zh")
    make_event("臺灣舉行總統選舉。", slug="taiwan", language="zh")
    make_event("台湾的学校开学。", slug="schools-open", language="zh")


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("kendal earthquake", ["strikes", "mayor", "concert", "schools", "bridge"]),
        ("earthquakes -mayor", ["strikes", "concert", "schools", "bridge"]),
        ('"kent and lune"', ["rise"]),
        ("rising rivers", ["rise"]),
        ('"new york"', ["new-york"]),
        ("new york museum", ["york"]),
        ("retir*", ["retires"]),
        ("gazette", ["bridge"]),
        ("北京", ["subway", "university"]),
        ("大学", ["university"]),
        ("铁", ["subway"]),
        ("总统选举", ["taiwan"]),
        ("學校", ["schools-open"]),
        ("台灣 -选举", ["schools-open"]),
        ("2017 museum", ["york"]),
    ],
)
@pytest.mark.usefixtures("events")
def test_what_fits_best_comes_first(text: str, slugs: list[str]) -> None:
    language = "en" if text.isascii() else "zh"
    hits = search.find(language, search.parse(text)).hits
    rows = Event.objects.in_bulk([hit.event for hit in hits])
    found = [rows[hit.event].slug for hit in hits]
    assert found[0] == slugs[0]
    assert set(found) == set(slugs)
    assert gain([slugs.index(slug) + 1 for slug in found], {1}) == 1
