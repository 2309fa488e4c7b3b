"""How long the server takes for an editor's save: the real view, with its form, revision and everything."""

import random
import re
import time
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from events.documents.names import join_names
from events.models import Event, EventTag
from sources.models import Source

CITATIONS, TAGS, LINKS = 10, 20, 10
WARM = 5  # saves that are not counted


def editors_client() -> Client:
    """The browser of somebody who may everything."""
    client = Client()
    client.force_login(User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)[0])
    return client


def save_times(seed: int, count: int) -> list[float]:
    """The seconds of each of `count` saves of an event with ten citations, twenty tags and ten related events."""
    client = editors_client()
    event = _full_event(random.Random(seed), client)
    address = reverse("admin:events_event_change", args=[event.pk])
    return list(_saves(client, address, event, WARM + count))[WARM:]


def _saves(client: Client, address: str, event: Event, count: int) -> Iterator[float]:
    for number in range(count):
        event = Event.objects.with_everything().get(pk=event.pk)
        data = form_data(event) | {"summary": f"Said for the {number}th time."}
        # Something of every kind changes: the order of tags, a label, a note.
        data["citations-0-label"] = f"Wire {number}"
        data["related_links-0-note"] = f"Because of {number}."
        names = [row.spelling for row in event.event_tags.all()]
        data["tag_names"] = join_names(names[1:] + names[:1])
        start = time.perf_counter()
        response = client.post(address, data)
        seconds = time.perf_counter() - start
        if response.status_code != 302:
            said = re.sub(r"<[^>]+>|\s+", " ", response.content.decode())
            raise SystemExit(f"A save answers {response.status_code}: {said[:2000]}")
        yield seconds


def _full_event(chance: random.Random, client: Client) -> Event:
    """A published event of the corpus, given ten citations, its most used tags and ten related events by the form."""
    event = Event.objects.published().annotate(count=Count("event_tags")).order_by("-count", "pk")[0]
    event = Event.objects.with_everything().get(pk=event.pk)
    uses = EventTag.objects.filter(tag__language=event.language).values("spelling").annotate(uses=Count("id"))
    often = [row["spelling"] for row in uses.order_by("-uses")[: 2 * TAGS]]
    names = list(dict.fromkeys([*(row.spelling for row in event.event_tags.all()), *often]))
    data = form_data(event) | {"topic_names": "", "tag_names": join_names(names[:TAGS])}
    others = Event.objects.public_in(event.language).exclude(pk=event.pk).order_by("-date")[:500]
    sources = list(Source.objects.order_by("pk")[:500])
    cited = chance.sample(sources, min(CITATIONS, len(sources)))
    linked = chance.sample(list(others), min(LINKS, len(others)))
    data = {name: value for name, value in data.items() if not name.startswith(("citations-", "related_links-"))}
    data |= {"citations-TOTAL_FORMS": CITATIONS, "citations-INITIAL_FORMS": 0}
    data |= {"related_links-TOTAL_FORMS": len(linked), "related_links-INITIAL_FORMS": 0}
    for number in range(CITATIONS):
        data |= {f"citations-{number}-label": f"Wire {number}", f"citations-{number}-position": number + 1}
        data[f"citations-{number}-source"] = cited[number].pk if number < len(cited) else ""
    for number, other in enumerate(linked):
        values = {"target": other.pk, "kind": "pinned", "context": "Wire", "position": number + 1}
        data |= {f"related_links-{number}-{name}": value for name, value in values.items()}
    event.citations.all().delete()
    event.related_links.all().delete()
    response = client.post(reverse("admin:events_event_change", args=[event.pk]), data)
    if response.status_code != 302:
        raise SystemExit(f"The event cannot be made: {response.context['errors']}")
    return event


def form_data(event: Event) -> dict[str, Any]:
    """What a browser posts for an event as it stands."""
    data: dict[str, Any] = {
        "date": event.date.isoformat(),
        "headline": event.headline,
        "category": event.category_id or "",
        "summary": event.summary,
        "slug": event.slug,
        "topic_names": join_names(row.spelling for row in event.topics),
        "tag_names": join_names(row.spelling for row in event.event_tags.all()),
        "version": event.version,
        "comment": "As measured",
    }
    citations, links = list(event.citations.all()), list(event.related_links.all())
    for prefix, rows in (("citations", citations), ("related_links", links)):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
    for number, row in enumerate(citations):
        values: dict[str, Any] = {"id": row.pk, "source": row.source_id or "", "label": row.label}
        data |= {f"citations-{number}-{name}": value for name, value in values.items()}
        data[f"citations-{number}-position"] = number + 1
    for number, link in enumerate(links):
        values = {"id": link.pk, "target": link.target_id, "kind": link.kind, "note": link.note}
        values |= {"context": join_names(link.context), "position": number + 1}
        data |= {f"related_links-{number}-{name}": value for name, value in values.items()}
    return data
