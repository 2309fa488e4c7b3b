"""What a page leaves open: which names its lines hold, and which tags and topics follow from the rest of it."""

from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec.structs import replace

from events.documents.headlines import cut_prefixes, possible_prefixes
from events.documents.names import joined_candidates, split_line, unique_names
from events.documents.records import EventDocument, RelatedDocument
from sources.documents.folding import fold

Known = Callable[[Collection[str]], Collection[str]]


def resolve(document: EventDocument, known: Known) -> EventDocument:
    """The document with every line of names split, and with the tags and topics that its page implies.

    `known` returns, folded, those of the names it is given that are names of tags. A page's tags are its topics, the
    contexts of its related items and its context line; its topics the lead topic and the topic prefixes of its
    headline that are tags of its own or known ones.
    """
    if is_resolved(document):
        return document
    found = frozenset(known(sorted(questions(document))))
    alone = found | {fold(name) for name in (*document.topics, *document.tags)}
    related = tuple(_resolve_link(link, alone) for link in document.related)
    tags = document.tags
    if document.derives_tags:
        contexts = (name for link in related for name in link.context)
        lines = (name for line in document.tag_lines for name in split_line(line, alone))
        tags = unique_names((*tags, *contexts, *lines, *document.topics))
    topics = document.topics
    if document.derives_topics:
        heads, _ = cut_prefixes(document.headline, found | {fold(name) for name in tags})
        topics = (*topics, *heads)
    return replace(
        document,
        related=related,
        topics=unique_names(topics),
        tags=unique_names((*tags, *topics)),
        tag_lines=(),
        derives_tags=False,
        derives_topics=False,
    )


def is_resolved(document: EventDocument) -> bool:
    """Whether the document leaves nothing open, as it stands."""
    return (
        not (document.tag_lines or document.derives_tags or document.derives_topics)
        and set(document.tags).issuperset(document.topics)
        and not any(link.context_line for link in document.related)
        and unique_names(document.tags) == document.tags
        and unique_names(document.topics) == document.topics
    )


def names_alone(document: EventDocument) -> Iterator[str]:
    """Names with a comma that the page gives alone, so that its and other pages' lines can be split by them."""
    yield from (name for name in (*document.topics, *document.tags) if "," in name)


def _resolve_link(link: RelatedDocument, known: Collection[str]) -> RelatedDocument:
    if not link.context_line:
        return link
    return replace(link, context=split_line(link.context_line, known), context_line="")


def questions(document: EventDocument) -> set[str]:
    """The names of which `resolve` will want to know whether they are tags."""
    lines: Iterable[str] = (*document.tag_lines, *(link.context_line for link in document.related))
    names = {name for line in lines for name in joined_candidates(line)}
    if document.derives_topics:
        names |= {head for head, rest in possible_prefixes(document.headline) if rest}
    return names
