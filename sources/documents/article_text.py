"""An article as somebody saved it from a site, as plain text: `read` takes the article out of the furniture around it.

The lines are first sorted by what each is by itself (`article_lines`), then by where they stand: the head up to the
first paragraph, the body up to the notice, the tags or a heading of other articles, and the foot. docs/formats.md
describes what is kept and dropped. What the text does not say stays empty.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest

from sources.documents import article_lines
from sources.documents.article_lines import Kind, is_name, kind_of, weight
from sources.documents.article_tags import split_tags
from sources.documents.errors import DocumentError
from sources.documents.folding import collapse, fold
from sources.documents.records import ArticleDocument

# In words: a headline has at least MIN_HEADLINE; a line with more than MAX_LABEL is no label, menu or section.
MIN_HEADLINE = 3
MAX_LABEL = 4
MENU = 3


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    block: int  # lines without an empty line between them are of one block
    text: str
    kind: Kind


@dataclass(slots=True)
class _Found:
    """What has been found so far."""

    authors: list[str] = field(default_factory=list)
    reporters: list[str] = field(default_factory=list)
    biographies: list[str] = field(default_factory=list)
    contributors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    tags_line: str = ""
    updated: str = ""
    published_on: dt.date | None = None
    copyright: str = ""
    caption: str = ""
    credit: str = ""
    body: list[str] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)

    def take(self, line: Line) -> bool:
        """Keep what `line` says of the article, and tell whether it said something."""
        match line.kind:
            case Kind.BYLINE:
                self.authors += (people := article_lines.byline_of(line.text) or ())
                return bool(people)
            case Kind.CONTRIBUTION:
                self.contributors += article_lines.contributors_of(line.text)
            case Kind.REPORTING:
                self.reporters += article_lines.reporters_of(line.text)
            case Kind.UPDATED:
                self.updated = self.updated or article_lines.updated_at(line.text)
            case Kind.DATE:
                self.published_on = self.published_on or article_lines.date_of(line.text)
            case Kind.TAGS:
                tags, rest = article_lines.tags_of(line.text) or ((), "")
                self.tags += tags
                self.tags_line = self.tags_line or rest
            case _:
                return False
        return True


def read(text: str) -> ArticleDocument:
    """The article in `text`.

    `furniture` of the result holds the dropped lines that are the site's own, the article's notice among them; what
    stands in lists of other articles is dropped without trace. Raises DocumentError where there is no article.
    """
    lines = _lines(text)
    headline = _headline(lines)
    start = _body_start(lines, headline)
    end = _body_end(lines, start)
    found = _Found()
    section = _read_head(lines[:start], headline, found)
    _read_body(lines[start:end], found)
    _read_foot(lines[end:], found)
    return _document(lines[headline].text, section, found)


def looks_like(text: str) -> bool:
    """Whether `text` is an article: a headline, several paragraphs and a sign of the press.

    It rather says no: a text with the marks of Markdown, of code or of a licence is none.
    """
    if _NOT_AN_ARTICLE.search(text) or _LICENCE.search(text):
        return False
    try:
        article = read(text)
    except DocumentError:
        return False
    paragraphs = [paragraph for paragraph in article.body.split("\n\n") if article_lines.is_prose(paragraph)]
    says = article.authors or article.contributors or article.updated or article.published_on or article.tags
    is_signed = says or article.tags_line or any(map(_DATELINE.match, paragraphs[:1]))
    has_notice = article.copyright and (len(article.furniture) > 1 or _RESERVED.search(article.furniture[-1]))
    wanted = 2 if is_signed and has_notice else 3
    return len(paragraphs) >= wanted and bool(is_signed or has_notice)


_NOT_AN_ARTICLE = re.compile(
    r"^(?:#{1,6}\s|```|~~~|={4,}$|-{4,}$|\.\. \w|[{}<](?!\{?[a-z][a-z0-9_:-]{1,30}\})|[ \t]*[-*+]\s\[[ x]\]"
    r"|[ \t]*(?:def|class|import|from|return|function|var|const)\s\S.*[:;({]$)|[\x00-\x08\x0e-\x1f]",
    re.MULTILINE,
)
_LICENCE = re.compile(
    r"(?i:without (?:any )?warranty|redistribution and use|permission (?:is hereby granted|to use, copy))"
    r"|[\"“]AS IS[\"”]"
    r"|(?i:(?:licen[cs]ed|released|distributed) under .{0,60}\blicen[cs]e|^licen[cs]e:|(?:©|copyright) .*@)",
    re.MULTILINE,
)
_DATELINE = re.compile(r"[A-Z][A-Z .,’'-]{2,40}(?:,\s[^()—–-]{2,30})?\s*(?:\([^)]{2,40}\)\s*)?[—–-]|新华社.{1,20}电")
_RESERVED = re.compile(r"rights reserved|版权所有", re.IGNORECASE)


# --- Lines ------------------------------------------------------------------------------------------------

_AD_MARKER = re.compile(r"\{\{?[a-z][a-z0-9_:-]{1,30}\}?\}")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff]")
_LABEL = re.compile(
    r"(?:by|written by|photo|photo by|credit|image (?:source|caption),|published|posted|updated)\s*[:：]?",
    re.IGNORECASE,
)
_TAGS_LABEL = re.compile(r"(?:tags|(?:related )?topics|标签)\s*[:：]?", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|•·]\s+|\s+[-–]\s+(?=\d)|\s+(?=来源[:：])")
_PART_KINDS = (Kind.BYLINE, Kind.DATE, Kind.UPDATED)


def _lines(text: str) -> list[Line]:
    """The lines of `text` that say something, with their kinds."""
    if "\x00" in text or not _is_encodable(text):
        raise DocumentError("This is not text. Save the article as plain text in UTF-8.")
    lines: list[Line] = []
    block = 0
    in_tags = False  # in a list of tags with one on each line
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        cleaned = collapse(_AD_MARKER.sub(" ", _INVISIBLE.sub("", raw)))
        last = lines[-1] if lines and lines[-1].block == block else None
        if not cleaned:
            block += 1 if last else 0
        elif last and _LABEL.fullmatch(last.text):
            lines[-1] = _line(last.number, block, f"{last.text} {cleaned}")
        elif last and _TAGS_LABEL.fullmatch(last.text):
            in_tags = True
            lines[-1] = _line(last.number, block, f"Tags: {cleaned}")
        elif last and in_tags and last.kind is Kind.TAGS and kind_of(cleaned) is Kind.OTHER:
            lines[-1] = _line(last.number, block, f"{last.text}, {cleaned}")
        else:
            in_tags = False
            lines += [_line(number, block, part) for part in _parts(cleaned)]
    if not lines:
        raise DocumentError("The text is empty.")
    return _with_captions(lines)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _line(number: int, block: int, text: str) -> Line:
    return Line(number, block, text, kind_of(text))


def _parts(text: str) -> list[str]:
    """ "NPR | By Ann Example | May 3, 2019" as its parts; any other line whole."""
    parts = [part for part in _PARTS.split(text) if part] if len(text) <= 300 else []
    return parts if any(kind_of(part) in _PART_KINDS for part in parts) else [text]


def _with_captions(lines: list[Line]) -> list[Line]:
    """`lines` with the captions and credits of pictures marked.

    A caption is a sentence with its credit right below it: in a block of the two, where the credit may be no more
    than a name, or as the first paragraph of all with a credit that says that it is one, which may end it as well.
    """
    marked = _with_credits_apart(lines)
    first = _first(marked, Kind.PROSE)
    shown = [at for at, line in enumerate(marked) if line.kind not in (Kind.FURNITURE, Kind.APPEAL)]
    sizes = Counter(marked[at].block for at in shown)
    for at, below in pairwise(shown):
        line, credit = marked[at], marked[below]
        is_pair = credit.block == line.block and sizes[line.block] == 2
        is_credit = credit.kind is Kind.CREDIT or (is_pair and credit.kind is Kind.OTHER and is_name(credit.text))
        if is_credit and ((is_pair and article_lines.is_sentence(line.text)) or at == first):
            marked[at], marked[below] = replace(line, kind=Kind.CAPTION), replace(credit, kind=Kind.CREDIT)
    return marked


def _with_credits_apart(lines: list[Line]) -> list[Line]:
    """`lines` with the credit at the end of a caption above the first paragraph on a line of its own."""
    apart: list[Line] = []
    for at, line in enumerate(lines):
        caption, credit = article_lines.split_credit(line.text)
        if credit and line.kind in (Kind.PROSE, Kind.OTHER):
            apart += [replace(line, text=caption, kind=Kind.CAPTION), replace(line, text=credit, kind=Kind.CREDIT)]
        elif line.kind is Kind.PROSE:
            return apart + lines[at:]
        else:
            apart.append(line)
    return apart


# --- Where the parts begin --------------------------------------------------------------------------------


def _headline(lines: Sequence[Line]) -> int:
    """The index of the headline.

    It is the first line with enough words in the last group of unmarked lines before the byline, else before the
    first picture or paragraph.
    """
    prose = _first(lines, Kind.PROSE)
    if prose is None:
        raise DocumentError("No article: there is no paragraph of text. Save the page with its text.")
    bounds = [_first(lines[:prose], Kind.BYLINE), _first(lines[:prose], Kind.CAPTION, Kind.CREDIT), prose]
    for bound in bounds:
        if bound is not None and (found := _last_headline(lines[:bound])) is not None:
            return found
    raise DocumentError(
        "No headline before the first paragraph. Put the headline on a line of its own above the text.",
        lines[prose].number,
    )


def _first(lines: Sequence[Line], *kinds: Kind) -> int | None:
    return next((at for at, line in enumerate(lines) if line.kind in kinds), None)


def _last_headline(lines: Sequence[Line]) -> int | None:
    """The index of the first line of the last group that is too long for a label, else of its longest.

    A menu, which is three labels one below the other, ends a group as a marked line does.
    """
    best: int | None = None
    most = in_group = labels = 0  # the words of the best line, and of the group's; the labels in a row
    for at, line in enumerate(lines):
        words = weight(line.text)
        is_below_label = labels and lines[at - 1].block == line.block
        labels = (labels + 1 if is_below_label else 1) if line.kind is Kind.OTHER and words <= MAX_LABEL else 0
        if line.kind is not Kind.OTHER or labels >= MENU:
            in_group = 0
        elif in_group <= MAX_LABEL and words > in_group:
            in_group = words
            if words > MAX_LABEL or MIN_HEADLINE <= words >= most:
                best, most = at, words
    return best


def _body_start(lines: Sequence[Line], headline: int) -> int:
    """The index of the first paragraph."""
    for at in range(headline + 1, len(lines)):
        if lines[at].kind is Kind.PROSE:
            return at
    raise DocumentError("No article: there is no text below the headline.", lines[headline].number)


def _body_end(lines: Sequence[Line], start: int) -> int:
    """The index behind the last paragraph: the notice, the tags or other articles end it, and appeals before them."""
    ends = (Kind.NOTICE, Kind.TAGS, Kind.END)
    end = next((at for at in range(start, len(lines)) if lines[at].kind in ends), len(lines))
    while end > start + 1 and _is_of_the_foot(lines, start, end - 1):
        end -= 1
    return end


def _is_of_the_foot(lines: Sequence[Line], start: int, last: int) -> bool:
    """Whether the last line of the body is an appeal, or the biography of somebody whom the text does not name."""
    line = lines[last]
    if line.kind is Kind.PROSE:
        name = article_lines.biography_of(line.text)
        return bool(name) and not any(name in other.text for other in lines[start:last])
    return line.kind in (Kind.APPEAL, Kind.FURNITURE, Kind.UPDATED, Kind.CONTRIBUTION, Kind.REPORTING)


# --- Head, body, foot -------------------------------------------------------------------------------------


def _read_head(lines: Sequence[Line], headline: int, found: _Found) -> str:
    """Take what stands above the body, and return the section."""
    kicker = _kicker(lines, headline)
    for at, line in enumerate(lines):
        if at in (headline, kicker) or _take_picture(line, found):
            continue
        # A bare date above the headline is the day on which the page was saved.
        is_stated = line.kind is not Kind.DATE or at > headline or article_lines.is_published_label(line.text)
        if is_stated and found.take(line):
            continue
        # A longer line under the headline leads to the body.
        is_lead = at > headline and line.kind is Kind.OTHER and weight(line.text) > MAX_LABEL
        (found.body if is_lead else found.furniture).append(line.text)
    return lines[kicker].text if kicker is not None else ""


def _kicker(lines: Sequence[Line], headline: int) -> int | None:
    """The index of the section's name: a short line right above the headline that is not one of a menu."""
    at = headline - 1
    if at < 0 or lines[at].kind is not Kind.OTHER or weight(lines[at].text) > MAX_LABEL:
        return None
    above = lines[at - 1] if at else None
    is_in_menu = above and above.kind is Kind.OTHER and above.block == lines[at].block
    return None if is_in_menu else at


def _take_picture(line: Line, found: _Found) -> bool:
    """Keep the caption and credit of the first picture; further ones are dropped."""
    if line.kind is Kind.CAPTION:
        found.caption = found.caption or article_lines.caption_of(line.text) or line.text
    elif line.kind is Kind.CREDIT:
        found.credit = found.credit or article_lines.credit_of(line.text) or line.text
    return line.kind in (Kind.CAPTION, Kind.CREDIT)


def _read_body(lines: Sequence[Line], found: _Found) -> None:
    """Take the paragraphs, and the first picture if there was none above them."""
    has_picture = bool(found.caption or found.credit)
    box: int | None = None  # the block in which other articles are named
    for line, below in zip_longest(lines, lines[1:]):
        if line.kind is Kind.BOX:
            box = line.block if below and below.block == line.block else line.block + 1
        elif line.kind is Kind.FURNITURE:
            found.furniture.append(line.text)
        elif line.kind in (Kind.CAPTION, Kind.CREDIT):
            if not has_picture:
                _take_picture(line, found)
        elif line.block == box and line.kind in (Kind.OTHER, Kind.DATE):
            continue
        elif line.kind in (Kind.BYLINE, Kind.DATE) or not found.take(line):
            found.body.append(line.text)
            box = None


def _read_foot(lines: Sequence[Line], found: _Found) -> None:
    in_list = False  # of other articles
    for line in lines:
        if line.kind in (Kind.END, Kind.BOX, Kind.FURNITURE, Kind.NOTICE):
            in_list = line.kind in (Kind.END, Kind.BOX)
            found.furniture.append(line.text)
            if line.kind is Kind.NOTICE:
                found.copyright = found.copyright or article_lines.copyright_of(line.text)
        elif in_list or line.kind in (Kind.CAPTION, Kind.CREDIT) or (line.kind is not Kind.DATE and found.take(line)):
            continue
        elif name := article_lines.biography_of(line.text):
            found.biographies.append(name)
        else:
            found.furniture.append(line.text)


# --- The document -----------------------------------------------------------------------------------------


def _document(title: str, section: str, found: _Found) -> ArticleDocument:
    furniture = found.furniture
    # A line above the headline that also stands in the notices is the site's name.
    if section and any(fold(section) in fold(line) for line in furniture if article_lines.copyright_of(line)):
        furniture, section = [*furniture, section], ""
    authors = tuple(dict.fromkeys(found.authors or found.reporters or found.biographies))
    others = (name for name in [*found.contributors, *found.reporters] if name not in authors)
    tags, tags_line = found.tags, found.tags_line
    if tags_line and (split := split_tags(tags_line, [title, found.caption, *found.body])):
        tags, tags_line = [*tags, *split], ""
    return ArticleDocument(
        title=title,
        section=section,
        authors=authors,
        contributors=tuple(dict.fromkeys(others)),
        published_on=found.published_on,
        updated=found.updated,
        tags=tuple(dict.fromkeys(tags)),
        tags_line=tags_line,
        caption=found.caption,
        credit=found.credit,
        copyright=found.copyright,
        body="\n\n".join(map(to_markdown, found.body)),
        furniture=tuple(dict.fromkeys(furniture)),
    )


def to_markdown(text: str) -> str:
    """A paragraph of plain text as Markdown that shows the same."""
    text = re.sub(r"([\\`*]|(?<!\w)_|_(?!\w))", r"\\\1", text).replace("<", "&lt;")
    return re.sub(r"^(?=#|>|[+-] )|(?<=^\d)(?=\. )", r"\\", text)
