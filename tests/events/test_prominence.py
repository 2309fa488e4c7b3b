"""Which events stand out of a day."""

import datetime as dt
import gzip
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from events.models import Event
from events.prominence import DAYS, by_prominence, echo
from tests.events.conftest import SHARED
from tests.events.making import DAY, cite, make_event

pytestmark = pytest.mark.django_db

LONG = SHARED / "corpora/current-events-2002-2024.jsonl.gz"
JUDGED = [
    line.split("\t")
    for line in Path(__file__).with_name("judged_days.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
FLOOR = 0.76  # of the mean reciprocal rank of what people remember of a day; sources alone come to 0.60


def days_later(days: int) -> dt.date:
    return DAY + dt.timedelta(days)


def order(date: dt.date = DAY) -> list[str]:
    return [event.slug for event in by_prominence(Event.objects.on(date).with_relations())]


def test_what_others_follow_stands_before_what_nobody_comes_back_to() -> None:
    make_event("A concert.", slug="concert", tags=["Concert"])
    make_event("The earthquake.", slug="earthquake", tags=["Earthquake"])
    for day in range(1, 4):
        make_event(f"The earthquake on day {day}.", days_later(day), tags=["Earthquake"])
    make_event("A concert again.", days_later(DAYS), tags=["Concert"])
    assert order() == ["earthquake", "concert"]


def test_what_is_always_in_the_news_weighs_nothing() -> None:
    for day in range(-9, 10):
        make_event(f"The country on day {day}.", days_later(day), slug=f"country{day}", tags=["The country"])
    assert echo([Event.objects.get(slug="country0").pk]) == {Event.objects.get(slug="country0").pk: 0}


def test_what_more_sources_report_stands_first_where_nothing_followed_and_slugs_decide_at_last() -> None:
    for slug in ("c", "b", "a"):
        make_event(slug, slug=slug)
    cite(make_event("Cited.", slug="z"), "Gazette")
    assert order() == ["z", "a", "b", "c"]


def test_what_readers_do_not_see_makes_nothing_stand_out() -> None:
    event = make_event("The secret.", tags=["Secret"])
    for day in range(1, 4):
        make_event(f"On day {day}.", days_later(day), tags=["Secret"], status="draft")
    assert echo([event.pk])[event.pk] == pytest.approx(1 / 2**0.5)  # by itself


def test_the_ends_of_the_calendar_are_days_too() -> None:
    for date in (dt.date.min, dt.date.max):
        assert echo([make_event("It ends.", date, tags=["End"]).pk])


def test_it_takes_one_query_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(20):
        make_event(f"Number {number}.", tags=[f"Tag {number}", "All"])
    with django_assert_num_queries(3):
        list(Event.objects.with_relations())
    with django_assert_num_queries(4):
        by_prominence(Event.objects.with_relations())


@pytest.mark.skipif(not LONG.is_file(), reason="the archives are not here")
def test_what_people_remember_of_a_day_stands_out_of_it(tmp_path: Path) -> None:
    remembered = {dt.date.fromisoformat(date): words for date, words in JUDGED}
    near = {str(date + dt.timedelta(days)) for date in remembered for days in range(-DAYS, DAYS + 1)}
    part = tmp_path / "part.jsonl"
    with gzip.open(LONG, "rt", encoding="utf-8") as lines:
        part.write_text("".join(line for line in lines if json.loads(line)["date"] in near), encoding="utf-8")
    call_command("import_documents", str(part), verbosity=0)

    gains = []
    for date, words in remembered.items():
        events = by_prominence(Event.objects.published().on(date).with_relations())
        ranks = [rank for rank, event in enumerate(events, start=1) if re.search(words, event.headline, re.IGNORECASE)]
        gains.append(1 / ranks[0])
    mean = sum(gains) / len(gains)
    print(f"mean reciprocal rank {mean:.3f}, first {gains.count(1)} of {len(gains)}")  # noqa: T201  # for -rP
    assert mean >= FLOOR
