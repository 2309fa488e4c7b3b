"""A page asks as often in a wiki of a thousand events as in one of all that the archives hold."""

import gzip
import json
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from events import search
from events.models import Event
from events.search import finding
from tests.events.conftest import SHARED
from tests.events.making import make_editorial
from tests.newsroom.addresses import address_of, addresses, rows_behind

LONG = SHARED / "corpora/current-events-2002-2024.jsonl.gz"
CHINESE = SHARED / "corpora/news-wiki-zh-2018.tar.gz"
SMALL, WHOLE = 1000, 107_567  # events; beside the whole there is the Chinese year
OF_A_MONTH = 281  # in Chinese, stubs among them
LEADING = 3  # events of an edition whose parts make addresses
# Pages of what is asked for besides.
ASKED = [
    "/search/?q=president",  # found more often than a search counts
    "/search/?q=police&sort=date&year=2021",
    "/search/?q=nobodysaysthis",
    "/topics/all/?q=war",
    "/publisher/bbc/",
    "/publisher/bbc/?before=2021-06-20",
    "/tag/united_states/",
    "/tag/united_states/?before=2021-06-20",
    "/since/2021/06/1/tag/united_states/",
    "/since/?date=2021-06-01",
    "/zh/search/?q=中国",
    "/tags/?q=un",
    "/zh/since/2018/05/1/",
]
# Of each kind of page how many it asks at the most, whatever the wiki holds.
QUERIES = {
    "events:front": 11,
    "events:archive": 1,
    "events:year": 8,
    "events:month": 8,
    "events:day": 13,
    "events:day_document": 5,
    "events:event": 14,
    "events:event_document": 5,
    "events:history": 5,
    "events:state": 5,
    "events:opinion": 2,
    "events:opinion_feed": 2,
    "events:old_opinion_feed": 0,
    "events:editorial": 3,
    "events:editorial_document": 2,
    "events:editorial_history": 4,
    "events:editorial_state": 4,
    "events:search": 16 if connection.vendor == "postgresql" else 15,  # which is asked what to mark
    "events:tag_names": 1,
    "events:topics": 4,
    "events:all_topics": 3,
    "events:tag": 10,
    "events:tag_feed": 5,
    "events:category_feed": 5,
    "events:choose_since": 0,
    "events:since": 7,
    "events:tag_since": 9,
    "events:follow": 1,
    "events:feed": 4,
    "events:robots": 0,
    "events:sitemap": 3,
    "events:sitemap_of_pages": 6,
    "events:sitemap_of_opinion": 1,
    "events:sitemap_of_month": 1,
    "events:sitemap_of_tags": 1,
    "events:publisher": 10,
    "events:source": 6,
}


@pytest.fixture
def swept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give back what so many rows took, which were all taken back: other tests would go through the room they left."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def of_june(count: int) -> list[bytes]:
    """The lines of so many events of June 2021 and the Junes before it: days that have the same day in another year."""
    with gzip.open(LONG) as lines:
        dated = sorted((str(json.loads(line)["date"]), line) for line in lines)
    return [line for date, line in dated if date[:4] <= "2021" and date[5:7] == "06"][-count:]


def load(*paths: Path) -> None:
    call_command("import_documents", *map(str, paths), verbosity=0)
    search.catch_up()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a running site's database does by itself in time


@pytest.fixture
def small(tmp_path: Path) -> None:
    """A wiki of a thousand events of both editions."""
    with tarfile.open(CHINESE) as archive:
        members = [member for member in archive if member.name.startswith("news/2018/05/")]
        archive.extractall(tmp_path, members, filter="data")
    part = tmp_path / "part.jsonl"
    part.write_bytes(b"".join(of_june(SMALL - OF_A_MONTH)))
    load(part, tmp_path / "news")
    assert Event.objects.count() == SMALL


@pytest.fixture
def whole() -> None:
    """A wiki of all events of both editions."""
    load(LONG, CHINESE)
    assert Event.objects.in_language("en").count() == WHOLE


def pages(language: str) -> list[str]:
    """Every public address, for each of the events with most tags that lead to a page of each kind."""
    public = Event.objects.public_in(language).filter(version=1, event_tags__topic_position=0)
    cited = public.filter(citations__source__publisher__isnull=False)
    found = []
    for event in cited.annotate(number=Count("tags", distinct=True)).order_by("-number", "date", "slug")[:LEADING]:
        make_editorial("Of that day.", event.date, language=language, slug=event.slug)
        rows = rows_behind(event)
        shown = [one for one in addresses() if one[0].startswith("events:") and one[0] != "events:preview"]
        found += [address_of(name, pattern, rows) for name, pattern in shown]
    return found


def most_queries(client: Client, paths: Iterable[str]) -> dict[str, int]:
    """How many the pages of each kind ask at the most: some have a part less, and ask for nothing there."""
    found: dict[str, int] = {}
    for path in paths:
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        assert response.status_code in (200, 301, 302), path
        kind = response.resolver_match.view_name
        found[kind] = max(found.get(kind, 0), len(asked))
    return found


@pytest.mark.skipif(not LONG.is_file(), reason="the archives are not here")
@pytest.mark.parametrize("size", ["small", "whole"])
@pytest.mark.usefixtures("swept", "db")
def test_a_page_asks_as_often_in_a_wiki_of_all_events_as_in_one_of_a_thousand(
    size: str, client: Client, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.getfixturevalue(size)
    if size == "small":
        monkeypatch.setattr(finding, "MOST", 20)  # so that here, too, there are more hits than are counted
    paths = dict.fromkeys([*pages("en"), *pages("zh"), *ASKED])
    assert most_queries(client, paths) == QUERIES
