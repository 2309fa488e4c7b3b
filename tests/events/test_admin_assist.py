"""What the form of an event answers while one types, and what it makes of what was typed."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events.choices import LinkKind
from events.models import RelatedLink
from events.related import related
from sources.completing import fetch_due
from sources.models import Fetch, Publisher, Source
from tests.events.desk import add, form_data, new_citation, save
from tests.events.making import DAY, cite, make_event, make_publisher
from tests.sources.test_completing import give

pytestmark = pytest.mark.django_db

URL = "https://example.org/dam"


def ask(desk: Client, name: str, **query: Any) -> Any:
    return desk.get(reverse(f"admin:events_event_{name}"), {"language": "en"} | query).json()


# --- Names in brackets --------------------------------------------------------------------------------------------


def test_names_in_brackets_tag_the_event(desk: Client) -> None:
    event = add(desk, headline="A dam on the [[Blue River]] is [[Dams|opened]].", summary="See [[Ada Quay|her]].")
    assert event.headline == "A dam on the Blue River is opened."
    assert event.slug == "a-dam-on-the-blue-river-is-opened"
    assert event.summary == "See [[Ada Quay|her]]."
    assert [row.spelling for row in event.event_tags.all()] == ["Blue River", "Dams", "Ada Quay"]


def test_a_tag_that_an_editor_took_away_does_not_return_with_its_link(desk: Client) -> None:
    event = add(desk, summary="See [[River]].", tag_names="Dams")
    save(desk, event, tag_names="Dams", summary="See [[River]] and [[Sea]].")
    assert [row.spelling for row in event.event_tags.all()] == ["Dams", "Sea"]


def test_brackets_around_no_name_are_no_tag(desk: Client) -> None:
    event = add(desk, headline="A dam [[_]] is opened [[", summary=f"[[{'x' * 300}]]")
    assert event.headline == "A dam _ is opened [["
    assert not event.event_tags.exists()


# --- Citations ----------------------------------------------------------------------------------------------------


def test_a_pasted_address_finds_the_source_in_any_form_of_it(desk: Client) -> None:
    source = Source.objects.create(url=URL, title="Dam opened", publisher=make_publisher("Some Wire"))
    event = add(desk, **new_citation(0, cited="http://www.example.org/dam/amp/?utm_source=x#top"))
    citation = event.citations.get()
    assert (citation.source, citation.label) == (source, "Some Wire")
    assert Source.objects.count() == 1


def test_a_new_address_becomes_a_source_that_waits_for_its_page(desk: Client) -> None:
    event = add(desk, **new_citation(0, cited=URL, label="Some Post"))
    citation = event.citations.get()
    assert citation.source and (citation.source.url, citation.label) == (URL, "Some Post")
    assert Fetch.objects.get().key == citation.source.key
    assert f'"url":"{URL}"' in event.revisions.get().document
    fetch_due(give())
    citation.source.refresh_from_db()
    assert citation.source.title == "The harbour opens"


def test_two_rows_of_one_new_address_are_one_source(desk: Client) -> None:
    event = add(desk, **new_citation(0, cited=URL, label="One") | new_citation(1, cited=f"{URL}/", label="Two"))
    assert len({row.source_id for row in event.citations.all()}) == 1


def test_a_new_address_is_labelled_by_whose_home_it_is(desk: Client) -> None:
    Publisher.objects.create(name="Example Post", homepage="https://www.example.org/")
    assert add(desk, **new_citation(0, cited=URL)).citations.get().label == "Example Post"


def test_a_title_finds_its_source_and_any_other_words_are_the_label(desk: Client) -> None:
    source = Source.objects.create(title="Dam opened", publisher=make_publisher("Some Wire"))
    event = add(desk, **new_citation(0, cited="Dam opened") | new_citation(1, cited="The Radio"))
    assert [(row.source, row.label) for row in event.citations.all()] == [(source, "Some Wire"), (None, "The Radio")]


@pytest.mark.parametrize("cited", ["Nobody wrote this", "x" * 300, f"https://example.org/{'x' * 2000}"])
def test_what_names_no_source_is_not_lost(desk: Client, cited: str) -> None:
    address = reverse("admin:events_event_add")
    response = desk.post(address, form_data(**new_citation(0, cited=cited, label="Radio")))
    assert response.status_code == 200
    assert cited[:100] in response.content.decode()


def test_a_row_may_cite_another_source_in_place_of_its_own(desk: Client) -> None:
    event = add(desk, **new_citation(0, cited=URL))
    save(desk, event, **{"citations-0-cited": f"{URL}/2"})
    source = event.citations.get().source
    assert source and source.url == f"{URL}/2"


def test_a_source_that_is_gone_is_named_and_nothing_is_saved(desk: Client) -> None:
    event = add(desk)
    assert "not in the wiki any more" in save(desk, event, **new_citation(0, source=999)).content.decode()


def test_a_pasted_address_tells_the_source_and_who_cites_it(desk: Client) -> None:
    event = make_event("A dam is opened.", slug="dam")
    cite(event, "Some Wire", "Some Wire", url=URL, title="Dam opened", published_on=DAY)
    [found] = ask(desk, "sources", q=f"{URL}?fbclid=1")["sources"]
    assert (found["label"], found["title"], found["date"]) == ("Some Wire", "Dam opened", "2017-02-02")
    assert [(one["id"], one["state"]) for one in found["events"]] == [(event.pk, "Published")]


def test_words_find_sources_by_title_and_publishers_by_name(desk: Client) -> None:
    Source.objects.create(title="The harbour opens")
    make_publisher("Harbour Post")
    found = ask(desk, "sources", q="harbour")
    assert ([one["title"] for one in found["sources"]], found["labels"]) == (["The harbour opens"], ["Harbour Post"])


def test_the_page_of_an_address_is_told_when_it_is_known(desk: Client) -> None:
    address = reverse("admin:events_event_fetch")
    assert desk.post(address, {"url": URL}).json()["outcome"] == "waiting"
    fetch_due(give())
    told = desk.post(address, {"url": URL}).json()
    assert (told["label"], told["title"], told["date"]) == ("Harbour Post", "The harbour opens", "2031-05-04")
    event = add(desk, **new_citation(0, cited=URL, label="Harbour Post"))
    source = event.citations.get().source
    assert source and (source.title, source.authors) == ("The harbour opens", ["Ada Quay"])


@pytest.mark.parametrize("url", ["", "no address", "file:///etc/passwd", "https://example.org/\0"])
def test_what_is_no_address_is_not_asked_for(desk: Client, url: str) -> None:
    assert desk.post(reverse("admin:events_event_fetch"), {"url": url}).json() == {"outcome": "off"}
    assert not Fetch.objects.exists()


# --- Look-alikes --------------------------------------------------------------------------------------------------


def test_a_headline_shows_events_of_these_days_that_tell_almost_the_same(desk: Client) -> None:
    near = make_event("A dam on the river is opened by the queen.", DAY, status="draft")
    make_event("A dam on the river is opened by the king.", DAY - dt.timedelta(4))
    make_event("Something else entirely happens elsewhere.", DAY)
    make_event("A dam on the river is opened by the queen", DAY, language="zh", slug="zh")
    query = {"headline": "A dam on the river is opened by the queens", "date": DAY + dt.timedelta(3)}
    [found] = ask(desk, "nearby", **query)["events"]
    assert (found["id"], found["date"], found["state"]) == (near.pk, "2017-02-02", "Draft")
    assert ask(desk, "nearby", **query, event=near.pk) == {"events": []}


def test_an_event_that_cites_the_same_is_shown_whatever_it_says(desk: Client) -> None:
    event = make_event("Something else entirely.", DAY)
    cite(event, "Wire", url=URL)
    [found] = ask(desk, "nearby", headline="", date=DAY, url=f"{URL}?utm_source=x")["events"]
    assert (found["id"], found["cites_the_same"]) == (event.pk, True)


@pytest.mark.parametrize("query", [{}, {"date": "x"}, {"date": "2017-02-02", "headline": "A"}, {"language": "xx"}])
def test_too_little_shows_nothing(desk: Client, query: dict[str, str]) -> None:
    make_event("A dam is opened.", DAY)
    assert ask(desk, "nearby", **query) == {"events": []}


# --- Related events -----------------------------------------------------------------------------------------------


def test_the_related_events_of_what_is_typed_are_those_that_readers_will_see(desk: Client) -> None:
    for number in range(3):
        make_event(f"Ship {number} leaves.", DAY + dt.timedelta(number), tags=["Harbour", "Ships"][: number + 1])
    event = add(desk, tag_names="harbour, Ships, Nobody has this", status="published")
    told = ask(desk, "related", tags="harbour, Ships, Nobody has this", without=event.pk)["events"]
    assert [(one["id"], tuple(one["context"])) for one in told] == [
        (one.event.pk, tuple(name.name for name in one.context)) for one in related(event)
    ]
    hidden = ask(desk, "related", tags="Harbour", without=[event.pk, told[0]["id"]])["events"]
    assert told[0]["id"] not in [one["id"] for one in hidden]


def test_an_archives_list_goes_when_an_editor_computes_from_now_on(desk: Client) -> None:
    event = add(desk, tag_names="Harbour", status="published")
    targets = [add(desk, headline=f"Ship {number} leaves.", status="published") for number in range(3)]
    for target, kind in zip(targets, LinkKind, strict=True):
        RelatedLink.objects.create(event=event, target=target, kind=kind)
    save(desk, event, computes_related="on")
    assert set(event.related_links.values_list("kind", flat=True)) == {LinkKind.PINNED, LinkKind.HIDDEN}


# --- The form -----------------------------------------------------------------------------------------------------


@time_machine.travel("2021-05-04T23:30:00Z", tick=False)
def test_a_new_event_is_of_today_in_the_zone_of_the_wiki(desk: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    assert 'value="2021-05-05"' in desk.get(reverse("admin:events_event_add")).content.decode()


def test_the_form_takes_as_many_queries_for_many_rows(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event = add(desk)
    for number in range(10):
        cite(event, f"Wire {number}", f"Wire {number}", url=f"{URL}/{number}")
        other = make_event(f"Ship {number} leaves.")
        RelatedLink.objects.create(event=event, target=other, kind=LinkKind.PINNED, position=number)
    address = reverse("admin:events_event_change", args=[event.pk])
    with django_assert_max_num_queries(14):
        html = desk.get(address).content.decode()
    assert "Ship 9 leaves." in html


def test_who_may_not_write_is_not_helped(client: Client, django_user_model: type[User]) -> None:
    client.force_login(django_user_model.objects.create_user("plain", is_staff=True))
    for name in ("names", "sources", "nearby", "related"):
        assert client.get(reverse(f"admin:events_event_{name}")).status_code == 403
    assert client.post(reverse("admin:events_event_fetch"), {"url": URL}).status_code == 403


def test_what_was_pasted_into_a_row_is_merged_with_what_somebody_saved_meanwhile(desk: Client) -> None:
    event = add(desk)
    typed = new_citation(0, cited=URL) | new_citation(1, cited="The Radio") | {"version": event.version}
    save(desk, event, headline="A dam is closed.")
    response = desk.post(reverse("admin:events_event_change", args=[event.pk]), form_data(event, **typed))
    assert response.status_code in (302, 409)
    if response.status_code == 409:
        assert URL in response.content.decode()
    else:
        event.refresh_from_db()
        assert event.headline == "A dam is closed."
        urls = [row.source.url if row.source else row.label for row in event.citations.all()]
        assert urls == [URL, "The Radio"]
