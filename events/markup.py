"""Markdown and [[wiki links]] as HTML that is safe to show: the one renderer, for readers and previews."""

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from re import Match

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from sources.documents.names import name_fault, unique_names
from sources.documents.urls import is_web_address

TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "li", "ol", "p", "pre", "strong", "ul"}
ATTRIBUTES = {"a": {"href"}}

# [[Name]] or [[Name|words]]
_WIKI_LINK = r"\[\[([^\[\]|\n]+)(?:\|([^\[\]|\n]+))?\]\]"
# [words](address "title"); the address may hold one level of parentheses, as Wikipedia's do
_ADDRESS = r"[^()\[\]<>\s]+(?:\([^()\[\]<>\s]*\)[^()\[\]<>\s]*)*"
_LINK = rf"\[([^\[\]\n]+)\]\(\s*<?({_ADDRESS})>?(?:\s+\"[^\"\n]*\")?\s*\)"
# Below code (190) and backslashes (180), so that both keep brackets as they are.
_WIKI_LINK_PRIORITY, _LINK_PRIORITY = 170, 160
# Headings below the page's own.
_HEADING = re.compile(r"(?:^|\n)(?P<level>#{2,3}) +(?P<header>[^\n]*[^\n #]) *#*(?:\n|$)")
# A line of prose may begin with # or be followed by ---; pictures and HTML have no place in a summary. The library's
# own links go too: their time grows with the square of the number of brackets.
_NOT_BLOCKS = ("setextheader", "hr", "reference")
_NOT_INLINE = (
    "html",
    "automail",
    "link",
    "reference",
    "short_reference",
    "image_link",
    "image_reference",
    "short_image_ref",
)


def render(text: str, link: Callable[[str], str]) -> SafeString:
    """Return `text` as HTML of nothing but TAGS and ATTRIBUTES.

    `link` gives the address of a tag's page from a name in [[ ]], or "" where there can be none; the words
    then stand without a link. Raw HTML is shown as the text that it is. Links lead to http, https or a path of
    this site.
    """
    try:
        html = _markdown(link).convert(text)
    except RecursionError:  # hundreds of lists within lists: nothing that a person wrote to be read as such
        html = linebreaks(text, autoescape=True)
    return SafeString(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            attribute_filter=_keep,
            url_schemes={"http", "https"},
            link_rel="noopener",
        )
    )


def _markdown(link: Callable[[str], str]) -> Markdown:
    markdown = Markdown(extensions=["sane_lists"], output_format="html")
    markdown.preprocessors.deregister("html_block")
    for name in _NOT_BLOCKS:
        markdown.parser.blockprocessors.deregister(name)
    markdown.parser.blockprocessors["hashheader"].RE = _HEADING  # type: ignore[attr-defined]  # HashHeaderProcessor's
    for name in _NOT_INLINE:
        markdown.inlinePatterns.deregister(name)
    markdown.inlinePatterns.register(_WikiLink(link), "wiki_link", _WIKI_LINK_PRIORITY)
    markdown.inlinePatterns.register(_Link(_LINK), "link", _LINK_PRIORITY)
    return markdown


class _WikiLink(InlineProcessor):
    def __init__(self, link: Callable[[str], str]) -> None:
        super().__init__(_WIKI_LINK)
        self.link = link

    def handleMatch(  # type: ignore[override]
        self, m: Match[str], data: str
    ) -> tuple[etree.Element | str | None, int | None, int | None]:
        name, words = m[1].strip(), (m[2] or m[1]).strip()
        if not name or not words:
            return None, None, None
        if not (address := self.link(name)):
            return words, m.start(0), m.end(0)
        element = etree.Element("a", href=address)
        element.text = AtomicString(words)
        return element, m.start(0), m.end(0)


class _Link(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        if not _may_be_linked(m[2]):
            return None, None, None
        element = etree.Element("a", href=m[2])
        element.text = m[1]
        return element, m.start(0), m.end(0)


def linked_names(text: str) -> tuple[str, ...]:
    """The names in the wiki links of a text that can name something, each once."""
    return unique_names(match[1] for match in re.finditer(_WIKI_LINK, text) if not name_fault(match[1]))


def without_wiki_links(text: str) -> str:
    """The text with the words of its wiki links in place of these."""
    return re.sub(_WIKI_LINK, lambda match: (match[2] or match[1]).strip(), text)


def is_site_path(address: str) -> bool:
    """Whether `address` is a path of this site."""
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def _may_be_linked(address: str) -> bool:
    return is_site_path(address) or is_web_address(address)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """The value of an attribute that may stand (`rel` is the sanitiser's own), or None to leave it out."""
    return value if attribute == "rel" or _may_be_linked(value) else None
