"""The search page: what readers see of what is found, and how they go on."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events.choices import Status
from events.models import TagAlias
from events.search import finding
from tests.events.desk import HOSTILE
from tests.events.making import DAY, cite, make_event, make_tag

pytestmark = pytest.mark.django_db

URL = "/search/"


def page(client: Client, url: str = URL, **query: Any) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def hits(text: str) -> list[str]:
    found = re.findall(r'<p class="sentence"><a [^>]*>(.*?)</a></p>', text)
    return [html.unescape(re.sub("</?mark>", "", headline)) for headline in found]


def facets(text: str) -> dict[str, str]:
    return dict(re.findall(r'<li><a href="[^"]*" rel="nofollow">([^<]*)</a> <span>(\d+)', text))


def link(text: str, words: str) -> str:
    """Where the first link to a search leads that begins with the words."""
    found = re.search(rf'<a [^>]*?href="([^"]*\?[^"]*)"[^>]*>{re.escape(words)}', text)
    assert found, words
    return html.unescape(found[1])


def test_hits_are_shown_as_events_are_with_their_words_marked(client: Client) -> None:
    make_event("Rivers <b>rise</b> in Kendal & Kent.", tags=["Flood"])
    text = page(client, q="river kendal")
    assert "<mark>Rivers</mark> &lt;b&gt;rise&lt;/b&gt; in <mark>Kendal</mark> &amp; Kent." in text
    assert "1 event" in text


def test_a_search_is_narrowed_by_what_its_hits_have_in_common_and_widened_again(client: Client) -> None:
    one = make_event("Kent rises.", tags=["Flood", "Rain"], category="Disasters and accidents")
    make_event("Kent falls.", DAY.replace(year=2016), tags=["Flood"])
    cite(one, "Gazette", "Gazette", title="Rain", url="https://gazette.example/")
    text = page(client, q="kent")
    assert facets(text) == {
        "Disasters and accidents": "1",
        "2017": "1",
        "2016": "1",
        "Flood": "2",
        "Rain": "1",
        "Gazette": "1",
    }
    for words in ("Disasters and accidents", "2017", "Rain", "Gazette"):
        narrowed = page(client, link(text, words))
        assert hits(narrowed) == ["Kent rises."]
        assert sorted(hits(page(client, link(narrowed, f"{words} <span")))) == ["Kent falls.", "Kent rises."]


def test_all_choices_stand_in_the_address_and_only_the_words_alone_are_for_engines(client: Client) -> None:
    for number in range(30):
        make_event(f"Kent rises {number}.", tags=["Flood"])
    plain = page(client, q="kent")
    assert '<link rel="canonical" href="http://testserver/search/?q=kent">' in plain
    assert "noindex" not in plain
    assert len(hits(plain)) == 25
    second = page(client, "/search/" + link(plain, "After"))
    assert len(hits(second)) == 5
    narrowed = page(client, q="kent", tag="FLOOD", sort="date")
    assert '<link rel="canonical" href="http://testserver/search/?q=kent&amp;tag=flood&amp;sort=date">' in narrowed
    for text in (second, narrowed, page(client, q="nothing")):
        assert '<meta name="robots" content="noindex">' in text


def test_a_search_says_its_own_address_everywhere(client: Client) -> None:
    make_event("Kent rises.")
    make_event("Kent 上涨。", language="zh")
    text = page(client, q="kent", sort="date")
    address = "/search/?q=kent&amp;sort=date"
    for language in ("en", "x-default"):
        assert f'<link rel="alternate" hreflang="{language}" href="http://testserver{address}">' in text
    assert f'<meta property="og:url" content="http://testserver{address}">' in text
    assert f'<a href="{address}" lang="en" hreflang="en" aria-current="true">' in text


def test_hits_are_sorted_by_how_well_they_fit_or_by_date(client: Client) -> None:
    make_event("A long report of many things among which the Kent is one of the last.")
    make_event("Kent rises.", DAY.replace(year=2010), tags=["Kent"])
    assert hits(page(client, q="kent"))[0] == "Kent rises."
    assert hits(page(client, q="kent", sort="date"))[1] == "Kent rises."


def test_what_is_not_public_is_on_no_page_of_the_search_nor_among_the_tags(client: Client) -> None:
    for status in Status:
        if not status.is_public:
            event = make_event("Kent rises.", slug=status, tags=["Hush"], status=status, withdrawn_reason="x")
            cite(event, "Secret Herald", "Secret Herald")
    for query in ({"q": "kent"}, {"q": "hush"}, {"tag": "hush"}, {"publisher": "secret herald"}, {"q": "husj"}):
        text = page(client, **query)
        assert hits(text) == []
        assert "Kent rises" not in text
        assert "Hush" not in text.replace("“", "")
    assert client.get("/tags/", {"q": "hus"}).json() == {"tags": []}


def test_who_finds_nothing_is_helped(client: Client) -> None:
    make_event("The earthquake shakes Kendal.", tags=["Earthquake"])
    make_event("肯德尔 kendal.", language="zh", slug="zh")
    text = page(client, q="earthqake kendal")
    assert page(client, link(text, "earthquake kendal"))
    assert "Found nowhere in this edition: earthqake." in text
    assert hits(page(client, link(text, "kendal"))) == ["The earthquake shakes Kendal."]
    assert hits(page(client, link(page(client, q="kendal -shakes"), "kendal")))
    assert hits(page(client, link(page(client, q="kendal", year=1999), "Search all events")))
    assert hits(page(client, link(page(client, q="肯德尔"), "简体中文"))) == ["肯德尔 kendal."]


@pytest.mark.parametrize(
    "query",
    [
        {"q": HOSTILE},
        {"q": '"'},
        {"q": "\0" * 3 + "kent\0", "tag": "\0", "publisher": "a\0b", "category": "\0", "year": "\0"},
        {"q": "kent) OR headline:x* NEAR(a b)"},
        {"q": "'; DROP TABLE events_event --"},
        {"q": "a" * 5000},
        {"q": "-kent"},
        {"q": "kent", "year": "99999999", "page": "x", "sort": "x", "tag": HOSTILE},
        {"year": "0", "page": "-1"},
        {"q": "kent", "year": "0000199999"},
        {"tag": ["a", "b", "c", "d"]},
        {"q": "().*&|!<->:"},
        {"q": "\U0001f600 \u202e 京*"},
    ],
)
def test_nothing_that_can_be_asked_is_an_error(client: Client, query: dict[str, Any]) -> None:
    make_event("Kent rises.")
    query = {
        name: value.encode("utf-8", "replace") if isinstance(value, str) else value for name, value in query.items()
    }
    text = page(client, **query)
    assert "<script>alert" not in text
    assert client.get("/tags/", {"q": query.get("q", "")}).status_code == 200


def test_a_page_takes_as_many_queries_for_many_hits_as_for_few(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def make(number: int) -> None:
        event = make_event(f"Kent rises {number}.", tags=["Flood", f"Place {number}"], category="Sports")
        cite(event, f"Herald {number}", f"Herald {number}", title="x", url=f"https://herald.example/{number}")

    queries = 12 if connection.vendor == "postgresql" else 11  # which is asked what to mark
    make(0)
    with django_assert_num_queries(queries):
        page(client, q="kent")
    for number in range(1, 20):
        make(number)
    with django_assert_num_queries(queries):
        page(client, q="kent")


def test_nothing_but_what_to_leave_out_is_found_where_the_search_is_narrowed(client: Client) -> None:
    make_event("Kent rises.", tags=["Flood"])
    make_event("Lune rises.", tags=["Flood"])
    assert hits(page(client, q="-kent", tag="flood")) == ["Lune rises."]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"q": "-kent"}, "there is nothing in this search but what to leave out"),
        ({"q": "!!!"}, "There is no word in this search."),
        ({"year": "2017"}, 'or see <a href="/news/2017/">all of 2017</a>'),
        ({"q": "-kent", "year": "2017"}, 'or see <a href="/news/2017/">all of 2017</a>'),
    ],
)
def test_a_search_for_nothing_says_what_it_lacks(client: Client, query: dict[str, str], said: str) -> None:
    make_event("Kent rises.")
    text = page(client, **query)
    assert said in text
    assert "There are no such events." not in text


@pytest.mark.parametrize(
    ("typed", "address", "count"),
    [
        ("2017-02-02", "/news/2017/02/2/", "2 events"),
        ("2 February 2017", "/news/2017/02/2/", "2 events"),
        ("February 2, 2017", "/news/2017/02/2/", "2 events"),
        ("2017年2月2日", "/news/2017/02/2/", "2 events"),
        (" february 2017 ", "/news/2017/02/", "3 events"),
        ("2017-2", "/news/2017/02/", "3 events"),
    ],
)
def test_who_types_a_day_or_month_is_led_there(client: Client, typed: str, address: str, count: str) -> None:
    make_event("Kent rises.")
    make_event("Lune rises.")
    make_event("Kent falls.", DAY.replace(day=3))
    assert re.search(rf'<li><a href="{address}">[^<]*</a> {count}</li>', page(client, q=typed))


@pytest.mark.parametrize("typed", ["2017-02-31", "2017-13", "2 May 2017", "0000-01", "2 February 2017 flood"])
def test_a_day_that_is_none_or_has_no_events_leads_nowhere(client: Client, typed: str) -> None:
    make_event("Kent rises.")
    assert 'class="inline named"' not in page(client, q=typed)


def test_who_types_the_name_of_a_tag_is_led_to_it_before_those_in_which_a_word_begins_so(client: Client) -> None:
    for number in range(2):
        make_event(f"One {number}.", tags=["River Kent", "Kent"][: number + 1])
    TagAlias.objects.create(tag=make_tag("Kent"), name="Kentwater")
    make_event("三。", language="zh", slug="zh", tags=["Kent 河"])
    named = '<li><a href="/tag/kent/">Kent</a></li>'
    assert re.sub(r"\s+", " ", page(client, q="KENT")).count(f'{named} <li><a href="/tag/river_kent/">') == 1
    assert named in page(client, q="kentwater")
    assert 'class="inline named"' not in page(client, q="kent", tag="river kent")


def test_a_name_that_is_no_tag_stays_in_its_field_beside_those_that_begin_so(client: Client) -> None:
    make_event("One.", tags=["Kent floods"])
    text = page(client, q="one", tag="ken")
    assert 'name="tag" maxlength="255" value="ken"' in text
    assert '<li><a href="/search/?q=one&amp;tag=kent+floods">Kent floods</a> 1 event</li>' in text


def test_of_more_hits_than_are_counted_only_years_that_may_have_some_are_offered(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST", 2)
    make_event("Lune rises.", DAY.replace(year=2010))
    for year in (2012, 2016, 2017, 2018):
        make_event("Kent rises.", DAY.replace(year=year))
    make_event("Lune rises.", DAY.replace(year=2014))
    years = re.findall(r'<a href="[^"]*year=(\d+)" rel="nofollow">', page(client, q="kent"))
    assert years == ["2018", "2017", "2016", "2014", "2012"]


def test_tags_are_suggested_by_any_word_and_name_the_most_used_first(client: Client) -> None:
    for number in range(2):
        make_event(f"One {number}.", tags=["Kent floods", "River Kent"][: number + 1])
    make_event("三。", language="zh", slug="zh", tags=["Kent 河"])
    TagAlias.objects.create(tag=make_tag("River Kent"), name="Kentwater")
    assert client.get("/tags/", {"q": "KENT"}).json() == {
        "tags": [{"name": "Kent floods", "count": 2}, {"name": "River Kent", "count": 1}]
    }
    assert client.get("/tags/", {"q": "kentw"}).json() == {"tags": [{"name": "River Kent", "count": 1}]}
    assert client.get("/zh/tags/", {"q": "kent"}).json() == {"tags": [{"name": "Kent 河", "count": 1}]}
    assert client.get("/tags/").json() == {"tags": []}


def test_every_page_leads_to_the_search_of_its_edition(client: Client) -> None:
    make_event("一。", language="zh", slug="one")
    for url in ("/zh/", "/zh/news/2017/02/2/", "/zh/search/"):
        assert f'action="{reverse("events:search", args=["zh"])}"' in page(client, url)
