"""Rows for tests that read the wiki: an event with its tags, a citation with its source."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from events import exporter, revisions, search
from events.choices import Status
from events.documents.slugs import headline_slug
from events.models import Category, Citation, Editorial, Event, EventTag, Tag
from sources.documents.folding import fold
from sources.models import Publisher, Source

DAY = dt.date(2017, 2, 2)


def make_event(
    headline: str,
    date: dt.date = DAY,
    *,
    language: str = "en",
    topics: Sequence[str] = (),
    tags: Sequence[str] = (),
    category: str = "",
    **fields: Any,
) -> Event:
    """A published event, unless `fields` say otherwise, that bears `topics` and `tags`."""
    event = Event.objects.create(
        headline=headline,
        date=date,
        language=language,
        category=Category.objects.get(name=category) if category else None,
        **{"slug": headline_slug(headline, language), "status": Status.PUBLISHED, **fields},
    )
    for position, name in enumerate((*topics, *tags)):
        EventTag.objects.create(
            event=event,
            tag=make_tag(name, language),
            spelling=name,
            position=position,
            topic_position=position if position < len(topics) else None,
            date=date,
            is_public=event.is_public,
        )
    search.refresh([event.pk])
    return event


def make_editorial(title: str, date: dt.date = DAY, *, language: str = "en", **fields: Any) -> Editorial:
    """A published editorial, unless `fields` say otherwise, with its first revision."""
    values: dict[str, Any] = {
        "slug": headline_slug(title, language),
        "author": "Ada Brook",
        "body": "It [[Kendal|floods]].",
    }
    values |= {"status": Status.PUBLISHED, "version": 1}
    editorial = Editorial.objects.create(title=title, date=date, language=language, **{**values, **fields})
    revisions.record(editorial, exporter.editorial_document(editorial))
    return editorial


def make_tag(name: str, language: str = "en") -> Tag:
    return Tag.objects.get_or_create(language=language, key=fold(name), defaults={"name": name})[0]


def make_publisher(name: str) -> Publisher:
    return Publisher.objects.get_or_create(key=fold(name), defaults={"name": name})[0]


def cite(event: Event, label: str, publisher: str = "", source: Source | None = None, **fields: Any) -> Citation:
    """A citation of `source`, of a new one with `fields`, or of nothing but the label."""
    by = make_publisher(publisher) if publisher else None
    source = source or (Source.objects.create(publisher=by, **fields) if fields else None)
    citation = Citation.objects.create(
        event=event,
        label=label,
        source=source,
        publisher=None if source else by,
        position=event.citations.count(),
    )
    search.refresh([event.pk])
    return citation
