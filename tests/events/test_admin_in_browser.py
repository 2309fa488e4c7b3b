"""The desk in a real browser: an editor's round, and no accessibility violation on any page of it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.urls import reverse
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from events import exporter, services
from events.choices import LinkKind, Move
from events.models import Event, RelatedLink
from sources.models import Source
from tests.events.desk import log_in
from tests.events.making import DAY, cite, make_event

# Without the preload axe adds no styles of its own to a page that forbids them.
EVERYTHING = {"preload": False}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}


@pytest.fixture
def event(page: Page, live_server: object) -> Event:
    """An event with everything; the page is an editor's who is logged in."""
    editor = log_in(page, live_server)
    event = make_event("A dam is opened.", slug="dam", topics=["Water"], tags=["River"], summary="See [[River]].")
    cite(event, "Reuters", "Reuters", url="https://example.org/dam")
    other = make_event("A dam is planned.", DAY, slug="planned", tags=["River"])
    RelatedLink.objects.create(event=event, target=other, kind=LinkKind.PINNED, context=["River"], position=1)
    Source.objects.create(title="The dam on the river is opened", tags=["River"])
    for move in (Move.WITHDRAW, Move.PUBLISH):
        services.change_state(event, None, move, reason="A drill.", editor=editor)
    event.refresh_from_db()
    return event


def check(page: Page, name: str) -> None:
    """No violation in light, nor in what dark can change."""
    page.emulate_media(color_scheme="light")
    assert Axe().run(page, options=EVERYTHING).response["violations"] == [], name
    page.emulate_media(color_scheme="dark")
    assert Axe().run(page, options=COLOURS).response["violations"] == [], name


def test_no_page_of_the_desk_has_an_accessibility_violation(page: Page, event: Event) -> None:
    source, tag = Source.objects.latest("pk"), event.event_tags.all()[0].tag
    change = reverse("admin:events_event_change", args=[event.pk])
    for address in (
        reverse("admin:index"),
        reverse("admin:app_list", args=["events"]),
        reverse("admin:events_event_changelist"),
        reverse("admin:events_event_add"),
        change,
        reverse("admin:events_event_history", args=[event.pk]),
        reverse("admin:events_event_state", args=[event.pk, 1]),
        reverse("admin:events_event_erasure", args=[event.pk]),
        reverse("admin:events_event_compare", args=[event.pk]) + "?one=1&two=2",
        reverse("admin:events_event_unfiled"),
        reverse("admin:sources_source_changelist"),
        reverse("admin:sources_source_change", args=[source.pk]),
        reverse("admin:sources_source_delete", args=[source.pk]),
        reverse("admin:sources_publisher_add"),
        reverse("admin:events_tag_changelist"),
        reverse("admin:events_tag_change", args=[tag.pk]),
        reverse("admin:events_tag_history", args=[tag.pk]),
        reverse("admin:events_category_changelist"),
        reverse("admin:auth_user_change", args=[User.objects.get().pk]),
        reverse("admin:auth_group_add"),
        reverse("admin:password_change"),
    ):
        page.goto(address)
        check(page, address)

    page.goto(change)
    services.rewrite(
        event,
        None,
        replace(exporter.event_document(event), headline="A big dam is opened."),
        editor=User.objects.get(),
        comment="",
    )
    page.get_by_label("Headline").fill("A small dam is opened.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Two versions of this event")).to_be_visible()
    check(page, "the conflict")

    page.context.clear_cookies()
    page.goto(reverse("admin:login"))
    check(page, "the login")


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
