"""Newsroom's own exchange format: one JSON object a record (docs/formats.md, format 3)."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from events.documents.records import DayDocument, EventDocument, TagDocument
from sources.documents import ArticleDocument, DocumentError, PublisherDocument

_TYPES: dict[str, Any] = {
    "source": ArticleDocument,
    "publisher": PublisherDocument,
    "tag": TagDocument,
    "day": DayDocument,
}
Record = EventDocument | DayDocument | ArticleDocument | PublisherDocument | TagDocument

SCHEMA = 1  # the number that revisions carry, to be raised when a key changes its meaning
# What only the readers of pages and articles use, on their way to the importer.
INTERNAL = frozenset({"tag_lines", "derives_tags", "derives_topics", "context_line", "tags_line", "furniture"})


# --- Writing ------------------------------------------------------------------------------------------------------


def write(document: Record) -> str:
    """The record as one line of JSON, without the line's end: always the same text for the same document."""
    return json.dumps(to_record(document), ensure_ascii=False, separators=(",", ":"))


def write_page(document: Record) -> str:
    """The record as the JSON of a page, for people to read too."""
    return json.dumps(to_record(document), ensure_ascii=False, indent=2) + "\n"


def to_record(document: Record) -> dict[str, Any]:
    """The record as a dictionary in the format's order of keys, without empty values."""
    kind = next((name for name, cls in _TYPES.items() if isinstance(document, cls)), "")
    values: dict[str, Any] = _encode(document)
    return {"type": kind, **values} if kind else values


def _encode(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    record = {
        field.name: _encode(item)
        for field in fields(value)
        if field.name not in INTERNAL
        and ((item := getattr(value, field.name)) != field.default or field.name in _required(type(value)))
    }
    if isinstance(value, EventDocument):
        _encode_sourcing(value, record)
    return record


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
    if kind == "event":
        return _read_event(record, "")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise DocumentError(f"“type” is {kind!r}; known types are event, {', '.join(_TYPES)}")
    document: Record = _decode(_TYPES[kind], record, "")
    return document


def _read_event(record: Any, place: str) -> EventDocument:
    if isinstance(record, Mapping):
        record = {"is_unsourced": not record.get("citations"), **record}
    event: EventDocument = _decode_fields(EventDocument, record, place)
    if not event.headline:
        raise DocumentError(f"“{place}headline” is empty")
    return event


def _decode(kind: Any, value: Any, place: str) -> Any:
    """`value` as a `kind`, which is one of the types that the records' fields have."""
    if isinstance(kind, UnionType):
        (kind,) = (choice for choice in get_args(kind) if choice is not NoneType)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise DocumentError(f"“{place}” must be a list")
        return tuple(_decode(get_args(kind)[0], item, f"{place}[{index}]") for index, item in enumerate(value))
    if kind is EventDocument:
        return _read_event(value, f"{place}.")
    if is_dataclass(kind):
        return _decode_fields(kind, value, f"{place}." if place else "")
    if kind is dt.date:
        return _decode_date(value, place)
    if issubclass(kind, Enum):
        return _decode_choice(kind, value, place)
    if not isinstance(value, kind):
        raise DocumentError(f"“{place}” must be {'text' if kind is str else 'true or false'}")
    return _decode_text(value, place) if isinstance(value, str) else value


def _decode_fields(cls: Any, record: Any, place: str) -> Any:
    if not isinstance(record, Mapping):
        raise DocumentError(f"“{place.rstrip('.')}” must be an object: {{…}}")
    hints = _hints(cls)
    if unknown := sorted(record.keys() - hints.keys()):
        raise DocumentError(f"unknown key “{place}{unknown[0]}”")
    if missing := sorted(_required(cls) - record.keys()):
        raise DocumentError(f"the key “{place}{missing[0]}” is missing")
    return cls(
        **{
            key: _decode(hints[key], value, f"{place}{key}")
            for key, value in record.items()
            if value is not None or key in _required(cls)  # null is the same as leaving a key out
        }
    )


def _decode_date(value: Any, place: str) -> dt.date:
    try:
        if len(value) != len("2017-02-02"):
            raise ValueError
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise DocumentError(f"“{place}” is {value!r}, which is no date like 2017-02-02") from None


def _decode_choice(kind: type[Enum], value: Any, place: str) -> Enum:
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(str(choice.value) for choice in kind)
        raise DocumentError(f"“{place}” is {value!r}; it must be one of {choices}") from None


def _decode_text(value: str, place: str) -> str:
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise DocumentError(f"“{place}” holds a character that no text can hold (NUL or half a surrogate pair)")
    return value.strip()


@cache
def _hints(cls: type) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(cls).items() if name not in INTERNAL}


@cache
def _required(cls: Any) -> frozenset[str]:
    return frozenset(field.name for field in fields(cls) if _has_no_default(field))


def _has_no_default(field: "Field[Any]") -> bool:
    return field.default is field.default_factory  # both are the marker MISSING
