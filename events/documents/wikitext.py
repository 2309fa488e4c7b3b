"""Wikitext of a Current Events day page → the events of the day (docs/formats.md, format 7)."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from events.documents.dates import find_date, make_date
from events.documents.records import DayDocument, EventDocument
from events.documents.wikimarkup import Words, read_line
from sources.documents import DocumentError
from sources.documents.characters import is_text
from sources.documents.names import name_fault, unique_names

MAX_LINE = 50_000  # characters; the longest real ones have some 3,000
_WRAPPER = r"\{\{\s*Current[ _]events(?:[ _]header)?\s*\|"
_HEAD = re.compile(_WRAPPER + r"(?P<values>[^{}]*?)(?:\|\s*content\s*=|\}\}|$)", re.IGNORECASE)
_MARKER = re.compile(r"<!--\s*All news items (?:below|above) this line", re.IGNORECASE)
_LISTED = re.compile(r"^[ \t]*[*#:][^\n]*?(?:\[\[[^\[\]\n]+\]\]|\[https?://)", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_RENDERED = re.compile(r"<!DOCTYPE html|<html[\s>]|Retrieved from \"<?https?://\S+oldid=", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?P<stars>[*#:]*)(?P<plus>\+(?=\s))?\s*")
_HEADING = re.compile(r"\s*(?:;|={2,6}(?=.*=\s*$)|'''(?=.*'''\s*:?\s*$))(?P<name>.*)")
_CATEGORY_WORD = (
    r"(?:armed|conflicts?|attacks?|incidents|arts?|culture|entertainment|media|business|economy|economics|finance"
    r"|disasters?|accidents?|health|medicine|environment|international|foreign|relations?|law|crime|politics"
    r"|elections?|religion|science|technology|tech|sports?)"
)
_CATEGORY = re.compile(rf"{_CATEGORY_WORD}(?:(?:,|,? and| &)? {_CATEGORY_WORD})*", re.IGNORECASE)
_REF = re.compile(r"<ref\b[^<>]*(?<!/)>", re.IGNORECASE)


class _Item(Struct, frozen=True):
    """One line of the page: a bullet with its depth, counted from 1, or a line without one, with depth 0."""

    depth: int
    category: str
    words: Words

    @property
    def is_cited(self) -> bool:
        """Whether it says something and what that rests on: then it is an event, whatever stands under it."""
        return bool(self.words.text and self.words.citations)


def looks_like(text: str) -> bool:
    """Whether `text` is a day page: by its template, its marks of where news stand, or bullets with links."""
    return any(sign.search(text) for sign in (_HEAD, _MARKER, _LISTED))


def date_of(text: str, name: str = "") -> dt.date:
    """The date of a page: the one of its template, else of its file's name or path, like "2025 January 5".

    Raises DocumentError if neither gives one, or the date does not exist.
    """
    if date := template_date(text) or find_date(name):
        return date
    raise DocumentError("neither the page's template nor its name gives a date like 2025 January 5", 1)


def template_date(text: str) -> dt.date | None:
    """The date in {{Current events|year=2025|month=01|day=05}} or {{Current events header|2025|01|05}}.

    Raises DocumentError for a date that does not exist.
    """
    if not (head := _HEAD.search(text)):
        return None
    values = [value.strip() for value in head["values"].split("|")]
    named = {key.strip().lower(): value.strip() for key, _, value in (item.partition("=") for item in values)}
    places = [value for value in values if value and "=" not in value]
    parts = [named.get(key, "") for key in ("year", "month", "day")]
    if not all(parts):
        parts = places[:3]
    return make_date(*parts) if len(parts) == 3 else None


def read_day(text: str, date: dt.date, language: str = "en") -> DayDocument:
    """The events of a day page in its order.

    A bullet with deeper bullets under it is a topic of these, unless it cites something; every other bullet is an
    event. Raises DocumentError for a text that no reader of wikitext can make sense of: a page saved as browsers show
    it, characters that no text can hold, a line of more than MAX_LINE characters.
    """
    _refuse(text)
    body = _HEAD.sub("\n", _COMMENT.sub("", text.replace("\r\n", "\n")))
    items = list(_merge_loose_citations(_items(body)))
    events = []
    above: list[_Item] = []
    for item, is_above_others in zip(items, _above_others(items), strict=True):
        if above and above[-1].category != item.category:
            above = []
        if item.depth:
            above = [topic for topic in above if topic.depth < item.depth]
        if item.is_cited or (item.depth and not is_above_others and not item.words.is_only_links):
            events.append(_event(item, above, date, language))
        elif item.depth:
            above.append(item)
    return DayDocument(date=date, language=language, events=tuple(events))


def _refuse(text: str) -> None:
    if found := _RENDERED.search(text):
        raise DocumentError(
            "this is a page as a browser shows it, saved in place of its wikitext",
            text.count("\n", 0, found.start()) + 1,
        )
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            raise DocumentError(f"the line has {len(line):,} characters; a line has at most {MAX_LINE:,}", number)
        if not is_text(line):
            raise DocumentError("a character that no text can hold (NUL or half a surrogate pair)", number)


# --- Lines --------------------------------------------------------------------------------------------------------


def _items(body: str) -> Iterator[_Item]:
    category = ""
    open_bullets: list[tuple[int, bool]] = []  # depth, and whether the bullet is a plus
    for line in _logical_lines(body):
        if (name := _category(line)) is not None:
            category, open_bullets = name, []
            continue
        bullet = _BULLET.match(line)
        depth = len(bullet["stars"]) if bullet else 0
        is_plus = bool(bullet and bullet["plus"]) and not depth
        if is_plus:
            depth = _depth_of_plus(open_bullets)
        words = read_line(line[bullet.end() if bullet else 0 :].strip())
        if depth:
            open_bullets = [*(one for one in open_bullets if one[0] < depth), (depth, is_plus)]
        if words.text or words.citations:
            yield _Item(depth, category, words)


def _depth_of_plus(open_bullets: Sequence[tuple[int, bool]]) -> int:
    """Text pasted from Markdown has a plus for one of its levels: the one under the bullet where the first stood."""
    deepest = open_bullets[-1][0] if open_bullets else 0
    return next((depth for depth, is_plus in open_bullets if is_plus), deepest + 1)


def _logical_lines(body: str) -> Iterator[str]:
    """The lines of the page, each with those that go on with its template or footnote."""
    parts: list[str] = []
    length = depth = 0
    for line in body.split("\n"):
        if parts and (depth <= 0 or length + len(line) > MAX_LINE or line.lstrip()[:1] in ("*", ";", "=", "'")):
            yield " ".join(parts)
            parts, length, depth = [], 0, 0
        parts.append(line)
        length += len(line)
        depth += line.count("{{") - line.count("}}") + len(_REF.findall(line)) - line.lower().count("</ref")
    yield " ".join(parts)


def _category(line: str) -> str | None:
    """The name of the category that the line begins, "" if the heading is no more than a date; else None.

    Editors also write it as a bullet, or without any mark; then it must consist of the words of the portal's names.
    """
    if heading := _HEADING.fullmatch(line):
        words = read_line(heading["name"].strip(" ='"))
        return None if words.citations else _heading_name(words.text.rstrip(": "))
    bare = line[:100].strip(" *#:+'")
    return bare if len(line) < 100 and _CATEGORY.fullmatch(bare) else None


def _heading_name(name: str) -> str | None:
    if not name or name_fault(name):
        return None
    try:
        return "" if find_date(name) else name
    except DocumentError:
        return ""


def _merge_loose_citations(items: Iterator[_Item]) -> Iterator[_Item]:
    """A line that is nothing but citations belongs to the line before it."""
    waiting: _Item | None = None
    for item in items:
        if waiting and not item.words.text and waiting.category == item.category:
            citations = (*waiting.words.citations, *item.words.citations)
            waiting = replace(waiting, words=replace(waiting.words, citations=citations))
            continue
        if waiting:
            yield waiting
        waiting = item
    if waiting:
        yield waiting


# --- Events -------------------------------------------------------------------------------------------------------


def _above_others(items: Sequence[_Item]) -> list[bool]:
    """For each item whether the next bullet stands deeper in the same category."""
    found: list[bool] = []
    following: _Item | None = None
    for item in reversed(items):
        found.append(following is not None and following.category == item.category and following.depth > item.depth)
        following = item if item.depth else following
    return found[::-1]


def _event(item: _Item, above: Sequence[_Item], date: dt.date, language: str) -> EventDocument:
    topics = unique_names(name for topic in above for name in _topic_names(topic.words)) if item.depth else ()
    return EventDocument(
        date=date,
        language=language,
        category=item.category,
        topics=topics,
        headline=item.words.text,
        tags=unique_names((*item.words.names, *topics)),
        citations=item.words.citations,
        is_unsourced=not item.words.citations,
    )


def _topic_names(words: Words) -> tuple[str, ...]:
    """The targets of a topic's links; without any its text, if that can be a name."""
    name = words.text.rstrip(": ")
    return words.names or (() if name_fault(name) else (name,))
