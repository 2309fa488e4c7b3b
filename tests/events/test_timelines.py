"""Pages of days, charts of months, and the pages of topics, tags, publishers and sources that are made of them."""

import datetime as dt
import re
from collections import Counter

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from events import timelines
from events.choices import Status
from events.models import Event, EventTag, Tag, TagAlias
from events.timelines import PAGE_SIZE, Chart, Window, chart, window
from events.views import lists
from sources.models import Fetch, Publisher, PublisherAlias, Source
from tests.events.making import DAY, cite, make_event, make_publisher, make_tag

DAYS = st.dates(dt.date(1999, 1, 1), dt.date(2003, 12, 31))
NUMBERS = st.dictionaries(DAYS.map(dt.date.isoformat), st.integers(1, 70), max_size=60)


def days_in(numbers: timelines.Numbers, shown: Window) -> set[str]:
    last = (shown.before or dt.date.max).isoformat()
    return {day for day in numbers if shown.since.isoformat() <= day < last}


# --- Windows ------------------------------------------------------------------------------------------------------


@given(NUMBERS)
def test_from_window_to_older_window_every_day_comes_once(numbers: dict[str, int]) -> None:
    seen: Counter[str] = Counter()
    shown = window(numbers, None)
    while shown:
        seen.update(days_in(numbers, shown))
        shown = window(numbers, shown.older) if shown.older else None
    assert seen == Counter(dict.fromkeys(numbers, 1))


@given(NUMBERS, DAYS)
def test_from_window_to_newer_window_no_day_is_missed(numbers: dict[str, int], before: dt.date) -> None:
    shown, seen = window(numbers, before), set[str]()
    while shown:
        seen |= days_in(numbers, shown)
        shown = window(numbers, shown.newer) if shown.newer or shown.is_second else None
    if window(numbers, before):
        assert seen >= {day for day in numbers if day >= before.isoformat()}


@given(NUMBERS, DAYS)
def test_a_window_holds_as_much_as_a_page_and_no_whole_day_more(numbers: dict[str, int], before: dt.date) -> None:
    shown = window(numbers, before)
    if not shown:
        assert not any(day < before.isoformat() for day in numbers)
        return
    days = days_in(numbers, shown)
    total = sum(numbers[day] for day in days)
    assert total >= PAGE_SIZE or shown.older is None
    assert total - numbers[min(days)] < PAGE_SIZE
    is_newest = max(numbers) < before.isoformat()
    assert is_newest == (shown.newer is None and not shown.is_second)


@given(NUMBERS)
def test_the_newest_window_has_no_other_name(numbers: dict[str, int]) -> None:
    assert window(numbers, dt.date.max) == window(numbers, None)


# --- Charts -------------------------------------------------------------------------------------------------------


def drawn(numbers: dict[str, int]) -> Chart:
    found = chart(numbers)
    assert found
    return found


def test_a_chart_shows_every_month_from_the_first_to_the_last() -> None:
    found = drawn({"2016-11-03": 1, "2016-11-30": 3, "2017-02-02": 2})

    assert [(str(bar.first), bar.count) for bar in found.bars] == [
        ("2016-11-01", 4),
        ("2016-12-01", 0),
        ("2017-01-01", 0),
        ("2017-02-01", 2),
    ]
    assert [(bar.x, bar.y, bar.height) for bar in found.bars] == [(0, 0, 100), (1, 100, 0), (2, 100, 0), (3, 50, 50)]
    assert found.busiest.count == 4
    assert [bar.count for bar in found.filled] == [2, 4]
    assert not found.is_by_year


def test_a_chart_of_a_long_time_shows_years() -> None:
    assert not drawn({"2000-01-31": 4, "2014-12-01": 1}).is_by_year
    found = drawn({"2000-02-28": 1, "2015-02-01": 2, "2015-12-31": 2})
    assert found.is_by_year
    assert [bar.first.year for bar in found.bars] == list(range(2000, 2016))
    assert (found.bars[0].count, found.bars[-1].count, found.bars[-1].end) == (1, 4, dt.date(2016, 1, 1))


def test_a_chart_ends_with_the_last_year_of_all() -> None:
    assert drawn({"9999-11-02": 4, "9999-12-31": 1}).bars[-1].end == dt.date.max


def test_so_little_is_no_chart() -> None:
    assert chart({}) is None
    assert chart({"2017-02-02": 2, "2017-03-01": 2}) is None
    assert chart({"2017-02-02": 2, "2017-03-01": 3})
    assert chart({"2017-02-02": 1, "2017-02-28": 5}) is None


@given(NUMBERS)
def test_a_chart_counts_everything_and_the_little_can_be_seen(numbers: dict[str, int]) -> None:
    if found := chart(numbers):
        assert sum(bar.count for bar in found.bars) == sum(numbers.values())
        assert all(bar.y + bar.height == found.height for bar in found.bars)
        assert all((bar.height >= 2) == (bar.count > 0) for bar in found.bars)
        assert [bar.end for bar in found.bars[:-1]] == [bar.first for bar in found.bars[1:]]


# --- Pages --------------------------------------------------------------------------------------------------------


def body(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def much(db: None) -> Tag:
    """A tag of 120 events, one a day, and one day with ten more in the middle."""
    for number in range(120):
        make_event(f"Number {number}.", DAY - dt.timedelta(number), tags=["Much"])
    for number in range(10):
        make_event(f"More {number}.", DAY - dt.timedelta(60), tags=["Much", "Beside"])
    return make_tag("Much")


def test_a_tag_comes_in_pages_that_are_named_by_days(client: Client, much: Tag) -> None:
    first = body(client, "/tag/much/")
    assert "130 events" in first
    assert "Number 39." in first and "Number 40." not in first
    assert '<link rel="canonical" href="http://testserver/tag/much/">' in first
    assert '<a rel="next" href="?before=2016-12-25">Before 25 December 2016 ›</a>' in first
    assert "Newer" not in first

    second = body(client, "/tag/much/?before=2016-12-25")
    assert "Number 40." in second and "Number 69." in second and "Number 70." not in second
    assert "More 0." in second and "More 9." in second
    assert "<title>Much, before 25 December 2016 –" in second
    assert '<link rel="canonical" href="http://testserver/tag/much/?before=2016-12-25">' in second
    assert '<a rel="prev" href="/tag/much/">' in second

    third = body(client, "/tag/much/?before=2016-11-25")
    assert "Number 70." in third and "Number 109." in third and "Number 110." not in third
    assert '<a rel="prev" href="/tag/much/?before=2016-12-25">' in third


def test_a_page_named_by_a_day_says_its_own_address_everywhere(client: Client, much: Tag) -> None:
    chinese = make_event("多", language="zh", tags=["多"]).tags.get()
    Tag.objects.filter(pk__in=[much.pk, chinese.pk]).update(wikidata="Q42")

    html = body(client, "/tag/much/?before=2016-12-25")

    address = "http://testserver/tag/much/?before=2016-12-25"
    for language in ("en", "x-default"):
        assert f'<link rel="alternate" hreflang="{language}" href="{address}">' in html
    assert f'<meta property="og:url" content="{address}">' in html
    assert '<a href="/tag/much/?before=2016-12-25" lang="en" hreflang="en" aria-current="true">' in html


def test_any_day_names_a_page_and_nonsense_the_first_one(client: Client, much: Tag) -> None:
    assert "Number 119." in body(client, "/tag/much/?before=2016-10-07")
    body(client, "/tag/much/?before=2016-10-06", 404)
    first = body(client, "/tag/much/")
    for nonsense in ("", "2", "20161215", "2016-13-01", "2016-W50-4", "x"):
        assert body(client, f"/tag/much/?before={nonsense}") == first
    assert "Number 0." in body(client, "/tag/much/?before=9999-12-31")


def test_a_tag_shows_its_months_as_bars_and_as_a_table_that_leads_to_them(client: Client, much: Tag) -> None:
    html = body(client, "/tag/much/")

    chart = html.partition("<svg")[2].partition("</svg>")[0]
    assert 'role="img" aria-labelledby="chart" aria-describedby="chart-says"' in chart
    assert chart.count("<rect") == 5
    assert "style=" not in html
    assert "most in Dec 2016: 41" in html
    assert '<a href="?before=2017-01-01">December 2016</a></th> <td>41</td>' in html
    assert "<svg" not in body(client, "/tag/beside/")


def test_a_tag_names_what_most_often_goes_with_it(client: Client, much: Tag) -> None:
    make_event("Hidden.", tags=["Much", "Secret"], status=Status.DRAFT)

    aside = body(client, "/tag/much/").partition("<aside")[2].partition("</aside>")[0]

    assert '<a href="/tag/beside/">Beside</a> <span>10' in aside
    assert "Secret" not in aside and "Much" not in aside
    assert "<aside" not in body(client, make_event("Alone.", tags=["Alone"]).tags.get().get_absolute_url())


def test_a_tag_leads_to_no_edition_that_the_wiki_has_no_longer(client: Client, much: Tag) -> None:
    gone = make_event("Beaucoup", language="fr", tags=["Beaucoup"]).tags.get()
    Tag.objects.filter(pk__in=[much.pk, gone.pk]).update(wikidata="Q42")
    assert "Beaucoup" not in body(client, "/tag/much/")


def test_a_tag_leads_to_the_same_in_other_editions_as_far_as_they_have_it(client: Client, much: Tag) -> None:
    chinese = make_event("多", language="zh", tags=["多"]).tags.get()
    hidden = make_event("藏", language="zh", tags=["藏"], status=Status.DRAFT).tags.get()
    Tag.objects.filter(pk__in=[much.pk, chinese.pk, hidden.pk]).update(wikidata="Q42")
    TagAlias.objects.create(tag=much, name="Plenty")

    html = body(client, "/tag/much/")

    link = f'href="{chinese.get_absolute_url()}" lang="zh" hreflang="zh">简体中文: 多</a>'
    assert link in html
    assert f'<link rel="alternate" hreflang="zh" href="http://testserver{chinese.get_absolute_url()}">' in html
    assert 'lang="en" hreflang="en">English: Much</a>' in body(client, chinese.get_absolute_url())
    assert "藏" not in html
    assert "Also: Plenty" in html


def test_tags_without_a_number_of_wikidata_are_not_the_same(client: Client, much: Tag) -> None:
    make_event("多", language="zh", tags=["多"])

    assert "多" not in body(client, "/tag/much/")


@pytest.mark.django_db
def test_topics_are_listed_by_their_events_of_the_last_month_and_of_the_last_year(client: Client) -> None:
    for number in range(3):
        make_event(f"Old {number}.", DAY - dt.timedelta(100 + number), topics=["Long war"])
        make_event(f"Ancient {number}.", DAY - dt.timedelta(400), slug=f"a{number}", topics=["Lost war"])
    make_event("New.", topics=["Flood"], tags=["Kendal"])
    make_event("New, too.", topics=["Long war"])
    make_event("Hush.", topics=["Secret"], status=Status.DRAFT)

    month, year = (part.partition("</section>")[0] for part in body(client, "/topics/").split("<h2>")[1:])

    assert re.findall(r"/tag/(\w+)/", month) == ["flood", "long_war"]
    assert re.findall(r"/tag/(\w+)/", year) == ["long_war", "flood"]
    assert '<a href="/topics/">Topics</a>' in body(client, "/")


@pytest.mark.django_db
def test_all_topics_there_ever_were_stand_on_pages_the_most_frequent_first(client: Client) -> None:
    for number in range(lists.TOPICS_ON_A_PAGE):
        make_event(f"Number {number}.", DAY - dt.timedelta(number), topics=[f"Story {number:03}"], tags=["Kendal"])
    make_event("Long ago.", dt.date(1999, 1, 1), topics=["Lost war"])
    make_event("Long before.", dt.date(1998, 1, 1), topics=["Lost war"])
    make_event("Hush.", topics=["Secret"], status=Status.DRAFT)

    first, second = body(client, "/topics/all/"), body(client, "/topics/all/?page=2")

    assert first.index("Lost war") < first.index("Story 000") < first.index("Story 118")
    assert "Story 119" not in first
    assert "Story 119" in second
    assert "121 topics" in second
    assert "Secret" not in first + second
    assert ">Kendal<" not in first + second
    assert 'href="/topics/all/"' in body(client, "/topics/")


@pytest.mark.django_db
def test_a_topic_is_found_by_letters_of_any_of_its_names(client: Client) -> None:
    make_event("New.", topics=["Flood of Kendal"])
    make_event("Old.", topics=["Lost war"])
    TagAlias.objects.create(tag=make_tag("Lost war"), name="Campaign of 1999")

    assert ">Flood of Kendal</a>" in body(client, "/topics/all/?q=KENDAL")
    assert ">Lost war</a>" in body(client, "/topics/all/?q=campaign")
    assert "No topic has “&lt;b&gt;” in its name." in body(client, "/topics/all/?q=<b>%00")


@pytest.mark.django_db
def test_an_edition_without_events_has_no_topics(client: Client) -> None:
    make_event("Here.", topics=["War"])

    body(client, "/zh/topics/", 404)


@pytest.fixture
def npr(db: None) -> Publisher:
    """Cited by articles and by labels, one article by three events and one by two."""
    npr = make_publisher("NPR")
    twice, thrice = (Source.objects.create(publisher=npr, title=title) for title in ("Twice", "Thrice"))
    for number in range(60):
        event = make_event(f"Number {number}.", DAY - dt.timedelta(number))
        if number < 2:
            cite(event, "NPR", "NPR", title=f"Once {number}")
            cite(event, "NPR", source=twice)
        elif number < 5:
            cite(event, "NPR", source=thrice)
        else:
            cite(event, "NPR", "NPR")
    hidden = make_event("Hidden.", status=Status.DRAFT)
    cite(hidden, "NPR", source=twice)
    return npr


@pytest.mark.parametrize("frequent", [1, 2000])
def test_a_publisher_shows_what_of_it_is_cited_along_time(
    client: Client, npr: Publisher, frequent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.views.lists.FREQUENT", frequent)
    PublisherAlias.objects.create(publisher=npr, name="Public Radio of the Nation")
    Publisher.objects.filter(pk=npr.pk).update(homepage="https://npr.example")

    html = body(client, "/publisher/npr/")

    assert "Cited 62 times" in html
    assert "Public Radio of the Nation" in html
    assert '<a href="https://npr.example" rel="external noopener">Homepage</a>' in html
    assert "most in Jan 2017: 31" in html
    assert "Number 37." in html and "Number 38." not in html
    assert "Number 59." in body(client, "/publisher/npr/?before=2016-12-17")
    assert "Hidden." not in html


def test_a_publisher_names_its_articles_that_more_than_one_event_cites(client: Client, npr: Publisher) -> None:
    aside = body(client, "/publisher/npr/").partition("<aside")[2].partition("</aside>")[0]

    assert re.findall(r"(Once|Twice|Thrice)</a> <span>(\d)", aside) == [("Thrice", "3"), ("Twice", "2")]


@pytest.mark.django_db
def test_a_source_says_where_a_copy_is_and_that_its_article_is_gone(client: Client) -> None:
    address, copy = "https://npr.example/1", "https://archive.example/npr"
    source = cite(make_event("A dam breaks."), "NPR", "NPR", title="Water", url=address, archived_url=copy).source
    assert source
    assert "Dead link" not in body(client, source.get_absolute_url())
    gone_at = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)
    Fetch.objects.create(key=source.key, url=address, outcome=Fetch.Outcome.DEAD, tried_at=gone_at)

    html = body(client, source.get_absolute_url())

    assert "Dead link: on 6 May 2024 its server said that the article is gone." in html
    assert f'<dt>Archived copy</dt> <dd><a href="{copy}" rel="external noopener">{copy}</a></dd>' in html
    assert "Cited by 1 event" in html


@pytest.mark.django_db
def test_rows_of_hidden_events_are_counted_nowhere(client: Client) -> None:
    make_event("Seen.", tags=["Much"])
    make_event("Seen before.", DAY - dt.timedelta(40), tags=["Much"])
    make_event("Hidden.", DAY - dt.timedelta(80), tags=["Much"], status=Status.WITHDRAWN)

    html = body(client, "/tag/much/")

    assert "2 events" in html
    assert "November" not in html
    assert EventTag.objects.count() == 3 and Event.objects.count() == 3
