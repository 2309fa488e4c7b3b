"""Documents → pages that say the same when they are read again."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from events.documents.markdown.reading import read_day, read_event
from events.documents.markdown.words import COVER, Words, escape, words_of
from events.documents.names import join_names, unique_names
from events.documents.paths import day_path
from events.documents.records import CitationDocument, DayDocument, EventDocument, RelatedDocument
from events.documents.resolving import questions, resolve
from sources.documents.folding import collapse, fold


def write_event(
    event: EventDocument,
    see_also: Sequence[RelatedDocument] = (),
    *,
    home: str = "",
    tree: Collection[str] | None = None,
) -> str:
    """The page of an event.

    `see_also` are computed links, which readers of the format ignore. `home` is what addresses begin with before
    /news/: nothing in the archives, "/zh" in that edition of a site. A page of a tree is read together with that of
    its day and need not repeat what stands there; then `tree` holds, folded, those of its `doubtful_names` that are
    tags in the tree.
    """
    words = words_of(event.language)
    lead = f"##### {event.topics[0] if event.topics else ''}".rstrip() + "\n" if words.has_lead_topic else ""
    date = _day_link(event.date, home)
    parts = [f"### {date}\n\n{lead}# {collapse(event.headline)} \n\n{escape(event.summary)}\n\n"]
    if citations := [*map(_citation_line, event.citations), *_cover_line(event)]:
        parts.append(f"\n### {words.source}:\n\n{_numbered(citations)}")
    if corrections := [f"{row.date}: {collapse(row.text)}" for row in event.corrections]:
        parts.append(f"\n### {words.corrections}:\n\n{_numbered(corrections)}")
    if shown := event.for_the_public().related:
        parts.append(f"\n### {words.related}:\n\n{_numbered([_related_line(link, words, home) for link in shown])}")
    if see_also:
        parts.append(f"\n### See also:\n\n{_numbered([_related_line(link, words, home) for link in see_also])}")
    page = "".join(parts)
    return page + _extra_lines(event, page, tree)


def write_day(day: DayDocument, previous: dt.date | None = None, *, home: str = "") -> str:
    """The page of a day, with the link to the day before it that has events; `home` as for `write_event`."""
    words = words_of(day.language)
    parts = [f"## {_day_link(day.date, home)}\n"]
    parts += [_day_entry(event, words, home) for event in day.events]
    if previous:
        parts.append(f"\n## [{words.previous}...]({home}/news/{day_path(previous)}/index.md)\n")
    return "".join(parts)


def _day_entry(event: EventDocument, words: Words, home: str) -> str:
    lead = (
        f"##### {event.topics[0] if event.topics else ''}".rstrip() + "\n"
        if words.has_lead_topic or event.topics
        else ""
    )
    summary = f"{escape(event.summary)}\n" if event.summary else ""
    context = f"_{words.context}: {', '.join(event.tags)}_\n" if event.tags else ""
    address = _page_path(event.date, event.slug, home)
    return f"\n{lead}### [{collapse(event.headline)} ]({address})\n{summary}{context}"


def _day_link(date: dt.date, home: str) -> str:
    return f"[{date:%Y-%m}-{date.day}]({home}/news/{day_path(date)}/index.md)"


def _page_path(date: dt.date, slug: str, home: str) -> str:
    return f"{home}/news/{day_path(date)}/{slug}.md"


def _numbered(lines: list[str]) -> str:
    return "".join(f"{number}. {line}\n" for number, line in enumerate(lines, 1))


def _citation_line(citation: CitationDocument) -> str:
    label, title = collapse(citation.label or citation.publisher), collapse(citation.title)
    if citation.url:
        return f"[{label}]({citation.url})"
    return ": ".join(filter(None, (label, f"*{title}*" if title else "")))


def _cover_line(event: EventDocument) -> list[str]:
    return [f"[{COVER}]({event.image.url})"] if event.image else []


def _related_line(link: RelatedDocument, words: Words, home: str) -> str:
    context = f" _{words.context}: {', '.join(link.context)}_" if link.context else ""
    return f"[{collapse(link.headline)} ]({_page_path(link.date, link.slug, home)}){context}"


def _extra_lines(event: EventDocument, page: str, tree: Collection[str] | None) -> str:
    """What readers of `page` could not otherwise know, whichever names their wiki knows."""
    readings = list(_readings(event, page, tree))
    lines = []
    if any(reading.topics != event.topics for reading in readings):
        lines.append(f"_Topics: {join_names(event.topics)}_\n")
    # Which page is read first decides the order of the tags, so with two pages it cannot count.
    order = list if tree is None else sorted
    if any(order(reading.tags) != order(event.tags) for reading in readings):
        lines.append(f"_Tags: {join_names(event.tags)}_\n")
    if event.category:
        lines.append(f"_Category: {event.category}_\n")
    return "\n" + "\n".join(lines) if lines else ""


def _readings(event: EventDocument, page: str, tree: Collection[str] | None) -> Iterator[EventDocument]:
    """What `page` gives back, alone or with the page of the day, whichever is read first."""
    read = [read_event(page, event.slug, event.language)]
    if tree is not None:
        words = words_of(event.language)
        read += read_day(f"## {_day_link(event.date, '')}\n{_day_entry(event, words, '')}", event.language).events
    for known in (_nothing, _every_prefix if tree is None else lambda names: tree):
        resolved = [resolve(document, known) for document in read]
        for order in (resolved, resolved[::-1]):
            topics = unique_names(name for document in order for name in document.topics)
            tags = unique_names(name for document in order for name in (*document.tags, *document.topics))
            yield replace(read[0], topics=topics, tags=tags)


def doubtful_names(event: EventDocument) -> set[str]:
    """The names that readers of the event's pages in a tree may take for tags."""
    related = tuple(replace(link, context_line=", ".join(link.context)) for link in event.related)
    lines = (", ".join(event.tags),)
    return questions(replace(event, related=related, tag_lines=lines, derives_topics=True))


def _nothing(names: Collection[str]) -> Collection[str]:
    return ()


def _every_prefix(names: Collection[str]) -> Collection[str]:
    return [fold(name) for name in names if ", " not in name]
