"""The records that everything passes through: an event, a day, an editorial, a tag.

The fields stand in the order of the exchange format's keys (docs/formats.md).
"""

import datetime as dt
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from events.choices import LinkKind, Status


class ImageDocument(Struct, frozen=True, kw_only=True):
    url: str
    caption: str = ""
    credit: str = ""


class CitationDocument(Struct, frozen=True, kw_only=True):
    """One citation of an event: the label that readers see, and what is known of the source.

    Without `url` and `title` it names no source, only who reported the event.
    """

    label: str = ""
    url: str = ""
    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    published_on: dt.date | None = None

    @property
    def names_a_source(self) -> bool:
        return bool(self.url or self.title)


class RelatedDocument(Struct, frozen=True, kw_only=True):
    """A link to another event of the same language, by its date and slug.

    `context` holds the names that both events share as the document wrote them. The reader of a page, which joins
    names by commas though names may hold some, leaves it empty and hands the line on in `context_line`.
    """

    date: dt.date
    slug: str
    headline: str
    context: tuple[str, ...] = ()
    kind: LinkKind = LinkKind.IMPORTED
    note: str = ""
    context_line: str = ""


class CorrectionDocument(Struct, frozen=True, kw_only=True):
    """What readers are told was wrong in a published event, and the day on which it was set right."""

    date: dt.date
    text: str


class EventDocument(Struct, frozen=True, kw_only=True):
    """One event as a whole.

    `tags` holds all tags with the topics among them, `topics` the leading ones, broadest first. `slug` and `language`
    are empty where the document does not give them. An old slug is "slug", or "YYYY-MM-DD/slug" where the date
    differs too. `is_stub` says that the event is known only from links to it. `publish_at` is the moment, with its time
    zone, at which a scheduled event becomes public.

    The last three fields are what the reader of a page leaves to `resolving.resolve`: unsplit lines of names, and
    whether tags and topics follow from the rest of the page.
    """

    date: dt.date
    slug: str = ""
    language: str = ""
    category: str = ""
    topics: tuple[str, ...] = ()
    headline: str
    summary: str = ""
    image: ImageDocument | None = None
    tags: tuple[str, ...] = ()
    citations: tuple[CitationDocument, ...] = ()
    related: tuple[RelatedDocument, ...] = ()
    status: Status = Status.PUBLISHED
    publish_at: dt.datetime | None = None
    withdrawn_reason: str = ""
    corrections: tuple[CorrectionDocument, ...] = ()
    is_unsourced: bool = False
    is_stub: bool = False
    old_slugs: tuple[str, ...] = ()
    tag_lines: tuple[str, ...] = ()
    derives_tags: bool = False
    derives_topics: bool = False

    def for_the_public(self) -> Self:
        """The same without what only editors may have: state, flags, old slugs, kinds and notes of links."""
        shown = (link for link in self.related if link.kind != LinkKind.HIDDEN)
        return replace(
            self,
            related=tuple(replace(link, kind=LinkKind.IMPORTED, note="") for link in shown),
            status=Status.PUBLISHED,
            publish_at=None,
            withdrawn_reason="",
            is_unsourced=not self.citations,
            is_stub=False,
            old_slugs=(),
        )


class DayDocument(Struct, frozen=True, kw_only=True):
    """The events of one day of one edition, in the order of the page."""

    date: dt.date
    language: str = ""
    events: tuple[EventDocument, ...] = ()


class EditorialDocument(Struct, frozen=True, kw_only=True):
    """A piece of opinion as a whole: by whom, under which title, and what it says in Markdown.

    What `slug`, `language`, `publish_at` and old slugs are stands at `EventDocument`.
    """

    date: dt.date
    slug: str = ""
    language: str = ""
    title: str
    author: str
    standfirst: str = ""
    body: str = ""
    status: Status = Status.PUBLISHED
    publish_at: dt.datetime | None = None
    withdrawn_reason: str = ""
    corrections: tuple[CorrectionDocument, ...] = ()
    old_slugs: tuple[str, ...] = ()

    def for_the_public(self) -> Self:
        """The same without what only editors may have: state and old slugs."""
        return replace(self, status=Status.PUBLISHED, publish_at=None, withdrawn_reason="", old_slugs=())


SubjectDocument = EventDocument | EditorialDocument  # what a revision holds


class StateDocument(Struct, frozen=True, kw_only=True):
    """What was said of an event from the moment `as_of` on, who said so, and their comment.

    Without a moment, the state holds from when it is read.
    """

    document: EventDocument
    as_of: dt.datetime | None = None
    contributor: str = ""
    comment: str = ""


class PageDocument(Struct, frozen=True, kw_only=True):
    """A day page with its past: every event that it ever held, as the states it went through, at least one each.

    The last state of each is the one that holds; a withdrawn one if the page no longer has the event.
    """

    date: dt.date
    language: str = ""
    events: tuple[tuple[StateDocument, ...], ...] = ()


class TagDocument(Struct, frozen=True, kw_only=True):
    """What editors say of a tag: the spelling to show, other names, a definition, its Wikidata number."""

    name: str
    language: str = ""
    aliases: tuple[str, ...] = ()
    wikidata: str = ""
    description: str = ""
