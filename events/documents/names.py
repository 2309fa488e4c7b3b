"""Names joined by commas: how pages and forms write them, and how they come apart again."""

import csv
from collections.abc import Collection, Iterable

from sources.documents.folding import collapse, fold


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """`names` without blanks at their ends, empty ones, and later spellings of the same name."""
    found: dict[str, str] = {}
    for name in names:
        if key := fold(name):
            found.setdefault(key, collapse(name))
    return tuple(found.values())


def join_names(names: Iterable[str]) -> str:
    """`names` as an editor types them: joined by commas, quoted where a name holds a comma or quotes."""
    return ", ".join(
        '"{}"'.format(name.replace('"', '""')) if "," in name or name.startswith('"') else name for name in names
    )


def split_names(text: str) -> tuple[str, ...]:
    """The names of a line that `join_names` or an editor wrote: apart at commas, except between quotes."""
    rows = csv.reader([" ".join(text.split())], skipinitialspace=True)
    return unique_names(name for row in rows for name in row)


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
