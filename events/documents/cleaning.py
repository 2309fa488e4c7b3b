"""What wikis and their converters leave in headlines, summaries and names → the words that a reader should see.

Cleaned are `''emphasis''`, templates, `-{zh-hans:…;zh-hant:…}-`, links and addresses in brackets (also those whose "/"
became "-"), `date=…` and other rests of templates, HTML tags and entities, rests of pages as browsers show them, and
UTF-8 that was read as Latin-1 or Windows-1252. Text without such marks comes back as it is, and cleaning twice is the
same as once. Nothing here makes HTML safe: that is done where it is shown.

Not repaired: text of which only a part was read in the wrong encoding, or a single pair of characters that may also
be meant ("CAFÉ…"); characters that were lost (�); words that a lost template left out ("at a depth of .").
"""

import html
import re
from collections.abc import Callable, Iterator
from functools import partial

from msgspec.structs import replace

from events.documents.names import unique_names
from events.documents.records import CitationDocument, EventDocument, ImageDocument, RelatedDocument
from events.documents.wikimarkup import SHOWN_LAST, SIGNS, SILENT, without_emphasis
from sources.documents.folding import collapse
from sources.documents.urls import is_web_address

MAX_ROUNDS = 8  # marks inside marks; what is nested deeper was not written by a person, and stays as it is


def clean(text: str, language: str) -> str:
    """A line of words without wiki leftovers. `language` is the edition's; "zh" chooses simplified characters."""
    return _settle(text, partial(_clean_words, language=language)) if _has_signs(text) else text


def clean_summary(text: str, language: str) -> str:
    """The same for Markdown: its code, its links and [[wiki links]] stay, and so do its lines."""
    if not _has_signs(text):
        return text
    return _settle(text, partial(_clean_markdown, language=language))


def clean_document(document: EventDocument) -> EventDocument:
    """The event with clean text. Addresses that left its headline are cited, so that no source is lost.

    A label that is nothing but years stood in the parentheses behind a name ("War in Afghanistan (2001–2021)"), where a
    converter looks for sources; it cites nobody.
    """
    cited = [citation for citation in document.citations if not _is_years(citation)]
    has_years = len(cited) < len(document.citations)
    if not has_years and not _has_signs("\n".join(_texts(document))):
        return document
    words = partial(clean, language=document.language)
    headline = words(document.headline) or document.headline
    citations = (*(_citation(citation, words) for citation in cited), *_lost(document, headline))
    return replace(
        document,
        category=words(document.category),
        topics=_names(document.topics, words),
        headline=headline,
        summary=clean_summary(document.summary, document.language),
        image=_image(document.image, words) if document.image else None,
        tags=_names(document.tags, words),
        citations=citations,
        related=tuple(_link(link, words) for link in document.related),
        tag_lines=tuple(map(words, document.tag_lines)),
        is_unsourced=not citations
        if has_years
        else document.is_unsourced and len(citations) == len(document.citations),
    )


# --- The parts of a document --------------------------------------------------------------------------------------

_Clean = Callable[[str], str]


def _texts(document: EventDocument) -> Iterator[str]:
    """All text of the document that is cleaned."""
    yield from (document.headline, document.summary, document.category)
    yield from (*document.topics, *document.tags, *document.tag_lines)
    for citation in document.citations:
        yield from (citation.label, citation.title)
    for link in document.related:
        yield from (link.headline, link.context_line, *link.context)
    if document.image:
        yield from (document.image.caption, document.image.credit)


def _names(names: tuple[str, ...], words: _Clean) -> tuple[str, ...]:
    cleaned = tuple(map(words, names))
    return names if cleaned == names else unique_names(cleaned)


def _image(image: ImageDocument, words: _Clean) -> ImageDocument:
    return replace(image, caption=words(image.caption), credit=words(image.credit))


def _citation(citation: CitationDocument, words: _Clean) -> CitationDocument:
    return replace(citation, label=words(citation.label), title=words(citation.title))


def _is_years(citation: CitationDocument) -> bool:
    label = citation.label
    return label[:1].isdigit() and bool(_YEARS.fullmatch(label)) and citation == CitationDocument(label=label)


def _link(link: RelatedDocument, words: _Clean) -> RelatedDocument:
    return replace(
        link,
        headline=words(link.headline),
        context=_names(link.context, words),
        context_line=words(link.context_line),
    )


def _lost(document: EventDocument, headline: str) -> tuple[CitationDocument, ...]:
    if headline == document.headline:
        return ()
    cited = {citation.url for citation in document.citations}
    lost = dict.fromkeys(url for url in _WEB_ADDRESS.findall(document.headline) if url not in headline)
    return tuple(CitationDocument(url=url) for url in lost if url not in cited and is_web_address(url))


# --- One text -----------------------------------------------------------------------------------------------------

_FOREIGN = (
    "ar|bg|ca|cs|cy|da|de|el|es|eu|fa|fi|fr|gl|hr|hu|hy|ja|ka|ko|lt|lv|mk|nl|pl|pt|ro|ru|sk|sl|sq|sr|sv|th|tr|uk|vi|zh"
)
_ADDRESS = r"https?:(?://|--)"
_WEB_ADDRESS = re.compile(r"https?://[^\s\[\]<>\"|]+")
# Whatever any rule below begins with; looked for by what is quickest, because nearly all texts have none of it.
_SIGN = re.compile("[{}\\[\\]|<&\u200b\u2060\ufeff]")
_SIGNS = ("http", "''", "\"'", "date=", "date =", "zh:", "ja:", "ko:")
_MISREAD = re.compile("[\xc2-\xf4][\x80-\xbf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_YEARS = re.compile(r"[12]\d{3}(?:\s?[-–—]\s?(?:\d{2}|\d{4}|present|ongoing))?")
_CSS = re.compile(r"\.mw-parser-output[^{}]{0,200}\{[^{}]{0,1000}\}")
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->|<!--|-->")
_FOOTNOTE = re.compile(r"<ref\b[^<>]*>[^<>]*</ref>|<ref\b[^<>]*/?>")
_TAG = re.compile(
    r"</?(?:sub|sup|small|big|b|i|u|s|em|strong|span|font|center|nowiki|p|div|tt|code|del|ins|abbr|bdi|ref"
    r"|noinclude|includeonly|onlyinclude)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|hr)\s*/?>", re.IGNORECASE)
_MISSING = re.compile(r"\[\s*newslink missing\s*\]|<<\s*newslink missing\s*>>", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_FILE = re.compile(r"^(?:(?:thumb|frame|left|right|center|upright|\d{1,4}px)\|){2,}(?:(.{5,80})(?=\1))?")
_EDITION_MARK = re.compile(rf"(?<=[\w.]) \[(?:{_FOREIGN})\]")  # {{ill}} shows "Name [fr]"
_EDITION = re.compile(r"^:?(?:zh|ja|ko):(?=[\u3040-\u9fff\uac00-\ud7af])")  # a link to another Wikipedia


def _has_signs(text: str) -> bool:
    if _SIGN.search(text) or any(sign in text for sign in _SIGNS):
        return True
    return not text.isascii() and _MISREAD.search(text) is not None


def _settle(text: str, once: _Clean) -> str:
    cleaned = text
    for _ in range(MAX_ROUNDS):
        before, cleaned = cleaned, once(cleaned)
        if cleaned == before:
            return cleaned
    return text


def _clean_words(text: str, language: str) -> str:
    collapsed = collapse(text)
    cleaned = _clean_marks(collapsed, language)
    cleaned = _INTERNAL_LINK.sub(r"\1", cleaned)
    cleaned = _without_addresses(cleaned)
    cleaned = _FILE.sub("", _EDITION.sub("", _EDITION_MARK.sub("", cleaned)))
    cleaned = _ENTITY.sub(_character, _AMPERSAND.sub("&", cleaned))
    cleaned = _without_stray_brackets(cleaned)
    return text if cleaned == collapsed else _tidy(collapse(cleaned))


_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_CODE = re.compile(r" {4}|\t")
_KEPT = re.compile(
    r"(`+[^`]*`+|\[\[[^\[\]]*\]\]|<https?://[^<>\s]*>"
    r"|\[[^\[\]]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: \"[^\"]*\")?\))"
)


def _clean_markdown(text: str, language: str) -> str:
    lines = text.split("\n")
    is_code = False
    for at, line in enumerate(lines):
        if _FENCE.match(line):
            is_code = not is_code
        elif not is_code and not _CODE.match(line):
            lines[at] = _clean_line(line, language)
    return "\n".join(lines)


def _clean_line(line: str, language: str) -> str:
    pieces = _KEPT.split(line)
    for at in range(0, len(pieces), 2):
        piece = _MANGLED.sub(_label, _clean_marks(pieces[at], language))
        pieces[at] = _ENTITY.sub(_plain_character, _AMPERSAND.sub("&", piece))
    cleaned = "".join(pieces)
    if cleaned == line:
        return line
    indent, end = len(line) - len(line.lstrip()), len(line.rstrip())
    return line[:indent] + _BLANKS.sub(" ", cleaned.strip()) + line[max(indent, end) :]


def _clean_marks(text: str, language: str) -> str:
    """What is a leftover wherever it stands."""
    text = _as_utf8(_INVISIBLE.sub("", text))
    text = _VARIANTS.sub(lambda found: _choose(found[1], language), text)
    text = _CSS.sub("", text)
    text = _BREAK.sub(" ", _TAG.sub("", _FOOTNOTE.sub("", _COMMENT.sub("", _MISSING.sub("", text)))))
    text = _TEMPLATE.sub(_shown, text)
    for rest in _RESTS:
        text = rest.sub("", text)
    return _without_emphasis(text)


# --- -{zh-hans:…;zh-hant:…}- --------------------------------------------------------------------------------------

_VARIANTS = re.compile(r"-\{([^{}]*)\}-")
_VARIANT = re.compile(r"\s*(zh(?:-[a-z]{2,4})?)\s*:\s*(?:zh-[a-z]{2,4}\s*:\s*)?(.*)", re.DOTALL)
_SIMPLIFIED = ("zh-hans", "zh-cn", "zh-sg", "zh-my", "zh")
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "zh")


def _choose(rule: str, language: str) -> str:
    """What MediaWiki's language converter shows of a rule; a rule for the rest of its page shows nothing."""
    flags, has_flags, body = rule.rpartition("|")
    if has_flags and {"H", "T", "-"} & {flag.strip() for flag in flags.split(";")}:
        return ""
    variants: dict[str, str] = {}
    last = ""
    for item in body.split(";"):
        if found := _VARIANT.fullmatch(item.rpartition("=>")[2]):
            last = found[1]
            variants[last] = found[2].strip()
        elif last and item.strip():
            variants[last] += f";{item}"  # the words hold a semicolon themselves
    if not variants:
        return body
    wanted = _TRADITIONAL if language in _TRADITIONAL[:-1] else _SIMPLIFIED
    first = next(iter(variants))
    return variants[next((code for code in (language, *wanted) if code != "zh" and code in variants), first)]


# --- {{templates}} and their rests --------------------------------------------------------------------------------

_TEMPLATE = re.compile(r"\{\{([^{}|]*)((?:\|[^{}]*)?)\}\}")
_NAMED = re.compile(r"\s*(?!\d+\s*=)[\w -]+=")
_NUMBERED = re.compile(r"\s*\d+\s*=")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_STRAY_DATE = (
    r"(?<![A-Za-z0-9_-])date ?= ?(?:\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?"
    r"|(?:[一二三四五六七八九十]{1,3}|\d{1,2})月 ?\d{4}年?"
    rf"|\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?|(?:\d{{1,2}} )?(?:{_MONTH}) \d{{4}})"
)
_RESTS = (
    # Of a template whose beginning was cut off: "link|date=… |bot=… }}".
    re.compile(r"(?:\b(?:dead )?link\s{0,3})?(?:\|[\w -]{1,30}=[^{}|\[\]]{0,80}){1,6}\}\}"),
    re.compile(rf"\|?\s{{0,3}}{_STRAY_DATE}|\|\s{{0,3}}date\s{{0,3}}=|(?<=\])yes(?![a-z])"),
    re.compile(r"\{\{[\w -]{0,30}(?:\||$)|\{\{|\}\}"),  # nobody closed or opened it
)


def _shown(template: re.Match[str]) -> str:
    name = collapse(template[1].replace("_", " ")).lower()
    values = [value for value in template[2].split("|")[1:] if not _NAMED.match(value)]
    if name in SILENT:
        return ""
    if name in SIGNS:
        return SIGNS[name]
    if not values:
        return "" if template[2] else template[1].strip()  # {{USA}} shows a name
    return _NUMBERED.sub("", values[-1 if name in SHOWN_LAST else 0], count=1).strip()


# --- Links and addresses ------------------------------------------------------------------------------------------

_INTERNAL_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]?")
_MANGLED = re.compile(r"\[\s{0,9}https?:--[^\s\[\]]*+\s*+([^\[\]]*+)\]?")
_EXTERNAL = re.compile(rf"\[\s{{0,9}}(?:url=)?{_ADDRESS}[^\s\[\]]*+\s*+([^\[\]]*+)\]?")
_PARAMETER = re.compile(rf"\burl={_ADDRESS}\S*")
_ENDS = (".", "!", "?", "。", "！", "？", "]", ")", "）")
_GLUED = re.compile(
    rf"(?<=[\w.,!?\"”’)。！？」]){_ADDRESS}[^\s\[\]]*|(?<=[.!?\"”’)。！？」]) {_ADDRESS}[^\s\[\]]*(?= \(|$)"
)


def _without_addresses(text: str) -> str:
    """Addresses are citations: in brackets, of which the words stay, or pasted behind a sentence.

    An address inside a sentence ("See https://…") is part of it.
    """
    return _GLUED.sub("", _PARAMETER.sub("", _EXTERNAL.sub(_label, text)))


def _label(link: re.Match[str]) -> str:
    """The words of a link; in parentheses where it stands behind a sentence or another link, as a citation does."""
    words = link[1].strip()
    if not words or not link.string[max(link.start() - 2, 0) : link.start()].rstrip().endswith(_ENDS):
        return link[1]
    return f" {words} " if words.startswith(("(", "（")) else f" ({words}) "


def _without_stray_brackets(text: str) -> str:
    text = re.sub(r"\[ ?\]|\[\[|\]\]|[\[|] ?$", "", text)
    if "[" in text and "]" in text:
        return text
    return re.sub(r"[\[\]]", "", re.sub(r"(?<=[\w.])[\[\]](?=\w)", " ", text))


# --- Emphasis, entities, encoding ---------------------------------------------------------------------------------

_INCHES = re.compile(r"(\d'\s?\d{1,3}(?:[.,]\d{1,3})?)''(?!')")
_BOLD = re.compile(r"\"'([^\"'\n]{1,200})\"'")  # a converter took the first two of ''' for a quote
_RUN = re.compile("'{2,}")


def _without_emphasis(text: str) -> str:
    text = _BOLD.sub(r"\1", _INCHES.sub(r'\1"', text))
    runs = _RUN.findall(text)
    return text.replace("''", '"') if runs == ["''"] else without_emphasis(text) if runs else text


_AMPERSAND = re.compile(r"&(?:amp;)+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});(?=(.?))", re.DOTALL)
_PLAIN = frozenset("&'\",!?%$@;/")  # of ASCII, besides letters and digits, what means nothing to Markdown


def _character(entity: re.Match[str]) -> str:
    """The character of an entity, unless a tag would begin with it, or it is none that text can hold."""
    character = html.unescape(entity[0])
    if character.isspace():
        return " "
    if character in "\u200b\u2060\ufeff\xad":
        return ""
    if character == "<" and not (entity[1].isspace() or entity[1].isdigit()):
        return entity[0]
    return character if character.isprintable() and character != "�" else entity[0]


def _plain_character(entity: re.Match[str]) -> str:
    """The same in Markdown, unless the character could be one of its marks."""
    character = _character(entity)
    is_mark = character.isascii() and not character.isalnum() and character not in _PLAIN and not character.isspace()
    return entity[0] if is_mark else character


_TWICE = re.compile(r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_PUNCTUATION = frozenset("…–—‘’‚“”„«»·")  # what may stand behind a capital letter


def _as_utf8(text: str) -> str:
    """`text` read as UTF-8, if all of it was UTF-8 that somebody took for Latin-1 or Windows-1252.

    One pair of characters alone proves that only where it cannot be meant: "Ã©", but not "É…".
    """
    if text.isascii():
        return text
    try:
        data = b"".join(_byte(character) for character in text)
        repaired = data.decode()
    except UnicodeError:
        return text
    pairs = [text[slice(*found.span())] for found in _TWICE.finditer(data.decode("latin-1"))]
    proofs = [pair for pair in pairs if len(pair) > 2 or pair[1] not in _PUNCTUATION]
    is_sure = len(proofs) > 1 or any(len(pair) > 2 or pair[0] in "ÂÃ" for pair in proofs)
    return repaired if is_sure and repaired.isprintable() else text


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


# --- Tidying up ---------------------------------------------------------------------------------------------------

_BLANKS = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_EMPTY = re.compile(r"\( ?\)|（ ?）|《 ?》|「 ?」|“ ?”")
_BEFORE_STOP = re.compile(r" (?=[，。、；：！？,）》」)])")


def _tidy(text: str) -> str:
    """Without the blanks, stops and empty parentheses that are left of what was taken out."""
    text = collapse(_BEFORE_STOP.sub("", _EMPTY.sub("", text)))
    return re.sub(r"(?<!\.)\. ?\.$", ".", text.lstrip(" ,;|").rstrip(" ,;|/"))
