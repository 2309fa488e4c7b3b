"""Pages as XML: the exchange format's keys as elements, lists as repeated singular elements."""

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from events.documents.jsonl import to_record
from events.documents.records import DayDocument, EventDocument

_SINGULAR = {
    "topics": "topic",
    "tags": "tag",
    "citations": "citation",
    "authors": "author",
    "events": "event",
    "old_slugs": "old_slug",
}
# XML 1.0, 2.2 Characters: everything else cannot stand in a document, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(document: EventDocument | DayDocument) -> str:
    """The document as an XML page with the language on its root."""
    root = Element("day" if isinstance(document, DayDocument) else "event", {"xml:lang": document.language})
    record = to_record(document)
    record.pop("type", None)
    _fill(root, record)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="utf-8"?>\n', "\n")
    )


def _fill(element: Element, value: Any) -> None:
    if not isinstance(value, dict):
        element.text = _ILLEGAL.sub("\ufffd", str(value))
        return
    for key, item in value.items():
        name = _SINGULAR[key] if key in _SINGULAR else str(key)
        for part in item if isinstance(item, list) else [item]:
            _fill(SubElement(element, name), part)
