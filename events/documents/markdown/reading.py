"""Pages → documents."""

import datetime as dt
import re
from collections.abc import Iterator

from msgspec.structs import replace

from events.documents.markdown.words import COVER, unescape
from events.documents.names import split_names
from events.documents.paths import DAY
from events.documents.records import (
    CitationDocument,
    CorrectionDocument,
    DayDocument,
    EventDocument,
    ImageDocument,
    RelatedDocument,
)
from sources.documents import DocumentError
from sources.documents.folding import collapse

_DATE_LINE = re.compile(r"(?P<marks>##?#?) \[\s*\d{4}-\d{1,2}-\d{1,2}\s*\]\((?P<path>\S*)\)\s*")
_DATE = re.compile(r"\[\s*(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\s*\]")
_SECTION = re.compile(r"###? (?P<name>\S[^:：]*)[:：]\s*")
_NEWS_LINK = rf"\[(?P<title>.*)\]\((?P<path>(?:/[\w-]+)?/news/{DAY}/(?P<slug>[^/\s]+?)\.(?:md|html))\)"
_RELATED = re.compile(rf"(?:\d+\.|[-*]) {_NEWS_LINK}(?:\s+_(?:Context|上下文|消息)[:：]\s*(?P<context>.*?)_)?\s*")
_DAY_EVENT = re.compile(rf"### {_NEWS_LINK}\s*")
_CONTEXT = re.compile(r"_(?:Context|上下文|消息)[:：]\s*(?P<names>.*?)_\s*")
_EXTRA = re.compile(r"_(?P<key>Topics|Tags|Category):\s*(?P<value>.*?)_\s*")
_LINKED = re.compile(r"(?:\d+\.|[-*]) \[(?P<label>.*?)\]\((?P<url>\S*?)\)(?:\s+\[IMG\]\(\S*\))?\s*")
_UNLINKED = re.compile(r"(?:\d+\.|[-*]) (?:(?P<label>[^*].*?)(?:: |$))?(?:\*(?P<title>.+)\*)?\s*")
_CORRECTION = re.compile(r"(?:\d+\.|[-*]) (?P<date>\d{4}-\d{2}-\d{2}): (?P<text>\S.*)")
_SECTIONS = {
    "source": "sources",
    "sources": "sources",
    "信息来源": "sources",
    "correction": "corrections",
    "corrections": "corrections",
    "更正": "corrections",
    "related": "related",
    "有关": "related",
    "see also": "see also",
}
_LABELS = {
    "zh": re.compile(r"### (?:信息来源|有关)[:：]|_(?:上下文|消息)[:：]|\[前一天"),
    "en": re.compile(r"### (?:Sources?|Related):|_Context:|\[Previous Day"),
}
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


# --- What kind of page, in which language -------------------------------------------------------------------------


def is_event_page(text: str) -> bool:
    return (line := _date_line(text)) is not None and line["marks"] == "###"


def is_day_page(text: str) -> bool:
    return (line := _date_line(text)) is not None and line["marks"] == "##"


def labelled_language(text: str) -> str:
    """The language of the page's own labels; empty if it has none."""
    return next((language for language, label in _LABELS.items() if label.search(text)), "")


def language_of_script(text: str) -> str:
    """The language that the page's letters speak for, if it has no label."""
    letters = len(_LETTER.findall(text))
    return "zh" if letters and len(_CHINESE.findall(text)) > letters / 4 else "en"


def _date_line(text: str) -> re.Match[str] | None:
    for line in text.splitlines():
        if line.strip() and not line.startswith("Formats:"):
            return _DATE_LINE.fullmatch(line)
    return None


# --- Events and days ----------------------------------------------------------------------------------------------


def read_event(text: str, slug: str = "", language: str = "") -> EventDocument:
    """The event of a page. `slug` is the one of the page's path, empty if that is no path of an archive.

    Tags and topics are left to `resolving.resolve`. Raises DocumentError without a date or headline, and for a date
    that does not exist.
    """
    lines = _Lines(text)
    date = _read_date(lines)
    lead_topics, headline = _read_head(lines)
    summary: list[str] = []
    section = "summary"
    citations: list[CitationDocument] = []
    corrections: list[CorrectionDocument] = []
    related: list[RelatedDocument] = []
    image: ImageDocument | None = None
    extras: dict[str, str] = {}
    for number, line in lines:
        if found := _EXTRA.fullmatch(line):
            extras[found["key"]] = found["value"]
        elif (named := _SECTION.fullmatch(line)) and named["name"].lower() in _SECTIONS:
            section = _SECTIONS[named["name"].lower()]
        elif section == "summary":
            summary.append(line)
        elif not line.strip() or section == "see also":
            continue
        elif section == "corrections":
            corrections.append(_read_correction(line, number))
        elif section == "related":
            related.append(_read_related(line, number))
        elif (citation := _read_citation(line, number)).label == COVER:
            image = ImageDocument(url=citation.url)
        else:
            citations.append(citation)
    topics = split_names(extras["Topics"]) if "Topics" in extras else lead_topics
    return EventDocument(
        date=date,
        slug=slug,
        language=language,
        headline=headline,
        category=collapse(extras.get("Category", "")),
        topics=topics,
        summary=unescape(summary),
        image=image,
        tags=split_names(extras.get("Tags", "")),
        citations=tuple(citations),
        related=tuple(_without_repeats(related, date, slug)),
        corrections=tuple(corrections),
        is_unsourced=not citations,
        derives_tags="Tags" not in extras,
        derives_topics="Topics" not in extras,
    )


def read_day(text: str, language: str = "") -> DayDocument:
    """The events of a day page. Their summaries may be cut short, and their tags are left to `resolving.resolve`.

    Raises DocumentError for a line that is none of a day page, and for a date that does not exist.
    """
    lines = _Lines(text)
    date = _read_date(lines)
    events: list[EventDocument] = []
    lead_topics: tuple[str, ...] = ()
    summaries: list[list[str]] = []
    for number, line in lines:
        if line.startswith("##### ") or line.strip() == "#####":
            lead_topics = (topic,) if (topic := collapse(line[5:])) else ()
        elif found := _DAY_EVENT.fullmatch(line):
            events.append(_day_event(found, number, lead_topics, language))
            summaries.append([])
            lead_topics = ()
        elif (context := _CONTEXT.fullmatch(line)) and events:
            events[-1] = replace(events[-1], tag_lines=(context["names"],))
        elif line.startswith("## "):
            break  # the link to the day before is the page's last line
        elif events:
            summaries[-1].append(line)
        elif line.strip():
            raise DocumentError("a day page has nothing but events under its date", number)
    described = zip(events, map(unescape, summaries), strict=True)
    return DayDocument(
        date=date, language=language, events=tuple(replace(event, summary=summary) for event, summary in described)
    )


class _Lines(Iterator[tuple[int, str]]):
    """The lines of a page with their numbers; a line can be looked at before it is taken."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._taken = 0

    def __next__(self) -> tuple[int, str]:
        if self._taken == len(self._lines):
            raise StopIteration
        self._taken += 1
        return self._taken, self._lines[self._taken - 1].rstrip()

    def skip_blank(self) -> str:
        """The next line that is not blank, not yet taken; empty at the end."""
        while self._taken < len(self._lines) and not self._lines[self._taken].strip():
            self._taken += 1
        return self._lines[self._taken].rstrip() if self._taken < len(self._lines) else ""


def _read_date(lines: _Lines) -> dt.date:
    if lines.skip_blank().startswith("Formats:"):
        next(lines)
    line = lines.skip_blank()
    found = _DATE.search(line)
    number = next(lines, (1, ""))[0]
    if not _DATE_LINE.fullmatch(line) or not found:
        raise DocumentError("a page begins with its date, like ### [2017-02-2](/news/2017/02/2/index.md)", number)
    return _date(found, number)


def _date(found: re.Match[str], number: int) -> dt.date:
    year, month, day = found["year"], found["month"], found["day"]
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise DocumentError(f"the date {year}-{month}-{day} does not exist", number) from None


def _read_head(lines: _Lines) -> tuple[tuple[str, ...], str]:
    lead = ""
    if (line := lines.skip_blank()).startswith("#####"):
        next(lines)
        lead = collapse(line[5:])
    line = lines.skip_blank()
    number = next(lines, (1, ""))[0]
    headline = collapse(line[2:]) if line.startswith("# ") else ""
    if not headline:
        raise DocumentError("the page has no headline: a line like “# What happened” under the date", number)
    return ((lead,) if lead else ()), headline


def _read_correction(line: str, number: int) -> CorrectionDocument:
    if not (found := _CORRECTION.fullmatch(line)):
        raise DocumentError("a correction looks like 1. 2017-02-03: What was wrong", number)
    try:
        return CorrectionDocument(date=dt.date.fromisoformat(found["date"]), text=collapse(found["text"]))
    except ValueError:
        raise DocumentError(f"the date {found['date']} does not exist", number) from None


def _read_related(line: str, number: int) -> RelatedDocument:
    if not (found := _RELATED.fullmatch(line)):
        raise DocumentError(
            "a related item looks like 1. [Headline](/news/2017/02/2/slug.md) _Context: Name, Name_", number
        )
    return RelatedDocument(
        date=_date(found, number),
        slug=found["slug"],
        headline=collapse(found["title"]),
        context_line=collapse(found["context"] or ""),
    )


def _without_repeats(links: list[RelatedDocument], date: dt.date, slug: str) -> Iterator[RelatedDocument]:
    """The archives list some items twice, and some events as related to themselves."""
    seen = {(date, slug)}
    for link in links:
        if (link.date, link.slug) not in seen:
            seen.add((link.date, link.slug))
            yield link


def _read_citation(line: str, number: int) -> CitationDocument:
    if found := _LINKED.fullmatch(line):
        return CitationDocument(label=collapse(found["label"]), url=found["url"])
    if (found := _UNLINKED.fullmatch(line)) and (found["label"] or found["title"]):
        return CitationDocument(label=collapse(found["label"] or ""), title=collapse(found["title"] or ""))
    raise DocumentError("a source looks like 1. [Reuters](https://…)", number)


def _day_event(found: re.Match[str], number: int, lead_topics: tuple[str, ...], language: str) -> EventDocument:
    if not (headline := collapse(found["title"])):
        raise DocumentError("an event of the day has no headline", number)
    return EventDocument(
        date=_date(found, number),
        slug=found["slug"],
        language=language,
        headline=headline,
        topics=lead_topics,
        is_unsourced=True,
        derives_tags=True,
        derives_topics=True,
    )
