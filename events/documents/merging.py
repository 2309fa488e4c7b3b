"""What several documents, and an editor, say of one event → one document. Lists only grow; a text is never lost."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from events.choices import Status
from events.documents.headlines import agree
from events.documents.names import unique_names
from events.documents.records import CitationDocument, EventDocument, ImageDocument, RelatedDocument
from events.documents.slugs import headline_slug
from sources.documents.folding import fold
from sources.documents.urls import normalise_url


def merge(old: EventDocument, new: EventDocument, *, renews: bool = False) -> EventDocument:
    """`old` with all that `new` adds: empty fields filled, lists united, nothing removed.

    The headline is the one with its topic before it where both agree, else the old one. A slug that came with a
    document stands before one made from a headline, and the other becomes an old slug. What links said of a stub
    gives way to the event's own document, so that the order of the two does not matter.

    With `renews` `new` is a later state of the same document: its texts replace those of `old`.
    """
    if new.is_stub and not old.is_stub:
        return old
    headline = _headline(old, new, renews)
    slugs = _slugs(old, new, headline, renews)
    if old.is_stub and not new.is_stub:
        old = replace(
            old,
            topics=(),
            tags=(),
            is_stub=False,
            is_unsourced=new.is_unsourced,
            status=new.status,
            publish_at=new.publish_at,
            withdrawn_reason=new.withdrawn_reason,
        )
    elif renews and new.status is Status.WITHDRAWN:
        old = replace(old, status=new.status, withdrawn_reason=new.withdrawn_reason)
    citations = _citations(old.citations, new.citations)
    topics = unique_names((*old.topics, *new.topics))
    return replace(
        old,
        corrections=tuple(dict.fromkeys((*old.corrections, *new.corrections))),
        slug=slugs[0],
        old_slugs=slugs[1:],
        headline=headline,
        category=(renews and new.category) or old.category or new.category,
        topics=topics,
        summary=_summary(old.summary, new.summary, renews),
        image=_image(old.image, new.image, renews),
        tags=unique_names((*old.tags, *new.tags, *topics)),
        citations=citations,
        related=_related(old.related, new.related),
        is_unsourced=old.is_unsourced and not citations,
    )


def has_other_summary(one: EventDocument, other: EventDocument) -> bool:
    """Whether both are described, and neither description is the beginning of the other."""
    texts = [document.summary.rstrip(" .…") for document in (one, other)]
    return all(texts) and not texts[0].startswith(texts[1]) and not texts[1].startswith(texts[0])


def _headline(old: EventDocument, new: EventDocument, renews: bool) -> str:
    if agree(old, new):
        return new.headline if len(fold(new.headline)) > len(fold(old.headline)) else old.headline
    return new.headline if renews or (old.is_stub and not new.is_stub) else old.headline


def _slugs(old: EventDocument, new: EventDocument, headline: str, renews: bool) -> tuple[str, ...]:
    """The slug to use, then the old ones."""
    made_old, made_new = (headline_slug(document.headline, old.language) for document in (old, new))
    if renews and not agree(old, new):
        return tuple(dict.fromkeys((old.slug, *old.old_slugs, *new.old_slugs)))  # it survives a changed headline
    other = new.slug or made_new
    slug = old.slug
    if old.slug == made_old and (other != made_new or headline != old.headline):
        slug = other
    return tuple(dict.fromkeys((slug, *old.old_slugs, *new.old_slugs, old.slug, other)))


def _summary(old: str, new: str, renews: bool) -> str:
    """The longer one if the other is its beginning, cut short as on a day page; else the old one, if there is one."""
    if new.startswith(old.rstrip(" .…")) and len(new) > len(old):
        return new
    return new if renews and new and not old.startswith(new.rstrip(" .…")) else old


def _image(old: ImageDocument | None, new: ImageDocument | None, renews: bool) -> ImageDocument | None:
    if not old or not new or old.url != new.url:
        return (renews and new) or old or new
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


def _related(old: Iterable[RelatedDocument], new: Iterable[RelatedDocument]) -> tuple[RelatedDocument, ...]:
    merged = {(link.date, link.slug): link for link in old}
    for link in new:
        known = merged.get((link.date, link.slug))
        merged[link.date, link.slug] = replace(known, context=known.context or link.context) if known else link
    return tuple(merged.values())


# --- After an editor ----------------------------------------------------------------------------------------------

# The fields in which archives and an editor can contradict each other; lists only grow.
CONTRADICTING = ("headline", "summary", "category", "image", "status", "is_stub")


def merge_edited(
    base: EventDocument | None, told: EventDocument, mine: EventDocument, key: Callable[[str], str] = fold
) -> tuple[EventDocument, tuple[str, ...]]:
    """What the event is to say after archives told it anew, and the fields in which they contradict its editor.

    `base` is what archives had told before the editor (None if they had not), `told` what they tell by now, `mine`
    what the event says. What only one side changed is taken, and of lists what archives add anew; what an editor took
    away stays away. Where both changed a field, the editor's stays. `key` tells by which key a name is known.
    """
    merged: dict[str, Any] = {}
    conflicts = []
    for name in CONTRADICTING:
        was, now, own = (getattr(document, name) if document else None for document in (base, told, mine))
        merged[name] = own
        if not base and own in ("", None):
            merged[name] = now
        elif now in (own, was, "", None) or (name == "headline" and agree(told, mine)):
            continue
        elif own == was:
            merged[name] = now
        elif base or name not in ("status", "is_stub"):  # an archive that knows of no draft does not contradict it
            conflicts.append(name)
    if merged["status"] is not mine.status:
        merged |= {"withdrawn_reason": told.withdrawn_reason, "publish_at": told.publish_at}
    citations = _citations_after(base.citations if base else (), told.citations, mine.citations)
    topics = (*mine.topics, *_new_names(base.topics if base else (), told.topics, key))
    tags = (*mine.tags, *_new_names(base.tags if base else (), told.tags, key), *topics)
    known = {(link.date, link.slug) for link in base.related} if base else set()
    links = [link for link in told.related if (link.date, link.slug) not in known]
    document = replace(
        mine,
        **merged,
        topics=unique_names(topics),
        tags=unique_names(tags),
        citations=citations,
        related=_related(mine.related, links),
        corrections=tuple(dict.fromkeys((*mine.corrections, *told.corrections))),
        is_unsourced=mine.is_unsourced and not citations,
        old_slugs=tuple(dict.fromkeys((*mine.old_slugs, *_slugs_seen_from(mine.date, told)))),
    )
    return document, tuple(conflicts)


def _new_names(base: Iterable[str], told: Iterable[str], key: Callable[[str], str]) -> Iterator[str]:
    known = {key(name) for name in base}
    return (name for name in told if key(name) not in known)


def _slugs_seen_from(date: dt.date, document: EventDocument) -> Iterator[str]:
    """The slugs of a document as old ones of an event that may stand on another day by now."""
    for slug in (*document.old_slugs, document.slug):
        yield slug if date == document.date or "/" in slug else f"{document.date}/{slug}"


def _citations_after(
    base: Sequence[CitationDocument], told: Iterable[CitationDocument], mine: Iterable[CitationDocument]
) -> tuple[CitationDocument, ...]:
    """The editor's, filled by what archives tell of the same, and what archives cite anew."""
    own = list(mine)
    new = [
        citation
        for citation in told
        if citation not in base
        and (_has_same(own, citation) or not _has_same(base, citation))  # else the editor took it away
    ]
    return _citations(own, new)


def _has_same(citations: Iterable[CitationDocument], citation: CitationDocument) -> bool:
    return any(_is_same(known, citation) for known in citations)
