"""A passage that is to stand nowhere any more: found and taken out of texts, addresses and records."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from events.documents.records import EditorialDocument, SubjectDocument
from events.documents.slugs import headline_slug, slugify

ERASED = "⟦erased⟧"  # stands where a passage was; nobody types these brackets
_LINKED = f"[[{ERASED}]]"
# What holds no words of a person, or names something that others share.
_LEFT = frozenset({"date", "language", "status", "publish_at", "kind", "category", "published_on", "publisher"})
_OF_TARGETS = frozenset({"date", "slug", "headline"})  # of a related event: its own, to be erased there
OF_SOURCES = frozenset({"title", "url", "authors"})  # of a citation
Snippet = tuple[str, str, str]
AnyDocument = TypeVar("AnyDocument", bound=SubjectDocument)


class Passage:
    """The words to erase. Upper and lower case and the kind and number of blanks make no difference.

    `stale` maps the slugs of an event that hold the passage, or were made from a headline with it, to its new one.
    """

    def __init__(self, words: str) -> None:
        self.words = " ".join(words.split())
        self.stale: dict[str, str] = {}
        self._pattern = re.compile(r"\s+".join(map(re.escape, self.words.split())), re.IGNORECASE)
        self._slug = slugify(self.words)

    def __bool__(self) -> bool:
        return bool(self.words)

    def stands_in(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def snippets(self, text: str, around: int = 40) -> list[Snippet]:
        """Every place in a text: what stands before it, the words themselves, and what follows."""
        return [
            (text[max(0, found.start() - around) : found.start()], found[0], text[found.end() : found.end() + around])
            for found in self._pattern.finditer(text)
        ]

    def erased(self, text: str) -> str:
        """The text with the mark in place of the passage; a link to a tag of that name becomes plain."""
        return self._pattern.sub(ERASED, text).replace(_LINKED, ERASED)

    def makes(self, slug: str, headlines: Collection[str]) -> bool:
        """Whether the passage stands in the slug, or part of it in one that was cut from one of the headlines."""
        if self._slug and self._slug in slug:
            return True
        return any(
            self.stands_in(headline)
            and any(
                slug == headline_slug(headline, language) != headline_slug(self.erased(headline), language)
                for language in ("en", "zh")
            )
            for headline in headlines
        )

    def erased_slug(self, slug: str) -> str:
        return self.stale.get(slug, slug)

    def erased_value(self, value: Any, key: str = "", *, with_sources: bool = True) -> Any:
        """A value of JSON without the passage. `key` is the one under which it stands."""
        if key in _LEFT:
            return value
        left = {"related": _OF_TARGETS, "citations": frozenset() if with_sources else OF_SOURCES}.get(key, ())
        if isinstance(value, str):
            return self.erased_slug(value) if key == "slug" else self.erased(value)
        if isinstance(value, Mapping):
            return {
                name: item if name in left else self.erased_value(item, name, with_sources=with_sources)
                for name, item in value.items()
            }
        if isinstance(value, list | tuple):
            if key == "old_slugs":
                return [slug for slug in value if slug.rpartition("/")[2] not in self.stale]
            return [self.erased_value(item, key, with_sources=with_sources) for item in value]
        return value

    def erased_record(self, text: str, *, with_sources: bool = True) -> str:
        """A document as revisions keep it, without the passage."""
        record = self.erased_value(json.loads(text), with_sources=with_sources)
        if record.get("old_slugs") == []:
            del record["old_slugs"]
        return as_text(record)


def as_text(record: Mapping[str, Any]) -> str:
    """A record of the exchange format as revisions keep it."""
    return msgspec.json.encode(record).decode()


def gaps(document: SubjectDocument) -> tuple[str, ...]:
    """The names of the fields in which something was erased."""
    return tuple(name for name in document.__struct_fields__ if ERASED in repr(getattr(document, name)))


def without_lost_names(document: AnyDocument) -> AnyDocument:
    """The document without the names of tags of which something was erased: they name nothing any more."""
    if isinstance(document, EditorialDocument) or not gaps(document):
        return document
    related = (replace(link, context=_whole(link.context)) for link in document.related)
    return replace(document, topics=_whole(document.topics), tags=_whole(document.tags), related=tuple(related))


def _whole(names: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if ERASED not in name)
