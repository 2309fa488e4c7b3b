"""Reject lists: what an import refused, as JSON Lines that can be mended and imported again (docs/formats.md).

A record of type "reject" says what is wrong and is itself passed over by an import. Behind it stands the refused thing:
the line as it was, or a record of type "page" with a whole page.
"""

import json
from typing import Any

from sources.documents import DocumentError


def write(place: str, error: DocumentError, line: bytes = b"", page: tuple[str, bytes] | None = None) -> bytes:
    """The lines for one rejected document: `line` as it was read, or the path and the bytes of `page`, or neither."""
    reject = {"type": "reject", "place": place, "line": error.line, "reason": error.reason}
    refused = line.rstrip(b"\r\n")
    if page and page[1] and b"\0" not in page[1]:  # what is no text cannot be mended as text
        refused = _dump({"type": "page", "path": page[0], "text": page[1].decode("utf-8", "surrogateescape")})
    return b"".join(part + b"\n" for part in (_dump(reject), refused) if part)


def _dump(record: dict[str, Any]) -> bytes:
    """As UTF-8; bytes that were none of it stay visible as \\udc80 to \\udcff, and are the same bytes when read."""
    return json.dumps({key: value for key, value in record.items() if value is not None}, ensure_ascii=False).encode(
        "utf-8", "backslashreplace"
    )


def is_reject(line: bytes) -> bool:
    """Whether the line only says why something was rejected."""
    return b'"reject"' in line and _load(line).get("type") == "reject"


def read_page(line: bytes) -> tuple[str, bytes] | None:
    """The path and the bytes of a page's record; None for any other line.

    Raises DocumentError if path or text is missing or no text.
    """
    if b'"page"' not in line or (record := _load(line)).get("type") != "page":
        return None
    path, text = record.get("path"), record.get("text")
    if not isinstance(path, str) or not isinstance(text, str) or len(record) > 3:
        raise DocumentError("a page's record has “path” and “text”, both text, and nothing else")
    try:
        return f"/{path.lstrip('/')}", text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise DocumentError("“text” holds half a surrogate pair") from None


def _load(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
