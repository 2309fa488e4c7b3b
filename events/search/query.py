"""What somebody typed → what is asked. Pure; nothing that can be typed is an error.

Words must all be there; "words in quotes" stand one after the other; -word and -"words" must not be there; word*
begins a word. A quote that is never closed ends with the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from events.search.words import RUN, asked_words, simplify

MAX_LENGTH = 300  # characters that are read
MAX_TERMS = 20
SHORTEST_BEGINNING = 3  # characters before a *; fewer would begin half of all words
_TERM = re.compile(
    r"""(?P<minus>(?<!\S)[-−–])?(?:["“”„«»「」『』](?P<quoted>[^"“”„«»「」『』]*)["“”„«»「」『』]?|(?P<word>[^\s"“”„«»「」『』]+))"""
)
# Words that tell nothing: they are asked for only in quotes, or where there is nothing else.
_SMALL = frozenset(
    "a an and are as at be been but by for from had has have he her his in into is it its of on or she that the their "
    "them they this to was were which who will with".split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase: as it was typed, and its folded words, which stand one after the other.

    `is_beginning` says that the last word may go on.
    """

    text: str
    words: tuple[str, ...]
    is_excluded: bool = False
    is_beginning: bool = False

    @property
    def is_small(self) -> bool:
        """Whether it tells nothing, and nobody has said that it is meant."""
        is_meant = self.is_beginning or self.text.startswith('"')
        return not is_meant and len(self.words) == 1 and self.words[0] in _SMALL

    @property
    def may_go_on(self) -> bool:
        is_long = len(self.words[-1]) >= SHORTEST_BEGINNING and not self.text.startswith('"')
        return self.is_beginning or is_long


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must be there, and terms that must not."""

    wanted: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        """Whether it asks for anything; exclusions alone do not."""
        return bool(self.wanted)

    def __str__(self) -> str:
        """What can be typed to ask the same."""
        return " ".join([*(term.text for term in self.wanted), *(f"-{term.text}" for term in self.excluded)])

    def beginning(self) -> "Query":
        """The same, where every wanted word may go on, as somebody types it."""
        return replace(self, wanted=tuple(replace(term, is_beginning=term.may_go_on) for term in self.wanted))

    @property
    def runs(self) -> set[str]:
        """The runs of Chinese, Japanese or Korean that are asked for, in simplified characters."""
        return {simplify(run) for term in self.wanted for run in RUN.findall(term.text)}


def parse(text: str) -> Query:
    """What the text asks."""
    terms = list(dict.fromkeys(_terms(text[:MAX_LENGTH])))[:MAX_TERMS]
    wanted = [term for term in terms if not term.is_excluded]
    telling = [term for term in wanted if not term.is_small]
    return Query(tuple(telling or wanted), tuple(term for term in terms if term.is_excluded))


def _terms(text: str) -> Iterator[Term]:
    for found in _TERM.finditer(text):
        quoted, word = found["quoted"], (found["word"] or "").strip(",;:.!?()[]").lstrip("-−–")
        words = asked_words(quoted or word)
        if not words:
            continue
        is_one = len(words) == 1 and RUN.fullmatch(words[0]) and len(words[0]) == 1
        begins = word.endswith("*") and len(words[-1]) >= SHORTEST_BEGINNING
        typed = f'"{" ".join(quoted.split())}"' if quoted else word
        yield Term(typed, words, bool(found["minus"]), bool(is_one or begins))
