"""The one rule that makes a slug from a headline."""

import re
from collections.abc import Callable

from sources.documents.folding import digest, fold

MAX_SLUG = 200
RESERVED = frozenset({"index", "readme"})
_CUT = {"zh": 60}
_NOT_A_WORD = re.compile(r"[\W_]+")


def slugify(text: str, cut: int = MAX_SLUG) -> str:
    """`text` cut at `cut` characters, lower-cased, everything but letters and digits as single dashes."""
    return _NOT_A_WORD.sub("-", text[:cut].lower()).strip("-")[:MAX_SLUG].strip("-")


def headline_slug(headline: str, language: str) -> str:
    """The slug of an event that came without one; empty or reserved ones get a hash of the headline instead.

    The lengths are those at which the archives cut: 138 characters, in Chinese 60.
    """
    slug = slugify(headline.strip(), _CUT.get(language[:2], 138))
    return hashed_slug(slug, headline) if not slug or slug in RESERVED else slug


def free_slug(slug: str, headline: str, language: str, is_free: Callable[[str], bool]) -> str:
    """`slug`, else one made of the headline; with a short hash if another event has or had that address."""
    slug = slug or headline_slug(headline, language)
    return slug if is_free(slug) else hashed_slug(slug, fold(headline))


def hashed_slug(slug: str, key: str) -> str:
    """`slug` made unlike others by a short hash of `key`: never a counter, so that the order does not matter."""
    mark = digest(key)[:8]
    return f"{slug[: MAX_SLUG - 9]}-{mark}".lstrip("-")
