"""What engines find: maps of all that is public, and what they are asked to leave alone."""

import datetime as dt
from collections.abc import Iterator
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date
from lxml import etree
from pytest_django import DjangoAssertNumQueries, Settings

from events import services, sitemaps
from events.choices import Move, Status
from events.models import Event, Tag
from tests.events.making import DAY, make_event, make_tag

pytestmark = pytest.mark.django_db
SITE = "https://news.example"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture(autouse=True)
def settings(settings: Settings) -> Settings:
    settings.SITE_URL = SITE
    return settings


def read(client: Client, path: str) -> etree._Element:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8"), path
    return etree.fromstring(response.content)


def locations(client: Client, path: str) -> list[str]:
    found = [element.text or "" for element in read(client, path).iter(f"{MAP}loc")]
    assert all(address.startswith(SITE) for address in found)
    return [address.removeprefix(SITE) for address in found]


def all_pages(client: Client) -> Iterator[str]:
    for path in locations(client, "/sitemap.xml"):
        yield from locations(client, path)


def map_of(tag: str) -> str:
    return f"/sitemap/tags/{Tag.objects.get(name=tag, language='en').pk // sitemaps.BLOCK}.xml"


@pytest.fixture
def wiki() -> None:
    for number in range(3):
        make_event(f"No. {number}.", DAY - dt.timedelta(number), tags=["Kent"])
    make_event("Rain & wind.", dt.date(2016, 12, 31), slug="it's", tags=["Kent", "Rare"])
    make_event("河水上涨。", language="zh", tags=["财政部"])


def test_the_maps_hold_every_page_once_and_each_opens(client: Client, wiki: None) -> None:
    pages = list(all_pages(client))

    assert len(pages) == len(set(pages))
    for event in Event.objects.all():
        assert event.get_absolute_url() in pages
    for page in (
        "/",
        "/zh/",
        "/topics/",
        "/topics/all/",
        "/zh/topics/",
        "/zh/topics/all/",
        "/news/2017/",
        "/news/2016/12/",
        "/news/2017/02/2/",
        "/zh/news/2017/02/2/",
        "/tag/kent/",
    ):
        assert page in pages
    for page in pages:
        assert client.get(page).status_code == 200, page


def test_a_tag_of_few_events_is_not_worth_finding(client: Client, wiki: None) -> None:
    pages = list(all_pages(client))

    assert "/tag/rare/" not in pages
    assert "/zh/tag/财政部/" not in pages


def test_maps_say_when_pages_were_changed_last(client: Client, wiki: None) -> None:
    event = Event.objects.get(headline="Rain & wind.")
    moment = dt.datetime(2031, 5, 4, 12, 30, tzinfo=dt.UTC)
    Event.objects.filter(pk=event.pk).update(updated_at=moment)

    changed = {
        element.findtext(f"{MAP}loc"): element.findtext(f"{MAP}lastmod")
        for path in ("/sitemap.xml", "/sitemap/2016/12.xml", "/sitemap/2017/02.xml")
        for element in read(client, path)
    }

    for path in (event.get_absolute_url(), "/news/2016/12/31/", "/news/2016/12/", "/sitemap/2016/12.xml"):
        assert changed[SITE + path] == "2031-05-04T12:30:00+00:00"
    assert changed[f"{SITE}/sitemap/2017/02.xml"] != "2031-05-04T12:30:00+00:00"


def test_the_map_of_tags_says_when_the_newest_event_of_each_was_changed(client: Client, wiki: None) -> None:
    moment = dt.datetime(2031, 5, 4, 12, 30, tzinfo=dt.UTC)
    Event.objects.filter(headline="No. 0.").update(updated_at=moment)

    [url] = read(client, map_of("Kent"))

    assert url.findtext(f"{MAP}lastmod") == "2031-05-04T12:30:00+00:00"


def test_maps_name_the_same_page_in_other_editions(client: Client, wiki: None) -> None:
    for number in range(3):
        make_event(f"河水 {number}。", DAY - dt.timedelta(number), language="zh", tags=["肯特"])
    for tag in (make_tag("Kent"), make_tag("肯特", "zh")):
        tag.wikidata = "Q23298"
        tag.save()

    found = {
        element.findtext(f"{MAP}loc"): {link.get("hreflang"): link.get("href") for link in element.iter(LINK)}
        for path in locations(client, "/sitemap.xml")
        for element in read(client, path)
    }

    for here, there in (
        ("/", "/zh/"),
        ("/news/2017/02/2/", "/zh/news/2017/02/2/"),
        ("/tag/kent/", "/zh/tag/%E8%82%AF%E7%89%B9/"),
    ):
        links = {"en": SITE + here, "zh": SITE + there, "x-default": SITE + here}
        assert found[SITE + here] == found[SITE + there] == links
    assert found[f"{SITE}/news/2017/02/2/no-0/"] == {}


def test_each_of_two_tags_of_one_thing_is_the_same_as_itself(client: Client, wiki: None) -> None:
    for number in range(3):
        make_event(f"Other {number}.", DAY - dt.timedelta(number), tags=["Kentish river"])
        make_event(f"河水 {number}。", DAY - dt.timedelta(number), language="zh", tags=["肯特"])
    Tag.objects.filter(name__in=["Kent", "Kentish river", "肯特"]).update(wikidata="Q23298")

    own = {
        element.findtext(f"{MAP}loc"): element.find(f"{LINK}[@hreflang='en']").get("href")
        for element in read(client, map_of("Kent"))
    }

    for path in ("/tag/kent/", "/tag/kentish_river/"):
        assert own[SITE + path] == SITE + path


def test_an_edition_that_is_no_more_is_on_no_map(client: Client, wiki: None) -> None:
    for number in range(3):
        make_event(f"Kent {number}.", DAY - dt.timedelta(number), language="fr", tags=["Le Kent"])
    Tag.objects.filter(name__in=["Kent", "Le Kent"]).update(wikidata="Q23298")
    assert all("fr" not in path and "le_kent" not in path for path in all_pages(client))


def test_who_has_a_map_is_told_so(client: Client, wiki: None) -> None:
    for path in ("/sitemap.xml", *locations(client, "/sitemap.xml")):
        answer = client.get(path, headers={"if-none-match": client.get(path)["ETag"]})
        assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["/sitemap/2015/01.xml", "/sitemap/2017/13.xml", "/sitemap/tags/999999.xml", f"/sitemap/tags/{'9' * 23}.xml"],
)
def test_there_is_no_map_of_nothing(client: Client, wiki: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_map_of_an_empty_wiki_leads_to_its_front_pages(client: Client) -> None:
    assert list(all_pages(client)) == ["/", "/zh/"]


def test_tags_come_in_blocks_that_stay(client: Client, wiki: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "BLOCK", 2)
    for number in range(3):
        make_event(f"Of {number}.", dt.date(2018, 1, 1 + number), tags=[f"Tag {name}" for name in "abcde"])

    blocks = [path for path in locations(client, "/sitemap.xml") if "/tags/" in path]

    assert len(blocks) >= 3
    pages = [page for block in blocks for page in locations(client, block)]
    assert sorted(pages) == ["/tag/kent/", *(f"/tag/tag_{name}/" for name in "abcde")]


def test_a_map_changes_when_something_is_withdrawn(client: Client, wiki: None) -> None:
    known = client.get("/sitemap/2016/12.xml")["ETag"]
    make_event("Another.", dt.date(2016, 12, 30))
    with_another = client.get("/sitemap/2016/12.xml", headers={"if-none-match": known})
    services.change_state(Event.objects.get(headline="Another."), None, Move.WITHDRAW, editor=None, reason="No.")

    assert with_another.status_code == 200
    again = client.get("/sitemap/2016/12.xml", headers={"if-none-match": with_another["ETag"]})
    dated = client.get("/sitemap/2016/12.xml", headers={"if-modified-since": http_date()})
    for answer in (again, dated):
        assert answer.status_code == 200
        assert b"another" not in answer.content


@pytest.mark.parametrize("size", [3, 30])
def test_a_map_takes_a_fixed_number_of_queries(
    client: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        for language in ("en", "zh"):
            names = [f"Tag {other}" for other in range(size)]
            make_event(f"No. {number}.", DAY - dt.timedelta(number % 2), language=language, tags=names)
    tag = make_tag("Tag 0")
    tag.wikidata = "Q1"
    tag.save()

    maps = {"/sitemap.xml": 3, "/sitemap/pages.xml": 6, "/sitemap/2017/02.xml": 1, map_of("Tag 0"): 2}
    for path, queries in maps.items():
        with django_assert_num_queries(queries, info=path):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED}))
def test_what_is_not_published_is_on_no_map(client: Client, wiki: None, status: Status) -> None:
    for number in range(3):
        date = dt.date(2019, 3, 1 + number)
        make_event("Hush.", date, slug=f"hush-{number}", tags=["Hidden"], status=status, publish_at=timezone.now())

    for path in ("/sitemap.xml", *locations(client, "/sitemap.xml")):
        text = client.get(path).content.decode()
        for words in ("hush", "hidden", "2019/03"):
            assert words not in text
    assert client.get("/sitemap/2019/03.xml").status_code == 404


def test_robots_are_shown_the_map_and_asked_to_leave_some_pages_alone(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(response.content.decode().splitlines())

    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]
    for path in ("/", "/zh/news/2017/02/2/", "/tag/kent/", "/index_rss.xml", "/search/?q=a", "/zh/search/"):
        assert rules.can_fetch("*", path)
    for path in ("/admin/", "/preview/x/", "/zh/preview/x/", "/tags/?q=a", "/since/2017/02/2/"):
        assert not rules.can_fetch("*", path)
