"""Names joined by commas: how pages and forms write them, and how they come apart again."""

from collections.abc import Collection

from sources.documents.folding import collapse, fold
from sources.documents.names import join_names, split_names, unique_names

__all__ = ["join_names", "joined_candidates", "split_line", "split_names", "unique_names"]


def _parts(line: str) -> list[str]:
    return [part for part in collapse(line).split(", ") if part]


def joined_candidates(line: str) -> set[str]:
    """All names with commas that `line` could hold."""
    parts = _parts(line)
    return {", ".join(parts[start:end]) for start in range(len(parts)) for end in range(start + 2, len(parts) + 1)}


def split_line(line: str, known: Collection[str]) -> tuple[str, ...]:
    """The names of an archive's line, which does not quote: at every place the longest name that is `known`.

    `known` holds folded names. What is not known comes apart at every comma with a blank behind it.
    """
    parts = _parts(line)
    names: list[str] = []
    start = 0
    while start < len(parts):
        ends = range(len(parts), start + 1, -1)
        end = next((end for end in ends if fold(", ".join(parts[start:end])) in known), start + 1)
        names.append(", ".join(parts[start:end]))
        start = end
    return unique_names(names)
