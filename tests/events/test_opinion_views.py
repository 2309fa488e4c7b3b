"""Opinion as readers see it: apart from the news, with its past, and never before its time."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import replace
from pytest_django.fixtures import DjangoAssertNumQueries

from events import exporter, services
from events.choices import Move, Status
from events.documents import editorial_pages, jsonl, xml
from events.documents.records import CorrectionDocument
from events.models import Editorial
from tests.events.making import DAY, make_editorial, make_event

pytestmark = pytest.mark.django_db
PAGE = "/opinion/2017/02/2/let-the-river-be/"


def get(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def change(editorial: Editorial, **changes: Any) -> Editorial:
    document = replace(exporter.editorial_document(editorial), **changes)
    return services.rewrite(editorial, None, document, editor=None, comment="Changed")


def test_the_index_lists_the_newest_first_with_their_authors(client: Client) -> None:
    make_editorial("Older", dt.date(2016, 1, 1))
    make_editorial("Let the river be", standfirst="Walls move the flood.")
    page = get(client, "/opinion/")
    assert page.index("Let the river be") < page.index("Older")
    assert "By Ada Brook" in page
    assert "Walls move the flood." in page
    assert "尚无评论。" in get(client, "/zh/opinion/")


def test_the_masthead_of_every_page_leads_to_opinion_of_the_edition(client: Client) -> None:
    assert 'href="/opinion/"' in get(client, "/")
    assert 'href="/zh/opinion/"' in get(client, "/zh/")


def test_a_page_says_that_it_is_opinion_and_by_whom_before_its_text(client: Client) -> None:
    make_editorial("Let the river be", standfirst="Walls move the flood.", body="It [[Kendal|floods]].\n\n<script>")
    page = get(client, PAGE)
    main = page[page.index("<main") :]
    places = [main.index(words) for words in (">Opinion</strong>", "<h1", "By Ada Brook", "Walls move", "floods</a>")]
    assert places == sorted(places)
    assert '<a href="/tag/kendal/"' in main
    assert "<script>" not in main
    assert f'<link rel="canonical" href="http://testserver{PAGE}">' in page


def test_each_page_of_the_list_says_its_own_address(client: Client) -> None:
    for number in range(31):
        make_editorial(f"No. {number}")
    for query, own in (("", ""), ("?page=1", ""), ("?page=2", "?page=2"), ("?page=9", "?page=2")):
        assert f'<link rel="canonical" href="http://testserver/opinion/{own}">' in get(client, f"/opinion/{query}")


def test_a_day_page_has_no_editorial_among_its_events_and_a_line_below_them(client: Client) -> None:
    make_event("The Kent rises.")
    make_editorial("Let the river be", body="Long text.")
    page = get(client, "/news/2017/02/2/")
    assert page.index("The Kent rises.") < page.index("Opinion of 2 February 2017") < page.index("Let the river be")
    assert "Long text." not in page
    assert "Let the river be" not in get(client, "/news/2017/02/2/index.json")
    assert "Opinion of" not in get(client, "/news/2017/02/2/") if not Editorial.objects.exists() else True


def test_the_front_page_names_what_was_written_in_the_week_to_its_newest_day(client: Client) -> None:
    make_event("The river rises.")
    make_editorial("Let the river be", DAY - dt.timedelta(7))
    make_editorial("Long ago", DAY - dt.timedelta(8))
    make_editorial("From tomorrow", DAY + dt.timedelta(1))

    page = get(client, "/")

    assert page.index("The river rises.") < page.index("Let the river be")
    assert "Long ago" not in page and "From tomorrow" not in page


def test_the_page_is_there_as_a_document_in_each_format(client: Client) -> None:
    editorial = make_editorial("Let the river be", standfirst="Walls.")
    document = exporter.editorial_document(editorial)
    stem = PAGE.rstrip("/")
    assert jsonl.read(get(client, f"{stem}.json")) == document
    assert xml.read(get(client, f"{stem}.xml")) == document
    assert editorial_pages.read(get(client, f"{stem}.md"), editorial.slug, "en") == document
    assert client.get(f"{stem}.html").headers["Location"] == PAGE
    get(client, f"{stem}.pdf", 404)


def test_engines_are_told_that_it_is_its_authors_opinion(client: Client) -> None:
    make_editorial("Let the river be", standfirst="Walls move the flood.")
    page = get(client, PAGE)
    assert '"@type":"OpinionNewsArticle"' in page.replace(": ", ":")
    assert "Ada Brook" in page[: page.index("<body")]
    assert '"license"' not in page


def test_editorials_belong_to_their_authors_and_the_text_of_events_is_free(client: Client) -> None:
    make_editorial("Let the river be")
    make_event("It rains.", published_at=timezone.now())
    assert "Editorials belong to their authors" in get(client, PAGE)
    for kind in ("rss", "atom"):
        feed = get(client, f"/opinion/index_{kind}.xml")
        assert "Each editorial belongs to its author." in feed
        assert "CC BY-SA" not in feed
        assert "CC BY-SA 4.0" in get(client, f"/index_{kind}.xml")


def test_a_former_address_leads_on_in_every_format(client: Client) -> None:
    change(make_editorial("Let the river be"), slug="the-kent")
    for ending in ("/", ".md", ".json", ".xml", "/history/", "/history/1/"):
        response = client.get(f"{PAGE.rstrip('/')}{ending}")
        assert response.status_code == 301, ending
        assert response.headers["Location"].endswith(f"/the-kent{ending}")


def test_the_history_shows_what_readers_saw_and_old_states_stay(client: Client) -> None:
    editorial = change(make_editorial("Let the river be"), title="Let the Kent be", body="It never floods.")
    change(editorial, corrections=(CorrectionDocument(date=DAY, text="It floods."),))
    page = get(client, f"{PAGE}history/")
    assert "<ins" in page
    assert "First published" in page
    assert "It floods." in page
    old = get(client, f"{PAGE}history/1/")
    assert "This is an old state" in old
    assert "Let the river be" in old
    assert 'name="robots" content="noindex"' in old
    get(client, f"{PAGE}history/9/", 404)


def test_what_was_withdrawn_is_gone_with_its_reason_and_without_its_text(client: Client) -> None:
    editorial = make_editorial("Let the river be", body="Secret text.")
    services.change_state(editorial, None, Move.WITHDRAW, editor=None, reason="The author was mistaken.")
    for address in (PAGE, f"{PAGE}history/", f"{PAGE}history/1/"):
        page = get(client, address, 410)
        assert "This editorial was withdrawn" in page
        assert "The author was mistaken." in page
        assert "Secret text." not in page


PLACES = (
    *("/", "/opinion/", "/news/2017/02/", "/news/2017/02/2/", "/news/2017/02/2/index.json", "/search/?q=Unseen"),
    *("/tag/kendal/", "/since/2017/02/1/", "/index_rss.xml", "/index_atom.xml"),
    *("/opinion/index_rss.xml", "/opinion/index_atom.xml", "/sitemap.xml", "/sitemap/2017/02.xml"),
)
STEM = "/opinion/2017/02/2/unseen-words"
OWN = tuple(f"{STEM}{end}" for end in ("/", ".md", ".json", ".xml", ".html", "/history/", "/history/1/"))


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PUBLISHED])
@pytest.mark.parametrize("reader", ["anyone", "editor"])
def test_what_is_not_public_leaks_nowhere(client: Client, status: Status, reader: str) -> None:
    if reader == "editor":
        client.force_login(User.objects.create_superuser("ed"))
    make_event("The Kent rises.", tags=["Kendal"])
    fields: dict[str, Any] = {"publish_at": timezone.now()} if status is Status.SCHEDULED else {}
    make_editorial("Unseen words", standfirst="Unseen words.", body="Unseen words.", status=status, **fields)
    for address in PLACES:
        response = client.get(address)
        assert response.status_code == 200, address
        shown = response.content.decode().replace('value="Unseen"', "").replace("q=Unseen", "")
        assert "Unseen words" not in shown, address
        assert "unseen-words" not in shown, address
    for address in OWN:
        response = client.get(address, follow=True)
        assert response.status_code == 404, address
        assert "Unseen words" not in response.content.decode(), address


def test_a_draft_after_publication_leaves_readers_the_public_states_of_nothing(client: Client) -> None:
    """What is a draft again has no page, no formats and no history."""
    change(make_editorial("Unseen words"), status=Status.DRAFT)
    for address in OWN:
        assert client.get(address, follow=True).status_code == 404, address


def test_states_that_were_never_public_stay_out_of_the_public_history(client: Client) -> None:
    editorial = make_editorial("Let the river be", body="Unseen words.", status=Status.DRAFT)
    change(editorial, body="Seen.", status=Status.PUBLISHED)
    editor = User.objects.create_user("ed")
    refused = replace(exporter.editorial_document(Editorial.objects.get()), body="Unseen words.")
    services.keep_refused(Editorial.objects.get(), refused, editor=editor)
    assert "Unseen" not in get(client, f"{PAGE}history/")
    get(client, f"{PAGE}history/1/", 404)
    get(client, f"{PAGE}history/3/", 404)
    assert "Seen." in get(client, f"{PAGE}history/2/")


def test_the_map_for_engines_holds_public_editorials_and_their_list(client: Client) -> None:
    assert "opinion" not in get(client, "/sitemap.xml")
    get(client, "/sitemap/opinion.xml", 404)
    make_editorial("Let the river be")
    make_editorial("Unseen words", status=Status.DRAFT)
    assert "/sitemap/opinion.xml" in get(client, "/sitemap.xml")
    page = get(client, "/sitemap/opinion.xml")
    assert all(f"<loc>http://testserver{path}</loc>" in page for path in ("/opinion/", PAGE))
    assert "unseen-words" not in page
    assert "zh/opinion" not in page


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("/opinion/", 2), (PAGE, 3), (f"{PAGE.rstrip('/')}.json", 2), (f"{PAGE}history/", 4), (f"{PAGE}history/1/", 4)],
)
def test_pages_take_a_fixed_number_of_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str, queries: int, count: int
) -> None:
    editorial = make_editorial("Let the river be")
    for number in range(count):
        make_editorial(f"Number {number}")
        editorial = change(editorial, body=f"Number {number}.")
    with django_assert_num_queries(queries):
        get(client, address)


def test_a_preview_is_for_the_desk_and_for_whoever_has_its_link_until_the_next_change(client: Client) -> None:
    editorial = make_editorial("Unseen words", status=Status.DRAFT)
    address = reverse("admin:events_editorial_preview", args=[editorial.pk])
    assert client.get(address).status_code == 302
    desk = Client()
    desk.force_login(User.objects.create_superuser("ed"))
    response = desk.get(address)
    page = response.content.decode()
    assert "Unseen words" in page
    assert reverse("admin:events_editorial_change", args=[editorial.pk]) in page
    link = response.context["link"].removeprefix("http://testserver")
    assert "Unseen words" in get(client, link)
    change(editorial, body="Other.")
    assert "Unseen words" not in get(client, link, 410)
    get(client, link.replace("/preview/", "/zh/preview/", 1) if link.startswith("/preview") else link, 404)
