"""Which pictures there are: a line for each."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from playwright.sync_api import Page, expect

from events.models import Event
from tests.events.desk import save
from tests.pictures.situation import Situation, again


def nothing(page: Page, situation: Situation) -> None:
    """The page as it opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture: its name in docs/, whose window it shows ("" for a reader's), and what is done there first."""

    name: str
    who: str = ""
    address: Callable[[Situation], str]
    size: tuple[int, int] = (1200, 800)
    scheme: Literal["light", "dark"] = "light"
    first: Callable[[Page, Situation], None] = nothing


def at(name: str, *arguments: str) -> Callable[[Situation], str]:
    """The address of that name in the admin; the arguments are what of the situation stands in it."""
    return lambda situation: reverse(f"admin:{name}", args=[getattr(situation, one).pk for one in arguments])


def listed(query: str) -> Callable[[Situation], str]:
    """The list of events that the query leaves."""
    return lambda situation: f"{reverse('admin:events_event_changelist')}?{query}"


def seed(situation: Situation) -> str:
    return Event.objects.get(is_stub=False, date="2017-02-02").get_absolute_url()


# --- What is done first -------------------------------------------------------------------------------------------


def write_an_event(page: Page, situation: Situation) -> None:
    page.get_by_label("Headline").fill(
        "Dockers in Port Ellis end their strike, and the ferries to Carrow Island sail again."
    )
    page.get_by_label("Tags").fill("Carrow Island, Port Ellis")
    address = "http://www.harbourpost.example/ferries-sail-again-after-eleven-days/?utm_source=x"
    page.locator("#id_citations-0-cited").fill(address)
    expect(page.locator("#citations-0").get_by_role("link", name="Ferries sail again")).to_be_visible()
    expect(page.locator(".nearby a").first).to_be_visible()
    expect(page.locator(".foreseen li").first).to_be_visible()


def save_what_another_changed(page: Page, situation: Situation) -> None:
    opened = again(situation.review)
    page.get_by_role("textbox", name="Headline").fill(opened.headline.replace("nine people", "all nine people"))
    theirs = opened.headline.replace("nine people from a trawler", "the crew of a trawler")
    save(situation.people["ann"], opened, headline=theirs, comment="Who they are")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Two versions of this event")).to_be_visible()


def tag_many(page: Page, situation: Situation) -> None:
    page.get_by_label("Select all objects on this page for an action").check()
    page.get_by_label("With the chosen events").select_option("tag")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_label("Tags").fill("Ferries")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="would change")).to_be_visible()


def page(name: str, *arguments: object, query: str = "") -> Callable[[Situation], str]:
    """The address of that name on the site, in English."""
    return lambda situation: reverse(f"events:{name}", args=["en", *arguments]) + query


# Public pages stand here too: without `who`, at any address.
SHOTS = (
    Shot(name="event", address=seed, size=(1200, 760)),
    Shot(name="day", address=page("day", dt.date(2017, 2, 2)), size=(1200, 760)),
    Shot(name="night", address=page("day", dt.date(2017, 2, 2)), size=(360, 720), scheme="dark"),
    Shot(name="tag", address=page("tag", "barack obama"), size=(1200, 760)),
    Shot(name="year", address=page("year", 2017), size=(1200, 760)),
    Shot(name="search", address=page("search", query="?q=sanctions+russia"), size=(1200, 760)),
    Shot(name="desk", who="ed", address=at("index"), size=(1200, 900)),
    Shot(name="form", who="ann", address=at("events_event_add"), size=(1200, 1120), first=write_an_event),
    Shot(name="proposal", who="ed", address=at("events_event_proposal", "proposal"), size=(1200, 720)),
    Shot(
        name="conflict",
        who="ed",
        address=at("events_event_change", "review"),
        size=(1200, 920),
        first=save_what_another_changed,
    ),
    Shot(name="bulk", who="ed", address=listed("q=ferry"), size=(1200, 640), first=tag_many),
    Shot(name="phone", who="cora", address=at("index"), size=(360, 720), scheme="dark"),
)
