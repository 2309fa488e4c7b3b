"""What a page says of its article in JSON-LD, the words of schema.org (https://schema.org/NewsArticle)."""

import html
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sources.documents.folding import collapse
from sources.documents.urls import normalise_url

MAX_NODES = 20_000  # of one page; a page with a hundred teasers has about two thousand
_TYPES = frozenset({"BlogPosting", "LiveBlogPosting", "Report", "NewsItem"})
_WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\s*;?\s*$"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Article:
    """The node of the page's article, empty if there is none, and the nodes it may refer to by their @id."""

    values: Mapping[str, Any] = field(default_factory=dict)
    nodes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def text(self, *path: str) -> str:
        """The first text under the keys of `path`, one inside the other: "image", "caption"."""
        return next(self.texts(*path), "")

    def texts(self, *path: str) -> Iterator[str]:
        """All texts there; a node stands for its name."""
        for value in self._values(*path):
            value = value.get("name", value.get("@value")) if isinstance(value, Mapping) else value
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str | int) and (words := plain(str(one))):
                    yield words

    def raw(self, key: str) -> str:
        """A text with its lines and tags as they are."""
        value = self.values.get(key)
        return _NO_TEXT.sub("", value) if isinstance(value, str) else ""

    def _values(self, *path: str) -> Iterator[Any]:
        found: list[Any] = [self.values]
        for key in path:
            found = [
                self._follow(item)
                for node in found
                if isinstance(node, Mapping)
                for value in [node.get(key)]
                for item in (value if isinstance(value, list) else [value])
            ]
        yield from found

    def _follow(self, value: Any) -> Any:
        """The node that `value` refers to by nothing but an @id."""
        if isinstance(value, Mapping) and set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
            return self.nodes.get(value["@id"], value)
        return value


def plain(text: str) -> str:
    """The words of a value; many sites escape them as HTML, or leave tags in them."""
    return collapse(_NO_TEXT.sub("", html.unescape(_TAG.sub(" ", text))))


def find_article(scripts: Iterable[str], url: str = "") -> Article:
    """The article that the page's scripts describe: of several the one at `url`, else the first with a headline.

    A script that is not JSON says nothing.
    """
    articles: list[Mapping[str, Any]] = []
    nodes: dict[str, Mapping[str, Any]] = {}
    for script in scripts:
        for node in _nodes(_load(script)):
            if isinstance(name := node.get("@id"), str) and len(node) > 2:
                nodes.setdefault(name, node)
            if _is_article(node):
                articles.append(node)
    found = [article for article in articles if _has_title(article)]
    here = (article for article in found if url and normalise_url(url) in _addresses(article))
    return Article(next(here, found[0] if found else {}), nodes)


def _load(script: str) -> Any:
    try:
        return json.loads(_WRAPPING.sub("", script), strict=False)  # many have line ends inside their strings
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """All nodes in a value, the outer ones first."""
    waiting = deque([value])
    for _ in range(MAX_NODES):
        if not waiting:
            return
        item = waiting.popleft()
        if isinstance(item, Mapping):
            yield item
            waiting.extend(part for part in item.values() if isinstance(part, Mapping | list))
        elif isinstance(item, list):
            waiting.extend(part for part in item if isinstance(part, Mapping | list))


def _is_article(node: Mapping[str, Any]) -> bool:
    types = node.get("@type")
    names = (name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str))
    return any(name.endswith("Article") or name.rpartition("/")[2] in _TYPES for name in names)


def _has_title(article: Mapping[str, Any]) -> bool:
    return any(isinstance(article.get(key), str) and plain(article[key]) for key in ("headline", "name"))


def _addresses(article: Mapping[str, Any]) -> set[str]:
    values = Article(article)
    stated = [*values.texts("url"), *values.texts("mainEntityOfPage"), *values.texts("mainEntityOfPage", "@id")]
    return {normalise_url(address) for address in (*stated, *values.texts("@id"))}
