"""Every kind of page in a real browser. The `page` fixture itself fails at violations of the content policy."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from events import exporter, services
from events.choices import LinkKind, Move
from events.documents.records import CorrectionDocument
from events.models import Event, RelatedLink
from sources.models import Fetch
from tests.axe import COLOURS, violations
from tests.events.making import DAY, cite, make_editorial, make_event

CORRECTION = CorrectionDocument(date=DAY, text="It was the Kent.")


@pytest.fixture
def pages(live_server: object) -> list[str]:
    """The addresses of one page of every kind, each with all that can stand on it."""
    event = make_event(
        "Old quarrel: The treasury eases some sanctions.",
        slug="treasury",
        topics=["Old quarrel", "Sanctions"],
        tags=["Treasury", "A name that is quite long and has to be broken on a narrow page"],
        category="International relations",
        summary="More of it: [[Treasury]].\n\n* One\n* Two\n\n> Said `so`.",
        image_url="/static/none.webp",
        image_caption="The building",
        image_credit="A. Photographer",
    )
    cite(event, "Reuters", "Reuters", url="https://example.org/" + "long" * 40)
    gone_address, copy = "https://npr.example/1", "https://archive.example/" + "long" * 40
    source = cite(
        event, "NPR", "NPR", title="A closer look", abstract="What it says.", url=gone_address, archived_url=copy
    ).source
    other = make_event("Diplomats leave. " * 60, DAY - dt.timedelta(1), tags=["Treasury"], is_unsourced=True)
    RelatedLink.objects.create(event=event, target=other, kind=LinkKind.PINNED, context=["Treasury"], note="Why.")
    make_event("It began.", DAY - dt.timedelta(40), topics=["Sanctions"], tags=["Treasury"], category="Sports")
    cite(make_event("It was told.", DAY - dt.timedelta(40)), "NPR", source=source)
    for number in range(51):
        make_event(f"Number {number}.", tags=["Treasury"], category="Sports" if number % 2 else "")
    chinese = make_event("美国财政部放宽制裁。", language="zh", topics=["美俄关系"], tags=["财政部"])
    assert source
    Fetch.objects.create(key=source.key, url=gone_address, outcome=Fetch.Outcome.DEAD)
    editor = User.objects.create_user("ada")
    for headline in ("Old quarrel: The treasury eases sanctions.", event.headline):
        document = exporter.event_document(Event.objects.with_everything().get(pk=event.pk))
        document = replace(document, headline=headline, summary=f"{document.summary} Again.")
        services.rewrite(event, None, document, editor=editor, comment="Reworded")
    gone = make_event("Gone.", slug="gone")
    for move in (Move.SAVE, Move.WITHDRAW):
        services.change_state(gone, None, move, reason="It never was.", editor=editor)
    editorial = make_editorial(
        "Let the river be", standfirst="Walls move it.", body="It [[Treasury|floods]].\n\n> So `it` says."
    )
    told = replace(exporter.editorial_document(editorial), title="Let the Kent be", corrections=(CORRECTION,))
    services.rewrite(editorial, None, told, editor=editor, comment="Reworded")
    mistaken = make_editorial("A mistake")
    services.change_state(mistaken, None, Move.WITHDRAW, reason="It never was.", editor=editor)
    return [
        "/",
        "/opinion/",
        editorial.get_absolute_url(),
        f"{editorial.get_absolute_url()}history/",
        f"{editorial.get_absolute_url()}history/1/",
        mistaken.get_absolute_url(),
        "/news/2017/",
        "/news/2017/02/",
        "/news/2017/02/2/",
        event.get_absolute_url(),
        f"{event.get_absolute_url()}history/",
        f"{event.get_absolute_url()}history/1/",
        gone.get_absolute_url(),
        other.get_absolute_url(),
        "/topics/",
        "/topics/all/?q=a",
        "/tag/treasury/",
        "/tag/treasury/?before=2017-02-02",
        "/publisher/npr/",
        source.get_absolute_url(),
        "/zh/news/2017/02/2/",
        chinese.get_absolute_url(),
        "/news/2017/03/2/",
        "/feeds/",
        "/since/?date=x",
        "/since/2017/02/2/",
        "/nothing/",
    ]


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_shuts_anybody_out_or_is_wider_than_the_screen(page: Page, pages: list[str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for address in pages:
        page.emulate_media(color_scheme="light")
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        assert violations(page) == [], address
        page.emulate_media(color_scheme="dark")
        assert violations(page, COLOURS) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert len(asked) == 1, "another host was asked for something"


def test_a_reader_goes_from_the_day_to_the_event_to_its_context_by_keyboard(page: Page, pages: list[str]) -> None:
    page.goto("/news/2017/02/2/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The treasury eases some sanctions.").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/news/2017/02/2/treasury/$"))

    related = page.get_by_role("complementary", name="Related")
    related.get_by_role("link", name="Treasury", exact=True).first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Treasury")


def test_how_to_cite_an_event_is_opened_and_taken_along_by_keyboard(page: Page, pages: list[str]) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(Event.objects.get(slug="treasury").get_absolute_url())
    page.get_by_label("Permanent link").focus()
    page.keyboard.press("Control+A")
    assert page.evaluate("getSelection().toString()") == page.url

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == page.url
    assert page.evaluate("navigator.clipboard.readText()") == page.url

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("BibTeX", exact=True)).to_have_value(
        re.compile("title = {{The treasury eases some sanctions.}}")
    )
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy APA")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("APA", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    assert page.evaluate("getSelection().toString()").startswith("Newsroom. (2017, February 2).")


def test_a_chart_tells_in_words_what_it_shows_and_its_table_leads_to_a_month(page: Page, pages: list[str]) -> None:
    page.goto("/tag/treasury/")
    chart = page.get_by_role("img", name="Events")
    expect(chart).to_have_accessible_description("Dec 2016 most in Feb 2017: 53 Feb 2017")

    page.get_by_text("Numbers by month").click()
    page.get_by_role("link", name="December 2016").click()
    expect(page).to_have_url(re.compile("before=2017-01-01$"))
    expect(page.get_by_role("link", name="It began.")).to_be_visible()


def test_the_arrow_keys_lead_to_the_days_before_and_after_but_not_out_of_a_field(page: Page, pages: list[str]) -> None:
    page.goto("/news/2017/02/2/")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("/news/2017/02/1/$"))
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("/news/2017/02/2/$"))

    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.locator("main > input").press("ArrowLeft")
    page.locator("body").press("Alt+ArrowDown")
    expect(page).to_have_url(re.compile("/news/2017/02/2/$"))


def test_on_paper_the_sources_show_their_addresses_and_nothing_is_to_be_clicked(page: Page, pages: list[str]) -> None:
    page.emulate_media(media="print")
    page.goto(Event.objects.get(slug="treasury").get_absolute_url())

    address = "getComputedStyle(document.querySelector('.citations a'), '::after').content"
    assert "https://example.org/" in page.evaluate(address)
    for navigation in page.get_by_role("navigation", include_hidden=True).all():
        expect(navigation).to_be_hidden()
