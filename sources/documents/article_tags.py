"""A line of tags without separators, taken apart by the names in the article or known elsewhere."""

import re
from collections.abc import Collection, Iterable
from functools import cache

from sources.documents.folding import collapse, fold

MAX_NAME_WORDS = 10
_SMALL_WORDS = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})
_POSSESSIVE = re.compile(r"[’']s?(?!\w)")
_MARK = re.compile(r"[^\w\s.’&-]|[.](?=\s|$)")


def split_tags(tags_line: str, texts: Iterable[str]) -> list[str]:
    """The names that make up `tags_line`, if names that stand in `texts` cover all of it; else none.

    The fewest names win, then the longer first one. A name of one word must stand somewhere without another
    capitalised word beside it, so that "House" is not taken out of "White House".
    """
    words = tags_line.split()
    article = _apart(" | ".join(texts))

    @cache
    def split_from(start: int) -> tuple[str, ...] | None:
        if start == len(words):
            return ()
        best: tuple[str, ...] | None = None
        for end in range(len(words), start, -1):
            if not _is_told(words[start:end], article) or (rest := split_from(end)) is None:
                continue
            if best is None or 1 + len(rest) < len(best):
                best = (" ".join(words[start:end]), *rest)
        return best

    return list(split_from(0) or ())


def _apart(text: str) -> str:
    """`text` with the marks around its words set apart, so that names can be found as whole words."""
    return f" {collapse(_MARK.sub(_between_blanks, _POSSESSIVE.sub(' ’ ', text)))} "


def _between_blanks(mark: re.Match[str]) -> str:
    return f" {mark[0]} "


def _is_told(name: list[str], article: str) -> bool:
    """Whether the article has these words as a name."""
    if not (_leads(name[0]) and _leads(name[-1])):
        return False
    told = _apart(" ".join(name))
    if len(name) > 1:
        return told in article
    places = (found.start() for found in re.finditer(f"(?={re.escape(told)})", article))
    return any(
        not _leads(article[:at].rpartition(" ")[2]) and not _leads(article[at + len(told) :].partition(" ")[0])
        for at in places
    )


def _leads(word: str) -> bool:
    """Whether `word` can begin or end a name."""
    return bool(word) and (word[0].isupper() or word[0].isdigit()) and word.lower() not in _SMALL_WORDS


def candidates(tags_line: str) -> list[str]:
    """Every run of words of `tags_line` that could be a name."""
    words = tags_line.split()
    return [
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + MAX_NAME_WORDS) + 1)
    ]


def split_by_known(tags_line: str, known: Collection[str]) -> list[str]:
    """`tags_line` cut at the `known` names, the longest first and of equals the left one.

    What stands between known names is kept as one name.
    """
    return _cut(tags_line.split(), {fold(name) for name in known})


def _cut(words: list[str], keys: set[str]) -> list[str]:
    for length in range(min(len(words), MAX_NAME_WORDS), 0, -1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            if fold(name) in keys:
                return [*_cut(words[:start], keys), name, *_cut(words[start + length :], keys)]
    return [" ".join(words)] if words else []
