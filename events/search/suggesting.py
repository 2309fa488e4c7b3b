"""What helps a reader who found nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from events.search.finding import has_hits
from events.search.query import Query, Term, parse
from events.search.schema import fetch, known_editions

LIKENESS = 75  # of a word and the one that may have been meant, of 100
TRIED = 5  # words that are tried for each mistyped one
RESPELT = 3  # mistyped words of a query that are tried: each asks several times
SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Terms that find nothing even alone, and other queries that find something.

    `spelt` has mistyped words put right, `unexcluded` leaves the exclusions out, `fewer` the terms without hits.
    `editions` are the languages in which the query finds something.
    """

    without_hits: Sequence[Term] = ()
    spelt: Query | None = None
    unexcluded: Query | None = None
    fewer: Query | None = None
    editions: Sequence[str] = ()


def help_with(language: str, query: Query, editions: Sequence[str] = ()) -> Help:
    """What may help with a query that finds nothing in the edition. `editions` are the other ones."""
    numbers = known_editions()

    def finds(other: Query, edition: str = language) -> bool:
        return has_hits(edition, other, numbers)

    missing = [term for term in query.wanted if not finds(Query((term,)))]
    kept = Query(tuple(term for term in query.wanted if term not in missing), query.excluded)
    unexcluded = Query(query.wanted)
    return Help(
        without_hits=missing,
        spelt=_spelt(query, missing, finds),
        unexcluded=unexcluded if query.excluded and finds(unexcluded) else None,
        fewer=kept if missing and finds(kept) else None,
        editions=[edition for edition in editions if finds(query, edition)],
    )


def _spelt(query: Query, missing: Sequence[Term], finds: Callable[[Query], bool]) -> Query | None:
    """The query with its missing words put right, as far as it finds something then."""
    mistyped = [term for term in missing if len(term.words) == 1][:RESPELT]
    wanted = list(query.wanted)
    rest = [term for term in wanted if term not in missing]
    for term in mistyped:
        for word in _like(term.words[0]):
            [one] = parse(word).wanted or (term,)
            if finds(Query((*rest, one), query.excluded)):
                wanted[wanted.index(term)] = one
                break
    spelt = replace(query, wanted=tuple(wanted))
    return spelt if spelt != query and finds(spelt) else None


def _like(word: str) -> list[str]:
    """Known words that the word may be meant for, the likeliest first: those that begin like it, or with its second
    letter, where the first is missing or changed places with it.
    """
    if len(word) < SHORTEST or not word.isascii():
        return []
    known: list[str] = []
    for letter in {word[0], word[1]}:
        known += (
            found
            for (found,) in fetch(
                "SELECT word FROM events_searchword WHERE word >= %s AND word < %s AND LENGTH(word) BETWEEN %s AND %s",
                [letter, chr(ord(letter) + 1), len(word) - 2, len(word) + 2],
            )
        )
    found = process.extract(word, known, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=TRIED)
    return [word for word, _, _ in found]
