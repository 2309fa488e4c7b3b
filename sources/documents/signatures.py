"""Whose article a page shows, and whose site it is: read from the notices and furniture by the known names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from sources.documents.article_lines import copyright_of, holder_of
from sources.documents.folding import fold
from sources.documents.records import ArticleDocument

_CJK = re.compile(r"[\u3400-\u9fff]")
_LEGAL_FORM = re.compile(
    r"(?:,?\s+(?:inc|llc|ltd|co|corp|company|corporation|limited|plc|or its affiliated companies)\.?)+$", re.IGNORECASE
)


@dataclass(slots=True)
class _Evidence:
    """How a page names a publisher, the most telling first."""

    in_site_notice: bool = False
    holds_article: bool = False
    stands_alone: bool = False
    lines: int = 0

    def strength(self) -> tuple[bool, bool, bool, int]:
        return self.in_site_notice, self.holds_article, self.stands_alone, self.lines


def recognise(article: ArticleDocument, names: Mapping[str, str]) -> ArticleDocument:
    """`article` with `publisher` and `seen_at` filled in from its notice and furniture.

    `names` maps every known name and alias to its publisher's name. The site is the publisher named by another notice
    than the article's own; else the article's holder; else one whose name is a whole line; else the one in most lines;
    of equals the first by name. The publisher is the holder of the article's notice if known; else the site's, unless
    the site's own notice tells it from the holder. What already names its publisher, or has no furniture and so is
    a record, stays as it is.
    """
    if article.publisher or not article.furniture:
        return article
    known = {fold(name): publisher for name, publisher in names.items()}
    if fold(article.section) in known:
        article = replace(article, section="", furniture=(*article.furniture, article.section))
    holder = _known_holder(article.copyright, known)
    evidence = _evidence(article, holder, names, known)
    site = min(evidence, key=lambda name: ([-value for value in evidence[name].strength()], fold(name)), default="")
    is_apart = article.copyright and site and evidence[site].in_site_notice
    publisher = holder or ("" if is_apart else site)
    return replace(article, publisher=publisher, seen_at="" if site == publisher else site)


def _known_holder(copyright_line: str, known: Mapping[str, str]) -> str:
    holder = holder_of(copyright_line)
    return known.get(fold(holder)) or known.get(fold(_LEGAL_FORM.sub("", holder))) or ""


def _evidence(
    article: ArticleDocument, holder: str, names: Iterable[str], known: Mapping[str, str]
) -> dict[str, _Evidence]:
    found: defaultdict[str, _Evidence] = defaultdict(_Evidence)
    if holder:
        found[holder].holds_article = True
    pattern = _any_of(names)
    for line in article.furniture:
        notice = copyright_of(line)
        if notice and notice == article.copyright:
            continue
        for publisher in {known[fold(name)] for name in pattern.findall(line)}:
            found[publisher].lines += 1
            found[publisher].in_site_notice |= bool(notice)
        if publisher := known.get(fold(line), ""):
            found[publisher].stands_alone = True
    return dict(found)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of `names` as whole words with its capitals; of names that begin alike the longest."""
    longest_first = sorted({name for name in names if name}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(_as_words, longest_first)) or r"(?!)")


def _as_words(name: str) -> str:
    return re.escape(name) if _CJK.search(name) else rf"(?<!\w){re.escape(name)}(?!\w)"
