"""What is new since a reader's last visit. Nothing about readers is kept: the day stands in the address."""

import datetime as dt
from collections.abc import Iterator

import lxml.html
import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from events import services
from events.choices import Move, Status
from events.models import Event, EventTag, TagAlias
from tests.events.making import DAY, cite, make_event, make_tag

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2017, 2, 10, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def at(day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(2017, 2, day, hour, tzinfo=dt.UTC)


def told(headline: str, day: int, hour: int = 12, **fields: object) -> Event:
    """An event that readers came to know at a moment of February 2017; of its day unless `fields` say otherwise."""
    date = fields.pop("date", dt.date(2017, 2, day))
    return make_event(headline, date, **{"published_at": at(day, hour), **fields})  # type: ignore[arg-type]


def withdraw(event: Event, reason: str = "It never was.") -> None:
    Event.objects.filter(pk=event.pk).update(
        status=Status.WITHDRAWN, withdrawn_at=at(6), withdrawn_reason=reason, headline="Hush."
    )
    EventTag.objects.filter(event=event).update(is_public=False)


def body(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def lines(client: Client, path: str) -> list[str]:
    """The days and sentences in the order of the page."""
    page = lxml.html.fromstring(body(client, path))
    found = page.xpath("//div[@class='text']//h2/time | //div[@class='text']//h2/a/time | //p[@class='sentence']")
    return [element.text_content() for element in found]


def test_new_is_what_readers_came_to_know_since_by_day(client: Client) -> None:
    told("Before.", 3, hour=23)
    told("First.", 4, hour=0)
    told("Second.", 4, hour=1)
    told("Newest.", 6)

    page = lines(client, "/since/2017/02/4/")

    assert page == ["6 February 2017", "Newest.", "4 February 2017", "Second.", "First."]


def test_what_is_told_late_says_of_which_day_it_is(client: Client) -> None:
    told("Late.", 6, date=dt.date(2017, 1, 20))

    html = body(client, "/since/2017/02/4/")

    assert "Late." in html
    assert '<a href="/news/2017/01/20/">Told late, of 20 January 2017</a>' in html
    assert 'href="/news/2017/02/6/"' not in html


def test_a_day_begins_in_the_time_zone_of_the_wiki(client: Client, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    told("Morning there.", 3, hour=17)

    assert lines(client, "/since/2017/02/4/") == ["4 February 2017", "Morning there."]
    assert lines(client, "/since/2017/02/5/") == []


def test_corrections_since_stand_beside(client: Client) -> None:
    rows = [{"date": "2017-02-03", "text": "An old one."}, {"date": "2017-02-07", "text": "It was the Kent."}]
    told("The Lune rises.", 1, corrections=rows)
    told("Long set right.", 1, corrections=rows[:1])

    html = body(client, "/since/2017/02/4/")

    assert "The Lune rises." in html
    assert "It was the Kent." in html
    assert "An old one." not in html
    assert "Long set right." not in html


def test_what_was_withdrawn_since_says_why_and_nothing_of_what_it_said(client: Client) -> None:
    gone = told("The bridge falls.", 2, slug="bridge-falls")
    withdraw(gone)

    html = body(client, "/since/2017/02/4/")

    for words in ("An event of 2 February 2017", "6 February 2017", "It never was."):
        assert words in html
    assert "ridge" not in html
    assert "Hush" not in html
    assert "It never was." not in body(client, "/since/2017/02/7/")


def test_a_draft_that_was_thrown_away_was_never_withdrawn_from_readers(client: Client) -> None:
    draft = make_event("Never seen.", status=Status.DRAFT)
    services.change_state(draft, None, Move.WITHDRAW, editor=User.objects.create_user("ada"), reason="Thrown away.")

    assert "Thrown away" not in body(client, "/since/2017/02/1/")


def test_a_tag_has_its_own_page_also_where_its_name_holds_slashes(client: Client) -> None:
    told("With it.", 5, tags=["AC/DC"], corrections=[{"date": "2017-02-06", "text": "Five of them."}])
    told("Without it.", 5, corrections=[{"date": "2017-02-06", "text": "Not that."}])
    withdraw(told("Gone with it.", 2, tags=["AC/DC"]), "Gone with it.")
    withdraw(told("Gone without it.", 2), "Gone without it.")

    html = body(client, "/since/2017/02/4/tag/ac/dc/")

    assert lines(client, "/since/2017/02/4/tag/ac/dc/") == ["5 February 2017", "With it."]
    assert "Five of them." in html
    assert "Not that." not in html
    assert "Gone with it." in html
    assert "Gone without it." not in html


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/since/2017/02/04/", "/since/2017/02/4/"),
        ("/since/2017/02/4/tag/The_Kent/", "/since/2017/02/4/tag/kent/"),
        ("/since/2017/02/4/tag/KENT/?page=2", "/since/2017/02/4/tag/kent/?page=2"),
    ],
)
def test_other_addresses_move_to_the_one_address(client: Client, path: str, to: str) -> None:
    told("It rises.", 5, tags=["Kent"])
    TagAlias.objects.create(tag=make_tag("Kent"), name="The Kent")

    response = client.get(path)

    assert (response.status_code, response["Location"]) == (301, to)


@pytest.mark.parametrize(
    "path", ["/since/2017/02/30/", "/since/2017/02/4/tag/unknown/", "/since/2017/02/4/tag/secret/"]
)
def test_what_cannot_be_has_no_page(client: Client, path: str) -> None:
    make_event("A draft.", tags=["Secret"], status=Status.DRAFT)

    assert client.get(path).status_code == 404


def test_a_day_to_come_is_explained(client: Client) -> None:
    html = body(client, "/since/2017/02/11/")

    assert "still to come" in html
    assert 'href="/since/2017/02/9/"' in html


def test_a_day_without_news_says_so_and_leads_on(client: Client) -> None:
    html = body(client, "/since/2017/02/10/")

    assert "Nothing new has been told since." in html
    assert 'href="/since/2017/02/10/"' in html


@pytest.mark.parametrize("path", ["/since/0001/01/1/", "/since/9999/12/31/"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_ends_of_the_calendar_are_days_too(client: Client, settings: Settings, path: str, zone: str) -> None:
    settings.TIME_ZONE = zone

    assert client.get(path).status_code == 200


# --- The form -----------------------------------------------------------------------------------------------------


def test_the_form_leads_to_the_page_of_the_chosen_day(client: Client) -> None:
    told("It rises.", 5, tags=["Kent"])

    assert client.get("/since/?date=2017-02-04")["Location"] == "/since/2017/02/4/"
    assert client.get("/since/?date=2017-02-04&tag=Kent")["Location"] == "/since/2017/02/4/tag/kent/"
    for nothing in ("unknown", "%00", "_"):
        assert client.get(f"/since/?date=2017-02-04&tag={nothing}")["Location"] == "/since/2017/02/4/"
    assert client.get("/zh/since/?date=2017-02-04&tag=Kent")["Location"] == "/zh/since/2017/02/4/"


def test_the_form_leads_to_the_days_that_readers_ask_for_most(client: Client) -> None:
    html = body(client, "/since/")

    for day in ("2017/02/9", "2017/02/3", "2017/01/11"):
        assert f'href="/since/{day}/"' in html
    assert 'max="2017-02-10"' in html


@pytest.mark.parametrize("asked", ["2017-02-30", "yesterday", '"><script>', "\0"])
def test_what_is_no_date_is_said_to_be_none(client: Client, asked: str) -> None:
    response = client.get("/since/", {"date": asked})

    assert response.status_code == 400
    assert "is no date" in response.content.decode()
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/news/2017/", "/news/2017/02/2/", "/tag/kent/"])
def test_pages_lead_to_what_is_new(client: Client, path: str) -> None:
    make_event("It rises.", tags=["Kent"])

    address = "/since/?tag=kent" if path.startswith("/tag/") else "/since/"
    assert f'href="{address}"' in body(client, path)
    assert 'name="tag" value="kent"' in body(client, "/since/?tag=kent")


# --- All of it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/since/", "/since/2017/02/4/", "/since/2017/02/11/", "/since/2017/02/4/tag/kent/"])
def test_no_engine_keeps_these_pages_and_no_reader_gets_a_cookie(client: Client, path: str) -> None:
    told("It rises.", 5, tags=["Kent"])

    response = client.get(path)

    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert not response.cookies


def test_editions_do_not_mix(client: Client) -> None:
    told("It rises.", 5, tags=["Kent"], corrections=[{"date": "2017-02-06", "text": "It fell."}])
    withdraw(told("Gone.", 5))
    told("河水上涨。", 5, language="zh", tags=["Kent"])

    for path in ("/zh/since/2017/02/4/", "/zh/since/2017/02/4/tag/kent/"):
        html = body(client, path)
        assert "河水上涨。" in html
        for words in ("It rises.", "It fell.", "It never was."):
            assert words not in html


def test_long_lists_come_in_pages(client: Client) -> None:
    for number in range(51):
        told(f"No. {number}.", 5, corrections=[{"date": "2017-02-06", "text": f"Text {number}."}])

    assert len(lines(client, "/since/2017/02/4/")) == 51
    assert lines(client, "/since/2017/02/4/?page=2") == ["5 February 2017", "No. 0."]
    assert "The last 50 are shown." in body(client, "/since/2017/02/4/")


@pytest.mark.parametrize("size", [2, 20])
def test_it_takes_a_fixed_number_of_queries(
    client: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        event = make_event(
            f"No. {number}.",
            DAY - dt.timedelta(number),
            tags=["Much", f"Tag {number}"],
            corrections=[{"date": "2017-02-06", "text": "So."}],
        )
        cite(event, "NPR", "NPR", title=f"Story {number}")
        withdraw(told(f"Gone {number}.", 5, tags=["Much"]))

    for path, queries in {"/since/2017/02/2/": 7, "/since/2017/02/2/tag/much/": 9}.items():
        with django_assert_num_queries(queries, info=path):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED}))
def test_what_is_not_published_is_not_told(client: Client, status: Status) -> None:
    told("It rises.", 5, tags=["Kent"])
    told("Hush.", 5, slug="hush", tags=["Kent"], corrections=[{"date": "2017-02-06", "text": "Hush."}], status=status)

    for path in ("/since/2017/02/2/", "/since/2017/02/2/tag/kent/"):
        assert "hush" not in body(client, path).casefold()
