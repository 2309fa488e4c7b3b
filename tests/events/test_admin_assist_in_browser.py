"""An event entered by keyboard alone, with what the form finds out while one types."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from events.choices import LinkKind
from events.models import Event, RelatedLink
from sources.completing import ask, fetch_due
from sources.models import Source
from tests.events.desk import log_in
from tests.events.making import DAY, cite, make_event, make_publisher
from tests.sources.test_completing import give

URL = "https://example.org/harbour"
NEAR = "The new harbour of Blue Bay opens to ships."


@pytest.fixture
def form(page: Page, live_server: object) -> Page:
    """The form of a new event, in a wiki that knows something of harbours."""
    log_in(page, live_server)
    today = timezone.localdate()
    near = make_event(NEAR, today, tags=["Blue Bay", "Harbours"])
    cite(near, "Some Wire", "Some Wire", url=f"{URL}/1", title="Harbour opens", published_on=today)
    for number in range(3):
        make_event(f"Ship {number} leaves.", DAY + dt.timedelta(number), tags=["Blue Bay", "Ships"][: number + 1])
    page.goto(reverse("admin:events_event_add"))
    return page


def type_(page: Page, text: str) -> None:
    page.keyboard.type(text)


def test_an_event_is_entered_by_keyboard_alone(form: Page) -> None:
    expect(form.get_by_label("Headline")).to_be_focused()
    assert form.get_by_label("Date", exact=False).first.input_value() == timezone.localdate().isoformat()

    # The headline tags the event, and shows the one that tells the same.
    type_(form, "The new harbour of [[Blu")
    expect(form.get_by_role("option", name="Blue Bay")).to_be_visible()
    form.keyboard.press("Enter")
    type_(form, " opens to ship")
    expect(form.get_by_label("Headline")).to_have_value("The new harbour of Blue Bay opens to ship")
    expect(form.get_by_label("Tags")).to_have_value("Blue Bay")
    expect(form.locator(".nearby").get_by_role("link", name=NEAR)).to_be_visible()

    form.keyboard.press("Tab")  # the event that was found
    form.keyboard.press("Tab")
    type_(form, "Arts")
    form.keyboard.press("Tab")  # no topic
    form.keyboard.press("Tab")
    form.keyboard.press("End")
    type_(form, ", shi")
    place = form.get_by_label("Unsourced").bounding_box()
    expect(form.get_by_role("option", name="Ships")).to_be_visible()
    assert form.get_by_label("Unsourced").bounding_box() == place
    form.keyboard.press("Enter")
    form.keyboard.press("Tab")  # it will be sourced
    form.keyboard.press("Tab")

    # A known address in another form of it, a new one, and a bare name.
    cited = form.locator("#id_citations-0-cited")
    expect(cited).to_be_focused()
    form.keyboard.insert_text("http://www.example.org/harbour/1/?utm_source=x")
    row = form.locator("#citations-0")
    expect(row.get_by_role("link", name="Harbour opens")).to_be_visible()
    expect(row.get_by_label("Label")).to_have_value("Some Wire")
    expect(row.get_by_role("link", name=NEAR)).to_be_visible()
    next_citation(form, 1)
    form.keyboard.insert_text(f"{URL}/2")
    expect(form.locator("#citations-1").get_by_text("A new source.")).to_be_visible()
    next_citation(form, 2)
    type_(form, "The Radio")
    form.keyboard.press("Enter")
    expect(form.locator("#id_citations-2-label")).to_have_value("The Radio")
    form.keyboard.press("Control+Enter")

    expect(form.locator(".messagelist")).to_be_visible()
    event = Event.objects.latest("pk")
    assert event.headline == "The new harbour of Blue Bay opens to ship"
    assert event.category and event.category.name.startswith("Arts")
    assert [row.spelling for row in event.event_tags.all()] == ["Blue Bay", "Ships"]
    sources = [(row.source.url if row.source else "", row.label) for row in event.citations.all()]
    assert sources == [(f"{URL}/1", "Some Wire"), (f"{URL}/2", ""), ("", "The Radio")]


def next_citation(page: Page, number: int) -> None:
    """By Tab to the field of the next row, past all that stands between."""
    field = page.locator(f"#id_citations-{number}-cited")
    expect(field).to_be_attached()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == f"id_citations-{number}-cited":
            return
    raise AssertionError(f"citation {number} is not reached")


def test_the_page_of_a_new_source_is_read_while_the_form_is_open(form: Page) -> None:
    ask(f"{URL}/2")
    fetch_due(give())
    form.locator("#id_citations-0-cited").fill(f"{URL}/2")
    row = form.locator("#citations-0")
    expect(row.get_by_text("The harbour opens · Ada Quay · 2031-05-04")).to_be_visible()
    expect(row.get_by_label("Label")).to_have_value("Harbour Post")
    form.get_by_label("Headline").fill("A harbour opens.")
    form.get_by_label("Headline").press("Control+Enter")
    expect(form.locator(".messagelist")).to_be_visible()
    assert Source.objects.get(url=f"{URL}/2").title == "The harbour opens"


def test_related_events_are_foreseen_pinned_with_a_note_and_hidden(form: Page) -> None:
    form.get_by_label("Headline").fill("A harbour opens.")
    tags = form.get_by_label("Tags")
    tags.fill("Blue Bay, Ships")
    foreseen = form.locator(".foreseen li")
    expect(foreseen).to_have_count(4)
    expect(foreseen.nth(0)).to_contain_text("Ship 2 leaves. Blue Bay · Ships")
    foreseen.nth(1).get_by_role("button", name="Pin").press("Enter")
    note = form.locator("#id_related_links-0-note")
    expect(note).to_be_focused()
    type_(form, "It left for there.")
    expect(foreseen.nth(0)).to_contain_text("pinned below")
    foreseen.nth(1).get_by_role("button", name="Hide").press("Enter")
    expect(foreseen).to_have_count(3)
    note.press("Control+Enter")
    expect(form.locator(".messagelist")).to_be_visible()
    links = RelatedLink.objects.select_related("target").order_by("position")
    assert [(link.target.headline, link.kind, link.note, link.context) for link in links] == [
        ("Ship 1 leaves.", LinkKind.PINNED, "It left for there.", ["Blue Bay", "Ships"]),
        ("Ship 2 leaves.", LinkKind.HIDDEN, "", ["Blue Bay", "Ships"]),
    ]


def test_a_name_typed_to_its_end_in_brackets_tags_too(form: Page) -> None:
    form.get_by_label("Headline").press_sequentially("A [[New Dam]] opens.")
    expect(form.get_by_label("Headline")).to_have_value("A New Dam opens.")
    summary = form.get_by_role("textbox", name="Summary")
    summary.press_sequentially("See [[Ada Quay|her]].")
    expect(summary).to_have_value("See [[Ada Quay|her]].")
    expect(form.get_by_label("Tags")).to_have_value("New Dam, Ada Quay")


def test_words_offer_the_titles_of_sources_and_names_of_publishers(form: Page) -> None:
    make_publisher("Harbour Post")
    cited = form.locator("#id_citations-0-cited")
    cited.press_sequentially("harbour")
    expect(form.locator(".names").get_by_role("option")).to_have_text(
        ["Harbour Post, the name alone", f"Some Wire · Harbour opens · {timezone.localdate()}"]
    )
    cited.press("ArrowDown")
    cited.press("ArrowDown")
    cited.press("Enter")
    expect(form.locator("#citations-0").get_by_role("link", name="Harbour opens")).to_be_visible()
