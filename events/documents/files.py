"""Files, folders and archives → documents: finds what can be read, and says what is wrong with the rest."""

import hashlib
import os
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from events.documents import (
    containers,
    editorial_pages,
    jsonl,
    markdown,
    mediawiki,
    page_history,
    rejects,
    wikitext,
    xml,
)
from events.documents.containers import Member
from events.documents.jsonl import Record
from events.documents.paths import parse_page_path
from events.documents.records import DayDocument, EditorialDocument, EventDocument, PageDocument
from events.documents.resolving import names_alone
from sources.documents import DocumentError, article_html, article_text
from sources.documents.folding import fold

MAX_PAGE = 2 * 2**20
MAX_LINE = 8 * 2**20
KNOWN_KINDS = (
    "event, day and opinion pages of a news wiki, MediaWiki exports and wikitext of day pages, articles as plain text "
    "or HTML, Newsroom JSON Lines and XML"
)
WIKITEXT_LANGUAGE = "en"  # of Wikipedia's Current Events portal, unless another is named


class Found(Struct, frozen=True):
    """What stands at one place: a document, or the error of one that cannot be read.

    `line` counts from 1 in files with a document a line. `sha256` is over the bytes and all that the reading
    depended on beside them; `language` says how the language of a page was known. `raw` is what was read, so that it
    can be handed back if it is refused: the line, or the page whose `path` it is. `notes` say what people should know
    of the reading, though nothing is wrong.
    """

    place: str
    document: Record | PageDocument | DocumentError
    line: int | None = None
    sha256: str = ""
    language: str = ""
    path: str = ""
    raw: bytes = b""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """What all pages of one folder say together: their most used language, and names with commas that stand alone."""

    language: str = ""
    names: frozenset[str] = frozenset()


def list_files(root: Path) -> Iterator[Path | Found]:
    """The files of a folder in the order of their paths, or the one file that `root` is; "-" is standard input.

    Hidden files are passed over; links out of the folder and what is no file come as errors.
    """
    if root == containers.STDIN:
        yield root
    elif not root.exists():
        yield _problem(root, "there is no such file or folder")
    elif not root.is_dir():
        yield root if root.is_file() else _problem(root, "this is no regular file")
    else:
        home = root.resolve()
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            for name in sorted([*files, *links]):
                if not name.startswith("."):
                    yield from _check_file(Path(folder) / name, home)


def _check_file(path: Path, home: Path) -> Iterator[Path | Found]:
    if not path.resolve().is_relative_to(home):
        yield _problem(path, "this link leads out of the folder; name the file itself to import it")
    elif path.is_file():
        yield path
    elif not path.is_dir():
        yield _problem(path, "this is no regular file")


def _problem(path: Path, reason: str) -> Found:
    return Found(str(path), DocumentError(reason))


def survey(files: Iterable[Path]) -> Survey:
    """Read the pages among `files` once ahead, for what none of them could say alone.

    Standard input can be read only once, so its pages speak for themselves.
    """
    languages: Counter[str] = Counter()
    names: set[str] = set()
    for path in files:
        for member in containers.members(path) if path != containers.STDIN else ():
            for found in _read_member(member) if member.path.endswith((".md", ".txt")) else ():
                if found.language == "its labels" and isinstance(found.document, EventDocument | DayDocument):
                    languages[found.document.language] += 1
                for event in _events(found.document):
                    names.update(fold(name) for name in names_alone(event))
    return Survey(max(languages, key=lambda language: languages[language], default=""), frozenset(names))


def _events(document: Record | PageDocument | DocumentError) -> tuple[EventDocument, ...]:
    if isinstance(document, EventDocument):
        return (document,)
    return document.events if isinstance(document, DayDocument) else ()


def read_file(
    path: Path, language: str = "", majority: str = "", advance: Callable[[int], object] = lambda size: None
) -> Iterator[Found]:
    """The documents of one file, or of those in it if it is an archive.

    `language` is the language to read pages and records without one in, if it was named; `majority` the folder's.
    `advance` is told how many bytes of the file were read.
    """
    for member in containers.members(path, advance):
        yield from _read_member(member, language, majority)


def _read_member(member: Member, language: str = "", majority: str = "") -> Iterator[Found]:
    content = member.content
    if isinstance(content, DocumentError):
        yield Found(member.place, content)
        return
    try:
        if mediawiki.looks_like(content.peek()):
            yield from _read_export(content, member.place, language)
            return
        if _has_lines(content.peek(), member.path):
            yield from _read_lines(content, member.place, language)
            return
        data = content.read(MAX_PAGE + 1)
    except DocumentError as error:
        yield Found(member.place, error)
        return
    if len(data) > MAX_PAGE:
        reason = f"more than {MAX_PAGE:,} bytes are too many for a page or an article"
        yield Found(member.place, DocumentError(reason))
    else:
        yield _read_page(member.place, member.path, data, language, majority)


def _read_export(file: BufferedReader, place: str, language: str) -> Iterator[Found]:
    """The day pages of a MediaWiki export with their histories. A newest revision that cannot be read is an error."""
    for page in page_history.read_pages(file, language or WIKITEXT_LANGUAGE):
        if isinstance(page, DocumentError):
            yield Found(place, page)
            continue
        at, data = f"{place}:{page.title}", page.text.encode()
        if page.document:
            yield Found(at, page.document, None, page.sha256, path=page.title, raw=data, notes=page.notes)
        if page.error:
            yield Found(at, page.error, path=page.title, raw=data)


def _has_lines(start: bytes, path: str) -> bool:
    """Whether a file is JSON Lines. Raises DocumentError for an archive, which stands inside another by now."""
    if containers.is_archive(start):
        raise DocumentError("this is an archive inside an archive; unpack it first")
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(re.match(rb"\{(?![{]|\s*\n)", start)) and not path.endswith(".json")  # {{ is wikitext


def _read_lines(file: BufferedReader, place: str, language: str) -> Iterator[Found]:
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        size = len(line)
        end = line
        while not end.endswith(b"\n") and (end := file.readline(MAX_LINE)):
            size += len(end)  # the rest of a line that is too long is passed over without being kept
        if size > MAX_LINE:
            reason = f"the line has {size:,} bytes; a record has at most {MAX_LINE:,}"
            yield Found(place, DocumentError(reason, number), number)
        elif line.strip() and not rejects.is_reject(line):
            yield _read_line(line, place, number, language)


def _read_line(line: bytes, place: str, number: int, language: str) -> Found:
    try:
        if page := rejects.read_page(line):
            found = _read_page(page[0], *page, language, "")
            if isinstance(found.document, DocumentError):
                raise DocumentError(f"{page[0]}: {found.document}")
            return replace(found, place=place, line=number, path="", raw=line)
        document = jsonl.read(decode(line))
    except DocumentError as error:
        return Found(place, DocumentError(error.reason, number), number, raw=line)
    if isinstance(document, EventDocument | EditorialDocument) and language and not document.language:
        document = replace(document, language=language)
    return Found(place, document, number, _hash(language, "", line.strip()), raw=line)


def decode(data: bytes) -> str:
    """The text of UTF-8 bytes, without a byte order mark and with "\\n" at the ends of lines.

    Raises DocumentError with the line of the first byte that is none.
    """
    try:
        return data.removeprefix(BOM_UTF8).decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"byte 0x{data[error.start]:02x} is not UTF-8 text", line) from None


def _read_page(place: str, path: str, data: bytes, language: str, majority: str) -> Found:
    document: Record
    try:
        if article_html.looks_like(data):  # which may be in another charset
            document, how = article_html.read(data), ""
        else:
            document, how = _recognise(PurePosixPath(path), decode(data), language, majority)
        slug = document.slug if isinstance(document, EventDocument | EditorialDocument) else ""
    except DocumentError as error:
        return Found(place, error, path=path, raw=data)
    known = getattr(document, "language", "")
    dated, notes = _dated_by_path(document, PurePosixPath(path))
    slug += f" {dated.date}" if isinstance(dated, EventDocument | DayDocument) and notes else ""
    return Found(place, dated, None, _hash(known, slug, data), how, path, data, notes)


def _recognise(path: PurePosixPath, text: str, language: str, majority: str) -> tuple[Record, str]:
    """The document of a page or an article, and how its language was known (for pages)."""
    if not text.strip():
        raise DocumentError("the file is empty")
    if "\0" in text:
        raise DocumentError(
            f"this is no text; known kinds are {KNOWN_KINDS}", text.count("\n", 0, text.index("\0")) + 1
        )
    if path.suffix == ".json":
        return jsonl.read(text), ""
    if xml.looks_like(text):
        return xml.read(text), ""
    if editorial_pages.looks_like(text):
        known, how = _language(path, text, language or editorial_pages.edition(text), majority)
        return editorial_pages.read(text, _checked(editorial_pages.slug_of(path.as_posix())), known), how
    if markdown.is_event_page(text) or markdown.is_day_page(text):
        known, how = _language(path, text, language, majority)
        if markdown.is_day_page(text):
            return markdown.read_day(text, known), how
        return markdown.read_event(text, _slug(path), known), how
    if wikitext.looks_like(text):
        return wikitext.read_day(text, wikitext.date_of(text, path.name), language or WIKITEXT_LANGUAGE), ""
    if article_text.looks_like(text):
        return article_text.read(text), ""
    raise DocumentError(f"this is of no known kind; known kinds are {KNOWN_KINDS}", 1)


def _language(path: PurePosixPath, text: str, language: str, majority: str) -> tuple[str, str]:
    if language:
        return language, "--language"
    if labelled := markdown.labelled_language(text):
        return labelled, "its labels"
    if edition := next((edition for edition in markdown.EDITIONS if f"/{edition}/news/" in str(path)), ""):
        return edition, "its path"
    return (majority, "its folder") if majority else (markdown.language_of_script(text), "its letters")


def _dated_by_path(document: Record, path: PurePosixPath) -> tuple[Record, tuple[str, ...]]:
    """The event or day with the date of its page's path, which is its title and what links name; and a note of it."""
    try:
        found = parse_page_path(path.as_posix())
    except ValueError:  # of a day page; an event's is refused
        found = None
    if not found or not isinstance(document, EventDocument | DayDocument) or document.date == found[0]:
        return document, ()
    date, slug = found
    note = f"its text says {document.date}; the date of its path, {date}, was taken"
    if isinstance(document, DayDocument):
        return replace(document, date=date), (note,)
    related = tuple(link for link in document.related if (link.date, link.slug) != (date, slug))
    return replace(document, date=date, related=related), (note,)


def _slug(path: PurePosixPath) -> str:
    try:
        found = parse_page_path(path.as_posix())
    except ValueError:
        raise DocumentError("the date in the file's path does not exist") from None
    return _checked(found[1]) if found else ""


def _checked(slug: str) -> str:
    if containers.BAD_CHARACTERS.search(slug):
        raise DocumentError("the file's name holds control characters, or is not UTF-8")
    return slug


def _hash(language: str, slug: str, data: bytes) -> str:
    return hashlib.sha256(f"{language}\0{slug}\0".encode() + data).hexdigest()
