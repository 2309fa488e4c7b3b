"""The history of an event or an editorial: every saved state, numbered and chained."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from diff_match_patch import diff_match_patch
from django.contrib.auth.models import User
from django.utils import timezone

from events.choices import RevisionKind
from events.documents import jsonl
from events.documents.names import join_names
from events.documents.records import (
    CitationDocument,
    EditorialDocument,
    EventDocument,
    ImageDocument,
    RelatedDocument,
    SubjectDocument,
)
from events.models import Editorial, Revision, Subject
from sources.documents import DocumentError

# Words, blanks and single signs; Chinese, Japanese and Korean characters stand alone.
_ALONE = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
_WORDS = re.compile(rf"{_ALONE}|(?:(?!{_ALONE})[^\W_])+|\s+|.", re.DOTALL)
SHARED = 120  # characters shown at each end of a long stretch that two texts share
_FIRST = 0x100  # the comparison sees each word as one character, numbered from here


class Entry(NamedTuple):
    """A revision before it is saved: the values of its columns, by their names."""

    event_id: int
    number: int
    document: str
    schema: int
    as_of: dt.datetime
    recorded_at: dt.datetime
    editor_id: int | None
    contributor: str
    comment: str
    is_imported: bool
    kind: str
    text_hash: str
    link: str


def record(
    subject: Subject,
    document: SubjectDocument,
    *,
    editor: User | None = None,
    comment: str = "",
    kind: RevisionKind = RevisionKind.SAVED,
    is_imported: bool = False,
) -> Revision:
    """Add `document` as the newest revision of what has just got a new version, and extend its chain by it.

    To be called in the transaction that writes the rows, after the row was locked by its version's update.
    """
    entry = make(
        subject.pk,
        subject.version,
        subject.last_link,
        document,
        timezone.now(),
        editor=editor,
        comment=comment,
        is_imported=is_imported,
        kind=kind,
    )
    values = entry._asdict()
    if isinstance(subject, Editorial):
        values["editorial_id"] = values.pop("event_id")
    revision = Revision(**values)
    revision.save(force_insert=True)
    subject.last_link = revision.link
    type(subject).objects.filter(pk=subject.pk).update(last_link=revision.link)
    return revision


def make(
    event_id: int,
    number: int,
    previous_link: str,
    document: SubjectDocument,
    now: dt.datetime,
    *,
    editor: User | None = None,
    contributor: str = "",
    comment: str = "",
    as_of: dt.datetime | None = None,
    is_imported: bool = False,
    kind: RevisionKind = RevisionKind.SAVED,
) -> Entry:
    """The revision that follows the one with `previous_link`. Nothing is saved.

    `as_of` is the moment from which the state held, `now` by default. `contributor` names who wrote it elsewhere.
    """
    text = jsonl.write(document)
    entry = Entry(
        event_id=event_id,
        number=number,
        document=text,
        schema=jsonl.SCHEMA,
        as_of=as_of or now,
        recorded_at=now,
        editor_id=editor.pk if editor else None,
        contributor=editor.get_username() if editor else contributor[:255],
        comment=comment[:500],
        is_imported=is_imported,
        kind=kind.value,
        text_hash=_hash(text),
        link="",
    )
    return entry._replace(link=chain(previous_link, entry))


def text_hash(document: SubjectDocument) -> str:
    """The hash by which the revisions that hold this document are known."""
    return _hash(jsonl.write(document))


def holds_its_text(revision: Revision) -> bool:
    """Whether the revision's text is the one that its hash was made of."""
    return _hash(revision.document) == revision.text_hash


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def chain(previous_link: str, revision: Revision | Entry) -> str:
    """SHA-256 over the previous link, number, time, editor, comment and text hash: a later change anywhere shows."""
    parts = (
        previous_link,
        str(revision.number),
        _in_utc(revision.recorded_at),
        revision.contributor,
        revision.comment,
        revision.text_hash,
    )
    return _hash("\x1f".join(parts))


@lru_cache(maxsize=64)  # an import records its revisions at few moments
def _in_utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def read(revision: Revision) -> EventDocument:
    """The state that a revision of an event holds."""
    document = read_any(revision)
    if not isinstance(document, EventDocument):
        raise DocumentError("this revision holds no event")
    return document


def read_any(revision: Revision) -> SubjectDocument:
    """The state that a revision of an event or an editorial holds."""
    document = jsonl.read(revision.document)
    if not isinstance(document, EventDocument | EditorialDocument):
        raise DocumentError("a revision holds an event or an editorial")
    return document


# --- Comparing ----------------------------------------------------------------------------------------------------


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


_CHANGES = {-1: Change.GONE, 0: Change.SAME, 1: Change.NEW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words that stand in both texts, or only in the first, or only in the second."""

    change: Change
    text: str

    @property
    def shown(self) -> str:
        """The text, of a long stretch that both share only the ends."""
        if self.change is not Change.SAME or len(self.text) <= 3 * SHARED:
            return self.text
        return f"{self.text[:SHARED]} […] {self.text[-SHARED:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDiff:
    """How a field differs: both its texts, cut into pieces that read in order."""

    name: str
    pieces: tuple[Piece, ...]

    @property
    def before(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.change is not Change.NEW]

    @property
    def after(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.change is not Change.GONE]


def compare(one: SubjectDocument, two: SubjectDocument) -> list[FieldDiff]:
    """The fields in which two states of one event or editorial differ, in the order of the form."""
    return compare_texts(texts(one), texts(two))


def compare_texts(one: Mapping[str, str], two: Mapping[str, str]) -> list[FieldDiff]:
    """The fields that differ, of those in `two`; a field that is missing in `one` is empty there."""
    return [
        FieldDiff(name=name, pieces=compare_words(one.get(name, ""), text))
        for name, text in two.items()
        if one.get(name, "") != text
    ]


def compare_words(one: str, two: str) -> tuple[Piece, ...]:
    """Both texts as pieces of whole words; of scripts without blanks every character is a word."""
    numbers: dict[str, str] = {}

    def encode(text: str) -> str:
        return "".join(numbers.setdefault(word, chr(_FIRST + len(numbers))) for word in _WORDS.findall(text))

    differ = diff_match_patch()
    pieces = differ.diff_main(encode(one), encode(two), False)
    differ.diff_cleanupSemantic(pieces)
    words = {number: word for word, number in numbers.items()}
    return tuple(
        Piece(change=_CHANGES[change], text="".join(words[number] for number in piece)) for change, piece in pieces
    )


def texts(document: SubjectDocument) -> dict[str, str]:
    """Every field of an event or an editorial as a person reads it, lists with a line for each item."""
    if isinstance(document, EditorialDocument):
        return {
            "Date": document.date.isoformat(),
            "Title": document.title,
            "Standfirst": document.standfirst,
            "Author": document.author,
            "Body": document.body,
            **_texts_of_state(document),
            **_texts_of_address(document),
        }
    image = document.image or ImageDocument(url="")
    return {
        "Date": document.date.isoformat(),
        "Headline": document.headline,
        "Category": document.category,
        "Topics": join_names(document.topics),
        "Tags": join_names(document.tags),
        "Citations": "\n".join(map(citation_text, document.citations)),
        "Summary": document.summary,
        "Related events": "\n".join(map(related_text, document.related)),
        "Image": image.url,
        "Image caption": image.caption,
        "Image credit": image.credit,
        **_texts_of_state(document),
        "Unsourced": yes_or_no(document.is_unsourced),
        "Stub": yes_or_no(document.is_stub),
        **_texts_of_address(document),
    }


def _texts_of_state(document: SubjectDocument) -> dict[str, str]:
    return {
        "Status": document.status.label,
        "To be published": document.publish_at.strftime("%Y-%m-%d %H:%M UTC") if document.publish_at else "",
        "Reason for withdrawal": document.withdrawn_reason,
        "Corrections": "\n".join(f"{row.date}: {row.text}" for row in document.corrections),
    }


def _texts_of_address(document: SubjectDocument) -> dict[str, str]:
    return {
        "Slug": document.slug,
        "Language": document.language,
        "Former slugs": "\n".join(document.old_slugs),
    }


def yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def citation_text(citation: CitationDocument) -> str:
    date = citation.published_on.isoformat() if citation.published_on else ""
    parts = (
        citation.label,
        citation.title,
        citation.publisher,
        join_names(citation.authors),
        date,
        citation.url,
    )
    return " · ".join(filter(None, parts))


def related_text(link: RelatedDocument) -> str:
    parts = (f"{link.date} {link.headline}", link.kind.label, join_names(link.context), link.note, link.slug)
    return " · ".join(filter(None, parts))
