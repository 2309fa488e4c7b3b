"""Nothing that is not public stands at any public address. An address that is not listed here fails."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from events import services, sitemaps
from events.choices import LinkKind, Move, Status
from events.models import Event, RelatedLink, Tag, TagAlias
from sources.models import Publisher, PublisherAlias, Source
from tests.events.making import DAY, cite, make_editorial, make_event
from tests.newsroom.addresses import addresses

pytestmark = pytest.mark.django_db
SECRETS = ("hush", "hidden", "quiet")
EVENT, SECRET = "/news/2017/02/2/treasury", "/news/2017/02/2/quiet"
EDITORIAL, SECRET_EDITORIAL = "/opinion/2017/02/2/walls", "/opinion/2017/02/2/quiet-walls"
FORMATS = ("md", "json", "xml")
CITED = ("bib", "ris", "csl.json")

# By the names of addresses, those at which something public stands, beside which nothing else may.
SHOWN: dict[str, list[str]] = {
    "front": ["/", "/zh/"],
    "archive": ["/news/"],
    "year": ["/news/2017/"],
    "month": ["/news/2017/02/"],
    "day": ["/news/2017/02/2/"],
    "day_document": [f"/news/2017/02/2/index.{extension}" for extension in FORMATS],
    "event": [f"{EVENT}/"],
    "event_document": [f"{EVENT}.{extension}" for extension in (*FORMATS, *CITED)],
    "history": [f"{EVENT}/history/"],
    "state": [f"{EVENT}/history/1/"],
    "search": ["/search/", "/search/?q=treasury", "/search/?q=hush", "/search/?tag=Treasury&year=2017&sort=date"],
    "tag_names": ["/tags/?q=t", "/tags/?q=h"],
    "topics": ["/topics/"],
    "all_topics": ["/topics/all/", "/topics/all/?q=t", "/topics/all/?q=h"],
    "tag": ["/tag/treasury/", "/tag/old_quarrel/"],
    "tag_feed": [f"/tag/treasury/index_{kind}.xml" for kind in ("rss", "atom")],
    "category_feed": [f"/category/sports/index_{kind}.xml" for kind in ("rss", "atom")],
    "feed": [f"/index_{kind}.xml" for kind in ("rss", "atom")],
    "follow": ["/feeds/"],
    "choose_since": ["/since/", "/since/?tag=nightfall", "/since/?tag=Treasury"],
    "since": ["/since/2017/01/1/"],
    "tag_since": ["/since/2017/01/1/tag/treasury/"],
    "publisher": ["/publisher/npr/"],
    "source": ["/source/{open}/"],
    "opinion": ["/opinion/"],
    "opinion_feed": [f"/opinion/index_{kind}.xml" for kind in ("rss", "atom")],
    "old_opinion_feed": ["/opinion_rss.xml"],
    "editorial": [f"{EDITORIAL}/"],
    "editorial_document": [f"{EDITORIAL}.{extension}" for extension in FORMATS],
    "editorial_history": [f"{EDITORIAL}/history/"],
    "editorial_state": [f"{EDITORIAL}/history/1/"],
    "robots": ["/robots.txt"],
    "sitemap": ["/sitemap.xml"],
    "sitemap_of_pages": ["/sitemap/pages.xml"],
    "sitemap_of_month": ["/sitemap/2017/02.xml"],
    "sitemap_of_tags": ["/sitemap/tags/{block}.xml"],
    "sitemap_of_opinion": ["/sitemap/opinion.xml"],
}
# And those at which there is nothing for readers, but for why it is gone.
GONE: dict[str, list[str]] = {
    "year": ["/news/2019/"],
    "month": ["/news/2019/01/"],
    "day": ["/news/2019/01/1/"],
    "day_document": [f"/news/2019/01/1/index.{extension}" for extension in FORMATS],
    "event": [f"{SECRET}/", "/news/2019/01/1/quiet-too/"],
    "event_document": [f"{SECRET}.{extension}" for extension in (*FORMATS, *CITED)],
    "history": [f"{SECRET}/history/"],
    "state": [f"{SECRET}/history/1/"],
    "preview": ["/preview/quiet/"],
    "tag": ["/tag/hidden_name/", "/tag/nightfall/"],
    "tag_feed": ["/tag/hidden_name/index_rss.xml", "/tag/nightfall/index_rss.xml"],
    "tag_since": ["/since/2017/01/1/tag/hidden_name/", "/since/2017/01/1/tag/nightfall/"],
    "publisher": ["/publisher/the_hidden_post/", "/publisher/nightfall/"],
    "source": ["/source/{hidden}/"],
    "editorial": [f"{SECRET_EDITORIAL}/"],
    "editorial_document": [f"{SECRET_EDITORIAL}.{extension}" for extension in FORMATS],
    "editorial_history": [f"{SECRET_EDITORIAL}/history/"],
    "editorial_state": [f"{SECRET_EDITORIAL}/history/1/"],
    "sitemap_of_month": ["/sitemap/2019/01.xml"],
}


def told(headline: str, slug: str, date: dt.date = DAY, *, tags: Sequence[str] = (), **fields: Any) -> Event:
    """An event with a history, which shares with others all that it can share."""
    event = make_event(headline, date, slug=slug, tags=["Treasury", *tags], category="Sports", **fields)
    cite(event, "NPR", "NPR", title=f"A {slug} story")
    return services.change_state(event, None, Move.SAVE, editor=User.objects.get_or_create(username="ada")[0])


def wiki(status: Status) -> dict[str, str]:
    """A wiki with something public and something that is not; the keys of what both cite."""
    state: dict[str, Any] = {"status": "published" if status is Status.WITHDRAWN else status.value}
    if status is Status.SCHEDULED:
        state["publish_at"] = timezone.now() + dt.timedelta(1)
    secret = {"summary": "Hush.", "corrections": [{"date": "2017-02-03", "text": "Hush."}], **state}
    event = told("The treasury eases some sanctions.", "treasury", topics=["Old quarrel"])
    for number in range(sitemaps.FEW):
        make_event(f"No. {number}.", tags=["Treasury"])
    hidden = told("Hush.", "quiet", topics=["Old quarrel"], tags=["Hidden name"], **secret)
    alone = told("Hush too.", "quiet-too", dt.date(2019, 1, 1), **secret)
    cite(hidden, "The Hidden Post", "The Hidden Post")
    TagAlias.objects.create(tag=Tag.objects.get(name="Hidden name"), language="en", name="Nightfall")
    PublisherAlias.objects.create(publisher=Publisher.objects.get(name="The Hidden Post"), name="Nightfall")
    make_editorial("Walls move the flood", slug="walls")
    thought = make_editorial(
        "Hush", slug="quiet-walls", author="Hidden Author", standfirst="Hush.", body="Hush.", **state
    )
    RelatedLink.objects.create(event=event, target=hidden, kind=LinkKind.PINNED)
    if status is Status.WITHDRAWN:
        for one in (hidden, alone, thought):
            services.change_state(one, None, Move.WITHDRAW, editor=User.objects.get(), reason="It never was.")
    keys = {"open": "A treasury story", "hidden": "A quiet story"}
    sources = {name: Source.objects.get(title=title).key for name, title in keys.items()}
    return sources | {"block": str(Tag.objects.get(name="Treasury").pk // sitemaps.BLOCK)}


def test_every_public_address_is_listed() -> None:
    names = {name.removeprefix("events:") for name, _ in addresses() if name.startswith("events:")}

    assert SHOWN.keys() | GONE.keys() == names


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED}))
def test_what_is_not_public_stands_at_no_address(client: Client, status: Status) -> None:
    keys = wiki(status)
    faults = []
    for listed, codes in ((SHOWN, (200,)), (GONE, (404, 410))):
        for path in (path.format(**keys) for paths in listed.values() for path in paths):
            response = client.get(path, follow=True)
            led = "".join(address for address, _ in response.redirect_chain).replace(path, "")
            text = led + response.content.decode().casefold()
            for allowed in (
                "visually-hidden",
                "aria-hidden",
                'type="hidden"',
                'data-copied="copied" hidden',
                path,
                "hush" if path.endswith("q=hush") else path,
            ):
                text = text.replace(allowed, "")
            if response.status_code not in codes or any(secret in text for secret in SECRETS):
                faults.append(f"{path}: {response.status_code}")
    assert not faults, "\n".join(faults)
