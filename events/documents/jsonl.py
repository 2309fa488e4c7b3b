"""Newsroom's own exchange format: one JSON object a record (docs/formats.md, format 3)."""

import datetime as dt
import json
from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from events.documents.records import DayDocument, EditorialDocument, EventDocument, TagDocument
from sources.documents import ArticleDocument, DocumentError, PublisherDocument
from sources.documents.characters import is_text

_TYPES: dict[str, Any] = {
    "source": ArticleDocument,
    "publisher": PublisherDocument,
    "tag": TagDocument,
    "day": DayDocument,
    "editorial": EditorialDocument,
}
Record = EventDocument | DayDocument | EditorialDocument | ArticleDocument | PublisherDocument | TagDocument

SCHEMA = 1  # the number that revisions carry, to be raised when a key changes its meaning
# What only the readers of pages and articles use, on their way to the importer.
INTERNAL = frozenset({"tag_lines", "derives_tags", "derives_topics", "context_line", "tags_line", "furniture"})


# --- Writing ------------------------------------------------------------------------------------------------------


def write(document: Record) -> str:
    """The record as one line of JSON, without the line's end: always the same text for the same document."""
    return msgspec.json.encode(to_record(document)).decode()


def write_page(document: Record) -> str:
    """The record as the JSON of a page, for people to read too."""
    return json.dumps(to_record(document), ensure_ascii=False, indent=2) + "\n"


def to_record(document: Record) -> dict[str, Any]:
    """The record as a dictionary in the format's order of keys, without empty values."""
    kind = next((name for name, cls in _TYPES.items() if isinstance(document, cls)), "")
    values: dict[str, Any] = _encode(document)
    return {"type": kind, **values} if kind else values


def _encode(value: Any) -> Any:
    record = {}
    for name, default, encode in _encoders(cast(Hashable, type(value))):
        item = getattr(value, name)
        if item != default:
            record[name] = encode(item) if encode else item
    if isinstance(value, EventDocument):
        _encode_sourcing(value, record)
    return record


@cache
def _encoders(cls: Any) -> list[tuple[str, Any, Callable[[Any], Any] | None]]:
    """Of each key its name, the value with which it is left out, and what makes its value JSON, if it is none yet."""
    return [
        (field.name, field.default, _encoder(_hints(cls)[field.name]))
        for field in fields(cls)
        if field.name not in INTERNAL
    ]


def _encoder(kind: Any) -> Callable[[Any], Any] | None:
    kind = _without_none(kind)
    if get_origin(kind) is tuple:
        (item, _) = get_args(kind)
        encode = _encoder(item)
        return (lambda values: [encode(value) for value in values]) if encode else list
    if issubclass(kind, Struct):
        return _encode
    if kind is dt.datetime:
        return _encode_moment
    if kind is dt.date:
        return dt.date.isoformat
    return (lambda choice: choice.value) if issubclass(kind, Enum) else None


def _encode_moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def _encode_sourcing(event: EventDocument, record: dict[str, Any]) -> None:
    """An event without citations is unsourced unless it says otherwise, so only the exception is written."""
    record.pop("is_unsourced", None)
    if event.is_unsourced == bool(event.citations):
        record["is_unsourced"] = event.is_unsourced


# --- Reading ------------------------------------------------------------------------------------------------------


def read(line: str) -> Record:
    """The record of one line.

    Raises DocumentError, naming the key, for what is no JSON object, an unknown or missing key, or a wrong value.
    """
    try:
        record = json.loads(line)
    except ValueError as error:
        raise DocumentError(f"this is not JSON: {error}") from None
    except RecursionError:
        raise DocumentError("this JSON is nested too deeply") from None
    if not isinstance(record, dict):
        raise DocumentError("a record is a JSON object: {…}")
    return from_record(record)


def from_record(values: Mapping[str, Any]) -> Record:
    """The record of a dictionary with the format's keys. Raises DocumentError as `read` does."""
    record = dict(values)
    kind = record.pop("type", "event")
    if not isinstance(kind, str) or kind not in ("event", *_TYPES):
        raise DocumentError(f"“type” is {kind!r}; known types are event, {', '.join(_TYPES)}")
    try:
        document: Record = _decoder(_TYPES.get(kind, EventDocument))(record)
    except _Fault as fault:
        raise DocumentError(fault.reason.format(fault.path)) from None
    return document


class _Fault(Exception):
    """What is wrong with the value at a path of keys, which grows as the fault is handed up."""

    def __init__(self, reason: str, path: str = "") -> None:
        self.reason = reason
        self.path = path
        super().__init__(reason)

    def at(self, step: str) -> "_Fault":
        is_joined = not self.path or self.path.startswith("[")
        return _Fault(self.reason, f"{step}{self.path}" if is_joined else f"{step}.{self.path}")


Decoder = Callable[[Any], Any]


@cache
def _decoder(kind: Any) -> Decoder:
    """What makes a value of JSON a `kind`, which is one of the types that the records' fields have."""
    kind = _without_none(kind)
    if get_origin(kind) is tuple:
        return _list_decoder(_decoder(get_args(kind)[0]))
    if kind is EventDocument:
        return _decode_event
    if kind is EditorialDocument:
        return _decode_editorial
    if issubclass(kind, Struct):
        return _object_decoder(kind)
    if kind is dt.datetime:
        return _decode_moment
    if kind is dt.date:
        return _decode_date
    if kind is str:
        return _decode_text
    return _choice_decoder(kind) if issubclass(kind, Enum) else _decode_flag


def _list_decoder(decode: Decoder) -> Decoder:
    def decode_list(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _Fault("“{}” must be a list")
        found = []
        try:
            for item in value:
                found.append(decode(item))
        except _Fault as fault:
            raise fault.at(f"[{len(found)}]") from None
        return tuple(found)

    return decode_list


def _object_decoder(cls: Any) -> Decoder:
    decoders = {name: _decoder(hint) for name, hint in _hints(cls).items()}
    required = frozenset(field.name for field in fields(cls) if field.default is NODEFAULT)

    def decode_object(record: Any) -> Any:
        if not isinstance(record, Mapping):
            raise _Fault("“{}” must be an object: {{…}}")
        if unknown := record.keys() - decoders.keys():
            raise _Fault("unknown key “{}”", min(unknown))
        if missing := required - record.keys():
            raise _Fault("the key “{}” is missing", min(missing))
        values = {}
        for key, value in record.items():
            if value is not None or key in required:  # null is the same as leaving a key out
                try:
                    values[key] = decoders[key](value)
                except _Fault as fault:
                    raise fault.at(key) from None
        return cls(**values)

    return decode_object


@cache
def _fields_of(cls: Any) -> Decoder:
    return _object_decoder(cls)


def _decode_event(record: Any) -> EventDocument:
    if isinstance(record, Mapping):
        record = {"is_unsourced": not record.get("citations"), **record}
    event: EventDocument = _fields_of(EventDocument)(record)
    if not event.headline:
        raise _Fault("“{}” is empty", "headline")
    return event


def _decode_editorial(record: Any) -> EditorialDocument:
    editorial: EditorialDocument = _fields_of(EditorialDocument)(record)
    for name in ("title", "author"):
        if not getattr(editorial, name):
            raise _Fault("“{}” is empty", name)
    return editorial


def _decode_date(value: Any) -> dt.date:
    try:
        if len(value) != len("2017-02-02"):
            raise ValueError
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Fault(f"“{{}}” is {_quoted(value)}, which is no date like 2017-02-02") from None


def _decode_moment(value: Any) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(value)
        return moment.astimezone(dt.UTC) if moment.tzinfo else _not_a_moment(value)
    except (TypeError, ValueError, OverflowError):
        return _not_a_moment(value)


def _not_a_moment(value: Any) -> dt.datetime:
    raise _Fault(f"“{{}}” is {_quoted(value)}, which is no moment like 2017-02-02T17:30:00+00:00")


def _choice_decoder(kind: type[Enum]) -> Decoder:
    def decode_choice(value: Any) -> Enum:
        try:
            return kind(value)
        except ValueError:
            choices = ", ".join(str(choice.value) for choice in kind)
            raise _Fault(f"“{{}}” is {_quoted(value)}; it must be one of {choices}") from None

    return decode_choice


def _decode_text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Fault("“{}” must be text")
    if not is_text(value):
        raise _Fault("“{}” holds a character that no text can hold (NUL or half a surrogate pair)")
    text: str = value.strip()
    return text


def _decode_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Fault("“{}” must be true or false")
    return value


def _quoted(value: Any) -> str:
    return repr(value).replace("{", "{{").replace("}", "}}")


def _without_none(kind: Any) -> Any:
    return next(choice for choice in get_args(kind) if choice is not NoneType) if isinstance(kind, UnionType) else kind


@cache
def _hints(cls: type) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(cls).items() if name not in INTERNAL}
