"""An event's way to readers in a real browser, by keyboard and without a script."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from events.models import Event
from tests.events.desk import add, enter, new_citation, person, save


@pytest.fixture
def event(live_server: object) -> Event:
    return add(
        person("Contributor"), headline="A dam is opened.", tag_names="River", **new_citation(0, label="Reuters")
    )


@pytest.fixture
def without_script(window: Callable[..., Page]) -> Page:
    return window(java_script_enabled=False)


def test_an_event_goes_to_readers_without_a_script(without_script: Page, event: Event, base_url: str) -> None:
    page = without_script
    change = reverse("admin:events_event_change", args=[event.pk])
    enter(page, person("Contributor"), base_url)
    page.goto(change)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("waits for review")).to_be_visible()

    enter(page, person("Editor"), base_url)
    page.goto(reverse("admin:events_event_review"))
    page.get_by_role("button", name="I review it").click()
    expect(page.get_by_text("You have it")).to_be_visible()
    page.goto(change)
    page.get_by_text("Publish at …").click()
    page.get_by_label("Publish at").fill("2999-01-01T10:00")
    page.get_by_role("button", name="Publish at", exact=True).click()
    expect(page.get_by_text("is scheduled")).to_be_visible()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("link", name="See its page")).to_be_visible()
    page.get_by_text("Withdraw …").click()
    page.get_by_label("Why", exact=False).first.fill("It was a drill.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("is withdrawn")).to_be_visible()
    assert Event.objects.get().withdrawn_reason == "It was a drill."
    assert User.objects.count() == 2


def test_enter_in_the_field_of_a_button_presses_that_button(page: Page, event: Event, base_url: str) -> None:
    enter(page, person("Editor"), base_url)
    page.goto(reverse("admin:events_event_change", args=[event.pk]))
    page.get_by_text("Publish at …").press("Enter")
    page.get_by_label("Publish at").fill("2999-01-01T10:00")
    page.get_by_label("Publish at").press("Enter")
    expect(page.get_by_text("is scheduled")).to_be_visible()
    page.get_by_role("button", name="Do not publish").click()
    page.get_by_text("Send back …").click()
    page.get_by_label("What is missing").fill("A second source.")
    page.get_by_label("What is missing").press("Control+Enter")
    expect(page.get_by_text("went back to its author")).to_be_visible()


def test_a_proposal_is_accepted_by_keyboard(page: Page, event: Event, base_url: str) -> None:
    save(person("Editor"), event, _move="publish")
    enter(page, person("Contributor"), base_url)
    page.goto(reverse("admin:events_event_change", args=[event.pk]))
    page.get_by_role("textbox", name="Headline").fill("A big dam is opened.")
    page.get_by_label("What you changed").fill("It is big")
    page.get_by_label("What you changed").press("Enter")
    expect(page.get_by_text("until an editor accepts")).to_be_visible()
    expect(page.get_by_text("You have proposed")).to_be_visible()

    enter(page, person("Editor"), base_url)
    page.goto(reverse("admin:events_event_review"))
    page.get_by_role("link", name="A dam is opened.").press("Enter")
    expect(page.locator("ins", has_text="big")).to_be_visible()
    page.get_by_role("button", name="Accept").press("Enter")
    expect(page.get_by_text("Accepted: readers see")).to_be_visible()
    assert Event.objects.get().headline == "A big dam is opened."
