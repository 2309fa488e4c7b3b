"""Every page of the desk in a real browser: it shuts nobody out, fits on a phone, and keeps to the content policy.

The pages are those of the URLconf, and beside them what is shown only after something was pressed. The fixture
`window` fails at violations of the content policy.
"""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from msgspec.structs import replace
from playwright.sync_api import Page, ViewportSize, expect

from events import exporter, previews, services
from events.choices import Move
from events.models import Editorial, Tag
from sources.models import Publisher
from tests.axe import COLOURS, violations
from tests.events.desk import confirm, enter, save
from tests.events.making import make_editorial
from tests.newsroom.addresses import address_of, addresses, rows_behind
from tests.newsroom.test_who_may import NOBODY, NOT_ALLOWED, TABLE
from tests.pictures.situation import Situation, again, keep_form, make

PHONE: ViewportSize = {"width": 360, "height": 800}
LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"], tuple[str, ...]], ...] = (
    (PHONE, "light", (COLOURS,)),
    ({"width": 1440, "height": 900}, "dark", ()),
)
LONG = "https://example.org/" + "endless" * 40
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.removeAttribute('name'); one.open = true })"
Step = Callable[[Page, Situation], None]


@pytest.fixture
def situation(live_server: object) -> Situation:
    """A wiki at work, in which some names and texts are as long as they may be."""
    found = make()
    root = User.objects.create_superuser("root" + "o" * 100, password="a long enough password")
    found.people["root"] = Client()
    found.people["root"].force_login(root)
    confirm(found.people["root"])
    save(found.people["ed"], found.public, headline=f"{found.public.headline} {LONG}", comment=LONG)
    make_editorial(f"Let it be {LONG}"[:300], slug="let-it-be", standfirst=LONG, body=f"It [[Kendal|floods]]. {LONG}")
    Tag.objects.filter(name="Ferries").update(name="Ferries-" * 12)
    Publisher.objects.filter(name="Northern Wire").update(name="Northernwire" * 12)
    return found


@pytest.fixture
def page(window: Callable[..., Page], situation: Situation) -> Page:
    return window(situation.people["root"], viewport=PHONE)


def faults(page: Page, name: str) -> Iterator[str]:
    """What is wrong with the page that is open, with all that folds unfolded: in light on a phone, in dark on a desk.

    What stands on a phone stands on a desk too, where all rules are asked; and no colour depends on the width.
    """
    page.evaluate(UNFOLD)
    for size, scheme, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        yield from (f"{name}, {size['width']} px, {scheme}: {fault}" for fault in violations(page, *rules))
        if (width := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
            yield f"{name}: {width} px wide on a screen of {size['width']}"
    if page.get_by_role("heading", level=1).count() != 1:
        yield f"{name}: not one heading of the first level"
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")


# --- Pages that have an address -----------------------------------------------------------------------------------


# What shows a page only to somebody else, or with a question in its address: a step below opens it.
OTHERWISE = {"admin:login", "admin:events_event_compare", "admin:events_editorial_compare"}


def opened(name: str) -> bool:
    """Whether the address of the desk is one that is opened in a browser, and not only posted to."""
    return name.startswith("admin:") and TABLE.get(name, (NOBODY, NOBODY))[0] not in (NOT_ALLOWED, NOBODY)


@pytest.mark.parametrize("part", ["events_", "sources_", ""])
def test_no_page_shuts_anybody_out_or_is_wider_than_a_phone(page: Page, situation: Situation, part: str) -> None:
    root, rows = situation.people["root"], rows_behind(situation.public)
    found: list[str] = []
    for name, pattern in addresses():
        if not opened(name) or not is_of(name, part):
            continue
        address = address_of(name, pattern, rows)
        response = root.get(address)
        assert response.status_code == 200 or name in OTHERWISE, name
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            page.goto(address)
            found += faults(page, name)
    assert not found, "\n".join(found)


def is_of(name: str, part: str) -> bool:
    """Whether the address is of the part; of the last one is what is of no other."""
    return name.startswith(f"admin:{part}") if part else not name.startswith(("admin:events_", "admin:sources_"))


# --- Pages that something leads to --------------------------------------------------------------------------------


def go(page: Page, name: str, *arguments: object, query: str = "") -> None:
    page.goto(reverse(f"admin:{name}", args=arguments) + query)


def as_(page: Page, situation: Situation, name: str) -> None:
    """Let the page be that of somebody else, or of nobody."""
    page.context.clear_cookies()
    if name:
        enter(page, situation.people[name], page.url)


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def publish_nothing(page: Page, situation: Situation) -> None:
    go(page, "events_event_add")
    press(page, "Publish")
    expect(page.locator(".errornote")).to_be_visible()


def type_what_is_known(page: Page, situation: Situation) -> None:
    go(page, "events_event_add")
    page.get_by_label("Headline").fill(situation.public.headline[:95])
    page.get_by_label("Tags").fill("Carrow Island, Port Ellis")
    page.locator("#id_citations-0-cited").press_sequentially("dock")
    for found in (".nearby a", ".foreseen li", ".names [role=option]"):
        expect(page.locator(found).first).to_be_visible()


def save_after_another(page: Page, situation: Situation) -> None:
    go(page, "events_event_change", situation.public.pk)
    page.get_by_label("Headline").fill(f"Mine: {LONG}")
    save(situation.people["ann"], again(situation.public), headline=f"Theirs: {LONG}")
    press(page, "Save")
    expect(page.get_by_role("heading", name="Two versions of this event")).to_be_visible()


def save_an_editorial_after_another(page: Page, situation: Situation) -> None:
    editorial = Editorial.objects.get()
    go(page, "events_editorial_change", editorial.pk)
    page.get_by_label("Title").fill("Mine")
    page.get_by_label("Body").fill(f"Mine: {LONG}")
    expect(page.locator(".markdownx-preview")).to_contain_text("Mine")
    document = replace(exporter.editorial_document(editorial), body=f"Theirs: {LONG}")
    services.rewrite(editorial, None, document, editor=None, comment="")
    press(page, "Save")
    expect(page.get_by_role("heading", name="Two versions of this editorial")).to_be_visible()


def preview_an_editorial(page: Page, situation: Situation) -> None:
    editorial = Editorial.objects.get()
    services.change_state(editorial, None, Move.WITHDRAW, editor=None, reason="It was wrong.")
    go(page, "events_editorial_preview", editorial.pk)
    expect(page.get_by_text("Readers do not see this: withdrawn.")).to_be_visible()


def write_beside_another(page: Page, situation: Situation) -> None:
    keep_form(situation.people["ann"], {"_event": situation.public.pk, "version": situation.public.version})
    go(page, "events_event_change", situation.public.pk)
    expect(page.get_by_text("ann has this event open too.")).to_be_visible()


def compare(page: Page, situation: Situation) -> None:
    go(page, "events_event_compare", situation.public.pk, query="?one=1&two=2")


def bring_back_what_was_typed(page: Page, situation: Situation) -> None:
    as_(page, situation, "cora")
    go(page, "events_event_add")
    press(page, "Bring it back")
    expect(page.get_by_text("What you had typed is back.")).to_be_visible()


def take_a_proposal_in_hand(page: Page, situation: Situation) -> None:
    go(page, "events_event_proposal", situation.proposal.pk)
    press(page, "Open it in the form")


def choose_events(page: Page, action: str) -> None:
    go(page, "events_event_changelist")
    for box in page.locator(".action-select").all()[:5]:
        box.check()
    page.locator("select[name=action]").select_option(action)
    press(page, "Look at it first")


def withdraw_many(page: Page, situation: Situation) -> None:
    choose_events(page, "withdraw")
    page.get_by_label("Reason").fill(LONG)
    press(page, "Show what would change")


def tag_many(page: Page, situation: Situation) -> None:
    choose_events(page, "tag")


def look_for_a_passage(page: Page, situation: Situation) -> None:
    go(page, "events_event_erasure", situation.public.pk)
    page.get_by_label("Passage").fill("ferry")
    page.get_by_label("Reason").fill("A court said so.")
    press(page, "Show where it stands")


def merge_tags(page: Page, situation: Situation) -> None:
    one, two = Tag.objects.order_by("pk")[:2]
    go(page, "events_tag_choose", one.pk, query=f"?into={two.pk}")
    expect(page.get_by_role("button", name="Merge them")).to_be_visible()


def merge_publishers(page: Page, situation: Situation) -> None:
    one, two = Publisher.objects.filter(name__in=["Harbour Post", "Northernwire" * 12])
    go(page, "sources_publisher_choose", one.pk, query=f"?into={two.pk}")
    expect(page.get_by_role("button", name="Merge them")).to_be_visible()


def search_in_a_field(page: Page, situation: Situation) -> None:
    go(page, "events_tag_choose", Tag.objects.all()[0].pk)
    page.get_by_role("combobox").press("Enter")
    page.keyboard.type("or")
    expect(page.get_by_role("option", name="Port Ellis · en")).to_be_visible()


def add_a_source_in_a_window_of_its_own(page: Page, situation: Situation) -> None:
    go(page, "sources_source_add", query="?_to_field=id&_popup=1")


def find_nothing(page: Page, situation: Situation) -> None:
    go(page, "events_event_changelist", query="?q=nothing&status__exact=draft")


def preview_by_a_link(page: Page, situation: Situation) -> None:
    page.goto(previews.link(situation.review.revisions.all()[0]))


def preview_what_is_over(page: Page, situation: Situation) -> None:
    page.goto(previews.link(situation.withdrawn.revisions.all()[0]))


def be_asked_for_the_password(page: Page, situation: Situation) -> None:
    as_(page, situation, "cleo")
    go(page, "auth_user_changelist")
    go(page, "auth_user_add")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Password").fill("wrong")
    press(page, "Go on")


def mistype_a_code(page: Page, situation: Situation) -> None:
    as_(page, situation, "root")
    go(page, "two_factor")
    page.get_by_label("Code").fill("000")
    press(page, "Set it up")


def open_what_is_not_ones_own(page: Page, situation: Situation) -> None:
    as_(page, situation, "cora")
    go(page, "auth_user_changelist")


def open_what_is_not_there(page: Page, situation: Situation) -> None:
    go(page, "events_event_compare", 99999)


def log_in_wrongly(page: Page, situation: Situation) -> None:
    as_(page, situation, "")
    go(page, "login")
    page.get_by_label("Username").fill("ed")
    page.get_by_label("Password").fill("wrong")
    press(page, "Log in")


def be_locked_out(page: Page, situation: Situation) -> None:
    for _ in range(5):
        page.get_by_label("Username").fill("ed")
        page.get_by_label("Password").fill("wrong")
        press(page, "Log in")
        if not page.get_by_label("Password").count():
            return


def as_cora(name: str, *arguments: str) -> Step:
    """The page of the address as a contributor sees it; the arguments are what of the situation stands in it."""

    def step(page: Page, situation: Situation) -> None:
        as_(page, situation, "cora")
        go(page, name, *(getattr(situation, argument).pk for argument in arguments))

    return step


def look_only(page: Page, situation: Situation) -> None:
    as_(page, situation, "cora")
    go(page, "sources_source_change", situation.review.citations.all()[0].source_id)


STEPS: dict[str, Step] = {
    "a form with errors": publish_nothing,
    "a form that helps": type_what_is_known,
    "a form that another has open": write_beside_another,
    "two revisions side by side": compare,
    "the choice between two versions": save_after_another,
    "the same of an editorial": save_an_editorial_after_another,
    "an editorial as readers will see it": preview_an_editorial,
    "a form with a proposal": take_a_proposal_in_hand,
    "a bulk change that asks": tag_many,
    "a bulk change before it is made": withdraw_many,
    "an erasure before it is made": look_for_a_passage,
    "a merge of tags before it is made": merge_tags,
    "a merge of publishers before it is made": merge_publishers,
    "a field that searches": search_in_a_field,
    "a source in a window of its own": add_a_source_in_a_window_of_its_own,
    "a list with nothing in it": find_nothing,
    "a preview by a link": preview_by_a_link,
    "a link to a preview that is over": preview_what_is_over,
    "a contributor's desk": as_cora("index"),
    "a contributor's form of what came back": as_cora("events_event_change", "returned"),
    "a contributor's form of what is public": as_cora("events_event_change", "public"),
    "a contributor's new event": as_cora("events_event_add"),
    "a form that was brought back": bring_back_what_was_typed,
    "a contributor's list of reviews": as_cora("events_event_review"),
    "a contributor's proposal": as_cora("events_event_proposal", "proposal"),
    "a source to look at only": look_only,
    "a page that is not one's own": open_what_is_not_ones_own,
    "a page that is not there": open_what_is_not_there,
    "a wrong password, asked again": be_asked_for_the_password,
    "a wrong code": mistype_a_code,
    "a wrong password": log_in_wrongly,
    "a name that is locked out": be_locked_out,
}


def test_no_page_that_something_leads_to_shuts_anybody_out(page: Page, situation: Situation) -> None:
    found: list[str] = []
    for name, step in STEPS.items():
        step(page, situation)
        found += faults(page, name)
    assert not found, "\n".join(found)
