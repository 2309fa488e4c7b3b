"""Pages as XML: the exchange format's keys as elements, lists as repeated singular elements (docs/formats.md, 4)."""

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.parsers import expat

from events.documents.jsonl import Record, from_record, to_record
from events.documents.records import DayDocument, EditorialDocument, EventDocument
from sources.documents import DocumentError

Page = EventDocument | DayDocument | EditorialDocument
_SINGULAR = {
    "topics": "topic",
    "tags": "tag",
    "citations": "citation",
    "authors": "author",
    "events": "event",
    "old_slugs": "old_slug",
    "corrections": "correction",
}
_LISTS = {singular: plural for plural, singular in _SINGULAR.items()} | {"related": "related", "context": "context"}
_ALONE = frozenset({("editorial", "author")})  # where an element of that name is no list's
# What holds elements; all others hold text.
_ROOTS: dict[type, str] = {DayDocument: "day", EventDocument: "event", EditorialDocument: "editorial"}
_HOLDERS = frozenset({*_ROOTS.values(), "image", "citation", "related", "correction"})
_FLAGS = {"true": True, "false": False}
_START = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:day|event|editorial)[\s>]", re.DOTALL)
# XML 1.0, 2.2 Characters: everything else cannot stand in a document, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# --- Writing ------------------------------------------------------------------------------------------------------


def write(document: Page) -> str:
    """The document as an XML page with the language on its root."""
    root = Element(_ROOTS[type(document)], {"xml:lang": document.language})
    record = to_record(document)
    record.pop("type", None)
    _fill(root, record)
    indent(root)
    page = tostring(root, encoding="unicode", xml_declaration=False)
    page = page.replace("\r", "&#13;")  # as it is, parsers read it as the end of a line
    return f'<?xml version="1.0" encoding="utf-8"?>\n{page}\n'


def legal(text: str) -> str:
    """The text with a replacement for each character that cannot stand in XML."""
    return _ILLEGAL.sub("\ufffd", text)


def _fill(element: Element, value: Any) -> None:
    if not isinstance(value, dict):
        element.text = legal(str(value).lower() if isinstance(value, bool) else str(value))
        return
    for key, item in value.items():
        name = _SINGULAR[key] if key in _SINGULAR else str(key)
        for part in item if isinstance(item, list) else [item]:
            _fill(SubElement(element, name), part)


# --- Reading ------------------------------------------------------------------------------------------------------


def looks_like(text: str) -> bool:
    """Whether a text that begins like this is such a page."""
    return _START.match(text) is not None


def read(text: str) -> Record:
    """The event, day or editorial of a page.

    Raises DocumentError with the line for what is not well-formed, a DOCTYPE (where entities would be declared) and
    elements where none can stand; without it for unknown or missing keys and wrong values, which it names.
    """
    reader = _Reader()
    try:
        reader.parse(text)
    except expat.ExpatError as error:
        reason = f"this is not well-formed XML: {expat.ErrorString(error.code)}"
        raise DocumentError(reason, error.lineno) from None
    except UnicodeEncodeError:
        raise DocumentError("this holds half a surrogate pair, which no text can hold") from None
    if "type" in reader.record:
        raise DocumentError("unknown key “type”")
    return from_record({"type": reader.kind, "language": reader.language, **reader.record})


class _Reader:
    """Makes the exchange format's dictionary of the elements of a page."""

    def __init__(self) -> None:
        self.kind = self.language = ""
        self.record: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def parse(self, text: str) -> None:
        self._parser.Parse(text.encode(), True)

    def _fault(self, reason: str) -> DocumentError:
        return DocumentError(reason, self._parser.CurrentLineNumber)

    def _refuse_doctype(self, *declaration: object) -> None:
        raise self._fault("a page has no DOCTYPE; one that declares entities is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open:
            if name not in _ROOTS.values():
                raise self._fault(f"a page begins with <event>, <day> or <editorial>, not <{name[:40]}>")
            self.kind, self.language = name, attributes.get("xml:lang", "")
        elif self._open[-1][0] not in _HOLDERS:
            raise self._fault(f"<{self._open[-1][0][:40]}> holds text and no elements")
        self._open.append((name, {}, []))

    def _characters(self, text: str) -> None:
        name, _, parts = self._open[-1]
        if name not in _HOLDERS:
            parts.append(text)
        elif text.strip():
            raise self._fault(f"<{name}> holds elements and no text")

    def _end(self, name: str) -> None:
        _, values, parts = self._open.pop()
        value = values if name in _HOLDERS else "".join(parts)
        if not self._open:
            self.record = values
            return
        holder, parent, _ = self._open[-1]
        if name in _LISTS and (holder, name) not in _ALONE:
            parent.setdefault(_LISTS[name], []).append(value)
        elif name in parent:
            raise self._fault(f"<{name[:40]}> stands here twice")
        else:
            parent[name] = _FLAGS.get(value, value) if name.startswith("is_") and isinstance(value, str) else value
