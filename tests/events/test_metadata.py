"""What other sites and engines are told of a page: Open Graph, a canonical link, and JSON-LD."""

import datetime as dt
import json
from typing import Any

import lxml.html
import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from events import previews, services
from events.choices import Move, Status
from events.models import Event, RelatedLink
from sources.models import Source
from tests.events.making import DAY, cite, make_event, make_tag

pytestmark = pytest.mark.django_db
SITE = "https://news.example"
EVENT = "/news/2017/02/2/treasury/"


@pytest.fixture(autouse=True)
def settings(settings: Settings) -> Settings:
    settings.SITE_URL = SITE
    return settings


@pytest.fixture
def event() -> Event:
    """An event with all that can be said of one."""
    event = make_event(
        "Old quarrel: The treasury eases some sanctions.",
        slug="treasury",
        topics=["Old quarrel"],
        tags=["Treasury"],
        category="International relations",
        summary="More of *it* & [[Treasury|the money]].",
        image_url="/media/a b.webp",
        corrections=[{"date": "2017-02-03", "text": "It was some."}],
        published_at=dt.datetime(2017, 2, 2, 12, tzinfo=dt.UTC),
    )
    cite(event, "Reuters", "Reuters", url="https://example.org/story", title="A story", authors=["Ann Author"])
    Source.objects.filter(title="A story").update(published_on=DAY)
    cite(event, "NPR", "NPR", title="A closer look")
    cite(event, "The Courier")
    tag = make_tag("Treasury")
    tag.wikidata, tag.description = "Q42", "A ministry."
    tag.save()
    return event


def page(client: Client, path: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(client.get(path).content)


def said(html: lxml.html.HtmlElement) -> dict[str, str]:
    """The properties of Open Graph."""
    return {meta.get("property"): meta.get("content") for meta in html.iterfind(".//meta[@property]")}


def things(client: Client, path: str) -> dict[str, Any]:
    """What the page's JSON-LD says, by types."""
    [script] = page(client, path).findall(".//script[@type='application/ld+json']")
    data = json.loads(script.text)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


def path_of(found: dict[str, Any]) -> list[tuple[str, str]]:
    steps = found["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    return [(step["name"], step["item"].removeprefix(SITE)) for step in steps]


def test_an_event_is_an_article_with_what_it_cites(client: Client, event: Event) -> None:
    article = things(client, EVENT)["NewsArticle"]

    assert article == {
        "@type": "NewsArticle",
        "@id": SITE + EVENT,
        "url": SITE + EVENT,
        "mainEntityOfPage": SITE + EVENT,
        "inLanguage": "en",
        "license": "https://creativecommons.org/licenses/by-sa/4.0/",
        "headline": "The treasury eases some sanctions.",
        "description": "More of it & the money.",
        "datePublished": "2017-02-02T12:00:00+00:00",
        "dateModified": "2017-02-02T12:00:00+00:00",
        "temporalCoverage": "2017-02-02",
        "articleSection": "International relations",
        "about": [
            {"@type": "Thing", "name": "Old quarrel", "url": f"{SITE}/tag/old_quarrel/"},
            {
                "@type": "Thing",
                "name": "Treasury",
                "url": f"{SITE}/tag/treasury/",
                "sameAs": "https://www.wikidata.org/entity/Q42",
            },
        ],
        "citation": [
            {
                "@type": "NewsArticle",
                "name": "A story",
                "url": "https://example.org/story",
                "publisher": {"@type": "Organization", "name": "Reuters"},
                "author": [{"@type": "Person", "name": "Ann Author"}],
                "datePublished": "2017-02-02",
            },
            {
                "@type": "NewsArticle",
                "name": "A closer look",
                "publisher": {"@type": "Organization", "name": "NPR"},
            },
            {"@type": "CreativeWork", "name": "The Courier"},
        ],
        "correction": [{"@type": "CorrectionComment", "text": "It was some.", "datePublished": "2017-02-03"}],
        "image": f"{SITE}/media/a%20b.webp",
        "author": {"@type": "Organization", "name": "Newsroom", "url": f"{SITE}/"},
        "publisher": {"@type": "Organization", "name": "Newsroom", "url": f"{SITE}/"},
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "CollectionPage", "@id": f"{SITE}/news/2017/02/2/"},
    }


def test_an_event_that_readers_saw_change_says_when(client: Client, event: Event) -> None:
    services.change_state(event, None, Move.SAVE, editor=User.objects.create_user("ada"))

    article = things(client, EVENT)["NewsArticle"]

    assert article["dateModified"] > article["datePublished"]
    assert article["dateModified"][:16] == event.revisions.get().as_of.isoformat()[:16]


def test_moments_are_in_the_time_zone_of_the_wiki(client: Client, event: Event, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"

    assert things(client, EVENT)["NewsArticle"]["datePublished"] == "2017-02-02T17:30:00+05:30"


def test_a_day_lists_its_events(client: Client, event: Event) -> None:
    make_event("Another.")

    found = things(client, "/news/2017/02/2/")

    listed = found["CollectionPage"]["mainEntity"]
    assert listed["numberOfItems"] == 2
    assert {item["url"] for item in listed["itemListElement"]} == {SITE + EVENT, f"{SITE}/news/2017/02/2/another/"}
    assert found["CollectionPage"]["temporalCoverage"] == "2017-02-02"


def test_each_page_of_the_archive_says_its_path(client: Client, event: Event) -> None:
    year, month, day = ("2017", "/news/2017/"), ("February 2017", "/news/2017/02/"), ("2 February 2017", EVENT[:-9])

    assert path_of(things(client, year[1])) == [year]
    assert path_of(things(client, month[1])) == [year, month]
    assert path_of(things(client, day[1])) == [year, month, day]
    last = ("The treasury eases some sanctions.", EVENT)
    assert path_of(things(client, EVENT)) == [year, month, day, last]


def test_an_edition_is_a_site_that_can_be_searched(client: Client, event: Event) -> None:
    for home in ("", "/zh"):
        site = things(client, f"{home}/")["WebSite"]
        assert (site["name"], site["url"]) == ("Newsroom", f"{SITE}{home}/")
        template = site["potentialAction"]["target"]["urlTemplate"]
        assert template == f"{SITE}{home}/search/?q={{q}}"
    assert client.get("/search/?q=treasury").status_code == 200


def test_a_tag_is_what_its_page_is_about(client: Client, event: Event) -> None:
    found = things(client, "/tag/treasury/")

    assert found["CollectionPage"]["about"] == {
        "@type": "Thing",
        "name": "Treasury",
        "url": f"{SITE}/tag/treasury/",
        "description": "A ministry.",
        "sameAs": "https://www.wikidata.org/entity/Q42",
    }
    assert path_of(found) == [("Newsroom", "/"), ("Treasury", "/tag/treasury/")]


def test_names_of_dates_are_in_the_language_of_the_edition(client: Client) -> None:
    event = make_event("河水上涨。", language="zh", category="Sports")

    found = things(client, event.get_absolute_url())

    assert found["NewsArticle"]["inLanguage"] == "zh"
    assert path_of(found)[1:3] == [("2017年2月", "/zh/news/2017/02/"), ("2017年2月2日", "/zh/news/2017/02/2/")]


def test_text_cannot_leave_the_data(client: Client) -> None:
    hostile = '</script><script>alert(1)</script> <!-- & "quoted"'
    event = make_event(hostile, slug="x", tags=[hostile], summary=hostile)

    for path in ("/news/2017/02/2/x/", "/news/2017/02/2/", event.tags.get().get_absolute_url()):
        html = client.get(path).content.decode()
        assert "<script>" not in html
        assert said(page(client, path))["og:url"].startswith(SITE)
    assert things(client, "/news/2017/02/2/x/")["NewsArticle"]["headline"] == hostile
    assert 'alert(1)</script> <!-- & "quoted"' in said(page(client, "/news/2017/02/2/x/"))["og:title"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/news/2017/",
        "/news/2017/02/",
        "/news/2017/02/2/",
        EVENT,
        "/tag/treasury/",
        "/publisher/npr/",
        "/feeds/",
        "/search/?q=treasury",
        "/since/2017/02/2/",
    ],
)
def test_every_page_can_be_shown_elsewhere(client: Client, event: Event, path: str) -> None:
    html = page(client, path)

    shown = said(html)
    title = html.findtext(".//title") or ""
    assert shown["og:title"] and title.startswith(shown["og:title"])
    assert shown["og:description"] == " ".join(html.find(".//meta[@name='description']").get("content").split())
    assert shown["og:url"] == SITE + path
    assert shown["og:site_name"] == "Newsroom"
    assert shown["og:type"] == ("article" if path == EVENT else "website")
    picture = "/media/a%20b.webp" if path == EVENT else "/static/share.png"
    assert shown["og:image"] == SITE + picture
    assert html.find(".//meta[@name='twitter:card']").get("content") == "summary"
    canonical = html.find(".//link[@rel='canonical']")
    if canonical is None:
        assert html.find(".//meta[@name='robots']").get("content") == "noindex"
    else:
        assert canonical.get("href") == SITE + path


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED}))
def test_of_what_is_not_published_nothing_is_said(client: Client, event: Event, status: Status) -> None:
    secret = make_event("Hush.", slug="hush", topics=["Old quarrel"], tags=["Treasury"], status=status)
    RelatedLink.objects.create(event=event, target=secret)

    for path in ("/", "/news/2017/02/2/", EVENT, "/tag/treasury/"):
        assert "hush" not in client.get(path).content.decode().casefold()
    for path in (secret.get_absolute_url(), "/nothing/"):
        html = page(client, path)
        assert not said(html)
        assert html.find(".//script[@type='application/ld+json']") is None


def test_a_preview_is_shown_nowhere_else(client: Client) -> None:
    draft = make_event("Hush.", slug="hush", status=Status.DRAFT)
    services.change_state(draft, None, Move.SUBMIT, editor=User.objects.create_user("ada"))

    html = page(client, previews.link(draft.revisions.get()))

    assert "Hush." in html.text_content()
    assert not said(html)
    assert html.find(".//script[@type='application/ld+json']") is None
