"""Readers can be served from a database in which nobody can write, as a standby of PostgreSQL is one."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from events.models import Event
from tests.events.making import cite, make_editorial, make_event
from tests.newsroom.addresses import address_of, addresses, rows_behind

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    event = make_event("The Kent rises.", topics=["Flood"], tags=["Kendal"], category="Sports", version=1)
    cite(event, "The Gazette", "The Gazette", title="Flooding again", url="https://gazette.example/1")
    make_editorial("Of that day.", event.date, slug=event.slug)
    return event


@pytest.fixture
def read_only(event: Event) -> Iterator[None]:
    """From now on nobody can write, though the search has still to follow a change."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO events_searchmark (event) VALUES (%s)", [event.pk])
        cursor.execute("SET TRANSACTION READ ONLY" if connection.vendor == "postgresql" else "PRAGMA query_only = ON")
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")


@pytest.mark.usefixtures("read_only")
def test_every_public_page_is_shown_where_nobody_can_write(event: Event, client: Client) -> None:
    rows = rows_behind(event)
    public = [one for one in addresses() if one[0].startswith("events:") and one[0] != "events:preview"]
    paths = [address_of(name, pattern, rows) for name, pattern in public]
    for path in [*paths, "/search/?q=kent", "/search/?q=nobodysaysthis"]:
        assert client.get(path).status_code in (200, 301, 302, 404), path
    assert "The Kent rises." in client.get("/search/?q=kendal").content.decode()
