"""One line of wikitext → the words that a reader of it would see, the names it links to, and what it cites."""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from urllib.parse import unquote, urlsplit

import mwparserfromhell
from msgspec import Struct
from mwparserfromhell.nodes import Argument, ExternalLink, Heading, HTMLEntity, Tag, Template, Text, Wikilink
from mwparserfromhell.nodes.extras import Parameter
from mwparserfromhell.parser import ParserError
from mwparserfromhell.wikicode import Wikicode

from events.documents.dates import find_date
from events.documents.records import CitationDocument
from sources.documents import DocumentError
from sources.documents.folding import collapse
from sources.documents.names import name_fault, unique_names
from sources.documents.urls import is_web_address

MAX_NESTING = 20  # the parser takes minutes over thousands of brackets that nobody closed; real lines have five


class Words(Struct, frozen=True):
    """What a line says.

    `text` is clean of markup and citations, `names` are the targets of its links in order. `is_only_links` says that
    no word stands outside the links, as in a bullet that names a running story.
    """

    text: str
    names: tuple[str, ...] = ()
    citations: tuple[CitationDocument, ...] = ()
    is_only_links: bool = False


@lru_cache(maxsize=2**12)  # a page's next revision repeats nearly all of its lines
def read_line(line: str) -> Words:
    """What a line says, whatever is wrong with its markup."""
    line = _mend(line)
    reader = _Reader()
    if code := _parse(line):
        reader.walk(code)
    else:
        reader.pieces.append(_Piece(line))  # the words are still there
    return reader.result()


def _parse(line: str) -> Wikicode | None:
    """The nodes of a line; None if it is beyond the parser."""
    if _nesting(line) > MAX_NESTING:
        return None
    try:
        return mwparserfromhell.parse(line, skip_style_tags=True)
    except ParserError:  # its own bookkeeping failed
        return None


# --- Mistyped markup ----------------------------------------------------------------------------------------------

_URL = r"(?:https?:)?//"
_MENDS = (
    (re.compile(r"\[#cite_note\S* \[\d*\]\]"), ""),  # a footnote's mark, pasted from a page as readers see it
    (re.compile(rf"\[({_URL}[^\s\[\]]*) \[\d+\]\]"), r"[\1]"),  # the same, with the footnote's address
    (re.compile(rf"\[\[({_URL}[^\[\]]*)\]\]"), r"[\1]"),  # an address in the brackets of a page's name
    (re.compile(rf"\[({_URL}[^\s\[\]]* \([^()\[\]]*\))(?=[^\[\]]*(?:$|\[))"), r"[\1]"),  # nobody closed its bracket
    (re.compile(rf"\[({_URL}[^\[\]]*)(?=$|\[(?!\[))"), r"[\1]"),  # the same, without a label in parentheses
    (re.compile(r"\[\[([^\[\]]+)\](?!\])"), r"[[\1]]"),  # a name with one closing bracket instead of two
)
_LOCAL = re.compile(r"\[/w/index\.php\?title=(?P<title>[^&\s\[\]]+)(?:&[^\s\[\]]*)? (?P<shown>[^\[\]]*)\]")
_OPENING_OR_CLOSING = re.compile(r"(\[|\{\{|<(?![bh]r\b)\w)|\]|\}\}|</|/>")


def _nesting(line: str) -> int:
    """How many brackets, templates and tags are open at the most at once."""
    steps = (1 if found[1] else -1 for found in _OPENING_OR_CLOSING.finditer(line))
    return max(accumulate(steps, lambda depth, step: max(depth + step, 0)), default=0)


def _mend(line: str) -> str:
    line = _LOCAL.sub(lambda link: f"[[{unquote(link['title'])}|{link['shown']}]]", line)  # a link to a missing page
    for pattern, mended in _MENDS:
        line = pattern.sub(mended, line)
    return line


# --- The parts of a line ------------------------------------------------------------------------------------------

_CITING = re.compile(r"(?:cite |citation$|vcite )")
_PUBLISHERS = ("work", "newspaper", "website", "magazine", "journal", "publisher", "agency")
SILENT = frozenset(
    "citation needed;cn;fact;flagicon;flag icon;dead link;dn;disambiguation needed;clarify;by whom;who;when;update;"
    "better source;better source needed;webarchive;portal;main;see also;efn;refn;reflist;unreliable source?".split(";")
)
SIGNS = {"ndash": "–", "snd": " – ", "spaced ndash": " – ", "mdash": "—", "nbsp": " ", "'": "'", "'s": "'s", "-": ""}
SHOWN_LAST = frozenset({"lang", "transl", "transliteration"})
_LINKING = frozenset({"ill", "interlanguage link", "illm", "link-interwiki"})
_HIDDEN_TAGS = frozenset({"references", "gallery", "style", "script", "timeline", "math", "imagemap"})
_FILES = frozenset({"file", "image", "media", "category"})
_NAMESPACES = _FILES | frozenset(
    "wikipedia wp project portal template help special user talk draft module mediawiki book timedtext meta commons "
    "wiktionary wikt wikinews wikisource wikiquote wikibooks wikidata wikispecies species wikimedia foundation".split()
)
_MISSING = " (page does not exist)"  # what a pasted link to a missing page has behind its title
_INTERWIKI = re.compile(r"[a-z]{1,3}(?:-[a-z]+)*:\S")
_WIKIS = ("wikipedia.org", "wikimedia.org", "wiktionary.org", "wikidata.org", "mediawiki.org")  # not Wikinews


class _Piece(Struct, frozen=True):
    """Words in a row of a line; or a link's; or what is surely a citation; or an address with its label as words."""

    text: str = ""
    is_link: bool = False
    citation: CitationDocument | None = None
    url: str = ""


class _Reader:
    """Walks the nodes of a line and gathers its pieces and names."""

    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self.names: list[str] = []

    def walk(self, code: Wikicode | None) -> None:
        for node in code.nodes if code else ():
            if isinstance(node, Text):
                self._say(str(node))
            elif isinstance(node, HTMLEntity):
                self._say(html.unescape(str(node)))
            elif isinstance(node, Wikilink):
                self._wikilink(node)
            elif isinstance(node, ExternalLink):
                self._external(node)
            elif isinstance(node, Template):
                self._template(node)
            elif isinstance(node, Tag):
                self._tag(node)
            elif isinstance(node, Heading):
                self.walk(node.title)
            elif isinstance(node, Argument):
                self.walk(node.default)

    def result(self) -> Words:
        """The line as a whole: an address is a citation if its label stands in parentheses, or no word comes after it.

        Any other address is a link inside the sentence, of which the words stay; it is cited without a label.
        """
        shown: list[_Piece] = []
        citations: list[CitationDocument] = []
        for piece in reversed(self.pieces):
            if piece.citation:
                citations.append(piece.citation)
            elif piece.url and (_is_label(piece.text) or not any(_has_letters(later.text) for later in shown)):
                citations.append(CitationDocument(label=_label(piece.text), url=piece.url))
            else:
                shown.append(piece)
                if piece.url:
                    citations.append(CitationDocument(url=piece.url))
        text = _tidy("".join(piece.text for piece in reversed(shown)))
        outside = " ".join(piece.text for piece in shown if not piece.is_link)
        names = unique_names(name for name in self.names if not name_fault(name))
        return Words(text, names, tuple(reversed(citations)), not _has_letters(_JOINING.sub("", _tidy(outside))))

    def _say(self, text: str) -> None:
        self.pieces.append(_Piece(text))

    def _wikilink(self, node: Wikilink) -> None:
        title = collapse(html.unescape(str(node.title)).replace("_", " "))
        target = title.lstrip(": ").partition("#")[0].removesuffix(_MISSING).strip()
        space = target.partition(":")[0].strip().lower() if ":" in target else ""
        if space in _FILES and not title.startswith(":"):
            return
        shown = title.lstrip(": ") if node.text is None else _plain(node.text)
        if not shown:  # [[Mercury (planet)|]] shows “Mercury”
            shown = re.sub(r" \([^()]*\)$|^\w+:", "", target)
        self.pieces.append(_Piece(shown, is_link=True))
        if target and space not in _NAMESPACES and not space.endswith(" talk") and not _INTERWIKI.match(target):
            self.names.append(target)

    def _external(self, node: ExternalLink) -> None:
        url = html.unescape(collapse(str(node.url)))
        url = f"https:{url}" if url.startswith("//") else url
        label = _plain(node.title) if node.title else ""
        host = (urlsplit(url).hostname or "") if is_web_address(url) else ""
        if not host or host.endswith(_WIKIS):
            is_edition = label == host.partition(".")[0]  # “[https://es.wikipedia.org/… es]” behind a name
            self.pieces.append(_Piece("" if is_edition else label, is_link=True))
        else:
            self.pieces.append(_Piece(label, url=url))

    def _template(self, node: Template) -> None:
        name = collapse(str(node.name).replace("_", " ")).lower()
        places = [param for param in node.params if not param.showkey]
        if name in SILENT:
            return
        if name in SIGNS:
            self._say(SIGNS[name])
        elif citation := _cite(node) if _CITING.match(name) else _cite_places(places):
            self.pieces.append(_Piece(citation=citation))
        elif name in ("convert", "cvt"):
            self._say(" ".join(_plain(param.value) for param in places[:2]))
        elif places:
            self.walk(places[-1 if name in SHOWN_LAST else 0].value)
            if name in _LINKING:
                self.names.append(_plain(places[0].value))

    def _tag(self, node: Tag) -> None:
        name = collapse(str(node.tag)).lower()
        if name == "ref":
            self.pieces.extend(_Piece(citation=citation) for citation in _footnote(node.contents))
        elif name in ("br", "hr"):
            self._say(" ")
        elif name not in _HIDDEN_TAGS:
            self.walk(node.contents)


def _plain(code: Wikicode) -> str:
    """The words of a link or a template's value."""
    reader = _Reader()
    reader.walk(code)
    return _tidy("".join(piece.text for piece in reader.pieces))


# --- Citations ----------------------------------------------------------------------------------------------------


def _footnote(code: Wikicode | None) -> Iterator[CitationDocument]:
    """What a <ref> cites; its words are the label of an address that has none."""
    reader = _Reader()
    reader.walk(code)
    words = _label(_tidy("".join(piece.text for piece in reader.pieces if not piece.url)))
    for piece in reader.pieces:
        if piece.citation:
            yield piece.citation
        elif piece.url:
            yield CitationDocument(label=_label(piece.text) or words, url=piece.url)


def _cite(node: Template) -> CitationDocument | None:
    """The citation of {{cite news|…}} and its like."""
    values = {collapse(str(param.name)).lower(): _plain(param.value) for param in node.params if param.showkey}
    url = next((str(p.value).strip() for p in node.params if p.showkey and str(p.name).strip().lower() == "url"), "")
    url = html.unescape(url) if is_web_address(html.unescape(url)) else ""
    publisher = next((values[key] for key in _PUBLISHERS if values.get(key)), "")
    if not (url or values.get("title")):
        return None
    try:
        published_on = find_date(values.get("date", ""))
    except DocumentError:
        published_on = None
    return CitationDocument(
        label=publisher,
        url=url,
        title=values.get("title", ""),
        authors=unique_names(_authors(values)),
        published_on=published_on,
    )


def _authors(values: dict[str, str]) -> Iterator[str]:
    for number in ("", *map(str, range(1, 10))):
        yield values.get(f"author{number}", "")
        yield " ".join((values.get(f"first{number}", ""), values.get(f"last{number}", "")))


def _cite_places(places: list[Parameter]) -> CitationDocument | None:
    """The citation of a template that has an address among its unnamed values, like {{news|https://…|BBC}}."""
    values = [html.unescape(str(param.value)).strip() for param in places]
    url = next((value for value in values if is_web_address(value)), "")
    label = next((_plain(param.value) for param, value in zip(places, values, strict=True) if value != url), "")
    return CitationDocument(label=_label(label), url=url) if url else None


def _is_label(text: str) -> bool:
    """Whether a link's words are a mark of a source, not part of the sentence."""
    return text.lstrip("<\"'“ ").startswith("(") or not _has_letters(text)


def _label(text: str) -> str:
    """A label without the parentheses and quotes around it; empty if it is but a number."""
    label = text.strip(" ,;<>")
    while label.startswith("("):
        label = label[1:].strip()
    while label.endswith((")", "}")) and label.count("(") < label.count(")") + label.count("}"):
        label = label[:-1].strip()
    if label[:1] in _QUOTES and label[-1:] in _QUOTES:
        label = label[1:-1].strip()
    return label if _has_letters(label) else ""


# --- Clean words --------------------------------------------------------------------------------------------------

_QUOTES = tuple("\"'“”„‘’«»")
_JOINING = re.compile(r"\b(?:and|or|of|the|in|at|by|vs)\b", re.IGNORECASE)
_LEFTOVERS = re.compile(r"\[\[|\]\]|\{\{|\}\}|</?[A-Za-z][^<>]*>|__[A-Z]+__|<!--|-->")
_NOTES = re.compile(r"\[\s*(?:\d+|[a-z -]*(?:needed|\?))?\s*\]|\(\s*\)")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^\s*][^*]*)\*(?![\w*])|(?<=\w)\*(?![\w*])")  # Markdown's, by mistake
_BEFORE_STOP = re.compile(r"\s+(?=[,;!?]|[.:](?:\s|$))")
_RUN = re.compile("'{2,}")


def _tidy(text: str) -> str:
    """`text` without what is left of its markup, blanks before its stops, and separators of what was taken out."""
    text = _LEFTOVERS.sub("", without_emphasis(text))
    text = _BEFORE_STOP.sub("", collapse(_NOTES.sub("", _EMPHASIS.sub(r"\1", collapse(text)))))
    text = re.sub(r"(?<!\.)\.\.$", ".", text.rstrip(" ,;|"))
    return text.lstrip(" *:,;|")


def without_emphasis(text: str) -> str:
    """`text` without '' and ''', but with the apostrophes among them, as MediaWiki tells them apart."""
    runs = list(_RUN.finditer(text))
    is_odd = sum(len(run[0]) != 2 for run in runs) % 2 and sum(len(run[0]) not in (3, 4) for run in runs) % 2
    apostrophe = next((run.start() for run in runs if len(run[0]) == 3 and text[: run.start()][-1:].strip()), -1)

    def shown(run: re.Match[str]) -> str:
        if is_odd and run.start() == apostrophe:
            return "'"
        return "'" if len(run[0]) == 4 else "'" * (len(run[0]) - 5)

    return _RUN.sub(shown, text)


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)
