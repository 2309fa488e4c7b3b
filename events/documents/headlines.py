"""Headlines: their topic prefixes, and when two of them tell the same event."""

import re
from collections.abc import Collection, Iterator

from rapidfuzz import fuzz

from events.documents.records import EventDocument
from sources.documents.folding import fold
from sources.documents.urls import normalise_url

ALIKE = 85  # of 100; from here on editors are asked whether two headlines of a day tell one event
ALIKE_WITH_SOURCE = 60  # the same where both cite the same address
MAX_PREFIX = 120  # the longest tag name seen in the archives has 110 characters
_BORDER = re.compile(r": |\. |：|(?<=[\u3400-\u9fff]):")  # Chinese pages leave out the blank
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def possible_prefixes(headline: str) -> Iterator[tuple[str, str]]:
    """The heads of "A: B: rest", "A. B. rest" and "甲:rest", each with what follows it, from the left."""
    rest = headline.strip()
    while border := _BORDER.search(rest):
        head = rest[: border.start()].strip()
        if len(head) > MAX_PREFIX:
            return
        rest = rest[border.end() :].strip()
        yield head, rest


def cut_prefixes(headline: str, known: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The leading heads of the headline whose folded names are all `known`, broadest first, and the rest of it."""
    heads: list[str] = []
    for head, rest in possible_prefixes(headline):
        if not rest or fold(head) not in known:
            break
        heads.append(head)
        headline = rest
    return tuple(heads), headline


def _keys(document: EventDocument) -> frozenset[str]:
    return frozenset(fold(name) for name in (*document.tags, *document.topics))


def agree(one: EventDocument, other: EventDocument) -> bool:
    """Whether both headlines are the same but for a prefix that names a topic, and their spelling."""
    known = _keys(one) | _keys(other)
    return fold(cut_prefixes(one.headline, known)[1]) == fold(cut_prefixes(other.headline, known)[1])


def ending(key: str) -> str:
    """The end of a folded headline: whatever topic stands before them, headlines that agree end alike."""
    return key[-4:]


def is_same_event(one: EventDocument, other: EventDocument) -> bool:
    """Whether two documents of one language and date tell the same event, though they share no slug.

    Either the headlines agree, or the documents share a citation's address, name the same tags and numbers, and are at
    least 90 % alike. Headlines that merely look alike are mostly different events, so nothing else counts.
    """
    one_key, other_key = fold(one.headline), fold(other.headline)
    if one_key == other_key or (ending(one_key) == ending(other_key) and agree(one, other)):
        return True
    return (
        not cited_addresses(one).isdisjoint(cited_addresses(other))
        and _keys(one) == _keys(other)
        and sorted(_NUMBER.findall(one.headline)) == sorted(_NUMBER.findall(other.headline))
        and fuzz.ratio(one_key, other_key) >= 90
    )


def cited_addresses(document: EventDocument) -> frozenset[str]:
    """The normalised addresses that the document cites."""
    return frozenset(normalise_url(citation.url) for citation in document.citations if citation.url)


def likeness(one: str, other: str, *, cite_the_same: bool) -> int:
    """How alike two folded headlines of one day are, of 100, if editors should see it; else 0.

    Headlines of the same form mostly tell different events ("… reports its first case"), so this only proposes.
    """
    return int(fuzz.ratio(one, other, score_cutoff=ALIKE_WITH_SOURCE if cite_the_same else ALIKE))
