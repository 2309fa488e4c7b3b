"""The records of the sources app: an article and a publisher.

The fields stand in the order of the exchange format's keys (docs/formats.md).
"""

import datetime as dt

from msgspec import Struct


class ArticleDocument(Struct, frozen=True, kw_only=True):
    """One published article. An empty field is one that the document does not state.

    `archived_url` is the address of a copy that an archive keeps. `publisher` and `seen_at` are names of publishers:
    who published it, and on whose site it was seen if that is another one. `copyright` is "YEAR HOLDER" as the
    article's own notice has it. `updated` is text, because sites often give a time without a day. `body` is Markdown,
    for editors only.

    Two fields hold what only a database can decide. `tags_line` is the unseparated rest of a line of tag names, and
    `furniture` the dropped lines of the site in which a publisher's name or alias may stand.
    """

    url: str = ""
    archived_url: str = ""
    title: str = ""
    publisher: str = ""
    seen_at: str = ""
    section: str = ""
    authors: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ()
    published_on: dt.date | None = None
    updated: str = ""
    tags: tuple[str, ...] = ()
    caption: str = ""
    credit: str = ""
    abstract: str = ""
    copyright: str = ""
    body: str = ""
    tags_line: str = ""
    furniture: tuple[str, ...] = ()


class PublisherDocument(Struct, frozen=True, kw_only=True):
    """A publisher and the other names it signs with: its brands, its legal name, its stations' names."""

    name: str
    aliases: tuple[str, ...] = ()
    homepage: str = ""
