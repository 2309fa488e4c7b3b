"""RSS and Atom: what is new, as readers' programs read it."""

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
import lxml.html
import pytest
from django.test import Client
from django.utils.http import http_date
from lxml import etree
from pytest_django import DjangoAssertNumQueries, Settings

from events import services
from events.choices import Move, Status
from events.models import Event, TagAlias
from tests.events.making import DAY, cite, make_event, make_tag

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/index_{}.xml", "/tag/old_quarrel/index_{}.xml", "/category/sports/index_{}.xml"]
PATHS = [feed.format(kind) for feed in FEEDS for kind in ("rss", "atom")]
NOON = dt.datetime(2017, 2, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def settings(settings: Settings) -> Settings:
    settings.SITE_URL = "https://news.example"
    return settings


@pytest.fixture
def event() -> Event:
    """An event with all that a feed says of one."""
    event = make_event(
        "Old quarrel: The treasury eases “some” sanctions & more.",
        slug="treasury",
        topics=["Old quarrel"],
        tags=["Treasury"],
        category="Sports",
        summary='See [[Treasury|the money]] and [it](/news/2016/). Not <a href="/this">.',
        corrections=[{"date": "2017-02-03", "text": "It was some."}],
        published_at=NOON,
    )
    cite(event, "Reuters", "Reuters", url="https://example.org/story?a=1&b=2", title="A story")
    cite(event, "NPR", "NPR", title="A closer look")
    return event


def read(client: Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, path
    feed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert not feed.bozo, feed.bozo_exception
    return feed


def titles(client: Client, path: str) -> list[str]:
    return [entry.title for entry in read(client, path).entries]


@pytest.mark.parametrize("path", PATHS)
def test_an_entry_says_what_happened_when_and_where_it_comes_from(client: Client, event: Event, path: str) -> None:
    [entry] = read(client, path).entries

    assert entry.title == "The treasury eases “some” sanctions & more."
    assert entry.link == entry.id == "https://news.example/news/2017/02/2/treasury/"
    assert entry.published_parsed[:5] == (2017, 2, 2, 12, 0)
    assert {tag.term for tag in entry.tags} == {"Sports", "Old quarrel", "Treasury"}
    html = entry.content[0].value if "atom" in path else entry.summary
    for words in (
        '<a href="https://news.example/news/2017/02/2/">2 February 2017</a>',
        '<a href="https://news.example/tag/old_quarrel/">Old quarrel</a>',
        '<a href="https://news.example/tag/treasury/" rel="noopener">the money</a>',
        '<a href="https://news.example/news/2016/" rel="noopener">it</a>',
        'Not &lt;a href="/this"&gt;.',
        "It was some.",
        'href="https://example.org/story?a=1&amp;b=2"',
        "A closer look</a>",
        "(NPR)",
    ):
        assert words in html
    assert '<a href="/' not in html


def test_rss_has_what_its_rules_require(client: Client, event: Event) -> None:
    root = etree.fromstring(client.get("/tag/treasury/index_rss.xml").content)

    assert (root.tag, root.get("version")) == ("rss", "2.0")
    [channel] = root
    assert channel.findtext("title") == "Newsroom: Treasury"
    assert channel.findtext("link") == "https://news.example/tag/treasury/"
    assert channel.findtext("description")
    assert channel.findtext("language") == "en"
    assert parsedate_to_datetime(channel.findtext("lastBuildDate") or "").tzinfo
    self_link = channel.find(f"{ATOM}link")
    assert self_link is not None
    assert dict(self_link.attrib) == {"rel": "self", "href": "https://news.example/tag/treasury/index_rss.xml"}
    [item] = channel.findall("item")
    assert item.findtext("guid") == item.findtext("link") == "https://news.example/news/2017/02/2/treasury/"
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == NOON


def test_atom_has_what_its_rules_require(client: Client, event: Event) -> None:
    root = etree.fromstring(client.get("/tag/treasury/index_atom.xml").content)

    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}id") == "https://news.example/tag/treasury/index_atom.xml"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Newsroom"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://news.example/tag/treasury/index_atom.xml",
        "alternate": "https://news.example/tag/treasury/",
    }
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert dt.datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "").tzinfo
    content = root.find(f"{ATOM}entry/{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert root.find(f"{ATOM}entry/{ATOM}summary") is None


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_moments_are_in_the_time_zone_of_the_wiki(client: Client, event: Event, settings: Settings, kind: str) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"

    assert read(client, f"/index_{kind}.xml").entries[0].published.endswith(("17:30:00 +0530", "17:30:00+05:30"))


def test_without_an_address_of_the_site_links_lead_to_the_host_that_was_asked(
    client: Client, event: Event, settings: Settings
) -> None:
    settings.SITE_URL = ""

    feed = read(client, "/index_atom.xml")

    assert feed.entries[0].link == "http://testserver/news/2017/02/2/treasury/"


def test_what_is_told_late_comes_first_in_the_feed_of_an_edition(client: Client, event: Event) -> None:
    make_event("Told late.", DAY - dt.timedelta(30), published_at=NOON + dt.timedelta(1))

    assert titles(client, "/index_rss.xml")[0] == "Told late."


@pytest.mark.parametrize("path", PATHS)
def test_a_feed_holds_the_newest_fifty(client: Client, event: Event, path: str) -> None:
    for number in range(60):
        date = DAY + dt.timedelta(number + 1)
        make_event(f"No. {number}.", date, tags=["Old quarrel"], category="Sports", published_at=_noon(date))

    assert titles(client, path) == [f"No. {number}." for number in range(59, 9, -1)]


def _noon(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(12), dt.UTC)


@pytest.mark.parametrize("path", PATHS)
def test_who_has_a_feed_is_told_so_after_one_query(
    client: Client, event: Event, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known = client.get(path)

    with django_assert_num_queries(1):
        answer = client.get(path, headers={"if-none-match": known["ETag"]})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == known["ETag"]
    assert answer["Cache-Control"] == known["Cache-Control"] == "public, max-age=0, s-maxage=60"


@pytest.mark.parametrize("path", PATHS)
def test_what_was_withdrawn_leaves_the_feed_of_those_too_who_only_say_when_they_asked(
    client: Client, event: Event, path: str
) -> None:
    make_event("Another.", topics=["Old quarrel"], category="Sports", published_at=NOON)
    known = client.get(path)
    since = known.get("Last-Modified") or http_date()
    services.change_state(event, None, Move.WITHDRAW, editor=None, reason="No.")
    Event.objects.update(updated_at=NOON)  # of the one that stays, long ago

    again = client.get(path, headers={"if-modified-since": since})
    assert again.status_code == 200
    assert b"treasury" not in again.content


def test_a_feed_changes_with_its_events(client: Client, event: Event) -> None:
    editor = None
    before = client.get("/index_rss.xml")["ETag"]
    make_event("Another.", published_at=NOON)
    with_another = client.get("/index_rss.xml", headers={"if-none-match": before})
    assert with_another.status_code == 200
    services.change_state(event, None, Move.SAVE, editor=editor, comment="Saved")
    assert client.get("/index_rss.xml", headers={"if-none-match": with_another["ETag"]}).status_code == 200


@pytest.mark.parametrize("size", [3, 30])
def test_a_feed_takes_a_fixed_number_of_queries(
    client: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        names = [f"Tag {number} {other}" for other in range(size)]
        event = make_event(f"No. {number}.", topics=["Old quarrel"], tags=names, category="Sports")
        for other in range(size):
            cite(event, "NPR", "NPR", title=f"Story {number} {other}")

    for path, queries in zip(PATHS, (4, 4, 5, 5, 5, 5), strict=True):
        with django_assert_num_queries(queries, info=path):
            assert client.get(path).status_code == 200


def test_other_names_of_a_tag_lead_to_its_feed(client: Client, event: Event) -> None:
    TagAlias.objects.create(tag=make_tag("Treasury"), name="Exchequer")

    for path in ("/tag/exchequer/index_rss.xml", "/tag/Treasury/index_rss.xml"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, "/tag/treasury/index_rss.xml")


def test_a_name_may_hold_slashes_and_look_like_a_feed(client: Client) -> None:
    make_event("One.", tags=["AC/DC", "AC/DC/index rss.xml"])

    assert read(client, "/tag/ac/dc/index_rss.xml").feed.title == "Newsroom: AC/DC"
    assert client.get("/tag/ac/dc/index_rss.xml/").status_code == 200
    assert read(client, "/tag/ac/dc/index_rss.xml/index_rss.xml").feed.title == "Newsroom: AC/DC/index rss.xml"


@pytest.mark.parametrize(
    "path",
    [
        "/tag/unknown/index_rss.xml",
        "/category/unknown/index_rss.xml",
        "/index_json.xml",
        "/tag/_/index_rss.xml",
        "/category/_/index_rss.xml",
        "/tag/%00/index_rss.xml",
        "/zh/tag/treasury/index_rss.xml",
    ],
)
def test_what_there_is_not_has_no_feed(client: Client, event: Event, path: str) -> None:
    assert client.get(path, follow=True).status_code == 404


def test_a_category_has_a_feed_before_it_has_events(client: Client) -> None:
    assert read(client, "/category/law_and_crime/index_atom.xml").entries == []


def test_each_edition_has_its_own_feeds_in_its_language(client: Client, event: Event) -> None:
    make_event("美国财政部放宽制裁。", language="zh", tags=["财政部"], published_at=NOON)

    for path in ("/zh/index_atom.xml", "/zh/tag/财政部/index_rss.xml"):
        feed = read(client, path)
        assert [entry.title for entry in feed.entries] == ["美国财政部放宽制裁。"]
        assert feed.feed.language == "zh"
        assert "2017年2月2日" in feed.entries[0].summary
    assert titles(client, "/index_atom.xml") == ["The treasury eases “some” sanctions & more."]


@pytest.mark.parametrize("path", PATHS)
def test_what_xml_cannot_hold_is_replaced_and_markup_is_text(client: Client, path: str) -> None:
    hostile = "\x01 <script>alert(1)</script> ]]> \x0b￾"
    event = make_event(
        f"What {hostile}",
        slug="x",
        topics=["Old quarrel"],
        tags=[f"Tag {hostile}"],
        category="Sports",
        summary=hostile,
        published_at=NOON,
    )
    cite(event, f"Label {hostile}"[:200], "NPR", url="https://example.org/\x02", title=f"Title {hostile}")

    [entry] = read(client, path).entries

    assert entry.title.startswith("What \ufffd <script>")
    html = (entry.content[0] if "atom" in path else entry.summary_detail).value
    assert "<script" not in html
    etree.fromstring(client.get(path).content)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED}))
@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_published_is_in_no_feed(client: Client, event: Event, path: str, status: Status) -> None:
    make_event("Hush.", slug="hush", topics=["Old quarrel"], category="Sports", status=status, published_at=NOON)

    assert "hush" not in client.get(path).content.decode().casefold()


@pytest.mark.parametrize("path", ["/", "/news/2017/02/2/", "/feeds/", "/tag/treasury/", "/zh/", "/nothing/"])
def test_a_page_names_the_feeds_of_its_edition_and_of_its_tag(client: Client, event: Event, path: str) -> None:
    html = lxml.html.fromstring(client.get(path).content)

    kinds = {"application/atom+xml", "application/rss+xml"}
    links = [link for link in html.iterfind(".//link[@rel='alternate']") if link.get("type") in kinds]
    named = {link.get("href") for link in links}
    assert named >= {"/zh/index_rss.xml", "/zh/index_atom.xml"} if path == "/zh/" else {"/index_rss.xml"}
    assert ("/tag/treasury/index_rss.xml" in named) is (path == "/tag/treasury/")
    shown = {a.get("href") for a in html.iterfind(".//footer//a")}
    assert any("index_rss.xml" in address for address in shown)
    for address in named:
        assert client.get(address).status_code == 200


def test_the_page_of_feeds_leads_to_those_of_each_category(client: Client) -> None:
    html = lxml.html.fromstring(client.get("/feeds/").content)

    addresses = {a.get("href") for a in html.iterfind(".//main//a")}
    assert "/category/law_and_crime/index_rss.xml" in addresses
    for address in addresses:
        assert client.get(address).status_code == 200
