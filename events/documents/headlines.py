"""Headlines: their topic prefixes, and when two of them tell the same event."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from rapidfuzz import fuzz, process

from events.documents.records import EventDocument
from sources.documents.folding import fold
from sources.documents.urls import normalise_url

ALIKE = 85  # of 100; from here on editors are asked whether two headlines of a day tell one event
ALIKE_WITH_SOURCE = 60  # the same where both cite the same address
MAX_PREFIX = 120  # the longest tag name seen in the archives has 110 characters
_BORDER = re.compile(r": |\. |：|(?<=[\u3400-\u9fff]):")  # Chinese pages leave out the blank
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[〇零一二两兩三四五六七八九十百千万萬亿億]")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER_WORDS = frozenset(
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "first second third fourth fifth sixth seventh eighth ninth tenth last".split()
)


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
    """Whether both headlines are the same but for topics before one of them, and their spelling.

    The other must be about these topics too, if it says what it is about: "France: voters go to the polls" is not what
    voters do in Spain.
    """
    keys, other_keys = _keys(one), _keys(other)
    heads, rest = cut_prefixes(one.headline, keys | other_keys)
    other_heads, other_rest = cut_prefixes(other.headline, keys | other_keys)
    if fold(rest) != fold(other_rest):
        return False
    before, other_before = {fold(head) for head in heads}, {fold(head) for head in other_heads}
    if before <= other_before:
        return not keys or other_before - before <= keys
    return other_before < before and (not other_keys or before - other_before <= other_keys)


def ending(key: str) -> str:
    """The end of a folded headline: whatever topic stands before them, headlines that agree end alike."""
    return key[-4:]


def is_same_event(one: EventDocument, other: EventDocument) -> bool:
    """Whether two documents of one language and date tell the same event, though they share no slug.

    Either the headlines agree, or the documents share a citation's address, name the same tags, and their headlines
    hold the same names and numbers and are at least 90 % alike. Headlines that merely look alike are mostly different
    events, so nothing else counts.
    """
    one_key, other_key = fold(one.headline), fold(other.headline)
    if one_key == other_key or (ending(one_key) == ending(other_key) and agree(one, other)):
        return True
    return (
        not cited_addresses(one).isdisjoint(cited_addresses(other))
        and _keys(one) == _keys(other)
        and fuzz.ratio(one_key, other_key) >= 90
        and _numbers(one.headline) == _numbers(other.headline)
        and _names(one.headline) <= _words(other.headline)
        and _names(other.headline) <= _words(one.headline)
    )


def _numbers(headline: str) -> list[str]:
    """The numbers of a headline, in figures and in words."""
    words = (word.casefold() for word in _WORD.findall(headline))
    return sorted([*_NUMBER.findall(headline), *(word for word in words if word in _NUMBER_WORDS)])


def _names(headline: str) -> set[str]:
    """Its words with a capital."""
    return {_bare(word) for word in _WORD.findall(headline) if word[0].isupper()}


def _words(headline: str) -> set[str]:
    return set(map(_bare, _WORD.findall(headline)))


def _bare(word: str) -> str:
    """The word without accents, which some leave out."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def cited_addresses(document: EventDocument) -> frozenset[str]:
    """The normalised addresses that the document cites."""
    return frozenset(normalise_url(citation.url) for citation in document.citations if citation.url)


def look_alikes(headline: str, others: Sequence[str], citing_the_same: Collection[int]) -> dict[int, int]:
    """The places of those `others` that editors should see beside `headline`, with how alike they are, of 100.

    All are folded headlines of one day. Headlines of the same form mostly tell different events ("… reports its first
    case"), so this only proposes. Those that cite an address of the headline's event need only be like a part of it,
    or it like a part of them; elsewhere the one may be the beginning of the other.
    """
    alike = {
        place: rate for _, rate, place in process.extract_iter(headline, others, scorer=fuzz.ratio, score_cutoff=ALIKE)
    }
    for place, other in enumerate(others):
        if place in citing_the_same:
            alike[place] = max(fuzz.ratio(headline, other), fuzz.partial_ratio(headline, other))
        elif other.startswith(headline) or headline.startswith(other):
            alike[place] = max(ALIKE, fuzz.ratio(headline, other))
    return {place: int(rate) for place, rate in alike.items() if rate >= ALIKE_WITH_SOURCE}
