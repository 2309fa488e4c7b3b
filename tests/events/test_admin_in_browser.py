"""An editor's round in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from events import services
from events.choices import Move
from events.models import Event
from tests.events.desk import log_in
from tests.events.making import cite, make_event


@pytest.fixture
def event(page: Page, live_server: object) -> Event:
    """An event with a history; the page is an editor's who is logged in."""
    editor = log_in(page, live_server)
    event = make_event("A dam is opened.", slug="dam", topics=["Water"], tags=["River"], summary="See [[River]].")
    cite(event, "Reuters", "Reuters", url="https://example.org/dam")
    services.change_state(event, None, Move.SAVE, editor=editor)
    event.refresh_from_db()
    return event


def test_an_editor_changes_an_event_by_keyboard_and_sees_it_in_the_history(page: Page, event: Event) -> None:
    page.goto(reverse("admin:events_event_change", args=[event.pk]))
    page.get_by_role("textbox", name="Summary").fill("About the [[River|stream]].")
    expect(page.locator(".markdownx-preview").get_by_role("link", name="stream")).to_be_visible()
    page.get_by_role("textbox", name="Summary").press("Tab")
    expect(page.get_by_role("textbox", name="Summary")).not_to_be_focused()

    tags = page.get_by_label("Tags")
    tags.press("Control+End")
    tags.press_sequentially(", wat")
    expect(page.get_by_role("option", name="Water")).to_be_visible()
    tags.press("ArrowDown")
    tags.press("Enter")
    expect(tags).to_have_value("Water, River, Water, ")

    row = page.locator("#citations-1")
    row.get_by_label("Label").fill("BBC")
    row.get_by_role("button", name="Up").press("Enter")
    page.get_by_label("What you changed").fill("A stream")
    page.get_by_label("What you changed").press("Enter")

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert list(event.citations.values_list("label", flat=True)) == ["BBC", "Reuters"]
    assert {row.spelling for row in event.event_tags.all()} == {"Water", "River"}
    page.goto(reverse("admin:events_event_history", args=[event.pk]))
    page.get_by_role("button", name="Compare the two chosen").click()
    expect(page.locator("ins", has_text="stream")).to_be_visible()
