"""An article saved as HTML: `read` asks its JSON-LD, then its OpenGraph and other meta tags, then the page itself.

What none of the three says stays empty. Nothing is fetched; a page is only ever taken apart.
"""

import codecs
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from sources.documents import article_lines, json_ld
from sources.documents.article_lines import Kind, kind_of
from sources.documents.article_text import to_markdown
from sources.documents.errors import DocumentError
from sources.documents.folding import collapse
from sources.documents.json_ld import plain
from sources.documents.names import name_fault, split_names, unique_names
from sources.documents.records import ArticleDocument
from sources.documents.urls import is_web_address

MAX_URL = 2000
_HEAD = 4096  # a page names its charset in its first kilobyte (HTML, 4.2.5.4), or tries to
_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,1000}-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE
)
_CHARSET = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})|<\?xml[^>]{1,200}?encoding=[\"']([\w-]+)", re.I
)
# As browsers read them (Encoding Standard): the newer set that holds the older one.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}
_LEGACY = re.compile(
    r"ascii|cp\d+|iso8859-\d+|koi8-[ru]|mac-roman|tis-620|gb\w+|big5\w*|shift_jis\w*|euc_\w+|iso2022_jp|utf-16"
)
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def looks_like(data: bytes) -> bool:
    """Whether a file holds an HTML page."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = data[: 2 * _HEAD].decode("utf-16", "ignore").encode()
    return bool(_START.match(data.removeprefix(codecs.BOM_UTF8)[:_HEAD]))


def read(data: bytes, charset: str = "") -> ArticleDocument:
    """The article of a page. `charset` is the one that its server named, if it did.

    Raises DocumentError for bytes in no known charset, and for a page that holds no article.
    """
    page = _Page(_parse(_CONTROLS.sub("", decode(data, charset))))
    if page.meta("generator").startswith("MediaWiki"):
        raise DocumentError("this is a page of a wiki as a browser shows it; export it with Special:Export")
    stated = page.article
    title = stated.text("headline") or stated.text("name") or page.title()
    body = _body(stated) or page.body()
    prose = [text for text in body if article_lines.is_prose(text)]
    if not title or not (stated.values or page.is_marked_as_article() or len(prose) >= 3):
        raise DocumentError("this page holds no article: neither its metadata nor its paragraphs are those of one")
    caption, credit = page.picture()
    notice = page.notice()
    return ArticleDocument(
        url=page.url(),
        title=title,
        publisher=_name(stated.text("publisher"), page.meta("og:site_name"), page.meta("publisher")),
        section=_name(stated.text("articleSection"), page.meta("article:section")),
        authors=_people(stated.texts("author")) or page.authors(),
        contributors=_people(stated.texts("contributor")) or page.contributors(),
        published_on=_day([stated.text("datePublished"), *page.metas(*_PUBLISHED)]) or page.published_on(),
        updated=_updated(stated.text("datePublished"), stated.text("dateModified")) or page.updated(),
        tags=_tags(stated.texts("keywords"))
        or _tags(page.metas("article:tag", "news_keywords", "keywords"))
        or page.tags(),
        caption=stated.text("image", "caption") or caption,
        credit=next(filter(None, (stated.text("image", key) for key in _CREDITS)), credit),
        abstract=stated.text("description") or next(page.metas("og:description", "description"), ""),
        copyright=_copyright(stated) or article_lines.copyright_of(notice),
        body="\n\n".join(map(to_markdown, body)),
        furniture=(notice,) if notice else (),
    )


def decode(data: bytes, stated: str = "") -> str:
    """The text of a page: UTF-8 if it is, else as its byte order mark, its server or its own declaration says.

    Raises DocumentError if that cannot be.
    """
    charset = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "")
    try:
        return data.decode(charset or "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    found = _CHARSET.search(data[:_HEAD])
    declared = [stated, (found[1] or found[2]).decode() if found else ""]
    for name in filter(None, () if charset else declared):
        try:
            name = codecs.lookup(name).name
        except LookupError:
            continue
        if _LEGACY.fullmatch(name):
            return data.decode(_WIDER.get(name, name), "replace")
    said = " and ".join(filter(None, declared)) or "none at all"
    raise DocumentError(f"this page is not UTF-8 text, and declares no other known charset ({said})", line)


def _parse(text: str) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.LxmlError as error:
        raise DocumentError(f"this page cannot be taken apart: {error}") from None
    if root is None:
        raise DocumentError("this page is empty")
    return root


# --- Values -------------------------------------------------------------------------------------------------------

_PUBLISHED = ("article:published_time", "datepublished", "date", "pubdate", "dc.date.issued", "parsely-pub-date")
_CREDITS = ("creditText", "copyrightHolder", "creator", "author", "copyrightNotice")
_ISO_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")


def _name(*stated: str) -> str:
    return next((name for name in stated if name and not name_fault(name) and not is_web_address(name)), "")


def _day(stated: Iterable[str]) -> dt.date | None:
    """The day of the first of the moments that is one, as it is written: no time zone is applied."""
    for text in stated:
        try:
            if found := _ISO_DAY.match(text):
                return dt.date(*map(int, found.groups()))
        except ValueError:
            continue
        if day := article_lines.date_of(text):
            return day
    return None


def _updated(published: str, modified: str) -> str:
    return modified if modified != published else ""


def _people(stated: Iterable[str]) -> tuple[str, ...]:
    people: list[str] = []
    for text in stated:
        names = article_lines.byline_of(text) or (article_lines.names(text) if re.search(r",| and |&|、", text) else ())
        people += names or [text]
    return unique_names(name for name in people if not name_fault(name) and not is_web_address(name))


def _tags(stated: Iterable[str]) -> tuple[str, ...]:
    return unique_names(tag for text in stated for tag in split_names(text.replace("，", ",")) if not name_fault(tag))


def _copyright(stated: json_ld.Article) -> str:
    year, holder = stated.text("copyrightYear"), stated.text("copyrightHolder")
    return f"{year} {holder}" if year and holder else article_lines.copyright_of(stated.text("copyrightNotice"))


def _body(stated: json_ld.Article) -> list[str]:
    text = stated.raw("articleBody")
    if re.search(r"<(?:p|br)\b", text):
        return _paragraphs(_without_furniture(_parse(text)))
    return [words for line in re.split(r"[\r\n]+", text) if (words := plain(line))]


# --- The page -----------------------------------------------------------------------------------------------------

_NOT_TEXT = ("script", "style", "template", "noscript", "svg", "iframe", "object", "select", "textarea", "button")
_ASIDE = ("nav", "aside", "footer", "form", "figure", "dialog", "menu")
_DROPPED = (Kind.FURNITURE, Kind.APPEAL, Kind.END, Kind.BOX, Kind.NOTICE, Kind.TAGS, Kind.UPDATED, Kind.CONTRIBUTION)
_DROPPED_SHORT = (Kind.BYLINE, Kind.DATE, Kind.CREDIT)


def _text(element: Any) -> str:
    return collapse("".join(element.itertext()))


def _without_furniture(root: Any) -> Any:
    for line_break in root.iter("br"):
        line_break.tail = " " + (line_break.tail or "")
    etree.strip_elements(root, *_NOT_TEXT, with_tail=False)
    return root


def _paragraphs(container: Any) -> list[str]:
    """The paragraphs and headings under an element, but for those of lists of other articles and the like."""
    inside = {element for aside in container.iter(*_ASIDE) for element in aside.iter("p", "h2", "h3", "h4")}
    return [
        words
        for element in container.iter("p", "h2", "h3", "h4")
        if element not in inside and (words := _text(element))
    ]


@dataclass(slots=True)
class _Page:
    """A page as HTML says it: the lines of its article, and what is marked in it."""

    root: Any
    article: json_ld.Article
    _metas: dict[str, list[str]]
    _lines: list[str]
    _place: Any

    def __init__(self, root: Any) -> None:
        self.root = root
        self._metas = {}
        for meta in root.iter("meta"):
            name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
            if words := plain(meta.get("content") or ""):
                self._metas.setdefault(name.strip().lower(), []).append(words)
        scripts = [script.text or "" for script in root.iter("script") if "ld+json" in (script.get("type") or "")]
        self.article = json_ld.find_article(scripts, self._canonical())
        self._place = self._find_place(_without_furniture(root))
        self._lines = _paragraphs(self._place)

    def _find_place(self, root: Any) -> Any:
        """The element that holds the article."""
        for path in ('//*[@itemprop="articleBody"]', "//article", '//main|//*[@role="main"]'):
            places = root.xpath(path)
            if places and any(map(_paragraphs, places[:20])):
                return max(places[:20], key=lambda place: sum(map(len, _paragraphs(place))))
        return root

    def metas(self, *names: str) -> Iterator[str]:
        for name in names:
            yield from self._metas.get(name, [])

    def meta(self, name: str) -> str:
        return next(self.metas(name), "")

    def is_marked_as_article(self) -> bool:
        return (
            self.meta("og:type").lower().endswith("article")
            or any(name.startswith("article:") for name in self._metas)
            or (self._place.tag == "article" and any(map(article_lines.is_prose, self._lines)))
        )

    def _canonical(self) -> str:
        links = (link for link in self.root.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
        return next((url for link in links if is_web_address(url := (link.get("href") or "").strip())), "")

    def url(self) -> str:
        """The address that the article gives itself."""
        stated = (*self.article.texts("url"), *self.article.texts("mainEntityOfPage", "@id"))
        said = (*stated, *self.article.texts("mainEntityOfPage"), self.meta("og:url"), self._canonical())
        return next((url for url in said if is_web_address(url) and len(url) <= MAX_URL), "")

    def title(self) -> str:
        """The title of the tags, else of the page; the site's own name is no part of it."""
        if stated := next(self.metas("og:title", "twitter:title", "headline"), ""):
            return self._without_site(stated)
        headings = [*self._place.iter("h1"), *self.root.iter("h1")]
        if words := next(filter(None, map(_text, headings)), ""):
            return words
        return self._without_site(next(filter(None, map(_text, self.root.iter("title"))), ""))

    def _without_site(self, title: str) -> str:
        site = self.article.text("publisher") or self.meta("og:site_name")
        found = re.fullmatch(rf"(.+?)\s+[-–—|•·:]\s+{re.escape(site)}", title, re.IGNORECASE)
        return found[1] if found and site else title

    def body(self) -> list[str]:
        return [text for text in self._lines if not _is_furniture(text)]

    def authors(self) -> tuple[str, ...]:
        if people := _people(self.metas("author", "article:author", "byl", "parsely-author", "dc.creator")):
            return people
        marked = self._place.xpath('.//*[@rel="author" or @itemprop="author"]') or self.root.xpath('//*[@rel="author"]')
        if people := _people(filter(None, map(_text, marked[:20]))):
            return people
        return next((names for text in self._lines[:5] if (names := article_lines.byline_of(text))), ())

    def contributors(self) -> tuple[str, ...]:
        return unique_names(name for text in self._lines for name in article_lines.contributors_of(text))

    def published_on(self) -> dt.date | None:
        marked = self.root.xpath('//time[@itemprop="datePublished" or @pubdate]') or list(self._place.iter("time"))[:1]
        return _day([moment.get("datetime") or _text(moment) for moment in marked])

    def updated(self) -> str:
        stated = _updated(self.meta("article:published_time"), self.meta("article:modified_time"))
        return stated or next((when for text in self._lines if (when := article_lines.updated_at(text))), "")

    def tags(self) -> tuple[str, ...]:
        return unique_names(tag for link in self.root.xpath('//a[@rel="tag"]') if not name_fault(tag := _text(link)))

    def picture(self) -> tuple[str, str]:
        """The caption and the credit of the article's first picture."""
        for caption in self._place.iter("figcaption"):
            credits = caption.xpath('.//*[contains(@class, "credit") or contains(@class, "copyright")]')
            words, credit = _text(caption), _text(credits[0]) if credits else ""
            if credit:
                return collapse(words.replace(credit, " ", 1)), article_lines.credit_of(credit) or credit
            return article_lines.split_credit(words)
        return "", ""

    def notice(self) -> str:
        """The line that says whose the page is."""
        marks = self.root.xpath("//text()[contains(., '©') or contains(., 'opyright') or contains(., '版权')]")
        for mark in marks[:50]:
            holder = mark.getparent()
            words = _text(holder) if holder is not None and holder.tag != "title" else ""
            if len(words) <= 500 and article_lines.copyright_of(words):
                return words
        return ""


def _is_furniture(text: str) -> bool:
    kind = kind_of(text)
    return kind in _DROPPED or (kind in _DROPPED_SHORT and not article_lines.is_prose(text))
