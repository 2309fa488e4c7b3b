"""An editor at the desk: what a browser posts for an event, and whoever posts it."""

import datetime as dt
import time
from typing import Any
from urllib.parse import urljoin

from django.contrib.auth.models import Group, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from msgspec.structs import replace
from playwright.sync_api import Page

from events import exporter, revisions
from events.models import Conflict, Event
from newsroom.confirming import CONFIRMED_AT

PASSWORD = "a long enough password"
HOSTILE = "<script>alert(1)</script>"


def confirm(client: Client) -> None:
    """Let the admin know that the person has given their password a moment ago."""
    session = client.session
    session[CONFIRMED_AT] = time.time()
    session.save()


def form_data(event: Event | None = None, **changes: Any) -> dict[str, Any]:
    """What the browser posts for an event, with `changes`; rows of a formset by their prefixed names."""
    event = event or Event(date=dt.date(2021, 3, 4), headline="A dam is opened.")
    rows: dict[str, Any] = {}
    citations = list(event.citations.all()) if event.pk else []
    links = list(event.related_links.all()) if event.pk else []
    for number, row in enumerate(citations):
        values = {"id": row.pk, "source": row.source_id or "", "label": row.label, "position": row.position}
        rows |= {f"citations-{number}-{name}": value for name, value in values.items()}
    for number, link in enumerate(links):
        values = {"id": link.pk, "target": link.target_id, "kind": link.kind, "note": link.note}
        values |= {"context": ", ".join(link.context), "position": link.position}
        rows |= {f"related_links-{number}-{name}": value for name, value in values.items()}
    data = {
        "date": event.date.isoformat(),
        "headline": event.headline,
        "summary": event.summary,
        "slug": event.slug,
        "category": event.category_id or "",
        "topic_names": ", ".join(row.spelling for row in event.topics) if event.pk else "",
        "tag_names": ", ".join(row.spelling for row in event.event_tags.all()) if event.pk else "",
        "version": event.version,
        "comment": "",
        "language": "en",
        "citations-TOTAL_FORMS": len(citations),
        "citations-INITIAL_FORMS": len(citations),
        "related_links-TOTAL_FORMS": len(links),
        "related_links-INITIAL_FORMS": len(links),
    }
    if event.is_unsourced:
        data["is_unsourced"] = "on"
    return data | rows | changes


def save(desk: Client, event: Event, **changes: Any) -> Any:
    return desk.post(reverse("admin:events_event_change", args=[event.pk]), form_data(event, **changes))


def add(desk: Client, **changes: Any) -> Event:
    response = desk.post(reverse("admin:events_event_add"), form_data(**changes))
    assert response.status_code == 302, response.context["errors"]
    return Event.objects.latest("pk")


def new_citation(number: int, **values: Any) -> dict[str, Any]:
    rows = {f"citations-{number}-{name}": value for name, value in ({"id": "", "position": 0} | values).items()}
    return {**rows, "citations-TOTAL_FORMS": number + 1}


def person(group: str, name: str = "") -> Client:
    """A client of a member of one of the desk's groups, who bears its name in small letters unless one is given."""
    user, _ = User.objects.get_or_create(username=name or group.lower(), defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def messages(response: Any) -> str:
    """What the desk says after a press of a button."""
    return " ".join(map(str, get_messages(response.wsgi_request)))


def contradict(event: Event, field: str, **archived: Any) -> Conflict:
    """Let an archive say `archived` of the event, in conflict with what it says in `field`."""
    mine = exporter.event_document(Event.objects.with_everything().get(pk=event.pk))
    recorded = []
    for document in (replace(mine, **archived), mine):
        event.version += 1
        recorded.append(revisions.record(event, document, comment="Imported"))
    event.save()
    return Conflict.objects.create(event=event, field=field, revision=recorded[0])


def log_in(page: Page, live_server: object) -> User:
    """An editor who may do everything, logged in on the page."""
    editor = User.objects.create_superuser("ed", password=PASSWORD)
    client = Client()
    client.force_login(editor)
    enter(page, client, str(getattr(live_server, "url", "")))
    return editor


def enter(page: Page, client: Client, url: str) -> None:
    """Let the page be that of whoever is logged in with the client; `url` is any address of the site."""
    page.context.clear_cookies()
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": urljoin(url, "/")}])
