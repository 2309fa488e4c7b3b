"""Names joined by commas, as editors write them."""

import csv
from collections.abc import Iterable

from sources.documents.folding import collapse, fold

MAX_NAME = 255  # characters, of a name and of its key, which can be longer


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """`names` without blanks at their ends, empty ones, and later spellings of the same name."""
    found: dict[str, str] = {}
    for name in names:
        if key := fold(name):
            found.setdefault(key, collapse(name))
    return tuple(found.values())


def name_fault(name: str) -> str:
    """Why `name` cannot name anything; empty if it can. Pages find what it names by its key, so that has to fit too."""
    if not fold(name):
        return f"“{name[:40]}” holds nothing that names anything."
    if "\x00" in name:
        return "A name holds no NUL."
    if (length := max(len(name), len(fold(name)))) > MAX_NAME:
        return f"“{name[:40]}…” has {length} characters, at most {MAX_NAME} fit."
    return ""


def join_names(names: Iterable[str]) -> str:
    """`names` as an editor types them: joined by commas, quoted where a name holds a comma or quotes."""
    return ", ".join(
        '"{}"'.format(name.replace('"', '""')) if "," in name or name.startswith('"') else name for name in names
    )


def split_names(text: str) -> tuple[str, ...]:
    """The names of a line that `join_names` or an editor wrote: apart at commas, except between quotes."""
    rows = csv.reader([" ".join(text.split())], skipinitialspace=True)
    return unique_names(name for row in rows for name in row)
