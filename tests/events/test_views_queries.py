"""Pages cost the same number of queries whatever stands on them."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.events.making import DAY, cite, make_event, make_publisher

pytestmark = pytest.mark.django_db

# Of each page how many it takes.
QUERIES = {
    "/": 11,
    "/news/2017/": 8,
    "/news/2017/02/": 8,
    "/news/2017/02/2/": 13,
    "/news/2017/02/2/number-0/": 15,
    "/tag/much/": 10,
    "/tag/much/?before=2017-02-02": 10,
    "/topics/": 4,
    "/topics/all/": 3,
    "/topics/all/?q=b": 3,
    "/publisher/npr/": 10,
    "/publisher/npr/?before=2017-02-02": 10,
}


@pytest.mark.parametrize("size", [3, 30])
def test_a_page_takes_a_fixed_number_of_queries(
    client: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        for back in range(3):
            event = make_event(
                f"Number {number}",
                DAY - dt.timedelta(back),
                topics=["Story", f"Below {number % 4}"],
                tags=["Much", *(f"Tag {number} {other}" for other in range(size // 3))],
                category="Sports" if number % 2 else "",
            )
            cite(event, "BBC", "BBC")
            for other in range(size // 3):
                cite(event, "NPR", "NPR", title=f"Story {number} {back} {other}", seen_at=make_publisher("KCUR"))

    told_twice = cite(make_event("The year before.", DAY.replace(year=2016)), "NPR", "NPR", title="Told twice").source
    cite(make_event("And before that.", DAY.replace(year=2015)), "NPR", source=told_twice)

    for path, queries in QUERIES.items():
        with django_assert_num_queries(queries, info=path):
            assert client.get(path).status_code == 200
