"""MediaWiki's export XML → the revisions of Current Events day pages, one by one (docs/formats.md, format 7)."""

import datetime as dt
import lzma
import re
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from msgspec import Struct

from events.documents.dates import find_date
from events.documents.wikitext import template_date
from sources.documents import DocumentError
from sources.documents.folding import collapse

MAX_TEXT = 8 * 2**20  # characters of one element; a wiki's page has at most 2 MiB
_CHUNK = 2**16
_MAX_DEPTH = 50
_TITLE = re.compile(r"Portal:Current[ _]events/(?P<date>\d{4}[ _][A-Za-z]+[ _]\d{1,2})")
_KEPT = {
    "page": frozenset({"title"}),
    "revision": frozenset({"id", "timestamp", "comment", "text"}),
    "contributor": frozenset({"username", "ip"}),
}


class PageRevision(Struct, frozen=True, kw_only=True):
    """One saved state of a day page.

    `date` is the one of the page's title. `contributor` is a name or an address, empty where it was deleted;
    `is_deleted` says that the text was. `line` is the line of the export where the revision begins.
    """

    title: str
    date: dt.date
    revision_id: str
    timestamp: dt.datetime
    contributor: str = ""
    comment: str = ""
    text: str = ""
    is_deleted: bool = False
    line: int = 1


@dataclass(slots=True)
class Tally:
    """What a reading has met so far: day pages, their revisions, and pages with other titles, which are passed over."""

    pages: int = 0
    revisions: int = 0
    passed_over: int = 0


def looks_like(start: bytes) -> bool:
    """Whether a file that begins like this is an export."""
    return b"<mediawiki" in start


def other_date(revision: PageRevision) -> dt.date | None:
    """The date in the text's own template where it differs from the title's, which wins; to be reported."""
    try:
        date = template_date(revision.text)
    except DocumentError:
        return None
    return date if date != revision.date else None


def read_export(stream: BinaryIO, tally: Tally | None = None) -> Iterator[PageRevision | DocumentError]:
    """The revisions of an export in its order, each as soon as it is read, so that memory does not grow with the file.

    A revision or title that cannot be read comes as a DocumentError and the rest goes on. After broken or truncated
    XML, a DOCTYPE (where entities would be declared) or a stream that cannot be unpacked, one last DocumentError says
    in which line.
    """
    reader = _Reader(tally or Tally())
    fault = None
    while fault is None and not reader.is_done:
        try:
            reader.feed(stream.read(_CHUNK))
        except DocumentError as error:
            fault = error
        except expat.ExpatError as error:
            fault = DocumentError(f"this is not well-formed XML: {expat.ErrorString(error.code)}", error.lineno)
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            fault = DocumentError(f"the rest of the file cannot be unpacked: {error}", reader.line)
        except (LookupError, ValueError) as error:
            fault = DocumentError(f"the XML's encoding is not known: {error}", reader.line)
        yield from reader.take()
    if fault:
        yield fault


class _Reader:
    """Feeds expat and keeps no more than the revision that is just being read."""

    def __init__(self, tally: Tally) -> None:
        self.is_done = False
        self._tally = tally
        self._ready: deque[PageRevision | DocumentError] = deque()
        self._path: list[str] = []
        self._silence = 0
        self._date: dt.date | None = None
        self._title = ""
        self._revision: dict[str, str] = {}
        self._is_deleted = False
        self._line = 1
        self._size = 0
        self._parts: list[str] | None = None
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def feed(self, data: bytes) -> None:
        """Reads on; no data is the end of the file."""
        self.is_done = not data
        self._silence += len(data)
        self._parser.Parse(data, not data)
        if self._silence > MAX_TEXT:
            raise DocumentError("a tag or comment is too long", self.line)

    def take(self) -> Iterator[PageRevision | DocumentError]:
        while self._ready:
            yield self._ready.popleft()

    def _refuse_doctype(self, *declaration: object) -> None:
        raise DocumentError("an export has no DOCTYPE; one that declares entities is not read", self.line)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._silence = 0
        name = tag.rpartition(":")[2]
        parent = self._path[-1] if self._path else ""
        if not parent and name != "mediawiki":
            raise DocumentError(f"an export begins with <mediawiki>, not <{name[:40]}>", self.line)
        self._path.append(name)
        if len(self._path) > _MAX_DEPTH:
            raise DocumentError("the elements are nested too deeply", self.line)
        if name == "page":
            self._title, self._date = "", None
        elif name == "revision":
            self._revision, self._is_deleted, self._line = {}, False, self.line
        elif name == "text" and parent == "revision":
            self._is_deleted = "deleted" in attributes
        if name in _KEPT.get(parent, ()) and (self._date or name == "title"):
            self._parts, self._size = [], 0

    def _characters(self, text: str) -> None:
        self._silence = 0
        if self._parts is not None:
            self._size += len(text)
            if self._size <= MAX_TEXT:
                self._parts.append(text)

    def _end(self, tag: str) -> None:
        self._silence = 0
        name = self._path.pop()
        parent = self._path[-1] if self._path else ""
        if self._parts is not None and name in _KEPT.get(parent, ()):
            text, self._parts = "".join(self._parts), None
            if name == "title":
                self._title = collapse(text)
                self._begin_page()
            elif self._size > MAX_TEXT:
                self._revision["too long"] = name
            else:
                self._revision[name] = text
        elif name == "revision" and self._date:
            self._end_revision(self._date)

    def _begin_page(self) -> None:
        try:
            found = _TITLE.fullmatch(self._title)
            self._date = find_date(found["date"]) if found else None
        except DocumentError as error:
            self._ready.append(DocumentError(f"the title “{self._title}”: {error.reason}", self.line))
            return
        if self._date:
            self._tally.pages += 1
        else:
            self._tally.passed_over += 1

    def _end_revision(self, date: dt.date) -> None:
        values = self._revision
        self._tally.revisions += 1
        try:
            if "too long" in values:
                raise DocumentError(f"<{values['too long']}> has more than {MAX_TEXT:,} characters", self._line)
            timestamp = _moment(values.get("timestamp", ""), self._line)
        except DocumentError as error:
            self._ready.append(error)
            return
        self._ready.append(
            PageRevision(
                title=self._title,
                date=date,
                revision_id=values.get("id", "").strip(),
                timestamp=timestamp,
                contributor=collapse(values.get("username") or values.get("ip", "")),
                comment=values.get("comment", "").strip(),
                text=values.get("text", ""),
                is_deleted=self._is_deleted,
                line=self._line,
            )
        )


def _moment(text: str, line: int) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise DocumentError(f"the revision's timestamp is {text[:40]!r}, which is no moment", line) from None
