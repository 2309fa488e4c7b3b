"""The search page in a browser: by keyboard, without JavaScript, and for everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.events.making import make_event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def events() -> None:
    make_event("Kent rises.", tags=["River Kent", "Kendal"])
    make_event("Lune rises.", tags=["River Lune"])


def test_a_tag_is_chosen_by_keyboard_from_those_that_begin_so(page: Page, live_server: object) -> None:
    page.goto("/search/")
    field = page.get_by_role("combobox", name="Tag")
    field.press_sequentially("riv")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(page.get_by_role("option", name="River Lune")).to_have_attribute("aria-selected", "true")
    field.press("ArrowUp")
    field.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    field.fill("")
    field.press_sequentially("lune")
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("River Lune")
    field.press("Enter")
    expect(page.locator(".sentence")).to_have_text(["Lune rises."])


def test_the_search_works_without_javascript(browser: Browser, live_server: object) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=str(getattr(live_server, "url", "")))
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("kent")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".sentence")).to_have_text(["Kent rises."])
    page.get_by_label("Tag", exact=True).fill("kendal")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".sentence")).to_have_text(["Kent rises."])
    context.close()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?q=rises", "?q=rises&tag=kendal", "?q=rizes+-x"])
def test_the_search_shuts_nobody_out(
    browser: Browser, live_server: object, width: int, scheme: str, query: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        base_url=str(getattr(live_server, "url", "")),
    )
    page = context.new_page()
    page.goto(f"/search/{query}")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
