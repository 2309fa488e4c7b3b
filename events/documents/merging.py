"""Two documents of one event → one that holds what either says. The earlier one is never contradicted."""

from collections.abc import Iterable
from dataclasses import replace

from events.documents.headlines import agree
from events.documents.names import unique_names
from events.documents.records import CitationDocument, EventDocument, ImageDocument, RelatedDocument
from events.documents.slugs import headline_slug
from sources.documents.folding import fold
from sources.documents.urls import normalise_url


def merge(old: EventDocument, new: EventDocument) -> EventDocument:
    """`old` with all that `new` adds: empty fields filled, lists united, nothing removed.

    The headline is the one with its topic before it where both agree, else the old one. A slug that came with a
    document stands before one made from a headline, and the other becomes an old slug. What links said of a stub
    gives way to the event's own document, so that the order of the two does not matter.
    """
    if new.is_stub and not old.is_stub:
        return old
    headline = _headline(old, new)
    slugs = _slugs(old, new, headline)
    if old.is_stub and not new.is_stub:
        old = replace(
            old,
            topics=(),
            tags=(),
            is_stub=False,
            is_unsourced=new.is_unsourced,
            status=new.status,
            withdrawn_reason=new.withdrawn_reason,
        )
    citations = _citations(old.citations, new.citations)
    topics = unique_names((*old.topics, *new.topics))
    return replace(
        old,
        slug=slugs[0],
        old_slugs=slugs[1:],
        headline=headline,
        category=old.category or new.category,
        topics=topics,
        summary=_summary(old.summary, new.summary),
        image=_image(old.image, new.image),
        tags=unique_names((*old.tags, *new.tags, *topics)),
        citations=citations,
        related=_related(old, new),
        is_unsourced=old.is_unsourced and not citations,
    )


def _headline(old: EventDocument, new: EventDocument) -> str:
    if agree(old, new):
        return new.headline if len(fold(new.headline)) > len(fold(old.headline)) else old.headline
    return new.headline if old.is_stub and not new.is_stub else old.headline


def _slugs(old: EventDocument, new: EventDocument, headline: str) -> tuple[str, ...]:
    """The slug to use, then the old ones."""
    made_old, made_new = (headline_slug(document.headline, old.language) for document in (old, new))
    other = new.slug or made_new
    slug = old.slug
    if old.slug == made_old and (other != made_new or headline != old.headline):
        slug = other
    return tuple(dict.fromkeys((slug, *old.old_slugs, *new.old_slugs, old.slug, other)))


def _summary(old: str, new: str) -> str:
    """The longer one if the other is its beginning, cut short as on a day page; else the old one, if there is one."""
    beginning = old.rstrip(" .…")
    return new if new.startswith(beginning) and len(new) > len(old) else old


def _image(old: ImageDocument | None, new: ImageDocument | None) -> ImageDocument | None:
    if not old or not new or old.url != new.url:
        return old or new
    return ImageDocument(url=old.url, caption=old.caption or new.caption, credit=old.credit or new.credit)


def _citations(old: Iterable[CitationDocument], new: Iterable[CitationDocument]) -> tuple[CitationDocument, ...]:
    merged = list(old)
    for citation in new:
        index = next((index for index, known in enumerate(merged) if _is_same(known, citation)), None)
        if index is None:
            merged.append(citation)
        else:
            merged[index] = _fill(merged[index], citation)
    return tuple(merged)


def _is_same(one: CitationDocument, other: CitationDocument) -> bool:
    """Whether both cite the same; a label alone is the same as anything under this label."""
    if one.url and other.url:
        return normalise_url(one.url) == normalise_url(other.url)
    if one.title and other.title:
        return fold(one.title) == fold(other.title) and fold(one.publisher) == fold(other.publisher)
    same_label = fold(one.label) == fold(other.label) != ""
    return same_label and not (one.names_a_source and other.names_a_source)


def _fill(old: CitationDocument, new: CitationDocument) -> CitationDocument:
    return CitationDocument(
        label=old.label or new.label,
        url=old.url or new.url,
        title=old.title or new.title,
        publisher=old.publisher or new.publisher,
        authors=old.authors or new.authors,
        published_on=old.published_on or new.published_on,
    )


def _related(old: EventDocument, new: EventDocument) -> tuple[RelatedDocument, ...]:
    merged = {(link.date, link.slug): link for link in old.related}
    for link in new.related:
        known = merged.get((link.date, link.slug))
        merged[link.date, link.slug] = replace(known, context=known.context or link.context) if known else link
    return tuple(merged.values())
