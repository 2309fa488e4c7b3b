"""Editorials as Markdown pages (docs/formats.md, 1): opinion/YYYY/MM/D/slug.md."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress

from events.documents.paths import DAY
from events.documents.records import CorrectionDocument, EditorialDocument
from sources.documents import DocumentError
from sources.documents.folding import collapse

_DATE_LINE = re.compile(
    r"### \[(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\]\((?P<home>(?:/[\w-]+)?)/opinion/\)\s*"
)
_PATH = re.compile(rf"(?:^|/)opinion/{DAY}/(?P<slug>[^/]+?)\.(?:md|html|txt|json|xml)$")
_AUTHOR = re.compile(r"_By: (?P<name>.+)_\s*")
_CORRECTIONS = re.compile(r"### (?:Corrections?|更正)[:：]\s*")
_CORRECTION = re.compile(r"(?:\d+\.|[-*]) (?P<date>\d{4}-\d{2}-\d{2}): (?P<text>\S.*)")
# What would be read as a part of the page stands behind a backslash in the body, and so does what begins like that:
# the heading of the corrections, and where there is no standfirst a quotation at the beginning.
_HEADING = re.compile(r"\\*### (?:Corrections?|更正)[:：]")
_QUOTED = re.compile(r"\\*> ")


def looks_like(text: str) -> bool:
    """Whether a text is the page of an editorial: its date leads to the opinion pages."""
    return _DATE_LINE.fullmatch(text.lstrip().partition("\n")[0]) is not None


def edition(text: str) -> str:
    """The language that the page's own address names; empty where it is the first one's."""
    found = _DATE_LINE.match(text.lstrip())
    return found["home"].strip("/") if found else ""


def slug_of(path: str) -> str:
    """The slug in the path of such a page; empty for any other path."""
    found = _PATH.search(path)
    return found["slug"] if found else ""


def read(text: str, slug: str = "", language: str = "") -> EditorialDocument:
    """The editorial of a page.

    Raises DocumentError with the line for a date that does not exist, and without a title or an author.
    """
    lines = text.split("\n")
    numbered = ((number, line.rstrip()) for number, line in enumerate(lines, 1) if line.strip())
    date = _read_date(*next(numbered, (1, "")))
    title = _read_title(*next(numbered, (len(lines), "")))
    number, line = next(numbered, (len(lines), ""))
    if not (author := _AUTHOR.fullmatch(line)):
        raise DocumentError("under its title an editorial names its author: _By: Name_", number)
    end = next((place for place, line in enumerate(lines) if _CORRECTIONS.fullmatch(line.rstrip())), len(lines))
    first, *body = "\n".join(lines[number:end]).strip("\n").split("\n")
    standfirst = first[2:] if first.startswith("> ") else ""
    if not standfirst:
        body = [_unescaped(first, _QUOTED), *body]
    return EditorialDocument(
        date=date,
        slug=slug,
        language=language,
        title=title,
        author=collapse(author["name"]),
        standfirst=collapse(standfirst),
        body="\n".join(_unescaped(line, _HEADING) for line in body).strip(),
        corrections=tuple(_corrections(lines, end + 1)),
    )


def _read_date(number: int, line: str) -> dt.date:
    if found := _DATE_LINE.fullmatch(line):
        with suppress(ValueError):
            return dt.date(*(int(found[part]) for part in ("year", "month", "day")))
    raise DocumentError("the page begins with a date that does not exist", number)


def _read_title(number: int, line: str) -> str:
    title = collapse(line[2:]) if line.startswith("# ") else ""
    if not title:
        raise DocumentError("the page has no title: a line like “# Title” under the date", number)
    return title


def _corrections(lines: list[str], start: int) -> Iterator[CorrectionDocument]:
    for number, line in enumerate(lines[start:], start + 1):
        if not line.strip():
            continue
        found = _CORRECTION.fullmatch(line)
        try:
            date = dt.date.fromisoformat(found["date"] if found else "")
        except ValueError:
            raise DocumentError("a correction looks like 1. 2017-02-03: What was wrong", number) from None
        yield CorrectionDocument(date=date, text=collapse(found["text"] if found else ""))


def _unescaped(line: str, structure: re.Pattern[str]) -> str:
    return line[1:] if line.startswith("\\") and structure.match(line) else line


def _escaped(line: str, structure: re.Pattern[str]) -> str:
    return "\\" + line if structure.match(line) else line


def write(editorial: EditorialDocument, *, home: str = "") -> str:
    """The page of an editorial. `home` is what addresses of its edition begin with: nothing, or "/zh"."""
    date = f"{editorial.date:%Y-%m}-{editorial.date.day}"
    parts = [f"### [{date}]({home}/opinion/)\n\n# {collapse(editorial.title)}\n\n_By: {collapse(editorial.author)}_\n"]
    if editorial.standfirst:
        parts.append(f"> {collapse(editorial.standfirst)}\n")
    if text := editorial.body.strip():  # as it is read
        body = "\n".join(_escaped(line, _HEADING) for line in text.split("\n"))
        parts.append((body if editorial.standfirst else _escaped(body, _QUOTED)) + "\n")
    if editorial.corrections:
        heading = "更正" if editorial.language.startswith("zh") else "Corrections"
        rows = (f"{number}. {row.date}: {collapse(row.text)}\n" for number, row in enumerate(editorial.corrections, 1))
        parts.append(f"### {heading}:\n\n{''.join(rows)}")
    return "\n".join(parts)
