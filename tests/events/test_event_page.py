"""The page of an event: how it stands, where it comes from, what it leads to, and how others cite it."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from msgspec.structs import replace

from events import exporter, services, timelines
from events.choices import LinkKind, Status
from events.models import Event, Redirect, RelatedLink, Tag
from sources.models import Fetch, Source
from tests.events.making import DAY, cite, make_event, make_tag

pytestmark = pytest.mark.django_db


def body(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return re.sub(r"\s+", " ", response.content.decode())


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def part(html: str, heading: str) -> str:
    """The page's section or sidebar under a heading."""
    return text(html.partition(f">{heading}</h2>")[2].partition("</ol>")[0])


def say(event: Event, **changes: object) -> Event:
    """Let the event say something else, in a new revision."""
    document = replace(exporter.event_document(Event.objects.with_everything().get(pk=event.pk)), **changes)
    return services.rewrite(event, None, document, editor=User.objects.get_or_create(username="ada")[0], comment="")


# --- How it stands ------------------------------------------------------------------------------------------------


def test_an_event_of_these_days_that_readers_saw_change_is_developing(client: Client) -> None:
    with time_machine.travel("2017-02-02 08:00Z", tick=False):
        event = say(make_event("A dam breaks.", slug="dam", status=Status.DRAFT, is_unsourced=True))
        event = say(event, status=Status.PUBLISHED, summary="A draft is no change that readers saw.")
        assert "Developing" not in body(client, event.get_absolute_url())

    with time_machine.travel("2017-02-02 21:00Z", tick=False):
        say(event, summary="Water rises.")
        assert "Developing" in body(client, event.get_absolute_url())
        assert "Last change&nbsp;" in body(client, event.get_absolute_url())
        assert "2 February 2017, 21:00" in body(client, event.get_absolute_url())

    with time_machine.travel("2017-02-03 23:59Z"):
        assert "Developing" in body(client, event.get_absolute_url())
    with time_machine.travel("2017-02-04 00:01Z"):
        assert "Developing" not in body(client, event.get_absolute_url())


def test_an_event_says_above_its_text_that_it_was_corrected_or_has_no_source(client: Client) -> None:
    event = make_event("A dam breaks.", slug="dam", corrections=[{"date": "2017-02-05", "text": "It was a weir."}])

    html = body(client, event.get_absolute_url())

    assert '<a href="#corrections">Corrected on 5 February 2017</a>' in html
    assert '<h2 id="corrections">Correction</h2>' in html
    assert "It was a weir." in html
    assert "<li>No source is cited yet</li>" in html
    cite(event, "BBC")
    assert "No source" not in body(client, event.get_absolute_url())


# --- Where it comes from ------------------------------------------------------------------------------------------


def test_a_citation_tells_publisher_title_date_archived_copy_and_that_the_article_is_gone(client: Client) -> None:
    event = make_event("A dam breaks.", slug="dam")
    copy = "https://archive.example/2017/npr"
    dead = cite(event, "NPR", "NPR", title="A closer look", url="https://npr.example/1", archived_url=copy).source
    cite(event, "BBC", "BBC", title="Water", url="https://bbc.example/1", published_on=DAY)
    assert dead
    Fetch.objects.create(key=dead.key, url=dead.url, outcome=Fetch.Outcome.DEAD)

    html = body(client, event.get_absolute_url())

    npr, bbc = (
        html.partition("Sources </h2>")[2].split("</li> <li>  <p>")[:2]
        if "</li> <li>  <p>" in html
        else (
            html.partition("A closer look")[2].partition("Water</a>")[0],
            html.partition("Water</a>")[2].partition("</ol>")[0],
        )
    )
    assert f'<a class="archived" href="{copy}" rel="external noopener">Archived copy</a>' in npr
    assert "Dead link" in npr
    assert "2 February 2017" in bbc
    assert "Dead link" not in bbc and "Archived copy" not in bbc


def test_sources_of_which_only_names_are_known_say_so(client: Client) -> None:
    event = make_event("A dam breaks.", slug="dam")
    cite(event, "BBC", "BBC")
    cite(event, "Gazette")
    assert "Known by name alone" in body(client, event.get_absolute_url())

    cite(event, "NPR", "NPR", title="A closer look", url="https://npr.example/1")
    assert "Known by name alone" not in body(client, event.get_absolute_url())


def test_a_hostile_address_of_an_archived_copy_is_never_a_link(client: Client) -> None:
    event = make_event("A dam breaks.", slug="dam")
    source = cite(event, "NPR", "NPR", title="A closer look").source
    Source.objects.update(archived_url="javascript:alert(1)")

    assert source
    for path in (event.get_absolute_url(), source.get_absolute_url()):
        assert "javascript:" not in body(client, path)


# --- What it leads to ---------------------------------------------------------------------------------------------


def test_related_events_say_whether_they_were_before_or_after(client: Client) -> None:
    event = make_event("Now.", slug="now")
    for headline, days in (("Long ago.", -400), ("At once.", 0), ("In the end.", 400)):
        other = make_event(headline, DAY + dt.timedelta(days))
        RelatedLink.objects.create(event=event, target=other, kind=LinkKind.PINNED, position=days + 400)

    related = part(body(client, event.get_absolute_url()), "Related")

    assert re.findall("(Earlier|Same day|Later) · [^.]*(Long ago|At once|In the end)", related) == [
        ("Earlier", "Long ago"),
        ("Same day", "At once"),
        ("Later", "In the end"),
    ]


@pytest.fixture
def story() -> list[Event]:
    """Nine events of one topic, three of them on one day, and others that do not belong to it."""
    dates = [DAY + dt.timedelta(days) for days in (-40, -30, -20, 0, 0, 0, 20, 30, 40)]
    story = [
        make_event(f"War: Part {number}.", date, slug=f"part-{number}", topics=["War", "Siege"])
        for number, date in enumerate(dates)
    ]
    make_event("A draft.", DAY, slug="part-3b", topics=["Siege"], status=Status.DRAFT)
    make_event("Elsewhere in the war.", DAY, slug="part-3c", topics=["War"])
    make_event("别处", DAY, slug="part-3d", topics=["Siege"], language="zh")
    return story


def test_along_its_narrowest_topic_an_event_says_what_was_before_and_what_after_its_day(
    client: Client, story: list[Event]
) -> None:
    html = body(client, story[4].get_absolute_url())

    assert re.findall(r"Part \d", part(html, "Earlier in Siege")) == ["Part 0", "Part 1", "Part 2"]
    assert re.findall(r"Part \d", part(html, "Later in Siege")) == ["Part 6", "Part 7", "Part 8"]
    assert '<a href="/tag/siege/">All of Siege</a>' in html
    for other in ("A draft.", "Elsewhere", "别处"):
        assert other not in html.partition("Related</h2>")[0]


def test_the_first_and_the_last_event_of_a_topic_have_one_side(client: Client, story: list[Event]) -> None:
    first, last = body(client, story[0].get_absolute_url()), body(client, story[-1].get_absolute_url())

    assert "Earlier in Siege" not in first and "Later in Siege" in first
    assert "Earlier in Siege" in last and "Later in Siege" not in last
    alone = body(client, make_event("Alone.", slug="alone", topics=["Peace"]).get_absolute_url())
    assert "Earlier in" not in alone and "All of Peace" not in alone


def test_around_goes_by_date_then_slug(story: list[Event]) -> None:
    siege: Tag = make_tag("Siege")
    for event in story:
        before, after = timelines.around(Event.objects.in_language("en").bearing(siege), event, limit=9)
        assert [other.slug for other in before] == [one.slug for one in story if one.date < event.date]
        assert [other.slug for other in after] == [one.slug for one in story if one.date > event.date]


def test_of_many_events_around_those_that_stand_out_are_shown(story: list[Event]) -> None:
    for number in range(3):
        make_event(f"Quiet {number}.", DAY + dt.timedelta(20), slug=f"a-{number}", topics=["Siege"])
    for number in range(4):
        make_event(f"It goes on {number}.", DAY + dt.timedelta(21 + number), slug=f"b-{number}", tags=["Truce"])
    make_event("A truce.", DAY + dt.timedelta(20), slug="c", topics=["Siege"], tags=["Truce"])

    _, after = timelines.around(Event.objects.in_language("en").bearing(make_tag("Siege")), story[4], limit=1)

    assert [event.slug for event in after] == ["c"]


# --- How others cite it -------------------------------------------------------------------------------------------


@pytest.fixture
def event() -> Event:
    return make_event("Old quarrel: The treasury eases <some> sanctions.", slug="treasury", topics=["Old quarrel"])


def test_an_event_is_cited_by_its_permanent_address_in_five_ways(client: Client, event: Event) -> None:
    html = body(client, event.get_absolute_url())

    address = "http://testserver/news/2017/02/2/treasury/"
    assert f'<input id="permanent" type="text" value="{address}" readonly>' in html
    assert html.partition("<body>")[2].count(address) == 7  # here, in print, and in each of the five
    forms = [text(form) for form in re.findall("<textarea.*?</textarea>", html)]
    assert len(forms) == 5
    assert all("The treasury eases &lt;some&gt; sanctions." in form for form in forms if "cite web" not in form)
    assert not any("Old quarrel" in form for form in forms)


@pytest.mark.parametrize(
    ("extension", "kind"),
    [
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_what_reference_managers_read_is_a_file(client: Client, event: Event, extension: str, kind: str) -> None:
    html = body(client, event.get_absolute_url())
    assert f'href="/news/2017/02/2/treasury.{extension}"' in html

    response = client.get(f"/news/2017/02/2/treasury.{extension}")

    assert response["Content-Type"] == f"{kind}; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="treasury.{extension}"'
    assert "The treasury eases <some> sanctions." in response.content.decode()
    if extension == "csl.json":
        [item] = json.loads(response.content)
        today = timezone.localdate()
        assert item["accessed"] == {"date-parts": [[today.year, today.month, today.day]]}


def test_a_file_moves_with_its_event_and_is_there_for_public_events_alone(client: Client, event: Event) -> None:
    Redirect.objects.create(event=event, language="en", date=DAY, slug="old")
    make_event("Hush.", slug="hush", status=Status.DRAFT)

    assert client.get("/news/2017/02/2/old.bib")["Location"] == "/news/2017/02/2/treasury.bib"
    body(client, "/news/2017/02/2/hush.bib", 404)
    body(client, "/news/2017/02/2/index.bib", 404)


def test_a_chinese_event_is_cited_too(client: Client) -> None:
    make_event("美国财政部放宽制裁。", slug="美国财政部放宽制裁", language="zh")

    response = client.get("/zh/news/2017/02/2/美国财政部放宽制裁.bib")

    assert "filename*=utf-8''" in response["Content-Disposition"]
    assert "title = {{美国财政部放宽制裁。}}" in response.content.decode()
    assert re.search(r"url = \{http://testserver/zh/news/2017/02/2/%[0-9A-F%]+/\}", response.content.decode())
