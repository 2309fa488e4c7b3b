"""Two editors at one event, each in a browser of their own: they see each other, and neither loses a word."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from events.models import Event, OpenForm
from tests.events.desk import PASSWORD, log_in, person
from tests.events.making import cite, make_event

LOOK, SIGN = 3500, 16000  # milliseconds after which the form has looked at what was typed; has told that it is there


@pytest.fixture
def event(page: Page, live_server: object) -> Event:
    """An event with a revision; the page is that of its editor."""
    editor = log_in(page, live_server)
    event = make_event("A dam is opened.", slug="dam", tags=["River"], summary="It holds water.")
    cite(event, "Reuters")
    client = Client()
    client.force_login(editor)
    page.clock.install()
    page.goto(reverse("admin:events_event_change", args=[event.pk]))
    page.get_by_label("What you changed").fill("First")
    press_save(page)
    return Event.objects.get()


@pytest.fixture
def ann(window: Callable[..., Page], event: Event) -> Page:
    """The page of a second editor, in another browser."""
    page = window(person("Editor", "ann"))
    page.clock.install()
    return page


def press_save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def edit(page: Page, event: Event) -> None:
    page.goto(reverse("admin:events_event_change", args=[event.pk]))


def test_each_sees_that_the_other_is_there_and_saved(page: Page, ann: Page, event: Event) -> None:
    edit(page, event)
    news = page.locator(".open-form .news")
    expect(news).to_have_text("")
    page.wait_for_load_state("networkidle")
    place = page.get_by_label("Tags").bounding_box()
    edit(ann, event)
    expect(ann.locator(".open-form .news")).to_have_text("ed has this event open too.")
    page.clock.fast_forward(SIGN)
    expect(news).to_have_text("ann has this event open too.")
    assert page.get_by_label("Tags").bounding_box() == place

    ann.get_by_role("textbox", name="Summary").fill("It holds much water.")
    press_save(ann)
    page.clock.fast_forward(SIGN)
    expect(news).to_contain_text("ann saved it at ")


def test_what_was_typed_survives_a_page_that_is_closed(page: Page, ann: Page, event: Event) -> None:
    edit(ann, event)
    ann.get_by_role("textbox", name="Summary").fill("It holds fish.")
    ann.clock.fast_forward(LOOK)
    expect(ann.locator(".open-form .kept")).to_contain_text("Kept on the server at")
    ann.get_by_label("Headline").fill("A dam with fish is opened.")
    ann.goto(reverse("admin:index"))  # as it is, without a word to the server before

    edit(ann, event)
    expect(ann.get_by_role("heading", name="Yours, not saved")).to_be_visible()
    expect(ann.locator(".unsaved ins", has_text="with fish")).to_be_visible()
    ann.get_by_role("button", name="Bring it back").press("Enter")
    expect(ann.get_by_role("heading", name="What you had typed is back")).to_be_visible()
    expect(ann.get_by_role("textbox", name="Summary")).to_have_value("It holds fish.")
    press_save(ann)
    event.refresh_from_db()
    assert (event.headline, event.summary) == ("A dam with fish is opened.", "It holds fish.")
    edit(ann, event)
    expect(ann.get_by_role("heading", name="Yours, not saved")).to_have_count(0)
    assert not OpenForm.objects.exclude(data="").exists()


def test_what_does_not_overlap_is_merged_and_what_does_is_chosen_by_keyboard(
    page: Page, ann: Page, event: Event
) -> None:
    edit(page, event)
    edit(ann, event)
    ann.get_by_role("textbox", name="Summary").fill("It holds much water.")
    press_save(ann)
    page.get_by_label("Tags").fill("River, Lake")
    press_save(page)
    expect(page.get_by_text("Merged with what ann saved at")).to_be_visible()
    event.refresh_from_db()
    assert event.summary == "It holds much water."
    assert {row.spelling for row in event.event_tags.all()} == {"River", "Lake"}

    edit(page, event)
    edit(ann, event)
    ann.get_by_label("Headline").fill("A big dam is opened.")
    press_save(ann)
    page.get_by_label("Headline").fill("A small dam is opened.")
    page.get_by_label("Headline").press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Two versions of this event")).to_be_visible()
    page.get_by_role("radio", name="Yours, as in the form below").press("ArrowUp")
    expect(page.get_by_role("radio", name="Saved by ann")).to_be_checked()
    page.get_by_role("button", name="Save with what I chose").press("Enter")
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    event.refresh_from_db()
    assert event.headline == "A big dam is opened."
    page.goto(reverse("admin:events_event_history", args=[event.pk]))
    expect(page.get_by_text("not taken")).to_be_visible()


def test_a_form_goes_on_after_a_new_login_in_another_window(page: Page, event: Event) -> None:
    edit(page, event)
    other = page.context.new_page()
    other.goto(reverse("admin:index"))
    other.get_by_role("button", name="Log out").click()
    page.get_by_role("textbox", name="Summary").fill("It holds fish.")
    page.clock.fast_forward(LOOK)
    expect(page.locator(".open-form .news")).to_contain_text("log in again in another window")
    other.goto(reverse("admin:login"))
    other.get_by_label("Username").fill("ed")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Log in").click()
    expect(other.get_by_role("heading", name="The desk")).to_be_visible()

    page.clock.fast_forward(LOOK)
    expect(page.locator(".open-form .kept")).to_contain_text("Kept on the server at")
    press_save(page)
    assert Event.objects.get().summary == "It holds fish."


def test_a_form_that_is_too_long_to_be_sent_on_leaving_is_sent_while_the_browser_asks(page: Page, event: Event) -> None:
    edit(page, event)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    summary = page.get_by_role("textbox", name="Summary")
    summary.fill("Fish. " * 12_000)
    summary.press("End")
    page.goto(reverse("admin:index"))
    assert asked == ["beforeunload"]
    edit(page, event)
    expect(page.get_by_role("heading", name="Yours, not saved")).to_be_visible()
