"""The whole life of an event, with three people at the desk at once and a reader before it, each in a browser."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Response, expect

from events.models import Event
from tests.events.desk import person
from tests.events.making import make_event

SIGN = 16000  # milliseconds after which a form has told that it is there
Windows = tuple[Page, Page, Page, Page]


@pytest.fixture
def windows(live_server: object, window: Callable[..., Page]) -> Windows:
    """Of a contributor, two editors and a reader, in a wiki that knows one event more."""
    make_event("A dam on the Blue River is planned.", slug="planned", tags=["Blue River"])
    cora, ed, ann = (window(person(group, name)) for group, name in (("Contributor", "cora"), *EDITORS))
    for page in (ed, ann):
        page.clock.install()
    return cora, ed, ann, window()


EDITORS = (("Editor", "ed"), ("Editor", "ann"))


def test_an_event_is_written_reviewed_published_corrected_and_withdrawn(windows: Windows) -> None:
    cora, ed, ann, reader = windows
    write_and_submit(cora)
    two_editors_change_it_at_once(ed, ann)
    address = publish(ed)
    read_it(reader, address)
    propose_a_correction(cora)
    accept_it(ed)
    read_the_correction(reader, cora, address)
    withdraw(ed)
    read_why_it_is_gone(reader, address)


def write_and_submit(cora: Page) -> None:
    cora.goto(reverse("admin:index"))
    cora.get_by_role("link", name="Add event").click()
    cora.wait_for_url(reverse("admin:events_event_add"))
    expect(cora.get_by_label("Headline")).to_be_focused()
    cora.keyboard.type("A dam on the [[Blue")
    expect(cora.get_by_role("option", name="Blue River")).to_be_visible()
    cora.keyboard.press("Enter")
    cora.keyboard.type(" is opened.")
    cora.get_by_label("Topics").fill("Water supply")
    cora.get_by_role("textbox", name="Summary").fill("It holds water for a year.")
    cora.locator("#id_citations-0-cited").fill("https://example.org/dam")
    expect(cora.locator("#citations-0").get_by_text("A new source.")).to_be_visible()
    cora.locator("#id_citations-0-label").fill("Reuters")
    cora.get_by_role("button", name="Submit for review").click()
    expect(cora.get_by_text("waits for review")).to_be_visible()
    cora.goto(reverse("admin:index"))


def two_editors_change_it_at_once(ed: Page, ann: Page) -> None:
    """The one who reviews it is told of the other, and chooses where both changed the same."""
    ed.goto(reverse("admin:index"))
    ed.get_by_role("link", name="To review").click()
    ed.get_by_role("button", name="I review it").click()
    expect(ed.get_by_text("You have it")).to_be_visible()
    ed.get_by_role("link", name="A dam on the Blue River is opened.").click()
    expect(ed.get_by_text("sent by cora")).to_be_visible()

    ann.goto(reverse("admin:events_event_review"))
    expect(ann.locator(".claim")).to_contain_text("ed has it")
    with ann.expect_response("**/open/**"):  # the sign that she is there
        ann.get_by_role("link", name="A dam on the Blue River is opened.").click()
    expect(ann.locator(".open-form .news")).to_have_text("ed has this event open too.")
    ed.clock.fast_forward(SIGN)
    expect(ed.locator(".open-form .news")).to_have_text("ann has this event open too.")

    ann.get_by_role("textbox", name="Headline").fill("A large dam on the Blue River is opened.")
    ann.get_by_label("Tags").fill("Blue River, Dams")
    ann.locator("#id_citations-1-cited").fill("The Radio")
    ann.get_by_label("What you changed").fill("How large it is")
    ann.get_by_role("button", name="Save", exact=True).click()
    expect(ann.get_by_text("was changed successfully")).to_be_visible()
    ed.clock.fast_forward(SIGN)
    expect(ed.locator(".open-form .news")).to_contain_text("ann saved it at ")

    ed.get_by_role("textbox", name="Headline").fill("The dam on the Blue River is opened.")
    ed.get_by_role("textbox", name="Summary").fill("It holds water for two years.")
    ed.get_by_role("button", name="Publish", exact=True).click()
    expect(ed.get_by_role("heading", name="Two versions of this event")).to_be_visible()
    sides = ed.locator(".conflict .side")
    expect(sides).to_have_count(3)
    for number, words in enumerate(("A dam on", "A large dam on", "The dam on")):
        expect(sides.nth(number)).to_contain_text(words)
    expect(ed.locator(".differences")).to_contain_text("two years")
    ed.get_by_role("radio", name="Saved by ann").check()
    ed.get_by_role("button", name="Save with what I chose").click()
    expect(ed.get_by_text("was changed successfully")).to_be_visible()
    event = Event.objects.get(headline="A large dam on the Blue River is opened.")
    assert (event.summary, event.status) == ("It holds water for two years.", "review")


def publish(ed: Page) -> str:
    ed.get_by_role("button", name="Publish", exact=True).click()
    expect(ed.get_by_text("is public")).to_be_visible()
    return Event.objects.get(summary__startswith="It holds").get_absolute_url()


def read_it(reader: Page, address: str) -> None:
    reader.goto(address)
    expect(reader.get_by_role("heading", level=1)).to_have_text("A large dam on the Blue River is opened.")
    expect(reader.locator(".summary")).to_have_text("It holds water for two years.")
    expect(reader.locator(".citations > ol > li")).to_have_text([re.compile("Reuters"), re.compile("The Radio")])
    expect(reader.locator(".topics")).to_contain_text("Water supply")
    expect(reader.locator(".tags li")).to_have_text(["Blue River", "Dams"])
    reader.get_by_role("link", name="History", exact=True).click()
    expect(reader.get_by_role("heading", level=1, name="History")).to_be_visible()
    expect(reader.get_by_text("First published")).to_have_count(1)


def propose_a_correction(cora: Page) -> None:
    cora.goto(reverse("admin:index"))
    cora.get_by_role("link", name="A large dam").first.click()
    cora.get_by_role("textbox", name="Summary").fill("It holds water for three years.")
    cora.get_by_text("Correction (readers see it)").click()
    cora.get_by_role("textbox", name="Correction").fill("It is three years, not two.")
    cora.get_by_label("What you changed").fill("As the engineers say")
    cora.get_by_role("button", name="Propose this change").click()
    expect(cora.get_by_text("until an editor accepts")).to_be_visible()


def accept_it(ed: Page) -> None:
    ed.goto(reverse("admin:index"))
    ed.get_by_role("link", name="A large dam").first.click()
    expect(ed.get_by_role("heading", name="Proposed", exact=True)).to_be_visible()
    expect(ed.locator("ins", has_text="three")).to_have_count(2)
    ed.get_by_label("A word to cora").fill("Thank you")
    ed.get_by_role("button", name="Accept").click()
    expect(ed.get_by_text("Accepted: readers see what cora proposed.")).to_be_visible()


def read_the_correction(reader: Page, cora: Page, address: str) -> None:
    reader.goto(address)
    expect(reader.locator(".summary")).to_have_text("It holds water for three years.")
    expect(reader.get_by_text("It is three years, not two.")).to_be_visible()
    reader.get_by_role("link", name="History", exact=True).click()
    expect(reader.locator(".changes ins").first).to_contain_text("three")
    expect(reader.get_by_text("cora: Accepted by ed: As the engineers say")).to_be_visible()
    cora.goto(reverse("admin:index"))
    expect(cora.get_by_text("Accepted by ed: “Thank you”")).to_be_visible()


def withdraw(ed: Page) -> None:
    ed.goto(reverse("admin:events_event_changelist"))
    ed.get_by_role("link", name="A large dam").click()
    ed.get_by_text("Withdraw …").click()
    ed.get_by_role("textbox", name="Why:", exact=True).fill("The opening was a drill.")
    ed.get_by_role("button", name="Withdraw", exact=True).click()
    expect(ed.get_by_text("is withdrawn")).to_be_visible()


def read_why_it_is_gone(reader: Page, address: str) -> None:
    for page in (address, f"{address}history/"):
        response: Response | None = reader.goto(page)
        assert response and response.status == 410, page
        expect(reader.get_by_text("The opening was a drill.")).to_be_visible()
    expect(reader.get_by_text("It holds water")).to_have_count(0)
