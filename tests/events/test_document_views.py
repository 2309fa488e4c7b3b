"""Days and events as .md, .json and .xml."""

import datetime as dt
import json
from xml.etree import ElementTree

import pytest
from django.test import Client
from msgspec.structs import replace
from pytest_django import DjangoAssertNumQueries

from events.choices import LinkKind, Status
from events.documents import jsonl, markdown
from events.documents.records import CitationDocument, EventDocument, RelatedDocument
from events.importer import Report, import_document
from events.models import Event

pytestmark = pytest.mark.django_db
DAY = dt.date(2031, 5, 4)
EVENT = EventDocument(
    date=DAY,
    slug="kent",
    language="en",
    category="Sports",
    headline="The Kent rises.",
    tags=("Kent", "Kendal"),
    citations=(CitationDocument(label="BBC", url="https://bbc.example/kent"),),
    related=(
        RelatedDocument(
            date=dt.date(2031, 5, 3), slug="public", headline="Public", context=("Kent",), note="Secret why"
        ),
        RelatedDocument(date=dt.date(2031, 5, 2), slug="draft", headline="Secret draft", kind=LinkKind.PINNED),
        RelatedDocument(date=dt.date(2031, 5, 1), slug="hidden", headline="Secret link", kind=LinkKind.HIDDEN),
    ),
    old_slugs=("old-kent",),
)
PUBLIC_KEYS = {"date", "slug", "language", "category", "headline", "tags", "citations", "related"}


@pytest.fixture(autouse=True)
def wiki() -> None:
    documents = [
        EVENT,
        EventDocument(date=dt.date(2031, 5, 2), slug="draft", headline="Secret draft", status=Status.DRAFT),
        EventDocument(date=DAY, slug="gone", headline="Secret, withdrawn", status=Status.WITHDRAWN),
    ]
    for document in documents:
        import_document(document, Report())


def get(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_an_events_json_is_one_public_record(client: Client) -> None:
    response = client.get("/news/2031/05/4/kent.json")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    record = json.loads(response.content)
    assert record.keys() == PUBLIC_KEYS
    assert [link.keys() for link in record["related"]] == [{"date", "slug", "headline", "context"}]
    assert jsonl.read(response.content.decode())


def test_an_events_xml_has_the_same_keys(client: Client) -> None:
    root = ElementTree.fromstring(get(client, "/news/2031/05/4/kent.xml"))  # noqa: S314 (our own text)
    assert {child.tag for child in root} == {
        "tag" if key == "tags" else key.rstrip("s") if key == "citations" else key for key in PUBLIC_KEYS
    }


def test_an_events_markdown_is_the_page_of_the_format(client: Client) -> None:
    page = markdown.read_event(get(client, "/news/2031/05/4/kent.md"), "kent", "en")
    assert (page.headline, page.category) == ("The Kent rises.", "Sports")
    assert [link.slug for link in page.related] == ["public"]


def test_computed_links_stand_under_see_also_where_the_archive_gave_none(client: Client) -> None:
    page = get(client, "/news/2031/05/3/public.md")
    assert "### See also:\n\n1. [The Kent rises. ](/news/2031/05/4/kent.md) _Context: Kent_" in page


@pytest.mark.parametrize("extension", ["md", "json", "xml"])
def test_a_day_is_there_in_every_format_and_nothing_that_is_not_public(client: Client, extension: str) -> None:
    for path in (f"/news/2031/05/4/index.{extension}", f"/news/2031/05/4/kent.{extension}"):
        text = get(client, path)
        assert "The Kent rises." in text
        assert "Secret" not in text


def test_a_days_json_is_a_record_that_can_be_imported(client: Client) -> None:
    day = jsonl.read(get(client, "/news/2031/05/4/index.json"))
    report = Report()
    Event.objects.all().delete()
    import_document(day, report)
    assert Event.objects.filter(is_stub=False).count() == 1


def test_a_days_markdown_leads_to_the_day_before_that_has_events(client: Client) -> None:
    assert get(client, "/news/2031/05/4/index.md").endswith("## [Previous Day...](/news/2031/05/3/index.md)\n")


@pytest.mark.parametrize("slug", ["draft", "gone", "nothing"])
@pytest.mark.parametrize("extension", ["md", "json", "xml", "pdf"])
def test_what_is_not_public_is_not_found_in_any_format(client: Client, slug: str, extension: str) -> None:
    for day in ("2", "4"):
        assert client.get(f"/news/2031/05/{day}/{slug}.{extension}").status_code == 404
    assert client.get(f"/news/2031/05/2/index.{extension}").status_code == 404


def test_an_old_address_leads_to_the_new_one_in_the_same_format(client: Client) -> None:
    response = client.get("/news/2031/05/4/old-kent.json")
    assert (response.status_code, response["Location"]) == (301, "/news/2031/05/4/kent.json")


def test_a_day_with_a_leading_zero_and_an_old_pages_html_lead_to_the_one_address(client: Client) -> None:
    assert client.get("/news/2031/05/04/index.json")["Location"] == "/news/2031/05/4/index.json"
    assert client.get("/news/2031/05/4/index.html")["Location"] == "/news/2031/05/4/"
    assert client.get("/news/2031/05/4/kent.html")["Location"] == "/news/2031/05/4/kent/"


def test_the_number_of_queries_of_a_day_does_not_grow_with_its_events(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5) as few:
        get(client, "/news/2031/05/4/index.json")
    for number in range(10):
        import_document(replace(EVENT, slug=f"kent-{number}", headline=f"Kent {number}", old_slugs=()), Report())
    with django_assert_num_queries(len(few)):
        get(client, "/news/2031/05/4/index.json")
