import datetime as dt
import gzip
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from events import days
from events.choices import LinkKind, Status
from events.models import Event, EventTag, Redirect, RelatedLink, TagAlias
from sources.models import PublisherAlias, Source
from tests.events.desk import person
from tests.events.making import DAY, cite, make_event, make_publisher, make_tag

pytestmark = pytest.mark.django_db

TREASURY = "The treasury eases some sanctions."


@pytest.fixture
def event() -> Event:
    """An event with all that can stand on its page."""
    event = make_event(
        f"Old quarrel: {TREASURY}",
        slug="treasury",
        topics=["Old quarrel"],
        tags=["Treasury"],
        category="International relations",
        summary="More of it: [[Treasury|the money]]. <script>alert(1)</script>",
        image_url="/media/a.webp",
        image_caption="The building",
        image_credit="A. Photographer",
    )
    cite(event, "Reuters", "Reuters", url="https://example.org/story")
    source = cite(event, "NPR", "NPR", title="A closer look", body="the whole text").source
    assert source
    Source.objects.filter(pk=source.pk).update(
        seen_at=make_publisher("KCUR"), published_on=DAY, authors=["Ann Author"], abstract="What it says."
    )
    return event


def body(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_the_front_page_shows_the_newest_three_days_the_first_in_full(client: Client, event: Event) -> None:
    for back in (1, 2, 3):
        make_event(f"Back {back}.", DAY - dt.timedelta(back))

    html = body(client, "/")

    assert TREASURY in html
    assert "Back 1." in html
    assert "Back 2." in html
    assert "Back 3." not in html


def test_the_front_page_of_an_empty_wiki_says_so(client: Client) -> None:
    assert "Nothing yet" in body(client, "/")


def test_a_long_day_is_cut_on_the_front_page_unless_it_is_the_newest(client: Client) -> None:
    for number in range(12):
        make_event(f"New {number}.")
        old = make_event(f"Old {number:02}.", DAY - dt.timedelta(1))
        for label in ("BBC", "Reuters")[: number % 12]:
            cite(old, label)

    html = body(client, "/")

    assert html.count("New ") == 12
    assert re.findall(r"Old (\d\d)", html) == [f"{number:02}" for number in range(2, 12)]
    assert "All 12 events of 1 February" in html


def test_a_day_leads_to_its_events_and_to_the_days_beside_it(client: Client, event: Event) -> None:
    make_event("Before.", DAY - dt.timedelta(3))
    make_event("After.", DAY + dt.timedelta(4))

    html = body(client, "/news/2017/02/2/")

    assert 'href="/news/2017/02/2/treasury/"' in html
    assert '<link rel="prev" href="/news/2017/01/30/">' in html
    assert '<link rel="next" href="/news/2017/02/6/">' in html
    assert "Before." not in html


def test_a_long_day_leads_to_its_categories_and_at_its_end_to_other_days(client: Client) -> None:
    make_event("Before.", DAY - dt.timedelta(1))
    for number in range(days.LONG):
        make_event(f"No. {number}.", category="Sports", topics=["Games", "Races"] if number else [])
    short = body(client, "/news/2017/02/2/")
    make_event("A dam breaks.", category="Disasters and accidents")

    long = body(client, "/news/2017/02/2/")

    assert short.count('rel="prev" href="/news/2017/02/1/"') == 2  # of the head of the document, and of its first line
    assert long.count('rel="prev" href="/news/2017/02/1/"') == 3
    contents = re.findall(r'<li><a href="#(\d+)">([^<]+)</a> (\d+)</li>', long)
    assert [(name, count) for _, name, count in contents] == [("Disasters and accidents", "1"), ("Sports", "15")]
    assert "contents" not in short
    for anchor, name, _ in contents:
        assert f'<h2 id="{anchor}">{name}</h2>' in long


def test_a_day_with_a_leading_zero_moves_to_its_address(client: Client, event: Event) -> None:
    response = client.get("/news/2017/02/02/?x=1")

    assert (response.status_code, response["Location"]) == (301, "/news/2017/02/2/?x=1")


@pytest.mark.parametrize(
    "path", ["/news/２０１７/", "/news/2017/０２/", "/news/2017/02/２/", "/sitemap/２０１７/02.xml"]
)
def test_digits_of_other_scripts_are_no_address(client: Client, event: Event, path: str) -> None:
    body(client, path, 404)


@pytest.mark.parametrize(
    "path", ["/", "/topics/", "/news/", "/news/0001/", "/news/0001/01/", "/news/0001/01/5/", "/news/0001/01/5/first/"]
)
def test_the_first_days_that_there_are_have_pages(client: Client, path: str) -> None:
    make_event("First.", dt.date(1, 1, 5), topics=["Beginnings"])
    assert client.get(path, follow=True).status_code == 200


def test_a_day_without_events_names_the_nearest_days(client: Client, event: Event) -> None:
    html = body(client, "/news/2017/02/20/", 404)

    assert "Nothing on 20 February 2017" in html
    assert 'href="/news/2017/02/2/"' in html


NOWHERE = ["/news/2017/02/30/", "/news/2017/13/", "/news/0000/", "/news/0001/", "/news/9999/", "/news/9999/12/"]


@pytest.mark.parametrize(
    "path",
    [
        *NOWHERE,
        "/nothing/",
        "/zh/nothing/",
        "/source//",
        "/tag/%00/",
        "/tag/_/",
        "/source/%00/",
        "/news/2017/02/2/%00/",
    ],
)
def test_a_page_that_cannot_be_leads_on_to_others(client: Client, path: str) -> None:
    html = body(client, path, 404)

    prefix = "/zh" if path.startswith("/zh/") else ""
    assert f'href="{prefix}/news/"' in html


def test_an_event_says_what_happened_and_where_it_comes_from(client: Client, event: Event) -> None:
    html = body(client, "/news/2017/02/2/treasury/")

    assert f'<h1 class="headline">{TREASURY}</h1>' in html
    assert '<a href="/tag/treasury/" rel="noopener">the money</a>' in html
    assert '<img src="/media/a.webp" alt="">' in html
    assert 'href="https://example.org/story" rel="external noopener"' in html
    for words in ("International relations", "Old quarrel", "A closer look", "seen at KCUR", "A. Photographer"):
        assert words in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("url", "leads"), [("https://example.org/a.jpg", True), ("javascript:alert(1)", False), ("//evil.example/", False)]
)
def test_a_picture_elsewhere_is_a_link_if_anything(client: Client, event: Event, url: str, leads: bool) -> None:
    Event.objects.update(image_url=url)

    html = body(client, "/news/2017/02/2/treasury/")

    assert "<img" not in html
    assert (f'href="{url}"' in html) is leads


def test_a_hostile_address_of_a_source_is_never_a_link(client: Client, event: Event) -> None:
    Source.objects.filter(title="A closer look").update(url="javascript:alert(1)")
    key = Source.objects.get(title="A closer look").key

    for path in ("/news/2017/02/2/", "/news/2017/02/2/treasury/", f"/source/{key}/"):
        assert "javascript:" not in body(client, path)


def test_an_event_shows_its_related_events_with_their_context_and_note(client: Client, event: Event) -> None:
    other = make_event("Diplomats leave.", dt.date(2016, 12, 29))
    RelatedLink.objects.create(
        event=event, target=other, kind=LinkKind.PINNED, context=["Treasury", "A lost name"], note="It began here."
    )

    html = body(client, "/news/2017/02/2/treasury/")

    for words in ("Diplomats leave.", "29 December 2016", "A lost name", "It began here.", 'href="/tag/treasury/"'):
        assert words in html


def test_an_event_without_sources_says_so(client: Client) -> None:
    make_event("It happens.", slug="it", is_unsourced=True)

    assert "No source yet" in body(client, "/news/2017/02/2/")
    assert "No source is cited yet" in body(client, "/news/2017/02/2/it/")


def test_an_old_address_of_an_event_leads_to_the_new_one(client: Client, event: Event) -> None:
    Redirect.objects.create(event=event, language="en", date=dt.date(2017, 2, 1), slug="old")

    response = client.get("/news/2017/02/1/old/")

    assert (response.status_code, response["Location"]) == (301, "/news/2017/02/2/treasury/")
    assert response["Cache-Control"] == "max-age=300"  # it may be the event's own address again


def test_no_name_is_so_long_that_a_page_which_links_it_fails(client: Client) -> None:
    make_event("It happens.", slug="it", summary=f"More of [[{'a' * 300}]].")

    assert f"More of {'a' * 300}." in body(client, "/news/2017/02/2/it/")


def test_an_old_address_of_a_withdrawn_event_leads_nowhere(client: Client, event: Event) -> None:
    Redirect.objects.create(event=event, language="en", date=DAY, slug="old")
    Event.objects.update(status=Status.WITHDRAWN)
    EventTag.objects.update(is_public=False)

    assert client.get("/news/2017/02/2/old/").status_code == 404
    assert client.get("/news/2017/02/2/treasury/").status_code == 404


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/news/2017/02/2/index.html", "/news/2017/02/2/"),
        ("/news/2017/02/2/treasury.html", "/news/2017/02/2/treasury/"),
        ("/news/2017/02/02/treasury/", "/news/2017/02/2/treasury/"),
        *((f"/news/2017/02/02/treasury.{kind}", f"/news/2017/02/2/treasury.{kind}") for kind in ("md", "json", "bib")),
        ("/news/2017/2/", "/news/2017/02/"),
        ("/tag/Old_Quarrel/", "/tag/old_quarrel/"),
        ("/tag/The%20Treasury/", "/tag/treasury/"),
        ("/publisher/National_Public_Radio/", "/publisher/npr/"),
    ],
)
def test_other_addresses_move_to_the_one_address(client: Client, event: Event, path: str, page: str) -> None:
    TagAlias.objects.create(tag=make_tag("Treasury"), name="The treasury")
    PublisherAlias.objects.get_or_create(
        key="national public radio", defaults={"publisher": make_publisher("NPR"), "name": "National Public Radio"}
    )

    response = client.get(path)

    assert (response.status_code, response["Location"]) == (301, page)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("path", ["tag/{}/", "publisher/{}/", "category/{}/index_rss.xml", "since/2017/02/2/tag/{}/"])
def test_names_that_are_longer_than_any_have_no_page_and_are_not_looked_for(
    client: Client, event: Event, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get(f"/{path.format('a' * 256)}").status_code == 404


def test_a_source_is_found_under_the_key_from_before_its_address_was_known(client: Client, event: Event) -> None:
    source = Source.objects.get(title="A closer look")
    source.url = "https://example.org/npr"
    source.save()

    response = client.get(f"/source/{source.title_key}/")

    assert (response.status_code, response["Location"]) == (301, f"/source/{source.key}/")


def test_of_a_source_that_no_public_event_cites_no_key_tells(client: Client, event: Event) -> None:
    source = Source.objects.get(title="A closer look")
    old = source.title_key
    source.url = "https://example.org/npr"
    source.save()
    Event.objects.update(status=Status.DRAFT)
    EventTag.objects.update(is_public=False)

    assert client.get(f"/source/{old}/").status_code == 404


def test_the_category_of_a_chinese_event_is_in_chinese(client: Client) -> None:
    make_event("美国财政部放宽制裁。", slug="zh", language="zh", category="International relations")

    html = body(client, "/zh/news/2017/02/2/zh/")

    assert "<span>国际关系</span>" in html
    assert "International relations" not in html


def test_a_tag_shows_what_it_is_and_its_events_newest_first_by_year(client: Client, event: Event) -> None:
    make_event("An older one.", dt.date(2008, 5, 6), tags=["Treasury"])
    tag = make_tag("Treasury")
    tag.description, tag.wikidata = "A ministry.", "Q42"
    tag.save()
    TagAlias.objects.create(tag=tag, name="Exchequer")

    html = body(client, "/tag/treasury/")

    for words in ("A ministry.", "Exchequer", "https://www.wikidata.org/wiki/Q42", "2 events"):
        assert words in html
    assert html.index("<h2>2017</h2>") < html.index(TREASURY) < html.index("<h2>2008</h2>")


def test_a_publisher_shows_the_events_that_cite_it_with_or_without_an_article(client: Client, event: Event) -> None:
    cite(make_event("Only named."), "NPR", "NPR")

    html = body(client, "/publisher/npr/")

    assert TREASURY in html
    assert "Only named." in html


def test_a_source_shows_its_record_and_never_its_text(client: Client, event: Event) -> None:
    html = body(client, f"/source/{Source.objects.get(title='A closer look').key}/")

    for words in ("A closer look", "NPR", "KCUR", "Ann Author", "What it says.", TREASURY):
        assert words in html
    assert "the whole text" not in html


def test_the_archive_leads_to_the_newest_year_and_on_to_days(client: Client, event: Event) -> None:
    make_event("Long ago.", dt.date(2008, 5, 6))

    assert client.get("/news/")["Location"] == "/news/2017/"
    year = body(client, "/news/2017/")
    assert 'href="/news/2017/02/2/"' in year
    assert 'href="/news/2008/"' in year
    month = body(client, "/news/2017/02/")
    assert 'href="/news/2017/02/2/"' in month
    assert 'href="/news/2008/05/"' in month


def test_the_archive_of_an_empty_edition_is_its_front_page(client: Client) -> None:
    assert client.get("/zh/news/")["Location"] == "/zh/"


@pytest.mark.parametrize("path", ["/news/2016/", "/news/2017/03/", "/tag/unknown/", "/publisher/axios/", "/source/0/"])
def test_what_has_no_public_event_has_no_page(client: Client, event: Event, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/news/2017/02/2/index.html5", "/news/2017/02/2/treasury.php"])
def test_unknown_formats_are_not_found(client: Client, event: Event, path: str) -> None:
    assert client.get(path).status_code == 404


def test_editions_do_not_mix(client: Client, event: Event) -> None:
    other = make_event("美国财政部放宽制裁。", language="zh", tags=["Treasury"], topics=["关系"])
    cite(other, "NPR", "NPR", title="另一篇")

    for path in ("/", "/news/2017/02/2/", "/tag/treasury/", "/publisher/npr/"):
        english, chinese = body(client, path), body(client, f"/zh{path}")
        assert '<html lang="en">' in english
        assert '<html lang="zh">' in chinese
        assert "财政部" not in english
        assert TREASURY not in chinese
    assert client.get(other.get_absolute_url()).status_code == 200


def test_a_hostile_headline_or_name_is_shown_as_text(client: Client) -> None:
    event = make_event(
        "<script>alert(1)</script>", slug="x", tags=['"><img src=x onerror=alert(1)>'], topics=["<b>bold</b>"]
    )

    for path in ("/", "/news/2017/02/2/", "/news/2017/02/2/x/", event.topics[0].tag.get_absolute_url()):
        html = body(client, path)
        assert "<script>" not in html
        assert "<img" not in html
        assert "<b>" not in html


def test_an_editor_sees_on_a_day_what_is_not_public_yet_and_a_reader_does_not(client: Client, event: Event) -> None:
    make_event("A draft of ours.", status="draft")
    make_event("A draft alone on its day.", DAY + dt.timedelta(9), status="draft")

    html = body(person("Editor"), "/news/2017/02/2/")
    assert "only editors see this" in html
    assert "A draft of ours." in html
    assert client.get("/news/2017/02/2/").get("Cache-Control") is None
    assert person("Editor").get("/news/2017/02/2/")["Cache-Control"] == "no-store, private"
    assert "A draft alone" in body(person("Editor"), "/news/2017/02/11/")
    assert "A draft" not in body(client, "/news/2017/02/2/")
    assert "A draft" not in body(client, "/news/2017/02/11/", 404)


def test_a_member_of_no_group_sees_what_readers_see(client: Client, event: Event) -> None:
    make_event("A draft of ours.", status="draft")
    client.force_login(User.objects.create_user("reader", is_staff=True))

    assert "A draft" not in body(client, "/news/2017/02/2/")


def test_a_day_shows_the_same_day_in_other_years(client: Client, event: Event) -> None:
    make_event("Nine years before.", DAY.replace(year=2008))

    assert "Nine years before." in body(client, "/news/2017/02/2/")


def test_a_month_lists_its_days(client: Client, event: Event) -> None:
    html = body(client, "/news/2017/02/")

    assert TREASURY in html
    assert 'href="/news/2017/02/2/"' in html


def test_a_day_of_sixty_events_is_sent_in_less_than_thirty_kilobytes(client: Client) -> None:
    for number in range(60):
        names = [
            f"{word} {number} {hash((word, number)) % 997}" for word in ("Treasury", "Harbour", "Kent", "Sanctions")
        ]
        headline = " ".join(f"{name} says that {name[::-1]} rises" for name in names)
        event = make_event(f"{headline}.", topics=[f"Story {number % 20}"], tags=names, category="Sports")
        for label in ("Reuters", "NPR"):
            cite(event, label, label, url=f"https://example.org/{label}/{number}/a-long-title-of-an-article")

    response = client.get("/news/2017/02/2/", headers={"accept-encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 30_000
    assert gzip.decompress(response.content).count(b'<p class="sentence">') == 60


def test_a_day_leads_to_the_same_day_of_another_edition_or_to_its_front(client: Client, event: Event) -> None:
    make_event("美国财政部放宽制裁。", language="zh")
    make_event("Alone.", DAY + dt.timedelta(1))

    both = body(client, "/news/2017/02/2/")
    assert '<a href="/zh/news/2017/02/2/" lang="zh" hreflang="zh">' in both
    assert '<link rel="alternate" hreflang="zh" href="http://testserver/zh/news/2017/02/2/">' in both
    assert '<link rel="alternate" hreflang="en" href="http://testserver/news/2017/02/2/">' in both
    assert '<link rel="alternate" hreflang="x-default" href="http://testserver/news/2017/02/2/">' in both
    alone = body(client, "/news/2017/02/3/")
    assert '<a href="/zh/" lang="zh" hreflang="zh">' in alone
    assert '<link rel="alternate" hreflang' not in alone
