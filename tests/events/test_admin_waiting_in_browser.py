"""What imports leave to editors, decided by keyboard in a real browser."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from events import services
from events.models import Citation, Conflict, Event, LookAlike, Tag
from tests.events.desk import PASSWORD, contradict, log_in
from tests.events.making import cite, make_event, make_tag


@pytest.fixture
def editor(page: Page, live_server: object) -> User:
    return log_in(page, live_server)


def test_a_conflict_and_a_pair_are_decided_by_keyboard(page: Page, editor: User) -> None:
    event = make_event("A small dam is opened.", tags=["River"], summary="It holds water.")
    other = make_event("A small dam opens.", tags=["River", "Sea"])
    contradict(event, "summary", summary="It holds much water.")
    LookAlike.objects.create(one=event, other=other, likeness=88)

    page.goto(reverse("admin:index"))
    page.get_by_role("link", name="1 import conflict").click()
    expect(page.get_by_role("heading", name="Import conflicts")).to_be_visible()
    page.get_by_role("button", name="Take the archive’s").press("Enter")
    expect(page.get_by_text("The archive’s word was taken")).to_be_visible()
    assert not Conflict.objects.exists()

    page.goto(reverse("admin:events_event_look_alikes"))
    page.get_by_role("button", name="One event: keep the first").press("Enter")
    expect(page.get_by_text("They are one event now")).to_be_visible()
    event.refresh_from_db()
    assert (event.summary, event.event_tags.count()) == ("It holds much water.", 2)


def test_a_name_is_adopted_and_a_tag_merged_and_parted_by_keyboard(page: Page, editor: User) -> None:
    event = make_event("A dam is opened.", tags=["Bombay"])
    make_event("A port is opened.", tags=["Mumbai"])
    services.merge_tags(make_tag("Bombay"), make_tag("Mumbai"), editor=editor)
    cite(event, "The Courier")
    cite(event, "Grauniad")

    page.goto(reverse("admin:sources_publisher_labels"))
    page.get_by_role("button", name="New publisher “The Courier”").press("Enter")
    expect(page.get_by_text("name The Courier from now on")).to_be_visible()
    page.get_by_role("combobox").press("Enter")
    page.keyboard.type("courier")
    page.get_by_role("option", name="The Courier").click()
    page.get_by_role("button", name="Adopt “Grauniad”").press("Enter")
    expect(page.get_by_text("0 names in labels")).to_be_visible()
    assert set(Citation.objects.values_list("publisher__name", flat=True)) == {"The Courier"}

    mumbai = Tag.objects.get(key="mumbai")
    page.goto(reverse("admin:events_tag_change", args=[mumbai.pk]))
    page.get_by_role("button", name="Undo the merge of “Bombay”").press("Enter")
    expect(page.get_by_text("“Bombay” is a tag of its own again")).to_be_visible()
    page.get_by_role("link", name="Merge into another tag").click()
    expect(page.get_by_role("heading", name="Merge a tag")).to_be_visible()
    page.get_by_role("combobox").press("Enter")
    page.keyboard.type("bom")
    page.get_by_role("option", name="Bombay · en · 1 event").click()
    page.get_by_role("button", name="Show what would change").press("Enter")
    expect(page.get_by_role("heading", name="“Mumbai” into “Bombay”")).to_be_visible()
    page.get_by_role("button", name="Merge them").press("Enter")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Mumbai” was merged into “Bombay”")).to_be_visible()
    assert set(Event.objects.values_list("tags__name", flat=True)) == {"Bombay"}
